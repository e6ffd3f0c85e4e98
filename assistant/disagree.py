"""Statements of two articles on the same subject whose number or date differs. Pure.

Precision goes first: that two sentences are alike is not enough, they must say the same of the same thing but for one
fact, and neither article may give the other one's fact as well. Who is right is never said. Names are left alone: of 17
pairs of news sentences that differed in one, none was a disagreement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Literal

from assistant.facts import Fact, facts, names, roots
from assistant.material import Told, Voice
from index.splitting import Span
from index.words import STOPWORDS, stem, words

DifferenceKind = Literal["number", "date"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sentences that differ, the earlier published first, and where in each the differing words stand."""

    kind: DifferenceKind
    one: Told
    other: Told
    one_at: Span
    other_at: Span
    shared: float
    """The share of the shorter sentence's words that the other holds too, 0..1."""


SHARED = {"number": 0.5, "date": 0.75}
"""The share of the shorter sentence's words, without the facts, that both sentences hold at least."""
FEWEST = {"number": 4, "date": 5}
"""How many words that is at least."""
SURE = 0.7
"""The share from which durations, hours, and numbers far from each other are taken for the same one, told otherwise."""
FAR = 3
"""Times that a number is another one, from which the two count different things, but where only its scale differs."""
NEAR = 3
"""Words with a meaning on either side of a number that tell what is counted."""
ABOUT = 1.25
"""How many times a number may be another that is only about so large."""
NAMED, FEWEST_NAMES = 0.85, 2
"""The share from which two sentences need no names in common to speak of the same; below it so many words of names."""
SISTERS = 3
"""Sentences with the same words in two articles from which they are one text made for several places."""
_OF_TIME = frozenset(map(stem, "second minute hour day week month year decade am pm p time age old".split()))
_OTHERWISE = frozenset(map(stem, "average averaging total per each daily rate additional another remaining".split()))
"""Words that make another quantity of one."""
_PARTS = frozenset("first last next another other top final past".split())
"""Words before a number that pick some out of more: "the first three"."""
_RELATIVE = re.compile(
    r"\b(?:ago|last (?:week|month|year|night)|yesterday|today|consecutive|straight|in a row)\b", re.IGNORECASE
)
"""What counts from the day of publication differs with it."""
_CLAUSE_END = re.compile(r"[,;:()—–]|\b(?:and|but|while|although|whereas|which)\b")


@dataclass(frozen=True, slots=True)
class _Counted:
    """A number with what it counts: the stem of the next word, and those of the words around it."""

    fact: Fact
    value: float
    noun: str
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence as it is compared."""

    told: Told
    counted: tuple[_Counted, ...]
    dates: tuple[Fact, ...]
    names: frozenset[str]
    """Its names, by a form that all their endings share."""
    content: frozenset[str]
    """The stems of its words with a meaning, without its numbers, dates and names."""


def differences(voices: Sequence[Voice], most: int) -> list[Difference]:
    """Where articles differ, the surest first; each sentence stands in one pair only."""
    found: list[Difference] = []
    read = [[_read(told) for told in voice.told] for voice in voices]
    known = [_Known.of(voice) for voice in voices]
    for first, one in enumerate(read):
        for second in range(first + 1, len(read)):
            if not _are_sisters(one, read[second]):
                found += _between(one, read[second], known[first], known[second])
    kept: list[Difference] = []
    for each in sorted(found, key=lambda each: -each.shared):
        used = {
            told.span
            for pair in kept
            for told in (pair.one, pair.other)
            if told.article.id in (each.one.article.id, each.other.article.id)
        }
        if each.one.span not in used and each.other.span not in used:
            kept.append(each)
    return kept[:most]


@dataclass(frozen=True, slots=True)
class _Known:
    """All numbers and dates of an article, by which it may hold the other's fact as well."""

    numbers: frozenset[object]
    dates: frozenset[object]

    @classmethod
    def of(cls, voice: Voice) -> "_Known":
        """Those of a voice."""
        text = f"{voice.article.title}.\n{voice.article.text}"
        every = facts(text)
        return cls(
            frozenset(fact.value for fact in every if fact.kind in ("number", "year")),
            frozenset(fact.value for fact in every if fact.kind != "number"),
        )


def _are_sisters(one: Sequence[_Read], other: Sequence[_Read]) -> bool:
    """Whether one text was made for several places: it says the same of each, with other names and numbers."""
    said = {each.content for each in one if len(each.content) >= FEWEST["date"]}
    return sum(each.content in said and bool(each.names) for each in other) >= SISTERS


def _between(one: Sequence[_Read], other: Sequence[_Read], known: _Known, known_other: _Known) -> Iterator[Difference]:
    """The differences of two articles, at most one for each two sentences."""
    for left in one:
        for right in other:
            shared = len(left.content & right.content)
            share = shared / max(1, min(len(left.content), len(right.content)))
            count = shared + len(left.names & right.names)
            if count < min(FEWEST.values()) or share < min(SHARED.values()) or _is_other(left, right):
                continue
            if share < NAMED and len(left.names & right.names) < FEWEST_NAMES:
                continue
            apart = (
                Difference(kind, left.told, right.told, at, other_at, share)
                for kind, at, other_at in _facts_apart(left, right, share, known, known_other)
                if count >= FEWEST[kind] and share >= SHARED[kind]
            )
            if found := next(apart, None):
                yield _ordered(found)


def _facts_apart(
    one: _Read, other: _Read, share: float, known: _Known, known_other: _Known
) -> Iterator[tuple[DifferenceKind, Span, Span]]:
    """The facts that differ, each unknown to the other article; none where the sentences name others besides."""
    if one.names - other.names and other.names - one.names:
        return
    counts = () if _times_apart(one, other) else product(one.counted, other.counted)
    for counted, against in counts:
        is_known = counted.fact.value in known_other.numbers or against.fact.value in known.numbers
        if not is_known and _is_same_count(counted, against, share) and _apart(counted, against):
            yield "number", _place(counted.fact), _place(against.fact)
    for kind in ("day", "year"):
        dates, others_dates = ([fact for fact in each.dates if fact.kind == kind] for each in (one, other))
        if len(dates) == len(others_dates) == 1 and dates[0].value != others_dates[0].value:
            is_known = dates[0].value in known_other.dates or others_dates[0].value in known.dates
            if not is_known:
                yield "date", _place(dates[0]), _place(others_dates[0])


def _place(fact: Fact) -> Span:
    return fact.start, fact.end


def _is_same_count(one: _Counted, other: _Counted, share: float) -> bool:
    """Whether two numbers count the same: by unit, by the next word, and by two of the words around them."""
    if one.fact.unit != other.fact.unit or one.noun != other.noun:
        return False
    low, high = sorted((one.value, other.value))
    scaled = low > 0 and (high / low) in (10.0, 100.0, 1e3, 1e6)
    if (share < SURE and one.noun in _OF_TIME) or (high > FAR * low and not scaled):
        return False
    return len(one.near & other.near) >= (2 if one.noun else 3)


def _apart(one: _Counted, other: _Counted) -> bool:
    """Whether two numbers cannot both be right: not where one is the other rounded, or within the other's bound."""
    low, high = sorted((one, other), key=lambda each: each.value)
    if low.value == high.value or low.fact.bound == "over" or high.fact.bound == "under":
        return False
    if "about" in (low.fact.bound, high.fact.bound) and high.value <= ABOUT * low.value:
        return False
    return not _is_rounded(low.value, high.value) and not _is_rounded(high.value, low.value)


def _is_rounded(rough: float, exact: float) -> bool:
    """Whether one is the other with fewer digits: 4 million for 4.2 million, 290,000 for 289,526."""
    digits = len(f"{rough:.12g}".replace(".", "").strip("0"))
    exact_digits = len(f"{exact:.12g}".replace(".", "").strip("0"))
    if exact == 0 or digits >= exact_digits:
        return False
    return abs(rough - exact) <= 0.1 * exact


def _is_other(one: _Read, other: _Read) -> bool:
    """Whether the sentences speak of different quantities, or count from different days."""
    days_differ = one.told.article.published != other.told.article.published
    if days_differ and (_RELATIVE.search(one.told.text) or _RELATIVE.search(other.told.text)):
        return True
    return (one.told.stems & _OTHERWISE) != (other.told.stems & _OTHERWISE)


def _times_apart(one: _Read, other: _Read) -> bool:
    """Whether the sentences speak of different times, as far as they say."""
    for kind in ("day", "month", "year", "weekday"):
        left = {fact.value for fact in one.dates if fact.kind == kind}
        right = {fact.value for fact in other.dates if fact.kind == kind}
        if left and right and not left & right:
            return True
    return False


@lru_cache(maxsize=4096)
def _read(told: Told) -> _Read:
    text = told.text
    every = facts(text)
    dates = tuple(fact for fact in every if fact.kind != "number")
    counted = tuple(_counted(text, fact) for fact in every if fact.kind == "number" and _is_whole(text, fact))
    named = frozenset(min(roots(str(fact.value)), key=len) for fact in names(text))
    taken = {word for fact in (*every, *names(text)) for word in words(text[fact.start : fact.end])}
    own = (word for word in words(text) if word not in STOPWORDS and word not in taken and not word[0].isdigit())
    return _Read(told, counted, dates, named, frozenset(map(stem, own)))


def _is_whole(text: str, fact: Fact) -> bool:
    """Whether a number counts all there are, and is written as one."""
    return not fact.loose and words(text[: fact.start])[-1:] not in ([part] for part in _PARTS)


def _counted(text: str, fact: Fact) -> _Counted:
    before = [word for word in words(_CLAUSE_END.split(text[: fact.start])[-1]) if word not in STOPWORDS]
    behind = [word for word in words(_CLAUSE_END.split(text[fact.end :])[0]) if word not in STOPWORDS]
    adjacent = words(text[fact.end : fact.end + 40])[:1]
    noun = stem(behind[0]) if behind and adjacent and adjacent[0] == behind[0] else ""
    return _Counted(fact, _number(fact), noun, frozenset(map(stem, (*before[-NEAR:], *behind[:NEAR]))))


def _number(fact: Fact) -> float:
    return float(fact.value) if isinstance(fact.value, int | float) else 0.0


def _ordered(difference: Difference) -> Difference:
    difference = replace(
        difference,
        one_at=_trimmed(difference.one.text, difference.one_at),
        other_at=_trimmed(difference.other.text, difference.other_at),
    )
    one, other = difference.one.article.published, difference.other.article.published
    if one and other and other < one:
        return Difference(
            difference.kind, difference.other, difference.one, difference.other_at, difference.one_at, difference.shared
        )
    return difference


def _trimmed(text: str, span: Span) -> Span:
    """Without the full stop or comma that a date may end in."""
    return span[0], span[0] + len(text[slice(*span)].rstrip(" .,"))
