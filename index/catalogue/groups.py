"""Articles that are nearly the same, by a group each: the signatures of their texts, and who shares a part of one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.catalogue.database import Connection, Database

Signature = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Signed:
    """An article's signature (empty where its text is too short for one), its group and its day."""

    article_id: str
    signature: Signature
    group_id: str
    published: date | None


class Groups:
    """The groups of articles. One that is alike to no other is a group by itself."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def pending(self, limit: int) -> list[str]:
        """The ids of articles that are in no group yet."""
        rows = self.database.read(
            "SELECT id FROM articles a LEFT JOIN signatures s ON s.article_id = a.id WHERE number IS NULL LIMIT ?",
            (limit,),
        )
        return [row["id"] for row in rows]

    def sharing(self, connection: Connection, bands: Sequence[int]) -> list[Signed]:
        """The articles that have one of these bands."""
        rows = connection.execute(
            "SELECT article_id, signature, group_id, published FROM signatures s JOIN articles a ON a.id = article_id"
            f" WHERE number IN (SELECT number FROM bands WHERE value IN ({','.join('?' * len(bands))}))",
            bands,
        )
        return [
            Signed(row[0], np.frombuffer(row[1], "<u4"), row[2], date.fromisoformat(row[3]) if row[3] else None)
            for row in rows
        ]

    def put(
        self, connection: Connection, article_id: str, signature: Signature, bands: Sequence[int], group: str
    ) -> None:
        """Put an article into a group inside a transaction; one that was removed meanwhile is left out."""
        added = connection.execute(
            "INSERT OR IGNORE INTO signatures (article_id, signature, group_id)"
            " SELECT id, ?, ? FROM articles WHERE id = ?",
            (signature.astype("<u4").tobytes(), group, article_id),
        )
        if added.rowcount:
            rows = [(value, added.lastrowid) for value in bands]
            connection.executemany("INSERT OR IGNORE INTO bands (value, number) VALUES (?, ?)", rows)

    def merge(self, connection: Connection, groups: Iterable[str], into: str) -> None:
        """Make one group of several inside a transaction."""
        connection.executemany(
            "UPDATE signatures SET group_id = ? WHERE group_id = ?",
            [(into, group) for group in groups if group != into],
        )

    def leave(self, connection: Connection, article_id: str) -> None:
        """Have an article be in no group inside a transaction; one called after it is called after another of it."""
        connection.execute("DELETE FROM signatures WHERE article_id = ?", (article_id,))
        connection.execute(
            "UPDATE signatures SET group_id = (SELECT min(article_id) FROM signatures WHERE group_id = ?1)"
            " WHERE group_id = ?1",
            (article_id,),
        )

    def of(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The group of each of these articles, as far as they are in one yet."""
        ids = list(dict.fromkeys(article_ids))
        rows = self.database.read(
            f"SELECT article_id, group_id FROM signatures WHERE article_id IN ({','.join('?' * len(ids))})", ids
        )
        return {row["article_id"]: row["group_id"] for row in rows}

    def copies(self, article_id: str) -> list[str]:
        """The ids of the articles that are nearly the same as this one, the earliest published first."""
        rows = self.database.read(
            "SELECT a.id FROM signatures s JOIN articles a ON a.id = s.article_id"
            " WHERE group_id = (SELECT group_id FROM signatures WHERE article_id = ?1) AND a.id != ?1"
            " ORDER BY published IS NULL, published, added, a.id",
            (article_id,),
        )
        return [row["id"] for row in rows]
