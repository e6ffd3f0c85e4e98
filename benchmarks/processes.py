"""Processes that take the changes of a folder in, made to be killed: commands, and the same work in forks."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import index.background
import index.collecting
import index.vectors
from assistant.app import Assistant, build
from assistant.settings import load_settings
from tests.fakes import BagOfWordsEmbedder

READY_SECONDS = 120.0
EMBED_SECONDS = 0.0005
"""What a bag of words takes for a passage, so that a kill falls into embedding too."""


class Process(Protocol):
    """What takes the changes in, ready to be killed."""

    def kill(self) -> bool:
        """Kill it with SIGKILL; whether it was still running."""
        ...


class Command:
    """A command of the assistant in a process of its own; with `says`, started once it says so."""

    def __init__(self, home: Path, *words: str, says: str = "") -> None:
        self._log = home.parent / "log"
        environment = {**os.environ, "ASSISTANT_HOME": str(home), "TMPDIR": str(home.parent), "PYTHONUNBUFFERED": "1"}
        with self._log.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "assistant", *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + READY_SECONDS
        while says and says not in self.said and time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(self.said)
            time.sleep(0.1)

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def kill(self) -> bool:
        """Kill it and what it started."""
        running = self._process.poll() is None
        if running:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return running

    def end(self) -> None:
        """Let it come to its end. Raises RuntimeError where it fails."""
        if self._process.wait():
            raise RuntimeError(self.said)


class Forked:
    """A function in a process that has imported everything already; what commands take most of their time for."""

    def __init__(self, work: Callable[[Path, Path], None], home: Path, folder: Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["chromadb", "datasketch", "index.retrieve", "assistant.chat", __name__])
        self._process = context.Process(target=work, args=(home, folder))
        self._process.start()

    def kill(self) -> bool:
        """Kill it. Raises RuntimeError where it had failed."""
        self._process.kill()
        self._process.join()
        if self._process.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"the process failed with {self._process.exitcode}")
        return self._process.exitcode == -signal.SIGKILL

    def end(self) -> None:
        """Let it come to its end. Raises RuntimeError where it fails."""
        self._process.join()
        if self._process.exitcode:
            raise RuntimeError(f"the process failed with {self._process.exitcode}")


class Together:
    """Several processes at once."""

    def __init__(self, *processes: Process) -> None:
        self._processes = processes

    def kill(self) -> bool:
        """Kill them; whether one was still running."""
        return any([process.kill() for process in self._processes])


def synchronise(home: Path, folder: Path) -> None:
    """What `assistant sync --yes --wait` does, with a bag of words for a model."""
    assistant = _built(home)
    synchroniser = assistant.library.synchroniser
    for _ in synchroniser.apply(synchroniser.plan(folder)):
        pass
    library = assistant.library
    while not assistant.writer.drain() and (
        library.embeddings.count_pending() or library.embeddings.count_uncollected()
    ):
        time.sleep(0.2)  # another process is at it
    assistant.close()


def watch(home: Path, folder: Path) -> None:
    """What the chat window does behind its page, until it is killed."""
    assistant = _built(home)
    assistant.library.files.follow(str(folder))
    assistant.writer.start()
    assistant.watcher.start()
    threading.Event().wait()


def hasty(work: Callable[[Path, Path], None], home: Path, folder: Path) -> None:
    """The same in steps so small that a kill falls between many of them; Chroma writes its search structure often."""
    index.background.EMBED_AT_ONCE = 4
    index.background.COLLECT_AT_ONCE = index.collecting.COLLECT_AT_ONCE = 6
    index.vectors.SYNC_THRESHOLD = 20
    work(home, folder)


def _built(home: Path) -> Assistant:
    return build(load_settings(home=home), BagOfWordsEmbedder(seconds=EMBED_SECONDS))  # type: ignore[arg-type]
