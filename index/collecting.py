"""The Chroma collection of one model, kept equal to what the catalogue holds of it."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.catalogue import Embeddings
from index.vectors import Collection, CollectionUnreadable

COLLECT_AT_ONCE = 500
# The share of its rows that Chroma may replace or drop before it is built anew, which embeds nothing. Its search finds
# less with each: of the 50 nearest of 5,000 all when it was built, 98.6 % after half of the rows were replaced, 95.4 %
# after three times as many as it holds; some come out of reach altogether.
WORN = 0.5
WORN_ROWS = 200  # fewer are no matter

logger = logging.getLogger(__name__)


class Difference(NamedTuple):
    """How many vectors a collection lacks of those it should hold, holds too many, and is still to be given."""

    lacking: int
    spare: int
    waiting: int


def added_up(differences: Iterable[Difference]) -> Difference:
    """One difference for several collections."""
    return Difference(*map(sum, zip(*differences, strict=True)))


class Shelf:
    """A collection and the embeddings that it is made from. Raises CollectionUnreadable."""

    def __init__(self, folder: Path, embeddings: Embeddings) -> None:
        self.embeddings = embeddings
        self.collection = Collection(folder, embeddings.model)

    def compare(self) -> None:
        """Take out what the catalogue does not know of, and have it know what is not there."""
        held, noted = self.collection.ids(), self.embeddings.collected()
        if held - noted:
            self.drop(sorted(held - noted))
        if not held:  # new, or its folder was lost
            self.embeddings.forget_worn()
        if noted - held:
            self.embeddings.forget_collected(noted - held)

    def compared(self) -> Difference:
        """What it holds beside what the catalogue says that it holds."""
        held, noted = self.collection.ids(), self.embeddings.collected()
        for vector in self.embeddings.of(sorted(held & noted)[:1]).values():
            self.collection.search(vector, 1)  # the list of ids is read from another place than this
        spare = held - noted - set(self.embeddings.withdrawn())
        return Difference(len(noted - held), len(spare), self.embeddings.count_uncollected())

    def collect(self) -> bool:
        """Give it some of the vectors that it lacks; False where it lacks none."""
        rows = self.embeddings.uncollected(COLLECT_AT_ONCE)
        if rows:
            before = self.collection.count()
            self.collection.put([id_ for id_, _, _ in rows], np.stack([vector for _, _, vector in rows]))
            self.embeddings.note_worn(before + len(rows) - self.collection.count())
            self.embeddings.mark_collected([(id_, text_hash) for id_, text_hash, _ in rows])
        return bool(rows)

    def drop(self, ids: Sequence[str]) -> None:
        """Take vectors out of it."""
        before = self.collection.count()
        self.collection.delete(ids)
        self.embeddings.note_worn(before - self.collection.count())  # some may have been taken out already

    def is_worn(self) -> bool:
        """Whether so many of its rows were replaced or taken out that it is to be built anew."""
        return self.embeddings.worn() >= max(WORN_ROWS, WORN * self.collection.count())

    def moved(self) -> "Shelf":
        """The same collection, once it is the one that answers."""
        self.embeddings = Embeddings(self.embeddings.database, self.embeddings.model)
        return self

    def close(self) -> None:
        """Let go of the folder, though it cannot be done well."""
        try:
            self.collection.close()
        except CollectionUnreadable as error:
            logger.info("closing Chroma: %s", error)
