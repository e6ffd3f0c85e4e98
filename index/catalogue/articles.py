"""Articles and their passages: put in one transaction, looked up, listed, searched by keyword."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from index.catalogue.conditions import filtering, marks, quoted, searching
from index.catalogue.database import Connection, Database
from index.catalogue.groups import Groups
from index.catalogue.pages import pages_of, put_pages
from index.catalogue.revisions import Revisions, forget, keep
from index.schema import Article, Filters, PageStart, Passage
from index.words import forms

FREQUENCY_LIMIT = 5000
"""Word frequencies are counted up to here: beyond it a word tells next to nothing."""


Order = Literal["newest", "oldest", "added", "title", "title_back", "source", "source_back", "passages", "fewest"]
ORDERS: dict[Order, str] = {
    "newest": "coalesce(published, '') DESC",
    "oldest": "coalesce(published, '9999')",
    "added": "added DESC",
    "title": "casefold(title)",
    "title_back": "casefold(title) DESC",
    "source": "source = '', casefold(source)",
    "source_back": "source = '', casefold(source) DESC",
    "passages": "passages DESC",
    "fewest": "passages",
}


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One line of the library's list."""

    id: str
    title: str
    source: str
    author: str
    published: date | None
    added: datetime
    path: str
    words: int
    passages: int
    embedded: int


class Catalogue:
    """Articles, their passages and the keyword index over them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def put(self, connection: Connection, article: Article, passages: Sequence[tuple[Passage, str]]) -> bool:
        """Write an article with its passages (each with the hash of what the embedder sees) inside a transaction.

        False where the article is there already with the same title, author, source, date and address. The text of an
        article that is there is never touched, since citations point into it: it and the passages must be of that text,
        which may differ in white space from what was read. Raises ValueError where they are not.

        Its pages are those of the file that it lies in, or of any copy where it came without a file.
        """
        published = article.published.isoformat() if article.published else None
        record = (article.title, article.source, article.author, article.url, published)
        known = connection.execute(
            "SELECT title, source, author, url, published, text, path FROM articles WHERE id = ?", (article.id,)
        ).fetchone()
        if known is not None and known["text"] != article.text:
            raise ValueError(f"the text of article {article.id} is stored with other white space")
        if known is not None and tuple(known)[:-2] == record:
            if known["path"] == article.path != "" or (article.pages and not known["path"]):
                put_pages(connection, article.id, article.pages)
            return False
        if known is not None:
            self._delete_passages(connection, article.id)
            Groups(self.database).leave(connection, article.id)  # its day counts in that
            connection.execute(
                "UPDATE articles SET title = ?, source = ?, author = ?, url = ?, published = ?, path = ? WHERE id = ?",
                (*record, article.path, article.id),
            )
        else:
            forget(connection, article.id)
            connection.execute(
                "INSERT INTO articles (id, title, text, source, author, url, published, path, added)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (article.id, article.title, article.text, *record[1:], article.path, article.added.isoformat()),
            )
        self._put_passages(connection, article, passages)
        put_pages(connection, article.id, article.pages)
        return True

    def cut_anew(self, connection: Connection, article: Article, passages: Sequence[tuple[Passage, str]]) -> None:
        """Write an article's passages in the place of those it has, inside a transaction."""
        self._delete_passages(connection, article.id)
        self._put_passages(connection, article, passages)

    def _put_passages(self, connection: Connection, article: Article, passages: Sequence[tuple[Passage, str]]) -> None:
        for passage, text_hash in passages:
            number = connection.execute(
                "INSERT INTO passages (id, article_id, position, start, end, text_hash) VALUES (?, ?, ?, ?, ?, ?)",
                (passage.id, article.id, passage.position, passage.start, passage.end, text_hash),
            ).lastrowid
            connection.execute(
                "INSERT INTO keywords (rowid, title, text) VALUES (?, ?, ?)",
                (number, article.title, article.text[passage.start : passage.end]),
            )

    def move(self, connection: Connection, article_id: str, path: str) -> None:
        """Note inside a transaction that an article's file lies elsewhere now."""
        connection.execute("UPDATE articles SET path = ? WHERE id = ?", (path, article_id))

    def move_below(self, connection: Connection, source: str, target: str) -> None:
        """Note inside a transaction that a file of many articles lies elsewhere now."""
        below = f"{source}/"
        connection.execute(
            "UPDATE articles SET path = ? || substr(path, ?) WHERE substr(path, 1, ?) = ?",
            (target, len(below), len(below), below),
        )

    def delete(self, connection: Connection, article_id: str, successor: str = "") -> bool:
        """Take an article out inside a transaction, kept as a revision where it has a successor; False if unknown."""
        if successor:
            keep(connection, article_id, successor)
        self._delete_passages(connection, article_id)
        return connection.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount > 0

    def _delete_passages(self, connection: Connection, article_id: str) -> None:
        connection.execute(
            "DELETE FROM keywords WHERE rowid IN (SELECT number FROM passages WHERE article_id = ?)", (article_id,)
        )
        connection.execute("DELETE FROM passages WHERE article_id = ?", (article_id,))

    def article(self, article_id: str) -> Article | None:
        """One article by its id, or None."""
        return self.by_id([article_id]).get(article_id)

    def matching(self, prefix: str) -> list[str]:
        """The ids that begin with these characters, at most ten."""
        pattern = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = self.database.read(
            "SELECT id FROM articles WHERE id LIKE ? ESCAPE '\\' ORDER BY id LIMIT 10", (pattern,)
        )
        return [row["id"] for row in rows]

    def by_id(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """Articles by their ids; unknown ids are left out."""
        ids = list(dict.fromkeys(article_ids))
        rows = self.database.read(f"SELECT * FROM articles WHERE id IN ({marks(ids)})", ids)
        pages = pages_of(self.database, ids)
        return {row["id"]: _article(row, pages.get(row["id"], ())) for row in rows}

    def successors(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The articles that stand in the place of these now, by the ids of those that were replaced."""
        newer = Revisions(self.database).successors(article_ids)
        articles = self.by_id(newer.values())
        return {old: articles[new] for old, new in newer.items() if new in articles}

    def passages(self, passage_ids: Iterable[str]) -> dict[str, Passage]:
        """Passages by their ids; unknown ids are left out."""
        ids = list(dict.fromkeys(passage_ids))
        rows = self.database.read(
            f"SELECT id, article_id, position, start, end FROM passages WHERE id IN ({marks(ids)})", ids
        )
        return {row["id"]: Passage(*row) for row in rows}

    def passages_of(self, article_id: str) -> list[Passage]:
        """All passages of one article in reading order."""
        rows = self.database.read(
            "SELECT id, article_id, position, start, end FROM passages WHERE article_id = ? ORDER BY position",
            (article_id,),
        )
        return [Passage(*row) for row in rows]

    def rows(
        self, search: str = "", *, limit: int = -1, offset: int = 0, model: str = "", order: Order = "newest"
    ) -> list[ArticleRow]:
        """The library's list as a page of `limit`; each word of `search` stands in title, source, author or path."""
        condition, parameters = searching(search)
        rows = self.database.read(
            "SELECT a.id, title, source, author, published, added, path,"
            " length(text) - length(replace(text, ' ', '')) + 1 AS words,"
            " (SELECT count(*) FROM passages p WHERE p.article_id = a.id) AS passages,"
            " (SELECT count(*) FROM passages p JOIN embeddings e ON e.text_hash = p.text_hash AND e.model = ?"
            "  WHERE p.article_id = a.id) AS embedded"
            f" FROM articles a {condition}"
            f" ORDER BY {ORDERS[order]}, coalesce(published, '') DESC, added DESC, a.id LIMIT ? OFFSET ?",
            (model, *parameters, limit, offset),
        )
        return [
            ArticleRow(
                **{
                    key: row[key]
                    for key in ("id", "title", "source", "author", "path", "words", "passages", "embedded")
                },
                published=_date(row["published"]),
                added=datetime.fromisoformat(row["added"]),
            )
            for row in rows
        ]

    def count(self, search: str = "") -> int:
        """How many articles the list holds."""
        condition, parameters = searching(search)
        return int(self.database.read(f"SELECT count(*) FROM articles {condition}", parameters)[0][0])

    def count_passages(self) -> int:
        """How many passages there are in all."""
        return int(self.database.read("SELECT count(*) FROM passages")[0][0])

    def sources(self) -> list[str]:
        """Every source there is, the one with the most articles first."""
        rows = self.database.read(
            "SELECT source FROM articles WHERE source != '' GROUP BY source ORDER BY count(*) DESC, source"
        )
        return [row["source"] for row in rows]

    def covered(self) -> tuple[date, date] | None:
        """The first and the last day of publication, or None where no article has one."""
        row = self.database.read("SELECT min(published), max(published) FROM articles")[0]
        first, last = _date(row[0]), _date(row[1])
        return (first, last) if first and last else None

    def allowed(self, filters: Filters) -> set[str]:
        """The ids of the articles that a filter lets through."""
        condition, parameters = filtering(filters)
        return {row["id"] for row in self.database.read(f"SELECT id FROM articles a WHERE {condition}", parameters)}

    def search(
        self,
        words: Sequence[str],
        limit: int,
        filters: Filters | None = None,
        among: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Passages by keyword: ids with their BM25 score (higher is better), best first; any of the words counts.

        Words are matched by their stems (Porter), without accents and case, in text and title alike; one given twice
        weighs twice. With `among` only these passages are looked at.
        """
        query = " OR ".join(quoted(form) for word in words for form in forms(word))
        if not query:
            return []
        condition, parameters = filtering(filters or Filters())
        allowed = ""
        # The filter stands in a subquery: joined in, SQLite would rank every match before it may drop one. The plus
        # makes it a test of each match, else every allowed passage is looked up in the keyword index: 3 ms, not 300.
        if filters:
            allowed = "SELECT number FROM passages p JOIN articles a ON a.id = p.article_id WHERE " + condition
        elif among is not None:
            allowed, parameters = f"SELECT number FROM passages WHERE id IN ({marks(among)})", list(among)
        restriction = f"AND +rowid IN ({allowed})" if allowed else ""
        rows = self.database.read(
            "SELECT p.id, score FROM"
            " (SELECT rowid, bm25(keywords, 1.0, 1.0) AS score FROM keywords"
            f"  WHERE keywords MATCH ? {restriction} ORDER BY score LIMIT ?) k"
            " JOIN passages p ON p.number = k.rowid ORDER BY score, p.number",
            (query, *parameters, limit),
        )
        return [(row["id"], -row["score"]) for row in rows]

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands (by its stem, title included), counted up to FREQUENCY_LIMIT."""
        return {
            word: self.database.read(
                "SELECT count(*) FROM (SELECT 1 FROM keywords WHERE keywords MATCH ? LIMIT ?)",
                (" OR ".join(quoted(form) for form in forms(word)), FREQUENCY_LIMIT),
            )[0][0]
            for word in dict.fromkeys(words)
        }


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _article(row: sqlite3.Row, pages: tuple[PageStart, ...]) -> Article:
    values = {name: row[name] for name in ("id", "title", "text", "source", "author", "url", "path")}
    added = datetime.fromisoformat(row["added"])
    return Article(**values, published=_date(row["published"]), added=added, pages=pages)
