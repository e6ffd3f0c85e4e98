"""Articles as they were before their file or page changed, so that what was quoted from them can still be read."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from index.catalogue.database import Connection, Database
from index.schema import Article, Revision

KEPT = 20
"""Earlier texts kept of one article; a page that is fetched every hour would fill the disk otherwise."""
KEPT_CHARACTERS = 1_000_000
"""So many characters in all, but the latest earlier text is kept whatever its length."""


class Revisions:
    """Looks up what articles were. One whose successor leaves the library for good leaves with it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, article_ids: Iterable[str]) -> dict[str, Revision]:
        """The revisions under these ids of replaced articles; an id that never was, or still is, is left out."""
        ids = list(dict.fromkeys(article_ids))
        rows = self.database.read(f"SELECT * FROM revisions WHERE id IN ({','.join('?' * len(ids))})", ids)
        return {
            row["id"]: Revision(
                Article(
                    **{name: row[name] for name in ("id", "title", "text", "source", "author", "url")},
                    published=date.fromisoformat(row["published"]) if row["published"] else None,
                    added=datetime.fromisoformat(row["added"]),
                ),
                row["successor"],
                datetime.fromisoformat(row["replaced"]),
            )
            for row in rows
        }

    def successors(self, article_ids: Iterable[str]) -> dict[str, str]:
        """The ids of the articles that stand in the place of these now, where they were replaced."""
        return {id_: revision.successor for id_, revision in self.of(article_ids).items()}


def keep(connection: Connection, article_id: str, successor: str) -> None:
    """Keep an article that is about to be deleted because another took its place, inside that transaction.

    What it had replaced itself has the same successor from now on. The oldest beyond the limits are dropped.
    """
    connection.execute("UPDATE revisions SET successor = ? WHERE successor = ?", (successor, article_id))
    connection.execute(
        "INSERT OR REPLACE INTO revisions SELECT id, title, text, source, author, url, published, added, ?, ?"
        " FROM articles WHERE id = ?",
        (successor, datetime.now(UTC).isoformat(timespec="seconds"), article_id),
    )
    # In the order they were written, not by the clock, which may be set back.
    connection.execute(
        "DELETE FROM revisions WHERE id IN (SELECT id FROM"
        " (SELECT id, row_number() OVER later AS place, sum(length(text)) OVER later AS held"
        "  FROM revisions WHERE successor = ? WINDOW later AS (ORDER BY rowid DESC))"
        " WHERE place > ? OR (place > 1 AND held > ?))",
        (successor, KEPT, KEPT_CHARACTERS),
    )


def forget(connection: Connection, article_id: str) -> None:
    """Inside a transaction: an article that was replaced is there again, such as after an edit was undone."""
    connection.execute("DELETE FROM revisions WHERE id = ?", (article_id,))
