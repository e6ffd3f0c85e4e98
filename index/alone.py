"""A thread that does something over and over, while no other process does it, which a lock file tells."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

LOOK_SECONDS = 0.25  # between two looks whether the other process has ended


def is_held(lock: Path) -> bool:
    """Whether some process holds a lock at this moment.

    Asked by sharing it, so that two who ask in the same moment do not take each other for one who holds it.
    """
    try:
        file = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:  # nobody ever held it
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # it is held; or the disk knows no such locks, where the file itself is the lock
        return True
    else:
        return False
    finally:
        os.close(file)  # which lets go of it


class Alone:
    """Does its work from `start` to `close`. The work waits between two rounds itself, and ends once `stop` is set.

    `failed` is called with whatever goes wrong, such as a full disk, and may wait; then the work is tried again.
    """

    def __init__(self, name: str, lock: Path, work: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self.stop = threading.Event()
        self._name = name
        self._lock = FileLock(lock, thread_local=False)
        self._work = work
        self._failed = failed
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in a thread until `close`."""
        self._thread = threading.Thread(target=self._rounds, name=self._name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for the end of the round at hand."""
        self.stop.set()
        if self._thread is not None:
            self._thread.join()
        self._lock.release()

    def _rounds(self) -> None:
        while not self.stop.is_set():
            try:
                if not self._lock.is_locked:
                    self._lock.acquire(timeout=0)
                self._work()
            except Timeout:  # another process is at it
                self.stop.wait(LOOK_SECONDS)
            except Exception as error:
                self._failed(error)
