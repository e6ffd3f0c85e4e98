"""The year that a message means which goes on with days of one: "And on 19 June?" behind 18 June 2023. Pure."""

import re

from assistant.months import MONTH_NAME, month_number

HALF_A_YEAR = 6
"""Months between the days of two messages up to which they are of one year: behind December nobody knows of January."""

_MONTH = rf"({MONTH_NAME})\.?"
_ORDINAL = r"(?:st|nd|rd|th)?\b"
_DATE = re.compile(
    rf"\b(?:(?:on )?(?:the )?\d{{1,2}}{_ORDINAL}(?: of)? {_MONTH}|(?:on )?{_MONTH} \d{{1,2}}{_ORDINAL}"
    rf"|(?:in|during|since|until|last) {_MONTH}(?! [A-Z]))",
    re.IGNORECASE,
)
_YEAR = re.compile(r",? (?:of )?((?:1[5-9]|20)\d\d)\b")


def with_year(message: str, before: str) -> str:
    """The message with the year of the days that the one before it named, where it names days itself but no year."""
    asked, earlier = list(_DATE.finditer(message)), _dated(before)
    if not earlier or len(asked) != 1 or _YEAR.search(message):
        return message
    month, year = earlier
    if abs(_month(asked[0]) - month) > HALF_A_YEAR:
        return message
    end = asked[0].end()
    return f"{message[:end]}{',' if message[end - 1].isdigit() else ''} {year}{message[end:]}"


def without_days(text: str) -> str:
    """A text without the days it names, which those of a later message take the place of."""
    return _DATE.sub(" ", re.sub(rf"({_DATE.pattern}){_YEAR.pattern}", " ", text, flags=re.IGNORECASE))


def _dated(text: str) -> tuple[int, str] | None:
    """The month and the year of the last days of a text that names their year."""
    found = ((_month(match), _YEAR.match(text, match.end())) for match in _DATE.finditer(text))
    return next(((month, year[1]) for month, year in reversed(list(found)) if year), None)


def _month(date: re.Match[str]) -> int:
    return month_number(next(name for name in date.groups() if name))
