"""Files and folders -> the catalogue: a plan is applied file by file, each in a transaction of its own."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from index.catalogue import Catalogue, Connection, FileRecord, Files, PageRecord
from index.ignoring import is_left_out
from index.paging import as_stored
from index.parts import Part, article_of, parts_of
from index.planning import Plan, compare, glance, is_gone, is_written, located, shown, status_of, to_add
from index.reading import limit_of, load, written
from index.schema import Article, FolderError, Outcome, ReadingError, Stopped, never, text_id
from index.splitting import embedding_hash, split

__all__ = ["Plan", "Synchroniser"]


class Synchroniser:
    """Takes articles into a catalogue and out of it, each in one transaction of its own."""

    def __init__(
        self, catalogue: Catalogue, files: Files, allow_private_addresses: bool = False, stopped: Stopped = never
    ) -> None:
        self.catalogue = catalogue
        self.files = files
        self._allow_private_addresses = allow_private_addresses
        self._stopped = stopped

    def plan(self, folder: Path) -> Plan:
        """Compare a folder with what the catalogue knows of it; see `index.planning`. Raises FolderError."""
        return compare(folder, self.files)

    def glance(self, folder: Path, paths: Iterable[str]) -> Plan | None:
        """The same for some files of a folder, None where that does not tell; see there."""
        return glance(folder, self.files, paths)

    def apply(self, plan: Plan) -> Iterator[Outcome]:
        """Carry out a plan, and follow its folder from now on; see `carry_out`."""
        self.files.follow(plan.folder)
        yield from self.carry_out(plan)

    def carry_out(self, plan: Plan) -> Iterator[Outcome]:
        """Carry out a plan, yielding what became of each file; a file that fails stops no other."""
        for source, target in plan.moved:
            yield from self._move(source, target, plan.folder)
        for path in (*plan.new, *plan.changed):
            yield from self._take_in(path, plan.folder)
        for path in plan.gone:
            # The person may have been asked in between, for minutes.
            leaves = is_gone(path) or is_left_out(plan.folder, path)
            yield from self._strike_out(path) if leaves else self._take_in(path, plan.folder)

    def add(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Take in files, and whole folders without following them. Raises FolderError for a path that is not there."""
        for path in paths:
            if path.is_dir():
                found, others = to_add(path)
                for file in found:
                    yield from self._take_in(file, "")
                yield from others
            elif not path.exists() and not path.is_symlink():
                raise FolderError(f"There is no file or folder {path}.", "Check the spelling of the path.")
            else:
                yield from self._take_in(located(path), "")

    def add_bytes(self, data: bytes, name: str) -> Outcome:
        """Take in an article that is no file here. It stays until it is removed."""
        return self._upload(Part("", name, data=data))

    def add_upload(self, data: bytes, name: str) -> Iterator[Outcome]:
        """The same, of a file that may hold many."""
        try:
            parts = parts_of(data, name)
            for part in parts if parts is not None else [Part("", name, data=data)]:
                yield self._upload(part)
        except ReadingError as error:
            yield Outcome(name, "failed", reason=str(error))

    def add_url(self, url: str) -> Outcome:
        """Take in a page on the web, or its newer version. It stays until it is removed; synchronising lets it be."""
        from index.web import completed, fetch  # 0.2 s: it brings httpx

        before = self.files.page(url)
        version = {"etag": before.etag, "modified": before.modified} if before else {}
        try:
            page = fetch(url, allow_private=self._allow_private_addresses, stopped=self._stopped, **version)
            article = page.read() if page else None
        except ReadingError as error:
            return Outcome(url, "failed", reason=str(error))
        if page is None or article is None:
            return Outcome(url, "unchanged", before.article_id if before else "")
        with self.catalogue.database.transaction() as connection:
            added = self.put(connection, completed(article, self.catalogue.article(article.id)))
            self.files.put_page(connection, PageRecord(url, article.id, page.etag, page.modified))
            replaced = before is not None and before.article_id != article.id
            if before is not None and replaced:
                self.let_go(connection, before.article_id, article.id)
        return Outcome(url, "replaced" if replaced else "added" if added else "unchanged", article.id)

    def _upload(self, part: Part) -> Outcome:
        try:
            article = part.read()
        except ReadingError as error:
            return Outcome(part.name, "failed", reason=str(error))
        return self._kept(article, part.name)

    def _kept(self, article: Article, name: str) -> Outcome:
        with self.catalogue.database.transaction() as connection:
            added = self.put(connection, article)
            self.files.note_upload(connection, article.id)
        return Outcome(name, "added" if added else "unchanged", article.id)

    def add_text(
        self, title: str, text: str, source: str = "", author: str = "", url: str = "", published: date | None = None
    ) -> Outcome:
        """Take in an article that was typed, pasted or sent. Raises EmptyArticle where it has no words."""
        words = written(text)
        title, source, author, url = (" ".join(line.split()) for line in (title, source, author, url))
        return self._kept(Article(text_id(words), title, words, source, author, url, published), title)

    def unfollow(self, folder: Path, remove: bool = False) -> Iterator[Outcome]:
        """Follow a folder no longer, though it be gone; its articles stay, or with `remove` go.

        Raises FolderError where it is not followed.
        """
        root = str(folder.resolve())
        if root not in self.files.folders():
            raise FolderError(f"The folder {root} is not followed.", "`assistant status` shows those that are.")
        with self.catalogue.database.transaction() as connection:
            alone = self.files.unfollow(connection, root)
        for path in alone if remove else ():
            yield from self._strike_out(path)

    def put(self, connection: Connection, article: Article) -> bool:
        """Write an article with its passages inside a transaction; False where it is there already, as it is.

        Identity folds white space: a known text may come with other paragraphs, and is cut as it is stored.
        """
        article = as_stored(article, self.catalogue.article(article.id))
        passages = [(passage, embedding_hash(article, passage)) for passage in split(article)]
        return self.catalogue.put(connection, article, passages)

    def remove(self, article_id: str) -> Outcome:
        """Take an article out; its file stays, and is not taken in again by synchronising before it changes."""
        article = self.catalogue.article(article_id)
        if article is None:
            return Outcome(article_id, "failed", reason="there is no article with this id")
        with self.catalogue.database.transaction() as connection:
            self.catalogue.delete(connection, article_id)
            self.files.note_removed(connection, article_id)
            for path in self.files.holders(connection, article_id):
                record = self.files.at(path)
                if record is not None and not record.folder:
                    self.files.delete(connection, path)
        return Outcome(article.title, "removed", article_id)

    def put_back(self, article: Article) -> Outcome:
        """Take in again an article that was removed by hand, as it was."""
        with self.catalogue.database.transaction() as connection:
            added = self.put(connection, article)
            self.files.note_back(connection, article.id)
            if not self.files.holders(connection, article.id) and not self.files.needs_no_file(connection, article.id):
                self.files.note_upload(connection, article.id)
        return Outcome(article.title, "added" if added else "unchanged", article.id)

    def _move(self, source: str, target: str, folder: str) -> Iterator[Outcome]:
        """Note that a file lies elsewhere. It may have been edited since it was found to be the same."""
        record, status = self.files.at(source), status_of(target)
        if record is None or status is None:  # changed since it was planned
            yield from self._take_in(target, folder)
            return
        with self.catalogue.database.transaction() as connection:
            self.files.delete(connection, source)
            self.files.put(connection, moved := replace(record, path=target, folder=folder))
            self.files.move_parts(connection, source, moved)
            self.catalogue.move(connection, record.article_id, target)
            self.catalogue.move_below(connection, source, target)
        yield Outcome(target, "moved", record.article_id)
        if (status.st_size, status.st_mtime_ns) != (record.size, record.modified):
            yield from (outcome for outcome in self._take_in(target, folder) if outcome.kind != "unchanged")

    def _take_in(self, path: str, folder: str) -> Iterator[Outcome]:
        """Read one file and write what it holds; what becomes of each article, or of the file where it fails."""
        if not is_written(path):
            yield Outcome(shown(path), "failed", reason="its name is no text: rename it")
            return
        before, status, by_hand = self.files.at(path), status_of(path), not folder
        folder = folder or (before.folder if before else "")
        size, modified = (status.st_size, status.st_mtime_ns) if status else (-1, 0)
        record = FileRecord(path, folder, size, modified, "", "")
        try:
            data = load(Path(path), limit=limit_of(path))
            record = replace(record, digest=hashlib.sha256(data).hexdigest())
            if before is not None and self._is_known(record, before, by_hand):
                with self.catalogue.database.transaction() as connection:
                    self.files.put(connection, replace(record, article_id=before.article_id))
                yield Outcome(path, "unchanged", before.article_id)
                return
            parts = parts_of(data, Path(path).name)
        except ReadingError as error:
            yield self._failed(record, before, str(error))
            return
        if parts is not None:
            yield from self._take_apart(record, before, parts, by_hand)
            return
        yield self._take_in_part(record, before, Part("", Path(path).name, data=data))
        for former in self.files.parts(path):  # it held many articles before
            yield from self._strike_out(former)

    def _take_apart(
        self, record: FileRecord, before: FileRecord | None, parts: Iterator[Part], by_hand: bool
    ) -> Iterator[Outcome]:
        """Write the articles of a file of many that are new or changed, then strike out those that left it.

        The file's own record is written last: until then it counts as changed, and a killed run is made up for.
        """
        known, found, quiet = self.files.parts(record.path), set[str](), True
        try:
            for part in parts:
                path = f"{record.path}/{part.key}"
                found.add(path)
                inner = FileRecord(path, record.folder, 0, 0, part.digest, "", "", record.path)
                earlier = known.get(path)
                if earlier is None or not self._is_known(inner, earlier, by_hand):
                    quiet = False
                    yield self._take_in_part(inner, earlier, part)
        except ReadingError as error:  # it broke off: what was not reached may still be in it
            yield self._failed(record, before, str(error))
            return
        for path in known.keys() - found:
            quiet = False
            yield from self._strike_out(path)
        with self.catalogue.database.transaction() as connection:
            self.files.put(connection, record)
            if before is not None and before.article_id:
                self.let_go(connection, before.article_id)
        if quiet:
            yield Outcome(record.path, "unchanged")

    def _is_known(self, record: FileRecord, before: FileRecord, by_hand: bool) -> bool:
        """Whether a file or part was taken in as it is. What was removed by hand comes back by hand."""
        same = before.digest == record.digest and not before.reason
        return same and (not by_hand or self.catalogue.article(before.article_id) is not None)

    def _take_in_part(self, record: FileRecord, before: FileRecord | None, part: Part) -> Outcome:
        """Write one article, its record and the end of its older version as one transaction."""
        try:
            article = part.read(record.path)
        except ReadingError as error:
            return self._failed(record, before, str(error))
        with self.catalogue.database.transaction() as connection:
            added = self.put(connection, article)
            self.files.put(connection, replace(record, article_id=article.id))
            replaced = bool(before and before.article_id and before.article_id != article.id)
            if before and replaced:
                self.let_go(connection, before.article_id, article.id)
        return Outcome(record.path, "replaced" if replaced else "added" if added else "unchanged", article.id)

    def _failed(self, record: FileRecord, before: FileRecord | None, reason: str) -> Outcome:
        """Note why a file cannot be read; an earlier version that could be read stays answerable."""
        if record.size >= 0:
            with self.catalogue.database.transaction() as connection:
                self.files.put(
                    connection, replace(record, article_id=before.article_id if before else "", reason=reason)
                )
        return Outcome(record.place, "failed", reason=reason)

    def _strike_out(self, path: str) -> Iterator[Outcome]:
        """Take out a file that is gone, with what it held; one of many articles goes article by article."""
        parts, record = self.files.parts(path), self.files.at(path)
        for part in parts:
            yield from self._strike_out(part)
        article_id = record.article_id if record else ""
        with self.catalogue.database.transaction() as connection:
            self.files.delete(connection, path)
            if article_id:
                self.let_go(connection, article_id)
        if not parts:
            yield Outcome(path, "removed", article_id)

    def let_go(self, connection: Connection, article_id: str, successor: str = "") -> None:
        """Delete an article that a file or feed held until now, unless another does or it was uploaded too."""
        holders, article = self.files.holders(connection, article_id), self.catalogue.article(article_id)
        if article is None or article.path in holders:
            return
        if holders:
            self.catalogue.move(connection, article_id, holders[0])
            # What the file that went stated of the article goes with it. Where a file of many is the holder, that is
            # left as it is: the whole file would be read again for each of its articles.
            again = next((found for found in map(article_of, holders) if found and found.id == article_id), None)
            if again is not None:
                self.put(connection, again)
        elif self.files.needs_no_file(connection, article_id):
            self.catalogue.move(connection, article_id, "")
        else:
            self.catalogue.delete(connection, article_id, successor)
