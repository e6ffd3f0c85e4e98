"""What the library holds: its articles by author, source, day and words, and how many there are of each."""

from collections.abc import Sequence
from datetime import date, datetime

from index.catalogue.conditions import filtering, marks, quoted
from index.catalogue.database import Database
from index.schema import Filters
from index.words import forms


class Holdings:
    """Finds articles by their records, the newest first, and counts them."""

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
        condition, parameters = _condition(filters, holding)
        if authors:
            condition += f" AND a.author IN ({marks(authors)})"
            parameters += authors
        if added_since is not None:
            condition += " AND a.added >= ?"
            parameters.append(added_since.isoformat())
        rows = self.database.read(
            f"SELECT id FROM articles a WHERE {condition} ORDER BY coalesce(published, '') DESC, added DESC, id",
            parameters,
        )
        return [row["id"] for row in rows]

    def sources(self, filters: Filters, holding: Sequence[str] = ()) -> list[tuple[str, int]]:
        """The sources of those that the filters let through, holding all of the words, and how many each has."""
        condition, parameters = _condition(filters, holding)
        rows = self.database.read(
            f"SELECT source, count(*) AS articles FROM articles a WHERE {condition} AND source != ''"
            " GROUP BY source ORDER BY articles DESC, source",
            parameters,
        )
        return [(row["source"], row["articles"]) for row in rows]

    def by_month(self) -> list[tuple[date, int]]:
        """The months in which articles were published, by their first day, and how many were."""
        rows = self.database.read(
            "SELECT substr(published, 1, 7) AS month, count(*) AS articles FROM articles"
            " WHERE published IS NOT NULL GROUP BY month ORDER BY month"
        )
        return [(date.fromisoformat(f"{row['month']}-01"), row["articles"]) for row in rows]


def _condition(filters: Filters, holding: Sequence[str]) -> tuple[str, list[str]]:
    """The condition that filters let an article `a` through and that it holds all of the words, and its parameters."""
    condition, parameters = filtering(filters)
    for word in holding:
        condition += (
            " AND a.id IN (SELECT article_id FROM passages WHERE number IN"
            " (SELECT rowid FROM keywords WHERE keywords MATCH ?))"
        )
        parameters.append(" OR ".join(quoted(form) for form in forms(word)))
    return condition, parameters
