"""Names in full of which a passage has a part: "removed Qin from office" speaks of the article's Qin Gang. Pure."""

import re
from collections.abc import Mapping

from assistant.facts import TITLES
from index.schema import Hit
from index.words import STOPWORDS, stem, words

_NAME = re.compile(r"(?<=[ (“\"])[A-Z][^\W\d_]+(?:[-’'][^\W\d_]+)*(?: [A-Z][^\W\d_]+(?:[-’'][^\W\d_]+)*)+")
_ARTICLES = frozenset("the a an this that".split())
_OF_PERSONS = "administration|government|cabinet|campaign|family|presidency|team|era"
"""What a person's name may stand before behind "the": "the Calder administration"."""
_OWNER = re.compile(r"['’]s$")


def short_names(question: str, hit: Hit) -> Mapping[str, str]:
    """The names in full of a question of which the passage has one word alone: the name -> that word.

    Only where the article has the name in full, and nobody else of that name: "Ann Lee", but "Lee" no more where it
    speaks of Bob Lee. Nor where the word is one behind an article: "the House" is no White House.
    """
    found: dict[str, str] = {}
    for match in _NAME.finditer(question):
        parts = [part for part in _OWNER.sub("", match[0]).split() if part.lower() not in TITLES | STOPWORDS]
        name = " ".join(parts)
        if len(parts) < 2 or name not in question or name in hit.text or name not in hit.article.text:
            continue
        held = [part for part in parts if re.search(rf"\b{re.escape(part)}\b", f"{hit.article.title}\n{hit.text}")]
        if len(held) == 1 and not _is_of_another(held[0], hit.article.text.replace(name, "")):
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


def _is_of_another(part: str, text: str) -> bool:
    """Whether the word may mean another: it stands in a longer name anywhere, titles aside, or behind an article."""
    if re.search(rf"\b{re.escape(part.lower())}\b", text):
        return True
    for match in re.finditer(
        rf"(?:\b(?P<before>[\w’'-]{{1,40}})\.? )?\b{re.escape(part)}\b"
        rf"(?P<behind>(?: of(?: the)?)? [A-Z])?(?! (?:{_OF_PERSONS})\b)",
        text,
    ):
        before = match["before"] or ""
        is_named = before[:1].isupper() and before.lower() not in TITLES | STOPWORDS
        if match["behind"] or is_named or before.lower() in _ARTICLES:
            return True
    return False
