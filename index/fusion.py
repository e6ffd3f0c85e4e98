"""Two searches' scores -> one order: words and meaning weigh alike, then the passage's place and day."""

from collections.abc import Mapping, Sequence
from datetime import date
from math import exp

from index.schema import Hit, Leaning
from index.words import shingles, words

OPENING = 0.05
"""What an article's first passage gains, since it says what the article is about."""

SAME = 0.85
"""Two passages that share this much of their words (Jaccard) are one report, printed twice with small changes."""

SAID = 0.75
"""A passage of a copy says nothing new if this much of its shingles stand in passages of the article it copies."""


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


def once(hits: Sequence[Hit], groups: Mapping[str, str], count: int) -> list[Hit]:
    """The first hits, without what another has said in nearly the same words.

    Articles of one group (by article id) are nearly the same: the one found best speaks for it. What another of them
    says besides is kept, so only passages go whose shingles are mostly those of passages of the first.
    """
    speakers: dict[str, str] = {}
    for hit in hits:
        speakers.setdefault(groups.get(hit.article.id, hit.article.id), hit.article.id)
    said: dict[str, set[str]] = {}
    kept: list[Hit] = []
    seen: list[frozenset[str]] = []
    for hit in hits:
        speaker = speakers[groups.get(hit.article.id, hit.article.id)]
        if speaker != hit.article.id:
            if speaker not in said:
                said[speaker] = {run for other in hits if other.article.id == speaker for run in shingles(other.text)}
            own = shingles(hit.text)
            if len(own & said[speaker]) >= SAID * len(own):
                continue
        own_words = frozenset(words(hit.text))
        if not any(_alike(own_words, other) for other in seen):
            seen.append(own_words)
            kept.append(hit)
        if len(kept) == count:
            break
    return kept


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return one == other or len(one & other) >= SAME * len(one | other)
