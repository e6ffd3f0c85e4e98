"""The same engine for programs: `/ask`, `/search` and `/articles`, described at `/openapi.json`."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

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
from assistant.schema import Turn
from index.schema import AssistantError, Filters

MOST_PASSAGES = 50
MOST_ROWS = 500
MOST_TURNS = 20
MOST_SKIPPED = 10**9
LONGEST_TEXT = 2_000_000  # characters of an article that is sent as JSON


def _whole(text: str) -> str:
    """The text, if it can be written down: JSON may hold halves of characters, which are none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a character, a lone surrogate") from error
    return text


Text = Annotated[str, AfterValidator(_whole)]


class Question(BaseModel):
    """A question, the earlier questions of its conversation, and what it is limited to."""

    model_config = ConfigDict(extra="forbid")  # a filter that is misspelt would limit nothing

    question: Text
    after: list[Text] = Field(default_factory=list, max_length=MOST_TURNS)
    sources: list[Text] = Field(default_factory=list)
    since: date | None = None
    until: date | None = None


class NewArticle(BaseModel):
    """An article sent as text."""

    model_config = ConfigDict(extra="forbid")

    title: Text = Field(min_length=1, max_length=500)
    text: Text = Field(min_length=1, max_length=LONGEST_TEXT)
    source: Text = ""
    author: Text = ""
    url: Text = ""
    published: date | None = None


def add_api(app: FastAPI, assistant: Assistant) -> None:
    """Put the routes on the application; what goes wrong comes back as `{error, hint}`."""
    app.include_router(_router(assistant))

    @app.exception_handler(AssistantError)
    def worded(_: Request, error: AssistantError) -> JSONResponse:
        return JSONResponse({"error": str(error), "hint": error.hint}, status_code=400)

    @app.exception_handler(RequestValidationError)
    def described(_: Request, error: RequestValidationError) -> JSONResponse:
        # FastAPI's own repeats what was sent, which fails where that holds half a character.
        detail = [{name: each[name] for name in ("type", "loc", "msg")} for each in error.errors()]
        return JSONResponse({"detail": detail}, status_code=422)


def _router(assistant: Assistant) -> APIRouter:
    router, library = APIRouter(), assistant.library

    @router.post("/ask")
    def ask(question: Question) -> AnswerJson:
        """A cited answer, or the finding that the articles do not say."""
        filters, today = Filters(tuple(question.sources), question.since, question.until), date.today()
        turns: list[Turn] = []
        for earlier in question.after:
            turns.append(
                Turn(earlier, assistant.chat.ask(turns, earlier, filters, today=today, quotes_only=True).answer)
            )
        return answer_json(question.question, assistant.chat.ask(turns, question.question, filters, today=today).answer)

    @router.get("/search")
    def search(
        q: Annotated[str, Query(min_length=1, max_length=2000)],
        source: Annotated[list[str] | None, Query()] = None,
        since: date | None = None,
        until: date | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_PASSAGES)] = 10,
    ) -> list[HitJson]:
        """The passages found for a question, best first."""
        filters = Filters(tuple(source or ()), since, until)
        return [hit_json(hit) for hit in assistant.retriever.hits(q, filters, limit)]

    @router.get("/articles")
    def articles(
        search: str = "",
        limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 50,
        offset: Annotated[int, Query(ge=0, le=MOST_SKIPPED)] = 0,
    ) -> list[RowJson]:
        """The articles, the newest first."""
        rows = library.catalogue.rows(search, limit=limit, offset=offset, model=library.searched_model)
        return [row_json(row) for row in rows]

    @router.get("/articles/{article_id}")
    def article(article_id: str) -> ArticleJson:
        """One article with its text and the spans of its passages."""
        found = library.catalogue.article(article_id)
        if found is None:
            raise HTTPException(404, "There is no article with this id.")
        return article_json(found, library.catalogue.passages_of(article_id))

    @router.post("/articles", status_code=201)
    def add(article: NewArticle) -> dict[str, str]:
        """Take in an article that is sent as text; it can be asked about when this returns: `{id, outcome}`."""
        outcome = library.synchroniser.add_text(**article.model_dump())
        return {"id": outcome.article_id, "outcome": outcome.kind}

    @router.delete("/articles/{article_id}")
    def remove(article_id: str) -> dict[str, str]:
        """Take an article out; its file, if it has one, stays: `{id, outcome}`."""
        outcome = library.synchroniser.remove(article_id)
        if outcome.kind == "failed":
            raise HTTPException(404, "There is no article with this id.")
        return {"id": article_id, "outcome": outcome.kind}

    return router
