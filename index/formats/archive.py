"""Zip archives and the XML in them, opened with care: both can hold far more than they weigh."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from index.formats.text import shown
from index.schema import NotText, TooLarge, Unreadable

MAX_ENTRIES = 20_000
MAX_TOTAL = 500 * 1024**2
MAX_RATIO = 100  # deflated text reaches 10, markup of an office program 60, a bomb 1000
RATIO_COUNTS = 1024**2  # below this much a high ratio does no harm

_ENTRY = b"PK\x01\x02"
_AGAIN = "Get the file again; this copy is damaged."


@contextmanager
def opened(data: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """The archive in `data`. Raises TooLarge or Unreadable where it is broken or made to do harm."""
    if data.count(_ENTRY) > MAX_ENTRIES:  # counted before it is opened: its directory alone would fill the memory
        raise TooLarge(f"“{shown(name)}” holds more than {MAX_ENTRIES:,} files.", "Split it.")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except Exception as error:  # also ValueError and NotImplementedError, from bytes that are no archive's
        raise Unreadable(f"“{shown(name)}” is damaged or no archive.", _AGAIN) from error
    with archive:
        _check(archive, name)
        yield archive


def _check(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise TooLarge(f"“{shown(name)}” holds more than {MAX_ENTRIES:,} files.", "Split it.")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise TooLarge(f"“{shown(name)}” unpacks to more than {MAX_TOTAL:,} bytes.", "Split it.")
    for entry in entries:
        # What is declared binds: no more than `file_size` is ever unpacked.
        if entry.file_size > max(RATIO_COUNTS, MAX_RATIO * entry.compress_size):
            raise TooLarge(f"“{shown(name)}” unpacks to far more than it weighs.", "Do not open it: it may be a trap.")
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or path.as_posix()[1:2] == ":":
            sentence = f"“{shown(name)}” holds a file that would be written outside of its folder."
            raise Unreadable(sentence, "Do not open it: it may be a trap.")


def member(archive: zipfile.ZipFile, inner: str, name: str, limit: int = 20 * 1024**2) -> bytes:
    """The bytes of one file in an archive called `name`. Raises TooLarge or Unreadable."""
    try:
        entry = archive.getinfo(inner)
        if entry.file_size > limit:
            raise TooLarge(f"“{shown(inner)}” in “{shown(name)}” has more than {limit:,} bytes.", "Split it.")
        # Others let the file say how much memory unpacking takes.
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            sentence = f"“{shown(inner)}” in “{shown(name)}” is encrypted or packed in an unusual way."
            raise Unreadable(sentence, "Pack it anew, without a password.")
        return archive.read(entry)
    except KeyError as error:
        raise Unreadable(f"“{shown(name)}” lacks its part “{shown(inner)}”.", _AGAIN) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"“{shown(inner)}” in “{shown(name)}” is damaged.", _AGAIN) from error


def xml(data: bytes, name: str) -> Any:
    """The root of an XML document (an lxml element). Raises NotText where it is broken or defines entities."""
    from lxml import etree  # 0.02 s

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotText(f"“{shown(name)}” holds broken XML.", _AGAIN) from error
    definition = root.getroottree().docinfo.internalDTD
    if definition is not None and next(definition.iterentities(), None) is not None:
        raise NotText(f"“{shown(name)}” defines entities of its own.", "Do not open it: it may be a trap.")
    return root


def local(element: Any) -> str:
    """The name of an XML element without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
