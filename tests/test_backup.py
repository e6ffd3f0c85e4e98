"""Backup and restore: all of it comes back, nothing is lost on the way, and nothing is trusted unread."""

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from assistant.app import POLLING, WATCHING, Library, build_writer, open_library
from assistant.backup import back_up, restore
from assistant.settings import load_settings
from index.schema import BackupError

TEXT = "The river rose on Monday. By Tuesday it had reached the old bridge, and the town was told to leave. Report {}."


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    library = open_library(load_settings())
    for number in range(3):
        add(library, number)
    hashes = [text_hash for _, text_hash in library.embeddings.pending(100)]
    library.embeddings.put(hashes, np.ones((len(hashes), 3), np.float32))
    library.embeddings.mark_collected([(id_, hash_) for id_, hash_, _ in library.embeddings.uncollected(100)])
    yield library
    library.database.close()


def add(library: Library, number: int) -> None:
    library.synchroniser.add_bytes(TEXT.format(number).encode(), f"{number}.txt")


def texts() -> set[str]:
    """The articles of the library as it is opened now."""
    library = open_library(load_settings())
    articles = library.catalogue.by_id(row.id for row in library.catalogue.rows())
    library.database.close()
    return {article.text for article in articles.values()}


def test_what_is_backed_up_comes_back(library: Library, home: Path, tmp_path: Path) -> None:
    (home / "assistant.toml").write_text('sentences = 3\n"model_key" = """\nsecret"""\n')
    back_up(library, tmp_path / "kept.zip")
    assert (tmp_path / "kept.zip").stat().st_mode & 0o077 == 0
    add(library, 9)
    library.database.close()
    (home / "assistant.toml").write_text("sentences = 5\n")
    articles, old = restore(load_settings(), tmp_path / "kept.zip", replace=True)
    assert articles == 3 and texts() == {TEXT.format(number) for number in range(3)}
    assert (home / "assistant.toml").read_text() == "sentences = 3\n"
    assert load_settings().sentences == 3
    restored = open_library(load_settings())
    assert restored.status().embedded == 3
    assert restored.embeddings.collected() == set() and restored.embeddings.count_uncollected() == 3
    assert restored.catalogue.search(["bridge"], 9)
    restored.database.close()
    assert old is not None and {"library.sqlite3", "assistant.toml"} <= {path.name for path in old.iterdir()}
    (home / "library.sqlite3").unlink()
    (old / "library.sqlite3").rename(home / "library.sqlite3")
    assert TEXT.format(9) in texts()


def test_a_backup_is_consistent_while_others_write(library: Library, home: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def writing() -> None:
        for number in range(100, 2000):
            if stop.is_set():
                return
            add(library, number)

    thread = threading.Thread(target=writing)
    thread.start()
    for number in range(5):
        back_up(library, tmp_path / f"{number}.zip")
    stop.set()
    thread.join()
    library.database.close()
    for number in range(5):
        articles, _ = restore(load_settings(), tmp_path / f"{number}.zip", replace=True)
        held = open_library(load_settings())
        assert held.catalogue.count() == articles == held.catalogue.count_passages()
        assert held.checks.keywords().whole
        held.database.close()


def test_a_library_that_holds_articles_is_replaced_only_if_that_is_meant(library: Library, tmp_path: Path) -> None:
    back_up(library, tmp_path / "kept.zip")
    with pytest.raises(BackupError, match="holds 3 articles"):
        restore(load_settings(), tmp_path / "kept.zip")
    with pytest.raises(BackupError, match="already"):
        back_up(library, tmp_path / "kept.zip")
    assert library.catalogue.count() == 3


def test_a_backup_goes_into_an_empty_place_and_into_that_of_a_broken_library(
    library: Library, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(library, tmp_path / "kept.zip")
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "new"))
    assert restore(load_settings(), tmp_path / "kept.zip") == (3, None)
    assert len(texts()) == 3
    (tmp_path / "new/library.sqlite3").write_bytes(b"broken" * 1000)
    with pytest.raises(BackupError, match="cannot be read"):
        restore(load_settings(), tmp_path / "kept.zip")
    restore(load_settings(), tmp_path / "kept.zip", replace=True)
    assert len(texts()) == 3


@pytest.mark.parametrize(
    "harm", ["truncated", "flipped", "no zip", "another zip", "broken library", "newer", "missing"]
)
def test_a_file_that_is_no_whole_backup_changes_nothing(
    library: Library, home: Path, tmp_path: Path, harm: str
) -> None:
    file = tmp_path / "kept.zip"
    back_up(library, file)
    data = file.read_bytes()
    if harm == "truncated":
        file.write_bytes(data[: len(data) // 2])
    elif harm == "flipped":
        middle = len(data) // 3
        file.write_bytes(data[:middle] + bytes(byte ^ 255 for byte in data[middle : middle + 40]) + data[middle + 40 :])
    elif harm == "no zip":
        file.write_text("a letter")
    elif harm == "missing":
        file.unlink()
    else:
        with zipfile.ZipFile(file, "w") as archive:
            name = "letter.txt" if harm == "another zip" else "library.sqlite3"
            archive.writestr(name, b"SQLite format 3\0" + b"x" * 5000)
            if harm == "newer":
                with library.database.transaction() as connection:
                    connection.execute("PRAGMA user_version = 99")
        if harm == "newer":
            file.unlink()
            back_up(library, file)
            with library.database.transaction() as connection:
                connection.execute("PRAGMA user_version = 2")
    before = sorted(path.name for path in home.iterdir())
    with pytest.raises(BackupError) as caught:
        restore(load_settings(), file, replace=True)
    assert caught.value.hint
    assert sorted(path.name for path in home.iterdir()) == before
    assert library.catalogue.count() == 3


def test_a_library_in_use_is_not_replaced(library: Library, home: Path, tmp_path: Path) -> None:
    back_up(library, tmp_path / "kept.zip")
    writer = build_writer(library)
    assert writer._acquire()
    with pytest.raises(BackupError, match="Another process"):
        restore(load_settings(), tmp_path / "kept.zip", replace=True)
    writer.close()
    for lock in (WATCHING, POLLING):
        with FileLock(home / lock), pytest.raises(BackupError, match="Another process"):
            restore(load_settings(), tmp_path / "kept.zip", replace=True)
    assert library.catalogue.count() == 3


def test_a_place_that_cannot_be_written_to_is_told(library: Library, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(library, tmp_path / "missing" / "kept.zip")
    assert not list(tmp_path.glob("*.part"))
