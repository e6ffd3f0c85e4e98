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
from index.catalogue import Catalogue, Groups
from index.fusion import OPENING, fused, lift, once, ranks
from index.schema import Filters, Hit, Leaning
from index.spaces import Space, Spaces
from index.vectors import CollectionUnreadable
from index.words import content_words

CANDIDATES = 50
"""Passages taken from each search."""

DEEPER = (4 * CANDIDATES, 16 * CANDIDATES)
"""Taken one after the other where copies of an article fill the candidates and leave too little else."""

QUESTIONS_KEPT = 100
"""Questions whose vectors are kept, those embedded last: many are tried before they are asked."""

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

    def __init__(self, catalogue: Catalogue, spaces: Spaces, writer: VectorWriter, count: int = 10) -> None:
        super().__init__()
        self._catalogue = catalogue
        self._spaces = spaces
        self._groups = Groups(catalogue.database)
        self._writer = writer
        self._count = count
        self._vectors: dict[tuple[str, str], NDArray[np.float32]] = {}

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
        meaning = self._meaning(question)
        searched = [filters]
        if leaning and leaning.sought:
            searched.append(_narrowed(filters, leaning))
        for depth in (CANDIDATES, *DEEPER):
            found = {id_ for each in searched for id_ in self._found(words, meaning, each, depth)}
            ordered = self._ordered(*self._scores(words, meaning, sorted(found)), leaning)
            groups = self._groups.of(hit.article.id for hit in ordered)
            hits = once(ordered, groups, count)
            if len(hits) == count or len(set(groups.values())) == len(groups):
                break
        return hits

    def _meaning(self, question: str) -> "_Meaning | None":
        """None where no model is loaded. What it says holds for the whole question, though another model take over."""
        space = self._spaces.answering()
        if space is None:
            return None
        key = space.embedder.fingerprint, question
        vector = self._vectors.get(key)
        if vector is None:
            vector = self._vectors[key] = space.embedder.embed([question])[0]
            for oldest in [*self._vectors][:-QUESTIONS_KEPT]:
                self._vectors.pop(oldest, None)
        return _Meaning(space, vector)

    def _found(self, words: Sequence[str], meaning: "_Meaning | None", filters: Filters, depth: int) -> set[str]:
        """The candidates of both searches."""
        ids = {id_ for id_, _ in self._catalogue.search(words, depth, filters)}
        return ids if meaning is None else ids | {id_ for id_, _ in self._nearest(meaning, filters, depth)}

    def _scores(
        self, words: Sequence[str], meaning: "_Meaning | None", ids: list[str]
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Both scores of every candidate, whichever search found it; without a vector no similarity."""
        keyword = dict.fromkeys(ids, 0.0) | dict(self._catalogue.search(words, len(ids), among=ids))
        if meaning is None:
            return keyword, {}
        vectors = meaning.space.embeddings.of(ids)
        return keyword, {id_: float(own @ meaning.vector) for id_, own in vectors.items()}

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

    def _nearest(self, meaning: "_Meaning", filters: Filters, depth: int) -> list[tuple[str, float]]:
        allowed = self._catalogue.allowed(filters) if filters else None
        collection = self._writer.collection_of(meaning.space.embeddings.model)
        if collection is not None and allowed is None:
            try:
                return collection.search(meaning.vector, depth)
            except CollectionUnreadable:
                self._writer.report_unreadable(collection)  # until it is built anew the stored vectors answer
        return meaning.space.exact.search(meaning.vector, depth, allowed)


@dataclass(frozen=True, slots=True, eq=False)
class _Meaning:
    """A question's vector and the space that it lies in."""

    space: Space
    vector: NDArray[np.float32]


def _narrowed(filters: Filters, leaning: Leaning) -> Filters:
    """The filters, limited to the days leaned on and a margin around them."""
    since = leaning.since - timedelta(min(MARGIN_DAYS, (leaning.since - date.min).days))
    until = leaning.until + timedelta(min(MARGIN_DAYS, (date.max - leaning.until).days))
    return Filters(filters.sources, max(since, filters.since or since), min(until, filters.until or until))
