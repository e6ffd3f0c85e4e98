"""What the library holds: its articles by author, source, day of publication or of adding, and by their words."""

from collections.abc import Sequence
from datetime import datetime

from index.catalogue.articles import filtering, marks, quoted
from index.catalogue.database import Database
from index.schema import Filters
from index.words import forms


class Holdings:
    """Answers with ids of articles, the newest first."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def authors(self) -> list[str]:
        """Every author on record, as written there."""
        rows = self.database.read("SELECT DISTINCT author FROM articles WHERE author != '' ORDER BY author")
        return [row["author"] for row in rows]

    def articles(
        self,
        filters: Filters,
        authors: Sequence[str] = (),
        added_since: datetime | None = None,
        holding: Sequence[str] = (),
    ) -> list[str]:
        """Those that the filters let through, by one of the authors, added since a moment, holding all of the words."""
        condition, parameters = filtering(filters)
        if authors:
            condition += f" AND a.author IN ({marks(authors)})"
            parameters += authors
        if added_since is not None:
            condition += " AND a.added >= ?"
            parameters.append(added_since.isoformat())
        for word in holding:
            condition += (
                " AND a.id IN (SELECT article_id FROM passages WHERE number IN"
                " (SELECT rowid FROM keywords WHERE keywords MATCH ?))"
            )
            parameters.append(" OR ".join(quoted(form) for form in forms(word)))
        rows = self.database.read(
            f"SELECT id FROM articles a WHERE {condition} ORDER BY coalesce(published, '') DESC, added DESC, id",
            parameters,
        )
        return [row["id"] for row in rows]
