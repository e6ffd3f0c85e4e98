"""What a question says of the articles that answer it: their source, their days, or that they should be recent."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from assistant.days import MERE_WEEKDAY, NamedDays, named_days
from assistant.schema import Scope
from assistant.source_names import named_source
from index.schema import Filters, Leaning

RECENT_DAYS = 7
"""The last days, which "recently" and "latest" mean most of all."""

TIE = 0.15
"""What an article of the last days gains where a question says nothing of time: of two that fit alike, the newer.
`benchmarks/README.md` tells what it finds for questions of the week and costs for those of years later."""


def understood(question: str, today: date | None, sources: Sequence[str], *, weekdays: bool = True) -> Scope:
    """The scope of a question asked on a day; without a day only what needs none is understood.

    Without `weekdays` a mere one ("on Sunday") is left to the words: it may be a Sunday of whenever the articles tell.

    A source or days are a filter where the words speak of publication ("according to Reuters", "articles since March").
    Other days are leaned on: "in March" may speak of what happened then, and be told later.
    """
    source, naming = named_source(question, sources)
    said = [
        each
        for each in named_days(question, today)
        if weekdays or not MERE_WEEKDAY.fullmatch(question, each.start, each.end)
    ]
    words = _once(part for part in (naming, *(question[each.start : each.end] for each in said)) if part)
    filters = Filters((source,) if source else ())
    if said:
        closest = min(said, key=lambda each: each.days[1] - each.days[0])
        since, until = closest.days
        if _are_of_publication(closest, question):
            return Scope(Filters(filters.sources, _open(since), _open(until)), None, words)
        return Scope(filters, Leaning(since, until), words)
    if today is None:
        return Scope(filters, None, words)
    recent, since = _RECENT.search(question), today - timedelta(min(RECENT_DAYS, (today - date.min).days))
    if recent:
        return Scope(filters, Leaning(since, today, fading_days=30), (*words, recent[0]))
    return Scope(filters, Leaning(since, today, weight=TIE, fading_days=30, sought=False), words)


def near_weekday(scope: Scope) -> Filters | None:
    """The days that a mere weekday is taken for, and those before that still gain by it; None where none is named."""
    if scope.leaning is None or not any(map(MERE_WEEKDAY.fullmatch, scope.words)):
        return None
    since = scope.leaning.since
    return Filters((), since - timedelta(min(scope.leaning.fading_days, (since - date.min).days)), scope.leaning.until)


def understood_of_source(question: str, sources: Sequence[str]) -> Scope:
    """What the question says of its source alone, for where its days leave no article."""
    source, naming = named_source(question, sources)
    return Scope(Filters((source,)), None, (naming,)) if source else Scope()


def narrowed(filters: Filters, scope: Scope) -> Filters:
    """A person's filters, and where they leave source or dates open those of the question."""
    dated = filters if filters.since or filters.until else scope.filters
    return Filters(filters.sources or scope.filters.sources, dated.since, dated.until)


def days_named(question: str, today: date | None) -> tuple[date | None, date | None, tuple[str, ...]]:
    """The first and last of the days that a question names most closely, None for an open end, and all its words."""
    said = list(named_days(question, today))
    if not said:
        return None, None, ()
    since, until = min((each.days for each in said), key=lambda days: days[1] - days[0])
    return _open(since), _open(until), tuple(question[each.start : each.end] for each in said)


_RECENT = re.compile(
    r"\b(?:latest|(?:most |more )?recent(?:ly)?|newest|lately|currently|current|right now|now|at the moment|these days"
    r"|so far|ongoing|upcoming)\b"
    # "has the minister just resigned", "who just resigned"; not "a just war", "is it just a rumour"
    r"|\b(?:has|have|had) (?:[\w’'.-]+ ){0,4}?(?<!\ba )(?<!\bthe )just\b"
    r"|\bjust (?:announced?|happen|\w{2,}[^\We]ed|agreed|been|begun|broken?|bought|come|died|fell|fallen|found|gone"
    r"|held|hit|left|lost|made|met|quit|said|sold|sent|signed|taken|told|took|went|won|written)\b",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:(?:articles?|stories|coverage)(?: (?:from|of|published|written|posted|dated))?"
    r"|(?:reports?|news|headlines|pieces?) (?:from|published|written|posted|dated)|published(?: \w+){0,3})\s*$",
    re.IGNORECASE,
)


def _are_of_publication(named: NamedDays, question: str) -> bool:
    """Whether words about articles lead to the days; the "from" of "articles from March" may be counted to these."""
    opening = re.match(r"from\b", question[named.start :], re.IGNORECASE)
    return bool(_PUBLISHED.search(question[: named.start + (opening.end() if opening else 0)]))


def _once(said: Iterable[str]) -> tuple[str, ...]:
    """Each of the words once, as they were said first."""
    first: dict[str, str] = {}
    for words in said:
        first.setdefault(words.casefold(), words)
    return tuple(first.values())


def _open(day: date) -> date | None:
    """None for the ends of time."""
    return None if day in (date.min, date.max) else day
