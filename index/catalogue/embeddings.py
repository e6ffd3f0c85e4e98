"""Vectors by the hash of their text, and the difference between them and what the Chroma collection holds."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalogue.database import Connection, Database
from index.schema import Passage

Vectors = NDArray[np.float32]


class Mark(NamedTuple):
    """A state of the vectors: the last number given to a passage, the last row of vectors, how many passages are.

    Rows are given again once they are pruned, so that only those of one pruning can be compared.
    """

    number: int
    row: int
    passages: int
    prunings: int


NOTHING = Mark(0, 0, 0, 0)

_PRUNINGS = "how often vectors were pruned"
_WORN = "rows replaced or taken out of the collection of {}"


class Embeddings:
    """The embeddings of one model (by its fingerprint). Blobs are little-endian float32, one vector each.

    What is said of "the collection" is said of the one that answers, or of the one that is built `beside` it.
    """

    def __init__(self, database: Database, model: str, *, beside: bool = False) -> None:
        self.database = database
        self.model = model
        self._held = "beside_hash" if beside else "collected_hash"

    def pending(self, limit: int) -> list[tuple[Passage, str]]:
        """Passages whose text has no vector yet, the newest first, each with the hash of that text."""
        rows = self.database.read(
            "SELECT p.id, article_id, position, start, end, p.text_hash FROM passages p"
            " LEFT JOIN embeddings e ON e.model = ? AND e.text_hash = p.text_hash"
            " WHERE e.text_hash IS NULL ORDER BY number DESC LIMIT ?",
            (self.model, limit),
        )
        return [(Passage(*row[:5]), row["text_hash"]) for row in rows]

    def count_pending(self) -> int:
        """How many passages have no vector yet."""
        rows = self.database.read(
            "SELECT count(*) FROM passages p LEFT JOIN embeddings e ON e.model = ? AND e.text_hash = p.text_hash"
            " WHERE e.text_hash IS NULL",
            (self.model,),
        )
        return int(rows[0][0])

    def put(self, hashes: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors, an array (n, dimensions), by the hashes of their texts, in one transaction."""
        with self.database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?)",
                [
                    (self.model, text_hash, vector.astype("<f4").tobytes())
                    for text_hash, vector in zip(hashes, vectors, strict=True)
                ],
            )

    def stored(self) -> Iterator[tuple[str, NDArray[np.float32]]]:
        """Every vector of this model, whole or not, with the hash of its text."""
        last = ""
        while rows := self.database.read(
            "SELECT text_hash, vector FROM embeddings WHERE model = ? AND text_hash > ? ORDER BY text_hash LIMIT 5000",
            (self.model, last),
        ):
            yield from ((row[0], np.frombuffer(row[1][: len(row[1]) // 4 * 4], "<f4")) for row in rows)
            last = rows[-1][0]

    def drop(self, hashes: Sequence[str]) -> None:
        """Take vectors out, so that their texts are embedded again, and the collection gets them again."""
        with self.database.transaction() as connection:
            for text_hash in hashes:
                connection.execute("DELETE FROM embeddings WHERE model = ? AND text_hash = ?", (self.model, text_hash))
                connection.execute(f"UPDATE passages SET {self._held} = '' WHERE {self._held} = ?", (text_hash,))
            if hashes:
                count_pruning(connection)

    def mark(self) -> Mark:
        """The state of the vectors; another one once passages were added, embedded or removed."""
        row = self.database.read(
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'passages'), 0),"
            " coalesce((SELECT max(rowid) FROM embeddings), 0), (SELECT count(*) FROM passages),"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?), 0)",
            (_PRUNINGS,),
        )[0]
        return Mark(*row)

    def since(self, mark: Mark = NOTHING) -> tuple[list[str], list[str], Vectors]:
        """The passages added or embedded after a mark, if they have a vector, in the order they were added.

        Their ids, the ids of their articles, and an array (n, dimensions).
        """
        if not self._moved(mark):
            return [], [], _stacked([])
        rows = self.database.read(
            "SELECT p.id, article_id, vector FROM passages p JOIN embeddings e"
            " ON e.model = ? AND e.text_hash = p.text_hash WHERE p.number > ? OR e.rowid > ? ORDER BY number",
            (self.model, mark.number, mark.row),
        )
        return [row[0] for row in rows], [row[1] for row in rows], _stacked([row[2] for row in rows])

    def _moved(self, mark: Mark) -> bool:
        """Whether passages were added or embedded since, by this model: while another embeds, few are."""
        rows = self.database.read(
            "SELECT EXISTS (SELECT 1 FROM passages WHERE number > ?)"
            " OR EXISTS (SELECT 1 FROM embeddings WHERE rowid > ? AND model = ?)",
            (mark.number, mark.row, self.model),
        )
        return bool(rows[0][0])

    def of(self, passage_ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of these passages, as far as they have one."""
        rows = self.database.read(
            "SELECT p.id, vector FROM passages p JOIN embeddings e ON e.model = ? AND e.text_hash = p.text_hash"
            f" WHERE p.id IN ({','.join('?' * len(passage_ids))})",
            (self.model, *passage_ids),
        )
        return {row["id"]: np.frombuffer(row["vector"], "<f4") for row in rows}

    def uncollected(self, limit: int) -> list[tuple[str, str, NDArray[np.float32]]]:
        """Passages that the collection lacks or holds with an older text: id, hash, vector."""
        rows = self.database.read(
            "SELECT p.id, p.text_hash, vector FROM passages p JOIN embeddings e"
            " ON e.model = ? AND e.text_hash = p.text_hash"
            f" WHERE p.{self._held} IS NOT p.text_hash ORDER BY number LIMIT ?",
            (self.model, limit),
        )
        return [(row["id"], row["text_hash"], np.frombuffer(row["vector"], "<f4")) for row in rows]

    def count_uncollected(self) -> int:
        """How many vectors the collection lacks."""
        rows = self.database.read(
            "SELECT count(*) FROM passages p JOIN embeddings e ON e.model = ? AND e.text_hash = p.text_hash"
            f" WHERE p.{self._held} IS NOT p.text_hash",
            (self.model,),
        )
        return int(rows[0][0])

    def mark_collected(self, passages: Sequence[tuple[str, str]]) -> None:
        """Note that the collection holds these passage ids with the text of these hashes.

        Those removed from the library meanwhile have to leave the collection again.
        """
        with self.database.transaction() as connection:
            connection.executemany(
                f"UPDATE passages SET {self._held} = ? WHERE id = ?",
                [(text_hash, passage_id) for passage_id, text_hash in passages],
            )
            connection.executemany(
                "INSERT OR IGNORE INTO withdrawn SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM passages WHERE id = ?1)",
                [(passage_id,) for passage_id, _ in passages],
            )

    def collected(self) -> set[str]:
        """The ids that the collection should hold, but for those that still have to leave it."""
        return {row["id"] for row in self.database.read(f"SELECT id FROM passages WHERE {self._held} IS NOT NULL")}

    def forget_collected(self, passage_ids: set[str]) -> None:
        """Note that the collection does not hold these passages."""
        with self.database.transaction() as connection:
            rows = [(passage_id,) for passage_id in passage_ids]
            connection.executemany(f"UPDATE passages SET {self._held} = NULL WHERE id = ?", rows)

    def withdrawn(self, limit: int = -1) -> list[str]:
        """Passage ids that are gone from the library and still have to leave the collections."""
        return [row[0] for row in self.database.read("SELECT passage_id FROM withdrawn LIMIT ?", (limit,))]

    def mark_withdrawn(self, passage_ids: Sequence[str]) -> None:
        """Note that these have left the collections."""
        with self.database.transaction() as connection:
            connection.executemany(
                "DELETE FROM withdrawn WHERE passage_id = ?", [(passage_id,) for passage_id in passage_ids]
            )

    def worn(self) -> int:
        """How many rows the collection has replaced or dropped since it was built."""
        return int(self.database.get(_WORN.format(self.model)) or 0)

    def note_worn(self, rows: int) -> None:
        """Note that the collection has replaced or dropped so many rows."""
        if rows:
            with self.database.transaction() as connection:
                connection.execute(
                    "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = value + ?2",
                    (_WORN.format(self.model), rows),
                )

    def forget_worn(self) -> None:
        """Note that the collection is a new one."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM meta WHERE key = ?", (_WORN.format(self.model),))

    def count_orphans(self) -> int:
        """How many vectors, of any model, are of texts that no passage holds any more."""
        rows = self.database.read(
            "SELECT count(*) FROM embeddings WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
        )
        return int(rows[0][0])

    def prune(self) -> int:
        """Drop the vectors, of any model, whose text no passage holds any more; how many they were."""
        with self.database.transaction() as connection:
            pruned = connection.execute(
                "DELETE FROM embeddings WHERE text_hash NOT IN (SELECT text_hash FROM passages)"
            ).rowcount
            if pruned:
                count_pruning(connection)
            return pruned


def count_pruning(connection: Connection) -> None:
    """Note, inside a transaction, that vectors went, so that nobody takes the next in their rows for them."""
    connection.execute("INSERT INTO meta VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET value = value + 1", (_PRUNINGS,))


def _stacked(blobs: Sequence[bytes]) -> Vectors:
    if not blobs:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(b"".join(blobs), "<f4").reshape(len(blobs), -1)
