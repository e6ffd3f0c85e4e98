"""Questions about the library as a whole (how many, by whom, which sources, what is new), answered from its records.

Only a question that is nothing but such a one is taken, word for word; an author must be on record. Every other is left
to the articles, which may tell of articles and sources themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from assistant.citations import Claim, Evidence, resolve
from assistant.follow_up import Standalone
from assistant.prompts import load_prompts
from assistant.schema import Answer, Scope
from assistant.scope import days_named, narrowed
from assistant.source_names import named_source
from index.catalogue import Catalogue, Holdings
from index.schema import Article, Filters
from index.splitting import sentences
from index.words import content_words

LISTED = 10
"""Articles or sources told one by one; where there are more, that is said."""
CITED = 3
"""Articles that a count cites, and each source of a list."""

_LIBRARY = r"(?:the|your|my|this) library"
_THERE = (
    rf"(?:are there|(?:are (?:there )?|do (?:you|we|i) have )in {_LIBRARY}|do (?:you|we|i) have"
    rf"|does {_LIBRARY} (?:hold|have|contain))"
)
_SHOW = r"(?:list|show|show me|give me)(?: all(?: of)?)?(?: the| my| your)?"
_BOUND = r"(?: since| from| published)?"
"""What is left standing before a day or a source that was taken out."""
_QUESTIONS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "count": rf"how many articles {_THERE}{_BOUND}",
        "count limited": rf"how many articles(?: (?:were|are|have been))?{_BOUND}",
        "count by": r"how many articles (?:(?:are|were) )?(?:written )?by (?P<author>.+)",
        "list": rf"(?:list|show)(?: me)? all(?: the| my| your)? articles(?: {_THERE})?",
        "list limited": rf"(?:{_SHOW}|(?:what|which)) articles(?: are there| do you have)?{_BOUND}",
        "list by": rf"(?:{_SHOW}(?: articles)?|(?:what|which) articles (?:are|were))(?: written)? by (?P<author>.+)",
        "sources": r"which (?:of (?:the|your|my) )?sources (?:cover|write about|report on) (?P<topic>.+)",
        "new limited": rf"what(?:['’]s| is) new(?: in {_LIBRARY})?{_BOUND}",
    }.items()
}
"""The kinds of question; a limited one is taken only where it names days or a source."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about the library: its kind, what limits it, and the question's own words that say so."""

    kind: str
    filters: Filters
    limits: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    added_since: datetime | None = None


def answer_from_holdings(
    standalone: Standalone, catalogue: Catalogue, filters: Filters, today: date | None
) -> Answer | None:
    """What the library holds, citing the newest of the articles counted or listed; None for any other question."""
    holdings = Holdings(catalogue.database)
    asked = None if standalone.carried else _asked(standalone.asked or standalone.text, catalogue, holdings, today)
    if asked is None:
        return None
    filters = narrowed(filters, Scope(asked.filters))
    tell = _sources if asked.kind == "sources" else _articles
    claims, note = tell(catalogue, holdings, filters, asked)
    if not claims:
        return Answer(standalone.text, message=_total(0, asked))
    statements, citations = resolve(claims)
    return Answer(standalone.text, statements, citations, written_by="catalogue", listed=True, note=note)


def _articles(catalogue: Catalogue, holdings: Holdings, filters: Filters, asked: _Asked) -> tuple[list[Claim], str]:
    """How many articles there are; for a list also the newest one by one, and how many of them all these are."""
    ids = holdings.articles(filters, asked.authors, asked.added_since, asked.topic)
    is_count = asked.kind.startswith("count")
    told = ids[: CITED if is_count else LISTED]
    found = catalogue.by_id(told)
    claims = _told([found[id_] for id_ in told if id_ in found], _total(len(ids), asked), asked.kind)
    return claims, "" if is_count else _shown("holdings_shown", len(told), len(ids))


def _sources(catalogue: Catalogue, holdings: Holdings, filters: Filters, asked: _Asked) -> tuple[list[Claim], str]:
    """Each source with how many of the articles are its, the one with the most first."""
    counted = holdings.sources(filters, asked.topic)
    claims = []
    for source, count in counted[:LISTED]:
        ids = holdings.articles(replace(filters, sources=(source,)), holding=asked.topic)[:CITED]
        found = catalogue.by_id(ids)
        text = load_prompts().say("holdings_source", source=source, articles=_counted(count))
        claims.append(Claim(text, tuple(_record(found[id_], "source") for id_ in ids if id_ in found)))
    return claims, _shown("holdings_sources_shown", len(claims), len(counted))


def _shown(prompt: str, shown: int, count: int) -> str:
    """How many of them all are told, and where the others are; nothing where all are."""
    return load_prompts().say(prompt, shown=str(shown), count=f"{count:,}") if shown < count else ""


def _asked(question: str, catalogue: Catalogue, holdings: Holdings, today: date | None) -> _Asked | None:
    source, naming = named_source(question, catalogue.sources())
    since, until, days = days_named(question, today)
    rest = question.replace(naming, naming.split()[0]) if naming else question  # "articles from Reuters": articles
    for words in days:
        rest = rest.replace(words, "")
    rest = " ".join(rest.strip(" .?!").split())
    kind, match = next(
        ((kind, match) for kind, form in _QUESTIONS.items() if (match := form.fullmatch(rest))), ("", None)
    )
    limits = tuple(part for part in (naming, *days) if part)
    if match is None or (kind.endswith("limited") and not limits):
        return None
    filters = Filters((source,) if source else (), since, until)
    said = match.groupdict()
    if kind == "new limited":
        return _asked_for_new(filters, limits, days) if since else None
    if author := said.get("author"):
        authors = tuple(each for each in holdings.authors() if _is_by(each, author))
        return _Asked(kind, filters, (f"by {author}", *limits), authors) if authors else None
    topic = tuple(content_words(said.get("topic") or ""))
    if kind == "sources" and not topic:
        return None
    return _Asked(kind, filters, (*limits, *([said["topic"]] if topic else [])), topic=topic)


def _asked_for_new(filters: Filters, limits: tuple[str, ...], days: tuple[str, ...]) -> _Asked:
    """What was added since the first of the days, whenever it was published."""
    assert filters.since is not None
    # "Today" and "yesterday" alone begin a day earlier, since what happens is told the day after.
    margin = any(re.match(r"(?:today|tonight|yesterday|last night)\b", words, re.IGNORECASE) for words in days)
    since = datetime.combine(filters.since + timedelta(1 if margin else 0), time.min).astimezone(UTC)
    return _Asked("new", Filters(filters.sources), limits, added_since=since)


def _is_by(recorded: str, name: str) -> bool:
    """Whether a record, which may name several authors, names this one."""
    names = re.split(r",|;|&|\band\b", recorded.casefold())
    return name.casefold().strip() in (recorded.casefold(), *(each.strip().removeprefix("by ") for each in names))


def _told(articles: Sequence[Article], total: str, kind: str) -> list[Claim]:
    """How many there are, citing these; for a list they are told one by one too."""
    if not articles:
        return []
    evidence = [_record(article) for article in articles]
    claims = [Claim(total, tuple(evidence[:CITED]))]
    if kind.startswith("count"):
        return claims
    prompts = load_prompts()
    for article, own in zip(articles, evidence, strict=True):
        day = _written(article.published) if article.published else ""
        facts = ", ".join(part for part in (article.author, article.source, day) if part)
        name = "holdings_item" if facts else "holdings_title"
        claims.append(Claim(prompts.say(name, title=article.title, **({"facts": facts} if facts else {})), (own,)))
    return claims


def _total(count: int, asked: _Asked) -> str:
    prompts, articles = load_prompts(), _counted(count)
    if asked.added_since is not None:
        return prompts.say("holdings_new", articles=articles, day=_written(asked.added_since.astimezone()))
    if not asked.limits:
        return prompts.say("holdings", articles=articles)
    return prompts.say("holdings_limited", articles=articles, limits=", ".join(asked.limits))


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _counted(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}" if count else "no articles"


def _record(article: Article, field: str = "") -> Evidence:
    """The article's opening words, for the field of its record that is the evidence, as far as it has one."""
    start, end = sentences(article.text)[0]
    recorded = field or ("published" if article.published else "source" if article.source else "")
    return Evidence(article, start, end, recorded)
