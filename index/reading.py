"""A file or page becomes an `Article`: its bytes text, its text paragraphs, and what it states about itself facts."""

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from index.cleaning import NEWS_AGENCY, ROLE, clean, furniture, is_name
from index.schema import Article, EmptyArticle, NotText, ReadingError, TooLarge, Unreadable, UnsupportedFormat, text_id

MAX_BYTES = 20 * 1024**2
SUFFIXES: frozenset[str] = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm"})
_NEAR = 8  # paragraphs from the top or the end among which an article states its author, source and day


@dataclass(frozen=True, slots=True)
class Facts:
    """What an article states about itself; empty where it does not say."""

    title: str = ""
    author: str = ""
    source: str = ""
    url: str = ""
    published: date | None = None

    def or_else(self, other: "Facts") -> "Facts":
        """These facts, with the gaps filled from `other`."""
        return replace(self, **{f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)})


def read(data: bytes, name: str, *, path: str = "") -> Article:
    """The article in `data`, the bytes of a file called `name`; raises a leaf of `ReadingError` that names the file."""
    return _article(data, name, path, MAX_BYTES)


def read_file(path: Path, *, limit: int = MAX_BYTES) -> Article:
    """The article in the file at `path`, of at most `limit` bytes; raises a leaf of `ReadingError`."""
    name = path.name
    _check_suffix(name)
    try:
        if not path.is_file() and path.exists():
            raise Unreadable(f"“{name}” is not a file.", "Choose the files inside it.")
        _check_size(path.stat().st_size, name, limit)
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        hint = "Check that the file still exists and that you may read it."
        raise Unreadable(f"“{_shown(name)}” could not be read: {reason}.", hint) from error
    return _article(data, name, str(path.absolute()), limit)


def _article(data: bytes, name: str, path: str, limit: int) -> Article:
    suffix = _check_suffix(name)
    _check_size(len(data), name, limit)
    text = _decoded(data, name)
    if suffix in (".html", ".htm") or re.match(r"\s*<(?:!doctype html|html)\b", text[:500], re.I):
        paragraphs, facts = _from_html(text, name)
    elif suffix in (".md", ".markdown"):
        paragraphs, facts = _from_markdown(text, name)
    else:
        paragraphs, facts = paragraphs_of(text), Facts()
    paragraphs, facts = _evidence(paragraphs, facts)
    title, paragraphs = _titled(paragraphs, facts.title)
    if not paragraphs:
        raise EmptyArticle(f"“{_shown(name)}” holds no text of an article.", "Check the file, or leave it out.")
    body = _joined(paragraphs)
    author, source, url = (_line(fact) for fact in (facts.author, facts.source, facts.url))
    return Article(text_id(body), title, body, source, author, url, facts.published, path)
