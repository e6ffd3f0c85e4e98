"""A question -> the passages that may answer it: by keyword and by meaning, fused, the same words counted once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from numpy.typing import NDArray
from pydantic import Field

from index.background import VectorWriter
from index.catalogue import Catalogue, Embeddings, Groups
from index.embedding import LazyEmbedder
from index.fusion import OPENING, fused, lift, once, ranks
from index.nearest import NearestVectors
from index.schema import Filters, Hit, Leaning
from index.vectors import CollectionUnreadable
from index.words import content_words

CANDIDATES = 50
"""Passages taken from each search."""

DEEPER = (4 * CANDIDATES, 16 * CANDIDATES)
"""Taken one after the other where copies of an article fill the candidates and leave too little else."""

MARGIN_DAYS = 7
"""How far around the days that a question leans on passages are searched for."""


@dataclass
class FilteredQuery(QueryBundle):
    """A question with its filters and the days it leans on, as it travels through llama-index.

    `keywords` are searched for where they are not simply the question's words.
    """

    filters: Filters = field(default_factory=Filters)
    leaning: Leaning | None = None
    keywords: tuple[str, ...] = ()


class PassageNode(TextNode):
    """A llama-index node that carries its hit, so that nothing has to be read back from its text or metadata."""

    hit: Hit = Field(exclude=True)


def to_node(hit: Hit) -> NodeWithScore:
    """A hit as llama-index sees it."""
    return NodeWithScore(node=PassageNode(id_=hit.passage.id, text=hit.text, hit=hit), score=hit.score)


def from_node(node: NodeWithScore) -> Hit:
    """The hit that a node was made from. Raises TypeError for a node from elsewhere."""
    if not isinstance(node.node, PassageNode):
        raise TypeError(f"not a passage of this library: {node.node!r}")
    return node.node.hit


class HybridRetriever(BaseRetriever):
    """Finds `count` passages by keyword and, once the model is loaded, by meaning."""

    def __init__(
        self,
        catalogue: Catalogue,
        embeddings: Embeddings,
        writer: VectorWriter,
        embedder: LazyEmbedder,
        count: int = 10,
    ) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._embeddings = embeddings
        self._groups = Groups(catalogue.database)
        self._exact = NearestVectors(embeddings)
        self._writer = writer
        self._embedder = embedder
        self._count = count

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = query_bundle if isinstance(query_bundle, FilteredQuery) else FilteredQuery(query_bundle.query_str)
        hits = self.hits(query.query_str, query.filters, leaning=query.leaning, keywords=query.keywords)
        return [to_node(hit) for hit in hits]

    def hits(
        self,
        question: str,
        filters: Filters,
        count: int | None = None,
        leaning: Leaning | None = None,
        keywords: Sequence[str] = (),
    ) -> list[Hit]:
        """The best passages, best first, each said once. Ranks count from 1 among all that were considered.

        A leaning lifts passages of its days and leaves no other out of those considered. `keywords` are searched
        instead of the question's own words; one given twice weighs twice.
        """
        count = count or self._count
        words = keywords or content_words(question)
        by_meaning = self._embedder.loaded and self._embeddings.usable()
        vector = self._embedder.embed([question])[0] if by_meaning else None
        searched = [filters]
        if leaning and leaning.sought:
            searched.append(_narrowed(filters, leaning))
        for depth in (CANDIDATES, *DEEPER):
            found = {id_ for each in searched for id_ in self._found(words, vector, each, depth)}
            ordered = self._ordered(*self._scores(words, vector, sorted(found)), leaning)
            groups = self._groups.of(hit.article.id for hit in ordered)
            hits = once(ordered, groups, count)
            if len(hits) == count or len(set(groups.values())) == len(groups):
                break
        return hits

    def _found(
        self, words: Sequence[str], vector: NDArray[np.float32] | None, filters: Filters, depth: int
    ) -> set[str]:
        """The candidates of both searches."""
        ids = {id_ for id_, _ in self._catalogue.search(words, depth, filters)}
        return ids if vector is None else ids | {id_ for id_, _ in self._nearest(vector, filters, depth)}

    def _scores(
        self, words: Sequence[str], vector: NDArray[np.float32] | None, ids: list[str]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Both scores of every candidate, whichever search found it; without a vector no similarity."""
        keyword = dict.fromkeys(ids, 0.0) | dict(self._catalogue.search(words, len(ids), among=ids))
        meaning = {}
        if vector is not None:
            meaning = {id_: float(own @ vector) for id_, own in self._embeddings.of(ids).items()}
        return keyword, meaning

    def _ordered(self, keyword: dict[str, float], meaning: dict[str, float], leaning: Leaning | None) -> list[Hit]:
        """The candidates, best first, without those whose article was removed meanwhile."""
        passages = self._catalogue.passages(keyword)
        articles = self._catalogue.by_id(passage.article_id for passage in passages.values())
        keyword_ranks, vector_ranks = ranks(keyword), ranks(meaning)
        scores = fused(keyword, meaning)
        hits = []
        for id_, passage in passages.items():
            article = articles.get(passage.article_id)
            if article is not None:
                score = scores[id_] + lift(article.published, leaning) + (OPENING if passage.position == 0 else 0)
                found = keyword_ranks.get(id_), vector_ranks.get(id_), keyword[id_], meaning.get(id_, 0.0)
                hits.append(Hit(passage, article, score, *found))
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))

    def _nearest(self, vector: NDArray[np.float32], filters: Filters, depth: int) -> list[tuple[str, float]]:
        allowed = self._catalogue.allowed(filters) if filters else None
        collection = self._writer.collection
        if collection is not None and allowed is None:
            try:
                return collection.search(vector, depth)
            except CollectionUnreadable:
                self._writer.report_unreadable(collection)  # until it is built anew the stored vectors answer
        return self._exact.search(vector, depth, allowed)


def _narrowed(filters: Filters, leaning: Leaning) -> Filters:
    """The filters, limited to the days leaned on and a margin around them."""
    since = leaning.since - timedelta(min(MARGIN_DAYS, (leaning.since - date.min).days))
    until = leaning.until + timedelta(min(MARGIN_DAYS, (date.max - leaning.until).days))
    return Filters(filters.sources, max(since, filters.since or since), min(until, filters.until or until))
