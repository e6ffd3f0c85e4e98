"""PDF: the lines on its pages -> paragraphs, without what is printed on every page, and where in them pages begin."""

import logging
import re
import time
from collections import Counter
from io import BytesIO
from itertools import accumulate, pairwise
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from index.formats.text import END, ITEM, decoded, line_of, shown
from index.paging import PageBreak
from index.schema import EmptyArticle, ReadingError, TooLarge, Unreadable
from index.statements import Facts

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 1000
MAX_PAGE_BYTES = 3_000_000  # of drawing commands: some 5 s; a page of text has 10,000
MAX_SECONDS = 60.0  # for all pages

_LIMITS: dict[str, Any] = {
    "zlib_maximum_output_length": 10_000_000,
    "lzw_maximum_output_length": 10_000_000,
    "run_length_maximum_output_length": 10_000_000,
    "array_based_stream_maximum_output_length": 10_000_000,
    "brotli_maximum_output_length": 10_000_000,
    "stream_parsing_work_maximum_count": 1_000_000,
    "disable_legacy_handling": True,  # which puts its own limits back
}
"""What pypdf may unpack of one stream, and how many words of one it may go through; its own limits allow minutes."""

LONGEST_LABEL = (
    20  # characters of what a document calls a page; the longest that are in use, "Appendix A-12", have less
)

_MARGIN = 3  # lines at the top and the end of a page among which headers, footers and page numbers stand
_NUMBER = re.compile(r"\W*(?:page|seite|p\.)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|-|–)\s*\d{1,4})?\W*", re.I)
_HYPHEN = re.compile(r"[^\W\d_]{2}[-\u2010]$")
_NO_TITLE = re.compile(
    r"(?:\(?anonymous\)?|unknown|microsoft word|untitled|layout|document|print|https?:)(?:\b.*)?"
    r"|.*\.(?:docx?|pdf|indd|qxd|rtf)",
    re.I,
)


def read_pdf(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of all pages, where pages begin in them, and the title and author of the document's properties.

    The day it was made is no day of publication (a page printed later is made later): it is not taken.
    """
    from pypdf import PdfReader, apply_configuration  # 0.2 s

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of each small fault of a file
    if b"%PDF-" not in data[:1024]:
        raise Unreadable(f"“{shown(name)}” is no PDF.", "Get the file again; this copy is damaged.")
    try:
        with apply_configuration(**_LIMITS):
            document = PdfReader(BytesIO(data))
            _check(document, name)
            pages = _lines_of_pages(document, name)
            title, author = _properties(document)
            labels = _labels(document)
    except ReadingError:
        raise
    except Exception as error:  # the parser's own and Python's, on files that are damaged or made to do harm
        sentence = f"“{shown(name)}” is a damaged PDF ({type(error).__name__})."
        raise Unreadable(sentence, "Print it to PDF again, or save its text.") from error
    if not any(pages):
        raise EmptyArticle(
            f"“{shown(name)}” holds pictures of pages, no text.", "Have its text recognised (OCR) first."
        )
    pages = _without_running_lines(pages)
    paragraphs, starts = paragraphs_in(pages)
    return paragraphs, Facts(title, author, pages=_breaks(pages, starts, labels))


def _check(document: "PdfReader", name: str) -> None:
    if document.is_encrypted and not document.decrypt(""):
        raise Unreadable(f"“{shown(name)}” is protected by a password.", "Save a copy without one.")
    if (count := len(document.pages)) > MAX_PAGES:
        raise TooLarge(f"“{shown(name)}” has {count:,} pages, more than {MAX_PAGES:,}.", "Split it.")


def _lines_of_pages(document: "PdfReader", name: str) -> list[list[str]]:
    end = time.monotonic() + MAX_SECONDS

    def in_time(*_: object) -> None:
        if time.monotonic() > end:
            raise TooLarge(f"“{shown(name)}” takes longer than {MAX_SECONDS:.0f} seconds to read.", "Split it.")

    pages = []
    for page in document.pages:
        _check_page(page, name)
        # Asked before every drawing command: a small page may draw a form ten thousand times that draws another.
        text = page.extract_text(visitor_operand_before=in_time)
        in_time()
        lines = decoded(text.encode(errors="replace"), name).split("\n") if text.strip() else []
        pages.append([line for line in map(line_of, lines) if line])
    return pages


def _check_page(page: "PageObject", name: str) -> None:
    contents = page.get_contents()
    if contents is not None and len(contents.get_data()) > MAX_PAGE_BYTES:
        raise TooLarge(f"“{shown(name)}” has a page that is one large drawing.", "Save its text instead.")


def _properties(document: "PdfReader") -> tuple[str, str]:
    stated = document.metadata
    title, author = (line_of(str(value or "")) for value in ((stated.title, stated.author) if stated else ("", "")))
    return ("" if _NO_TITLE.fullmatch(title) else title), ("" if _NO_TITLE.fullmatch(author) else author)


def _labels(document: "PdfReader") -> list[str]:
    """What the document calls its pages: 1, 2, 3 where it does not say."""
    try:
        stated = document.page_labels
    except Exception:  # whatever damaged labels lead to: they are no reason to refuse the text
        stated = []
    stated += [""] * (len(document.pages) - len(stated))
    lines = [line_of(label) for label in stated]
    return [line if 0 < len(line) <= LONGEST_LABEL else str(number) for number, line in enumerate(lines, 1)]


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """The pages without page numbers, and without the headers and footers that most of them share."""
    alike = Counter(key for lines in pages for key in {_key(line) for line in _margins(lines)})
    enough = max(2, (sum(map(bool, pages)) + 1) // 2)
    running = {key for key, count in alike.items() if count >= enough}
    kept = []
    for lines in pages:
        first, last = 0, len(lines)
        for _ in range(_MARGIN):
            first += first < last and _runs(lines[first], running)
            last -= last > first and _runs(lines[last - 1], running)
        kept.append(lines[first:last])
    return kept


def _margins(lines: list[str]) -> list[str]:
    return lines[:_MARGIN] + lines[-_MARGIN:]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())


def _runs(line: str, running: set[str]) -> bool:
    return bool(_NUMBER.fullmatch(line)) or _key(line) in running


def paragraphs_in(pages: list[list[str]]) -> tuple[list[str], list[tuple[int, int]]]:
    """The paragraphs of lines on pages, and for each line its paragraph's index and where in it the line begins.

    A line goes on where it is full or its sentence does.
    """
    lines = [line for page in pages for line in page]
    width = quantiles(map(len, lines), n=10)[-1] if len(lines) > 4 else 0.0
    words = set(re.findall(r"\w+(?:-\w+)+|\w+", " ".join(lines).casefold()))
    paragraphs, starts = list[str](), list[tuple[int, int]]()
    for above, line in pairwise(["", *lines]):
        if not paragraphs or ITEM.match(line) or not _goes_on(above, line, width):
            paragraphs.append(line)
        else:
            paragraphs[-1] = _rejoined(paragraphs[-1], line, words)
        starts.append((len(paragraphs) - 1, len(paragraphs[-1]) - len(line)))
    return paragraphs, starts


def _breaks(pages: list[list[str]], starts: list[tuple[int, int]], labels: list[str]) -> tuple[PageBreak, ...]:
    """Where each page that has lines begins, that is, its first line."""
    first = [0, *accumulate(map(len, pages))]  # number of the lines before each page
    return tuple(
        PageBreak(*starts[first[index]], index + 1, labels[index]) for index, lines in enumerate(pages) if lines
    )


def _goes_on(above: str, line: str, width: float) -> bool:
    if line[0].islower() or _HYPHEN.search(above):
        return not END.search(above) or len(above) > 0.8 * width
    if END.search(above):
        return len(above) > 0.85 * width  # a full line may end its sentence by chance
    return len(above) > 0.65 * width  # a short line without a full stop is a heading


def _rejoined(text: str, line: str, words: set[str]) -> str:
    """Two lines as one; a hyphen goes where it was put in for the line's end."""
    if not _HYPHEN.search(text) or not line[0].islower():
        return f"{text} {line}" if not _HYPHEN.search(text) else text + line
    first, second = re.search(r"\w+$", text[:-1]), re.match(r"\w+", line)
    if first and second and f"{first[0]}-{second[0]}".casefold() in words:
        return text + line  # written so elsewhere, within a line
    return text[:-1] + line
