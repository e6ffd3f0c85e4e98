"""Long work on the library: one job at a time, in a thread, its progress a value that any page can read."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.ui import texts
from index.schema import AssistantError, Outcome, OutcomeKind

SHOWN_FAILURES = 50
SHOWN_OTHERS = 100
SHOWN_JOBS = 5

logger = logging.getLogger(__name__)

Work = Callable[[], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job is. `total` is 0 where it is not known; `problem` says why it broke off.

    Of its outcomes the first failures and the first others are kept, and all are counted.
    """

    number: int
    name: str
    total: int = 0
    counts: tuple[tuple[OutcomeKind, int], ...] = ()
    failures: tuple[Outcome, ...] = ()
    others: tuple[Outcome, ...] = ()
    finished: bool = False
    problem: str = ""

    @property
    def done(self) -> int:
        """How many outcomes there are."""
        return sum(count for _, count in self.counts)


class Jobs:
    """Runs a job and remembers the latest. A server has these for all its visitors; `close` them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._latest: Job | None = None
        self._earlier: tuple[Job, ...] = ()
        self._waiting: deque[tuple[str, Work, int]] = deque()

    @property
    def latest(self) -> Job | None:
        """The job at work, else the last one."""
        return self._latest

    @property
    def recent(self) -> tuple[Job, ...]:
        """The job at work or the last one, and those before it, the latest first."""
        with self._lock:
            return (self._latest, *self._earlier) if self._latest else ()

    @property
    def working(self) -> bool:
        """Whether a job is at work."""
        return self._latest is not None and not self._latest.finished

    def start(self, name: str, outcomes: Work, total: int = 0, *, waits: bool = False) -> bool:
        """Work through the outcomes in a thread.

        While another job is at work it `waits` its turn, or else is not begun: then this is False.
        """
        with self._lock:
            if self._closed or (self.working and not waits):
                return False
            if self.working:
                self._waiting.append((name, outcomes, total))
                return True
            job = self._begun(name, total)
            self._thread = threading.Thread(target=self._work, args=(job, outcomes), name="job", daemon=True)
            self._thread.start()
        return True

    def close(self, patience: float = 0) -> None:
        """Begin nothing new, and stop after the file at hand once so many seconds are over.

        Each file is a transaction of its own, so nothing is left half done.
        """
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join(patience)
            self._stop.set()
            thread.join()

    def _begun(self, name: str, total: int) -> Job:
        if self._latest is not None:
            self._earlier = (self._latest, *self._earlier)[: SHOWN_JOBS - 1]
        self._latest = Job(self._latest.number + 1 if self._latest else 1, name, total)
        return self._latest

    def _work(self, job: Job, outcomes: Work) -> None:
        """Do a job, then those that wait."""
        while True:
            done = self._done(job, outcomes)
            with self._lock:
                self._latest = replace(done, finished=True)
                if self._stop.is_set() or not self._waiting:
                    return
                name, outcomes, total = self._waiting.popleft()
                job = self._begun(name, total)

    def _done(self, job: Job, outcomes: Work) -> Job:
        counts: Counter[OutcomeKind] = Counter()
        try:
            for outcome in outcomes():
                counts[outcome.kind] += 1
                job = replace(_with(job, outcome), counts=tuple(counts.items()))
                self._latest = job
                if self._stop.is_set():
                    break
        except AssistantError as error:
            return replace(job, problem=f"{error} {error.hint}".strip())
        except Exception:
            logger.exception("the job %r broke off", job.name)
            return replace(job, problem=texts.WENT_WRONG)
        return job


def _with(job: Job, outcome: Outcome) -> Job:
    if outcome.kind == "failed":
        return replace(job, failures=(*job.failures, outcome)) if len(job.failures) < SHOWN_FAILURES else job
    return replace(job, others=(*job.others, outcome)) if len(job.others) < SHOWN_OTHERS else job
