"""Files that hold many articles, synchronised: each article is taken in and let go on its own."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from index.catalogue import Catalogue, Database, Files
from index.planning import Plan
from index.schema import Outcome
from index.synchronise import Synchroniser
from tests.samples import packed


def story(number: int) -> str:
    return f"The council of town {number} met on Monday. It voted to reopen pier {number} after a long winter."


def lines(*numbers: int) -> bytes:
    return b"".join(json.dumps({"title": f"Pier {n}", "text": story(n)}).encode() + b"\n" for n in numbers)


def archive(*numbers: int) -> bytes:
    return packed({f"below/{n}.txt": story(n) for n in numbers})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Synchroniser:
    database = Database(tmp_path / "library.sqlite3")
    return Synchroniser(Catalogue(database), Files(database))


def sync(library: Synchroniser, folder: Path) -> dict[str, int]:
    return counted(library.apply(library.plan(folder)))


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    return dict(Counter(outcome.kind for outcome in outcomes))


def answerable(library: Synchroniser) -> list[int]:
    return [number for number in range(10) if library.catalogue.search([str(number)], 1)]


MAKES = pytest.mark.parametrize(("name", "make"), [("a.jsonl", lines), ("a.zip", archive)])


@MAKES
def test_its_articles_come_and_go_one_by_one(library: Synchroniser, folder: Path, name: str, make: object) -> None:
    assert callable(make)
    (folder / name).write_bytes(make(1, 2, 3))
    assert sync(library, folder) == {"added": 3}
    assert library.plan(folder) == Plan(str(folder), unchanged=1)
    before = {row.id: row.added for row in library.catalogue.rows()}
    (folder / name).write_bytes(make(4, 2, 3))
    assert sync(library, folder) == {"added": 1, "removed": 1}
    assert answerable(library) == [2, 3, 4]
    kept = {row.id: row.added for row in library.catalogue.rows() if row.id in before}
    assert kept.items() <= before.items() and len(kept) == 2
    assert library.plan(folder).steps == 0
    (folder / name).unlink()
    (folder / "other.txt").write_text(story(9))
    assert sync(library, folder) == {"added": 1, "removed": 3}
    assert answerable(library) == [9] and len(library.files.of_folder(str(folder))) == 1
    assert library.catalogue.database.read("SELECT * FROM files WHERE container != ''") == []


@MAKES
def test_a_touched_or_moved_file_keeps_its_articles(
    library: Synchroniser, folder: Path, name: str, make: object
) -> None:
    assert callable(make)
    (folder / name).write_bytes(make(1, 2))
    sync(library, folder)
    before = {row.id: row.added for row in library.catalogue.rows()}
    (folder / name).write_bytes(make(1, 2))
    assert sync(library, folder) in ({"unchanged": 1}, {})
    (folder / name).rename(folder / f"moved-{name}")
    assert sync(library, folder) == {"moved": 1}
    assert {row.id: row.added for row in library.catalogue.rows()} == before
    assert all(row.path.startswith(f"{folder}/moved-{name}/") for row in library.catalogue.rows())
    (folder / f"moved-{name}").write_bytes(make(2, 3))
    assert sync(library, folder) == {"added": 1, "removed": 1}
    assert answerable(library) == [2, 3]


@MAKES
def test_a_run_that_was_killed_is_made_up_for(library: Synchroniser, folder: Path, name: str, make: object) -> None:
    assert callable(make)
    (folder / name).write_bytes(make(1, 2, 3, 4))
    for done in (1, 2):
        list(islice(library.apply(library.plan(folder)), done))
        assert library.plan(folder).steps == 1
    assert answerable(library) == [1, 2, 3]
    assert sync(library, folder) == {"added": 1}
    (folder / name).write_bytes(make(5, 6))
    list(islice(library.apply(library.plan(folder)), 3))
    assert sync(library, folder)
    assert answerable(library) == [5, 6] and library.plan(folder).steps == 0
    assert library.catalogue.count() == 2


def test_what_fails_in_it_is_told_and_stops_nothing_else(library: Synchroniser, folder: Path) -> None:
    (folder / "a.zip").write_bytes(packed({"1.txt": story(1), "2.txt": bytes(range(256)), "b.zip": archive(3)}))
    assert sync(library, folder) == {"added": 1, "failed": 2}
    assert [Path(record.path).name for record in library.files.failed()] == ["2.txt", "b.zip"]
    assert library.plan(folder).steps == 0
    (folder / "a.zip").write_bytes(b"PK\x03\x04 no more")
    assert sync(library, folder) == {"failed": 1}
    assert answerable(library) == [1]  # the earlier version stays
    assert library.plan(folder).steps == 0


def test_a_row_that_fails_is_named_by_its_file_and_row(library: Synchroniser, folder: Path) -> None:
    table = folder / "stories.csv"
    table.write_text(f"title,text\nOne,{story(1)}\nTwo,\n")
    failed = [outcome for outcome in library.apply(library.plan(folder)) if outcome.kind == "failed"]
    assert [outcome.name for outcome in failed] == [str(table)] and "“stories.csv, row 3”" in failed[0].reason
    [record] = library.files.failed()
    assert record.place == str(table) and record.reason == failed[0].reason
    table.write_text(f"title,text\nFour,{story(4)}\nOne,{story(1)}\nTwo,\n")  # it is another row now
    sync(library, folder)
    assert "“stories.csv, row 4”" in library.files.failed()[0].reason


def test_an_article_of_two_files_stays_until_both_are_gone(library: Synchroniser, folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(lines(1, 2))
    (folder / "b.jsonl").write_bytes(lines(2, 3))
    assert sync(library, folder) == {"added": 3, "unchanged": 1}
    (folder / "a.jsonl").unlink()
    sync(library, folder)
    assert answerable(library) == [2, 3]


def test_a_file_may_become_one_of_many_and_one_again(library: Synchroniser, folder: Path) -> None:
    path = folder / "a.json"
    record = {"text": story(1)}
    for value, numbers in ((record, [1]), ([record, {"text": story(2)}], [1, 2]), ({"text": story(3)}, [3])):
        path.write_text(json.dumps(value))
        sync(library, folder)
        assert answerable(library) == numbers
        assert library.plan(folder).steps == 0
    assert library.catalogue.database.read("SELECT * FROM files WHERE container != ''") == []


def test_what_was_removed_by_hand_comes_back_by_hand_or_when_it_changes(library: Synchroniser, folder: Path) -> None:
    path = folder / "a.jsonl"
    path.write_bytes(lines(1, 2))
    sync(library, folder)
    (article_id,) = [row.id for row in library.catalogue.rows() if row.title == "Pier 1"]
    library.remove(article_id)
    path.write_bytes(lines(1, 2, 3))
    assert sync(library, folder) == {"added": 1}
    assert answerable(library) == [2, 3]
    assert counted(library.add([path])) == {"added": 1}
    assert answerable(library) == [1, 2, 3]
    assert counted(library.add([path])) == {"unchanged": 1}


def test_added_by_hand_twice_is_added_once(library: Synchroniser, folder: Path) -> None:
    (folder / "a.zip").write_bytes(archive(1, 2))
    assert counted(library.add([folder])) == {"added": 2}
    assert counted(library.add([folder])) == {"unchanged": 1}
    library.remove(library.catalogue.rows()[0].id)
    assert counted(library.add([folder])) == {"added": 1}
    sync(library, folder)
    assert list(library.unfollow(folder)) == []
    assert {record.folder for record in library.files.parts(str(folder / "a.zip")).values()} == {""}


def test_a_followed_file_goes_with_its_folder(library: Synchroniser, folder: Path) -> None:
    (folder / "a.zip").write_bytes(archive(1, 2))
    sync(library, folder)
    assert counted(library.unfollow(folder, remove=True)) == {"removed": 2}
    assert library.catalogue.count() == 0


def test_an_upload_of_many_stays_whatever_becomes_of_files(library: Synchroniser) -> None:
    for kind in ("added", "unchanged"):
        assert counted(library.add_upload(archive(1, 2), "a.zip")) == {kind: 2}
    (outcome,) = library.add_upload(b"PK\x03\x04", "a.zip")
    assert (outcome.name, outcome.kind) == ("a.zip", "failed")
    assert [outcome.name for outcome in library.add_upload(lines(3), "a.jsonl")] == ["a.jsonl, line 1"]
