"""Bytes in, an article out: encodings, paragraphs, titles, formats, and everything that is no article."""

import re
import textwrap
import unicodedata
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading import MAX_BYTES, READERS, load, read
from index.schema import Article, EmptyArticle, NotText, ReadingError, TooLarge, Unreadable, UnsupportedFormat, text_id

SEED = Path(__file__).parents[2] / "shared/seeds/000_d47a573ca865e16f.txt"
WORDS = re.findall(r"\S+", "the harbour “old” café pier reopened – after Zürich's long winter, señor Müller naïve")
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=14, max_size=40).map(lambda words: f"So {' '.join(words)}.")
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
FIRST = "The harbour council voted on Monday to reopen the northern pier after three winters of repairs."
SECOND = "Ferries will call there twice a day from the first week of May, the port office said in a statement."


def read_file(path: Path, limit: int = MAX_BYTES) -> Article:
    return read(load(path, limit=limit), path.name, path=str(path.absolute()))


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


@given(st.lists(SENTENCES, min_size=1, max_size=6), st.sampled_from(ENCODINGS), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_sentence_survives_any_encoding_and_line_end(sentences: list[str], encoding: str, end: str) -> None:
    article = read((end * 2).join(sentences).encode(encoding), "a.txt")
    assert article.text == "\n\n".join(sentences)
    assert article.id == text_id(article.text)
    assert article.title.rstrip("…") in article.text


@given(st.lists(SENTENCES, min_size=2, max_size=6))
def test_one_paragraph_a_line_and_blank_lines_between_are_the_same_article(sentences: list[str]) -> None:
    assert read("\n".join(sentences).encode(), "a.txt").text == read("\n\n\n".join(sentences).encode(), "a.txt").text


@given(st.lists(SENTENCES, min_size=3, max_size=6), st.integers(min_value=55, max_value=85))
def test_lines_wrapped_by_hand_are_joined_again(sentences: list[str], width: int) -> None:
    # Long sentences: where every line happens to end with one, no reader could tell lines from paragraphs.
    paragraphs = [f"{sentence[:-1]}, {sentence[:-1]}, {sentence}" for sentence in sentences]
    wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in paragraphs)
    assert read(wrapped.encode(), "a.txt").text == "\n\n".join(paragraphs)


@given(st.lists(SENTENCES, min_size=1, max_size=6), st.sampled_from([".txt", ".md"]))
def test_reading_what_was_read_changes_nothing(sentences: list[str], suffix: str) -> None:
    once = read("\n".join(sentences).encode(), f"a{suffix}")
    again = read(once.text.encode(), f"a{suffix}")
    assert (again.id, again.title, again.text) == (once.id, once.title, once.text)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=600), st.sampled_from(sorted(READERS)))
def test_any_bytes_become_an_article_or_a_reading_error(data: bytes, suffix: str) -> None:
    try:
        article = read(data, f"a{suffix}")
    except ReadingError as error:
        assert f"a{suffix}" in str(error) and error.hint
    else:
        assert article.text.strip() and article.title and "\n" not in article.title
        assert "\r" not in article.text and "\0" not in article.text and "\n\n\n" not in article.text
        assert unicodedata.is_normalized("NFC", article.text)
        article.text.encode()


MARKUP = st.lists(
    st.sampled_from([*"-#*[]()`>|\n\n\n &<!_~\\\":.'", "word ", "---\n", "title: ", "<p>", "</div>", "\n\n"])
)


@settings(deadline=None, max_examples=60)
@given(MARKUP.map("".join), st.sampled_from(sorted(READERS)))
def test_any_markup_becomes_an_article_or_a_reading_error(markup: str, suffix: str) -> None:
    for text in (markup, f"---\n{markup}\n---\nThe pier is open.", f"<html><body>{markup}</body></html>"):
        with suppress(ReadingError):
            assert read(text.encode(), f"a{suffix}").text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Городской совет проголосовал в понедельник за открытие северного пирса после трёх зим ремонта.", "cp1251"),
        ("Городской совет проголосовал в понедельник за открытие северного пирса после трёх зим ремонта.", "koi8-r"),
        ("Městská rada hlasovala pro otevření mola po třech zimách oprav, které stály více, než se čekalo.", "cp1250"),
        ("市議会は月曜日、予定より費用がかさんだ三冬の修理を経て、北側の桟橋を再開することを決議した。", "shift_jis"),
        ("Il consiglio ha votato lunedì la riapertura del molo, perché i lavori sono finiti.", "cp1252"),
        ("El concejo votó el lunes; el señor alcalde dijo que mañana habrá más información.", "latin-1"),
    ],
)
def test_other_encodings_are_recognised(text: str, encoding: str) -> None:
    assert text in read(f"{text}\n{text}\n".encode(encoding), "a.txt").text
    head = f'<meta charset="{encoding}">'
    assert text in read(page(f"<article><p>{text}</p></article>", head).encode(encoding), "a.html").text


def test_a_broken_byte_does_not_lose_an_utf_8_article() -> None:
    text = "Městská rada hlasovala o novém molu, řekla mluvčí přístavu a dodala další údaje o nákladech."
    assert "hlasovala o novém molu" in read(text.encode() + b"\xc5", "a.txt").text


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n" + bytes(40), b"PK\x03\x04rest", b"MZ\x90\0" + bytes(range(256)), b"%PDF-1.7 text", bytes(9),
     b"words \0 and words \0 and more", b"\x01\x02\x03 text", b"\xff\xfe\x00"],
)  # fmt: skip
def test_a_binary_file_under_a_text_name_is_refused(data: bytes) -> None:
    with pytest.raises(NotText, match=r"a\.txt") as refused:
        read(data, "a.txt")
    assert refused.value.hint


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\ufeff", "\u200b\xa0", "Share on Facebook\n12 comments\n", "----"])
@pytest.mark.parametrize("suffix", [".txt", ".text", ".md", ".markdown", ".html", ".htm"])
def test_a_file_without_a_word_of_an_article_is_refused(text: str, suffix: str) -> None:
    with pytest.raises(EmptyArticle):
        read(text.encode(), f"a{suffix}")


def test_unseen_characters_leave_and_quotes_stay() -> None:
    long = " ".join([SECOND] * 3)
    article = read(f"“So it\u00a0is,” she sa\u00adid\u200b\x07 twice. Cafe\u0301.\n{long}".encode(), "a.txt")
    assert article.text.startswith("“So it is,” she said twice. Café.\n\n")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "pier.TXT"
    path.write_text(FIRST)
    assert read_file(path).path == str(path.absolute())
    assert read_file(path).text == read(path.read_bytes(), path.name).text == FIRST
    with pytest.raises(TooLarge, match=r"pier\.TXT"):
        read_file(path, limit=10)
    with pytest.raises(Unreadable, match="no such file"):
        read_file(tmp_path / "gone.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(Unreadable, match="not a file"):
        read_file(tmp_path / "folder.txt")
    with pytest.raises(UnsupportedFormat, match=r"a\.xlsx"):
        read_file(tmp_path / "a.xlsx")
    with pytest.raises(UnsupportedFormat):
        read(b"text", "README")
    with pytest.raises(TooLarge):
        read(b"a" * (MAX_BYTES + 1), "a.txt")


def test_a_file_too_large_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.txt"
    with path.open("wb") as file:
        file.truncate(1024**4)  # a terabyte of nothing: reading it would fail
    with pytest.raises(TooLarge):
        read_file(path)


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        (f"Pier reopens\n\n{FIRST}", "Pier reopens", FIRST),
        (f"Who pays for the pier?\n{FIRST}\n{SECOND}", "Who pays for the pier?", f"{FIRST}\n\n{SECOND}"),
        (f"Pier reopens\nBy Jane Doe\n{FIRST}", "Pier reopens", FIRST),
        (f"Title: Pier reopens\n{FIRST}", "Pier reopens", FIRST),
        (f"New York CNN Business —\n{FIRST}", FIRST[:77].rsplit(" ", 1)[0] + "…", FIRST),
        (f"Special to the Harbour Daily\n{FIRST}", FIRST[:77].rsplit(" ", 1)[0] + "…", FIRST),
        (f"It opened May 3. Ann Lee came\n{FIRST}", "It opened May 3.", f"It opened May 3. Ann Lee came\n\n{FIRST}"),
        *(
            (f"{remnant}\n{FIRST}", FIRST[:77].rsplit(" ", 1)[0] + "…", f"{remnant}\n\n{FIRST}")
            for remnant in (
                "Jane Doe and John Roe",
                "Oslo, Norway —",
                "Oct. 21",
                "Staff and wire reports",
                "Jane Doe\n\nHarbour News",
            )
        ),
        (f"It is open. {FIRST}", "It is open.", f"It is open. {FIRST}"),
        (f"Dr. Lee of the U.S. Navy left. {FIRST}", "Dr. Lee of the U.S. Navy left.", None),
        (FIRST, "The harbour council voted on Monday to reopen the northern pier after three…", FIRST),
        ("Pier reopens", "Pier reopens", "Pier reopens"),
        ("x" * 300, "x" * 79 + "…", "x" * 300),
        ("- one\n- two\n- three", "- one", "- one\n- two\n- three"),
    ],
)
def test_titles_of_plain_text(text: str, title: str, body: str | None) -> None:
    article = read(text.encode(), "a.txt")
    assert (article.title, article.text) == (title, body or text)


MARKDOWN = f"""---
title: "Pier: reopened"
authors: [Jane Doe, {{name: John Roe}}]
date: 2023-06-19T23:10:00+02:00
site: Harbour Daily
canonical: https://harbour.example/pier
---
# Pier: reopened

{FIRST.replace("council", "**council**").replace("Monday", "[Monday](https://x.example)")}
*The sentence goes on here.*

![A pier](pier.png)

## Costs

- four million
- nine million

1. piles
2. planks

> A quoted sentence.

```
tide = 4
```

<div>Some <b>raw</b> words.</div>

Read also: [Another story](other.md)
"""


def test_markdown_becomes_plain_text_and_its_front_matter_facts() -> None:
    article = read(MARKDOWN.encode(), "a.md")
    assert (article.title, article.author, article.source) == ("Pier: reopened", "Jane Doe, John Roe", "Harbour Daily")
    assert (article.url, article.published) == ("https://harbour.example/pier", date(2023, 6, 19))
    assert article.text.split("\n\n") == [
        f"{FIRST} The sentence goes on here.",
        "Costs",
        "- four million\n- nine million\n1. piles\n2. planks",
        "A quoted sentence.",
        "tide = 4",
        "Some raw words.",
    ]


def test_markdown_without_front_matter_is_titled_by_its_heading() -> None:
    article = read(f"# Pier *reopens*\n\nBy Jane Doe\nPhoto: Reuters\n\n{FIRST}\n".encode(), "a.markdown")
    assert (article.title, article.author, article.text) == ("Pier reopens", "Jane Doe", FIRST)


@pytest.mark.parametrize(
    "front", ["title: [open", "- a\n- list", "\tx: y", "{" * 3000, "a: &a [*a]", "title: 2023-02-30"]
)
def test_broken_front_matter_loses_no_article(front: str) -> None:
    assert FIRST in read(f"---\n{front}\n---\n\n{FIRST}\n\n{SECOND}\n".encode(), "a.md").text


HEAD = """<title>Pier reopens | Harbour Daily</title><meta property="og:site_name" content="Harbour Daily">
<meta name="author" content="Jane Doe"><meta property="article:published_time" content="2023-06-19T08:00:00+02:00">
<link rel="canonical" href="https://harbour.example/pier">"""


def test_html_gives_its_main_text_and_its_metadata() -> None:
    main = f"<h1>Pier reopens</h1><p>{FIRST}</p><h2>Costs</h2><p>{SECOND}</p>"
    body = f"<nav><a href='/'>Home</a></nav><article>{main}</article>"
    article = read(page(body, HEAD).encode(), "a.html")
    assert (article.title, article.author, article.source) == ("Pier reopens", "Jane Doe", "Harbour Daily")
    assert (article.url, article.published) == ("https://harbour.example/pier", date(2023, 6, 19))
    assert article.text == f"{FIRST}\n\nCosts\n\n{SECOND}"


def test_a_short_page_is_an_article_and_its_day_is_not_guessed_from_its_text() -> None:
    article = read(page("<div>The pier opened in 1995.</div>", "<title>Pier</title>").encode(), "a.htm")
    assert (article.title, article.text, article.published) == ("Pier", "The pier opened in 1995.", None)


def test_a_page_saved_as_text_is_read_as_a_page() -> None:
    assert read(page(f"<article><p>{FIRST}</p></article>").encode(), "a.txt").text == FIRST


@pytest.mark.parametrize(
    "tags", [("<div>", "</div>"), ("<b><i>", ""), ("<ul><li>", "</li></ul>"), ("<table><tr><td>", "")]
)
def test_a_page_nested_too_deeply_is_read_or_refused(tags: tuple[str, str]) -> None:
    for depth in (200, 20_000):
        try:
            assert read(page(tags[0] * depth + f"<p>{FIRST}</p>" + tags[1] * depth).encode(), "a.html").text
        except ReadingError as error:
            assert error.hint


def test_a_failure_of_the_parser_is_a_reading_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", too_deep)
    with pytest.raises(ReadingError, match="RecursionError"):
        read(page(FIRST).encode(), "a.html")


@pytest.mark.skipif(not SEED.exists(), reason="the starter article is not on this machine")
def test_the_starter_article() -> None:
    article = read_file(SEED)
    assert (article.author, article.source, article.published) == ("David Wyatt", "korrespondent", None)
    lines = [line.strip() for line in SEED.read_text().splitlines() if line.strip()]
    paragraphs = article.text.split("\n\n")
    gone = [line for line in lines if line not in paragraphs]
    assert [line.split()[0] for line in gone] == ["epaimages.com", "news", "Source:", "I"]
    assert paragraphs == [line for line in lines if line not in gone]
    assert sum(len(paragraph) < 25 for paragraph in paragraphs) == 3  # its subheadings
    assert article.title == lines[0].split(". ")[0] + "."
    assert read(article.text.encode(), "again.txt").id == article.id
