"""What the page asks the server besides questions: the reader's articles, and the library's status, list and work."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from assistant.app import Assistant
from assistant.starter import add_starter
from assistant.ui import texts
from assistant.ui.history import History
from assistant.ui.jobs import Jobs
from assistant.ui.render import render_article, render_gone
from assistant.ui.render_library import (
    PAGE,
    render_failed,
    render_folders,
    render_job,
    render_outcomes,
    render_plan,
    render_status,
    render_table,
)
from index.schema import AssistantError, Outcome
from index.synchronise import Plan

Reply = dict[str, Any]
"""What a server function returns, as JSON; `error` alone where it failed."""
ServerFunction = Callable[[Any], Reply]

logger = logging.getLogger(__name__)


def server_functions(
    assistant: Assistant, jobs: Jobs, history: History, examples: ServerFunction
) -> list[ServerFunction]:
    """The functions that the page's script calls by name, each with one JSON value; anyone let in may call them."""
    library = assistant.library

    def read_article(reference: Any) -> Reply:
        """The article of a link `#cite/<article>/<start>-<end>`, marked."""
        article_id, start, end = _parsed(str(reference))
        article = library.catalogue.article(article_id)
        if article is None:
            return {"html": render_gone(), "gone": True}
        return {"html": render_article(article, start, end)}

    def library_status(_: Any) -> Reply:
        """The status in HTML, and what tells whether the list has changed since."""
        status, job, failed = library.status(), jobs.latest, library.files.failed()
        problem = assistant.writer.problem
        working = job is not None and not job.finished
        return {
            "html": render_status(
                status, empty_offer=not working, problem=f"{problem} {problem.hint}" if problem else ""
            ),
            "job": render_job(job),
            "folders": render_folders(library.files.folders(), assistant.watcher.states),
            "failed": render_failed(failed),
            "working": working,
            "busy": working or status.embedded < status.passages,
            "articles": f"{status.articles}/{status.passages}/{job.number if job and job.finished else 0}",
            "vectors": status.embedded,
            "summary": texts.counted(status.articles, "article"),
        }

    def library_page(request: Any) -> Reply:
        """One page of the list: `{search, offset}`."""
        search, offset = str(request["search"])[:200], max(0, int(request["offset"]))
        total = library.catalogue.count(search)
        offset = min(offset, max(0, (total - 1) // PAGE * PAGE))
        rows = library.catalogue.rows(search, limit=PAGE, offset=offset, model=library.embeddings.model)
        return {"html": render_table(rows, total, offset, search), "offset": offset}

    def remove_article(article_id: Any) -> Reply:
        """Take an article out."""
        article = library.catalogue.article(str(article_id))
        outcome = library.synchroniser.remove(str(article_id))
        if outcome.kind == "failed" or article is None:
            return {"note": f"{texts.GONE_TITLE}."}
        note = texts.REMOVED_FILE_NOTE if article.path else texts.REMOVED_NOTE
        return {"note": note.format(title=article.title)}

    def plan_reindex(_: Any) -> Reply:
        """What re-indexing the followed folders would do; `ask` where that would remove most of one."""
        if jobs.latest and not jobs.latest.finished:
            return {"error": texts.JOB_BUSY}
        plans, troubles = _plans(assistant)
        if not plans and not troubles:
            return {"error": texts.NO_FOLDER}
        return {
            "html": render_plan(plans, troubles),
            "ask": any(plan.removes_most for plan in plans),
            "work": any(plan.steps for plan in plans),
        }

    def start_reindex(remove_most: Any) -> Reply:
        """Plan anew and apply as a job; a folder that would lose most of its articles is left out unless told so."""
        plans = [plan for plan in _plans(assistant)[0] if remove_most is True or not plan.removes_most]

        def work() -> Iterator[Outcome]:
            for plan in plans:
                yield from library.synchroniser.apply(plan)

        started = jobs.start(texts.JOB_REINDEX, work, sum(plan.steps for plan in plans))
        return {"started": True} if started else {"error": texts.JOB_BUSY}

    def start_starter(_: Any) -> Reply:
        """Take the starter articles in as a job."""
        started = jobs.start(texts.JOB_STARTER, lambda: add_starter(library))
        return {"started": True} if started else {"error": texts.JOB_BUSY}

    functions: Sequence[ServerFunction] = (
        read_article,
        library_status,
        library_page,
        remove_article,
        plan_reindex,
        start_reindex,
        start_starter,
        examples,
        history.conversation_list,
        history.conversation_rename,
        history.conversation_delete,
        history.conversation_export,
    )
    return [_worded(function) for function in functions]


def add_files(assistant: Assistant, paths: Sequence[str]) -> Iterator[str]:
    """Take uploaded files in and delete them, yielding the outcomes so far as HTML; one that fails stops no other."""
    outcomes: list[Outcome] = []
    for path in paths:
        name = os.path.basename(path)
        yield render_outcomes(outcomes, reading=name)
        try:
            outcomes += assistant.library.synchroniser.add_upload(Path(path).read_bytes(), name)
        except AssistantError as error:
            outcomes.append(Outcome(name, "failed", reason=f"{error} {error.hint}".strip()))
        except Exception:
            logger.exception("the upload %r could not be read", name)
            outcomes.append(Outcome(name, "failed", reason=texts.UPLOAD_BROKE_OFF))
        finally:
            Path(path).unlink(missing_ok=True)
    yield render_outcomes(outcomes)


def _plans(assistant: Assistant) -> tuple[list[Plan], list[tuple[str, str]]]:
    """The plan of each followed folder, and what is the matter with the folders that have none."""
    plans, troubles = [], []
    for folder in assistant.library.files.folders():
        try:
            plans.append(assistant.library.synchroniser.plan(Path(folder)))
        except AssistantError as error:
            troubles.append((folder, f"{error} {error.hint}".strip()))
    return plans, troubles


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
