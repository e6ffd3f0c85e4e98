"""What becomes of a library when the machine fails it: a stated outcome each time, and nothing lost."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from assistant.app import Assistant, build, open_library
from assistant.settings import load_settings
from benchmarks.agreement import disagreements
from benchmarks.processes import Forked, synchronise
from benchmarks.stories import Story, revised, story
from index.catalogue import database as databases
from index.schema import CatalogueError, Outcome
from tests.fakes import BagOfWordsEmbedder

PATIENCE = 120.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(6):
        write(folder, number)
    return folder


def write(folder: Path, number: int) -> Story:
    told = story(3, number)
    (folder / f"{number}.txt").write_text(told.file(".txt"))
    return told


@contextmanager
def opened(home: Path) -> Iterator[Assistant]:
    assistant = build(load_settings(home=home, reader=False), BagOfWordsEmbedder())  # type: ignore[arg-type]
    yield assistant
    assistant.close()


def sync(assistant: Assistant, folder: Path) -> list[Outcome]:
    synchroniser = assistant.library.synchroniser
    return list(synchroniser.apply(synchroniser.plan(folder)))


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def answered(assistant: Assistant, told: Story) -> bool:
    """Whether every question about a story is answered from it."""
    return all(each.answer in assistant.chat.ask([], each.text).answer.text for each in told.questions[:1])


# --- a full disk ----------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount a disk can have a small one")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Nothing free within the block."""
    ballast = disk / "ballast"
    state = os.statvfs(disk)
    with suppress(OSError):  # whoever writes at the same time leaves less
        ballast.write_bytes(b"x" * (state.f_bavail * state.f_frsize))
    yield
    ballast.unlink()


def test_a_full_disk_stops_with_a_sentence_and_goes_on_where_it_stopped(small_disk: Path, folder: Path) -> None:
    home = small_disk / "home"
    with opened(home) as assistant:
        sync(assistant, folder)
        assert assistant.writer.drain()
        for number in range(6, 60):
            write(folder, number)
        with filled(small_disk), pytest.raises(CatalogueError, match=r"full|cannot be written") as caught:
            sync(assistant, folder)
        assert "room" in caught.value.hint
        assert answered(assistant, story(3, 1))  # what was there is there
    with opened(home) as assistant:
        sync(assistant, folder)
        assert assistant.writer.drain()
        assert list(disagreements(assistant.library, folder)) == []


def test_the_window_tells_of_a_full_disk_and_goes_on_once_there_is_room(small_disk: Path, folder: Path) -> None:
    with opened(small_disk / "home") as assistant:
        sync(assistant, folder)
        assistant.writer.start()
        assistant.watcher.start()
        until(lambda: assistant.writer.collection is not None and not assistant.library.embeddings.count_pending())
        with filled(small_disk):
            for number in range(6, 40):
                write(folder, number)
            until(lambda: "full" in " ".join(state.paused for state in assistant.watcher.states.values()))
            assert answered(assistant, story(3, 1))
        until(lambda: assistant.library.catalogue.count() == 40)
        until(lambda: not assistant.library.embeddings.count_pending() and assistant.writer.problem is None)
        assert not any(state.paused for state in assistant.watcher.states.values())


def test_a_catalogue_without_room_says_so(home: Path, folder: Path) -> None:
    """The same without a disk of one's own: SQLite is told how large its file may become."""
    with opened(home) as assistant:
        sync(assistant, folder)
        pages = assistant.library.database.read("PRAGMA page_count")[0][0]
        assistant.library.database.read(f"PRAGMA max_page_count = {pages}")
        for number in range(6, 12):
            write(folder, number)
        with pytest.raises(CatalogueError, match="full") as caught:
            sync(assistant, folder)
        assert "room" in caught.value.hint
        assistant.library.database.read("PRAGMA max_page_count = 100000")
        sync(assistant, folder)
        assert assistant.writer.drain()
        assert list(disagreements(assistant.library, folder)) == []


# --- a database that another program holds --------------------------------------------------------------------------


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Another program writes to the library, and does not end within the block."""
    other = sqlite3.connect(home / "library.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_library_locked_for_long_is_told_answers_and_goes_on(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE_SECONDS", 0.3)
    with opened(home) as assistant:
        sync(assistant, folder)
        assistant.writer.start()
        assistant.watcher.start()
        until(lambda: assistant.writer.collection is not None and bool(assistant.watcher.states))
        with locked(home):
            told = write(folder, 6)
            with pytest.raises(CatalogueError, match="busy") as caught:
                sync(assistant, folder)
            assert "Wait" in caught.value.hint
            until(lambda: any("busy" in state.paused for state in assistant.watcher.states.values()))
            assert answered(assistant, story(3, 1))
        until(lambda: answered(assistant, told))
        until(lambda: not assistant.library.embeddings.count_pending() and assistant.writer.problem is None)


# --- a catalogue that is no longer one ------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["emptied", "cut", "cut to a page", "garbage", "head", "missing"])
def test_a_catalogue_that_was_damaged_is_told_with_the_way_back(home: Path, folder: Path, harm: str) -> None:
    with opened(home) as assistant:
        sync(assistant, folder)
        assistant.writer.drain()
    path = home / "library.sqlite3"
    data = path.read_bytes()
    damaged = {
        "emptied": b"",
        "cut": data[: len(data) // 2 + 100],
        "cut to a page": data[:4096],
        "garbage": b"\xa5" * len(data),
        "head": b"\0" * 100 + data[100:],
    }
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(damaged[harm])
    with pytest.raises(CatalogueError) as caught, opened(home) as assistant:
        assistant.library.status()
        sync(assistant, folder)
    assert "assistant restore FILE" in caught.value.hint and "safe" in caught.value.hint
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        f"{number}.txt": story(3, number).file(".txt") for number in range(6)
    }


def test_a_library_of_which_nothing_is_left_begins_anew(home: Path, folder: Path) -> None:
    with opened(home) as assistant:
        sync(assistant, folder)
        assistant.writer.drain()
    shutil.rmtree(home)
    with opened(home) as assistant:
        sync(assistant, folder)
        assistant.writer.drain()
        assert list(disagreements(assistant.library, folder)) == []


# --- a clock that goes backwards ------------------------------------------------------------------------------------


def test_files_of_the_future_and_of_the_past_are_told_by_what_is_in_them(home: Path, folder: Path) -> None:
    future, past = 4_102_444_800, -86_400  # the years 2100 and 1969
    with opened(home) as assistant:
        for path in folder.iterdir():
            os.utime(path, (future, future))
        assert {outcome.kind for outcome in sync(assistant, folder)} == {"added"}
        (folder / "0.txt").write_text(revised_once(0).file(".txt"))
        for number, when in enumerate((past, past, future - 1)):  # 0 was edited, 1 and 2 were not
            os.utime(folder / f"{number}.txt", (when, when))
        kinds = {Path(outcome.name).name: outcome.kind for outcome in sync(assistant, folder)}
        assert kinds == {"0.txt": "replaced", "1.txt": "unchanged", "2.txt": "unchanged"}
        assert sync(assistant, folder) == []
        assistant.writer.drain()
        assert list(disagreements(assistant.library, folder)) == []


def revised_once(number: int) -> Story:
    return revised(story(3, number), Random(1))


# --- many at once ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_processes_synchronising_at_once_do_it_once(home: Path, folder: Path) -> None:
    for number in range(6, 40):
        write(folder, number)
    together = [Forked(synchronise, home, folder) for _ in range(10)]
    for process in together:
        process.end()
    for number in range(0, 40, 4):
        (folder / f"{number}.txt").write_text(revised_once(number).file(".txt"))
        (folder / f"{number + 1}.txt").rename(folder / f"renamed{number}.txt")
        (folder / f"{number + 2}.txt").unlink()
    together = [Forked(synchronise, home, folder) for _ in range(4)]
    for process in together:
        process.end()
    library = open_library(load_settings(home=home), BagOfWordsEmbedder())  # type: ignore[arg-type]
    assert library.catalogue.count() == 30
    assert list(disagreements(library, folder)) == []
    library.database.close()
