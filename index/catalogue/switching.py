"""Which embedding model's vectors answer, and the change from one model to another in one step."""

from collections.abc import Sequence
from typing import NamedTuple

from index.catalogue.conditions import marks
from index.catalogue.database import Connection, Database
from index.catalogue.embeddings import count_pruning

_ANSWERING = "model that embedded all"
_NAME = "name of the model that embedded all"
_BESIDE = "model that embeds beside it"
_BEFORE = "model that embedded before it"
_LOST = "model that cannot be loaded"


class Model(NamedTuple):
    """An embedding model: what tells it from every other, and the name or folder by which it is loaded.

    The name is "" where a library is older than this note.
    """

    fingerprint: str
    name: str


class Switching:
    """What the catalogue notes of the models. Only the writer of the vectors changes it, but for what cannot be loaded.

    The vectors of three models are kept at most: of the one that answers, of the one made beside it, and of the one
    before these, to which a person may go back without anything being embedded twice.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def answering(self) -> Model | None:
        """The model that embedded all there was at some time; None as long as a first one has not."""
        noted = self._noted(_ANSWERING, _NAME)
        return Model(noted[_ANSWERING], noted.get(_NAME, "")) if _ANSWERING in noted else None

    def beside(self) -> str:
        """The fingerprint of the model that embeds while another answers, "" where none does."""
        return self._noted(_BESIDE).get(_BESIDE, "")

    def lost(self) -> str:
        """The fingerprint of the model that some process failed to load, and none has loaded since."""
        return self._noted(_LOST).get(_LOST, "")

    def note_lost(self, fingerprint: str) -> None:
        """Note that this model cannot be loaded, or with "" that the one noted can."""
        if fingerprint != self.lost():
            self.database.set(_LOST, fingerprint)

    def prepare(self, wanted: Model) -> Model:
        """Have the vectors of this model made beside those that answer, where these are another's: whose they are.

        What was being made for a third model is left off; its vectors become those of the model before.
        """
        answering = self.answering() or wanted
        beside = "" if answering.fingerprint == wanted.fingerprint else wanted.fingerprint
        before = self.beside()
        if beside != before:
            with self.database.transaction() as connection:
                connection.execute("UPDATE passages SET beside_hash = NULL WHERE beside_hash IS NOT NULL")
                _note(connection, _BESIDE, beside)
                if before:
                    _note(connection, _BEFORE, before)
                self._drop_others(connection, (answering.fingerprint, beside))
        return answering

    def note_complete(self, wanted: Model) -> None:
        """Note that the model has embedded all there was, where no other answers."""
        if self.answering() != wanted:
            with self.database.transaction() as connection:
                _note(connection, _ANSWERING, wanted.fingerprint)
                _note(connection, _NAME, wanted.name)

    def switch(self, wanted: Model) -> bool:
        """Have the model made beside answer from now on, in one step; False while its collection lacks a passage."""
        with self.database.transaction() as connection:
            lacking = "SELECT EXISTS (SELECT 1 FROM passages WHERE beside_hash IS NOT text_hash)"
            if connection.execute(lacking).fetchone()[0]:
                return False
            before = self.answering()
            connection.execute("UPDATE passages SET collected_hash = beside_hash, beside_hash = NULL")
            _note(connection, _ANSWERING, wanted.fingerprint)
            _note(connection, _NAME, wanted.name)
            _note(connection, _BESIDE, "")
            if before is not None:
                _note(connection, _BEFORE, before.fingerprint)
            self._drop_others(connection, (wanted.fingerprint,))
        return True

    def forget_collected(self) -> None:
        """Note that no collection holds anything."""
        with self.database.transaction() as connection:
            for column in ("collected_hash", "beside_hash"):
                connection.execute(f"UPDATE passages SET {column} = NULL WHERE {column} IS NOT NULL")
            connection.execute("DELETE FROM withdrawn")

    def _drop_others(self, connection: Connection, used: Sequence[str]) -> None:
        """Drop the vectors of all models but those in use and the one before."""
        kept = (*used, self._noted(_BEFORE).get(_BEFORE, ""))
        dropped = connection.execute(f"DELETE FROM embeddings WHERE model NOT IN ({marks(kept)})", kept).rowcount
        if dropped:
            count_pruning(connection)

    def _noted(self, *keys: str) -> dict[str, str]:
        rows = self.database.read(f"SELECT key, value FROM meta WHERE key IN ({marks(keys)})", keys)
        return {row["key"]: row["value"] for row in rows}


def _note(connection: Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
