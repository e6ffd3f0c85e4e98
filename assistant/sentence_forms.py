"""What a sentence is by its form: whether it states something, and whether it stands alone. Pure."""

import re

from index.splitting import word_count

_LEANING = re.compile(
    r"[\"'“]?(?:(?:He|She|It|They|This|That|These|Those|His|Her|Their|Its|Such)\b"
    r"|(?:After|Before|When|While|As|In|On|At|By|During|Since|Until|Later|Earlier|Then|There|But|And|Yet|Still|However"
    r"|Also|One|Two|Three|Four|Five|Six|Several)\b[^.;:]{0,30}? (?:he|she|they)\b)"
)
_SPEECH = re.compile(r"^[\"“].*[\"”]$", re.DOTALL)


def leans(text: str) -> bool:
    """Whether whom or what a sentence speaks of stands one sentence earlier."""
    return bool(_LEANING.match(text) or _SPEECH.match(text))


def is_sentence(text: str) -> bool:
    """Whether it states something: no heading, no fragment, no question."""
    return word_count(text) >= 4 and text.rstrip("\"'”’)]»").endswith((".", "!", "…", "。", "！"))
