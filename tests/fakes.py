"""Small honest stand-ins for what is slow to load: they do the same job, only worse."""

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Database
from index.embedding import LazyEmbedder
from index.spaces import Spaces


class BagOfWordsEmbedder:
    """Texts that share words are near: each lower-cased word counts in one dimension, chosen by a stable hash.

    Unlike `MockEmbedding` it does not score all texts alike, and unlike a model it loads in no time. A text without
    any word gets the first axis, so that every row has unit length. It stands in for `index.embedding.LazyEmbedder`
    too, notes in `seen` every text it was given, and takes `seconds` for each.
    """

    def __init__(self, dimensions: int = 64, *, loaded: bool = True, seconds: float = 0.0) -> None:
        self.dimensions = dimensions
        self.fingerprint = self.model = f"bag-of-words-{dimensions}"
        self.loaded = loaded
        self.seen: list[str] = []
        self._seconds = seconds

    def load(self) -> "BagOfWordsEmbedder":
        """Be loaded from now on."""
        self.loaded = True
        return self

    def embed_if_loaded(self) -> Callable[[Sequence[str]], NDArray[np.float32]] | None:
        """See LazyEmbedder."""
        return self.embed if self.loaded else None

    def prepare(self) -> None:
        """See LazyEmbedder."""
        self.load()

    def export(self) -> bool:
        """There is nothing to export."""
        return False

    def close(self) -> None:
        """There is nothing to end."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts -> rows of unit length, shape (len(texts), dimensions)."""
        self.load()
        self.seen += texts
        time.sleep(self._seconds * len(texts))
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % self.dimensions] += 1
            if not row.any():
                row[0] = 1
            row /= np.linalg.norm(row)
        return vectors


def spaces_of(database: Database, wanted: BagOfWordsEmbedder, *others: BagOfWordsEmbedder) -> Spaces:
    """The spaces of a library where `wanted` is the model that is set; these others can be loaded by their names."""
    models = {embedder.model: embedder for embedder in (wanted, *others)}
    return Spaces(database, cast(LazyEmbedder, wanted), lambda name: cast(LazyEmbedder, models[name]))
