"""What the library holds: its articles by author, source, day and words, and how many there are of each."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from index.catalogue.conditions import filtering, marks, quoted
from index.catalogue.database import Database
from index.schema import Filters
from index.words import forms

NEWEST_FIRST = "coalesce(published, '') DESC, added DESC, id"
OLDEST_FIRST = "published IS NULL, published, added, id"


@dataclass(frozen=True, slots=True)
class Sought:
    """What the articles must be: let through by the filters, by one of the authors, added since a moment, of words.

    Each of the words has to stand in them. No authors, no moment and no words are no limit; `among` are the ids that
    they are looked for among, where not among all.
    """

    filters: Filters
    authors: tuple[str, ...] = ()
    added_since: datetime | None = None
    holding: tuple[str, ...] = ()
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How many articles there are, of a `source` where they are counted by it; the ids of the newest (or oldest)."""

    count: int
    newest: tuple[str, ...]
    source: str = ""


class Holdings:
    """Finds articles by their records, the newest first, and counts them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def authors(self) -> list[str]:
        """Every author on record, as written there."""
        rows = self.database.read("SELECT DISTINCT author FROM articles WHERE author != '' ORDER BY author")
        return [row["author"] for row in rows]

    def articles(self, sought: Sought, limit: int, *, oldest_first: bool = False) -> Found:
        """How many of these there are, and the newest of them, or the oldest, no more than `limit`."""
        condition, parameters = _seeking(sought)
        rows = self.database.read(
            f"SELECT id, count(*) OVER () AS articles FROM articles a WHERE {condition}"
            f" ORDER BY {OLDEST_FIRST if oldest_first else NEWEST_FIRST} LIMIT ?",
            (*parameters, limit),
        )
        return Found(rows[0]["articles"] if rows else 0, tuple(row["id"] for row in rows))

    def authored(self, sought: Sought) -> list[tuple[str, str]]:
        """The ids of those that name their author, the newest first, each with the author as written there."""
        condition, parameters = _seeking(sought)
        rows = self.database.read(
            f"SELECT id, author FROM articles a WHERE {condition} AND author != '' ORDER BY {NEWEST_FIRST}", parameters
        )
        return [(row["id"], row["author"]) for row in rows]

    def articles_by_source(self, sought: Sought, sources: int, limit: int) -> tuple[int, list[Found]]:
        """How many sources these have, and the same of each, the one with the most first, no more than `sources`."""
        condition, parameters = _seeking(sought)
        rows = self.database.read(
            f"WITH found AS (SELECT id, source, published, added FROM articles a WHERE {condition} AND source != ''),"
            " most AS (SELECT source, count(*) AS articles, count(*) OVER () AS sources FROM found GROUP BY source"
            "  ORDER BY articles DESC, source LIMIT ?),"
            f" placed AS (SELECT id, source, row_number() OVER (PARTITION BY source ORDER BY {NEWEST_FIRST}) AS place"
            "  FROM found WHERE source IN (SELECT source FROM most))"
            " SELECT id, source, articles, sources FROM placed JOIN most USING (source) WHERE place <= ?"
            " ORDER BY articles DESC, source, place",
            (*parameters, sources, limit),
        )
        by_source = [
            Found(count, tuple(row["id"] for row in of_source), source)
            for (source, count), of_source in groupby(rows, key=lambda row: (row["source"], row["articles"]))
        ]
        return rows[0]["sources"] if rows else 0, by_source

    def by_source(self, limit: int) -> list[tuple[str, int]]:
        """The sources with the most articles, and how many each has."""
        rows = self.database.read(
            "SELECT source, count(*) AS articles FROM articles WHERE source != '' GROUP BY source"
            " ORDER BY articles DESC, source LIMIT ?",
            (limit,),
        )
        return [(row["source"], row["articles"]) for row in rows]

    def by_day(self) -> list[tuple[date, int]]:
        """The days on which articles were published, the first first, and how many were."""
        rows = self.database.read(
            "SELECT published, count(*) AS articles FROM articles WHERE published IS NOT NULL"
            " GROUP BY published ORDER BY published"
        )
        return [(date.fromisoformat(row["published"]), row["articles"]) for row in rows]


def _seeking(sought: Sought) -> tuple[str, list[str]]:
    """A condition on articles `a`, and its parameters."""
    condition, parameters = filtering(sought.filters)
    if sought.authors:
        condition += f" AND a.author IN ({marks(sought.authors)})"
        parameters += sought.authors
    if sought.added_since is not None:
        condition += " AND a.added >= ?"
        parameters.append(sought.added_since.isoformat())
    if sought.among is not None:
        condition += f" AND a.id IN ({marks(sought.among)})"
        parameters += sought.among
    for word in sought.holding:
        condition += (
            " AND a.id IN (SELECT article_id FROM passages WHERE number IN"
            " (SELECT rowid FROM keywords WHERE keywords MATCH ?))"
        )
        parameters.append(" OR ".join(quoted(form) for form in forms(word)))
    return condition, parameters
