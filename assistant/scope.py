"""What a question says of the articles that answer it: their source, their days, or that they should be recent."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.schema import Scope
from assistant.source_names import named_source
from index.schema import Filters, Leaning

RECENT_DAYS = 7
"""The last days, which "recently" and "latest" mean most of all."""

TIE = 0.15
"""What an article of the last days gains where a question says nothing of time: of two that fit alike, the newer.
`benchmarks/README.md` tells what it finds for questions of the week and costs for those of years later."""

Days = tuple[date, date]

_NUMBERS = {
    word: number
    for number, words in enumerate("a an one|two couple|three few|four|five|six|seven|eight|nine|ten".split("|"), 1)
    for word in words.split()
}
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_MONTHS = (
    "january february march april may june july august september october november december".split()
)  # fmt: skip
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' if name != 'may' else 'may' for name in _MONTHS)}|sept)\.?"
_YEAR = r"(?P<year>(?:18|19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}) (?:of )?(?P<unit>day|week|month|year)s?"


@dataclass(frozen=True, slots=True)
class _Said:
    """Days that a question names, and where its words stand."""

    start: int
    end: int
    days: Days


def understood(question: str, today: date | None, sources: Sequence[str]) -> Scope:
    """The scope of a question asked on a day; without a day only what needs none is understood.

    A source or days are a filter where the words speak of publication ("according to Reuters", "articles since March").
    Other days are leaned on: "in March" may speak of what happened then, and be told later.
    """
    source, naming = named_source(question, sources)
    said = list(_said(question, today))
    words = tuple(part for part in (naming, *(question[each.start : each.end] for each in said)) if part)
    filters = Filters((source,) if source else ())
    if said:
        closest = min(said, key=lambda each: each.days[1] - each.days[0])
        since, until = closest.days
        if _PUBLISHED.search(question[: closest.start]):
            return Scope(Filters(filters.sources, _open(since), _open(until)), None, words)
        return Scope(filters, Leaning(since, until), words)
    if today is None:
        return Scope(filters, None, words)
    recent, since = _RECENT.search(question), _back(today, RECENT_DAYS)
    if recent:
        return Scope(filters, Leaning(since, today, fading_days=30), (*words, recent[0]))
    return Scope(filters, Leaning(since, today, weight=TIE, fading_days=30, sought=False), words)


def narrowed(filters: Filters, scope: Scope) -> Filters:
    """A person's filters, and where they leave source or dates open those of the question."""
    dated = filters if filters.since or filters.until else scope.filters
    return Filters(filters.sources or scope.filters.sources, dated.since, dated.until)


def days_named(question: str, today: date | None) -> tuple[date | None, date | None, tuple[str, ...]]:
    """The first and last of the days that a question names most closely, None for an open end, and all its words."""
    said = list(_said(question, today))
    if not said:
        return None, None, ()
    since, until = min((each.days for each in said), key=lambda days: days[1] - days[0])
    return _open(since), _open(until), tuple(question[each.start : each.end] for each in said)


_RECENT = re.compile(
    r"\b(?:latest|(?:most |more )?recent(?:ly)?|newest|lately|currently|current|right now|now|at the moment|these days"
    r"|so far|ongoing|upcoming|just)\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:(?:articles?|stories|coverage)(?: (?:from|of|published|written|posted|dated))?"
    r"|(?:reports?|news|headlines|pieces?) (?:from|published|written|posted|dated)|published(?: \w+){0,3})\s*$",
    re.IGNORECASE,
)


def _open(day: date) -> date | None:
    """None for the ends of time."""
    return None if day in (date.min, date.max) else day


def _said(question: str, today: date | None) -> Iterator[_Said]:
    """The days that the words name, each stretch of words read once, by the first rule that fits."""
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
                yield _Said(*match.span(), days)


# --- absolute ---------------------------------------------------------------------------------------------------------


def _month_number(match: re.Match[str]) -> int:
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(match["month"].lower()[:3]))


def _month(year: int, month: int) -> Days:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(1)


def _named_day(match: re.Match[str], today: date) -> Days | None:
    groups = match.groupdict()
    month = _month_number(match)
    year = int(groups["year"]) if groups.get("year") else _latest_year(today, month, int(match["day"]))
    try:
        day = date(year, month, int(match["day"]))
    except ValueError:
        return None
    return _bounded(match, (day, day), today)


def _named_month(match: re.Match[str], today: date) -> Days | None:
    groups, month = match.groupdict(), _month_number(match)
    year = int(groups["year"]) if groups.get("year") else _latest_year(today, month, 1)
    return _bounded(match, _month(year, month), today)


def _named_year(match: re.Match[str], today: date) -> Days | None:
    year = int(match["year"])
    return _bounded(match, (date(year, 1, 1), date(int(match.groupdict().get("to") or year), 12, 31)), today)


def _latest_year(today: date, month: int, day: int) -> int:
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _bounded(match: re.Match[str], days: Days, today: date) -> Days:
    """The days themselves, or all before, after, since or until them."""
    word = (match.groupdict().get("bound") or "").lower()
    if word in ("since", "from"):
        return days[0], max(today, days[1])
    if word == "after":
        return days[1], max(today, days[1])
    if word == "before":
        return date.min, days[0] - timedelta(1)
    return (date.min, days[1]) if word in ("until", "till", "by") else days


# --- relative to today ------------------------------------------------------------------------------------------------


def _ago(match: re.Match[str], today: date) -> Days | None:
    count = _count(match)
    unit = _UNIT_DAYS[match["unit"].lower()]
    return _back(today, int((count + 0.5) * unit)), _back(today, int((count - 0.5) * unit))


def _past(match: re.Match[str], today: date) -> Days | None:
    return _back(today, _count(match) * _UNIT_DAYS[match["unit"].lower()]), today


def _count(match: re.Match[str]) -> int:
    said = match["count"].lower()
    return int(said) if said.isdigit() else _NUMBERS[said]


def _back(today: date, days: int) -> date:
    return today - timedelta(min(days, today.toordinal() - 1))


def _weekday(match: re.Match[str], today: date) -> Days:
    """That day of the last seven, up to today: what happened is told on the day or after it."""
    back = (today.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    return today - timedelta(back), today


def _weekend(match: re.Match[str], today: date) -> Days:
    """The last Friday evening to the Monday after."""
    friday = today - timedelta((today.weekday() - 4) % 7 or 7)
    return friday, min(today, friday + timedelta(3))


def _last_month(match: re.Match[str], today: date) -> Days:
    last = today.replace(day=1) - timedelta(1)
    return last.replace(day=1), last


def _last_year(match: re.Match[str], today: date) -> Days:
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)


def _span(back: int) -> Callable[[re.Match[str], date], Days]:
    return lambda match, today: (_back(today, back), today)


_BOUND = r"(?:(?P<bound>since|from|after|before|until|till|by)|in|on|of|during|early in|late in)"
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], Days | None], bool]


def _rule(pattern: str, days_of: Callable[[re.Match[str], date], Days | None], relative: bool = False) -> _Rule:
    return re.compile(rf"\b{pattern}(?!\w)", re.IGNORECASE), days_of, relative


_RULES: tuple[_Rule, ...] = (
    _rule(rf"(?:{_BOUND} )?{_MONTH} {_DAY},? {_YEAR}", _named_day),
    _rule(rf"(?:{_BOUND} )?(?:the )?{_DAY} (?:of )?{_MONTH},? {_YEAR}", _named_day),
    _rule(rf"(?:{_BOUND} )?{_MONTH},? (?:of )?{_YEAR}", _named_month),
    _rule(rf"(?:{_BOUND} )?{_MONTH} {_DAY}", _named_day, True),
    _rule(rf"(?:{_BOUND} )?(?:the )?{_DAY} (?:of )?{_MONTH}", _named_day, True),
    _rule(rf"{_BOUND} (?:early |mid-?|late |last |this )?{_MONTH}", _named_month, True),
    _rule(rf"between {_YEAR} and (?P<to>(?:18|19|20)\d\d)", _named_year),
    _rule(rf"from {_YEAR} (?:to|until) (?P<to>(?:18|19|20)\d\d)", _named_year),
    _rule(rf"{_BOUND} (?:the year )?{_YEAR}", _named_year),  # "the 2024 Games" may be reported in any year
    _rule(r"(?:today|tonight|this (?:morning|afternoon|evening))", _span(1), True),
    _rule(r"(?:yesterday|last night)", _span(2), True),
    _rule(rf"{_COUNT} ago", _ago, True),
    _rule(rf"(?:the )?(?:last|past|previous) {_COUNT}", _past, True),
    _rule(r"this (?:past )?week", _span(7), True),
    _rule(r"(?:(?:the )?(?:last|past|previous)) week", _span(14), True),
    _rule(r"(?:(?:this|the|last|past|over the|at the) )+weekend", _weekend, True),
    _rule(rf"(?:(?:on|last|this|past|since) )+(?P<weekday>{'|'.join(_WEEKDAYS)})", _weekday, True),
    _rule(r"(?:tomorrow|(?:next|coming) (?:week|weekend|month|year|" + "|".join(_WEEKDAYS) + "))", _span(14), True),
    _rule(r"this month", lambda match, today: (today.replace(day=1), today), True),
    _rule(r"(?:the )?(?:last|past|previous) month", _last_month, True),
    _rule(r"this year", lambda match, today: (date(today.year, 1, 1), today), True),
    _rule(r"(?:the )?(?:last|past|previous) year", _last_year, True),
)
