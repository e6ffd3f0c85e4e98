"""HTML: its main text, and what its head states."""

import re
from itertools import islice
from typing import TYPE_CHECKING

from index.formats.text import decoded, line_of, shown
from index.schema import NotText, TooLarge
from index.statements import Facts, parse_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_TAGS = 200_000  # a page with more takes a minute; long articles have some ten thousand
MAX_MARKUP = 10_000_000  # signs without pictures; with attributes alone, more would take a gigabyte
MAX_IN_PARAGRAPH = 200  # other paragraphs; a browser lets a paragraph hold none
_PARAGRAPH = re.compile(r"<p\b", re.I)
_LONG_TAG = re.compile(r"<[a-z][^<>]{4000,}>?", re.I)  # a picture as text; or thousands of attributes: quadratic time
_PAGE = re.compile(rb"[\s\xef\xbb\xbf\xfe\xff]*<(?:!doctype html|html)\b", re.I)
_FIELDS = ("title", "author", "sitename", "hostname", "url", "date")  # as trafilatura calls them


def is_page(data: bytes) -> bool:
    """Whether a file of text is a page of HTML under another name."""
    return _PAGE.match(data[:1000].replace(b"\0", b"")) is not None  # in UTF-16 every second byte is zero


def read_page(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of a page's main text, and the facts of its head."""
    return from_html(decoded(data, name), name)


def from_html(text: str, name: str) -> tuple[list[str], Facts]:
    """The same of a page that is text already."""
    import trafilatura  # 0.2 s

    text = _LONG_TAG.sub("", text)
    if text.count("<") > MAX_TAGS or len(text) > MAX_MARKUP:
        raise TooLarge(f"“{shown(name)}” is a page of too many tags or signs.", "Save its text instead.")
    try:
        page = trafilatura.bare_extraction(
            _unwrapped(text),
            fast=len(text) > 2_000_000,  # its second and third opinion take minutes on pages of many megabytes
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},  # no dates guessed from the text
        )
        stated = page or trafilatura.extract_metadata(text)
        body = getattr(page, "text", "") or trafilatura.html2txt(text)
    except Exception as error:  # any of the parser's, on a page nested too deeply or otherwise broken
        hint = "Open the page in a browser and save its text."
        raise NotText(f"“{shown(name)}” is a page too broken to read ({type(error).__name__}).", hint) from error
    title, author, site, host, url, day = (line_of(getattr(stated, key, "") or "") for key in _FIELDS)
    facts = Facts(title, author.replace("; ", ", "), site or host, url, parse_date(day))
    return [line for line in map(line_of, body.split("\n")) if line], facts


def _unwrapped(text: str) -> "str | HtmlElement":
    """The page, parsed where a paragraph holds very many others: it is made the division that it is.

    A tag that nobody knows keeps paragraphs from ending one another, and trafilatura then adds the text of one after
    the other to what it has: 600 kB take 14 s, and twice as much four times as long.
    """
    if len(_PARAGRAPH.findall(text)) <= MAX_IN_PARAGRAPH:
        return text
    import trafilatura

    page = trafilatura.load_html(text)
    crowded = [
        each
        for each in (page.iter("p") if page is not None else ())
        if next(islice(each.iter("p"), MAX_IN_PARAGRAPH, None), None) is not None
    ]
    for each in crowded:
        each.tag = "div"
        own = each.makeelement("p")  # a division's words outside of its paragraphs are dropped
        own.text, each.text = each.text, None
        each.insert(0, own)
    return page if page is not None and crowded else text
