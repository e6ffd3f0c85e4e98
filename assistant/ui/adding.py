"""What the page asks for to bring articles in: uploads, addresses, typed texts, re-indexing; each longer work a job."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from assistant.app import Assistant, Library
from assistant.starter import add_starter
from assistant.ui import texts
from assistant.ui.jobs import Jobs
from assistant.ui.library import Reply
from assistant.ui.render_library import render_plan
from index.schema import AssistantError, Outcome
from index.synchronise import Plan

LIST_OF_FEEDS = ".opml"

logger = logging.getLogger(__name__)


class Adding:
    """The functions that the page's script calls by name to bring articles in; see `assistant.ui.library`."""

    def __init__(self, assistant: Assistant, jobs: Jobs) -> None:
        self._assistant = assistant
        self._synchroniser = assistant.library.synchroniser
        self._jobs = jobs

    def add_address(self, address: Any) -> Reply:
        """Fetch a page of the web as a job."""
        url = str(address).strip()
        if "://" not in url:
            url = f"https://{url}"
        return self._start(texts.JOB_ADDRESS, lambda: iter([self._synchroniser.add_url(url)]), 1)

    def add_text(self, request: Any) -> Reply:
        """Take in what was pasted: `{title, text, source, published}`, the last two empty or not."""
        title = " ".join(str(request["title"]).split())
        if not title:
            return {"error": texts.TITLE_MISSING}
        day = str(request["published"]).strip()
        published = date.fromisoformat(day) if day else None
        outcome = self._synchroniser.add_text(title, str(request["text"]), str(request["source"]), published=published)
        return {"note": f"“{title}”: {texts.OUTCOMES[outcome.kind]}"}

    def retry_file(self, path: Any) -> Reply:
        """Read a file again that could not be read, as a job."""
        record = self._assistant.library.files.at(str(path))
        if record is None or not record.reason:
            return {"error": texts.NOT_FAILED}
        whole = Path(record.place)  # a part of a file is read with it
        return self._start(texts.JOB_RETRY, lambda: self._synchroniser.add([whole]), 1)

    def dismiss_failed(self, path: Any) -> Reply:
        """Show no longer that a file could not be read which was added on its own."""
        files = self._assistant.library.files
        record = files.at(str(path))
        if record is None or not files.dismiss(record.path):
            return {"error": texts.NOT_FAILED}
        return {"note": texts.DISMISSED.format(name=Path(record.place).name)}

    def unfollow_folder(self, folder: Any) -> Reply:
        """Follow a folder no longer; its articles stay."""
        for _ in self._synchroniser.unfollow(Path(str(folder))):
            pass
        return {"note": texts.UNFOLLOWED.format(folder=folder)}

    def follow_feed(self, address: Any) -> Reply:
        """Follow a feed, or the one that a page names, as a job."""
        subscriptions, url = self._assistant.library.subscriptions, str(address).strip()
        if not url:
            return {"error": texts.ADDRESS_MISSING}
        return self._start(texts.JOB_FOLLOW, lambda: subscriptions.subscribe(url))

    def unfollow_feed(self, url: Any) -> Reply:
        """Follow a feed no longer; its articles stay."""
        for _ in self._assistant.library.subscriptions.unsubscribe(str(url)):
            pass
        return {"note": texts.UNFOLLOWED.format(folder=url)}

    def plan_reindex(self, _: Any) -> Reply:
        """What re-indexing the followed folders would do; `ask` where that would remove most of one."""
        if self._jobs.working:
            return {"error": texts.JOB_BUSY}
        plans, troubles = self._plans()
        if not plans and not troubles:
            return {"error": texts.NO_FOLDER}
        return {
            "html": render_plan(plans, troubles),
            "ask": any(plan.removes_most for plan in plans),
            "work": any(plan.steps for plan in plans),
        }

    def start_reindex(self, remove_most: Any) -> Reply:
        """Plan anew and apply as a job; a folder that would lose most of its articles is left out unless told so."""
        plans = [plan for plan in self._plans()[0] if remove_most is True or not plan.removes_most]

        def work() -> Iterator[Outcome]:
            for plan in plans:
                yield from self._synchroniser.apply(plan)

        return self._start(texts.JOB_REINDEX, work, sum(plan.steps for plan in plans))

    def start_starter(self, _: Any) -> Reply:
        """Take the starter articles in as a job."""
        return self._start(texts.JOB_STARTER, lambda: add_starter(self._assistant.library))

    def _start(self, name: str, work: Callable[[], Iterator[Outcome]], total: int = 0) -> Reply:
        return {"started": True} if self._jobs.start(name, work, total) else {"error": texts.JOB_BUSY}

    def _plans(self) -> tuple[list[Plan], list[tuple[str, str]]]:
        """The plan of each followed folder, and what is the matter with the folders that have none."""
        plans, troubles = [], []
        for folder in self._assistant.library.files.folders():
            try:
                plans.append(self._synchroniser.plan(Path(folder)))
            except AssistantError as error:
                troubles.append((folder, f"{error} {error.hint}".strip()))
        return plans, troubles


def add_files(library: Library, paths: Sequence[str]) -> Iterator[Outcome]:
    """Take uploaded files in and delete them; one that fails stops no other.

    The feeds of a list are followed, and taken in by who polls them: their servers may take their time.
    """
    for path in paths:
        name = os.path.basename(path)
        try:
            data, is_list = Path(path).read_bytes(), name.lower().endswith(LIST_OF_FEEDS)
            taken = library.subscriptions.follow_all if is_list else library.synchroniser.add_upload
            yield from taken(data, name)
        except AssistantError as error:
            yield Outcome(name, "failed", reason=f"{error} {error.hint}".strip())
        except Exception:
            logger.exception("the upload %r could not be read", name)
            yield Outcome(name, "failed", reason=texts.UPLOAD_BROKE_OFF)
        finally:
            Path(path).unlink(missing_ok=True)
