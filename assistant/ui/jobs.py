"""Long work on the library: one job at a time, in a thread, its progress a value that any page can read."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.ui import texts
from index.schema import AssistantError, Outcome, OutcomeKind

SHOWN_FAILURES = 50

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job is. `total` is 0 where it is not known; `problem` says why it broke off."""

    number: int
    name: str
    total: int = 0
    counts: tuple[tuple[OutcomeKind, int], ...] = ()
    failures: tuple[Outcome, ...] = ()
    finished: bool = False
    problem: str = ""

    @property
    def done(self) -> int:
        """How many outcomes there are."""
        return sum(count for _, count in self.counts)


class Jobs:
    """Runs a job and remembers the latest. A server has one of these for all its visitors; `close` it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._latest: Job | None = None

    @property
    def latest(self) -> Job | None:
        """The job at work, else the last one."""
        return self._latest

    def start(self, name: str, outcomes: Callable[[], Iterator[Outcome]], total: int = 0) -> bool:
        """Work through the outcomes in a thread; False where another job is at work."""
        with self._lock:
            if self._stop.is_set() or (self._latest is not None and not self._latest.finished):
                return False
            job = Job(self._latest.number + 1 if self._latest else 1, name, total)
            self._latest = job
            self._thread = threading.Thread(target=self._work, args=(job, outcomes), name="job", daemon=True)
            self._thread.start()
        return True

    def close(self) -> None:
        """Stop after the file at hand: each is a transaction of its own, so nothing is left half done."""
        with self._lock:
            self._stop.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self, job: Job, outcomes: Callable[[], Iterator[Outcome]]) -> None:
        counts: Counter[OutcomeKind] = Counter()
        try:
            for outcome in outcomes():
                counts[outcome.kind] += 1
                failures = job.failures
                if outcome.kind == "failed" and len(failures) < SHOWN_FAILURES:
                    failures = (*failures, outcome)
                job = replace(job, counts=tuple(counts.items()), failures=failures)
                self._latest = job
                if self._stop.is_set():
                    break
        except AssistantError as error:
            job = replace(job, problem=f"{error} {error.hint}".strip())
        except Exception:
            logger.exception("the job %r broke off", job.name)
            job = replace(job, problem=texts.WENT_WRONG)
        self._latest = replace(job, finished=True)
