"""Word documents (.docx): paragraphs, lists and tables as they read with all changes accepted."""

from collections.abc import Iterator
from typing import Any

from index.formats.archive import local, member, opened, xml
from index.formats.text import line_of
from index.statements import Facts

_BODY, _PROPERTIES = "word/document.xml", "docProps/core.xml"
_LEFT_OUT = {"del", "moveFrom", "Fallback", "instrText", "pPr", "rPr", "sectPr"}  # deleted, twice there, or no words
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_docx(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of a document, titled by its style or its properties.

    The day it was written is no day of publication, and often that of a template: it is not taken.
    """
    with opened(data, name) as archive:
        body = xml(member(archive, _BODY, name), name)
        held = _PROPERTIES in archive.namelist()
        properties = xml(member(archive, _PROPERTIES, name), name) if held else ()
    stated = {local(each): line_of(each.text or "") for each in properties}
    paragraphs, title = list[str](), ""
    for text, style in _blocks(body):
        if style.casefold() == "title" and not title:
            title = line_of(text)
        else:
            paragraphs += [line for line in map(line_of, text.split("\n")) if line]
    return paragraphs, Facts(title or stated.get("title", ""), stated.get("creator", ""))


def _blocks(element: Any) -> Iterator[tuple[str, str]]:
    """Each paragraph with the name of its style, and each row of a table as one."""
    waiting = list(element)[::-1]  # no recursion: a hostile document nests as deep as it likes
    while waiting:
        child = waiting.pop()
        kind = local(child)
        if kind == "p":
            style = _style(child)
            listed = child.find("./{*}pPr/{*}numPr") is not None or style.startswith("List")
            text = _words(child)
            yield (f"- {text}" if listed and text.strip() else text), style
        elif kind == "tr":
            cells = (line_of(" ".join(text for text, _ in _blocks_of_cell(cell))) for cell in child.iterfind("./{*}tc"))
            yield " | ".join(cell for cell in cells if cell), ""
        elif kind not in _LEFT_OUT:
            waiting += list(child)[::-1]


def _blocks_of_cell(cell: Any) -> Iterator[tuple[str, str]]:
    yield from ((_words(paragraph), "") for paragraph in cell.iter("{*}p"))


def _words(paragraph: Any) -> str:
    words = list[str]()
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        kind = local(element)
        if kind == "t":
            words.append(element.text or "")
        elif kind in _SIGNS:
            words.append(_SIGNS[kind])
        elif kind not in _LEFT_OUT and (kind != "p" or element is paragraph):
            waiting += list(element)[::-1]
    return "".join(words)


def _style(paragraph: Any) -> str:
    found = paragraph.find("./{*}pPr/{*}pStyle")
    return "" if found is None else next((value for key, value in found.attrib.items() if key.endswith("}val")), "")
