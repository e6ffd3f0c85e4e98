"""What a question asks for: the kind of thing, and the words that must be answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Literal

from assistant.follow_up import Standalone
from index.words import stem

Kind = Literal["person", "place", "date", "duration", "number", "reason", "yes_no", "definition", "open"]

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("duration", r"\bhow long\b"),
    (
        "number",
        r"\bhow (many|much|far|old|big|large|tall|high|often|deep|fast|heavy)\b|\bwhat (number|percent\w*|share)\b",
    ),
    ("date", r"\bwhen\b|\b(what|which) (year|date|day|month|decade|century|time)\b|\bhow recently\b"),
    ("place", r"\bwhere\b|\b(what|which) (country|city|place|town|state|region|continent|location|capital)\b"),
    ("person", r"\bwho(se|m)?\b|\b(what|which) (person|man|woman|president|minister|official|leader|author|actor)\b"),
    ("reason", r"\bwhy\b|\bhow come\b|\bwhat (caused|causes|led to)\b|\breasons?\b"),
    ("definition", r"\bwhat (is|are|was|were) (a |an )?\w+\W*$|\bwhat does .* (mean|stand for)\b|\bdefine\b"),
    ("yes_no", r"^\W*(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b"),
)

CARRIED_WEIGHT = 0.5
CALENDAR_WEIGHT = 0.2
"""For the words of the calendar: an article of Monday says "today" where the question says "on Monday"."""

_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december today yesterday tomorrow week weekend month year morning afternoon evening"
    " night day recently latest currently now last next".split()
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is put to sentences.

    `weights` maps each stem to how much it matters (sums to 1); `missing` holds the words no article has; `strict`
    those of them that are names or numbers, without which nothing can answer.
    """

    text: str
    kind: Kind
    weights: Mapping[str, float]
    deeds: frozenset[str] = frozenset()
    """Stems of what is done or said of the names: the question's own words but for names, numbers and the calendar."""
    missing: tuple[str, ...] = ()
    strict: tuple[str, ...] = ()


def analyse(standalone: Standalone, frequencies: Mapping[str, int], passages: int) -> Question:
    """Weigh the question's words by how rare they are in the library: log(1 + passages / (1 + frequency))."""
    weights: dict[str, float] = {}
    for carried, group in ((False, standalone.own), (True, standalone.carried)):
        for word in group:
            weight = log(1 + passages / (1 + frequencies.get(word, 0)))
            factor = (CARRIED_WEIGHT if carried else 1.0) * (CALENDAR_WEIGHT if word in _CALENDAR else 1.0)
            weights.setdefault(stem(word), weight * factor)
    total = sum(weights.values()) or 1.0
    missing = tuple(word for word in standalone.own if not frequencies.get(word, 0) and word not in _CALENDAR)
    names = names_and_numbers(standalone.text)
    deeds = (word for word in standalone.own if word not in names and word not in _CALENDAR)
    return Question(
        text=standalone.text,
        kind=kind_of(standalone.text),
        weights={key: weight / total for key, weight in weights.items()},
        deeds=frozenset(map(stem, deeds)),
        missing=missing,
        strict=tuple(word for word in missing if word in names),
    )


def kind_of(text: str) -> Kind:
    """The kind of thing asked for."""
    lower = text.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lower)), "open")


def names_and_numbers(text: str) -> frozenset[str]:
    """The words, lower case, that are numbers or written with a capital inside the sentence (or everywhere: none)."""
    parts = re.findall(r"[\w’'-]+", text)
    capitals = [part for part in parts[1:] if part[0].isupper()]
    shouting = len(parts) > 3 and len(capitals) > 0.7 * len(parts)
    names = [] if shouting else capitals
    return frozenset(re.sub(r"['’]s$", "", part).lower() for part in (*names, *(p for p in parts if p[0].isdigit())))
