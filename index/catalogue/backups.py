"""A copy of the database, checked before it is trusted."""

import sqlite3
from contextlib import closing
from pathlib import Path

from index.catalogue.database import SCHEMA_VERSION
from index.schema import BackupError


def checked_copy(path: Path) -> int:
    """How many articles a copy holds. Raises BackupError where it is damaged, no library, or of a newer version."""
    try:
        with closing(sqlite3.connect(path)) as copied:
            version = copied.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise BackupError("The backup was written by a newer version of this program.", "Update the program.")
            trouble = copied.execute("PRAGMA integrity_check(1)").fetchone()[0]
            articles = copied.execute("SELECT count(*) FROM articles").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupError(f"The library in the backup cannot be read: {error}.", "Use another backup.") from error
    if trouble != "ok":
        raise BackupError(f"The library in the backup is damaged: {trouble}.", "Use another backup.")
    return int(articles)
