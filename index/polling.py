"""The followed feeds, polled on a schedule while the chat window runs."""

import logging
from pathlib import Path

from index.alone import Alone
from index.following import Subscriptions
from index.schema import AssistantError

TICK_SECONDS = 2.0  # between two looks at which feeds are due
RETRY_SECONDS = 30.0

logger = logging.getLogger(__name__)


class FeedPoller:
    """Polls the feeds that are due, in a thread, while no other process does.

    With `minutes` 0 each feed is polled but once, when it is new.
    """

    def __init__(self, subscriptions: Subscriptions, lock: Path, minutes: int) -> None:
        self._subscriptions = subscriptions
        self._minutes = minutes
        self._alone = Alone("feeds", lock, self._poll, self._failed)
        self.start, self.close = self._alone.start, self._alone.close

    def _poll(self) -> None:
        for outcome in self._subscriptions.poll_due(self._minutes, self._alone.stop.is_set):
            logger.info("%s: %s %s", outcome.kind, outcome.name, outcome.reason)
        self._alone.stop.wait(TICK_SECONDS)

    def _failed(self, error: Exception) -> None:
        logger.warning("polling the feeds failed: %s", error, exc_info=not isinstance(error, AssistantError))
        self._alone.stop.wait(RETRY_SECONDS)
