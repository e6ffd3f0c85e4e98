"""XML as it stands on the web, where much of it is broken: mended by lxml, in time that grows with its size alone."""

import re
from html.entities import html5
from typing import Any

from index.formats.text import in_unicode, shown
from index.schema import NotText, TooLarge

MAX_XML = 10_000_000  # bytes
MAX_TAGS = 1_000_000

_LONG_TAG = re.compile(rb"<[a-z][^<>]{4000,}>?", re.I)  # a picture as text; or thousands of attributes
# Within CDATA, to whose end it reads, nothing is meant by an "&" but itself.
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:amp|lt|gt|quot|apos|#\w{1,31});)(?:(\w{1,32});)?", re.I | re.S
)


def mended_xml(data: bytes, name: str, charset: str | None = None) -> Any:
    """The root of an XML document (an lxml element) that was found at `name`, in the encoding stated or its own.

    Raises TooLarge, and NotText where it defines entities or nothing of it can be read.
    """
    from lxml import etree  # 0.02 s

    trap = NotText(f"“{shown(name)}” defines entities of its own.", "Do not follow it: it may be a trap.")
    if defines_entities(data):
        raise trap
    if len(data) > MAX_XML or data.count(b"<") > MAX_TAGS:
        raise TooLarge(f"“{shown(name)}” is a feed of too many bytes or tags.", "Ask its publisher for a shorter one.")
    data = in_unicode(data, charset)
    if data[:1000].count(b"\0") < 100:  # not UTF-16, which needs no more than lxml does
        data = _AMPERSAND.sub(_mended, _LONG_TAG.sub(b"", data)).lstrip()
    encoding = "utf-8" if data.startswith(b"\xef\xbb\xbf") else None  # whatever it says of itself
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding=encoding
    )
    try:
        root = etree.fromstring(data, parser, base_url=name)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise NotText(f"“{shown(name)}” is broken beyond reading.", "Check the address in a browser.")
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(declared.iterentities()):  # in an encoding that hid them, such as UTF-7
        raise trap
    return root


def defines_entities(data: bytes) -> bool:
    """Whether a document brings entities of its own, which may multiply, or name files."""
    return b"<!entity" in data.replace(b"\0", b"").lower()


def words_in(element: Any) -> str:
    """All words within an element, as they stand."""
    return str(element.xpath("string()"))


def _mended(found: re.Match[bytes]) -> bytes:
    """A bare "&" as XML has it; an entity of HTML, which XML does not know, as the numbers of its signs."""
    if found[0].startswith(b"<"):
        return found[0]
    if not found[1]:
        return b"&amp;"
    signs = html5.get(f"{found[1].decode()};", "")
    return "".join(f"&#{ord(sign)};" for sign in signs).encode() or found[0]
