"""The Chroma collections over the passages' vectors, one for each model."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# More rows than this stay in Chroma's log before it writes its search structure. At the default of 1000 a kill left the
# folder unreadable in 1 or 2 of 20 trials, at 20,000 in none; the price is a longer first query after opening.
SYNC_THRESHOLD = 20_000


class CollectionUnreadable(Exception):
    """Chroma cannot read or write its folder; the catalogue can rebuild it."""


class Collection:
    """The vectors of one embedding model by passage id. Only one process may have it open: see `index.background`."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.model = fingerprint
        with _translated():
            import chromadb  # 0.7 s
            from chromadb.config import Settings

            self._client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
            self._collection: Any = self._client.get_or_create_collection(
                _name(fingerprint),
                configuration={"hnsw": {"space": "cosine", "sync_threshold": SYNC_THRESHOLD}},
                embedding_function=None,
            )

    def drop_others(self, kept: Sequence[str] = ()) -> None:
        """Remove the collections of models that are no longer used: all but this one and those of these models."""
        names = {self._collection.name, *map(_name, kept)}
        with _translated():
            for other in self._client.list_collections():
                if other.name not in names:
                    self._client.delete_collection(other.name)

    def ids(self) -> set[str]:
        """Every id it holds."""
        with _translated():
            return set(self._collection.get(include=[])["ids"])

    def count(self) -> int:
        """How many vectors it holds."""
        with _translated():
            return int(self._collection.count())

    def put(self, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Insert or replace vectors, an array (n, dimensions)."""
        with _translated():  # `add` would keep the old row of a known id
            self._collection.upsert(ids=list(ids), embeddings=vectors)

    def delete(self, ids: Sequence[str]) -> None:
        """Take out; unknown ids do no harm."""
        with _translated():
            self._collection.delete(ids=list(ids))

    def search(self, vector: NDArray[np.float32], count: int) -> list[tuple[str, float]]:
        """The nearest ids with their cosine similarity, best first."""
        with _translated():
            found = self._collection.query(query_embeddings=vector[None], n_results=count, include=["distances"])
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def close(self) -> None:
        """Let go of the folder."""
        with _translated():
            self._client.close()


def _name(fingerprint: str) -> str:
    return f"passages-{fingerprint}"


def erase(folder: Path) -> None:
    """Remove a collection's folder, whatever state it is in, so that it can be built anew in this process."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # Chroma's Rust core panics with an exception outside of Exception
        raise CollectionUnreadable(str(error)) from error
