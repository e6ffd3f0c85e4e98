"""Synchronising a folder: only what changed is redone, and no file's trouble is another's."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from index import parts, synchronise
from index.catalogue import Catalogue, Database, Embeddings, Files
from index.reading import MAX_BYTES
from index.schema import Article, FolderError, Outcome, Unreadable
from index.splitting import split
from index.synchronise import Plan, Synchroniser
from tests.samples import WITHOUT_BESIDE


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
def library(tmp_path: Path) -> Synchroniser:
    database = Database(tmp_path / "library.sqlite3")
    return Synchroniser(Catalogue(database), Files(database))


def sync(library: Synchroniser, folder: Path) -> dict[str, Outcome]:
    return {Path(outcome.name).name: outcome for outcome in library.apply(library.plan(folder))}


def kinds(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: outcome.kind for name, outcome in outcomes.items()}


def answerable(library: Synchroniser, number: int) -> bool:
    return bool(library.catalogue.search([str(number)], 1))


def names(paths: tuple[str, ...]) -> list[str]:
    return [Path(path).name for path in paths]


def touch(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 10**9))


def embed_all(library: Synchroniser) -> Embeddings:
    embeddings = Embeddings(library.catalogue.database, "model")
    hashes = [text_hash for _, text_hash in embeddings.pending(1000)]
    embeddings.put(hashes, np.ones((len(hashes), 3), np.float32))
    return embeddings


def test_a_plan_tells_new_changed_moved_gone_and_unchanged(library: Synchroniser, folder: Path) -> None:
    assert names(library.plan(folder).new) == ["0.txt", "1.txt", "2.txt", "3.txt"]
    sync(library, folder)
    assert library.plan(folder) == Plan(str(folder), unchanged=4)
    (folder / "0.txt").unlink()
    (folder / "1.txt").write_text(story(10) + " It is new.")
    (folder / "below").mkdir()
    (folder / "2.txt").rename(folder / "below/moved.txt")
    (folder / "4.txt").write_text(story(4))
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / ".hidden.txt").write_text(story(5))
    plan = library.plan(folder)
    assert (names(plan.new), names(plan.changed), names(plan.gone)) == (["4.txt"], ["1.txt"], ["0.txt"])
    assert plan.moved == ((str(folder / "2.txt"), str(folder / "below/moved.txt")),)
    assert (plan.unchanged, plan.steps, names(plan.skipped)) == (1, 4, ["picture.png"])
    assert kinds({Path(o.name).name: o for o in library.apply(plan)}) == {
        "moved.txt": "moved",
        "4.txt": "added",
        "1.txt": "replaced",
        "0.txt": "removed",
    }
    assert [number for number in (*range(6), 10) if answerable(library, number)] == [2, 3, 4, 10]
    assert library.plan(folder).steps == 0


def test_a_moved_file_keeps_its_article_and_its_vectors(library: Synchroniser, folder: Path) -> None:
    before = sync(library, folder)["1.txt"]
    embeddings = embed_all(library)
    (folder / "1.txt").rename(folder / "elsewhere.txt")
    assert sync(library, folder) == {
        "elsewhere.txt": Outcome(str(folder / "elsewhere.txt"), "moved", before.article_id)
    }
    assert embeddings.count_pending() == 0
    assert library.catalogue.article(before.article_id).path == str(folder / "elsewhere.txt")  # type: ignore[union-attr]


@pytest.mark.parametrize("edited", [True, False])
def test_a_file_that_was_edited_after_its_move_was_planned_is_read(
    library: Synchroniser, folder: Path, edited: bool
) -> None:
    """Its new size and time on record beside the old text would hide the change for ever."""
    before = sync(library, folder)["1.txt"]
    (folder / "1.txt").rename(folder / "elsewhere.txt")
    plan = library.plan(folder)
    (folder / "elsewhere.txt").write_text(story(9 if edited else 1))
    touch(folder / "elsewhere.txt")
    outcomes = [outcome.kind for outcome in library.apply(plan)]
    assert outcomes == (["moved", "replaced"] if edited else ["moved"])
    assert answerable(library, 9) == edited and answerable(library, 1) != edited
    assert library.plan(folder).steps == 0
    assert edited or library.catalogue.article(before.article_id).path.endswith("elsewhere.txt")  # type: ignore[union-attr]


def test_a_touched_file_is_unchanged(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    touch(folder / "1.txt")
    assert kinds(sync(library, folder)) == {"1.txt": "unchanged"}
    assert library.plan(folder).steps == 0


def test_a_folder_that_is_empty_missing_or_a_file_is_told(library: Synchroniser, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text(story(0))
    for name, sentence in (("empty", "no articles"), ("missing", "no folder"), ("file.txt", "is a file")):
        with pytest.raises(FolderError, match=sentence) as caught:
            library.plan(tmp_path / name)
        assert caught.value.hint
    with pytest.raises(FolderError, match="no file or folder"):
        list(library.add([tmp_path / "missing.txt"]))


def test_a_folder_that_lost_most_of_its_files_is_noticed(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    for number in range(4):
        assert library.plan(folder).removes_most == (number > 2)
        (folder / f"{number}.txt").unlink()
    assert library.plan(folder).removes_most
    assert library.catalogue.count() == 4


def test_a_renamed_folder_removes_nothing(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    (folder / "deep").mkdir()
    for number in range(4):
        (folder / f"{number}.txt").rename(folder / f"deep/{number}.txt")
    plan = library.plan(folder)
    assert not plan.removes_most
    assert (len(plan.moved), plan.gone) == (4, ())


def test_what_cannot_be_read_stops_nothing_else(
    library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "empty.txt").write_bytes(b"")
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (folder / "vanished.txt").write_text(story(9))
    plan = library.plan(folder)
    (folder / "vanished.txt").unlink()
    outcomes = {Path(outcome.name).name: outcome for outcome in library.apply(plan)}
    failed = {name: outcome.reason for name, outcome in outcomes.items() if outcome.kind == "failed"}
    assert set(failed) == {"binary.txt", "empty.txt", "huge.txt", "vanished.txt"}
    assert all(name in reason for name, reason in failed.items())
    assert all(answerable(library, number) for number in range(4))
    assert library.catalogue.count() == 4
    again = library.plan(folder)
    assert again.steps == 0  # they are not tried again before they change
    assert {Path(record.path).name for record in again.failing} == set(failed) - {"vanished.txt"}
    (folder / "empty.txt").write_text(story(8))
    assert kinds(sync(library, folder)) == {"empty.txt": "added"}


def test_a_reader_that_breaks_stops_nothing_else(
    library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = parts.read

    def breaking(data: bytes, name: str, *, path: str = "", kind: str = "") -> Article:
        if "town 1" in data.decode():
            raise ValueError("a sign that nobody foresaw")
        return read(data, name, path=path, kind=kind)

    monkeypatch.setattr(parts, "read", breaking)
    outcomes = sync(library, folder)
    assert kinds(outcomes) == {"0.txt": "added", "1.txt": "failed", "2.txt": "added", "3.txt": "added"}
    assert "1.txt" in outcomes["1.txt"].reason and "ValueError" in outcomes["1.txt"].reason
    assert "nobody foresaw" in caplog.text
    assert library.plan(folder).steps == 0
    assert [Path(record.path).name for record in library.files.failed()] == ["1.txt"]
    assert library.add_bytes(story(1).encode(), "upload.txt").kind == "failed"


def test_a_file_whose_name_is_no_text_fails_alone(library: Synchroniser, folder: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))
    try:
        odd.write_text(story(8))
        (folder / "new.txt").write_text(story(9))
    except OSError:
        pytest.skip("this file system takes text only")
    outcomes = sync(library, folder)
    assert outcomes.pop("caf\ufffd.txt").kind == "failed"
    assert set(kinds(outcomes).values()) == {"added"}
    odd.unlink()
    odd.with_name("moved-" + odd.name).write_text(story(1))
    (folder / "1.txt").unlink()
    assert sorted(kinds(sync(library, folder)).values()) == ["failed", "removed"]
    assert [outcome.kind for outcome in library.add([odd.with_name("moved-" + odd.name)])] == ["failed"]
    inside = odd.with_suffix("")
    inside.mkdir()
    with pytest.raises(FolderError, match="no text"):
        library.plan(inside)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_fails_alone(library: Synchroniser, folder: Path) -> None:
    (folder / "1.txt").chmod(0)
    assert kinds(sync(library, folder)) == {"0.txt": "added", "1.txt": "failed", "2.txt": "added", "3.txt": "added"}


def test_a_folder_below_that_cannot_be_listed_loses_nothing(
    library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "below").mkdir()
    (folder / "3.txt").rename(folder / "below/3.txt")
    sync(library, folder)
    scandir = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "below":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root could list it whatever its mode
    assert library.plan(folder).steps == 0
    assert library.plan(folder).unchanged == 4


def test_a_file_whose_status_is_refused_is_not_gone(
    library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(library, folder)
    stat = os.stat

    def refusing(path: object, *arguments: object, **options: object) -> object:
        if str(path).endswith("1.txt"):
            raise PermissionError(13, "Permission denied", path)
        return stat(path, *arguments, **options)  # type: ignore[arg-type]

    plan = Plan(str(folder), gone=(str(folder / "1.txt"),))
    monkeypatch.setattr(os, "stat", refusing)  # root would be told it whatever the folder's mode
    assert library.plan(folder) == Plan(str(folder), unchanged=4, closed=plan.gone)
    assert [outcome.kind for outcome in library.apply(plan)] == ["failed"]
    assert answerable(library, 1)


def test_a_file_that_is_back_when_the_plan_is_applied_stays(library: Synchroniser, folder: Path) -> None:
    sync(library, folder)
    (folder / "1.txt").rename(folder / "1.away")
    plan = library.plan(folder)
    (folder / "1.away").rename(folder / "1.txt")
    assert names(plan.gone) == ["1.txt"]
    assert [outcome.kind for outcome in library.apply(plan)] == ["unchanged"]
    assert answerable(library, 1)


def test_the_earlier_version_of_a_file_that_became_unreadable_stays(library: Synchroniser, folder: Path) -> None:
    article_id = sync(library, folder)["1.txt"].article_id
    (folder / "1.txt").write_bytes(bytes(range(256)) * 20)
    for _ in range(2):
        assert kinds(sync(library, folder)) == {"1.txt": "failed"}
        assert library.catalogue.article(article_id) is not None
        assert [Path(record.path).name for record in library.files.failed()] == ["1.txt"]
        touch(folder / "1.txt")
    (folder / "1.txt").write_text(story(1))
    assert kinds(sync(library, folder)) == {"1.txt": "unchanged"}
    assert library.files.failed() == []


def test_a_file_that_fails_once_is_taken_in_later(
    library: Synchroniser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, *, limit: int) -> bytes:
        raise Unreadable(f"“{path.name}” could not be read: input/output error.")

    with monkeypatch.context() as patch:
        patch.setattr(synchronise, "load", broken)
        assert set(kinds(sync(library, folder)).values()) == {"failed"}
    assert set(kinds(sync(library, folder)).values()) == {"added"}  # though neither size nor time differ


def test_an_article_removed_by_hand_stays_removed_until_its_file_changes(library: Synchroniser, folder: Path) -> None:
    article_id = sync(library, folder)["1.txt"].article_id
    assert library.remove(article_id).kind == "removed"
    assert library.remove(article_id).kind == "failed"
    assert sync(library, folder) == {}
    touch(folder / "1.txt")
    sync(library, folder)
    (folder / "1.txt").rename(folder / "moved.txt")
    sync(library, folder)
    assert not answerable(library, 1)
    (folder / "moved.txt").write_text(story(1) + " A correction follows.")
    sync(library, folder)
    assert answerable(library, 1)


def test_an_article_removed_by_hand_can_be_added_by_hand(library: Synchroniser, folder: Path) -> None:
    library.remove(sync(library, folder)["1.txt"].article_id)
    assert [outcome.kind for outcome in library.add([folder / "1.txt"])] == ["added"]
    assert answerable(library, 1)
    assert library.plan(folder).steps == 0


def test_the_same_text_in_two_files_is_one_article(library: Synchroniser, folder: Path) -> None:
    (folder / "copy.txt").write_text(story(1).replace(". ", ".\n"))
    outcomes = sync(library, folder)
    assert outcomes["copy.txt"].article_id == outcomes["1.txt"].article_id
    assert library.catalogue.count() == 4
    (folder / "1.txt").unlink()
    sync(library, folder)
    article = library.catalogue.article(outcomes["copy.txt"].article_id)
    assert article is not None
    assert article.path == str(folder / "copy.txt")
    (folder / "copy.txt").write_text(story(11))
    sync(library, folder)
    assert library.catalogue.article(article.id) is None


@pytest.mark.parametrize("end", ["deleted", "changed"])
def test_what_a_reprint_stated_goes_with_it(library: Synchroniser, folder: Path, end: str) -> None:
    (folder / "1.txt").unlink()
    first, reprint = folder / "a.md", folder / "b.md"
    first.write_text(f"---\ntitle: Pier\nsource: The Courier\ndate: 2023-01-01\n---\n{story(1)}")
    article_id = sync(library, folder)["a.md"].article_id
    before = library.catalogue.article(article_id)
    reprint.write_text(f"---\ntitle: Look\nsource: A blog\ndate: 2024-05-05\n---\n{story(1)}")
    sync(library, folder)
    assert library.catalogue.article(article_id).title == "Look"  # type: ignore[union-attr]
    if end == "deleted":
        reprint.unlink()
    else:
        reprint.write_text(story(11))
    sync(library, folder)
    assert library.catalogue.article(article_id) == before
    assert library.catalogue.search(["courier", "pier"], 9) and not library.catalogue.search(["look"], 9)


def test_a_known_text_with_other_paragraphs_is_cut_as_it_is_stored(library: Synchroniser) -> None:
    paragraphs = [story(number).replace(". ", f", hall {number} was full, and nobody left. ") for number in range(30)]
    first = library.add_bytes("\n\n".join(["Harbour news of the week", *paragraphs]).encode(), "a.txt")
    stored = library.catalogue.article(first.article_id)
    pairs = [" ".join(paragraphs[number : number + 2]) for number in range(0, 30, 2)]
    page = "---\ntitle: Harbour\nsource: The Courier\n---\n" + "\n\n".join(pairs)
    second = library.add_bytes(page.encode(), "b.md")
    article = library.catalogue.article(first.article_id)
    assert stored is not None and article is not None
    assert (second.article_id, second.kind) == (first.article_id, "added")
    assert (article.text, article.title, article.source) == (stored.text, "Harbour", "The Courier")
    passages = library.catalogue.passages_of(article.id)
    assert passages == split(article) and len(passages) > 3
    for passage in passages:
        assert article.text[passage.start : passage.end].strip() == article.text[passage.start : passage.end] != ""
        assert passage.start == 0 or article.text[passage.start - 1].isspace()
    rows = library.catalogue.database.read("SELECT text FROM keywords ORDER BY rowid")
    assert [row["text"] for row in rows] == [article.text[p.start : p.end] for p in passages]


def test_a_file_is_one_by_whatever_way_it_is_named(
    library: Synchroniser, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(folder)
    ways = [Path("1.txt"), Path("../articles/1.txt"), tmp_path / "link/1.txt", folder / ".." / "articles" / "1.txt"]
    for number, way in enumerate(ways, 20):
        way.write_text(story(number))
        assert [outcome.kind for outcome in library.add([way])] == ["added" if number == 20 else "replaced"]
    assert [row.path for row in library.catalogue.rows()] == [str(folder / "1.txt")]
    assert library.plan(folder).new == tuple(str(folder / f"{number}.txt") for number in range(4))


def test_a_followed_folder_may_lie_within_another(library: Synchroniser, folder: Path) -> None:
    for name in ("below", ".hidden"):
        (folder / name).mkdir()
        for number in range(3):
            (folder / name / f"{name.strip('.')}{number}.txt").write_text(story(50 + number) + f" It was {name}.")
    below, hidden = folder / "below", folder / ".hidden"
    for each in (folder, below, hidden):
        sync(library, each)
    for _ in range(2):
        for each, count in ((below, 3), (hidden, 3), (folder, 7)):
            assert library.plan(each) == Plan(str(each), unchanged=count)
            assert sync(library, each) == {}
    (below / "below0.txt").unlink()
    assert library.plan(folder).gone == library.plan(below).gone == (str(below / "below0.txt"),)
    assert kinds(sync(library, folder)) == {"below0.txt": "removed"}
    assert library.plan(below).unchanged == 2


def test_what_an_ignore_file_names_leaves_and_comes_back(library: Synchroniser, folder: Path) -> None:
    below = folder / "drafts/old"
    below.mkdir(parents=True)
    (below / "8.txt").write_text(story(8))
    sync(library, folder)
    (folder / ".assistantignore").write_text("drafts/\n[\n")  # the second line is a slip
    assert kinds(sync(library, folder)) == {"8.txt": "removed"}
    assert library.plan(folder) == Plan(str(folder), unchanged=4)
    assert [outcome.kind for outcome in library.add([folder])] == ["unchanged"] * 4
    (folder / ".assistantignore").unlink()
    assert kinds(sync(library, folder)) == {"8.txt": "added"}


def test_what_one_folder_leaves_out_another_may_follow(library: Synchroniser, folder: Path) -> None:
    below = folder / "below"
    below.mkdir()
    (below / "8.txt").write_text(story(8))
    sync(library, folder)
    sync(library, below)
    (folder / ".assistantignore").write_text("below/\n")
    for _ in range(3):
        sync(library, folder)
        sync(library, below)
    assert answerable(library, 8)
    assert library.plan(folder) == Plan(str(folder), unchanged=4)
    assert library.plan(below) == Plan(str(below), unchanged=1)


@pytest.mark.parametrize("name", [".x.txt", "~$x.txt", "x.TMP", "x.txt.part", "x.crdownload", "x.txt.swp", "#x.txt#"])
def test_temporary_files_are_no_articles(library: Synchroniser, folder: Path, name: str) -> None:
    (folder / name).write_text(story(8))
    assert library.plan(folder).skipped == ()
    assert len(library.plan(folder).new) == 4


def test_a_folder_is_followed_no_longer_and_its_articles_stay_or_go(library: Synchroniser, folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "below/4.txt").write_text(story(4))
    sync(library, folder)
    sync(library, folder / "below")
    assert list(library.unfollow(folder)) == []
    assert library.files.folders() == [str(folder / "below")]
    with pytest.raises(FolderError, match="not followed"):
        list(library.unfollow(folder))
    assert library.catalogue.count() == 5
    assert library.plan(folder / "below").unchanged == 1
    assert len(library.plan(folder).new) == 4  # each as if it had been added on its own
    sync(library, folder)
    shutil.rmtree(folder)
    assert [outcome.kind for outcome in library.unfollow(folder, remove=True)] == ["removed"] * 4
    assert library.catalogue.count() == 1
    assert [outcome.kind for outcome in library.unfollow(folder / "below", remove=True)] == ["removed"]
    assert library.catalogue.count() == 0


def test_adding_twice_equals_adding_once(library: Synchroniser, folder: Path) -> None:
    assert [outcome.kind for outcome in library.add([folder])] == ["added"] * 4
    assert [outcome.kind for outcome in library.add([folder])] == ["unchanged"] * 4
    assert library.add_bytes(story(2).encode(), "upload.txt").kind == "unchanged"
    assert library.add_bytes(story(7).encode(), "upload.txt").kind == "added"
    assert library.add_bytes(b"", "nothing.txt").kind == "failed"
    assert library.catalogue.count() == 5


@pytest.mark.parametrize("order", ["upload first", "file first", "upload, then a file with other facts"])
def test_an_uploaded_article_outlives_a_file_with_the_same_text(
    library: Synchroniser, folder: Path, order: str
) -> None:
    if order == "file first":
        sync(library, folder)
    library.add_bytes(story(1).encode(), "upload.txt")
    if "other facts" in order:
        (folder / "1.txt").rename(folder / "1.md")
        (folder / "1.md").write_text(f"---\ntitle: Pier news\nsource: The Courier\n---\n{story(1)}")
    sync(library, folder)
    for file in folder.glob("1.*"):
        file.unlink()
    sync(library, folder)
    assert answerable(library, 1)
    (article_id,) = {row.id for row in library.catalogue.rows() if not row.path}
    library.remove(article_id)
    assert not answerable(library, 1)
    assert library.catalogue.database.read("SELECT * FROM uploads") == []


def test_uploads_of_a_library_of_the_first_version_stay_uploads(library: Synchroniser, folder: Path) -> None:
    library.add_bytes(story(1).encode(), "upload.txt")
    database = library.catalogue.database
    with database.transaction() as connection:
        for table in (
            "uploads",
            "turns",
            "conversations",
            "pages",
            "bands",
            "signatures",
            "revisions",
            "entries",
            "feeds",
            "page_starts",
        ):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX files_container")
        connection.execute("ALTER TABLE files DROP COLUMN container")
        for statement in WITHOUT_BESIDE:
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 1")
    database.close()
    database = Database(database.path)
    library = Synchroniser(Catalogue(database), Files(database))
    sync(library, folder)
    (folder / "1.txt").unlink()
    sync(library, folder)
    assert answerable(library, 1)
