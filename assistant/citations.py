"""Chosen words -> numbered citations, each checked against the stored text. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.schema import Citation, CitationState, Statement
from index.schema import Article
from index.splitting import Span, sentences


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of an article, `article.text[start:end]`; `field` as in Citation."""

    article: Article
    start: int
    end: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to be said, and the evidence it rests on, in any order, repeated or not.

    `part` and `beside` as in Statement.
    """

    text: str
    evidence: tuple[Evidence, ...]
    bold: tuple[tuple[int, int], ...] = ()
    part: str = ""
    beside: bool = False


def cite(number: int, evidence: Evidence) -> Citation:
    """The citation of some evidence. Raises ValueError for offsets outside of the text."""
    article = evidence.article
    if not 0 <= evidence.start < evidence.end <= len(article.text):
        raise ValueError(f"{evidence.start}:{evidence.end} is not within article {article.id} of {len(article.text)}")
    return Citation(
        number=number,
        article_id=article.id,
        start=evidence.start,
        end=evidence.end,
        quote=article.text[evidence.start : evidence.end],
        title=article.title,
        source=article.source,
        published=article.published,
        author=article.author,
        url=article.url,
        field=evidence.field,
        pages=() if evidence.field else article.pages_of(evidence.start, evidence.end),
    )


def resolve(claims: Sequence[Claim]) -> tuple[tuple[Statement, ...], tuple[Citation, ...]]:
    """Number the evidence 1..n in order of first use, the same evidence once; a claim without any is not said."""
    numbers: dict[tuple[str, int, int, str], int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    for claim in claims:
        used: list[int] = []
        for evidence in claim.evidence:
            key = (evidence.article.id, evidence.start, evidence.end, evidence.field)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(cite(numbers[key], evidence))
            used.append(numbers[key])
        if used:
            cited = tuple(dict.fromkeys(used))
            statements.append(Statement(claim.text, cited, claim.bold, part=claim.part, beside=claim.beside))
    return tuple(statements), tuple(citations)


Lookup = Callable[[str], Article | None]
"""The article under an id, None where there is none."""


def check(citations: Iterable[Citation], article: Lookup, successor: Lookup = lambda _: None) -> tuple[Citation, ...]:
    """The citations with their state as of now, by what the library holds under their article's id.

    `successor` is the article that took the place of one that was edited.
    """
    return tuple(
        replace(citation, state=_state(citation, article(citation.article_id), successor(citation.article_id)))
        for citation in citations
    )


def stands_in(quote: str, text: str) -> Span | None:
    """Where a quote stands in another text as whole sentences; within a longer one the same words may be denied."""
    at = text.find(quote)
    while quote and at >= 0:
        spans = sentences(text)
        if any(start == at for start, _ in spans) and any(end == at + len(quote) for _, end in spans):
            return at, at + len(quote)
        at = text.find(quote, at + 1)
    return None


def _state(citation: Citation, article: Article | None, newer: Article | None) -> CitationState:
    if article is None:
        if newer is None:
            return "removed"
        return "verbatim" if stands_in(citation.quote, newer.text) and not citation.field else "changed"
    if citation.field and getattr(article, citation.field) != getattr(citation, citation.field):
        return "changed"
    return "verbatim" if article.text[citation.start : citation.end] == citation.quote else "changed"
