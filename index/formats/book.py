"""EPUB: the pages of a book in their order, as one article."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from index.formats.archive import local, member, opened, xml
from index.formats.page import read_page
from index.formats.text import line_of, shown
from index.schema import TooLarge, Unreadable
from index.statements import Facts, parse_date

MAX_TEXT = 20 * 1024**2  # of all its pages
MAX_PAGES = 2000

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"


def read_epub(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of all pages, and what the package states: title, authors, publisher, day."""
    with opened(data, name) as archive:
        package = _package(archive, name)
        metadata, pages = _contents(archive, package, name)
        paragraphs, size = list[str](), 0
        _check_protection(archive, pages, name)
        if len(pages) > MAX_PAGES:
            raise TooLarge(f"“{shown(name)}” has {len(pages):,} pages, more than {MAX_PAGES:,}.", "Split it.")
        for page in pages:
            content = member(archive, page, name)
            size += len(content)
            if size > MAX_TEXT:
                raise TooLarge(f"“{shown(name)}” has more than {MAX_TEXT:,} bytes of text.", "Split it.")
            paragraphs += read_page(content, name)[0] if content.strip() else []
    title, author, publisher, day = (metadata.get(key, "") for key in ("title", "creator", "publisher", "date"))
    return paragraphs, Facts(title, author, publisher, metadata.get("source", ""), parse_date(day))


def _package(archive: ZipFile, name: str) -> str:
    root = xml(member(archive, _CONTAINER, name), name)
    for element in root.iter("{*}rootfile"):
        return str(element.get("full-path", ""))
    raise Unreadable(f"“{shown(name)}” does not say where its text is.", "Get the file again; this copy is damaged.")


def _contents(archive: ZipFile, package: str, name: str) -> tuple[dict[str, str], list[str]]:
    """What the package states, and the paths of its pages in their order, each once, without the contents."""
    root = xml(member(archive, package, name), name)
    stated: dict[str, list[str]] = {}
    for element in root.iterfind("./{*}metadata/*"):
        if text := line_of(element.text or ""):
            stated.setdefault(local(element), []).append(text)
    items = root.iterfind("./{*}manifest/{*}item")
    paths = {item.get("id"): item.get("href", "") for item in items if "nav" not in item.get("properties", "").split()}
    read = (paths.get(item.get("idref"), "") for item in root.iterfind("./{*}spine/{*}itemref"))
    folder = posixpath.dirname(package)
    pages = dict.fromkeys(posixpath.normpath(posixpath.join(folder, unquote(path))) for path in read if path)
    values = {key: ", ".join(words) if key == "creator" else words[0] for key, words in stated.items()}
    if not values.get("source", "").startswith(("http://", "https://")):  # mostly the number of the printed book
        values.pop("source", None)
    return values, list(pages)


def _check_protection(archive: ZipFile, pages: list[str], name: str) -> None:
    """Raise Unreadable where pages are encrypted; fonts often are, and do not matter."""
    if _ENCRYPTION in archive.namelist() and set(pages) & set(_encrypted(archive, name)):
        raise Unreadable(f"“{shown(name)}” is protected against copying.", "Use a copy without protection.")


def _encrypted(archive: ZipFile, name: str) -> Iterator[str]:
    for element in xml(member(archive, _ENCRYPTION, name), name).iter("{*}CipherReference"):
        yield unquote(element.get("URI", ""))
