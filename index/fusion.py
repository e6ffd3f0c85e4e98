"""Two searches' scores -> one order: words and meaning weigh alike, then the passage's place and day."""

from collections.abc import Mapping
from datetime import date
from math import exp

from index.schema import Leaning
from index.words import words

OPENING = 0.05
"""What an article's first passage gains, since it says what the article is about."""

SAME = 0.85
"""Two passages that share this much of their words (Jaccard) are one report, printed twice with small changes."""


def fused(keyword: Mapping[str, float], meaning: Mapping[str, float]) -> dict[str, float]:
    """BM25 and cosine by passage, each as a share of the best one's, added up: from 0 to 2.

    Shares tell a clear first from a close one, which ranks cannot; `benchmarks/README.md` has the difference. A
    passage that has no vector yet counts by its words alone, twice.
    """
    best_keyword = max(keyword.values(), default=0.0) or 1.0
    best_meaning = max((value for value in meaning.values() if value > 0), default=1.0)
    scores = {}
    for id_ in keyword.keys() | meaning.keys():
        by_words = max(0.0, keyword.get(id_, 0.0)) / best_keyword
        scores[id_] = by_words + (max(0.0, meaning[id_]) / best_meaning if id_ in meaning else by_words)
    return scores


def lift(published: date | None, leaning: Leaning | None) -> float:
    """What a passage gains by its article's day: the leaning's weight within its days, fading around them."""
    if published is None or leaning is None:
        return 0.0
    outside = max((leaning.since - published).days, (published - leaning.until).days, 0)
    return leaning.weight * exp(-outside / leaning.fading_days)


def ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Positions from 1, best first, equal scores by id; what scores nothing has none."""
    order = sorted((id_ for id_ in scores if scores[id_] > 0), key=lambda id_: (-scores[id_], id_))
    return {id_: rank for rank, id_ in enumerate(order, 1)}


class Reprints:
    """Passages seen so far, to tell whether another says the same in nearly the same words."""

    def __init__(self) -> None:
        self._seen: list[frozenset[str]] = []

    def is_new(self, text: str) -> bool:
        """Whether no passage before had nearly these words; from now on it counts as seen."""
        own = frozenset(words(text))
        if any(_alike(own, other) for other in self._seen):
            return False
        self._seen.append(own)
        return True


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one == other or len(one & other) >= SAME * len(one | other)
