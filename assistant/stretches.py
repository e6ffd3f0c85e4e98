"""The days and months that a text names, each as a stretch of days of one year, or of any where it names none. Pure."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.facts import Fact, facts
from assistant.months import MONTH_NAME

_CARRIED = re.compile(r" \([^()]*\)$")
NAME_OF_DAYS = re.compile(
    rf"\b(?:of|the) {MONTH_NAME}\.? \d{{1,2}}(?:st|nd|rd|th)?"
    r" (?!(?:in|at|on|of|and|to|until)\b)[a-z]",
    re.IGNORECASE,
)
"""A day that names what happened on it, in whatever year: "the January 6 attack"."""
_BEFORE = re.compile(
    r"(?:(?P<first>\d{1,2})(?:st|nd|rd|th)?(?: of)?(?:, | and | or | to | until | through |, and | ?[-–—/] ?))+$"
)
"""The days before the last one of some: `16, 17 and 18 June`, of which the first is kept."""
_BEHIND = re.compile(r"(?: ?[-–—] ?| and | to | or )(?P<last>\d{1,2})(?:st|nd|rd|th)?(?=[,.;:)]|$| (?:1[5-9]|20)\d\d)")
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*(?:(?:early|mid|late)[ -])?|\s+and\s+")
_OPENS = re.compile(r"\b(?:since|after|from|following)(?: (?:early|mid|late|the))?[ -]$", re.IGNORECASE)
_CLOSES = re.compile(r"\b(?:until|till|by|through|ahead of)(?: (?:early|mid|late|the))?[ -]$", re.IGNORECASE)
_IN_NUMBERS = re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2((?:1[5-9]|20)\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from a (month, day) to another, both included, of one year or of any; open to one side where they are."""

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None
    opens: bool = False
    closes: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last and not (self.opens or self.closes)

    def days(self, year: int) -> tuple[date, date]:
        """From its first day to its last, of the year given where it names none."""
        year = self.year or year
        return (
            date.min if self.closes else day_of_month(year, *self.first),
            date.max if self.opens else day_of_month(year + (self.last < self.first and not self.closes), *self.last),
        )

    def meets(self, other: "Stretch", year: int = 2000) -> bool:
        """Whether they share a day; where one names no year, one of any year, and the `year` where both name none."""
        year = self.year or other.year or year
        (first, last), (others_first, others_last) = self.days(year), other.days(year)
        return first <= others_last and others_first <= last


def days_asked(question: str) -> list[Stretch]:
    """The days and months that a question names; none where they are part of a name, as in "the January 6 attack".

    Of a question that goes on with an earlier one its own, else those that were carried, in brackets behind it.
    """
    if NAME_OF_DAYS.search(question):
        return []
    return stretches(_CARRIED.sub("", question)) or stretches(question)


def stretches(text: str) -> list[Stretch]:
    """The days and months that a text names, in order; a year alone is none."""
    every = facts(text)
    found: list[Stretch] = []
    ended = -1
    for index, fact in enumerate(every):
        if fact.kind not in ("day", "month"):
            continue
        own = _with_bounds(
            text, fact, _with_neighbours(text, fact, _stretch(fact, _year(text, fact, every[max(0, index - 1) :])))
        )
        if found and _joined(text, ended, fact.start) and not own.closes | found[-1].closes:
            own = replace(own, first=found[-1].first, opens=False, year=own.year or found[-1].year)
            found.pop()
        found.append(own)
        ended = _end(text, fact)
    for match in _IN_NUMBERS.finditer(text):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        both = {(one, other), (other, one)}  # of the world's two orders nobody tells which it is
        found += [Stretch((month, day), (month, day), year) for month, day in sorted(both) if month <= 12 and day <= 31]
    return found


def _stretch(fact: Fact, year: int | None) -> Stretch:
    if isinstance(fact.value, tuple):
        return Stretch(fact.value, fact.value, year)
    month = int(float(fact.value))
    return Stretch((month, 1), (month, 31), year)


def _year(text: str, fact: Fact, near: Sequence[Fact]) -> int | None:
    """The year that a day or month is followed by, or that stands in its words."""
    for other in near[:3]:
        is_within = fact.start <= other.start < fact.end
        if other.kind == "year" and (is_within or re.fullmatch(r",?\s+(?:of\s+)?", text[fact.end : other.start])):
            return int(float(str(other.value)))
    match = re.match(r"(?: ?[-–—] ?| and | to )\d{1,2}(?:st|nd|rd|th)?,? ((?:1[5-9]|20)\d\d)\b", text[fact.end :])
    return int(match[1]) if match else None


def _with_neighbours(text: str, fact: Fact, own: Stretch) -> Stretch:
    """A day with those that share its month's name with it: `18 and 19 June`, `June 18-19`."""
    if fact.kind != "day":
        return own
    month, day = own.first
    if (match := _BEFORE.search(text[: fact.start])) and text[fact.start].isdigit():
        first = int(re.search(r"\d+", match[0])[0])  # type: ignore[index]
        return replace(own, first=(month, first)) if 1 <= first < day else own
    if (match := _BEHIND.match(text, fact.end)) and not text[fact.start].isdigit():
        return replace(own, last=(month, int(match["last"]))) if day < int(match["last"]) <= 31 else own
    return own


def _with_bounds(text: str, fact: Fact, own: Stretch) -> Stretch:
    ahead = text[: fact.start]
    if re.search(r"\bbefore $", ahead, re.IGNORECASE):
        return _before(own)
    return replace(own, opens=bool(_OPENS.search(ahead)), closes=bool(_CLOSES.search(ahead)))


def _before(own: Stretch) -> Stretch:
    """All days up to the last one before these; a month's last day is its 31st, as everywhere here."""
    month, day = own.first
    if day > 1:
        return replace(own, last=(month, day - 1), closes=True)
    year = own.year - 1 if own.year and month == 1 else own.year
    return replace(own, last=((month + 10) % 12 + 1, 31), year=year, closes=True)


def _end(text: str, fact: Fact) -> int:
    """Where a date ends, with its year."""
    match = re.match(r",?\s+(?:1[5-9]|20)\d\d\b", text[fact.end :])
    return fact.end + (match.end() if match else 0)


def _joined(text: str, ended: int, start: int) -> bool:
    """Whether what stands between two dates makes one stretch of them: `from 28 January to 3 February`."""
    gap = _TO.fullmatch(text, ended, start)
    return bool(gap) and ("and" not in gap[0] or bool(re.search(r"\bbetween\b[^.]{0,30}$", text[:ended])))  # type: ignore[index]


def day_of_month(year: int, month: int, day: int) -> date:
    """The day, or the last one of a month that has fewer."""
    return date(year, month, min(day, monthrange(year, month)[1]))
