"""The source and date controls of the window -> `Filters`. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from assistant.ui import texts
from index.schema import Filters

ANY = "any"
AS_TYPED = "typed"
"""Any date and source, even where the question names them."""
YEARS = 12  # the latest years offered


def periods(covered: tuple[date, date] | None, today: date) -> list[tuple[str, str]]:
    """The dates to choose from as (label, value): any, the recent past if articles reach it, the years there are."""
    choices = [(texts.ANY_DATE, ANY)]
    if covered is None:
        return choices
    choices.append((texts.AS_TYPED, AS_TYPED))
    first, last = covered
    choices += [
        (label, f"days:{days}") for days, label in texts.LAST_DAYS.items() if last >= today - timedelta(days=days)
    ]
    earliest = max(first.year, last.year - YEARS + 1)
    return choices + [(str(year), f"year:{year}") for year in range(last.year, earliest - 1, -1)]


def chosen(sources: Sequence[str], period: str, today: date) -> Filters:
    """What a question is limited to; a period that is none limits nothing."""
    kind, _, number = period.partition(":")
    since = until = None
    if kind == "days" and number.isdecimal() and int(number) < 10_000:
        since = today - timedelta(days=int(number))
    elif kind == "year" and number.isdecimal() and 1 <= int(number) <= 9999:
        since, until = date(int(number), 1, 1), date(int(number), 12, 31)
    return Filters(tuple(sources), since, until)
