"""What the page asks the server besides questions: the reader's articles, and the library's status, list and work."""

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from urllib.parse import unquote

from assistant.app import Assistant
from assistant.ui import texts
from assistant.ui.jobs import Jobs
from assistant.ui.render import render_article, render_gone
from assistant.ui.render_library import (
    PAGE,
    render_failed,
    render_feeds,
    render_folders,
    render_job,
    render_status,
    render_table,
    render_upload,
)
from assistant.ui.render_pictures import render_pictures
from assistant.ui.render_revision import render_revision
from index.catalogue import Holdings, Revisions
from index.catalogue.articles import ORDERS, Order
from index.schema import Article, AssistantError

Reply = dict[str, Any]
"""What a server function returns, as JSON; `error` alone where it failed."""
ServerFunction = Callable[[Any], Reply]

PUT_BACK_AT_MOST = 20  # articles whose removing can be taken back
SOURCES_DRAWN = 8

logger = logging.getLogger(__name__)


def server_functions(
    assistant: Assistant, jobs: Jobs, uploads: Jobs, others: Sequence[ServerFunction] = ()
) -> list[ServerFunction]:
    """The functions that the page's script calls by name, each with one JSON value; anyone let in may call them.

    Those of this module, and `others`.
    """
    library = assistant.library
    removed: dict[str, Article] = {}

    def read_article(reference: Any) -> Reply:
        """The article of a link `#cite/<article>/<start>-<end>`, marked."""
        article_id, start, end = _parsed(str(reference))
        article = library.catalogue.article(article_id)
        if article is not None:
            return {"html": render_article(article, start, end)}
        revision = Revisions(library.database).of([article_id]).get(article_id)
        newer = library.catalogue.article(revision.successor) if revision else None
        if revision is None or newer is None:
            return {"html": render_gone(), "gone": True}
        return {"html": render_revision(revision, newer, start, end)}

    def library_status(_: Any) -> Reply:
        """The status in HTML, and what tells whether the list has changed since."""
        status, job, failed = library.status(), jobs.latest, library.files.failed()
        problem = assistant.writer.problem
        working = jobs.working or uploads.working
        return {
            "html": render_status(
                status, empty_offer=not working, problem=f"{problem} {problem.hint}" if problem else ""
            ),
            "job": render_job(job),
            "upload": "".join(map(render_upload, uploads.recent)),
            "folders": render_folders(library.files.folders(), assistant.watcher.states or library.watches())
            + render_feeds(library.feeds.all()),
            "failed": render_failed(failed),
            "working": jobs.working,
            "busy": working or status.embedded < status.passages or status.change is not None,
            "articles": f"{status.articles}/{status.passages}/{sum(_finished(each) for each in (jobs, uploads))}",
            "vectors": f"{status.embedded}/{library.searched_model}",
            "summary": texts.counted(status.articles, "article"),
        }

    def library_page(request: Any) -> Reply:
        """One page of the list: `{search, offset, order}`."""
        search, offset = str(request["search"])[:200], max(0, int(request["offset"]))
        total = library.catalogue.count(search)
        offset = min(offset, max(0, (total - 1) // PAGE * PAGE))
        order: Order = request["order"] if request.get("order") in ORDERS else "newest"
        rows = library.catalogue.rows(search, limit=PAGE, offset=offset, model=library.searched_model, order=order)
        return {"html": render_table(rows, total, offset, search, order), "offset": offset}

    def remove_article(article_id: Any) -> Reply:
        """Take an article out."""
        article = library.catalogue.article(str(article_id))
        outcome = library.synchroniser.remove(str(article_id))
        if outcome.kind == "failed" or article is None:
            return {"note": f"{texts.GONE_TITLE}."}
        removed[article.id] = article
        while len(removed) > PUT_BACK_AT_MOST:
            del removed[next(iter(removed))]
        note = texts.REMOVED_FILE_NOTE if article.path else texts.REMOVED_NOTE
        return {"note": note.format(title=article.title), "removed": article.id}

    def put_back(article_id: Any) -> Reply:
        """Take back the removing of an article."""
        article = removed.pop(str(article_id), None)
        if article is None:
            return {"error": texts.CANNOT_PUT_BACK}
        library.synchroniser.put_back(article)
        return {"note": texts.PUT_BACK.format(title=article.title)}

    def library_pictures(_: Any) -> Reply:
        """What the library holds, over time and by source."""
        holdings = Holdings(library.database)
        return {"html": render_pictures(holdings.by_day(), holdings.by_source(SOURCES_DRAWN))}

    functions: Sequence[ServerFunction] = (
        read_article,
        library_status,
        library_page,
        remove_article,
        put_back,
        library_pictures,
        *others,
    )
    return [_worded(function) for function in functions]


def _finished(jobs: Jobs) -> int:
    """How many of the jobs are done."""
    return jobs.latest.number - jobs.working if jobs.latest else 0


def _parsed(reference: str) -> tuple[str, int, int]:
    """The article, start and end of a link; offsets that are none are 0."""
    article_id, _, span = reference.removeprefix("#cite/").partition("/")
    start, _, end = span.partition("-")
    offsets = (int(part) if part.isdecimal() and len(part) < 12 else 0 for part in (start, end))
    return (unquote(article_id), *offsets)  # type: ignore[return-value]


def _worded(function: ServerFunction) -> ServerFunction:
    """The function with its errors as sentences: the page shows them, and none of their inner life."""

    @wraps(function)
    def calling(argument: Any) -> Reply:
        try:
            return function(argument)
        except AssistantError as error:
            return {"error": f"{error} {error.hint}".strip()}
        except Exception:
            logger.exception("%s failed", function.__name__)
            return {"error": texts.WENT_WRONG}

    return calling
