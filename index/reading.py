"""A file or page becomes an `Article`: its bytes text, its text paragraphs, and what it states about itself facts."""

import re
from collections.abc import Callable
from itertools import accumulate, pairwise
from pathlib import Path

from index.cleaning import clean
from index.formats.book import read_epub
from index.formats.mail import read_mail, read_saved_page
from index.formats.markdown import read_markdown
from index.formats.page import is_page, read_page
from index.formats.pdf import read_pdf
from index.formats.records import read_record
from index.formats.rich import read_rtf
from index.formats.text import END, ITEM, line_of, paragraphs_of, read_text, shown, tidied
from index.formats.word import read_docx
from index.paging import kept_breaks, page_starts
from index.schema import Article, EmptyArticle, TooLarge, Unreadable, UnsupportedFormat, text_id
from index.statements import Facts, is_remnant

MAX_BYTES = 20 * 1024**2
MAX_COLLECTION_BYTES = 100 * 1024**2

Reader = Callable[[bytes, str], tuple[list[str], Facts]]
"""The bytes of a file and its name -> its paragraphs and what it states; raises leaves of ReadingError."""

READERS: dict[str, Reader] = {
    **dict.fromkeys((".txt", ".text"), read_text),
    **dict.fromkeys((".md", ".markdown"), read_markdown),
    **dict.fromkeys((".html", ".htm", ".xhtml"), read_page),
    **dict.fromkeys((".mhtml", ".mht"), read_saved_page),
    ".eml": read_mail,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".epub": read_epub,
    ".rtf": read_rtf,
    ".json": read_record,
}
COLLECTIONS: frozenset[str] = frozenset({".zip", ".jsonl", ".ndjson", ".csv", ".tsv"})
"""Kinds of files that hold many articles; `index.parts` takes them apart."""
SUFFIXES: frozenset[str] = frozenset(READERS) | COLLECTIONS


def read(data: bytes, name: str, *, path: str = "", kind: str = "") -> Article:
    """The article in `data`, the bytes of a file called `name`; raises a leaf of `ReadingError` that names the file.

    `kind` is the suffix that says how it is read, where the name has none of its own.
    """
    paragraphs, facts = _reader(data, name, kind or suffix_of(name))(data, name)
    paragraphs, facts = clean(paragraphs, facts)
    title, kept = _titled(paragraphs, line_of(facts.title))
    if not kept:
        raise EmptyArticle(f"“{shown(name)}” holds no text of an article.", "Check the file, or leave it out.")
    body, starts = _joined([text for _, text in kept])
    author, source, url = (line_of(fact) for fact in (facts.author, facts.source, facts.url))
    pages = page_starts(kept_breaks(facts.pages, kept), starts)
    return Article(text_id(body), title, body, source, author, url, facts.published, path, pages=pages)


def written(text: str) -> str:
    """The text of an article that was typed or sent, as it is stored. Raises EmptyArticle where it has no words."""
    paragraphs = paragraphs_of(tidied(text))
    if not paragraphs:
        raise EmptyArticle("The article has no words.", "Write or paste its text.")
    return _joined(paragraphs)[0]


def load(path: Path, *, limit: int = 0) -> bytes:
    """The bytes of the file at `path`, at most `limit` or what its kind allows; raises a leaf of `ReadingError`."""
    name = path.name
    _check_suffix(suffix_of(name), name)
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"“{shown(name)}” is not a file.", "Choose the files inside it.")
        check_size(path.stat().st_size, name, limit)
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        hint = "Check that the file still exists and that you may read it."
        raise Unreadable(f"“{shown(name)}” could not be read: {reason}.", hint) from error


def suffix_of(name: str) -> str:
    """The suffix that tells the kind of a file."""
    return Path(name).suffix.lower()


def limit_of(name: str) -> int:
    """How many bytes a file of this name may have."""
    return MAX_COLLECTION_BYTES if suffix_of(name) in COLLECTIONS else MAX_BYTES


def check_size(size: int, name: str, limit: int = 0) -> None:
    """Raise TooLarge for a file beyond `limit`, or beyond what its kind allows."""
    limit = limit or limit_of(name)
    if size > limit:
        sentence = f"“{shown(name)}” has {size:,} bytes, more than the {limit:,} allowed."
        raise TooLarge(sentence, "Split it into smaller files.")


def _reader(data: bytes, name: str, suffix: str) -> Reader:
    _check_suffix(suffix, name)
    if suffix in COLLECTIONS:
        raise UnsupportedFormat(f"“{shown(name)}” is a collection within another file.", "Unpack it first.")
    if not data:
        raise EmptyArticle(f"“{shown(name)}” is empty.", "Check the file, or leave it out.")
    check_size(len(data), name, MAX_BYTES)
    return read_page if READERS[suffix] in (read_text, read_markdown) and is_page(data) else READERS[suffix]


def _check_suffix(suffix: str, name: str) -> None:
    if suffix not in SUFFIXES:
        hint = f"Save it as one of: {', '.join(sorted(SUFFIXES))}."
        raise UnsupportedFormat(f"“{shown(name)}” is not a kind of file that can be read.", hint)


def _joined(paragraphs: list[str]) -> tuple[str, list[int]]:
    """One text, and where in it each paragraph begins.

    A blank line stands between paragraphs, a line end between the short items of a list.
    """
    item = [len(p) <= 200 and bool(ITEM.match(p)) for p in paragraphs]
    ends = ["\n" if a and b else "\n\n" for a, b in pairwise(item)]
    parts = [paragraph + end for paragraph, end in zip(paragraphs, [*ends, ""], strict=True)]
    return "".join(parts), [0, *accumulate(map(len, parts[:-1]))]


_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Lt|Col|Sgt|No|vs|Jr|Sr|Inc|Co)\.)$")


def _titled(paragraphs: list[str], title: str) -> tuple[str, list[tuple[int, str]]]:
    """The title (stated, else a headline at the top, else the first sentence) and the paragraphs without it.

    These with their indexes.
    """
    if not title and len(paragraphs) > 1 and _is_headline(*paragraphs[:2]):
        title = paragraphs[0]
    rest = [(index, p) for index, p in enumerate(paragraphs) if p.casefold() != title.casefold()]
    if title and rest:
        return _shortened(title, 200), rest
    telling = paragraphs[0] if paragraphs else ""
    if is_remnant(telling):  # and below it mostly stands where they write
        telling = next((p for p in paragraphs[1:] if END.search(p) and not is_remnant(p)), telling)
    return _shortened(title or _first_sentence(telling), 80), list(enumerate(paragraphs))


def _is_headline(first: str, second: str) -> bool:
    if is_remnant(first) or re.search(r"[a-z\d][.!] [A-Z]", first):  # sentences would be lost with it
        return False
    ends = re.search(r"[.…:;,。][\"”’»)\]]*$", first) and not re.search(r"\b(?:[A-Z]\.)+$", first)
    prose_follows = len(second) > len(first) or bool(END.search(second))
    return (
        prose_follows and not ends and not ITEM.match(first) and (" " in first or len(first) > 9) and len(first) <= 120
    )


def _first_sentence(paragraph: str) -> str:
    ends = (found.end() for found in re.finditer(r"[.!?…]+[\"”’»)\]]*(?=\s+[\"“«(\[]*[^\Wa-z_])|。", paragraph))
    return paragraph[: next((end for end in ends if not _ABBREVIATION.search(paragraph[:end])), None)]


def _shortened(text: str, limit: int) -> str:
    cut = text[:limit] if " " in text[:limit] else text[: limit - 1] + " "
    return text if len(text) <= limit else cut.rsplit(" ", 1)[0][: limit - 1].rstrip(' ,;:.–—-(“"') + "…"
