"""The followed feeds, polled on a schedule while the chat window runs."""

import logging
import threading
from pathlib import Path

from filelock import FileLock, Timeout

from index.following import Subscriptions
from index.schema import AssistantError

TICK_SECONDS = 2.0  # between two looks at which feeds are due
RETRY_SECONDS = 30.0
GOODBYE_SECONDS = 5.0  # a server may take a minute to answer: it is not waited for

logger = logging.getLogger(__name__)


class FeedPoller:
    """Polls the feeds that are due, in a thread, while no other process does, which a lock file tells.

    With `minutes` 0 each feed is polled but once, when it is new.
    """

    def __init__(self, subscriptions: Subscriptions, lock: Path, minutes: int) -> None:
        self._subscriptions = subscriptions
        self._lock = FileLock(lock, thread_local=False)
        self._minutes = minutes
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Poll in a thread until `close`."""
        self._thread = threading.Thread(target=self._work, name="feeds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop: nothing is written from then on, though an answer may still be waited for."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(GOODBYE_SECONDS)
        self._lock.release()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                if not self._lock.is_locked:
                    self._lock.acquire(timeout=0)
                for outcome in self._subscriptions.poll_due(self._minutes, self._stop.is_set):
                    logger.info("%s: %s %s", outcome.kind, outcome.name, outcome.reason)
            except Timeout:  # another process polls
                pass
            except Exception as error:  # whatever it was, such as a full disk: the thread goes on
                logger.warning("polling the feeds failed: %s", error, exc_info=not isinstance(error, AssistantError))
                self._stop.wait(RETRY_SECONDS)
            self._stop.wait(TICK_SECONDS)
