"""The days that a question's words name: a day, a month, a year, from one to another, or counted from today."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from assistant import relative_days as counted
from assistant.months import MONTH_NAME, WEEKDAYS, month_number
from assistant.relative_days import COUNTS, Days, DaysOf, before

_ANY_WEEKDAY = "|".join(WEEKDAYS)

_YEAR_NUMBER = r"(?:18|19|20)\d\d"
_DAY_NUMBER = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{MONTH_NAME})\.?"
_YEAR = rf"(?P<year>{_YEAR_NUMBER})"
_DAY = r"(?P<day>\d{1,2})(?P<ordinal>st|nd|rd|th)?"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(COUNTS)}) (?:of )?(?P<unit>day|week|month|year)s?"

MERE_WEEKDAY = re.compile(rf"on (?:{_ANY_WEEKDAY})", re.IGNORECASE)
"""A weekday that no word ties to the day on which it is said, as "last" and "since" do."""


@dataclass(frozen=True, slots=True)
class NamedDays:
    """Days that a question names, and where its words stand."""

    start: int
    end: int
    days: Days


def named_days(question: str, today: date | None) -> Iterator[NamedDays]:
    """The days that the words name, each stretch of words read once, by the first rule that fits.

    Without a day on which it is asked only what needs none is read.
    """
    taken: list[tuple[int, int]] = []
    for pattern, days_of, relative in _RULES:
        if relative and today is None:
            continue
        for match in pattern.finditer(question):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            days = days_of(match, today or date.max)
            if days:
                taken.append(match.span())
                yield NamedDays(*match.span(), days)


def _stretch(year: int, month: int | None = None, day: int | None = None) -> Days:
    """A day, a month or a year from its first day to its last. Raises ValueError where there is no such day."""
    last = month or 12
    return date(year, month or 1, day or 1), date(year, last, day or monthrange(year, last)[1])


def _named_day(match: re.Match[str], today: date) -> Days | None:
    return _named(match, today, int(match["day"])) if _is_month(match) else None


def _named_month(match: re.Match[str], today: date) -> Days | None:
    return _named(match, today, None) if _is_month(match) else None


def _named_year(match: re.Match[str], today: date) -> Days | None:
    return _bounded(match, _stretch(int(match["year"])), today)


def _named(match: re.Match[str], today: date, day: int | None) -> Days | None:
    month = month_number(match["month"])
    year = int(match.groupdict().get("year") or _latest_year(today, month, day or 1))
    try:
        return _bounded(match, _stretch(year, month, day), today)
    except ValueError:
        return None


def _is_month(match: re.Match[str]) -> bool:
    """Whether "may" is no verb and "march" neither verb nor noun: a preposition of time, a day or a year tells."""
    said = match.groupdict()
    if said["month"].lower() not in ("may", "march") or said["preposition"] or said.get("ordinal"):
        return True
    ahead = match.string[: match.start("month")].strip()
    if said.get("year"):  # the march of 1963
        return not (re.search(r"\bof\b", match[0]) and re.search(r"\b(?:the|an?|this|that|their|his|her)$", ahead))
    return bool(ahead) and said["month"][0].isupper()  # what may 10 ministers decide? may 5 of them?


def _latest_year(today: date, month: int, day: int) -> int:
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _bounded(match: re.Match[str], days: Days, today: date) -> Days:
    """The days themselves, or all before, after, since or until them."""
    said = match.groupdict()
    word = (said.get("bound") or ("since" if said.get("onwards") else "")).lower()
    if word == "since":
        return days[0], max(today, days[1])
    if word == "after":
        return days[1], max(today, days[1])
    if word == "before":
        return date.min, before(days[0], 1)
    return (date.min, days[1]) if word in ("until", "till", "by") else days


def _range(match: re.Match[str], today: date) -> Days | None:
    """From the one that is earlier to the other; what is left out of one is the other's, or lies next to it."""
    first_year, first_month, first_day = _parts(match["first"])
    last_year, last_month, last_day = _parts(match["last"])
    if first_day and not first_month:  # from 3 to 5 May
        if not last_day:
            return None
        first_month = last_month
    begins, ends = (first_month or 1, first_day or 1), (last_month or 12, last_day or 31)
    if last_year is None:
        last_year = first_year + (ends < begins) if first_year else _latest_year(today, ends[0], last_day or 1)
    if first_year is None:
        first_year = last_year - (ends < begins)
    try:
        both = _stretch(first_year, first_month, first_day), _stretch(last_year, last_month, last_day)
    except ValueError:
        return None
    return min(both)[0], max(both)[1]


def _parts(text: str) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, as far as the text says."""
    year, day = re.search(_YEAR_NUMBER, text), re.search(rf"\b{_DAY}\b", text)
    month = re.search(MONTH_NAME, text, re.IGNORECASE)
    return (
        int(year[0]) if year else None,
        month_number(month[0]) if month else None,
        int(day["day"]) if day else None,
    )


def _relative(exact: DaysOf, told: DaysOf) -> DaysOf:
    """Days bounded by a word before them are meant as they are, others with the days on which one is told of them."""
    return lambda match, today: (
        _bounded(match, exact(match, today) or (today, today), today) if match["bound"] else told(match, today)
    )


# --- the rules --------------------------------------------------------------------------------------------------------

_Rule = tuple[re.Pattern[str], DaysOf, bool]

# "articles from 2019" are those of 2019, unless the words go on: "from 2019 on", "from 2019 until today".
_ONWARDS = r"(?P<onwards> (?:onwards?\b|on(?=\W*$|,)|(?:to|until|till|up to) (?:now|today|this day|the present)\b))?"
_BOUND = r"(?P<bound>since|after|before|until|till|by)"
_PREPOSITION = rf"(?P<preposition>{_BOUND}|from|in|on|of|during|early in|late in)"
_WITHIN = r"(?:early |mid-?|late )?"
_DATE = rf"(?:(?:the )?{_DAY_NUMBER} (?:of )?{MONTH_NAME}\.?|{_WITHIN}{MONTH_NAME}\.?(?: {_DAY_NUMBER}\b)?)"
_DATE_AND_YEAR = rf"{_DATE},? (?:of )?{_YEAR_NUMBER}"
_WITH_YEAR = rf"(?:{_DATE_AND_YEAR}|{_WITHIN}{_YEAR_NUMBER})"
_WITHOUT_YEAR = rf"(?:{_DATE}|{_DAY_NUMBER})"
_TO = r"(?: ?[-–—] ?| (?:to|until|till|through|up to) )"


def _rule(pattern: str, days_of: DaysOf, relative: bool = False) -> _Rule:
    return re.compile(rf"\b{pattern}(?!\w)", re.IGNORECASE), days_of, relative


def _from_today(pattern: str, exact: DaysOf, told: DaysOf | None = None) -> _Rule:
    return _rule(rf"(?:{_BOUND} )?{pattern}", _relative(exact, told or exact), True)


def _ranges() -> Iterator[_Rule]:
    ways = (("between ", " and "), ("(?:from|in|on|of|during) ", _TO))
    for (opening, joined), (first, last, relative) in product(
        ways,
        (
            (f"(?:{_WITH_YEAR}|{_WITHOUT_YEAR})", _WITH_YEAR, False),
            (_WITH_YEAR, _DATE, False),
            (_WITHOUT_YEAR, _DATE, True),
        ),
    ):
        yield _rule(f"{opening}(?P<first>{first}){joined}(?P<last>{last})", _range, relative)
    yield _rule(f"(?P<first>{_DATE_AND_YEAR}|{_WITHOUT_YEAR}){_TO}(?P<last>{_DATE_AND_YEAR})", _range)


_RULES: tuple[_Rule, ...] = (
    *_ranges(),
    _rule(rf"(?:{_PREPOSITION} )?{_MONTH} {_DAY},? {_YEAR}{_ONWARDS}", _named_day),
    _rule(rf"(?:{_PREPOSITION} )?(?:the )?{_DAY} (?:of )?{_MONTH},? {_YEAR}{_ONWARDS}", _named_day),
    _rule(rf"(?:{_PREPOSITION} )?{_MONTH},? (?:of )?{_YEAR}{_ONWARDS}", _named_month),
    _rule(rf"(?:{_PREPOSITION} )?{_MONTH} {_DAY}{_ONWARDS}", _named_day, True),
    _rule(rf"(?:{_PREPOSITION} )?(?:the )?{_DAY} (?:of )?{_MONTH}{_ONWARDS}", _named_day, True),
    _rule(rf"{_PREPOSITION} (?:early |mid-?|late |last |this )?{_MONTH}{_ONWARDS}", _named_month, True),
    # "the 2024 Games" may be reported in any year
    _rule(rf"{_PREPOSITION} (?:the year )?{_YEAR}{_ONWARDS}", _named_year),
    _from_today(r"(?:the )?day before yesterday", counted.on_day(2), counted.from_day(3)),
    _from_today(r"(?:today|tonight|this (?:morning|afternoon|evening))", counted.on_day(0), counted.from_day(1)),
    _from_today(r"(?:yesterday|last night)", counted.on_day(1), counted.from_day(2)),
    _from_today(rf"{_COUNT} ago", counted.day_ago, counted.about_ago),
    _from_today(rf"(?:the )?(?:last|past|previous) {_COUNT}", counted.from_ago),
    _from_today(r"this (?:past )?week", counted.this_week, counted.from_day(7)),
    _from_today(r"(?:the )?(?:last|past|previous) week", counted.last_week, counted.from_day(14)),
    _from_today(r"(?:(?:this|the|last|past|over the|at the) )+weekend", counted.weekend, counted.around_weekend),
    _from_today(rf"(?:the )?(?:last|past) (?P<weekday>{_ANY_WEEKDAY})", counted.weekday, counted.from_weekday),
    _rule(rf"(?:(?:on|this|since) )+(?P<weekday>{_ANY_WEEKDAY})", counted.from_weekday, True),
    _rule(rf"(?:tomorrow|(?:next|coming) (?:week|weekend|month|year|{_ANY_WEEKDAY}))", counted.from_day(14), True),
    _from_today(r"this month", counted.this_month),
    _from_today(r"(?:the )?(?:last|past|previous) month", counted.last_month),
    _from_today(r"this year", counted.this_year),
    _from_today(r"(?:the )?(?:last|past|previous) year", counted.last_year),
)
