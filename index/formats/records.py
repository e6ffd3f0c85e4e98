"""Articles as records: JSON objects, alone or many in a file, and the rows of a table."""

import csv
import json
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from index.formats.fields import facts_in
from index.formats.page import from_html
from index.formats.text import decoded, paragraphs_of, shown
from index.schema import EmptyArticle, NotText, TooLarge
from index.statements import Facts

MAX_RECORD = 5_000_000  # bytes of a line of JSON, signs of a row

_TEXTS = ("text", "body", "content", "article", "articlebody", "full_text", "fulltext", "content_text", "content_html",
          "description", "summary")  # fmt: skip
_LISTS = ("articles", "items", "data", "results", "documents", "docs", "entries", "records", "stories")
_MARKED_UP = re.compile(r"</?(?:p|br|div|h[1-6]|li|a|em|strong)\b[^<>]*>", re.I)
_FIELDS_HINT = f"The text belongs in a field called one of: {', '.join(_TEXTS[:4])}."


def read_record(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs and facts of one JSON object."""
    record = _json(data, name)
    if not isinstance(record, dict):
        raise EmptyArticle(f"“{shown(name)}” is no article: no object with a text.", _FIELDS_HINT)
    text = _text(record)
    if not text.strip():
        raise EmptyArticle(f"“{shown(name)}” has no text.", _FIELDS_HINT)
    facts = facts_in(record)
    if _MARKED_UP.search(text):
        return from_html(f"<html><body>{text}</body></html>", name)[0], facts
    return paragraphs_of(decoded(text.encode(errors="replace"), name)), facts


def objects(data: bytes, name: str) -> list[Any] | None:
    """The records of a JSON file that holds a list of them, None where it is one record itself."""
    value = _json(data, name)
    if isinstance(value, dict) and not _text(value).strip():
        named = {key.casefold(): held for key, held in value.items()}
        value = next((named[key] for key in _LISTS if isinstance(named.get(key), list)), value)
    return value if isinstance(value, list) else None


def lines(data: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """The lines of JSON that hold something, each with its number."""
    for number, line in enumerate(BytesIO(data), 1):
        if len(line) > MAX_RECORD:
            raise TooLarge(f"“{shown(name)}” has a line of more than {MAX_RECORD:,} bytes.", "Split it.")
        if line := line.removeprefix(b"\xef\xbb\xbf").strip():
            yield number, line


def rows(data: bytes, name: str) -> Iterator[tuple[int, dict[str, str] | None]]:
    """The rows of a table by the names in its first row, each with its number.

    None is one whose quotation mark is never closed, so that it holds those after it.
    """
    text = decoded(data, name)
    head = text[:20_000].partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    csv.field_size_limit(MAX_RECORD)  # 131,072 signs else; one limit for the whole process, and the same each time
    paced = _Paced(text, name)
    table = csv.reader(paced, delimiter=delimiter)
    try:
        columns = [column.strip() for column in next(table, [])]
        paced.row()
        if not any(column.casefold() in _TEXTS for column in columns):
            raise EmptyArticle(f"“{shown(name)}” has no column of texts.", _FIELDS_HINT)
        for number, row in enumerate(table, 2):
            lines = paced.row()
            if len(lines) > 1 and _is_unclosed(lines, delimiter, len(columns)):
                yield number, None
            elif any(row):
                yield number, dict(zip(columns, row, strict=False))
    except csv.Error as error:
        hint = "Check its quotation marks; a text may have at most a few million signs."
        raise TooLarge(f"“{shown(name)}” has a field that is too large or never ends.", hint) from error


class _Paced:
    """The lines of a table, stopped where one row takes more than MAX_RECORD signs: it would be millions of fields."""

    def __init__(self, text: str, name: str) -> None:
        self._lines, self._name = StringIO(text, newline=""), name
        self._since_row = 0
        self._row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._lines.readline(MAX_RECORD + 1)
        if not line:
            raise StopIteration
        self._since_row += len(line)
        if self._since_row > MAX_RECORD:
            raise TooLarge(f"“{shown(self._name)}” has a row of more than {MAX_RECORD:,} signs.", "Split it.")
        self._row.append(line)
        return line

    def row(self) -> list[str]:
        """The lines since it was asked before."""
        self._since_row, lines, self._row = 0, self._row, []
        return lines


def _is_unclosed(lines: list[str], delimiter: str, columns: int) -> bool:
    """Whether the lines of one row are more likely several, of which the first opens a field and does not close it.

    They break the rules of quoting then, as loosely written ones may too; but one after the first has as many fields as
    a row has.
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return any(line.count(delimiter) >= columns - 1 for line in lines[1:])
    return False


def _text(record: dict[str, Any]) -> str:
    named = {key.casefold(): value for key, value in record.items()}
    for key in _TEXTS:
        value = named.get(key)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data.removeprefix(b"\xef\xbb\xbf"), strict=False)
    except (ValueError, RecursionError) as error:
        hint = "Check it with a JSON program, or leave it out."
        raise NotText(f"“{shown(name)}” is broken JSON.", hint) from error
