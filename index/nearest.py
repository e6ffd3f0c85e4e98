"""The stored vectors in memory: exact search by meaning where Chroma is not at hand or a filter is set."""

import threading
from collections.abc import Set
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from index.catalogue import NOTHING, Embeddings, Mark

HELD = 200_000
"""Vectors held in memory at most (300 MB at 384 dimensions); a larger library reads them for each such question."""


@dataclass(frozen=True, slots=True)
class _Vectors:
    """Rows `ids[i]`, `articles[i]` (a value of `positions`), `vectors[i]`, as the catalogue held them at `mark`."""

    mark: Mark = NOTHING
    ids: list[str] = field(default_factory=list)
    articles: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    positions: dict[str, int] = field(default_factory=dict)
    vectors: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))


class NearestVectors:
    """Finds the passages nearest to a vector. Reading 64,000 vectors takes 0.4 s, comparing them 0.01 s.

    So they are read at the first search and kept; what was embedded since is added, and once a passage was removed or
    vectors pruned all are read anew.
    """

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._held = _Vectors()
        self._reading = threading.Lock()

    def search(
        self, vector: NDArray[np.float32], count: int, articles: Set[str] | None = None
    ) -> list[tuple[str, float]]:
        """The nearest passage ids, of all or of these articles, with their cosine similarity, best first."""
        held = self._current()
        if not held.ids:
            return []
        rows = np.arange(len(held.ids)) if articles is None else _rows(held, articles)
        among = held.vectors if articles is None else held.vectors[rows]
        similarities = among @ vector
        best = np.argsort(-similarities, kind="stable")[:count]
        return [(held.ids[rows[index]], float(similarities[index])) for index in best]

    def _current(self) -> _Vectors:
        with self._reading:
            mark = self._embeddings.mark()
            if mark == self._held.mark:
                return self._held
            held = self._held.mark
            only_added = mark.passages - held.passages == mark.number - held.number and mark.prunings == held.prunings
            current = _joined(self._held if only_added else _Vectors(), mark, self._embeddings)
            self._held = current if len(current.ids) <= HELD else _Vectors()
            return current


def _joined(held: _Vectors, mark: Mark, embeddings: Embeddings) -> _Vectors:
    """What is held and what came since."""
    ids, article_ids, vectors = embeddings.since(held.mark)
    positions = dict(held.positions)
    articles = np.array([positions.setdefault(id_, len(positions)) for id_ in article_ids], np.int64)
    if not held.ids:
        return _Vectors(mark, ids, articles, positions, vectors)
    if not ids:
        return replace(held, mark=mark)
    return _Vectors(
        mark,
        held.ids + ids,
        np.concatenate((held.articles, articles)),
        positions,
        np.concatenate((held.vectors, vectors)),
    )


def _rows(held: _Vectors, articles: Set[str]) -> NDArray[np.int64]:
    allowed = np.zeros(len(held.positions), bool)
    allowed[[held.positions[id_] for id_ in articles if id_ in held.positions]] = True
    return np.flatnonzero(allowed[held.articles])
