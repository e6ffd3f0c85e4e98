"""Small files of every kind, as the programs that write them would."""

import io
import json
import textwrap
import zipfile
from collections.abc import Iterable, Mapping, Sequence

FIRST = "The harbour council voted on Monday to reopen the northern pier after three winters of repairs."
SECOND = "Ferries will call there twice a day from the first week of May, the port office said in a statement."
THIRD = "Fishermen who had moved to the southern quay are to come back before the summer, if they want to."
TEXT = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
PAGE = (
    "<!doctype html><html><head><title>Pier reopens</title></head><body><article><h1>Pier reopens</h1>"
    f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></article></body></html>"
)


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>Jane Doe</dc:creator>'
    "</cp:coreProperties>"
)


def docx(body: str, *, title: str = "Pier reopens", head: str = "") -> bytes:
    """A Word document of these `w:` elements."""
    document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    files = {"[Content_Types].xml": types, "word/document.xml": document, "docProps/core.xml": CORE.format(title=title)}
    return packed(files)


def paragraph(text: str, style: str = "") -> str:
    """One paragraph of a Word document, its first word in a run of its own."""
    first, _, rest = text.partition(" ")
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t>{first}</w:t></w:r><w:r><w:t xml:space="preserve"> {rest}</w:t></w:r></w:p>'


def epub(pages: Mapping[str, str], *, extra: Mapping[str, str] | None = None) -> bytes:
    """A book of these pages."""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    )
    items = "".join(f'<item id="i{n}" href="{name}"/>' for n, name in enumerate(pages))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>The pier</dc:title><dc:creator>Jane Doe</dc:creator><dc:creator>John Roe</dc:creator>"
        "<dc:publisher>Harbour Press</dc:publisher><dc:date>2023-06-19</dc:date></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    held = {f"OEBPS/{name}": page for name, page in pages.items()}
    return packed({"META-INF/container.xml": container, "OEBPS/content.opf": package, **held, **(extra or {})})


def pdf(pages: Iterable[Sequence[str]], *, commands: str = "", form: str = "", labels: str = "") -> bytes:
    """A document with these lines on its pages, each after these commands, which may draw a form: /X Do.

    `labels` are the numbers of a tree of labels: `0 << /S /r >> 4 << /S /D >>`.
    """
    objects: list[str] = [
        f"<< /Type /Catalog /Pages 2 0 R {f'/PageLabels << /Nums [{labels}] >>' if labels else ''} >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Title (Pier reopens) /Author (Jane Doe) /CreationDate (D:20240101000000Z) >>",
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9]"
        f" /Resources << /Font << /F1 3 0 R >> >> /Length {len(form)} >>\nstream\n{form}\nendstream",
    ]
    kids, escapes = [], {ord(sign): f"\\{sign}" for sign in "()\\"}
    for lines in pages:
        shown = "".join(f"({line.translate(escapes)}) Tj T*\n" for line in lines)
        drawn = f"{commands} BT /F1 11 Tf 14 TL 72 770 Td\n{shown}ET"
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources"
            " << /Font << /F1 3 0 R >> /XObject << /X 5 0 R >> >>"
            f" /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, held in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{held}\nendobj\n".encode("cp1252")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


EML = (
    "From: Harbour Daily <news@harbour.example>\r\nTo: you@example.org\r\n"
    "Subject: =?utf-8?q?Pier_reopens_=E2=80=93_at_last?=\r\n"
    "Date: Mon, 19 Jun 2023 08:00:00 +0200\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the web version.\r\n"
    f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}\r\n--b--\r\n"
).encode()
MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://harbour.example/pier\r\nSubject: Pier reopens\r\n"
    "Date: Mon, 19 Jun 2023 08:00:00 +0200\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    f"Content-Location: https://harbour.example/pier\r\n\r\n{PAGE.replace('=', '=3D')}\r\n"
    "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
).encode()
RTF = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Times;}{\f1\fnil\fcharset204 Times CYR;}}"
    r"{\colortbl;\red0\green0\blue0;}{\info{\title Pier reopens}{\author Jane Doe}}{\*\generator Editor;}"
    rf"\pard\f0 {FIRST}\par {{\b {SECOND}}}\par \ldblquote Caf\'e9\rdblquote  \u8211? {{\f1 \'cf\'e8\'f0\'f1}}"
    rf" {{\field{{\*\fldinst{{HYPERLINK https://a.example}}}}{{\fldrslt {THIRD}}}}} \u55357?\u56960?\par}}"
).encode()
RECORD = {
    "Headline": "Pier reopens",
    "content": TEXT,
    "byline": "Jane Doe",
    "publisher": {"name": "Harbour Daily"},
    "published_at": "2023-06-19T08:00:00Z",
    "link": "https://harbour.example/pier",
}
JSON = json.dumps(RECORD).encode()
WORD_BODY = (
    paragraph("Pier reopens", "Title")
    + paragraph(FIRST)
    + paragraph(SECOND)
    + paragraph(THIRD)
    + "<w:p><w:r><w:t>Costs</w:t></w:r><w:del><w:r><w:delText>never</w:delText></w:r></w:del>"
    + "<w:ins><w:r><w:t> rose</w:t></w:r></w:ins></w:p>"
    + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Piles</w:t></w:r></w:p></w:tc>"
    + "<w:tc><w:p><w:r><w:t>two million</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)
DOCX = docx(WORD_BODY)
XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"'
    ' "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">'
)
EPUB = epub(
    {
        "one.xhtml": PAGE.replace("<!doctype html><html>", XHTML),
        "two.xhtml": PAGE.replace(
            FIRST, "The second chapter tells of the tides and of those who watch them all night."
        ),
    }
)
PDF = pdf([[line for text in (FIRST, SECOND, THIRD) for line in textwrap.wrap(text, 60)]])
SAMPLES = {
    ".txt": TEXT.encode(), ".md": TEXT.encode(), ".html": PAGE.encode(), ".mhtml": MHTML, ".eml": EML, ".pdf": PDF,
    ".docx": DOCX, ".epub": EPUB, ".rtf": RTF, ".json": JSON,
}  # fmt: skip
COLLECTIONS = {
    ".zip": packed({"a.txt": TEXT, "below/b.html": PAGE.replace("Monday", "Tuesday"), "c.docx": DOCX}),
    ".jsonl": b"\n".join([JSON, JSON.replace(b"Monday", b"Tuesday"), b""]),
    ".csv": f'headline,text,date\nPier reopens,"{TEXT}",2023-06-19\nAgain,"{SECOND}",\n'.encode(),
}


WITHOUT_BESIDE = (
    "DROP TRIGGER passages_withdraw",
    "DROP INDEX passages_beside",
    "ALTER TABLE passages DROP COLUMN beside_hash",
    "CREATE TRIGGER passages_withdraw AFTER DELETE ON passages WHEN old.collected_hash IS NOT NULL"
    " BEGIN INSERT OR IGNORE INTO withdrawn VALUES (old.id); END",
)
"""Makes the passages of a library what they were before version 7."""
