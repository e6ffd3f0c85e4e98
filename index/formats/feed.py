"""Feeds (RSS, Atom, JSON Feed) -> their entries.

XML is read by lxml, which mends what is broken, and not by feedparser: an author of two million signs held that for
minutes.
"""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from index.formats.address import joined
from index.formats.archive import local
from index.formats.fields import words_of
from index.formats.mended import MAX_XML, defines_entities, mended_xml, words_in
from index.formats.text import line_of, shown
from index.schema import NotText, TooLarge
from index.statements import Facts, parse_date

MAX_ENTRIES = 500  # the first of a feed, which are its newest
SUMMARY = 1000  # signs: a description that has fewer is no full text

_FEED = re.compile(
    rb"[\s\xef\xbb\xbf\xfe\xff]*(?:<!--(?:(?!-->).)*-->\s*|<(?:!(?!--)|\?)[^>]*>\s*)*<(?:\w{1,20}:)?(?:rss|feed|rdf)\b",
    re.I | re.S,
)
_JSON_FEED = re.compile(rb"[\s\xef\xbb\xbf]*\{.{0,2000}https?:\\?/\\?/jsonfeed\.org\\?/version", re.S)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.I)
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\b(?:read more|continue reading|full story)\b.{0,60})\W*$", re.I)
_ADDRESS = re.compile(r"\S+@\S+")
_HINT = "Check the address in a browser: a feed is RSS, Atom or JSON Feed."
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "": "",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `key` tells it from the others; `text` is all of its article, "" where its page has it.

    `digest` is another one when the feed says something else of it. `facts.source` is the feed's title; without a text
    it is empty where the feed holds no text of the same server, since the page knows better what its paper is called.
    """

    key: str
    digest: str
    title: str
    link: str
    facts: Facts = field(default_factory=Facts)
    text: str = ""
    is_markup: bool = False

    def record(self) -> bytes:
        """Its article as a record of JSON, as `index.formats.records` reads it."""
        facts, text = self.facts, self.text
        published = facts.published.isoformat() if facts.published else ""
        stated = {"title": facts.title, "author": facts.author, "source": facts.source, "url": facts.url}
        content = f"<article><div>{text}</div></article>" if self.is_markup else text
        return json.dumps(stated | {"published": published, "content": content}).encode()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was found."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(slots=True)
class _Raw:
    """What a feed says of one entry, before it is judged. `full` is what it calls the content, not a summary."""

    id: str = ""
    title: str = ""
    link: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    full: str = ""
    summary: str = ""
    is_markup: bool = True


def is_feed(data: bytes) -> bool:
    """Whether these are the bytes of a feed."""
    head = data[:5000].replace(b"\0", b"")  # in UTF-16 every second byte is zero
    return bool(_FEED.match(head) or _JSON_FEED.match(head))


def read_feed(data: bytes, url: str, charset: str | None = None) -> Feed:
    """The feed in `data`, found at `url`. Raises NotText or TooLarge where it is none, or one made to do harm."""
    if not is_feed(data) and not defines_entities(data):  # which is told as such
        raise NotText(f"“{shown(url)}” is no feed.", _HINT)
    if _JSON_FEED.match(data[:5000]):
        title, author, found = _of_json(data, url)
    else:
        root = mended_xml(data, url, charset)
        head = next((part for part in root if local(part) == "channel"), root)
        values = _values(head)
        title, author = (
            _plain(values.get("title", "")[:2000]),
            _name(values.get("author", "") or values.get("dc:creator", "")),
        )
        found = [_raw(each, url) for each in _elements(root)]
    if sum(len(each.full or each.summary) for each in found) > MAX_XML:
        raise TooLarge(f"“{shown(url)}” is a feed of too many bytes or tags.", "Ask its publisher for a shorter one.")
    counts = Counter(each.id for each in found)  # some programs give all entries one id
    entries = [_entry(each, title, author, counts[each.id] == 1) for each in found]
    texts_of = {_server(entry.link) for entry in entries if entry.text}
    entries = [
        entry
        if entry.text or _server(entry.link) in texts_of
        else replace(entry, facts=replace(entry.facts, source=""))
        for entry in entries
    ]
    return Feed(title, tuple({entry.key: entry for entry in reversed(entries)}.values())[::-1])


def _elements(root: Any) -> list[Any]:
    """The elements of the entries: children of the channel, or beside it as RDF has them.

    None within another one: the text of each would be that of all below it again.
    """
    within = (root, *(part for part in root if local(part) == "channel"))
    return [part for each in within for part in each if local(part) in ("item", "entry")][:MAX_ENTRIES]


def _values(element: Any) -> dict[str, str]:
    """What the children of an element say in words, by their names; the first of a name that says something counts."""
    values: dict[str, str] = {}
    for child in element:
        name = _named(child)
        if name and name not in values and name not in ("item", "entry", "link"):
            person = next((part for part in child if local(part) == "name"), None) if name == "author" else None
            text = words_in(child if person is None else person).strip()
            if text:
                values[name] = text
    return values


def _named(element: Any) -> str:
    """The name of an element, with a prefix of ours where it is of another vocabulary; empty where of none we know."""
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.rpartition("}")
    prefix = _PREFIXES.get(space.removeprefix("{"))  # one that was never declared is still before the name
    return "" if prefix is None else f"{prefix}{name}"


def _raw(element: Any, url: str) -> _Raw:
    values = _values(element)
    raw = _Raw(
        id=values.get("guid")
        or values.get("id")
        or element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", ""),
        title=values.get("title") or values.get("dc:title", ""),
        link=_link(element, url),
        author=_name(values.get("author") or values.get("dc:creator", "")),
        published=next((values[key] for key in ("pubDate", "published", "issued", "dc:date") if key in values), ""),
        updated=values.get("updated") or values.get("modified", ""),
        full=values.get("content:encoded", ""),
        summary=values.get("description") or values.get("summary") or values.get("dc:description", ""),
    )
    for child in element:
        if _named(child) == "content" and not raw.full and not child.get("src"):
            raw.full, raw.is_markup = _content(child)
    is_link = raw.id.startswith(("http://", "https://")) and not any(
        child.get("isPermaLink") == "false" for child in element if _named(child) == "guid"
    )
    raw.link = raw.link or (joined(url, raw.id) if is_link else "")
    return raw


def _content(element: Any) -> tuple[str, bool]:
    """The content of an entry of Atom, and whether it is HTML."""
    from lxml import etree

    kind = element.get("type", "text").lower()
    if kind in ("xhtml", "application/xhtml+xml"):
        for each in element.iter():
            if isinstance(each.tag, str):
                each.tag = local(each)
        element.tag = "div"  # as a whole: each part on its own would repeat all that is declared above it
        return etree.tostring(element, encoding="unicode", method="html", with_tail=False), True
    return words_in(element), kind in ("html", "text/html") or element.get("mode") == "escaped"


def _link(element: Any, url: str) -> str:
    for child in element:
        if _named(child) == "link" and child.get("rel", "alternate") == "alternate":
            stated = child.get("href") or words_in(child)
            if link := joined(_base(url, child.base), stated):
                return link
    return ""


def _base(url: str, base: str | None) -> str:
    """The address that those in an element are relative to: its own base, where it has one."""
    return (joined(url, base) if base else "") or url


def _of_json(data: bytes, url: str) -> tuple[str, str, list[_Raw]]:
    try:
        feed = json.loads(data.removeprefix(b"\xef\xbb\xbf"), strict=False)
    except (ValueError, RecursionError) as error:
        raise NotText(f"“{shown(url)}” is broken JSON.", _HINT) from error
    if len(data) > MAX_XML:
        raise TooLarge(f"“{shown(url)}” is a feed of too many bytes or tags.", "Ask its publisher for a shorter one.")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise NotText(f"“{shown(url)}” is no feed.", _HINT)
    found = [_of_item(item, url) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    return _plain(words_of(feed.get("title"))[:2000]), _authors(feed), found


def _of_item(item: dict[str, Any], url: str) -> _Raw:
    said = {key: value for key, value in item.items() if isinstance(value, str)}
    markup = said.get("content_html", "")
    id_ = item.get("id", "")
    return _Raw(
        id=str(id_) if isinstance(id_, str | int | float) else "",
        title=said.get("title", ""),
        link=joined(url, said.get("url") or said.get("external_url", "")),
        author=_authors(item),
        published=said.get("date_published", ""),
        updated=said.get("date_modified", ""),
        full=markup or said.get("content_text", ""),
        summary=said.get("summary", ""),
        is_markup=bool(markup),
    )


def _authors(stated: dict[str, Any]) -> str:
    return _name(words_of(stated.get("authors")) or words_of(stated.get("author")))


def _entry(raw: _Raw, source: str, author: str, is_id_its_own: bool) -> Entry:
    id_ = raw.id if raw.id and is_id_its_own else "\n".join((raw.id, raw.link))
    text = raw.full or raw.summary
    title, digest = _plain(raw.title[:2000]), _hash(raw.title, raw.link, raw.full, raw.summary, raw.updated)
    facts = Facts(title, raw.author or author, source, raw.link, _day(raw.published) or _day(raw.updated))
    whole = text if _is_whole(raw) or not raw.link else ""
    key = _hash(id_ if id_.strip() else digest)
    return Entry(key, digest, title, raw.link, facts, whole, raw.is_markup or not raw.full)


def _server(link: str) -> str:
    return (urlsplit(link).hostname or "").removeprefix("www.")


def _is_whole(raw: _Raw) -> bool:
    """Whether the feed holds the whole text, or only where it begins."""
    text = raw.full or raw.summary
    end = _plain(text[-2000:])
    return bool(end) and not _CUT_OFF.search(end[-200:]) and (bool(raw.full) or len(_plain(text[:20_000])) >= SUMMARY)


def _plain(markup: str) -> str:
    """The words of a title or a summary, which may hold tags."""
    return line_of(unescape(_TAG.sub(" ", unescape(markup) if "&" in markup and "<" not in markup else markup)))


def _name(stated: str) -> str:
    """The person in `stated`, which may be "name@host (The Name)"."""
    within = re.search(r"\(([^()]+)\)", stated[:300])
    return line_of(_ADDRESS.sub(" ", within[1] if within and "@" in stated[:300] else stated[:300])).strip(" ,;<>")


def _day(stated: str) -> date | None:
    return parse_date(stated[:100])


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:32]
