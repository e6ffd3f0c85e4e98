"""The answers at work."""

import math
import time
from collections.abc import Callable, Mapping
from threading import Event, Lock

from assistant.chat import Reply

SETTLED_SECONDS = 0.8  # after a question was sent: by then its answer is drawn, if no model holds it up


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
    """The answers at work by conversation and place: two windows may ask in one. What can wait lets them pass."""

    def __init__(self) -> None:
        self._works: dict[tuple[str, int], Work] = {}
        self._changing = Lock()
        self._latest = -math.inf

    def begin(self, conversation: str, place: int) -> Work:
        """A new one. Without a name a conversation cannot be told from others, and its work is found by nobody."""
        work = Work()
        with self._changing:
            self._latest = time.monotonic()
            if conversation:
                self._works[conversation, place] = work
        return work

    def end(self, conversation: str, place: int, work: Work) -> None:
        """That one is done, unless another has taken its place."""
        with self._changing:
            if self._works.get((conversation, place)) is work:
                del self._works[conversation, place]

    def of(self, conversation: str) -> Mapping[int, Work]:
        """Those of a conversation by their places, in order."""
        with self._changing:
            own = {place: work for (name, place), work in self._works.items() if name == conversation}
        return dict(sorted(own.items()))

    def let_pass(self) -> None:
        """Return once what is the latest question now is SETTLED_SECONDS old."""
        time.sleep(max(0.0, self._latest + SETTLED_SECONDS - time.monotonic()))
