"""What a question asks for: the kind of thing, and the words that must be answered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Literal

from assistant.follow_up import Standalone
from assistant.language import is_english
from assistant.months import MONTHS, WEEKDAYS
from index.words import STOPWORDS, stem, words

Kind = Literal["person", "place", "date", "duration", "number", "reason", "yes_no", "definition", "open"]

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("duration", r"\bhow long\b"),
    (
        "number",
        r"\bhow (many|much|far|old|big|large|tall|high|often|deep|fast|heavy)\b|\bwhat (number|percent\w*|share)\b"
        r"|\bwhat (is|was|are|were) the (\w+ )?(number|percentage|share|population|size|age|height|length|depth|width"
        r"|weight|distance|price|cost|value|amount|total|rate|temperature|speed|salary|budget|death toll)\b",
    ),
    ("date", r"\bwhen\b|\b(what|which) (year|date|day|month|decade|century|time)\b|\bhow recently\b"),
    ("place", r"\bwhere\b|\b(what|which) (country|city|place|town|state|region|continent|location|capital)\b"),
    ("person", r"\bwho(se|m)?\b|\b(what|which) (person|man|woman|president|minister|official|leader|author|actor)\b"),
    ("reason", r"\bwhy\b|\bhow come\b|\bwhat (caused|causes|led to)\b|\breasons?\b"),
    ("definition", r"\bwhat (is|are|was|were) (a |an )?\w+\W*$|\bwhat does .* (mean|stand for)\b|\bdefine\b"),
    ("yes_no", r"^\W*(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might)\b"),
)

FACTS = frozenset({"person", "place", "date", "duration", "number"})
"""The kinds that one fact answers."""

MEASURED = frozenset({"duration", "number"})
"""The kinds whose answers nearly always have a form that can be seen; a date may be "the next day"."""

_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")

CARRIED_WEIGHT = 0.5
CALENDAR_WEIGHT = 0.2
"""For the words of the calendar: an article of Monday says "today" where the question says "on Monday"."""

_CALENDAR = frozenset(
    "today yesterday tomorrow week weekend month year morning afternoon evening night day recently latest currently now"
    " last next".split()
).union(MONTHS, WEEKDAYS)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is put to sentences.

    `weights` maps each stem to how much it matters (sums to 1); `missing` holds the words no article has; `strict`
    those of them that are names in full or numbers, without which nothing can answer.
    """

    text: str
    kind: Kind
    weights: Mapping[str, float]
    deeds: frozenset[str] = frozenset()
    """Stems of what is done or said of the names: the question's own words but for names, numbers and the calendar."""
    names: frozenset[str] = frozenset()
    """Stems of its names and numbers."""
    missing: tuple[str, ...] = ()
    strict: tuple[str, ...] = ()
    carried: float = 0.0
    """The share of its words that were taken over from earlier turns."""
    years: frozenset[str] = frozenset()
    """The years it names itself."""

    @property
    def missing_stems(self) -> list[str]:
        """The stems of the words that no article has."""
        return [stem(word) for word in self.missing]


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
    english = is_english(standalone.asked or standalone.text)
    deeds = (word for word in standalone.own if word not in names and word not in _CALENDAR)
    return Question(
        text=standalone.text,
        kind=kind_of(standalone.text) if english else "open",  # "Was sagte er?" asks for no yes or no
        weights={key: weight / total for key, weight in weights.items()},
        deeds=frozenset(map(stem, deeds)),
        names=frozenset(map(stem, names)),
        years=frozenset(filter(_YEAR.fullmatch, standalone.own)),
        missing=missing,
        strict=tuple(word for word in missing if word in names and _tells(word, english)),
        carried=len(standalone.carried) / max(1, len(standalone.own) + len(standalone.carried)),
    )


def _tells(word: str, english: bool) -> bool:
    """Whether nothing can answer without it: a name in full, or a number that is no year (articles have days).

    Of other languages only numbers, since in some of them every noun has a capital.
    """
    return not _YEAR.fullmatch(word) if word[0].isdigit() else english and len(word) > 3


def kind_of(text: str) -> Kind:
    """The kind of thing asked for."""
    lower = text.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lower)), "open")


def names_and_numbers(text: str) -> frozenset[str]:
    """The words, as `words` gives them, that are numbers or have a capital inside the sentence (all of them: none)."""
    parts = re.findall(r"\S+", text)
    capitals = [part for part in parts[1:] if re.match(r"\W*[^\W\d_]", part) and part.lstrip("\"'“‘(")[0].isupper()]
    shouting = len(parts) > 3 and len(capitals) > 0.7 * len(parts)
    numbers = [part for part in parts if re.match(r"\W*\d", part)]
    named = (word for part in (*(() if shouting else capitals), *numbers) for word in words(part))
    return frozenset(word for word in named if word not in STOPWORDS)
