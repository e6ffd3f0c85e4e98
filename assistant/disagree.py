"""Statements of two articles on the same subject whose number or date differs. Pure.

Precision goes first: that two sentences are alike is not enough, they must say the same of the same thing but for one
fact, and neither article may give the other one's fact as well. Who is right is never said. Names are left alone: of 17
pairs of news sentences that differed in one, none was a disagreement.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from assistant.central import Embed
from assistant.facts import Fact, facts
from assistant.material import Told, Voice
from assistant.stated import Counted, Stated, near, stated
from index.schema import EmbeddingError
from index.splitting import Span
from index.words import content_words, stem

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
BRIEFEST = 2
"""How many words it is of brief sentences that say nothing else, if their articles are of one event."""
SAME_DAYS, TITLED = 1, 2
"""Days between two articles of one event at most, and words that their titles share at least."""
SURE = 0.7
"""The share from which durations, hours, and numbers far from each other are taken for the same one, told otherwise."""
FAR = 3
"""Times that a number is another one, from which the two count different things, but where only its scale differs."""
ABOUT = 1.25
"""How many times a number may be another that is only about so large."""
NAMED, FEWEST_NAMES = 0.85, 2
"""The share from which two sentences need no names in common to speak of the same; below it so many words of names."""
SISTERS = 3
"""Sentences with the same words in two articles from which they are one text made for several places."""
_OF_TIME = frozenset(map(stem, "second minute hour day week month year decade am pm p time age old".split()))
_OTHERWISE = frozenset(map(stem, "average averaging total per each daily rate additional another remaining".split()))
"""Words that make another quantity of one."""
_RELATIVE = re.compile(
    r"\b(?:ago|last (?:week|month|year|night)|yesterday|today|consecutive|straight|in a row|now|so far|as of"
    r"|as the (?:morning|evening) of)\b",
    re.IGNORECASE,
)
"""What counts from the day of publication, or up to it, differs with it."""
_OF_THE_TEXT = re.compile(
    r"\b(?:editor['’]s? note|corrections?:|clarification:|(?:an earlier|a previous) version|this (?:poll|survey)"
    r"|this (?:page|story|article) (?:reflects|was|has been)|margin of (?:sampling )?error)\b",
    re.IGNORECASE,
)
"""What speaks of an article, or of one poll, and of nothing that another could tell otherwise."""
_ANEW = frozenset(
    map(
        stem,
        "mph kph knot degree point assist rebound attempt touchdown yard inning goal save run hit strikeout".split(),
    )
)
"""What is measured anew every day or in every game."""
ALIKE = 0.6
"""The cosine of two sentences' embeddings below which they speak of different things, whatever words they share."""


def differences(voices: Sequence[Voice], most: int, embed: Embed | None = None) -> list[Difference]:
    """Where articles differ, the surest first; each sentence stands in one pair only."""
    found: list[Difference] = []
    read = [[stated(told) for told in voice.told] for voice in voices]
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
        if each.one.span not in used and each.other.span not in used and _are_alike(each, embed):
            kept.append(each)
        if len(kept) == most:
            break
    return kept


def _are_alike(difference: Difference, embed: Embed | None) -> bool:
    """Whether the sentences speak of the same, as far as an embedding model can tell; it is asked of few."""
    if embed is None:
        return True
    try:
        one, other = embed([difference.one.text, difference.other.text])
    except EmbeddingError:  # the words alone must do
        return True
    return float(one @ other) >= ALIKE


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


def _are_sisters(one: Sequence[Stated], other: Sequence[Stated]) -> bool:
    """Whether one text was made for several places: it says the same of each, with other names and numbers."""
    said = {each.content for each in one if len(each.content) >= FEWEST["date"]}
    return sum(each.content in said and bool(each.names) for each in other) >= SISTERS


def _between(
    one: Sequence[Stated], other: Sequence[Stated], known: _Known, known_other: _Known
) -> Iterator[Difference]:
    """The differences of two articles, at most one for each two sentences."""
    for left in one:
        for right in other:
            shared = len(left.content & right.content)
            share = shared / max(1, min(len(left.content), len(right.content)))
            count = shared + len(left.names & right.names)
            brief = _are_the_same_but_for_numbers(left, right)
            if (count < min(FEWEST.values()) and not brief) or share < min(SHARED.values()) or _is_other(left, right):
                continue
            if share < NAMED and len(left.names & right.names) < FEWEST_NAMES:
                continue
            apart = (
                Difference(kind, left.told, right.told, at, other_at, share)
                for kind, at, other_at in _facts_apart(left, right, share, known, known_other)
                if share >= SHARED[kind] and (count >= FEWEST[kind] or (brief and kind == "number"))
            )
            if found := next(apart, None):
                yield _ordered(found)


def _are_the_same_but_for_numbers(one: Stated, other: Stated) -> bool:
    """Whether two brief sentences say the very same words, in articles of the same days on the same: `Five died.`"""
    if one.content != other.content or len(one.content) < BRIEFEST or one.names ^ other.names or one.told.leans:
        return False
    days = one.told.article.published, other.told.article.published
    if not (days[0] and days[1] and abs((days[0] - days[1]).days) <= SAME_DAYS):
        return False
    titles = [{stem(word) for word in content_words(each.told.article.title)} for each in (one, other)]
    return len(titles[0] & titles[1]) >= TITLED


def _facts_apart(
    one: Stated, other: Stated, share: float, known: _Known, known_other: _Known
) -> Iterator[tuple[DifferenceKind, Span, Span]]:
    """The facts that differ, each unknown to the other article; none where the sentences name others besides."""
    if one.names - other.names and other.names - one.names:
        return
    counts = () if _times_apart(one, other) else product(one.counted, other.counted)
    for counted, against in counts:
        is_known = counted.fact.value in known_other.numbers or against.fact.value in known.numbers
        is_anew = counted.noun in _ANEW and _days_differ(one, other)
        if not (is_known or is_anew) and _is_same_count(counted, against, share) and _apart(counted, against):
            yield "number", _place(counted.fact), _place(against.fact)
    for kind in ("day", "year"):
        dates, others_dates = ([fact for fact in each.dates if fact.kind == kind] for each in (one, other))
        if len(dates) == len(others_dates) == 1 and dates[0].value != others_dates[0].value:
            is_known = dates[0].value in known_other.dates or others_dates[0].value in known.dates
            around = (near(each.told.text, fact) for each, fact in ((one, dates[0]), (other, others_dates[0])))
            if not is_known and len(frozenset.intersection(*around)) >= 2:
                yield "date", _place(dates[0]), _place(others_dates[0])


def _place(fact: Fact) -> Span:
    return fact.start, fact.end


def _is_same_count(one: Counted, other: Counted, share: float) -> bool:
    """Whether two numbers count the same: by unit, by the next word, and by two of the words around them."""
    if one.fact.unit != other.fact.unit or one.noun != other.noun:
        return False
    low, high = sorted((one.value, other.value))
    scaled = low > 0 and (high / low) in (10.0, 100.0, 1e3, 1e6)
    if (share < SURE and one.noun in _OF_TIME) or (high > FAR * low and not scaled):
        return False
    return len(one.near & other.near) >= (2 if one.noun else 3)


def _apart(one: Counted, other: Counted) -> bool:
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


def _is_other(one: Stated, other: Stated) -> bool:
    """Whether the sentences speak of different quantities, or count from different days."""
    both = f"{one.told.text}\n{other.told.text}"
    if _OF_THE_TEXT.search(both) or (_days_differ(one, other) and _RELATIVE.search(both)):
        return True
    return (one.told.stems & _OTHERWISE) != (other.told.stems & _OTHERWISE)


def _days_differ(one: Stated, other: Stated) -> bool:
    return one.told.article.published != other.told.article.published


def _times_apart(one: Stated, other: Stated) -> bool:
    """Whether the sentences speak of different times, as far as they say."""
    for kind in ("day", "month", "year", "weekday"):
        left = {fact.value for fact in one.dates if fact.kind == kind}
        right = {fact.value for fact in other.dates if fact.kind == kind}
        if left and right and not left & right:
            return True
    return False


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
