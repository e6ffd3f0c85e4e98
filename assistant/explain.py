"""What is said of a citation beside its words: how its passage was found, and where else its article was printed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.schema import Citation, Reprint
from index.catalogue import Catalogue, Groups
from index.schema import Hit, Passage


class Explainer:
    """Knows it from a library."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._groups = Groups(catalogue.database)

    def explained(self, citations: Iterable[Citation], hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """The citations with how the passage they stand in was found, and with the articles nearly the same."""
        return self._with_reprints(found_by(citations, hits))

    def _with_reprints(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """The citations with the articles that are nearly the same as theirs."""
        copies = {citation.article_id: self._groups.copies(citation.article_id) for citation in citations}
        if not any(copies.values()):
            return tuple(citations)
        articles = self._catalogue.by_id(id_ for ids in copies.values() for id_ in ids)
        reprints = {
            own: tuple(
                Reprint(id_, articles[id_].title, articles[id_].source, articles[id_].published)
                for id_ in ids
                if id_ in articles
            )
            for own, ids in copies.items()
        }
        return tuple(replace(citation, reprints=reprints[citation.article_id]) for citation in citations)


def found_by(citations: Iterable[Citation], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """The citations with how the passage they stand in was found."""
    return tuple(
        next(
            (
                replace(citation, keyword_rank=hit.keyword_rank, vector_rank=hit.vector_rank)
                for hit in hits
                if hit.article.id == citation.article_id and overlap(hit.passage, citation)
            ),
            citation,
        )
        for citation in citations
    )


def overlap(passage: Passage, citation: Citation) -> bool:
    """Whether the passage and the words quoted, of one article, share a place."""
    return passage.start < citation.end and citation.start < passage.end
