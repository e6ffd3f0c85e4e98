"""Conversations and their turns, each turn kept as the text its owner made of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from index.catalogue.database import Connection, Database
from index.words import folded


class ConversationChangedError(Exception):
    """A conversation holds another number of turns than was said; nothing was written."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One line of the list of conversations; `updated` is when its latest turn was written."""

    id: str
    title: str
    updated: datetime


class Conversations:
    """What was asked and answered. The catalogue does not look into a turn: it is a string, written and read whole."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def rows(self, search: str = "", *, limit: int = -1) -> list[ConversationRow]:
        """The list, latest first; `search` looks in the titles and in what the turns hold, without case and accents."""
        sought = folded(search.strip())
        rows = self.database.read(
            "SELECT id, title, updated FROM conversations c WHERE ? = '' OR instr(folded(title), ?) OR EXISTS"
            " (SELECT 1 FROM turns t WHERE t.conversation_id = c.id AND instr(folded(t.words), ?))"
            " ORDER BY updated DESC, id LIMIT ?",
            (sought, sought, sought, limit),
        )
        return [ConversationRow(row["id"], row["title"], datetime.fromisoformat(row["updated"])) for row in rows]

    def title(self, conversation_id: str) -> str | None:
        """The title of one, None where there is none."""
        rows = self.database.read("SELECT title FROM conversations WHERE id = ?", (conversation_id,))
        return str(rows[0]["title"]) if rows else None

    def turns(self, conversation_id: str) -> list[str]:
        """The turns of one in their order, as they were written; none where there is no such conversation."""
        rows = self.database.read(
            "SELECT content FROM turns WHERE conversation_id = ? ORDER BY position", (conversation_id,)
        )
        return [row["content"] for row in rows]

    def turn(self, conversation_id: str, position: int) -> str | None:
        """The turn at a position, None where there is none."""
        rows = self.database.read(
            "SELECT content FROM turns WHERE conversation_id = ? AND position = ?", (conversation_id, position)
        )
        return str(rows[0]["content"]) if rows else None

    def begin(self, title: str) -> str:
        """A new conversation; its id."""
        conversation_id = secrets.token_urlsafe(9)
        with self.database.transaction() as connection:
            connection.execute("INSERT INTO conversations VALUES (?, ?, ?)", (conversation_id, title, _now()))
        return conversation_id

    def put(self, conversation_id: str, position: int, content: str, words: str, *, of: int | None = None) -> bool:
        """Write the turn at a position, counted from 0, and forget those after it; False where it was deleted.

        `words` is what a search finds it by. Raises ConversationChangedError where it does not hold `of` turns.
        """
        with self.database.transaction() as connection:
            there = connection.execute(
                "UPDATE conversations SET updated = ? WHERE id = ?", (_now(), conversation_id)
            ).rowcount
            if there:
                _expect(connection, conversation_id, of)
                connection.execute(
                    "DELETE FROM turns WHERE conversation_id = ? AND position >= ?", (conversation_id, position)
                )
                connection.execute("INSERT INTO turns VALUES (?, ?, ?, ?)", (conversation_id, position, content, words))
        return there > 0

    def amend(self, conversation_id: str, position: int, content: str, words: str) -> None:
        """Write the turn at a position again; one that is not there is not added."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE turns SET content = ?, words = ? WHERE conversation_id = ? AND position = ?",
                (content, words, conversation_id, position),
            )

    def cut(self, conversation_id: str, count: int, *, of: int | None = None) -> None:
        """Keep the first `count` turns only. Raises ConversationChangedError where it does not hold `of` turns."""
        with self.database.transaction() as connection:
            _expect(connection, conversation_id, of)
            connection.execute(
                "DELETE FROM turns WHERE conversation_id = ? AND position >= ?", (conversation_id, count)
            )

    def replace(self, conversation_id: str, turns: Sequence[tuple[str, str]], *, of: int) -> None:
        """Write these turns, each its content and words, in the place of all there are, at once.

        Raises ConversationChangedError where it does not hold `of` turns.
        """
        with self.database.transaction() as connection:
            _expect(connection, conversation_id, of)
            connection.execute("DELETE FROM turns WHERE conversation_id = ?", (conversation_id,))
            rows = [(conversation_id, position, *turn) for position, turn in enumerate(turns)]
            connection.executemany("INSERT INTO turns VALUES (?, ?, ?, ?)", rows)

    def rename(self, conversation_id: str, title: str) -> bool:
        """Give it another title; False where there is none."""
        with self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id)
            ).rowcount
        return changed > 0

    def delete(self, conversation_id: str) -> bool:
        """Delete it with its turns; False where there is none."""
        with self.database.transaction() as connection:
            deleted = connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,)).rowcount
        return deleted > 0


def _expect(connection: Connection, conversation_id: str, count: int | None) -> None:
    row = connection.execute("SELECT count(*) FROM turns WHERE conversation_id = ?", (conversation_id,)).fetchone()
    if count is not None and row[0] != count:
        raise ConversationChangedError(conversation_id)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
