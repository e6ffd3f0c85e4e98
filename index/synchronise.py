"""Files and folders -> the catalogue: a plan is applied file by file, each in a transaction of its own."""

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from index.catalogue import Catalogue, Connection, FileRecord, Files
from index.ignoring import is_left_out
from index.planning import Plan, checked, compare, is_gone, is_written, located, scan, shown, status_of
from index.reading import MAX_BYTES, load, read
from index.schema import Article, FolderError, Outcome, ReadingError, Unreadable
from index.splitting import embedding_hash, split

__all__ = ["Plan", "Synchroniser"]

logger = logging.getLogger(__name__)


class Synchroniser:
    """Takes articles into a catalogue and out of it, each in one transaction of its own."""

    def __init__(self, catalogue: Catalogue, files: Files) -> None:
        self.catalogue = catalogue
        self.files = files

    def plan(self, folder: Path) -> Plan:
        """Compare a folder with what the catalogue knows of it; see `index.planning`. Raises FolderError."""
        return compare(folder, self.files)

    def apply(self, plan: Plan) -> Iterator[Outcome]:
        """Carry out a plan, and follow its folder from now on; see `carry_out`."""
        self.files.follow(plan.folder)
        yield from self.carry_out(plan)

    def carry_out(self, plan: Plan) -> Iterator[Outcome]:
        """Carry out a plan, yielding what became of each file; a file that fails stops no other."""
        for source, target in plan.moved:
            yield self._move(source, target, plan.folder)
        for path in (*plan.new, *plan.changed):
            yield self._take_in(path, plan.folder)
        for path in plan.gone:
            # The person may have been asked in between, for minutes.
            leaves = is_gone(path) or is_left_out(plan.folder, path)
            yield self._strike_out(path) if leaves else self._take_in(path, plan.folder)

    def add(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Take in files, and whole folders without following them. Raises FolderError for a path that is not there."""
        for path in paths:
            if path.is_dir():
                found, skipped, _ = scan(checked(path))
                yield from (self._take_in(file, "") for file in sorted(found))
                yield from (
                    Outcome(file, "skipped", reason="this kind of file cannot be read") for file in sorted(skipped)
                )
            elif not path.exists() and not path.is_symlink():
                raise FolderError(f"There is no file or folder {path}.", "Check the spelling of the path.")
            else:
                yield self._take_in(located(path), "")

    def add_bytes(self, data: bytes, name: str) -> Outcome:
        """Take in an article that is no file here, such as an upload. It stays until it is removed."""
        try:
            article = _read(data, name)
        except ReadingError as error:
            return Outcome(name, "failed", reason=str(error))
        with self.catalogue.database.transaction() as connection:
            added = self.put(connection, article)
            self.files.note_upload(connection, article.id)
        return Outcome(name, "added" if added else "unchanged", article.id)

    def unfollow(self, folder: Path, remove: bool = False) -> Iterator[Outcome]:
        """Follow a folder no longer, though it be gone; its articles stay, or with `remove` go.

        Raises FolderError where it is not followed.
        """
        root = str(folder.resolve())
        if root not in self.files.folders():
            raise FolderError(f"The folder {root} is not followed.", "`assistant status` shows those that are.")
        with self.catalogue.database.transaction() as connection:
            alone = self.files.unfollow(connection, root)
        if remove:
            yield from map(self._strike_out, alone)

    def put(self, connection: Connection, article: Article) -> bool:
        """Write an article with its passages inside a transaction; False where it is there already, as it is.

        Its identity folds white space, so a text that is known may come with other paragraphs. What is stored stays,
        and the passages are cut from that.
        """
        stored = self.catalogue.article(article.id)
        if stored is not None:
            article = replace(article, text=stored.text)
        passages = [(passage, embedding_hash(article, passage)) for passage in split(article)]
        return self.catalogue.put(connection, article, passages)

    def remove(self, article_id: str) -> Outcome:
        """Take an article out; its file stays, and is not taken in again by synchronising before it changes."""
        article = self.catalogue.article(article_id)
        if article is None:
            return Outcome(article_id, "failed", reason="there is no article with this id")
        with self.catalogue.database.transaction() as connection:
            self.catalogue.delete(connection, article_id)
            for path in self.files.holders(connection, article_id):
                record = self.files.at(path)
                if record is not None and not record.folder:
                    self.files.delete(connection, path)
        return Outcome(article.title, "removed", article_id)

    def _move(self, source: str, target: str, folder: str) -> Outcome:
        record, status = self.files.at(source), status_of(target)
        if record is None or status is None:  # changed since it was planned
            return self._take_in(target, folder)
        with self.catalogue.database.transaction() as connection:
            self.files.delete(connection, source)
            moved = FileRecord(
                target, folder, status.st_size, status.st_mtime_ns, record.digest, record.article_id, record.reason
            )
            self.files.put(connection, moved)
            self.catalogue.move(connection, record.article_id, target)
        return Outcome(target, "moved", record.article_id)

    def _take_in(self, path: str, folder: str) -> Outcome:
        """Read one file and write its article, its file record and the end of its older version as one transaction."""
        if not is_written(path):
            return Outcome(shown(path), "failed", reason="its name is no text: rename it")
        before = self.files.at(path)
        status = status_of(path)
        by_hand = not folder
        folder = folder or (before.folder if before else "")
        digest = ""
        try:
            data = load(Path(path), limit=MAX_BYTES)
            digest = hashlib.sha256(data).hexdigest()
            same = before is not None and before.digest == digest and not before.reason
            # What was removed by hand comes back by hand.
            if before and same and status and not (by_hand and self.catalogue.article(before.article_id) is None):
                record = FileRecord(path, folder, status.st_size, status.st_mtime_ns, digest, before.article_id)
                with self.catalogue.database.transaction() as connection:
                    self.files.put(connection, record)
                return Outcome(path, "unchanged", before.article_id)
            article = _read(data, Path(path).name, path)
        except ReadingError as error:
            return self._failed(path, folder, digest, status, before, str(error))
        with self.catalogue.database.transaction() as connection:
            added = self.put(connection, article)
            if status is not None:
                record = FileRecord(path, folder, status.st_size, status.st_mtime_ns, digest, article.id)
                self.files.put(connection, record)
            replaced = bool(before and before.article_id and before.article_id != article.id)
            if before and replaced:
                self._let_go(connection, before.article_id)
        return Outcome(path, "replaced" if replaced else "added" if added else "unchanged", article.id)

    def _failed(
        self, path: str, folder: str, digest: str, status: os.stat_result | None, before: FileRecord | None, reason: str
    ) -> Outcome:
        """Note why a file cannot be read; an earlier version that could be read stays answerable."""
        if status is not None:
            article_id = before.article_id if before else ""
            with self.catalogue.database.transaction() as connection:
                record = FileRecord(path, folder, status.st_size, status.st_mtime_ns, digest, article_id, reason)
                self.files.put(connection, record)
        return Outcome(path, "failed", reason=reason)

    def _strike_out(self, path: str) -> Outcome:
        record = self.files.at(path)
        article_id = record.article_id if record else ""
        with self.catalogue.database.transaction() as connection:
            self.files.delete(connection, path)
            if article_id:
                self._let_go(connection, article_id)
        return Outcome(path, "removed", article_id)

    def _let_go(self, connection: Connection, article_id: str) -> None:
        """Delete an article that a file held until now, unless another file holds it or it was uploaded too."""
        holders, article = self.files.holders(connection, article_id), self.catalogue.article(article_id)
        if article is None or article.path in holders:
            return
        if holders:
            self.catalogue.move(connection, article_id, holders[0])
            # What the file that went stated of the article goes with it.
            again = next((found for found in map(_read_again, holders) if found and found.id == article_id), None)
            if again is not None:
                self.put(connection, again)
        elif self.files.is_upload(connection, article_id):
            self.catalogue.move(connection, article_id, "")
        else:
            self.catalogue.delete(connection, article_id)


def _read_again(path: str) -> Article | None:
    try:
        return _read(load(Path(path)), Path(path).name, path)
    except ReadingError:  # told when its folder is synchronised
        return None


def _read(data: bytes, name: str, path: str = "") -> Article:
    """The article in `data`; what no reader foresaw is this file's failure, not the end of all that come after it."""
    try:
        return read(data, name, path=path)
    except ReadingError:
        raise
    except Exception as error:
        logger.exception("%r could not be read", name)
        hint = "Save it in another format."
        raise Unreadable(f"“{name}” could not be read ({type(error).__name__}).", hint) from error
