"""Files made to do harm, cut off or empty: each is refused with one sentence, in bounded time and memory."""

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.formats import archive, pdf
from index.parts import Part, parts_of
from index.reading import MAX_COLLECTION_BYTES, load
from index.schema import AssistantError, EmptyArticle, NotText, ReadingError, TooLarge, Unreadable, UnsupportedFormat
from tests.samples import COLLECTIONS, FIRST, PDF, SAMPLES, SECOND, docx, epub, packed, paragraph
from tests.samples import pdf as made_pdf

ENTITIES = (
    '<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
KINDS = {**SAMPLES, **COLLECTIONS}


def everything(data: bytes, name: str) -> list[str]:
    """The texts in a file; what goes wrong with one of many stops none."""
    texts, troubles = [], []
    parts = parts_of(data, name)
    for part in parts if parts is not None else [Part("", name, data=data)]:
        try:
            texts.append(part.read().text)
        except ReadingError as error:
            troubles.append(error)
    if troubles and not texts:
        raise troubles[0]
    return texts


def refusal(data: bytes, name: str, leaf: type[ReadingError], words: str) -> None:
    began = time.monotonic()
    with pytest.raises(leaf, match=words) as refused:
        everything(data, name)
    sentence = str(refused.value)
    assert refused.value.hint and sentence.endswith(".") and "\n" not in sentence and type(refused.value) is leaf
    assert time.monotonic() - began < 20


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened, opened.open("a.txt", "w") as file:
        for _ in range(size // 1024**2):
            file.write(bytes(1024**2))
    return out.getvalue()


def test_a_zip_bomb() -> None:
    data = bomb(64 * 1024**2)
    assert len(data) < 100_000
    refusal(data, "a.zip", TooLarge, "far more than it weighs")
    for suffix in (".docx", ".epub"):
        refusal(data, f"a{suffix}", TooLarge, "far more than it weighs")


def test_a_zip_bomb_of_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 1_000_000)
    refusal(packed({f"{n}.txt": FIRST * 200 for n in range(100)}), "a.zip", TooLarge, "unpacks to more than")
    monkeypatch.setattr(archive, "MAX_ENTRIES", 50)
    refusal(packed({f"{n}.txt": "" for n in range(100)}), "a.zip", TooLarge, "more than 50 files")


def test_a_size_that_is_understated_is_not_exceeded() -> None:
    data = bytearray(packed({"a.txt": FIRST * 1000}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    refusal(bytes(data), "a.zip", Unreadable, "damaged")


def test_an_archive_in_an_archive() -> None:
    refusal(packed({"b.zip": packed({"a.txt": FIRST})}), "a.zip", UnsupportedFormat, "within another file")


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "below/../../a.txt", "C:\\a.txt", "..\\a.txt"])
def test_an_archive_with_names_outside_of_it(name: str) -> None:
    refusal(packed({"fine.txt": FIRST, name: FIRST}), "a.zip", Unreadable, "outside of its folder")


def test_an_archive_packed_in_an_unusual_way_or_encrypted() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("a.txt", FIRST)
    refusal(out.getvalue(), "a.zip", Unreadable, "unusual way")
    data = bytearray(packed({"a.txt": FIRST}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    refusal(bytes(data), "a.zip", Unreadable, "encrypted")


def test_xml_that_multiplies_itself() -> None:
    refusal(docx(f"<w:p><w:r><w:t>{FIRST} &i;</w:t></w:r></w:p>", head=ENTITIES), "a.docx", NotText, "entities|broken")
    container = f"{ENTITIES}<container>&i;</container>"
    refusal(epub({}, extra={"META-INF/container.xml": container}), "a.epub", NotText, "entities|broken")
    external = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    refusal(docx(paragraph(f"{FIRST} &x;"), head=external), "a.docx", NotText, "entities")


def test_a_book_whose_pages_multiply_themselves() -> None:
    page = f"{ENTITIES}<html><body><p>{FIRST} &i;</p></body></html>"
    refusal(epub({"one.xhtml": page}), "a.epub", EmptyArticle, "no text")


def test_a_word_document_nested_deeply() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 80
    assert everything(docx(deep + paragraph(FIRST) + "</w:tc></w:tr></w:tbl>" * 80), "a.docx") == [FIRST]
    refusal(docx("<w:sdt>" * 5_000 + "</w:sdt>" * 5_000), "a.docx", NotText, "broken XML")


def test_a_pdf_of_ten_thousand_pages() -> None:
    refusal(made_pdf([[FIRST]] * 10_000), "a.pdf", TooLarge, "10,000 pages")


def test_a_pdf_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal(made_pdf([["word"] * 300_000]), "a.pdf", TooLarge, "large drawing")
    monkeypatch.setattr(pdf, "MAX_SECONDS", -1.0)
    refusal(PDF, "a.pdf", TooLarge, "longer than")


def test_a_pdf_whose_page_draws_forms_that_draw_forms_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.5)
    data = made_pdf([[FIRST]], commands="/X Do " * 1000, form="BT /F1 11 Tf 14 TL " + "(a) Tj T* " * 5000 + "ET")
    refusal(data, "a.pdf", TooLarge, "longer than")


def test_a_book_of_thousands_of_pages() -> None:
    refusal(epub({f"{number}.xhtml": "<p>a</p>" for number in range(2001)}), "a.epub", TooLarge, "2,001 pages")


def test_a_pdf_that_refers_to_itself() -> None:
    loop = PDF.replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    assert loop != PDF
    with pytest.raises(ReadingError):
        everything(loop, "a.pdf")


def test_a_page_of_a_hundred_megabytes_is_never_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(100 * 1024**2)
    with pytest.raises(TooLarge, match=r"a\.html"):
        load(path)
    refusal(b"<p>" + bytes(100 * 1024**2), "a.html", TooLarge, "bytes")


@pytest.mark.parametrize("tags", ["<div>", "<b>a</b>", "<table><tr><td>", "<a href=x>y</a>"])
def test_a_page_of_millions_of_tags(tags: str) -> None:
    refusal(b"<html>" + tags.encode() * (4_000_000 // len(tags)), "a.html", TooLarge, "too many tags")


def test_a_paragraph_that_holds_thousands_of_others_takes_no_longer_than_they_do() -> None:
    others = "".join(f"<p>{SECOND} {number}" for number in range(20_000))
    page = f"<html><body><article><p>{FIRST} <unknown>{others}</article></body></html>".encode()
    began = time.process_time()
    (text,) = everything(page, "a.html")
    assert text.startswith(FIRST) and text.count(SECOND) == 20_000
    assert time.process_time() - began < 20


def test_markdown_of_millions_of_signs() -> None:
    refusal(b"[\n" * 3_000_000, "a.md", TooLarge, "signs of Markdown")


def test_a_tag_of_a_hundred_thousand_attributes_costs_nothing() -> None:
    began = time.monotonic()
    attributes = " ".join(f"a{number}=1" for number in range(100_000))
    assert everything(f"<html><body><p {attributes}>{FIRST}</p></body></html>".encode(), "a.html") == [FIRST]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_a_name_with_line_ends_stays_one_sentence(suffix: str) -> None:
    with pytest.raises(ReadingError) as refused:
        everything(b"", f"a\nb\x1b[31m\u2028c{suffix}")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("data", [
    b'title,text\nPier,"' + b"a" * 50_000_000,
    b'title,text\nPier,"' + b"a\n" * 20_000_000,
    b"title,text\nPier," + b"," * 50_000_000,
    b'title,text\nPier,"' + b'""","' * 5_000_000,
])  # fmt: skip
def test_a_table_with_a_field_or_a_row_without_end(data: bytes) -> None:
    refusal(data, "a.csv", TooLarge, "field|line|row")


def test_a_table_and_an_archive_beyond_the_limit() -> None:
    for name in ("a.csv", "a.zip", "a.jsonl"):
        refusal(bytes(MAX_COLLECTION_BYTES + 1), name, TooLarge, "bytes")


def test_records_nested_deeply_or_without_end() -> None:
    refusal(b"[" * 1_000_000, "a.json", NotText, "broken JSON")
    refusal(b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "a.json", NotText, "broken JSON")
    refusal(b'{"text": "' + b"a" * 10_000_000, "a.jsonl", TooLarge, "a line of more than")


def test_rich_text_nested_deeply() -> None:
    refusal(b"{\\rtf1" + b"{" * 2_000_000, "a.rtf", EmptyArticle, "no text")
    field = b'{\\field{\\*\\fldinst{HYPERLINK "a"'
    assert everything(b"{\\rtf1 " + FIRST.encode() + field * 30_000, "a.rtf") == [FIRST]


def test_a_mail_of_thousands_of_parts_or_with_a_header_without_end() -> None:
    head = b"MIME-Version: 1.0\r\n"
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5000))
    refusal(head + nested, "a.eml", TooLarge, "parts")
    for long in (b"Subject: " + b"=?utf-8?q?a?= " * 500_000, b"a: b\rContent-Type: text/plain" + b"; a=b" * 500_000):
        refusal(long + b"\n\n" + FIRST.encode(), "a.eml", TooLarge, "header")
    with pytest.raises(ReadingError):
        everything(head + b"".join(nested.partition(b"--1900")[:1]), "a.eml")


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_an_empty_file(suffix: str) -> None:
    try:
        assert everything(b"", f"a{suffix}") == []
    except ReadingError as error:
        assert error.hint and f"a{suffix}" in str(error)


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes_or_refused(suffix: str) -> None:
    data = KINDS[suffix]
    for part in range(1, 12):
        try:
            everything(data[: len(data) * part // 12], f"a{suffix}")
        except ReadingError as error:
            assert error.hint and f"a{suffix}" in str(error), str(error)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_whatever_is_changed_in_a_file_only_reading_errors_come_out(suffix: str, drawn: st.DataObject) -> None:
    data = bytearray(KINDS[suffix])
    for _ in range(drawn.draw(st.integers(1, 6))):
        place = drawn.draw(st.integers(0, len(data)))
        length = drawn.draw(st.integers(0, 40))
        data[place : place + length] = drawn.draw(st.binary(max_size=40))
    only_reading_errors(bytes(data), suffix)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400), st.sampled_from(sorted(KINDS)), st.booleans())
def test_from_any_bytes_only_reading_errors_come_out(data: bytes, suffix: str, begun: bool) -> None:
    only_reading_errors(KINDS[suffix][:60] + data if begun else data, suffix)


# What stands within a zip is guarded by a checksum, which random changes never get past.
@settings(deadline=None, max_examples=150)
@given(st.sampled_from([".docx", ".epub"]), st.data())
def test_whatever_is_changed_within_an_archive_only_reading_errors_come_out(suffix: str, drawn: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(KINDS[suffix])) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    name = drawn.draw(st.sampled_from(sorted(files)))
    changed = bytearray(files[name])
    place = drawn.draw(st.integers(0, len(changed)))
    changed[place : place + drawn.draw(st.integers(0, 40))] = drawn.draw(st.binary(max_size=40))
    only_reading_errors(packed({**files, name: bytes(changed)}), suffix)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "title", "articles", "author", "name", "date", "url", "x"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(JSON_VALUES, st.sampled_from([".json", ".jsonl"]))
def test_from_any_json_only_reading_errors_come_out(value: object, suffix: str) -> None:
    only_reading_errors(json.dumps(value).encode(), suffix)


def only_reading_errors(data: bytes, suffix: str) -> None:
    try:
        assert all(everything(data, f"a{suffix}"))
    except AssistantError as error:
        assert isinstance(error, ReadingError) and type(error) is not ReadingError and error.hint
        assert str(error).isprintable() and "could not be read" not in str(error)  # an error that no reader foresaw
