"""A library for the length of one command, and the vectors of what the command brought."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from assistant.app import Assistant, Library, build, build_writer, open_library
from assistant.console import bar
from assistant.settings import load_settings
from index.schema import Outcome, SettingsError

LOOKS = 10  # five a second: a process that begins may not have noted its model yet


@contextmanager
def opened_library() -> Iterator[Library]:
    """The library of the settings in force, closed at the end of the block."""
    library = open_library(load_settings())
    try:
        yield library
    finally:
        library.database.close()


@contextmanager
def opened_assistant(host: str | None = None, port: int | None = None) -> Iterator[Assistant]:
    """A library that answers, closed at the end of the block; what is given goes before the settings in force."""
    given = {"host": host, "port": port}
    assistant = build(load_settings(**{name: value for name, value in given.items() if value is not None}))
    try:
        yield assistant
    finally:
        assistant.close()


def embed_all(library: Library, wait: bool, outcomes: Sequence[Outcome]) -> None:
    """See to it that the vectors follow: here and now, or by a process in the background."""
    if not wait:
        if any(outcome.kind in ("added", "replaced", "removed") for outcome in outcomes):
            embed_in_background(library)
        return
    writer = build_writer(library)
    with bar() as shown:
        task = shown.add_task("Embedding", total=library.catalogue.count_passages())
        library.spaces.embedder.export()  # before the lock is taken, which a window may want meanwhile
        looks = 0
        while not writer.drain(lambda done, total: shown.update(task, completed=done, total=total)):
            state = library.status()  # another process is at it, such as the chat window
            looks = 0 if library.spaces.is_served() else looks + 1
            if looks == LOOKS:
                raise SettingsError(
                    "The process that embeds, such as the chat window, was started with another embedding model.",
                    "Start it again with the settings of this command, or close it; what was added is in the library.",
                )
            shown.update(task, completed=state.embedded, total=state.passages)
            if state.embedded == state.passages and not state.change and not library.embeddings.count_uncollected():
                break
            time.sleep(0.2)
        state = library.status()
        shown.update(task, completed=state.embedded, total=state.passages)


def embed_in_background(library: Library) -> None:
    """Start a process that embeds what is pending, or has another model answer, where none is at it."""
    work = library.embeddings.count_pending() or library.spaces.change()
    if work and build_writer(library).is_free():
        subprocess.Popen(
            [sys.executable, "-m", "assistant", "embed"],
            env={**os.environ, "ASSISTANT_HOME": str(library.settings.home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
