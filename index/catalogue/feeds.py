"""The feeds that a library follows, their entries, and which article each entry became."""

import sqlite3
from collections.abc import Collection
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from index.catalogue.database import Connection, Database

GONE = 1_000_000
"""Failures of a feed that went for good, so that it is not asked again by itself."""


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One followed feed. `etag` and `modified` are what its server calls the version that was taken in as a whole.

    `polled` is when it was asked last, `trouble` what was the matter then, `failures` how often in a row something was,
    `GONE` or more where it went for good. `pending` of its entries are still to be taken in; `unread` of them could not
    be, such as for this `reason`.
    """

    url: str
    title: str = ""
    etag: str = ""
    modified: str = ""
    polled: datetime | None = None
    trouble: str = ""
    failures: int = 0
    pending: int = 0
    unread: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """One entry of a feed; `digest` tells what the feed said of it when it was settled, empty where it is not yet.

    `article_id` is what it became, empty where it became none; `trouble` is why not after so many `attempts`. Where
    that was removed by hand, it is the id after a hyphen, which is none.
    """

    feed: str
    key: str
    digest: str
    article_id: str = ""
    attempts: int = 0
    trouble: str = ""


class Feeds:
    """The feeds of a library, by their addresses."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def all(self) -> list[FeedRecord]:
        """The followed feeds in the order they were added."""
        return [_feed(row) for row in self.database.read(f"{_FEEDS} ORDER BY rowid")]

    def at(self, url: str) -> FeedRecord | None:
        """The followed feed at an address."""
        rows = self.database.read(f"{_FEEDS} WHERE url = ?", (url,))
        return _feed(rows[0]) if rows else None

    def follow(self, url: str, asked: bool = False) -> None:
        """Follow a feed from now on; where it was `asked` just now, the others that poll need not do so too."""
        with self.database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO feeds (url) VALUES (?)", (url,))
            if asked:
                connection.execute("UPDATE feeds SET polled = ? WHERE url = ?", (_now(), url))

    def unfollow(self, connection: Connection, url: str, keep: bool) -> list[str]:
        """Follow a feed no longer, inside a transaction; the ids of its articles.

        With `keep` these are from now on as if each had been added on its own.
        """
        held = [entry.article_id for entry in self.entries(url).values() if entry.article_id]
        if keep:
            connection.executemany(
                "INSERT OR IGNORE INTO uploads SELECT id FROM articles WHERE id = ?", [(article,) for article in held]
            )
        connection.execute("DELETE FROM feeds WHERE url = ?", (url,))
        return held

    def note_taken(self, record: FeedRecord) -> None:
        """Note that a feed was asked just now, and answered: its title, its version and what of it is pending."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE feeds SET title = ?, etag = ?, modified = ?, pending = ?, polled = ?, trouble = '',"
                " failures = 0 WHERE url = ?",
                (record.title, record.etag, record.modified, record.pending, _now(), record.url),
            )

    def note_asked(self, url: str) -> None:
        """Note that a feed was asked just now, and that another process takes in what it answered."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE feeds SET polled = ? WHERE url = ?", (_now(), url))

    def note_failed(self, url: str, trouble: str, gone: bool = False) -> None:
        """Note that a feed was asked just now, and what was the matter; whether it is `gone` for good."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE feeds SET polled = ?, trouble = ?, failures = max(failures + 1, ?) WHERE url = ?",
                (_now(), trouble, GONE if gone else 0, url),
            )

    def entries(self, url: str) -> dict[str, EntryRecord]:
        """The entries of a feed that were ever seen, by their keys."""
        rows = self.database.read("SELECT * FROM entries WHERE feed = ?", (url,))
        return {row["key"]: EntryRecord(*row) for row in rows}

    def put_entry(self, connection: Connection, before: EntryRecord, record: EntryRecord) -> bool:
        """Write down inside a transaction what became of an entry, as it was `before`.

        False where it is not so any more, since another process took it in, or its feed is followed no longer.
        """
        place = (record.feed, record.key)
        followed = connection.execute("SELECT 1 FROM feeds WHERE url = ?", place[:1]).fetchone()
        row = connection.execute("SELECT * FROM entries WHERE feed = ? AND key = ?", place).fetchone()
        if followed is None or before != (EntryRecord(*row) if row else EntryRecord(*place, "")):
            return False
        connection.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?)", astuple(record))
        return True

    def forget_unread(self, url: str, keys: Collection[str]) -> None:
        """Forget the entries that could not be read and are not among these, which are those in the feed now."""
        gone = [key for key, entry in self.entries(url).items() if not entry.article_id and key not in keys]
        if gone:
            with self.database.transaction() as connection:
                connection.executemany("DELETE FROM entries WHERE feed = ? AND key = ?", [(url, key) for key in gone])


_UNREAD = "FROM entries WHERE feed = url AND entries.trouble != ''"
_FEEDS = (
    "SELECT url, title, etag, modified, polled, trouble, failures, pending,"
    f" (SELECT count(*) {_UNREAD}) AS unread,"
    f" coalesce((SELECT entries.trouble {_UNREAD} ORDER BY rowid DESC LIMIT 1), '') AS reason FROM feeds"
)


def _feed(row: sqlite3.Row) -> FeedRecord:
    polled = datetime.fromisoformat(row["polled"]) if row["polled"] else None
    return FeedRecord(**{**dict(row), "polled": polled})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
