"""Feeds of all kinds as they are found on the web, whole and broken, honest and not."""

import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.feed import MAX_ENTRIES, Entry, Feed, is_feed, read_feed
from index.formats.outline import named_feed, outlined
from index.parts import Part
from index.schema import NotText, ReadingError, TooLarge
from tests.samples import FIRST, SECOND, TEXT, THIRD

URL = "https://harbour.example/news/feed.xml"
MARKED_UP = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
ESCAPED = MARKED_UP.replace("<", "&lt;").replace(">", "&gt;")
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"


def rss(*items: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" xmlns:content="{CONTENT}" xmlns:dc="{DC}"'
        ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        "<title>Harbour News</title><link>https://harbour.example/</link>"
        f'<atom:link rel="self" href="{URL}"/>{"".join(f"<item>{item}</item>" for item in items)}</channel></rss>'
    )


def atom(*entries: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Harbour &amp;amp; News</title>'
        f"<author><name>Jane Doe</name></author>{''.join(f'<entry>{entry}</entry>' for entry in entries)}</feed>"
    )


def only(text: str | bytes) -> Entry:
    (entry,) = feed(text).entries
    return entry


def feed(text: str | bytes) -> Feed:
    return read_feed(text.encode() if isinstance(text, str) else text, URL)


def article_text(entry: Entry) -> str:
    return Part("", "entry", ".json", entry.record()).read().text


ITEM = (
    "<title>Pier &amp; harbour</title><link>/pier</link><guid>1</guid><dc:creator>Ann Lee</dc:creator>"
    "<pubDate>Mon, 19 Jun 2023 23:30:00 -0400</pubDate>"
)


def test_rss_with_its_full_text() -> None:
    text = rss(f"{ITEM}<description>Short.</description><content:encoded><![CDATA[{MARKED_UP}]]></content:encoded>")
    entry = only(text)
    assert feed(text).title == "Harbour News"
    assert (entry.title, entry.link) == ("Pier & harbour", "https://harbour.example/pier")
    assert (entry.facts.author, entry.facts.source) == ("Ann Lee", "Harbour News")
    assert entry.facts.published == date(2023, 6, 19)
    article = Part("", "entry", ".json", entry.record()).read()
    assert (article.title, article.text, article.url) == ("Pier & harbour", TEXT, entry.link)
    assert (article.author, article.source, article.published) == ("Ann Lee", "Harbour News", date(2023, 6, 19))


@pytest.mark.parametrize(
    "content",
    [f'<content type="html">{ESCAPED}</content>', f'<content type="text">{TEXT}</content>',
     f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{MARKED_UP}</div></content>',
     '<content type="xhtml" xmlns:h="http://www.w3.org/1999/xhtml"><h:div>'
     f'{MARKED_UP.replace("<p", "<h:p").replace("</p", "</h:p")}</h:div></content>'],
)  # fmt: skip
def test_atom_with_its_full_text(content: str) -> None:
    entry = only(
        atom(f'<title>Pier</title><id>tag:1</id><link rel="self" href="/x"/><link href="/pier#top"/>'
             f"<updated>2023-06-20T10:00:00Z</updated><published>2023-06-19T10:00:00Z</published>{content}")
    )  # fmt: skip
    assert article_text(entry) == TEXT
    assert (entry.link, entry.facts.author) == ("https://harbour.example/pier", "Jane Doe")
    assert (entry.facts.source, entry.facts.published) == ("Harbour & News", date(2023, 6, 19))


@pytest.mark.parametrize("content", [{"content_html": MARKED_UP}, {"content_text": TEXT}])
def test_json_feed(content: dict[str, str]) -> None:
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour News",
        "items": [
            {"id": 7, "url": "/pier", "title": "Pier", "authors": [{"name": "Ann Lee"}],
             "date_published": "2023-06-19T10:00:00+02:00", **content}, "no item",
        ],
    }  # fmt: skip
    entry = only(json.dumps(value))
    assert article_text(entry) == TEXT
    assert (entry.link, entry.facts.author) == ("https://harbour.example/pier", "Ann Lee")
    assert entry.facts.published == date(2023, 6, 19)
    assert only(json.dumps(value).replace("/", "\\/")) == entry


def test_rdf_and_the_older_kinds() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        f' xmlns:dc="{DC}"><channel><title>Harbour News</title></channel><item rdf:about="https://a.example/1">'
        "<title>Pier</title><link>https://a.example/1</link><dc:date>2023-06-19</dc:date></item></rdf:RDF>"
    )
    assert (feed(rdf).title, only(rdf).link, only(rdf).facts.published) == (
        "Harbour News", "https://a.example/1", date(2023, 6, 19))  # fmt: skip
    assert only("<rss><channel><item><guid>https://a.example/1</guid></item></channel></rss>").link
    assert not only(rss('<guid isPermaLink="false">https://a.example/1</guid><title>a</title>')).link


def test_what_is_only_a_beginning_is_no_full_text() -> None:
    for item in (
        f"<description>{FIRST}</description>",
        f"<description>{ESCAPED * 8}…</description>",
        f"<content:encoded>{ESCAPED}&lt;a href='/x'&gt;Read more&lt;/a&gt;</content:encoded>",
        f"<content:encoded>{ESCAPED} [&amp;#8230;]</content:encoded>",
        "<media:content url='a.jpg'/><media:description>A picture</media:description>",
    ):
        assert only(rss(ITEM + item)).text == "", item
    assert article_text(only(rss(f"{ITEM}<description>{ESCAPED * 8}</description>")))
    assert article_text(only(rss(f"<title>No page</title><description>{ESCAPED}</description>"))) == TEXT


def test_a_broken_feed_is_read_as_far_as_it_goes() -> None:
    text = rss(ITEM, f"<title>Caf&eacute; & pier &nbsp;open</title><link>/two</link><content:encoded>{ESCAPED}")
    two = feed(text[: text.rindex("</item>")]).entries[1]
    assert two.title == "Café & pier open" and article_text(two) == TEXT
    undeclared = rss(ITEM + f"<content:encoded>{ESCAPED}</content:encoded>").replace(f' xmlns:content="{CONTENT}"', "")
    assert article_text(only(undeclared)) == TEXT
    picture = f"<content:encoded><![CDATA[<img src='data:{'a' * 1_000_000}'>{MARKED_UP}]]></content:encoded>"
    assert article_text(only(rss(ITEM + picture))) == TEXT


@pytest.mark.parametrize(("encoding", "stated"), [("windows-1251", "windows-1251"), ("utf-16", "utf-16")])
def test_other_encodings(encoding: str, stated: str) -> None:
    text = rss("<title>Паром</title><link>/a</link>").replace("utf-8", stated)
    assert only(text.encode(encoding)).title == "Паром"
    wrong = rss("<title>Паром</title><link>/a</link>").replace("utf-8", "latin-1").encode()
    assert read_feed(wrong, URL, "utf-8").entries[0].title == "Паром"


def test_entries_are_told_apart_by_id_and_their_versions_by_what_is_said() -> None:
    one, two = feed(rss(ITEM, ITEM.replace(">1<", ">2<"))).entries
    assert one.key != two.key
    moved = only(rss(ITEM.replace("/pier", "/other")))
    assert moved.key == one.key and moved.digest != one.digest
    assert only(rss(ITEM)) == one
    same_id = feed(rss(ITEM, ITEM.replace("/pier", "/other"), ITEM)).entries
    assert len({entry.key for entry in same_id}) == len(same_id) == 2
    assert len(feed(rss(*(f"<title>{n}</title>" for n in range(600)))).entries) == MAX_ENTRIES


def test_authors_are_people_and_no_addresses() -> None:
    for stated, name in (("ann@a.example (Ann Lee)", "Ann Lee"), ("ann@a.example", ""), ("Ann Lee", "Ann Lee")):
        assert only(rss(f"<title>a</title><author>{stated}</author>")).facts.author == name


@pytest.mark.parametrize(
    ("data", "leaf", "words"),
    [
        (rss(ITEM, head='<!DOCTYPE a [<!ENTITY a "aaaa">]>'), NotText, "entities of its own"),
        (rss(ITEM, head='<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), NotText, "entities of its own"),
        (rss(ITEM, head='<!DOCTYPE a [<!ENTITY a "aaaa">]>').encode("utf-16"), NotText, "entities of its own"),
        (
            rss(ITEM, head='<!DOCTYPE a [+ADw-!ENTITY a "aaaa"+AD4-]>').replace("utf-8", "utf-7"),
            NotText,
            "entities of its",
        ),
        (rss(f"<title>{'a' * 11_000_000}</title>"), TooLarge, "too many"),
        (rss("<a/>" * 1_100_000), TooLarge, "too many"),
        (atom(f"<content type='xhtml'>{'<harbourharbourharbour/>' * 400_000}</content>"), TooLarge, "too many"),
        ("<!doctype html><html><head><title>a</title></head></html>", NotText, "is no feed"),
        ("", NotText, "is no feed"),
        ("<svg/>", NotText, "is no feed"),
        (bytes(range(256)) * 1000, NotText, "is no feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 3}', NotText, "is no feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', NotText, "broken"),
        ('{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 100_000, NotText, "broken"),
    ],
)
def test_what_is_no_feed_or_a_trap_is_refused(data: str | bytes, leaf: type[ReadingError], words: str) -> None:
    began = time.process_time()
    with pytest.raises(leaf, match=words) as refused:
        feed(data)
    assert refused.value.hint and str(refused.value).isprintable() and time.process_time() - began < 5


@pytest.mark.parametrize(
    "item",
    ["<author>" + "a." * 1_000_000 + "</author>", "<pubDate>" + "1" * 1_000_000 + "</pubDate>", "<b>" * 200_000,
     "<title " + " ".join(f'a{n}="1"' for n in range(200_000)) + ">a</title>", "<title " + " " * 3_000_000 + "/>",
     "<title>" + "&a" * 1_000_000, "<title " + 'a="' * 200_000, "<link>a</link>" * 200_000, "<!-- " * 200_000,
     "<description>" + "&lt;p" * 1_500_000 + "</description>", "<title>" + "<![CDATA[" * 200_000 + "</title>"],
)  # fmt: skip
def test_a_feed_made_to_take_long_takes_seconds(item: str) -> None:
    began = time.process_time()
    for entry in feed(rss(ITEM, item)).entries:
        assert entry.key
    assert time.process_time() - began < 5


SENTENCE = "The harbour of the town was opened on Sunday. " * 2000


@pytest.mark.parametrize("address", ["/a\ud800", "/a\x7f", "/" + "a" * 10_000, "https://[", "mailto:a@a.example"])
def test_an_address_that_nobody_can_ask_is_none(address: str) -> None:
    said = {"id": "1", "url": address, "title": "Half \ud800", "author": {"name": "Ann \ud800"}, "content_text": TEXT}
    entry = only(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [said]}))
    assert (entry.link, entry.title, entry.facts.author) == ("", "Half", "Ann")
    assert article_text(entry) == TEXT


def nested(start: str, end: str) -> str:
    """A hundred entries, each in the one before, around a text."""
    return "".join(start.format(number) for number in range(100)) + SENTENCE + end * 100


DECLARED = f'<content type="xhtml" xmlns:a="{"a" * 3000}">{"<b/>" * 10_000}</content>'


@pytest.mark.parametrize(
    "text",
    [
        rss(nested("<guid>{}</guid><description><item>", "</item></description>")),
        rss(nested("<guid>{}</guid><description></description><item>", "")),
        rss(nested("<guid>{}</guid><channel><item>", "</item></channel>")),
        atom(nested('<id>{}</id><content type="xhtml"><entry>', "</entry></content>")),
        atom(f"<id>1</id>{DECLARED}"),
    ],
)
def test_no_feed_has_more_text_than_bytes(text: str) -> None:
    found = feed(text).entries
    assert 0 < len(found) < 3 and sum(len(entry.text) for entry in found) < 2 * len(text)


def test_an_ampersand_in_cdata_means_itself() -> None:
    item = "<title>Q&A &eacute; &amp;</title><link><![CDATA[https://a.example/?p=1&q=2&amp;copy;=3]]></link>"
    entry = only(rss(item))
    assert (entry.link, entry.title) == ("https://a.example/?p=1&q=2&amp;copy;=3", "Q&A é &")
    assert only(rss("<guid><![CDATA[https://a.example/?p=1&q=2]]></guid>")).link == "https://a.example/?p=1&q=2"


WHOLE = (rss(ITEM + f"<content:encoded>{ESCAPED}</content:encoded>"), atom(f"<id>1</id><content>{TEXT}</content>"),
         '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/a"}]}')  # fmt: skip


@given(st.sampled_from(WHOLE), st.data())
def test_whatever_is_changed_in_a_feed_only_reading_errors_come_out(text: str, drawn: st.DataObject) -> None:
    data = bytearray(text.encode())
    for _ in range(drawn.draw(st.integers(1, 5))):
        place = drawn.draw(st.integers(0, len(data)))
        data[place : place + drawn.draw(st.integers(0, 40))] = drawn.draw(st.binary(max_size=40))
    try:
        feed(bytes(data))
    except ReadingError as error:
        assert error.hint and str(error).isprintable()


def test_a_feed_is_known_by_how_it_begins() -> None:
    for text in WHOLE:
        assert is_feed(text.encode()) and is_feed(b"\xef\xbb\xbf \n" + text.encode())
        assert is_feed(text.encode("utf-16")) or text.startswith("{")
    assert is_feed(b'<?xml version="1.0"?><?xml-stylesheet href="a"?><!-- <ours> --><rss>')
    for other in (
        b"<html><rss>",
        b"<p>a <feed></p>",
        b"{}",
        b'["https://jsonfeed.org/version/1"]',
        b"<!-- <rss> -->",
        b"<!--" * 1000,
    ):
        assert not is_feed(other)


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed">', "https://harbour.example/feed"),
        ('<LINK TYPE=application/atom+xml HREF="feed" REL="home alternate">', "https://harbour.example/news/feed"),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:a">', ""),
        ('<link rel="alternate" type="text/html" href="/de">', ""),
        ("", ""),
    ],
)
def test_the_feed_that_a_page_names(head: str, address: str) -> None:
    assert named_feed(f"<html><head>{head}</head><body>a</body></html>".encode(), URL) == address
    for odd in (b"", b"\0\1", b"<", bytes(range(256))):
        assert named_feed(odd, URL) == ""


def test_a_list_of_feeds_is_read_however_nested_and_each_once() -> None:
    inner = '<outline type="rss" text="A" xmlUrl="https://a.example/f"/>'
    for _ in range(50):
        inner = f'<outline text="more">{inner}<outline xmlUrl=" https://b.example/f "/></outline>'
    listed = f'<?xml version="1.0"?><opml version="2.0"><head/><body>{inner}</body></opml>'
    assert outlined(listed.encode(), "a.opml") == ["https://a.example/f", "https://b.example/f"]
    for bad, words in (
        (listed.replace("opml", "other"), "no list"),
        ("<opml><body/></opml>", "no list"),
        ("nothing", "broken"),
        ('<!DOCTYPE a [<!ENTITY a "a">]>' + listed, "entities"),
    ):
        with pytest.raises(NotText, match=words):
            outlined(bad.encode(), "a.opml")
