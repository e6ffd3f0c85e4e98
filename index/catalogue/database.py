"""The SQLite database: connections, transactions, the tables, and what goes wrong with them."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.schema import CatalogueError
from index.words import folded

SCHEMA_VERSION = 9
PATIENCE_SECONDS = 10.0
"""How long another program that writes is waited for."""

Connection = sqlite3.Connection
"""What a transaction hands to those who write in it."""

KEYWORDS = "CREATE VIRTUAL TABLE keywords USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');"

TALK = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, updated TEXT NOT NULL);
CREATE TABLE turns (
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    content TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (conversation_id, position)
);
"""

PAGES = """
CREATE TABLE pages (
    url TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    etag TEXT NOT NULL, modified TEXT NOT NULL
);
CREATE INDEX pages_article ON pages (article_id);
"""

# `group_id` is the same for articles that are nearly the same; `bands` finds those that may be, see `index.duplicates`.
SIGNATURES = """
CREATE TABLE signatures (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
    signature BLOB NOT NULL, group_id TEXT NOT NULL
);
CREATE INDEX signatures_group ON signatures (group_id);
CREATE TABLE bands (
    value INTEGER NOT NULL, number INTEGER NOT NULL REFERENCES signatures (number) ON DELETE CASCADE,
    PRIMARY KEY (value, number)
) WITHOUT ROWID;
CREATE INDEX bands_number ON bands (number);
"""

# Articles as they were; `successor` stands in their place now, and once it goes for good its past goes with it.
REVISIONS = """
CREATE TABLE revisions (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL,
    url TEXT NOT NULL, published TEXT, added TEXT NOT NULL,
    successor TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, replaced TEXT NOT NULL
);
CREATE INDEX revisions_successor ON revisions (successor);
"""

# For the collection of another model, built beside the one that answers: see `index.catalogue.switching`.
BESIDE = """
ALTER TABLE passages ADD COLUMN beside_hash TEXT;  -- as collected_hash, of that other collection
CREATE INDEX passages_beside ON passages (number) WHERE beside_hash IS NOT text_hash;
CREATE TRIGGER passages_withdraw AFTER DELETE ON passages
    WHEN old.collected_hash IS NOT NULL OR old.beside_hash IS NOT NULL
    BEGIN INSERT OR IGNORE INTO withdrawn VALUES (old.id); END;
"""

# An entry keeps the id of an article that was removed by hand, so that it is not taken in again.
FEEDS = """
CREATE TABLE feeds (
    url TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '', etag TEXT NOT NULL DEFAULT '',
    modified TEXT NOT NULL DEFAULT '', polled TEXT NOT NULL DEFAULT '', trouble TEXT NOT NULL DEFAULT '',
    failures INTEGER NOT NULL DEFAULT 0, pending INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE entries (
    feed TEXT NOT NULL REFERENCES feeds (url) ON DELETE CASCADE, key TEXT NOT NULL, digest TEXT NOT NULL,
    article_id TEXT NOT NULL, attempts INTEGER NOT NULL, trouble TEXT NOT NULL, PRIMARY KEY (feed, key)
);
CREATE INDEX entries_article ON entries (article_id);
CREATE INDEX entries_unread ON entries (feed) WHERE trouble != '';
"""

# Where the pages of a document begin in its article's text; the table `pages` is of pages on the web.
PAGE_STARTS = """
CREATE TABLE page_starts (
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, start INTEGER NOT NULL,
    number INTEGER NOT NULL, label TEXT NOT NULL, PRIMARY KEY (article_id, start)
) WITHOUT ROWID;
"""

# Passages are numbered by AUTOINCREMENT, so a number is never given twice: the keyword index refers to it.
TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL,
    url TEXT NOT NULL, published TEXT, path TEXT NOT NULL, added TEXT NOT NULL
);
CREATE INDEX articles_published ON articles (published);
CREATE INDEX articles_source ON articles (source);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    text_hash TEXT NOT NULL,      -- of what the embedder sees
    collected_hash TEXT           -- of what the Chroma collection that answers holds under this id; NULL: nothing yet
);
CREATE INDEX passages_article ON passages (article_id);
CREATE INDEX passages_uncollected ON passages (number) WHERE collected_hash IS NOT text_hash;
CREATE TABLE withdrawn (passage_id TEXT PRIMARY KEY);  -- vectors that still have to leave the collections
CREATE TRIGGER passages_return AFTER INSERT ON passages
    BEGIN DELETE FROM withdrawn WHERE passage_id = new.id; END;
{KEYWORDS}
CREATE TABLE embeddings (
    model TEXT NOT NULL, text_hash TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, text_hash)
);
CREATE TABLE folders (path TEXT PRIMARY KEY, added TEXT NOT NULL);
CREATE TABLE files (
    path TEXT PRIMARY KEY, folder TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    digest TEXT NOT NULL, article_id TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    container TEXT NOT NULL DEFAULT ''  -- the path of the file that this is a part of
);
CREATE INDEX files_article ON files (article_id);
CREATE INDEX files_container ON files (container) WHERE container != '';
CREATE TABLE uploads (article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE);
{TALK}{PAGES}{SIGNATURES}{REVISIONS}{BESIDE}{FEEDS}{PAGE_STARTS}"""

# What makes a library of the version before into one of this version.
MIGRATIONS = {
    2: """
CREATE TABLE uploads (article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE);
INSERT INTO uploads SELECT id FROM articles WHERE path = '';
""",
    3: TALK,
    4: f"""
ALTER TABLE files ADD COLUMN container TEXT NOT NULL DEFAULT '';
CREATE INDEX files_container ON files (container) WHERE container != '';
{PAGES}""",
    5: SIGNATURES,
    6: REVISIONS,
    7: f"DROP TRIGGER passages_withdraw;{BESIDE}",
    8: FEEDS,
    # Documents of pages are read once more when their folder is synchronised or they are added again; not those that
    # were taken out by hand, which would come back.
    9: f"""{PAGE_STARTS}
UPDATE files SET modified = -1, digest = '' WHERE path IN
    (SELECT container FROM files WHERE path LIKE '%.pdf' AND article_id IN (SELECT id FROM articles));
UPDATE files SET modified = -1, digest = '' WHERE path LIKE '%.pdf' AND article_id IN (SELECT id FROM articles);
UPDATE pages SET etag = '', modified = '' WHERE url LIKE '%pdf%';
""",
}


class Database:
    """One connection a thread to the library's database file, which is created where there is none.

    Raises CatalogueError when the file is damaged, locked for more than PATIENCE_SECONDS, or of a newer version; and,
    where there was a library before (`existed`), when nothing of it is left, which SQLite would take for a new one.
    """

    def __init__(self, path: Path, existed: bool = False) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._opening = threading.Lock()
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            if existed and not (path.exists() and path.stat().st_size):
                raise CatalogueError(f"The library {path} is gone or empty, though its vectors are there.", _DAMAGED)
            self._create_or_check()

    def read(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._translated():
            return self._connection().execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed as a whole at the end of the block, or not at all."""
        connection = self._connection()
        with self._translated():
            # IMMEDIATE: wait for the other writers now; a transaction upgraded later fails at once instead.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def version(self) -> int:
        """A number that changes when another thread or process has committed something."""
        return int(self.read("PRAGMA data_version")[0][0])

    def get(self, key: str) -> str | None:
        """One value of the library's own notes."""
        rows = self.read("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0]["value"]) if rows else None

    def set(self, key: str, value: str) -> None:
        """Note a value under a key."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def copy_to(self, target: Path) -> None:
        """Write all of it, as it is at one moment while others may write, to a file of its own."""
        with self._translated(), closing(sqlite3.connect(target)) as copied:
            self._connection().backup(copied)  # in one step: where others write in between SQLite begins anew
            copied.execute("PRAGMA journal_mode = DELETE")  # so that all of it is in the one file

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._opening:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        existing: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if existing is not None:
            return existing
        # Autocommit (isolation_level=None): transactions are opened by `transaction` alone.
        connection = sqlite3.connect(self.path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.create_function("casefold", 1, str.casefold, deterministic=True)  # SQLite's lower() knows ASCII only
        connection.create_function("folded", 1, folded, deterministic=True)
        with self._translated():
            connection.execute("PRAGMA journal_mode = WAL")
            # In WAL mode NORMAL survives the kill of a process; a power cut may cost the last commits, never the file.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -65536")  # KiB
        with self._opening:
            for thread in [thread for thread in self._connections if not thread.is_alive()]:
                self._connections.pop(thread).close()  # nobody else would, and each holds three files open
            self._connections[threading.current_thread()] = connection
        self._local.connection = connection
        return connection

    def _create_or_check(self) -> None:
        connection = self._connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise CatalogueError(
                f"The library {self.path} was written by a newer version of this program.", "Update the program."
            )
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version < SCHEMA_VERSION:
            with self.transaction() as transaction:
                version = transaction.execute("PRAGMA user_version").fetchone()[
                    0
                ]  # another process may have been first
                scripts = [MIGRATIONS[step] for step in range(version + 1, SCHEMA_VERSION + 1)] if version else [TABLES]
                for statement in (statement for script in scripts for statement in _statements(script)):
                    transaction.execute(statement)
                transaction.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits say more closely what it was
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise CatalogueError(f"The library {self.path} is damaged: {error}.", _DAMAGED) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise CatalogueError(
                    "The library is busy: another program has been writing to it all the time.",
                    "Wait until it is done, then try again.",
                ) from error
            if "closed" in str(error):  # by `close`, while a question was under way
                raise CatalogueError("The library has been closed.", "Open it again.") from error
            raise CatalogueError(f"The library {self.path} cannot be used: {error}.", _FREE_DISK) from error
        except OSError as error:
            raise CatalogueError(f"The library {self.path} cannot be opened: {error.strerror}.", _FREE_DISK) from error


_FREE_DISK = "Check that the folder can be written to and that the disk has room; ASSISTANT_HOME names another folder."
_DAMAGED = (
    "Your article files are safe. `assistant restore FILE` puts a backup in its place; without one, move the library's "
    "folder away, and `assistant sync FOLDER` builds a new library from your files."
)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
