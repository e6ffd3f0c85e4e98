"""The examination of a library: what is whole is found whole, what is broken is named, and mended from the rest."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import upkeep
from assistant.settings import load_settings
from index.background import VectorWriter
from index.catalogue import Catalogue, Checks, Database, Embeddings, Files
from index.doctor import Doctor, Finding, joins
from index.schema import Passage
from index.synchronise import Synchroniser
from tests.fakes import BagOfWordsEmbedder, spaces_of
from tests.model_server import KEY, Script, dropped, model_server, status, text

PARTS = {"database", "keyword index", "passages", "articles", "vectors", "Chroma"}


class Ward:
    """A library in a folder, examined as often as one likes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.database = Database(home / "library.sqlite3")
        self.catalogue, self.files = Catalogue(self.database), Files(self.database)
        self.synchroniser = Synchroniser(self.catalogue, self.files)
        self.embedder = BagOfWordsEmbedder()
        self.embeddings = Embeddings(self.database, self.embedder.fingerprint)
        self.spaces = spaces_of(self.database, self.embedder)

    def writer(self) -> VectorWriter:
        return VectorWriter(self.home / "vectors", self.catalogue, self.spaces)

    def examined(self, repair: bool = False) -> dict[str, Finding]:
        doctor = Doctor(self.catalogue, self.files, self.spaces, self.writer())
        return {finding.part: finding for finding in doctor.examine(repair)}

    def wrong(self) -> set[str]:
        return {part for part, finding in self.examined().items() if finding.wrong}

    def run(self, *statements: str) -> None:
        with self.database.transaction() as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(5):
        lines = (f"Sentence {n} of story {number} tells of pier {number * n} and of no more." for n in range(30))
        (folder / f"{number}.txt").write_text(" ".join(lines))
    return folder


@pytest.fixture
def ward(tmp_path: Path, folder: Path) -> Iterator[Ward]:
    ward = Ward(tmp_path)
    list(ward.synchroniser.apply(ward.synchroniser.plan(folder)))
    assert ward.writer().drain()
    yield ward
    ward.database.close()


def test_a_library_that_is_whole_is_found_so(ward: Ward) -> None:
    found = ward.examined()
    assert found.keys() == PARTS | {"folder"}
    assert ward.wrong() == set()
    assert not [finding for finding in found.values() if finding.remedy or finding.mended]


def lose_keywords(ward: Ward) -> None:
    ward.run("DELETE FROM keywords WHERE rowid IN (SELECT number FROM passages LIMIT 3)")


def lose_the_index(ward: Ward) -> None:
    ward.run("DELETE FROM keywords_data WHERE id > 10")


def keep_keywords(ward: Ward) -> None:
    ward.run("INSERT INTO keywords (rowid, title, text) VALUES (9999, 'Ghost', 'A ghost of a passage')")


def other_keywords(ward: Ward) -> None:
    ward.run("UPDATE keywords SET text = 'other words' WHERE rowid = 2")


def shift_offsets(ward: Ward) -> None:
    ward.run('UPDATE passages SET "end" = "end" - 7 WHERE number = 2')


def lose_a_passage(ward: Ward) -> None:
    ward.run(
        "DELETE FROM keywords WHERE rowid = 3",
        "DELETE FROM passages WHERE number = 3",
    )


def lose_dates(ward: Ward) -> None:
    ward.run("UPDATE articles SET published = '2020-01-01'")  # the embedder saw none


def break_vectors(ward: Ward) -> None:
    ward.run("UPDATE embeddings SET vector = zeroblob(12) WHERE rowid = 1")


def orphan_passages(ward: Ward) -> None:
    ward.database._connection().execute("PRAGMA foreign_keys = OFF")
    ward.run("DELETE FROM articles WHERE id = (SELECT article_id FROM passages WHERE number = 1)")
    ward.database._connection().execute("PRAGMA foreign_keys = ON")


def lose_chroma(ward: Ward) -> None:
    shutil.rmtree(ward.home / "vectors")


def break_chroma(ward: Ward) -> None:
    for path in (ward.home / "vectors").rglob("*.sqlite3"):
        path.write_bytes(b"no database at all" * 100)


@pytest.mark.parametrize(
    ("harm", "part"),
    [
        (lose_keywords, "keyword index"),
        (lose_the_index, "keyword index"),
        (keep_keywords, "keyword index"),
        (other_keywords, "keyword index"),
        (shift_offsets, "passages"),
        (lose_a_passage, "passages"),
        (lose_dates, "passages"),
        (break_vectors, "vectors"),
        (orphan_passages, "database"),
        (lose_chroma, "Chroma"),
        (break_chroma, "Chroma"),
    ],
)
def test_what_is_broken_is_named_and_mended(ward: Ward, harm: Callable[[Ward], None], part: str) -> None:
    harm(ward)
    assert part in ward.wrong()
    found = ward.examined()[part]
    assert "--repair" in found.remedy and not found.mended
    mended = ward.examined(repair=True)
    assert mended[part].mended and not [finding for finding in mended.values() if finding.wrong]
    assert ward.writer().drain()
    assert ward.wrong() == set()
    assert ward.catalogue.search(["pier", "28"], 5)


def test_a_text_that_was_altered_is_told_and_not_guessed_at(ward: Ward) -> None:
    row = ward.catalogue.rows()[0]
    with ward.database.transaction() as connection:
        connection.execute("UPDATE articles SET text = replace(text, 'no more', 'no less') WHERE id = ?", (row.id,))
    found = ward.examined(repair=True)["articles"]
    assert found.wrong and f"`assistant remove {row.id}`" in found.remedy


def test_chroma_is_left_alone_while_another_process_has_it_open(ward: Ward) -> None:
    writer = ward.writer()
    assert writer._acquire()
    found = ward.examined()["Chroma"]
    assert not found.wrong and "Another process" in found.text
    lose_chroma(ward)
    assert ward.examined(repair=True)["Chroma"].wrong
    writer.close()


def test_folders_are_compared_with_the_library(ward: Ward, folder: Path) -> None:
    (folder / "0.txt").rename(folder / "moved.txt")
    (folder / "5.txt").write_text("An entirely new story. It was found on the beach.")
    found = ward.examined()["folder"]
    assert "1 new, 1 moved" in found.text and "assistant sync" in found.remedy and not found.wrong
    shutil.rmtree(folder)
    assert ward.examined()["folder"].wrong


def test_vectors_of_texts_that_are_gone_are_noted_and_dropped(ward: Ward) -> None:
    ward.synchroniser.remove(ward.catalogue.rows()[0].id)
    assert "texts that are gone" in ward.examined()["vectors"].text
    assert ward.embeddings.count_orphans() > 0
    ward.examined(repair=True)
    assert ward.embeddings.count_orphans() == 0


def test_the_check_at_the_start_is_quick_and_sees_a_lost_index(ward: Ward) -> None:
    checks = Checks(ward.database)
    started = time.perf_counter()
    assert checks.looks_whole()
    assert time.perf_counter() - started < 0.05
    ward.run("DELETE FROM keywords WHERE rowid = (SELECT max(number) FROM passages)")
    assert not checks.looks_whole()


@pytest.mark.parametrize(
    ("spans", "whole"),
    [
        ([(0, 4), (5, 9)], True),
        ([(0, 9)], True),
        ([(0, 4), (6, 9)], False),
        ([(0, 5), (4, 9)], False),
        ([(0, 4)], False),
        ([(0, 4), (5, 10)], False),
        ([(0, 0), (0, 9)], False),
        ([], False),
    ],
)
def test_passages_join_where_nothing_but_white_space_is_left_out(spans: list[tuple[int, int]], whole: bool) -> None:
    passages = [Passage(f"a:{n}", "a", n, *span) for n, span in enumerate(spans)]
    assert joins("Word word", passages) is whole


@pytest.mark.parametrize(
    ("script", "wrong", "words"),
    [
        (text("Yes."), False, "answers"),
        (status(401), True, "key"),
        (status(404), True, "scribe"),
        (dropped, True, ""),
        (text(""), True, "said nothing"),
    ],
)
def test_the_language_model_is_tried(
    home: Path, monkeypatch: pytest.MonkeyPatch, script: Script, wrong: bool, words: str
) -> None:
    with model_server() as server:
        server.says(script)
        for name, value in {"URL": server.url, "KEY": KEY}.items():
            monkeypatch.setenv(f"ASSISTANT_MODEL_{name}", value)
        monkeypatch.setenv("ASSISTANT_MODEL", "scribe")
        finding = upkeep._model(load_settings())
    assert finding.wrong is wrong and words in finding.text + finding.remedy
    assert KEY not in finding.text + finding.remedy


def test_a_model_that_is_no_folder_needs_an_address(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL", "scribe")
    finding = upkeep._model(load_settings())
    assert finding.wrong and "scribe" in finding.text and "ASSISTANT_MODEL_URL" in finding.remedy
