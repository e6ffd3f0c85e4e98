"""A file that holds many articles -> its parts, each of them read like a file of its own."""

import hashlib
import json
import logging
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.formats import archive, records
from index.formats.text import shown
from index.reading import SUFFIXES, check_size, load, read, suffix_of
from index.schema import Article, AssistantError, EmptyArticle, NotText, ReadingError, TooLarge, Unreadable

logger = logging.getLogger(__name__)

MAX_PARTS = 50_000
UNCLOSED = "opens a quotation mark that is never closed, so that rows after it seem to be its text"


@dataclass(frozen=True, slots=True)
class Part:
    """One article within a file. `key` is its own within that file; `kind` the suffix that says how it is read.

    `name` is what sentences about it say. `trouble` is why it has no `data`.
    """

    key: str
    name: str
    kind: str = ""
    data: bytes = b""
    trouble: ReadingError | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def read(self, path: str = "") -> Article:
        """Its article. Raises a leaf of ReadingError."""
        if self.trouble is not None:
            raise self.trouble
        with foreseen(self.name):
            return read(self.data, self.name, path=path, kind=self.kind)


def parts_of(data: bytes, name: str) -> Iterator[Part] | None:
    """The parts of a file, read one at a time; None where it holds one article itself.

    Raises a leaf of ReadingError, at once or on the way, where the whole file cannot be read.
    """
    with foreseen(name):
        check_size(len(data), name)
        parts = _parts(data, name, suffix_of(name))
    return None if parts is None else _limited(parts, name)


def article_of(path: str) -> Article | None:
    """The article that a file of one holds now; None where it cannot be read, or holds many."""
    try:
        return Part("", Path(path).name, data=load(Path(path))).read(path)
    except ReadingError:  # told when its folder is synchronised
        return None


@contextmanager
def foreseen(name: str) -> Iterator[None]:
    """What no reader foresaw is this file's failure, not the end of all that come after it."""
    try:
        yield
    except AssistantError:
        raise
    except Exception as error:
        logger.exception("%r could not be read", name)
        hint = "Save it in another format."
        raise Unreadable(f"“{shown(name)}” could not be read ({type(error).__name__}).", hint) from error


def _parts(data: bytes, name: str, suffix: str) -> Iterator[Part] | None:
    if suffix == ".zip":
        return _members(data, name)
    if suffix in (".jsonl", ".ndjson"):
        return _records(records.lines(data, name), "line", name)
    if suffix in (".csv", ".tsv"):
        return _records(records.rows(data, name), "row", name)
    found = records.objects(data, name) if suffix == ".json" else None
    return None if found is None else _records(enumerate(found, 1), "article", name)


def _limited(parts: Iterator[Part], name: str) -> Iterator[Part]:
    """The parts, each key once: a record that stands in a file twice is one."""
    seen: set[str] = set()
    with foreseen(name):
        for part in parts:
            if part.key in seen:
                continue
            seen.add(part.key)
            if len(seen) > MAX_PARTS:
                raise TooLarge(f"“{shown(name)}” holds more than {MAX_PARTS:,} articles.", "Split it.")
            yield part
    if not seen:
        raise EmptyArticle(f"“{shown(name)}” holds no articles.", "Check the file, or leave it out.")


def _records(found: Iterator[tuple[int, Any]], noun: str, name: str) -> Iterator[Part]:
    """Records are keyed by their content: with line numbers, one line put in above would make all others new."""
    for number, record in found:
        called = f"{name}, {noun} {number:,}"
        if record is None and noun == "row":
            trouble = NotText(f"“{shown(called)}” {UNCLOSED}.", "Close it.")
            yield Part(f"row {number}", called, trouble=trouble)
            continue
        data = record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode(errors="replace")
        key = hashlib.sha256(data).hexdigest()[:16]
        yield Part(key, called, ".json", data)


def _members(data: bytes, name: str) -> Iterator[Part]:
    """The readable kinds of files in an archive, hidden ones left out; and the parts of those that have parts."""
    with archive.opened(data, name) as opened:
        for entry in opened.infolist():
            key = entry.filename.replace("\\", "/")
            hidden = any(part.startswith((".", "__MACOSX")) for part in key.split("/"))
            if hidden or key.endswith("/") or suffix_of(key) not in SUFFIXES:
                continue
            whole = Part(key, f"{name}/{key}")
            try:
                if suffix_of(key) == ".zip":
                    whole.read()
                whole = replace(whole, data=archive.member(opened, entry.filename, name))
                inner = parts_of(whole.data, whole.name)
                if inner is None:
                    yield whole
                    continue
                yield from (replace(part, key=posixpath.join(key, part.key)) for part in inner)
            except ReadingError as error:
                yield replace(whole, data=b"", trouble=error)
