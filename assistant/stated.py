"""A sentence as it is held against others: what it counts, its dates, its names, and the rest of its words. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache

from assistant.facts import Fact, facts, names, roots
from assistant.material import Told
from index.words import STOPWORDS, stem, words

NEAR = 3
"""Words with a meaning on either side of a number that tell what is counted."""
_PARTS = frozenset("first last next another other top final past".split())
"""Words before a number that pick some out of more: "the first three"."""
_CLAUSE_END = re.compile(r"[,;:()—–]|\b(?:and|but|while|although|whereas|which)\b")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with what it counts: the stem of the next word, and those of the words around it."""

    fact: Fact
    value: float
    noun: str
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence as it is compared."""

    told: Told
    counted: tuple[Counted, ...]
    dates: tuple[Fact, ...]
    names: frozenset[str]
    """Its names, by a form that all their endings share."""
    content: frozenset[str]
    """The stems of its words with a meaning, without its numbers, dates and names."""


@lru_cache(maxsize=4096)
def stated(told: Told) -> Stated:
    """A sentence, read."""
    text = told.text
    every = facts(text)
    dates = tuple(fact for fact in every if fact.kind != "number")
    counted = tuple(_counted(text, fact) for fact in every if fact.kind == "number" and _is_whole(text, fact))
    named = frozenset(min(roots(str(fact.value)), key=len) for fact in names(text))
    taken = {word for fact in (*every, *names(text)) for word in words(text[fact.start : fact.end])}
    own = (word for word in words(text) if word not in STOPWORDS and word not in taken and not word[0].isdigit())
    return Stated(told, counted, dates, named, frozenset(map(stem, own)))


def _is_whole(text: str, fact: Fact) -> bool:
    """Whether a number counts all there are, and is written as one."""
    return not fact.loose and words(text[: fact.start])[-1:] not in ([part] for part in _PARTS)


def _counted(text: str, fact: Fact) -> Counted:
    next_word = words(text[fact.end : fact.end + 40])[:1]
    behind = words(_CLAUSE_END.split(text[fact.end :])[0])[:1]
    noun = stem(next_word[0]) if next_word and next_word == behind and next_word[0] not in STOPWORDS else ""
    return Counted(fact, _number(fact), noun, near(text, fact))


def near(text: str, fact: Fact) -> frozenset[str]:
    """The stems of the words with a meaning that stand around a fact in its clause."""
    before = [word for word in words(_CLAUSE_END.split(text[: fact.start])[-1]) if word not in STOPWORDS]
    behind = [word for word in words(_CLAUSE_END.split(text[fact.end :])[0]) if word not in STOPWORDS]
    return frozenset(map(stem, (*before[-NEAR:], *behind[:NEAR])))


def _number(fact: Fact) -> float:
    return float(fact.value) if isinstance(fact.value, int | float) else 0.0
