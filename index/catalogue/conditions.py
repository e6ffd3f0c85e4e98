"""Conditions of queries: what a filter, a search and a word become in SQL."""

from collections.abc import Sequence

from index.schema import Filters
from index.words import folded


def quoted(word: str) -> str:
    """A word as a string of a keyword query."""
    return '"' + word.replace('"', '""').replace("\0", " ") + '"'  # FTS5 would end the query at a NUL


def marks(ids: Sequence[str]) -> str:
    """A question mark for each."""
    return ",".join("?" * len(ids))


def filtering(filters: Filters) -> tuple[str, list[str]]:
    """A condition on articles `a`, and its parameters."""
    conditions, parameters = ["1"], []
    if filters.sources:
        conditions.append(f"casefold(a.source) IN ({marks(filters.sources)})")
        parameters += [source.casefold() for source in filters.sources]
    if filters.since:
        conditions.append("a.published >= ?")
        parameters.append(filters.since.isoformat())
    if filters.until:
        conditions.append("a.published <= ?")
        parameters.append(filters.until.isoformat())
    return " AND ".join(conditions), parameters


def searching(search: str) -> tuple[str, list[str]]:
    """The condition that each of these words stands in title, source, author or path, and its parameters.

    Their order, case and accents are not looked at; a word may be the part of one.
    """
    words = folded(search).split()
    if not words:
        return "", []
    # One call for a row: four, each of Python, took three times as long, and so would one for each word.
    fields = " || char(31) || ".join(("title", "source", "author", "path"))
    held = " AND ".join("instr(fields, ?)" for _ in words)
    among = f"SELECT id, folded({fields}) AS fields FROM articles"
    return f"WHERE id IN (WITH named AS MATERIALIZED ({among}) SELECT id FROM named WHERE {held})", words
