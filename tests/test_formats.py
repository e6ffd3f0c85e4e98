"""Every kind of file: the same article comes out of each, with what the file states of it."""

import io
import json
import textwrap
from datetime import date

import pytest
from pypdf import PdfWriter

from index.parts import parts_of
from index.reading import READERS, SUFFIXES, read
from index.schema import EmptyArticle, NotText, ReadingError, Unreadable, UnsupportedFormat
from tests.samples import (
    COLLECTIONS,
    DOCX,
    EML,
    EPUB,
    FIRST,
    JSON,
    MHTML,
    PAGE,
    PDF,
    RTF,
    SAMPLES,
    SECOND,
    TEXT,
    THIRD,
    docx,
    packed,
    paragraph,
    pdf,
)


@pytest.mark.parametrize("suffix", sorted(SAMPLES))
def test_the_same_article_comes_out_of_every_kind(suffix: str) -> None:
    text = read(SAMPLES[suffix], f"a{suffix}").text
    assert f"{FIRST}\n\n{SECOND}\n\n" in text and THIRD in text


def test_every_kind_has_a_sample() -> None:
    same = {".text": ".txt", ".markdown": ".md", ".htm": ".html", ".xhtml": ".html", ".mht": ".mhtml"}
    assert {same.get(suffix, suffix) for suffix in READERS} == set(SAMPLES)
    assert SUFFIXES - set(READERS) == {*COLLECTIONS, ".ndjson", ".tsv"}


def test_word_reads_as_with_all_changes_accepted() -> None:
    article = read(DOCX, "a.docx")
    assert (article.title, article.author, article.published) == ("Pier reopens", "Jane Doe", None)
    assert article.text.split("\n\n")[2:] == [THIRD, "Costs rose", "Piles | two million"]


def test_a_word_document_without_a_title_is_titled_by_its_properties() -> None:
    assert read(docx(paragraph(FIRST) + paragraph(SECOND), title="The pier"), "a.docx").title == "The pier"


def test_a_book_is_one_article() -> None:
    article = read(EPUB, "a.epub")
    assert (article.title, article.author, article.source) == ("The pier", "Jane Doe, John Roe", "Harbour Press")
    assert article.published == date(2023, 6, 19)
    assert article.text.index(FIRST) < article.text.index("The second chapter")


def test_rich_text() -> None:
    article = read(RTF, "a.rtf")
    assert (article.title, article.author) == ("Pier reopens", "Jane Doe")
    assert article.text == f"{FIRST}\n\n{SECOND}\n\n“Café” – Пирс {THIRD} 🚀"


def test_a_mail_is_titled_by_its_subject_and_of_the_day_it_was_sent() -> None:
    article = read(EML, "a.eml")
    assert (article.title, article.source) == ("Pier reopens – at last", "Harbour Daily")
    assert (article.author, article.published) == ("", date(2023, 6, 19)) and TEXT in article.text
    plain = EML.replace(b"See the web version.", TEXT.encode()).replace(b"Harbour Daily <news", b"Jane Doe <j.doe")
    assert read(plain, "a.eml").author == "Jane Doe"


def test_a_saved_page_keeps_its_address_and_not_the_day_of_saving() -> None:
    article = read(MHTML, "a.mhtml")
    assert (article.title, article.url, article.published) == ("Pier reopens", "https://harbour.example/pier", None)


def test_a_record() -> None:
    article = read(JSON, "a.json")
    assert (article.title, article.author, article.source) == ("Pier reopens", "Jane Doe", "Harbour Daily")
    assert (article.url, article.published) == ("https://harbour.example/pier", date(2023, 6, 19))
    marked_up = {"title": "Pier", "body": f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"}
    assert read(json.dumps(marked_up).encode(), "a.json").text == TEXT
    with pytest.raises(EmptyArticle, match="no text"):
        read(b'{"title": "Pier"}', "a.json")
    with pytest.raises(NotText, match="broken JSON"):
        read(b'{"title": ', "a.json")


STORY = [f"{FIRST} {SECOND} {THIRD}", f"{THIRD} {FIRST} {SECOND} {THIRD}", f"{SECOND} {FIRST}"]


def test_lines_of_a_pdf_become_paragraphs_over_pages_without_what_every_page_repeats() -> None:
    lines = [line for text in STORY for line in textwrap.wrap(text, 70)]
    pages = [
        ["HARBOUR DAILY", *lines[n : n + 4], f"Page {1 + n // 4} of 4", "19 June"] for n in range(0, len(lines), 4)
    ]
    article = read(pdf(pages), "a.pdf")
    assert article.text.split("\n\n") == STORY
    assert (article.title, article.author, article.published) == ("Pier reopens", "Jane Doe", None)


def test_hyphens_at_the_ends_of_lines_are_undone_but_for_those_that_are_written() -> None:
    lines = [
        "The govern-",
        "ment of the well-known harbour town met on Monday for its first ses-",
        "sion in the new hall, and the well-",
        "known pier was the first of the matters that it had to speak of, as",
        "Jean-",
        "Paul said. It was late.",
    ]
    text = read(pdf([lines]), "a.pdf").text
    assert "government of" in text and "first session" in text
    assert "the well-known pier" in text and "Jean-Paul said" in text


def test_a_heading_of_a_pdf_stays_alone() -> None:
    lines = [*textwrap.wrap(STORY[0], 70), "What it costs", *textwrap.wrap(STORY[1], 70)]
    assert read(pdf([lines]), "a.pdf").text.split("\n\n") == [STORY[0], "What it costs", STORY[1]]


def test_a_pdf_of_pictures_and_one_behind_a_password_are_told() -> None:
    with pytest.raises(EmptyArticle, match="pictures"):
        read(pdf([[], []]), "a.pdf")
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(Unreadable, match="password"):
        read(out.getvalue(), "a.pdf")
    assert read(PDF.replace(b"(Pier reopens)", b"(Microsoft Word - pier.doc)"), "a.pdf").title.startswith("The harbour")


def articles(data: bytes, name: str) -> dict[str, str]:
    """What the parts of a file hold: text or what went wrong, by key."""
    found = {}
    for part in parts_of(data, name) or ():
        try:
            found[part.key] = part.read().text
        except ReadingError as error:
            assert name in str(error) and error.hint
            found[part.key] = str(error)
    return found


@pytest.mark.parametrize("suffix", sorted(COLLECTIONS))
def test_a_collection_is_read_part_by_part(suffix: str) -> None:
    found = articles(COLLECTIONS[suffix], f"a{suffix}")
    assert len(found) == (3 if suffix == ".zip" else 2)
    assert all(SECOND in text for text in found.values())


def test_an_archive_keeps_its_names_and_leaves_out_what_is_hidden_or_of_other_kinds() -> None:
    files = {"a.txt": TEXT, "below/b.csv": COLLECTIONS[".csv"], "inner.zip": COLLECTIONS[".zip"], "broken.json": "{"}
    files |= dict.fromkeys((".hidden.txt", "__MACOSX/a.txt", "c.png"), TEXT)
    found = articles(packed(files), "a.zip")
    rows = sorted(key for key in found if key.startswith("below/b.csv/"))
    assert sorted(found) == sorted(["a.txt", *rows, "inner.zip", "broken.json"]) and len(rows) == 2
    assert "within another file" in found["inner.zip"] and "a.zip/broken.json" in found["broken.json"]
    with pytest.raises(UnsupportedFormat):
        read(COLLECTIONS[".zip"], "a.zip")


def test_a_file_of_one_article_has_no_parts() -> None:
    for suffix, data in SAMPLES.items():
        assert parts_of(data, f"a{suffix}") is None


@pytest.mark.parametrize(
    "shape", [[{"text": TEXT}], {"articles": [{"text": TEXT}]}, {"status": "ok", "data": [{"text": TEXT}]}]
)
def test_a_list_of_records_is_a_collection(shape: object) -> None:
    assert list(articles(json.dumps(shape).encode(), "a.json").values()) == [TEXT]


def test_a_record_that_stands_twice_is_one_and_keeps_its_key_wherever_it_stands() -> None:
    other = JSON.replace(b"Monday", b"Tuesday")
    first, second = (
        articles(JSON + b"\n" + other, "a.jsonl"),
        articles(other + b"\n\n" + JSON + b"\n" + JSON, "a.jsonl"),
    )
    assert first == second and len(first) == 2


def test_a_bad_line_is_told_by_its_number() -> None:
    found = articles(JSON + b"\n{broken\n", "a.jsonl")
    assert [text for text in found.values() if "a.jsonl, line 2" in text]


@pytest.mark.parametrize(("separator", "encoding"), [(";", "cp1252"), ("\t", "utf-16"), (",", "utf-8-sig")])
def test_tables_of_other_makes(separator: str, encoding: str) -> None:
    text = f"{FIRST} It was Zoë’s idea."
    table = f'Title{separator}Body{separator}Source\nPier{separator}"{text}"{separator}The Courier\n'
    (part,) = parts_of(table.encode(encoding), "a.csv") or ()
    article = part.read()
    assert (article.title, article.text, article.source) == ("Pier", text, "The Courier")


@pytest.mark.parametrize("after", ['Quay,"{0} Later.",The Echo\n', "Quay,{0} Later.,The Echo\n"])
def test_a_quotation_mark_that_is_never_closed_is_told_with_its_row(after: str) -> None:
    text = FIRST.replace(",", "")
    table = f'Title,Body,Source\nMill,"{text}\n\n{text}, too, and on.",The Sun\nPier,"{text},The Courier\n'
    first, second, *others = parts_of((table + after.format(text)).encode(), "a.csv") or ()
    assert first.read().title == "Mill"
    with pytest.raises(NotText, match=r"“a\.csv, row 3” opens a quotation mark that is never closed"):
        second.read()
    assert not others


def test_a_mark_within_quotation_marks_takes_nothing_away() -> None:
    table = f'Title,Body,Source\nPier,"He said "no" to it. {FIRST}",The Courier\n'
    (part,) = parts_of(table.encode(), "a.csv") or ()
    assert FIRST in part.read().text


def test_a_table_without_texts_is_told() -> None:
    with pytest.raises(EmptyArticle, match="no column of texts"):
        list(parts_of(b"name,price\nfish,3\n", "a.csv") or ())


def test_a_page_under_a_text_files_name_is_read_as_a_page() -> None:
    assert read(PAGE.encode("utf-16"), "a.txt").text == TEXT
