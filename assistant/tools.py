"""The tools that a program with a language model may call: the Model Context Protocol over standard input and output.

Needs the extra `mcp`: `pip install 'article-assistant[mcp]'`. https://modelcontextprotocol.io
"""

from datetime import date
from typing import TYPE_CHECKING

from assistant.app import Assistant
from assistant.as_json import (
    AnswerJson,
    ArticleJson,
    HitJson,
    RowJson,
    answer_json,
    article_json,
    hit_json,
    row_json,
)
from index.schema import Filters, SettingsError

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

MOST = 50


def build_tools(assistant: Assistant) -> "FastMCP[None]":
    """The server of the tools. Raises SettingsError where the extra is not installed."""
    try:
        from mcp.server.fastmcp import FastMCP
    except ImportError as error:
        hint = "Install it: pip install 'article-assistant[mcp]'."
        raise SettingsError("The tools need the package mcp, which is not installed.", hint) from error
    server: FastMCP[None] = FastMCP("articles", instructions=_INSTRUCTIONS)
    library = assistant.library

    def ask(
        question: str, sources: list[str] | None = None, since: date | None = None, until: date | None = None
    ) -> AnswerJson:
        """Answer a question from the person's own articles, in quotes that are each cited.

        `found` is false where the articles do not say: then do not answer from elsewhere without telling.

        Args:
            question: a whole question, in words.
            sources: only articles of these sources.
            since: only articles published on this day or later, YYYY-MM-DD.
            until: only articles published on this day or earlier, YYYY-MM-DD.
        """
        filters = Filters(tuple(sources or ()), since, until)
        return answer_json(
            question, assistant.chat.ask([], question, filters, today=date.today(), quotes_only=True).answer
        )

    def search(question: str, limit: int = 10) -> list[HitJson]:
        """Find passages of the person's articles by keyword and by meaning, best first.

        Args:
            question: words or a question.
            limit: how many passages, at most 50.
        """
        return [hit_json(hit) for hit in assistant.retriever.hits(question, Filters(), max(1, min(limit, MOST)))]

    def list_articles(search: str = "", limit: int = 20, offset: int = 0) -> list[RowJson]:
        """List the person's articles, the newest first.

        Args:
            search: only where title, source, author or path holds this.
            limit: how many, at most 50.
            offset: how many to leave out first.
        """
        rows = library.catalogue.rows(search, limit=max(1, min(limit, MOST)), offset=max(0, offset))
        return [row_json(row) for row in rows]

    def read_article(article: str) -> ArticleJson:
        """Read one article in full.

        Args:
            article: its id, as citations and lists give it.
        """
        found = library.catalogue.article(article)
        if found is None:
            raise SettingsError("There is no article with this id.", "list_articles gives the ids.")
        return article_json(found, library.catalogue.passages_of(article))

    for tool in (ask, search, list_articles, read_article):
        server.tool()(tool)
    return server


_INSTRUCTIONS = (
    "A library of news articles on this person's machine. Every answer is made of quotes with offsets into the stored"
    " text; cite them as given. What the articles do not say is not known here."
)
