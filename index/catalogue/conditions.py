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
    """The condition that title, source, author or path holds these characters, and its parameters.

    Case and accents are not looked at.
    """
    if not search.strip():
        return "", []
    # One call for a row: four, each of Python, took three times as long.
    fields = " || char(31) || ".join(("title", "source", "author", "path"))
    return f"WHERE instr(folded({fields}), ?)", [folded(search.strip())]
