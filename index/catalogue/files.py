"""Which file or page holds which article, folder by folder, and what was the matter with the others."""

import os
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from index.catalogue.database import Connection, Database


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file as last seen. `modified` is in nanoseconds, `digest` the SHA-256 of its bytes.

    `article_id` is empty where the file could not be read, and `reason` then says why. `folder` is the synchronised
    folder it was found in, or empty where the file was added on its own.

    A file of many articles has no `article_id`; each of them has a record of its own below its path, whose `container`
    is that path.
    """

    path: str
    folder: str
    size: int
    modified: int
    digest: str
    article_id: str
    reason: str = ""
    container: str = ""

    @property
    def place(self) -> str:
        """The file to look into: a part of one is keyed by its content, and its `reason` names the row or line."""
        return self.container or self.path


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A page on the web by the address asked for; `etag` and `modified` are what its server calls this version."""

    url: str
    article_id: str
    etag: str
    modified: str


class Files:
    """The files of a library, and the folders it follows."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of_folder(self, folder: str) -> dict[str, FileRecord]:
        """The files of a followed folder by path, as last seen, those in folders below it included.

        Whichever folder they were found in: one that is followed may lie within another. Hidden ones are left out.
        """
        below = os.path.join(folder, "")
        rows = self.database.read(
            "SELECT * FROM files WHERE folder != '' AND container = '' AND substr(path, 1, ?) = ?"
            " AND instr(substr(path, ?), ?) = 0",
            (len(below), below, len(below), f"{os.sep}."),
        )
        return {row["path"]: FileRecord(*row) for row in rows}

    def at(self, path: str) -> FileRecord | None:
        """The file at a path as last seen."""
        rows = self.database.read("SELECT * FROM files WHERE path = ?", (path,))
        return FileRecord(*rows[0]) if rows else None

    def parts(self, path: str) -> dict[str, FileRecord]:
        """The articles within a file of many, by path."""
        rows = self.database.read("SELECT * FROM files WHERE container = ? AND container != ''", (path,))
        return {row["path"]: FileRecord(*row) for row in rows}

    def failed(self) -> list[FileRecord]:
        """The files that could not be read, with the reason."""
        rows = self.database.read("SELECT * FROM files WHERE reason != '' ORDER BY path")
        return [FileRecord(*row) for row in rows]

    def dismiss(self, path: str) -> bool:
        """Forget that a file which was added on its own could not be read; False where that is not on record.

        What it held before stays, and its bytes are read again when it is added again.
        """
        failed = "WHERE path = ? AND folder = '' AND reason != ''"
        holds = "(article_id != '' OR path IN (SELECT container FROM files))"
        with self.database.transaction() as connection:
            gone = connection.execute(f"DELETE FROM files {failed} AND NOT {holds}", (path,)).rowcount
            kept = connection.execute(f"UPDATE files SET reason = '', digest = '' {failed}", (path,)).rowcount
        return gone + kept > 0

    def put(self, connection: Connection, record: FileRecord) -> None:
        """Write down a file inside a transaction."""
        connection.execute(
            "INSERT OR REPLACE INTO files (path, folder, size, modified, digest, article_id, reason, container)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            astuple(record),
        )

    def move_parts(self, connection: Connection, source: str, target: FileRecord) -> None:
        """Note inside a transaction that a file of many articles lies elsewhere now."""
        connection.execute(
            "UPDATE files SET path = ? || substr(path, ?), folder = ?, container = ?"
            " WHERE container = ? AND container != ''",
            (target.path, len(source) + 1, target.folder, target.path, source),
        )

    def delete(self, connection: Connection, path: str) -> None:
        """Strike a file out inside a transaction."""
        connection.execute("DELETE FROM files WHERE path = ?", (path,))

    def holders(self, connection: Connection, article_id: str) -> list[str]:
        """The paths of all files that hold an article."""
        rows = connection.execute("SELECT path FROM files WHERE article_id = ? ORDER BY path", (article_id,))
        return [row["path"] for row in rows]

    def note_upload(self, connection: Connection, article_id: str) -> None:
        """Note inside a transaction that an article came without a file, and stays whatever becomes of files."""
        connection.execute("INSERT OR IGNORE INTO uploads VALUES (?)", (article_id,))

    def note_removed(self, connection: Connection, article_id: str) -> None:
        """Note inside a transaction that an article was removed by hand: its feed holds it no longer, nor brings it."""
        connection.execute("UPDATE entries SET article_id = '-' || article_id WHERE article_id = ?", (article_id,))

    def note_back(self, connection: Connection, article_id: str) -> None:
        """Note inside a transaction that an article is back after it was removed by hand."""
        connection.execute("UPDATE entries SET article_id = ? WHERE article_id = '-' || ?", (article_id, article_id))

    def needs_no_file(self, connection: Connection, article_id: str) -> bool:
        """Whether an article stays without a file: as an upload, as a page on the web, or in a feed."""
        tables = ("uploads", "pages", "entries")
        found = connection.execute(
            " UNION ".join(f"SELECT 1 FROM {table} WHERE article_id = ?" for table in tables),
            [article_id] * len(tables),
        )
        return found.fetchone() is not None

    def page(self, url: str) -> PageRecord | None:
        """The page that was taken in from an address."""
        rows = self.database.read("SELECT * FROM pages WHERE url = ?", (url,))
        return PageRecord(*rows[0]) if rows else None

    def put_page(self, connection: Connection, record: PageRecord) -> None:
        """Write down a page inside a transaction."""
        connection.execute("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?)", astuple(record))

    def folders(self) -> list[str]:
        """The folders that the library follows, in the order they were added."""
        return [row["path"] for row in self.database.read("SELECT path FROM folders ORDER BY added, path")]

    def follow(self, folder: str) -> None:
        """Follow a folder from now on."""
        with self.database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO folders VALUES (?, ?)", (folder, datetime.now(UTC).isoformat(timespec="seconds"))
            )

    def unfollow(self, connection: Connection, folder: str) -> list[str]:
        """Follow a folder no longer, inside a transaction; the paths of its files that no other followed folder has.

        These are from now on as if each had been added on its own.
        """
        connection.execute("DELETE FROM folders WHERE path = ?", (folder,))
        elsewhere = {path for other in self.folders() for path in self.of_folder(other)}
        alone = sorted(self.of_folder(folder).keys() - elsewhere)
        connection.executemany("UPDATE files SET folder = '' WHERE ? IN (path, container)", [(path,) for path in alone])
        return alone
