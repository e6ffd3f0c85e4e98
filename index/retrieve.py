"""A question -> the passages that may answer it: keyword and vector ranks fused, the same words counted once."""

from dataclasses import dataclass, field

import numpy as np
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from numpy.typing import NDArray
from pydantic import Field

from index.background import VectorWriter
from index.catalogue import Catalogue, Embeddings
from index.embedding import LazyEmbedder
from index.schema import Filters, Hit, text_id
from index.vectors import CollectionUnreadable
from index.words import content_words

CANDIDATES = 50
RANK_CONSTANT = 60
"""k of reciprocal rank fusion, sum of 1 / (k + rank): Cormack, Clarke and Büttcher, SIGIR 2009."""


@dataclass
class FilteredQuery(QueryBundle):
    """A question with its filters, as it travels through llama-index."""

    filters: Filters = field(default_factory=Filters)


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
        self._writer = writer
        self._embedder = embedder
        self._count = count

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        filters = query_bundle.filters if isinstance(query_bundle, FilteredQuery) else Filters()
        return [to_node(hit) for hit in self.hits(query_bundle.query_str, filters)]

    def hits(self, question: str, filters: Filters, count: int | None = None) -> list[Hit]:
        """The best passages, best first. Each rank counts from 1 within its own search."""
        count = count or self._count
        keyword = [id_ for id_, _ in self._catalogue.search(content_words(question), CANDIDATES, filters)]
        vector = [id_ for id_, _ in self._nearest(question, filters)]
        keyword_ranks = {id_: rank for rank, id_ in enumerate(keyword, 1)}
        vector_ranks = {id_: rank for rank, id_ in enumerate(vector, 1)}
        scores = {
            id_: sum(1 / (RANK_CONSTANT + ranks[id_]) for ranks in (keyword_ranks, vector_ranks) if id_ in ranks)
            for id_ in (*keyword, *vector)
        }
        best = sorted(scores, key=lambda id_: (-scores[id_], id_))[: 3 * count]
        passages = self._catalogue.passages(best)
        articles = self._catalogue.by_id(passage.article_id for passage in passages.values())
        hits: dict[str, Hit] = {}
        for id_ in best:
            passage = passages.get(id_)
            article = articles.get(passage.article_id) if passage else None
            if passage and article:  # an article removed since is dropped whole
                hit = Hit(passage, article, scores[id_], keyword_ranks.get(id_), vector_ranks.get(id_))
                hits.setdefault(text_id(hit.text), hit)
        return list(hits.values())[:count]

    def _nearest(self, question: str, filters: Filters) -> list[tuple[str, float]]:
        if not self._embedder.loaded or not self._embeddings.usable():
            return []
        vector = self._embedder.embed([question])[0]
        allowed = self._catalogue.allowed(filters) if filters else None
        collection = self._writer.collection
        if collection is not None and allowed is None:
            try:
                return collection.search(vector, CANDIDATES)
            except CollectionUnreadable:
                self._writer.report_unreadable(collection)  # until it is built anew the stored vectors answer
        return self._exact(vector, allowed)

    def _exact(self, vector: NDArray[np.float32], allowed: set[str] | None) -> list[tuple[str, float]]:
        ids, vectors = self._embeddings.all(allowed)
        if not ids:
            return []
        similarities = vectors @ vector
        return [
            (ids[index], float(similarities[index])) for index in np.argsort(-similarities, kind="stable")[:CANDIDATES]
        ]
