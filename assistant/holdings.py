"""Questions about the library as a whole (how many, by whom, which sources, what is new), answered from its records.

Only a question that is nothing but such a one is taken, word for word; an author must be on record. Every other is left
to the articles, which may tell of articles and sources themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.citations import Claim, Evidence, resolve
from assistant.follow_up import Standalone, refers_back
from assistant.holdings_forms import AskedOfLibrary, asked_of_library, speaks_of_library
from assistant.prompts import load_prompts
from assistant.schema import Answer, Scope
from assistant.scope import narrowed
from index.catalogue import Catalogue, Holdings, Sought
from index.schema import Article, Filters, Passage
from index.splitting import sentences
from index.words import stem, words

LISTED = 10
"""Articles or sources told one by one; where there are more, that is said."""
CITED = 3
"""Articles that a count cites, and each source of a list."""
MOST = 3
"""Authors or sources told where it is asked who has the most."""
SEARCHED = 1000
"""Passages ranked to tell which articles fit a topic best; those beyond come after them, the newest first."""
_COMPOUND = re.compile(r"\w+(?:-\w+)+")


def answer_from_holdings(
    standalone: Standalone, catalogue: Catalogue, filters: Filters, today: date | None
) -> Answer | None:
    """What the library holds, citing the newest of the articles counted or listed; None for any other question."""
    question = standalone.asked or standalone.text
    asked = asked_of_library(question, catalogue.sources(), today)
    if asked is None:
        return None
    goes_on = standalone.carried and not speaks_of_library(question, standalone.carried)
    if goes_on and (not asked.topic or refers_back(question)):
        return None
    holdings, filters = Holdings(catalogue.database), narrowed(filters, Scope(asked.filters))
    authors = tuple(each for each in holdings.authors() if _is_by(each, asked.author)) if asked.author else ()
    if asked.author and not authors:
        return None
    sought = Sought(filters, authors, asked.added_since, tuple(asked.topic))
    if asked.kind == "authors about" and "-" not in question:
        sought = _as_words(catalogue, holdings, sought)
    if asked.kind.startswith("authors"):
        claims, note = _authors(catalogue, holdings, sought, MOST if asked.kind == "authors most" else LISTED)
    elif asked.kind.startswith(("latest", "oldest")):
        claims, note = _by_age(catalogue, holdings, sought, asked.kind)
    elif asked.kind.startswith("sources"):
        claims, note = _sources(catalogue, holdings, sought, MOST if asked.kind == "sources most" else LISTED)
    else:
        claims, note = _articles(catalogue, holdings, sought, asked)
    if not claims:  # what no record answers the articles may
        is_list = asked.kind.startswith(("list", "latest", "oldest"))
        left = (is_list and asked.topic) or asked.kind.startswith("authors")
        return None if left else Answer(question, message=_none(catalogue, asked))
    statements, citations = resolve(claims)
    return Answer(question, statements, citations, written_by="catalogue", listed=True, note=note)


def _articles(
    catalogue: Catalogue, holdings: Holdings, sought: Sought, asked: AskedOfLibrary
) -> tuple[list[Claim], str]:
    """How many articles there are; for a list also some one by one, and how many of them all these are.

    The newest come first, or where they are those of a topic, what fits it best; each then cites what it says of it.
    """
    is_count = asked.kind.startswith("count")
    most = CITED if is_count else LISTED
    all_found = holdings.articles(sought, most)
    best = _best_passages(catalogue, sought.filters, sought.holding)
    fitting = holdings.articles(replace(sought, among=tuple(best)), len(best)).newest if best else ()
    told = list(dict.fromkeys((*sorted(fitting, key=lambda id_: best[id_][0]), *all_found.newest)))[:most]
    found = catalogue.by_id(told)
    evidence = [
        _mention(found[id_], best[id_][1], sought.holding) if id_ in best else record(found[id_])
        for id_ in told
        if id_ in found
    ]
    claims = _told(evidence, _total(all_found.count, asked), asked.kind)
    shown = "holdings_best_shown" if asked.topic else "holdings_shown"
    return claims, "" if is_count else _shown(shown, len(told), all_found.count)


def _by_age(catalogue: Catalogue, holdings: Holdings, sought: Sought, kind: str) -> tuple[list[Claim], str]:
    """The latest article or the oldest, or several of them, and how many of them all these are."""
    most = 1 if kind.endswith(" one") else LISTED
    found = holdings.articles(sought, most, oldest_first=kind.startswith("oldest"))
    articles = catalogue.by_id(found.newest)
    claims = [_item(record(articles[id_])) for id_ in found.newest if id_ in articles]
    name = "holdings_oldest_shown" if kind.startswith("oldest") else "holdings_shown"
    return claims, "" if most == 1 else _shown(name, len(claims), found.count)


def _best_passages(catalogue: Catalogue, filters: Filters, topic: Sequence[str]) -> dict[str, tuple[int, Passage]]:
    """Of the articles that fit a topic best, by their ids: the place among these, and the passage that fits it best."""
    ranked = [passage_id for passage_id, _ in catalogue.search(topic, SEARCHED, filters)]
    passages = catalogue.passages(ranked)
    best: dict[str, tuple[int, Passage]] = {}
    for passage in (passages[id_] for id_ in ranked if id_ in passages):
        best.setdefault(passage.article_id, (len(best), passage))
    return best


def _authors(catalogue: Catalogue, holdings: Holdings, sought: Sought, limit: int) -> tuple[list[Claim], str]:
    """Each author with how many of the articles are theirs, the one with the most first.

    Nothing where fewer than half of the articles name theirs: of such a library it is not asked.
    """
    recorded, everything = holdings.authored(sought), holdings.articles(sought, 1).count
    if len(recorded) * 2 < everything:
        return [], ""
    written: dict[str, tuple[str, list[str]]] = {}
    for id_, authors in recorded:
        for name in dict.fromkeys(author_names(authors)):
            written.setdefault(name.casefold(), (name, []))[1].append(id_)
    most = sorted(written.values(), key=lambda own: (-len(own[1]), own[0]))[:limit]
    found = catalogue.by_id(id_ for _, own in most for id_ in own[:CITED])
    claims = [
        Claim(
            load_prompts().say("holdings_author", author=name, articles=counted(len(own))),
            tuple(record(found[id_], "author") for id_ in own[:CITED] if id_ in found),
        )
        for name, own in most
    ]
    return claims, _shown("holdings_authors_shown", len(claims), len(written)) if limit == LISTED else ""


def _as_words(catalogue: Catalogue, holdings: Holdings, sought: Sought) -> Sought:
    """Of those articles the ones that hold each word by itself: "live-fire drills" are about no fire.

    The index takes compounds apart, so that the texts are read; of very many articles none is left out.
    """
    found = holdings.articles(sought, SEARCHED)
    if found.count > SEARCHED:
        return sought
    topic = set(map(stem, sought.holding))
    texts = ((each.id, f"{each.title} {each.text}") for each in catalogue.by_id(found.newest).values())
    held = (id_ for id_, text in texts if topic <= {stem(word) for word in words(_COMPOUND.sub(" ", text))})
    return replace(sought, among=tuple(held))


def author_names(recorded: str) -> list[str]:
    """The authors that a record names; "Lee, Ann" is one."""
    parts = [part.strip() for part in re.split(r",|;|&|\band\b", recorded) if part.strip()]
    several = parts if all(" " in part for part in parts) else [recorded.strip()]
    return [re.sub(r"^by ", "", name, flags=re.IGNORECASE) for name in several]


def _sources(catalogue: Catalogue, holdings: Holdings, sought: Sought, limit: int) -> tuple[list[Claim], str]:
    """Each source with how many of the articles are its, the one with the most first."""
    count, by_source = holdings.articles_by_source(sought, limit, CITED)
    found = catalogue.by_id(id_ for each in by_source for id_ in each.newest)
    claims = [
        Claim(
            load_prompts().say("holdings_source", source=each.source, articles=counted(each.count)),
            tuple(record(found[id_], "source") for id_ in each.newest if id_ in found),
        )
        for each in by_source
    ]
    return claims, _shown("holdings_sources_shown", len(claims), count) if limit == LISTED else ""


def _shown(prompt: str, shown: int, count: int) -> str:
    """How many of them all are told, and where the others are; nothing where all are."""
    return load_prompts().say(prompt, shown=str(shown), count=f"{count:,}") if shown < count else ""


def _is_by(recorded: str, name: str) -> bool:
    """Whether a record, which may name several authors, names this one."""
    names = re.split(r",|;|&|\band\b", recorded.casefold())
    return name.casefold().strip() in (recorded.casefold(), *(each.strip().removeprefix("by ") for each in names))


def _told(evidence: Sequence[Evidence], total: str, kind: str) -> list[Claim]:
    """How many there are, citing some of them; for a list they are told one by one too."""
    if not evidence:
        return []
    one_by_one = [] if kind.startswith("count") else [_item(own) for own in evidence]
    return [Claim(total, tuple(evidence[:CITED])), *one_by_one]


def _item(own: Evidence) -> Claim:
    """An article of a list: its title, with its author, source and day as far as they are on record."""
    article = own.article
    day = _written(article.published) if article.published else ""
    facts = ", ".join(part for part in (article.author, article.source, day) if part)
    name = "holdings_item" if facts else "holdings_title"
    text = load_prompts().say(name, title=article.title, **({"facts": facts} if facts else {}))
    return Claim(text, (own,))


def _none(catalogue: Catalogue, asked: AskedOfLibrary) -> str:
    """That there are no such articles, or that none names its source."""
    if asked.kind == "sources" and catalogue.count():
        return load_prompts().say("holdings_sourceless")
    return _total(0, asked)


def _total(count: int, asked: AskedOfLibrary) -> str:
    prompts, articles = load_prompts(), counted(count)
    if asked.added_since is not None:
        return prompts.say("holdings_new", articles=articles, day=_written(asked.added_since.astimezone()))
    if not asked.limits:
        return prompts.say("holdings", articles=articles)
    return prompts.say("holdings_limited", articles=articles, limits=", ".join(asked.limits))


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def counted(count: int) -> str:
    """How many articles, in words: `3 articles`, `1 article`, `no articles`."""
    return f"{count:,} article{'' if count == 1 else 's'}" if count else "no articles"


def _mention(article: Article, passage: Passage, topic: Sequence[str]) -> Evidence:
    """The sentence of a passage that holds most of a topic; where its words stand in the title alone, the record."""
    sought = set(map(stem, topic))
    spans = sentences(article.text, passage.start, passage.end)
    held = [len(sought & set(map(stem, words(article.text[start:end])))) for start, end in spans]
    return Evidence(article, *spans[held.index(max(held))]) if any(held) else record(article)


def record(article: Article, field: str = "") -> Evidence:
    """The article's opening words, for the field of its record that is the evidence, as far as it has one."""
    start, end = sentences(article.text)[0]
    recorded = field or ("published" if article.published else "source" if article.source else "")
    return Evidence(article, start, end, recorded)
