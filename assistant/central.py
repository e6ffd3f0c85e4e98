"""Which sentences stand for a text: those most like all others, without saying a thing twice. Pure."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.contrast import shape
from index.schema import EmbeddingError

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Matrix = NDArray[np.float64]

DAMPING = 0.85
"""As in LexRank (Erkan and Radev 2004, https://arxiv.org/abs/1109.2128), which takes it from PageRank."""
STEPS = 50


def likenesses(texts: Sequence[str], embed: Embed | None) -> Matrix:
    """How like the texts are to each other, an array (n, n) of 0..1: the cosine of vectors, else of words."""
    if not texts:
        return np.zeros((0, 0))
    if embed is not None:
        try:
            vectors = embed(texts).astype(np.float64)
            return np.clip(vectors @ vectors.T, 0.0, 1.0)
        except EmbeddingError:  # words alone must do, as they must for search
            pass
    held = [shape(text).content for text in texts]
    return np.array(
        [[len(one & other) / max(1.0, (len(one) * len(other)) ** 0.5) for other in held] for one in held], np.float64
    )


def centrality(like: Matrix) -> NDArray[np.float64]:
    """How central each text is, an array (n,), the most central 1: the stationary distribution of LexRank."""
    count = len(like)
    if count == 0:
        return np.zeros(0)
    walk = like / np.maximum(like.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(count, 1 / count)
    for _ in range(STEPS):
        rank = (1 - DAMPING) / count + DAMPING * rank @ walk
    return np.asarray(rank / rank.max(), np.float64)


def diverse(scores: Sequence[float], like: Matrix, count: int, repeating: float) -> list[int]:
    """The places of the best texts, best first, each less for what it repeats of those before it.

    Maximal marginal relevance (Carbonell and Goldstein 1998), with a text left out that is as like as `repeating`.
    """
    chosen: list[int] = []
    left = set(range(len(scores)))
    while left and len(chosen) < count:
        said = {place: max((float(like[place, other]) for other in chosen), default=0.0) for place in left}
        left = {place for place in left if said[place] < repeating}
        if not left:
            break
        best = max(left, key=lambda place: (scores[place] - 0.5 * said[place], -place))
        chosen.append(best)
        left.discard(best)
    return chosen
