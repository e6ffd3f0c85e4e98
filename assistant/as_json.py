"""Answers, articles and lists as JSON: the one shape that scripts, the web API and the tools get."""

from collections.abc import Sequence
from datetime import date

from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from assistant.schema import Answer, Citation, Scope, Statement, page_range
from index.catalogue.articles import ArticleRow
from index.schema import Article, Hit, Passage


class CitationJson(TypedDict):
    """Where words stand: `quote` is the article's text from `start` to `end`, counted in code points.

    `page` is the label of the page they stand on, "3-4" where they cross two; null where the article has no pages.
    `field` is set where the article's record ("author", "published" or "source") is the evidence; `published` is a day
    as YYYY-MM-DD.
    """

    number: int
    article: str
    title: str
    source: str
    published: str | None
    start: int
    end: int
    page: str | None
    quote: str
    field: str | None


class StatementJson(TypedDict):
    """One sentence; `support` "" (a quote), "supported", "partly" or "unsupported"; `part` is its heading."""

    text: str
    citations: list[int]
    support: str
    reason: str
    part: str
    beside: bool


class DaysJson(TypedDict):
    """Days of publication, inclusive; null where open."""

    since: str | None
    until: str | None


class LimitsJson(DaysJson):
    """What was searched in alone: sources and days."""

    sources: list[str]


class ScopeJson(TypedDict):
    """What was understood of the question's dates and source; `only` limits, `preferred` lifts."""

    words: list[str]
    only: LimitsJson
    preferred: DaysJson | None


class AnswerJson(TypedDict):
    """An answer; `question` is as typed, `searched` as resolved, `confidence` a probability.

    Where `found` is false, `nearest` holds the passages that come nearest, `missing` the words no article has, and
    `meant` the question as it may have been meant if these are typing errors, or nothing; where it is true, `nearest`
    holds what else was found.
    """

    question: str
    searched: str
    found: bool
    text: str
    statements: list[StatementJson]
    citations: list[CitationJson]
    nearest: list[CitationJson]
    missing: list[str]
    meant: str
    written_by: str
    note: str
    chosen_by: str
    confidence: float
    seconds: float
    scope: ScopeJson


class RowJson(TypedDict):
    """One line of the library's list."""

    id: str
    title: str
    source: str
    author: str
    published: str | None
    added: str
    path: str
    words: int
    passages: int
    embedded: int


class SpanJson(TypedDict):
    """A passage: the article's text from `start` to `end`."""

    id: str
    start: int
    end: int


class PageJson(TypedDict):
    """A page of the document an article is from: the article's text from `start` on; `number` counts from 1."""

    start: int
    number: int
    label: str


class ArticleJson(TypedDict):
    """An article with its passages, and its pages where it is from a document of pages."""

    id: str
    title: str
    source: str
    author: str
    published: str | None
    url: str
    path: str
    added: str
    text: str
    passages: list[SpanJson]
    pages: list[PageJson]


class HitJson(TypedDict):
    """A passage found: its words, and its rank by keyword and by meaning, from 1; null where not found so."""

    id: str
    article: str
    title: str
    source: str
    published: str | None
    start: int
    end: int
    page: str | None
    text: str
    score: float
    keyword_rank: int | None
    vector_rank: int | None


def answer_json(question: str, answer: Answer) -> AnswerJson:
    """An answer, and the question as typed."""
    return {
        "question": question,
        "searched": answer.question,
        "found": answer.found,
        "text": answer.text or answer.message,
        "statements": [statement_json(each) for each in answer.statements],
        "citations": [citation_json(each) for each in answer.citations],
        "nearest": [citation_json(each) for each in answer.nearest],
        "missing": list(answer.missing),
        "meant": answer.meant,
        "written_by": answer.written_by,
        "note": answer.note,
        "chosen_by": answer.chosen_by,
        "confidence": round(answer.confidence, 4),
        "seconds": round(answer.seconds, 4),
        "scope": scope_json(answer.scope),
    }


def statement_json(statement: Statement) -> StatementJson:
    """One sentence of an answer."""
    return {
        "text": statement.text,
        "citations": list(statement.citations),
        "support": statement.support,
        "reason": statement.reason,
        "part": statement.part,
        "beside": statement.beside,
    }


def scope_json(scope: Scope) -> ScopeJson:
    """What was understood of the question's dates and source; `only` limits, `preferred` lifts."""
    leaning = scope.leaning if scope.words else None
    return {
        "words": list(scope.words),
        "only": {
            "sources": list(scope.filters.sources),
            "since": _iso(scope.filters.since),
            "until": _iso(scope.filters.until),
        },
        "preferred": {"since": _iso(leaning.since), "until": _iso(leaning.until)} if leaning else None,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def citation_json(citation: Citation) -> CitationJson:
    """A citation for scripts; `field` is set where the article's record is the evidence."""
    return {
        "number": citation.number,
        "article": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "published": citation.published.isoformat() if citation.published else None,
        "start": citation.start,
        "end": citation.end,
        "page": page_range(citation.pages) or None,
        "quote": citation.quote,
        "field": citation.field or None,
    }


def row_json(row: ArticleRow) -> RowJson:
    """One line of the list for scripts."""
    return {
        "id": row.id,
        "title": row.title,
        "source": row.source,
        "author": row.author,
        "published": row.published.isoformat() if row.published else None,
        "added": row.added.isoformat(),
        "path": row.path,
        "words": row.words,
        "passages": row.passages,
        "embedded": row.embedded,
    }


def article_json(article: Article, passages: Sequence[Passage]) -> ArticleJson:
    """An article with the spans of its passages for scripts."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "path": article.path,
        "added": article.added.isoformat(),
        "text": article.text,
        "passages": [{"id": each.id, "start": each.start, "end": each.end} for each in passages],
        "pages": [{"start": each.start, "number": each.number, "label": each.label} for each in article.pages],
    }


def hit_json(hit: Hit) -> HitJson:
    """A passage found."""
    return {
        "id": hit.passage.id,
        "article": hit.article.id,
        "title": hit.article.title,
        "source": hit.article.source,
        "published": _iso(hit.article.published),
        "start": hit.passage.start,
        "end": hit.passage.end,
        "page": page_range(hit.article.pages_of(hit.passage.start, hit.passage.end)) or None,
        "text": hit.text,
        "score": round(hit.score, 4),
        "keyword_rank": hit.keyword_rank,
        "vector_rank": hit.vector_rank,
    }
