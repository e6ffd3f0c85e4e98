"""The source and date controls of the window -> `Filters`. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from assistant.schema import Turn
from assistant.ui import texts
from index.schema import Filters

ANY = "any"
AS_TYPED = "typed"
"""Any date and source, even where the question names them."""
EXACT = "exact"
"""The days in the two boxes."""
MODEL = "model"
QUOTES = "quotes"
"""Nobody writes: the answer is made of quotes."""
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
    choices += [(str(year), f"year:{year}") for year in range(last.year, earliest - 1, -1)]
    return [*choices, (texts.EXACT_DAYS, EXACT)]


def asked_with(
    message: str, sources: Sequence[str], period: str, since: str, until: str, written_by: str = QUOTES
) -> Turn:
    """The message as it is asked with these controls."""
    filters = chosen(sources, period, since, until, date.today())
    return Turn(message, filters=filters, as_said=period != AS_TYPED, quotes_only=written_by == QUOTES)


def chosen(sources: Sequence[str], period: str, since: str, until: str, today: date) -> Filters:
    """What a question is limited to; a period or a day that is none limits nothing."""
    kind, _, number = period.partition(":")
    first = last = None
    if kind == "days" and number.isdecimal() and int(number) < 10_000:
        first = today - timedelta(days=int(number))
    elif kind == "year" and number.isdecimal() and 1 <= int(number) <= 9999:
        first, last = date(int(number), 1, 1), date(int(number), 12, 31)
    elif kind == EXACT:
        first, last = _day(since), _day(until)
        if first and last and first > last:
            first, last = last, first
    return Filters(tuple(sources), first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
