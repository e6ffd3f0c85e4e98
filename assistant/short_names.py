"""Names in full of which a passage has a part: "removed Qin from office" speaks of the article's Qin Gang. Pure."""

import re
from collections.abc import Mapping

from assistant.facts import TITLES
from index.schema import Hit
from index.words import STOPWORDS, stem, words

_NAME = re.compile(r"(?<=[ (“\"])[A-Z][^\W\d_]+(?:[-’'][^\W\d_]+)*(?: [A-Z][^\W\d_]+(?:[-’'][^\W\d_]+)*)+")
_OWNER = re.compile(r"['’]s$")


def short_names(question: str, hit: Hit) -> Mapping[str, str]:
    """The names in full of a question of which the passage has one word alone: the name -> that word.

    Only where the article has the name in full, and the passage nobody else of that name: "Ann Lee", but "Lee" no more
    where it speaks of Bob Lee.
    """
    found: dict[str, str] = {}
    for match in _NAME.finditer(question):
        parts = [part for part in _OWNER.sub("", match[0]).split() if part.lower() not in TITLES | STOPWORDS]
        name = " ".join(parts)
        if len(parts) < 2 or name not in question or name in hit.text or name not in hit.article.text:
            continue
        held = [part for part in parts if re.search(rf"\b{re.escape(part)}\b", f"{hit.article.title}\n{hit.text}")]
        if len(held) == 1 and not _is_of_another(held[0], hit.text):
            found[name] = held[0]
    return found


def shortened(question: str, names: Mapping[str, str]) -> str:
    """The question with these names as the passage has them."""
    for name, part in names.items():
        question = question.replace(name, part)
    return question


def in_full(stems: frozenset[str], names: Mapping[str, str]) -> frozenset[str]:
    """The stems of a sentence with those of the names in full whose part it holds."""
    for name, part in names.items():
        if stem(words(part)[0]) in stems:
            stems |= frozenset(stem(word) for word in words(name))
    return stems


def _is_of_another(part: str, passage: str) -> bool:
    """Whether the word stands in a longer name anywhere, titles aside."""
    for match in re.finditer(
        rf"\b(?:(?P<before>[A-Z][\w’'-]*) )?{re.escape(part)}\b(?: (?P<behind>[A-Z][\w-]*))?", passage
    ):
        before, behind = (match["before"] or "").lower(), (match["behind"] or "").lower()
        if behind or (before and before not in TITLES | STOPWORDS):
            return True
    return False
