"""The followed folders, watched while the chat window runs: what changes in them is in the library two seconds later.

The system's notices are no more than an alarm: what is to be done is always the plan of `index.planning`, so nothing is
lost by a notice that never came, as from a network disk, and files that changed while nobody watched are caught up on.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from watchfiles import watch

from index.alone import Alone
from index.ignoring import IGNORE_FILE, is_passing
from index.planning import Plan, folders_below, status_of
from index.schema import AssistantError, EmptyFolder, FolderError
from index.synchronise import Synchroniser
from index.watches import FolderState, note_paused

REST_SECONDS = 0.5
"""A file is read once its size and time have been the same for so long, and struck out once it was away for so long."""
TICK_SECONDS = 0.1
PAUSED_SECONDS = 2.0  # between two looks at a folder that is paused
PATROL_SECONDS = 30.0  # between two looks at the whole of a folder from which no notice of more than files came
MANY = 100
"""Files that stir from which on the whole folder is looked at."""
RETRY_SECONDS = 3.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Rest:
    """Since when each file has been as it is."""

    since: dict[str, tuple[tuple[int, int] | None, float]] = field(default_factory=dict)

    def rested(self, paths: Iterable[str], now: float) -> set[str]:
        """Those that have not changed for REST_SECONDS; the others are remembered until they have."""
        seen = {}
        for path in paths:
            status = status_of(path)
            sign = (status.st_size, status.st_mtime_ns) if status else None
            before = self.since.get(path)
            seen[path] = before if before is not None and before[0] == sign else (sign, now - _age(status))
        self.since = {path: entry for path, entry in seen.items() if now - entry[1] < REST_SECONDS}
        return seen.keys() - self.since.keys()


class _Watched:
    """One followed folder: when to look at it, and what of its plan can be carried out."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.state = FolderState(folder)
        self._rest = _Rest()
        self._stirred: set[str] = set()
        self._soonest = self._latest = 0.0  # the whole of it is looked at not before the one, and at the other
        self._again = 0.0  # when to look at the files that were not at rest
        self.begin()

    def begin(self) -> None:
        """Look at all of it as soon as may be: what it was until now is not known."""
        self.root = _identity(self.folder)
        self._latest = self._soonest

    @property
    def is_another(self) -> bool:
        """Whether another folder is at its place than when it was begun."""
        return _identity(self.folder) != self.root

    def is_due(self, stirred: Iterable[str], now: float) -> bool:
        """Whether to look: something stirred since the last time, or it is time."""
        self._stirred.update(path for path in stirred if self._concerns(path))
        return now >= self._latest or bool(self._stirred) or (bool(self._rest.since) and now >= self._again)

    def look(self, synchroniser: Synchroniser) -> tuple[Plan | None, bool]:
        """What can be carried out now, and whether the whole folder was looked at.

        That are files at rest, and none where most would go or the folder is not there.
        """
        some = self._stirred | self._rest.since.keys()
        self._stirred = set()
        started = time.monotonic()
        whole = started >= self._latest
        if not (whole or self.state.paused or len(some) > MANY):
            plan = self._planned(lambda folder: synchroniser.glance(folder, some))
            if plan is not None:
                return self._ready(plan, time.monotonic()), False
        if started < self._soonest:
            self._latest = self._soonest
            return None, False
        plan = self._planned(synchroniser.plan)
        now = time.monotonic()
        # A large folder takes long to look at, and may stir all the time.
        self._soonest = now + 2 * (now - started)
        self._latest = max(now + (PAUSED_SECONDS if plan is None else PATROL_SECONDS), self._soonest)
        if plan is None:
            self._rest = _Rest()
            return None, True
        return self._ready(plan, now), True

    def _ready(self, plan: Plan, now: float) -> Plan:
        """What of the plan is at rest."""
        rested = self._rest.rested((*plan.new, *plan.changed, *plan.gone), now)
        self._again = min((since + REST_SECONDS for _, since in self._rest.since.values()), default=0.0)
        return replace(
            plan,
            # The other way round than `assistant sync` goes: where both are at it they meet in the middle.
            new=tuple(path for path in reversed(plan.new) if path in rested),
            changed=tuple(path for path in plan.changed if path in rested),
            gone=tuple(path for path in plan.gone if path in rested),
        )

    def _planned(self, planned: Callable[[Path], Plan | None]) -> Plan | None:
        """The plan, None where the watch is paused or the plan does not tell."""
        paused, plan = "", None
        try:
            plan = planned(Path(self.folder))
        except EmptyFolder:  # all its articles went, and that was meant
            plan = Plan(self.folder)
        except FolderError as error:
            paused = str(error)
        if plan is not None and plan.removes_most:
            held = len(plan.gone) + len(plan.moved) + len(plan.changed) + plan.unchanged
            paused, plan = f"{len(plan.gone):,} of its {held:,} files are gone.", None
        self.pause(paused)
        return plan

    def pause(self, reason: str) -> None:
        """Note why the folder is not watched, or with "" that it is."""
        if reason and reason != self.state.paused:
            logger.info("%s is not watched for now: %s", self.folder, reason)
        self.state = FolderState(self.folder, reason)

    def _concerns(self, path: str) -> bool:
        below = path.removeprefix(os.path.join(self.folder, ""))
        return path == self.folder or (
            below != path and not any(is_passing(part) and part != IGNORE_FILE for part in below.split(os.sep))
        )


class FolderWatcher:
    """Keeps the library equal to the folders it follows, in a thread, while no other process does.

    The lock file is its own: the writer of vectors may be a process in the background that embeds for an hour and
    watches nothing.
    """

    def __init__(self, synchroniser: Synchroniser, lock: Path) -> None:
        self._synchroniser = synchroniser
        self._watched: dict[str, _Watched] = {}
        self._told: dict[str, FolderState] | None = None
        self._alone = Alone("folders", lock, self._watch, self._failed)
        self._stop = self._alone.stop
        self.start, self.close = self._alone.start, self._alone.close

    @property
    def states(self) -> dict[str, FolderState]:
        """How it stands with each followed folder; empty while this process does not watch."""
        return {folder: watched.state for folder, watched in self._watched.copy().items()}

    def _failed(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, AssistantError) else f"{type(error).__name__}: {error}"
        if any(watched.state.paused != reason for watched in self._watched.values()):  # else it was told
            logger.warning("watching the folders failed: %s", reason, exc_info=not isinstance(error, AssistantError))
        for watched in self._watched.values():
            watched.pause(reason)
        with suppress(AssistantError):  # such as a full disk: then it cannot be noted either
            self._tell()
        self._stop.wait(RETRY_SECONDS)

    def _tell(self) -> None:
        """Note for other processes what is paused, where it has changed."""
        if (states := self.states) != self._told:
            note_paused(self._synchroniser.files, states)
            self._told = states

    def _watch(self) -> None:
        """Look at each folder whenever it is due, until what there is to be watched has become something else."""
        followed = self._synchroniser.files.folders()
        self._watched = {folder: self._watched.get(folder) or _Watched(folder) for folder in followed}
        for watched in self._watched.values():
            watched.begin()
        places = self._places()
        for stirred in notices(places, self._stop):
            if self._stop.is_set() or self._synchroniser.files.folders() != followed:
                return
            looked = False
            for watched in self._watched.values():
                if watched.is_due(stirred, time.monotonic()):
                    looked = self._bring_in(watched) or looked
                    self._tell()
            # Mounted, or made again: the notices are of what was there before.
            if not set(places).isdisjoint(stirred) or any(each.is_another for each in self._watched.values()):
                return
            if looked and self._places() != places:
                return

    def _places(self) -> list[str]:
        """Every folder to have notices from: links to folders are not followed, so they cannot go in a circle."""
        return sorted({place for folder in self._watched for place in folders_below(folder)})

    def _bring_in(self, watched: _Watched) -> bool:
        """Look at a folder and carry out what can be; whether the whole of it was looked at."""
        plan, whole = watched.look(self._synchroniser)
        for outcome in self._synchroniser.carry_out(plan) if plan is not None and plan.steps else ():
            logger.info("%s: %s %s", outcome.kind, outcome.name, outcome.reason)
            if self._stop.is_set() or watched.folder not in self._synchroniser.files.folders():
                break
        return whole


def notices(places: list[str], stop: threading.Event) -> Iterator[list[str]]:
    """The paths that stirred in these folders, and an empty list with every tick."""
    try:
        yield from _notices(places, stop, poll=False)
    except FileNotFoundError:  # it went before it could be watched: the next look finds what there is
        return
    except (OSError, RuntimeError) as error:  # such as too many folders for one person
        logger.warning("the system gives no notices of the folders, which are looked at instead: %s", error)
        yield from _notices(places, stop, poll=True)


def _notices(places: list[str], stop: threading.Event, poll: bool) -> Iterator[list[str]]:
    for changes in watch(
        *places,
        watch_filter=None,
        debounce=200,
        rust_timeout=int(TICK_SECONDS * 1000),
        yield_on_timeout=True,
        stop_event=stop,
        recursive=False,
        ignore_permission_denied=True,
        raise_interrupt=False,
        force_polling=poll,
        poll_delay_ms=500,
    ):
        yield [path for _, path in changes]


def _age(status: os.stat_result | None) -> float:
    """For how many seconds a file was as it is before it was seen, 0 where that is not known.

    By the time of the last change of its status, which no program sets back as `cp -p` does the other. Of the rest it
    makes up no more than half, since on a disk of another machine that clock may be wrong.
    """
    return min(max(0.0, time.time() - status.st_ctime), REST_SECONDS / 2) if status else 0.0


def _identity(folder: str) -> tuple[int, int] | None:
    """What tells a folder from one that was mounted or made in its place."""
    status = status_of(folder)
    return (status.st_dev, status.st_ino) if status else None
