"""Whether the database is whole, and what of it can be made again from the rest."""

from dataclasses import dataclass

from index.catalogue.database import KEYWORDS, Database
from index.schema import CatalogueError

SHOWN = 20  # complaints of SQLite's, which may have thousands


@dataclass(frozen=True, slots=True)
class KeywordState:
    """How the keyword index stands to the passages, in passages; `unreadable` is what SQLite says of it."""

    lacking: int = 0
    orphaned: int = 0
    differing: int = 0
    unreadable: str = ""

    @property
    def whole(self) -> bool:
        """Whether every passage can be found by its own words and nothing else can."""
        return self == KeywordState()


class Checks:
    """Looks at a library's database as a whole. All but `looks_whole` read all of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def looks_whole(self) -> bool:
        """Whether first and last passage stand in the keyword index, and nothing beyond: some microseconds."""
        row = self.database.read(
            "SELECT (SELECT min(number) FROM passages) IS (SELECT min(id) FROM keywords_docsize),"
            " (SELECT max(number) FROM passages) IS (SELECT max(id) FROM keywords_docsize)"
        )[0]
        return bool(row[0] and row[1])

    def complaints(self) -> list[str]:
        """What SQLite finds wrong with the database file and with its references; the keyword index is not asked."""
        found = [str(row[0]) for row in self.database.read(f"PRAGMA integrity_check({SHOWN})")]
        dangling = self.database.read("PRAGMA foreign_key_check")
        return [line for line in found if line != "ok" and "FTS5" not in line] + [
            f"a row of {row[0]} refers to none of {row[2]}" for row in dangling[:SHOWN]
        ]

    def mend(self) -> None:
        """Make SQLite's own indexes anew, and drop what refers to articles that are not there."""
        with self.database.transaction() as connection:
            connection.execute("REINDEX")
            for table in ("passages", "uploads", "signatures", "page_starts"):
                connection.execute(f"DELETE FROM {table} WHERE article_id NOT IN (SELECT id FROM articles)")
            connection.execute("DELETE FROM revisions WHERE successor NOT IN (SELECT id FROM articles)")
            connection.execute("DELETE FROM bands WHERE number NOT IN (SELECT number FROM signatures)")

    def keywords(self) -> KeywordState:
        """The keyword index, compared with the passages and with itself."""
        try:
            with self.database.transaction() as connection:
                connection.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")
            row = self.database.read(
                "SELECT (SELECT count(*) FROM passages WHERE number NOT IN (SELECT id FROM keywords_content)),"
                " (SELECT count(*) FROM keywords_content WHERE id NOT IN (SELECT number FROM passages)),"
                " (SELECT count(*) FROM keywords_content k JOIN passages p ON p.number = k.id"
                "  JOIN articles a ON a.id = p.article_id WHERE k.c0 != a.title"
                # SQLite's substr ends at a NUL, ours does not
                "  OR (k.c1 != substr(a.text, p.start + 1, p.end - p.start) AND instr(a.text, char(0)) = 0))"
            )[0]
        except CatalogueError as error:
            return KeywordState(unreadable=str(error.__cause__ or error))
        return KeywordState(*row)

    def rebuild_keywords(self) -> None:
        """Make the keyword index anew from articles and passages, in one transaction."""
        with self.database.transaction() as connection:
            connection.execute("DROP TABLE IF EXISTS keywords")
            connection.execute(KEYWORDS)
            passages = connection.execute(
                "SELECT p.number, a.title, a.text, p.start, p.end FROM passages p"
                " JOIN articles a ON a.id = p.article_id ORDER BY p.number"
            )
            connection.executemany(
                "INSERT INTO keywords (rowid, title, text) VALUES (?, ?, ?)",
                ((number, title, text[start:end]) for number, title, text, start, end in passages),
            )

    def article_ids(self) -> list[str]:
        """The ids of all articles."""
        return [row["id"] for row in self.database.read("SELECT id FROM articles ORDER BY id")]

    def text_hashes(self, article_id: str) -> list[str]:
        """The hashes of what the embedder sees, of an article's passages in reading order."""
        rows = self.database.read(
            "SELECT text_hash FROM passages WHERE article_id = ? ORDER BY position", (article_id,)
        )
        return [row["text_hash"] for row in rows]
