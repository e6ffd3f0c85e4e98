"""A word of a PDF stands on the page that it was printed on, from the file to the library."""

import re
import textwrap
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalogue import Catalogue, Checks, Database, Files
from index.paging import PageBreak, as_stored, kept_breaks
from index.parts import parts_of
from index.reading import read
from index.schema import Article, PageStart, ReadingError, text_id
from index.synchronise import Synchroniser
from index.web import Page
from tests.samples import FIRST, SECOND, THIRD, docx, packed, paragraph, pdf

LABELS = "0 << /S /r >> 1 << /S /D /St 217 >>"
LINES = [line for text in (f"{FIRST} {SECOND}", f"{THIRD} {FIRST}") for line in textwrap.wrap(text, 60)]
PAGES = [LINES[:2], LINES[2:5], LINES[5:]]
PAGED = pdf(PAGES)


# --- reading ------------------------------------------------------------------------------------------------------

# Lines that cleaning takes away, or takes away somewhere.
FURNITURE = ["Advertisement", "Reuters", "By Jane Doe", "19 June 2023", "Share this", "Related articles",
             "Read more: Tides", "Photo: Harbour", "12 comments", "Subscribe to our newsletter", "What it costs",
             "Pier reopens"]  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> list[list[str]]:
    """The lines of pages. Their words, or halves of words, each stand there once and begin with a q."""
    words = ("q" + "".join(letters) for letters in product("aeiou", repeat=5))
    pages = []
    for number in range(draw(st.integers(1, 6))):
        lines = ["HARBOUR DAILY"]
        for kind in draw(st.lists(st.sampled_from(["full", "broken", "ends", "short", "item", "caption", "other"]))):
            text = " ".join(next(words) for _ in range(3 if kind == "short" else 9))
            text = text.capitalize() if draw(st.booleans()) else text
            ends = {"broken": "-", "ends": ".", "caption": ". (AP Photo/Ann Lee)"}
            lines.append(f"• {text}" if kind == "item" else text + ends.get(kind, ""))
            if kind == "other":
                lines[-1] = draw(st.sampled_from(FURNITURE))
        pages.append([*lines, f"Page {number + 1}"] if draw(st.booleans()) else lines[1:])
    return pages


@given(documents())
def test_every_word_stands_on_the_page_it_was_printed_on(pages: list[list[str]]) -> None:
    story = [FIRST, SECOND, THIRD]
    article = read(pdf([*pages, story]), "a.pdf")
    found = [page.number for page in article.pages]
    starts = [page.start for page in article.pages]
    assert found == sorted(set(found)) and starts == sorted(set(starts)) and starts[0] == 0
    text = article.text.casefold()
    for number, lines in enumerate(pages, 1):
        kept = [text.index(word) for word in re.findall("q[aeiou]{5}", " ".join(lines).casefold()) if word in text]
        assert {page.number for place in kept if (page := article.page_at(place))} <= {number}
        assert not kept or number in found
    for page in article.pages:
        assert not article.text[page.start].isspace() and page.label == str(page.number)
        if page.number <= len(pages):  # the first words of the page that were kept
            line = article.text[page.start :].split("\n")[0].split(" (AP")[0]
            assert line.split()[0].rstrip(".") in " ".join(pages[page.number - 1])


def test_pages_are_called_as_the_document_calls_them() -> None:
    article = read(pdf(PAGES, labels=LABELS), "a.pdf")
    assert [(page.number, page.label) for page in article.pages] == [(1, "i"), (2, "217"), (3, "218")]
    for labels in ("0 << /P (  ) >>", f"0 << /S /D /P ({'long ' * 9}) >>", "0 << /S /Q >>", "[ 7", "0 12 true /x"):
        assert [page.label for page in read(pdf(PAGES, labels=labels), "a.pdf").pages] == ["1", "2", "3"]


TOKENS = """
    0 1 -1 1.5 999999999999 << >> /S /D /r /A /St /P (a) [ ] null true 7 0 R
""".split()


@given(st.lists(st.sampled_from([*TOKENS, f"({'x' * 999})"]), max_size=12))
def test_whatever_a_document_says_of_its_labels_each_page_has_one(tokens: list[str]) -> None:
    try:
        pages = read(pdf(PAGES, labels=" ".join(tokens)), "a.pdf").pages
    except ReadingError:
        return
    assert [page.number for page in pages] == [1, 2, 3]
    assert all(0 < len(page.label) <= 20 and page.label.isprintable() for page in pages)


def test_only_documents_of_pages_have_pages_and_one_in_an_archive_has_them_too() -> None:
    (one, other) = (
        parts_of(packed({"a.pdf": PAGED, "b.docx": docx(paragraph(FIRST) + paragraph(SECOND))}), "a.zip") or ()
    )
    assert one.read().pages == read(PAGED, "a.pdf").pages != ()
    assert other.read().pages == ()
    assert Page("https://a.example/pier", PAGED, ".pdf").read().pages == read(PAGED, "a.pdf").pages


def test_a_page_of_which_nothing_is_kept_is_left_out() -> None:
    breaks = [PageBreak(0, 0, 1, "1"), PageBreak(1, 0, 2, "2"), PageBreak(1, 9, 3, "3"), PageBreak(2, 0, 4, "4")]
    assert [(page.number, page.paragraph, page.offset) for page in kept_breaks(breaks, [(0, "a"), (2, "b")])] == [
        (1, 0, 0),
        (4, 1, 0),
    ]
    cut_short = kept_breaks(breaks, [(1, "two words"), (2, "b")])
    assert [(page.number, page.paragraph, page.offset) for page in cut_short] == [(2, 0, 0), (4, 1, 0)]
    assert kept_breaks(breaks, []) == ()


@given(st.lists(st.text("ab", min_size=1), min_size=1), st.data())
def test_pages_begin_at_the_same_words_whatever_white_space_they_are_stored_with(
    words: list[str], drawn: st.DataObject
) -> None:
    spaces = st.sampled_from([" ", "\n\n", "  ", "\n"])
    one, other = ("".join(word + drawn.draw(spaces) for word in words).strip() for _ in range(2))
    starts = sorted(drawn.draw(st.sets(st.integers(0, len(words) - 1))))
    places = [[found.start() for found in re.finditer(r"\S+", text)] for text in (one, other)]
    pages = tuple(PageStart(places[0][start], start + 1, "") for start in starts)
    stored = Article(text_id(other), "", other)
    moved = as_stored(Article(text_id(one), "", one, pages=pages), stored)
    assert moved.text == other and [page.start for page in moved.pages] == [places[1][start] for start in starts]


# --- the library ----------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Synchroniser]:
    database = Database(tmp_path / "library.sqlite3")
    yield Synchroniser(Catalogue(database), Files(database))
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(PAGED)
    (folder / "many.zip").write_bytes(packed({"b.pdf": pdf([[FIRST], [THIRD]]), "c.txt": f"{SECOND} {THIRD}"}))
    return folder


def sync(library: Synchroniser, folder: Path) -> dict[str, str]:
    return {Path(outcome.name).name: outcome.kind for outcome in library.apply(library.plan(folder))}


def stored(library: Synchroniser) -> dict[str, list[str]]:
    """The words at the beginning of each page, by the name of the file."""
    articles = library.catalogue.by_id(row.id for row in library.catalogue.rows()).values()
    return {
        Path(article.path).name: [article.text[page.start :].split("\n")[0][:20] for page in article.pages]
        for article in articles
    }


EXPECTED = {"a.pdf": [line[0][:20] for line in PAGES], "b.pdf": [FIRST[:20], THIRD[:20]], "c.txt": []}


def test_pages_are_kept_with_their_article_and_go_with_it(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    assert stored(library) == EXPECTED
    (folder / "a.pdf").unlink()
    sync(library, folder)
    assert "a.pdf" not in stored(library)
    assert len(library.catalogue.database.read("SELECT * FROM page_starts")) == 2
    assert not Checks(library.catalogue.database).complaints()


def test_a_copy_of_the_library_has_the_pages_too(library: Synchroniser, folder: Path, tmp_path: Path) -> None:
    sync(library, folder)
    library.catalogue.database.copy_to(tmp_path / "copy.sqlite3")
    database = Database(tmp_path / "copy.sqlite3")
    assert stored(Synchroniser(Catalogue(database), Files(database))) == EXPECTED
    database.close()


def test_an_edited_document_has_its_own_pages(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    (folder / "a.pdf").write_bytes(pdf([[FIRST], [SECOND]]))
    assert sync(library, folder)["a.pdf"] == "replaced"
    assert stored(library) == {**EXPECTED, "a.pdf": [FIRST[:20], SECOND[:20]]}


def test_an_article_that_was_taken_out_comes_back_with_its_pages(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    for row in library.catalogue.rows():
        article = library.catalogue.article(row.id)
        library.remove(row.id)
        assert article and library.put_back(article).kind == "added"
    assert stored(library) == EXPECTED


def test_the_pages_are_those_of_the_file_an_article_lies_in(library: Synchroniser, tmp_path: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    nameless = pdf([[FIRST, ""], [SECOND]]).replace(b"(Pier reopens)", b"()").replace(b"(Jane Doe)", b"()")
    (folder / "1.pdf").write_bytes(nameless)
    sync(library, folder)
    (article,) = library.catalogue.by_id(row.id for row in library.catalogue.rows()).values()
    (folder / "2.txt").write_text(f"{FIRST}\n{SECOND}\n")
    sync(library, folder)
    assert list(library.catalogue.by_id([article.id]).values()) == [article]  # its PDF is still there
    (folder / "1.pdf").unlink()
    sync(library, folder)
    assert stored(library) == {"2.txt": []}


def test_an_upload_of_the_same_document_brings_its_pages(library: Synchroniser) -> None:
    article = read(PAGED, "a.pdf")
    library.add_text(article.title, f"{article.text}  ", author=article.author)
    (row,) = library.catalogue.rows()
    assert stored(library) == {"": []}
    assert library.add_bytes(PAGED, "a.pdf").kind == "unchanged"
    found = library.catalogue.article(row.id)
    assert found is not None and found.pages == article.pages


def test_a_library_of_an_earlier_version_reads_its_documents_once_more(library: Synchroniser, folder: Path) -> None:
    (folder / "gone.pdf").write_bytes(pdf([[THIRD, SECOND]]))
    sync(library, folder)
    (gone,) = (row.id for row in library.catalogue.rows() if row.path.endswith("gone.pdf"))
    library.remove(gone)
    database = library.catalogue.database
    with database.transaction() as connection:
        connection.execute("DROP TABLE page_starts")
        connection.execute("PRAGMA user_version = 8")
    database.close()
    database = Database(database.path)
    library = Synchroniser(Catalogue(database), Files(database))
    assert stored(library) == {name: [] for name in EXPECTED}
    assert set(sync(library, folder).values()) == {"unchanged"}
    assert stored(library) == EXPECTED  # and what was taken out by hand stays out
    assert library.plan(folder).unchanged == 3
    database.close()
