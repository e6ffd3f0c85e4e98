"""The words of the library, as its keyword index holds them and as its passages write them."""

from index.catalogue.conditions import quoted
from index.catalogue.database import Database

READ = 20
"""Passages looked at to see how a word is written."""


class Vocabulary:
    """Looks words up that are in the library."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def beginning(self, letters: str) -> list[tuple[str, int]]:
        """The stems that begin with some letters, in lower case without accents, and in how many passages each is."""
        # A table of the connection's own, so that nothing is written to the library.
        self.database.read("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab (main, keywords, row)")
        rows = self.database.read(
            "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ?", (letters, letters + "\U0010ffff")
        )
        return [(row["term"], row["doc"]) for row in rows]

    def texts_with(self, stem: str) -> list[str]:
        """Some passages that hold a stem, each with its article's title."""
        rows = self.database.read(
            "SELECT title || ' ' || text AS written FROM keywords WHERE keywords MATCH ? LIMIT ?", (quoted(stem), READ)
        )
        return [row["written"] for row in rows]
