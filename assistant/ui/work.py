"""An answer at work."""

from collections.abc import Callable
from threading import Event, Lock

from assistant.chat import Reply


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
