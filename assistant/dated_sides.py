"""Two months or days held against each other: which they are, of what, and which sentences are of them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from assistant.facts import Fact, facts
from assistant.material import Told, Voice
from assistant.months import MONTH_NAME
from index.words import content_words

_YEAR = r"(?:18|19|20)\d\d"
_DATE = (
    rf"(?:(?:early |late )?{MONTH_NAME}\.?|(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTH_NAME}\.?"
    rf"|{MONTH_NAME}\.? \d{{1,2}}(?:st|nd|rd|th)?)(?:,? (?:of )?{_YEAR})?|{_YEAR}"
)
_JOINT = r"(?:in|on|of|from|during)"
_MERE = re.compile(rf"(?:(?:the ones?|that|those) )?(?:{_JOINT} )?(?P<date>{_DATE})", re.IGNORECASE)
_ENDING = re.compile(rf"(?P<topic>.+?) (?P<joint>{_JOINT}) (?P<date>{_DATE})", re.IGNORECASE)
TOLD_LATER = 1
"""Days after a day on which articles tell of it without naming it."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A topic in some month, year or on some day, as far as that is said; the side's name says both."""

    name: str
    topic: str
    facts: tuple[Fact, ...]

    def within(self, voice: Voice) -> Voice:
        """The voice with its sentences on the topic that are of these days: what names no day is of its article's."""
        return replace(voice, told=tuple(told for told in voice.on_topic if self._holds(told)))

    def _holds(self, told: Told) -> bool:
        every = facts(told.text)
        named = {kind: {fact.value for fact in every if fact.kind == kind} for kind in ("day", "month", "year")}
        named["month"] |= {value[0] for value in named["day"] if isinstance(value, tuple)}
        published = told.article.published
        told_of = bool(named["day"] or named["month"])
        for fact in self.facts:
            known = named[fact.kind]
            if fact.kind == "year" and not known and published:
                known = {published.year}
            elif fact.kind == "month" and not told_of and published:
                known = {published.month}
            elif fact.kind == "day" and not told_of and published:
                days = (published - timedelta(late) for late in range(TOLD_LATER + 1))
                known = {(day.month, day.day) for day in days}
            if fact.value not in known:
                return False
        return True


def dated_sides(sides: Sequence[str]) -> tuple[Dated, ...]:
    """The sides of a comparison of months or days, none where they are anything else.

    `The council meetings in May` and `June 2024` are of one topic, and of one year where only the last names it.
    """
    first = _ENDING.fullmatch(sides[0]) if len(sides) == 2 else None
    if first is None or not content_words(first["topic"]):
        return ()
    second = _MERE.fullmatch(sides[1]) or _ENDING.fullmatch(sides[1])
    if second is None:
        return ()
    topic = second.groupdict().get("topic") or first["topic"]
    year = re.search(rf"{_YEAR}$", second["date"])
    has_year = re.search(_YEAR, first["date"]) or year is None
    dates = (first["date"] if has_year or year is None else f"{first['date']} {year[0]}", second["date"])
    read = [_read(date) for date in dates]
    if not all(read) or read[0] == read[1]:
        return ()
    named = zip((first["topic"], topic), dates, read, strict=True)
    return tuple(Dated(f"{topic} {first['joint']} {date}", topic, of) for topic, date, of in named)


def _read(date: str) -> tuple[Fact, ...]:
    """The facts that a date holds; a month is one of its own only without a day."""
    return tuple(facts(f"in {re.sub('^the ', '', date, flags=re.IGNORECASE)}"))
