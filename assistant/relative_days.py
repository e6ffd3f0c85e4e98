"""Days counted from the day on which a question is asked: yesterday, last week, two months ago."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.months import WEEKDAYS

Days = tuple[date, date]
"""The first and the last, both included; `date.min` and `date.max` stand for the ends of time."""

DaysOf = Callable[[re.Match[str], date], Days | None]
"""The words found and the day on which they are said -> the days meant, or None where they mean none."""

COUNTS = {
    word: number
    for number, words in enumerate("a an one|two couple|three few|four|five|six|seven|eight|nine|ten".split("|"), 1)
    for word in words.split()
}

_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def before(day: date, days: int) -> date:
    """The day so many days earlier, or the first there is."""
    return day - timedelta(min(days, day.toordinal() - 1))


def on_day(days: int) -> DaysOf:
    """The one day so many days ago."""
    return lambda match, today: (before(today, days), before(today, days))


def from_day(days: int) -> DaysOf:
    """From so many days ago to today."""
    return lambda match, today: (before(today, days), today)


def day_ago(match: re.Match[str], today: date) -> Days:
    """The one day that a count and a unit go back to."""
    day = before(today, _count(match) * _UNIT_DAYS[match["unit"].lower()])
    return day, day


def about_ago(match: re.Match[str], today: date) -> Days:
    """The days that may be meant by it: half a unit around that day."""
    count, unit = _count(match), _UNIT_DAYS[match["unit"].lower()]
    return before(today, int((count + 0.5) * unit)), before(today, int((count - 0.5) * unit))


def from_ago(match: re.Match[str], today: date) -> Days:
    """From that day to today."""
    return day_ago(match, today)[0], today


def _count(match: re.Match[str]) -> int:
    said = match["count"].casefold()  # "ſ" is matched for an "s"
    return int(said) if said.isdigit() else COUNTS[said]


def this_week(match: re.Match[str], today: date) -> Days:
    """From Monday to today."""
    return before(today, today.weekday()), today


def last_week(match: re.Match[str], today: date) -> Days:
    """From the Monday of the week before to its Sunday."""
    return before(today, today.weekday() + 7), before(today, today.weekday() + 1)


def weekday(match: re.Match[str], today: date) -> Days:
    """That day of the last seven."""
    day = before(today, (today.weekday() - WEEKDAYS.index(match["weekday"].lower())) % 7)
    return day, day


def from_weekday(match: re.Match[str], today: date) -> Days:
    """From that day to today: what happened is told on the day or after it."""
    return weekday(match, today)[0], today


def weekend(match: re.Match[str], today: date) -> Days:
    """The last Saturday before today, and Sunday."""
    saturday = before(today, (today.weekday() - 5) % 7 or 7)
    return saturday, min(today, saturday + timedelta(1))


def around_weekend(match: re.Match[str], today: date) -> Days:
    """The last Friday evening to the Monday after."""
    friday = before(today, (today.weekday() - 4) % 7 or 7)
    return friday, min(today, friday + timedelta(3))


def this_month(match: re.Match[str], today: date) -> Days:
    """From the first of the month to today."""
    return today.replace(day=1), today


def last_month(match: re.Match[str], today: date) -> Days:
    """The whole month before."""
    last = before(today.replace(day=1), 1)
    return last.replace(day=1), last


def this_year(match: re.Match[str], today: date) -> Days:
    """From the first of January to today."""
    return today.replace(month=1, day=1), today


def last_year(match: re.Match[str], today: date) -> Days:
    """The whole year before."""
    last = before(today.replace(month=1, day=1), 1)
    return last.replace(month=1, day=1), last
