"""Watched folders: what changes in them is in the library soon, and nothing else ever is."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from assistant.app import build
from assistant.settings import load_settings
from benchmarks.stories import story as invented
from index import watching
from index.alone import is_held
from index.catalogue import Catalogue, Database, Embeddings, Files
from index.ignoring import IGNORE_FILE
from index.synchronise import Synchroniser
from index.watches import FolderState, states_of
from index.watching import REST_SECONDS, FolderWatcher
from tests.fakes import BagOfWordsEmbedder

SOON = 2.0
PATIENCE = 20.0  # on a busy machine; the usual figure is below SOON


def story(number: int) -> str:
    return f"The council of town {number} met on Monday. It voted to reopen pier {number} after a long winter."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.txt").write_text(story(number))
    return folder


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Synchroniser]:
    database = Database(tmp_path / "library.sqlite3")
    library = Synchroniser(Catalogue(database), Files(database))
    list(library.apply(library.plan(folder)))
    yield library
    database.close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "watching.lock"


@pytest.fixture
def watcher(library: Synchroniser, lock: Path) -> Iterator[FolderWatcher]:
    watcher = FolderWatcher(library, lock)
    watcher.start()
    until(lambda: watcher.states != {})
    yield watcher
    watcher.close()


def until(reached: Callable[[], bool]) -> float:
    """Wait for something; how many seconds it took."""
    started = time.monotonic()
    while not reached():
        assert time.monotonic() - started < PATIENCE, "it never came to that"
        time.sleep(0.02)
    return time.monotonic() - started


def still(reached: Callable[[], bool], seconds: float = 3 * REST_SECONDS) -> bool:
    """Whether it holds, and goes on holding for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not reached():
            return False
        time.sleep(0.05)
    return True


def held(library: Synchroniser) -> set[str]:
    return {Path(row.path).name for row in library.catalogue.rows()}


def texts(library: Synchroniser) -> str:
    return " ".join(
        article.text for article in library.catalogue.by_id(row.id for row in library.catalogue.rows()).values()
    )


def embed_all(library: Synchroniser) -> Embeddings:
    embeddings = Embeddings(library.catalogue.database, "model")
    hashes = [text_hash for _, text_hash in embeddings.pending(1000)]
    embeddings.put(hashes, np.ones((len(hashes), 3), np.float32))
    return embeddings


def test_what_is_added_edited_and_deleted_is_seen_soon(
    watcher: FolderWatcher, library: Synchroniser, folder: Path
) -> None:
    seconds = []
    (folder / "4.txt").write_text(story(4))
    seconds.append(until(lambda: "4.txt" in held(library)))
    (folder / "1.txt").write_text(story(11))
    seconds.append(until(lambda: "town 11" in texts(library) and "town 1 " not in texts(library)))
    (folder / "2.txt").unlink()
    seconds.append(until(lambda: "2.txt" not in held(library)))
    (folder / "below").mkdir()
    (folder / "below/5.txt").write_text(story(5))
    seconds.append(until(lambda: "5.txt" in held(library)))
    (folder / "below/6.txt").write_text(story(6))  # the folder that came is watched itself
    seconds.append(until(lambda: "6.txt" in held(library)))
    print("seconds", seconds)
    assert sorted(seconds)[2] < SOON
    assert watcher.states == {str(folder): FolderState(str(folder))}


def test_a_rename_and_a_move_embed_nothing(watcher: FolderWatcher, library: Synchroniser, folder: Path) -> None:
    embeddings, before = embed_all(library), {row.id for row in library.catalogue.rows()}
    (folder / "below").mkdir()
    (folder / "1.txt").rename(folder / "renamed.txt")
    (folder / "2.txt").rename(folder / "below/2.txt")
    places = {str(folder / "renamed.txt"), str(folder / "below/2.txt")}
    until(lambda: places <= {row.path for row in library.catalogue.rows()})
    folder.joinpath("below").rename(folder / "other")
    until(lambda: str(folder / "other/2.txt") in {row.path for row in library.catalogue.rows()})
    assert {row.id for row in library.catalogue.rows()} == before
    assert embeddings.count_pending() == 0


def test_a_file_is_read_once_it_is_whole(watcher: FolderWatcher, library: Synchroniser, folder: Path) -> None:
    seen = set()
    with (folder / "slow.txt").open("w") as file:
        for number in range(60, 72):
            file.write(story(number) + "\n\n")
            file.flush()
            time.sleep(REST_SECONDS / 4)
            seen |= held(library)
    assert "slow.txt" not in seen
    until(lambda: "slow.txt" in held(library))
    assert "town 71" in texts(library)


def test_hidden_temporary_and_ignored_files_are_left_out(
    watcher: FolderWatcher, library: Synchroniser, folder: Path
) -> None:
    (folder / ".assistantignore").write_text("drafts/\n*.md\n!keep.md\n")
    for name in (".hidden", "drafts"):
        (folder / name).mkdir()
    names = (".dot.txt", "~$lock.txt", "x.txt.part", "y.txt.tmp", "z.txt.crdownload", ".w.txt.swp", "#v.txt#", "u.md")
    for number, name in enumerate([*names, ".hidden/a.txt", "drafts/b.txt"], 20):
        (folder / name).write_text(story(number))
    (folder / "keep.md").write_text(story(40))
    until(lambda: "keep.md" in held(library))
    assert still(lambda: library.catalogue.count() == 5)
    (folder / "y.txt.tmp").rename(folder / "y.txt")  # as programs do that write safely
    until(lambda: "y.txt" in held(library))
    (folder / ".assistantignore").write_text("drafts/\n/0.*\n")  # what was taken in before goes, and what was not comes
    until(lambda: held(library) == {"1.txt", "2.txt", "3.txt", "y.txt", "keep.md", "u.md"})
    assert library.plan(folder).steps == 0


def test_of_a_file_that_stirs_the_other_thousands_are_not_looked_at(
    watcher: FolderWatcher, library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "4.txt").write_text(story(4))
    until(lambda: "4.txt" in held(library))
    until(lambda: watcher.states[str(folder)].paused == "")
    looks: list[Path] = []
    plan = library.plan
    monkeypatch.setattr(library, "plan", lambda path: [looks.append(path), plan(path)][1])
    (folder / "4.txt").write_text(story(14))
    (folder / "5.txt").write_text(story(5))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    until(lambda: "5.txt" in held(library) and "town 14" in texts(library))
    assert looks == []
    (folder / "5.txt").unlink()  # what is gone may have moved, or be most of the folder
    until(lambda: "5.txt" not in held(library))
    assert looks


def test_a_glance_says_of_files_what_the_whole_plan_does(library: Synchroniser, folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / ".assistantignore").write_text("drafts*\n")
    (folder / "1.txt").write_text(story(11))
    (folder / "below/broken.txt").write_bytes(bytes(range(256)))
    list(library.apply(library.plan(folder)))
    (folder / "2.txt").write_text(story(12))
    for name in ("5.txt", "below/6.txt", "drafts.txt", "below/.7.txt", "picture.png"):
        (folder / name).write_text(story(5))
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text(story(6))  # no text, which the catalogue cannot be asked about
    whole = library.plan(folder)
    paths = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    assert (glanced := library.glance(folder, [path for path in paths if IGNORE_FILE not in path])) is not None
    assert (glanced.new, glanced.changed, glanced.failing) == (whole.new, whole.changed, whole.failing)
    assert len(glanced.new) == 3 and len(glanced.changed) == len(glanced.failing) == 1
    (folder / "0.txt").write_text(story(0))
    (folder / IGNORE_FILE).write_text("0.txt\n")
    for path in (folder / IGNORE_FILE, folder / "below", folder / "gone.txt", folder / "0.txt"):
        assert library.glance(folder, [str(path)]) is None


def test_links_that_go_in_a_circle_are_not_followed(
    watcher: FolderWatcher, library: Synchroniser, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/9.txt").write_text(story(9))
    (folder / "circle").symlink_to(folder)
    (folder / "outside").symlink_to(tmp_path / "outside")
    (folder / "4.txt").write_text(story(4))
    until(lambda: "4.txt" in held(library))
    assert still(lambda: library.catalogue.count() == 5)


@pytest.mark.parametrize("away", ["missing", "empty"])
def test_a_folder_that_is_away_is_paused_and_goes_on_when_it_is_back(
    watcher: FolderWatcher, library: Synchroniser, folder: Path, lock: Path, away: str
) -> None:
    """A disk that is not mounted leaves no folder, or an empty one in its place."""
    folder.rename(folder.with_name("elsewhere"))
    if away == "empty":
        folder.mkdir()
    until(lambda: watcher.states[str(folder)].paused != "")
    assert ("no folder" if away == "missing" else "4 of its 4 files") in watcher.states[str(folder)].paused
    until(lambda: states_of(library.files, lock) == watcher.states)  # as another process has it
    assert still(lambda: library.catalogue.count() == 4)
    if away == "empty":
        folder.rmdir()
    folder.with_name("elsewhere").rename(folder)
    until(lambda: watcher.states[str(folder)].paused == "")
    (folder / "4.txt").write_text(story(4))
    until(lambda: "4.txt" in held(library))
    assert library.catalogue.count() == 5
    until(lambda: states_of(library.files, lock) == {str(folder): FolderState(str(folder))})


def test_while_nobody_watches_a_folder_that_is_gone_is_told_all_the_same(
    library: Synchroniser, folder: Path, lock: Path
) -> None:
    assert states_of(library.files, lock) == {}
    shutil.rmtree(folder)
    assert "no folder" in states_of(library.files, lock)[str(folder)].paused


def test_a_folder_is_watched_again_once_its_losses_were_meant(
    watcher: FolderWatcher, library: Synchroniser, folder: Path
) -> None:
    shutil.rmtree(folder)
    folder.mkdir()
    until(lambda: "4 of its 4" in watcher.states[str(folder)].paused)
    list(library.apply(library.plan(folder)))  # as by `assistant sync --yes`
    until(lambda: watcher.states[str(folder)].paused == "")
    (folder / "7.txt").write_text(story(7))
    until(lambda: held(library) == {"7.txt"})


def test_a_folder_followed_meanwhile_is_watched_and_one_followed_no_longer_is_not(
    watcher: FolderWatcher, library: Synchroniser, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "8.txt").write_text(story(8))
    list(library.apply(library.plan(other)))
    until(lambda: set(watcher.states) == {str(folder), str(other)})
    (other / "9.txt").write_text(story(9))
    until(lambda: "9.txt" in held(library))
    list(library.unfollow(other))
    until(lambda: set(watcher.states) == {str(folder)})
    (other / "10.txt").write_text(story(10))
    assert still(lambda: "10.txt" not in held(library))
    assert library.files.folders() == [str(folder)]


def test_what_changed_while_nobody_watched_is_caught_up_on(library: Synchroniser, lock: Path, folder: Path) -> None:
    (folder / "4.txt").write_text(story(4))
    watcher = FolderWatcher(library, lock)
    watcher.start()
    until(lambda: "4.txt" in held(library))
    watcher.close()


def test_only_one_process_watches(watcher: FolderWatcher, library: Synchroniser, lock: Path, folder: Path) -> None:
    other = FolderWatcher(library, lock)
    other.start()
    (folder / "below").mkdir()
    (folder / "below/4.txt").write_text(story(4))
    until(lambda: "4.txt" in held(library))
    assert other.states == {}
    watcher.close()
    until(lambda: set(other.states) == {str(folder)})
    (folder / "5.txt").write_text(story(5))
    until(lambda: "5.txt" in held(library))
    other.close()


def test_without_notices_the_folders_are_looked_at_all_the_same(
    library: Synchroniser, lock: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch: Any = watching.watch

    def none_left(*places: str, force_polling: bool, **options: Any) -> Any:
        if force_polling:
            return watch(*places, force_polling=True, **options)
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watching, "watch", none_left)
    watcher = FolderWatcher(library, lock)
    watcher.start()
    (folder / "4.txt").write_text(story(4))
    until(lambda: "4.txt" in held(library))
    watcher.close()


def test_the_watch_outlives_what_goes_wrong(
    watcher: FolderWatcher, library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "RETRY_SECONDS", 0.2)
    plan = library.plan

    def failing(path: Path, some: object = ()) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(library, "plan", failing)
        patch.setattr(library, "glance", failing)
        (folder / "4.txt").write_text(story(4))
        until(lambda: "MemoryError" in watcher.states[str(folder)].paused)
    assert library.plan == plan
    until(lambda: "4.txt" in held(library))
    until(lambda: watcher.states[str(folder)].paused == "")
    os.utime(folder / "4.txt")


@pytest.mark.slow
def test_a_file_dropped_in_is_in_an_answer_while_hundreds_are_being_embedded(home: Path, tmp_path: Path) -> None:
    folder, hundreds = tmp_path / "articles", 300
    folder.mkdir()
    for number in range(hundreds):
        (folder / f"{number}.txt").write_text(invented(1, number).file(".txt"))
    assistant = build(load_settings(home=home, reader=False), BagOfWordsEmbedder(seconds=0.05))  # type: ignore[arg-type]
    library = assistant.library.synchroniser
    list(library.apply(library.plan(folder)))
    assistant.writer.start()
    assistant.watcher.start()
    until(lambda: assistant.watcher.states != {})
    seconds = []
    for number in range(hundreds, hundreds + 3):
        question = invented(1, number).questions[0]
        (folder / f"{number}.txt").write_text(invented(1, number).file(".txt"))
        seconds.append(until(lambda asked=question: asked.answer in assistant.chat.ask([], asked.text).answer.text))
    print("seconds", seconds)
    assert assistant.library.embeddings.count_pending() > hundreds
    assert min(seconds) < SOON
    assistant.close()


def test_who_asks_whether_a_lock_is_held_does_not_hold_it(tmp_path: Path) -> None:
    lock = tmp_path / "some.lock"
    assert not is_held(lock) and not lock.exists()
    with FileLock(lock):
        assert is_held(lock)
    with lock.open() as other:  # another who asks in this very moment
        fcntl.flock(other, fcntl.LOCK_SH)
        assert not is_held(lock)
    with FileLock(lock, timeout=0):
        assert is_held(lock)
