"""Where the pages of articles begin that were taken from documents of pages."""

from collections.abc import Iterable, Sequence

from index.catalogue.conditions import marks
from index.catalogue.database import Connection, Database
from index.schema import PageStart


def pages_of(database: Database, article_ids: Iterable[str]) -> dict[str, tuple[PageStart, ...]]:
    """The pages of these articles in order; one without pages is left out."""
    ids = list(article_ids)
    rows = database.read(
        "SELECT article_id, start, number, label FROM page_starts"
        f" WHERE article_id IN ({marks(ids)}) ORDER BY article_id, start",
        ids,
    )
    found: dict[str, list[PageStart]] = {}
    for article_id, *page in rows:
        found.setdefault(article_id, []).append(PageStart(*page))
    return {article_id: tuple(pages) for article_id, pages in found.items()}


def put_pages(connection: Connection, article_id: str, pages: Sequence[PageStart]) -> None:
    """Write an article's pages in the place of those it has, inside a transaction."""
    connection.execute("DELETE FROM page_starts WHERE article_id = ?", (article_id,))
    connection.executemany(
        "INSERT INTO page_starts VALUES (?, ?, ?, ?)",
        [(article_id, page.start, page.number, page.label) for page in pages],
    )
