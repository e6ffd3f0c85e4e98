"""The English names of months and weekdays, as questions and articles write them."""

MONTHS = tuple("january february march april may june july august september october november december".split())
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())


def _form(name: str) -> str:
    short, rest = name[:3].capitalize(), name[3:]
    return rf"{short}(?:{rest})?" if rest else short


MONTH_NAME = rf"(?:{'|'.join(map(_form, MONTHS))}|Sept)\b"
"""A pattern for a month in full or abbreviated, with a capital: "may" and "march" are words too."""


def month_number(name: str) -> int:
    """1 for "January", "jan" or "Jan."; 0 where it is no month."""
    return next((number for number, month in enumerate(MONTHS, 1) if name and month.startswith(name[:3].lower())), 0)
