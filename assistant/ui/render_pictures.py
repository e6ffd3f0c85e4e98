"""What the library holds over time and by source -> HTML. Pure; every text that is not ours is escaped."""

from collections.abc import Sequence
from datetime import date, timedelta

from assistant.ui import texts
from assistant.ui.render import escape_html, render_date

BARS = 24  # days, months or the latest years drawn


def render_pictures(days: Sequence[tuple[date, int]], sources: Sequence[tuple[str, int]]) -> str:
    """How many articles there are over time and by source, as bars; too few to see anything in give nothing."""
    parts = []
    if len(days) > 1:
        unit, counts = _over_time(days)
        parts.append(_bars(texts.OVER_TIME.format(unit=unit), counts[-BARS:], "over-time"))
    if len(sources) > 1:
        parts.append(_bars(texts.BY_SOURCE, sources, "by-source"))
    return "".join(parts)


def _over_time(days: Sequence[tuple[date, int]]) -> tuple[str, list[tuple[str, int]]]:
    """The articles of each day, or each month or year where these are too many to be drawn, also of one without any."""
    first, last = days[0][0], days[-1][0]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    if (last - first).days < BARS:
        unit, named = "day", [render_date(first + timedelta(number)) for number in range((last - first).days + 1)]
    elif len(months) <= BARS:
        unit, named = "month", [f"{date(number // 12, number % 12 + 1, 1):%b %Y}" for number in months]
    else:
        unit, named = "year", [str(year) for year in range(first.year, last.year + 1)]
    counts = dict.fromkeys(named, 0)
    for day, count in days:
        counts[{"day": render_date(day), "month": f"{day:%b %Y}", "year": str(day.year)}[unit]] += count
    return unit, [*counts.items()]


def _bars(title: str, counts: Sequence[tuple[str, int]], kind: str) -> str:
    most = max(count for _, count in counts)
    rows = "".join(
        f'<li><button type="button" class="quiet" data-find="{escape_html(name)}">{escape_html(name)}</button>'
        f'<span class="bar" style="--share: {count / most:.3f}"></span><span class="count">{count:,}</span></li>'
        if kind == "by-source"
        else f'<li><span class="name">{escape_html(name)}</span><span class="bar" style="--share: {count / most:.3f}">'
        f'</span><span class="count">{count:,}</span></li>'
        for name, count in counts
    )
    return f'<figure class="{kind}"><figcaption>{title}</figcaption><ol>{rows}</ol></figure>'
