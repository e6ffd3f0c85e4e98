"""The answers at work."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Lock
from typing import TypeVar

from anyio import to_thread

from assistant.chat import Reply
from assistant.conversations import Notebook
from assistant.schema import Turn
from index.schema import AssistantError

SETTLED_SECONDS = 0.6  # after an answer, before anything is done that nobody waits for

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Work:
    """It can be stopped from any thread."""

    def __init__(self) -> None:
        self.stopped = Event()
        self.reply: Reply | None = None
        self._writing = Lock()

    def write(self, write: Callable[[], None]) -> None:
        """Write down what came of it, unless it is stopped: from then on somebody else writes in its place."""
        with self._writing:
            if not self.stopped.is_set():
                write()

    def stop(self) -> None:
        """Have no more of it shown or written down, and end a model's request at its server."""
        self.stop_if(lambda: True)

    def stop_if(self, done: Callable[[], bool]) -> bool:
        """Do something that takes its place, and stop it only where that is `done`; whether it is."""
        with self._writing:
            if not done():
                return False
            self.stopped.set()
        if self.reply is not None:
            self.reply.stop()
        return True


class AtWork:
    """The answer at work of each conversation; what nobody waits for gives way to them."""

    def __init__(self) -> None:
        self._works: dict[str, Work] = {}
        self._none = Event()
        self._none.set()
        self._ended = -math.inf
        self._changing = Lock()

    def begin(self, conversation: str) -> Work:
        """A new one. Without a name it cannot be told from others, and is found by nobody."""
        work = Work()
        if conversation:
            with self._changing:
                self._works[conversation] = work
                self._none.clear()
        return work

    def end(self, conversation: str, work: Work) -> None:
        """That one is done, unless another has taken its place."""
        with self._changing:
            if self._works.get(conversation) is work:
                del self._works[conversation]
            if not self._works:
                self._none.set()
            self._ended = time.monotonic()

    def of(self, conversation: str) -> Work | None:
        """The one of a conversation."""
        return self._works.get(conversation)

    def wait_until_settled(self, seconds: float) -> None:
        """Return when no answer is at work and the last is on the page, or after some seconds."""
        until = time.monotonic() + seconds
        while self._none.wait(max(0.0, until - time.monotonic())):
            left = min(self._ended + SETTLED_SECONDS, until) - time.monotonic()
            if left <= 0:
                return
            time.sleep(left)


def write_again(notebook: Notebook, conversation: str, position: int, turn: Turn) -> None:
    """Write a turn again that is there already, with what was said of it; others may stand behind it by now."""
    try:
        kept = notebook.turn(conversation, position)
        if kept is not None:
            notebook.amend(conversation, position, replace(turn, feedback=turn.feedback or kept.feedback))
    except AssistantError as error:
        logger.warning("a turn could not be written down: %s", error)


async def apart(work: Callable[[], T]) -> T:
    """Do something slow in a thread. Stopping does not wait for it, else the page would take no question meanwhile."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)
