"""The command line as scripts rely on it: JSON keys and exit codes."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assistant import cli, opening, upkeep
from assistant.console import FAILED, PARTLY, report
from index.alone import is_held
from index.background import VectorWriter, writers_lock
from index.catalogue import Database, Model, Switching
from index.embedding import DEFAULT_MODEL, LazyEmbedder, fingerprint
from index.planning import CLOSED
from index.schema import AssistantError, Outcome
from index.synchronise import Synchroniser
from tests.fakes import BagOfWordsEmbedder
from tests.samples import FIRST, SECOND, THIRD, pdf
from tests.servers import served
from tests.test_following import RSS, feed, item

KEYS = {"question", "searched", "found", "text", "statements", "citations", "nearest", "written_by", "seconds"}
CITATION = {"number", "article", "title", "source", "published", "start", "end", "page", "quote"}
TEXT = "The bridge over the river Lahn was opened in 1998. It cost four million euros. Mayor Ann Lee cut the ribbon."


@pytest.fixture(autouse=True)
def foreground(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (cli, opening, upkeep):
        monkeypatch.setattr(module, "embed_in_background", lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.txt").write_text(f"The {name} story\n\n{TEXT} This is report {name}.", "utf-8")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def value(*arguments: str | Path) -> Any:
    result = run(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def failure(*arguments: str | Path) -> str:
    """What `main` would print before it leaves with exit code 1."""
    error = run(*arguments).exception
    assert isinstance(error, AssistantError) and error.hint
    return str(error)


def test_an_address_is_taken_for_a_page_and_told_where_it_is_none(folder: Path) -> None:
    for address in ("http://127.0.0.1:9/a", "file:///etc/passwd"):
        result = run("add", address)
        assert result.exit_code == 1 and address in result.stderr.replace("\n", "")
    assert run("add", folder / "one.txt", "http://127.0.0.1:9/a").exit_code == PARTLY
    assert len(value("list", "--json")) == 1


def test_a_document_of_pages_is_cited_by_its_page(tmp_path: Path) -> None:
    (tmp_path / "pier.pdf").write_bytes(pdf([[SECOND], [THIRD], [FIRST]]))
    assert run("add", tmp_path / "pier.pdf").exit_code == 0
    question = "What did the harbour council vote to reopen on Monday?"
    assert re.search(r"^\[1\] Pier reopens, p\. 3 ", run("ask", question).stdout, re.M)
    assert [citation["page"] for citation in value("ask", question, "--json")["citations"]] == ["3"]


def test_an_article_comes_answers_and_goes(folder: Path) -> None:
    assert run("add", folder / "one.txt").exit_code == 0
    (row,) = value("list", "--json")
    shown = value("show", row["id"], "--json")
    assert "river Lahn" in shown["text"]
    answer = value("ask", "When was the bridge over the river Lahn opened?", "--json")
    assert answer.keys() >= KEYS and answer["found"] and "1998" in answer["text"]
    assert {"text", "citations"} <= answer["statements"][0].keys()
    for citation in answer["citations"]:
        assert citation.keys() >= CITATION and citation["article"] == row["id"]
        assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert run("remove", row["id"]).exit_code == 0
    assert value("list", "--json") == []


def test_not_found_is_exit_code_three(folder: Path) -> None:
    run("add", folder / "one.txt")
    result = run("ask", "Who is the king of Spain?", "--json")
    assert result.exit_code == 3
    answer = json.loads(result.stdout)
    assert not answer["found"] and answer["citations"] == []


def test_a_record_that_is_missing_is_not_found_and_small_talk_is_no_question(folder: Path) -> None:
    run("add", folder / "one.txt")
    result = run("ask", "Who wrote the article?")
    assert result.exit_code == 3 and "No author is recorded" in result.output
    for message in ("Thank you!", "Hello", "Oh!", "And why?"):
        assert run("ask", message).exit_code == 0


@pytest.mark.parametrize("arguments", [["nonsense"], ["ask"], ["ask", "x", "--since", "soon"], ["add"]])
def test_wrong_usage_is_exit_code_two(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_question_must_be_one(folder: Path) -> None:
    run("add", folder / "one.txt")
    assert "empty" in failure("ask", "  ")
    assert "20,000" in failure("ask", "x" * 20_000)


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    told = run("add", tmp_path / "nowhere.txt")
    assert told.exit_code == FAILED and "There is no file or folder" in told.stderr and "spelling" in told.stderr
    assert "nowhere" in failure("sync", tmp_path / "nowhere")
    assert "id of no article" in failure("show", "abc")


def test_a_file_that_fails_within_a_folder_is_told_by_the_exit_code(folder: Path) -> None:
    (folder / "broken.txt").write_bytes(bytes(range(256)) * 20)
    result = run("add", folder)
    assert result.exit_code == PARTLY
    assert "3 added" in result.stderr and "1 failed" in result.stderr and "broken.txt" in result.stderr
    (folder / "broken.txt").rename(folder / "broken.png")  # of another kind: skipped, which is no failure
    assert run("add", folder).exit_code == 0


def test_what_is_wrong_among_what_is_added_is_told_in_a_sentence_each_and_keeps_nothing_else_away(
    folder: Path, tmp_path: Path
) -> None:
    bad = {"empty.txt": b"", "broken.zip": b"PK\x03\x04 no more", "blank.csv": b"title,text\nOne,\n"}
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "nothing").mkdir()
    places = [tmp_path / name for name in (*bad, "nowhere", "nothing")]
    result = run("add", *places, folder / "one.txt")
    assert result.exit_code == PARTLY and "5 failed, 1 added" in result.stderr
    failed = [line for line in result.stderr.splitlines() if line.startswith("failed ")]
    for place, line in zip(places, failed, strict=True):
        assert line.startswith(f"failed {place}: ") and line.endswith("."), line
    assert "“blank.csv, row 2” has no text." in failed[2] and "no articles in" in failed[4]
    assert run("add", *places).exit_code == FAILED


def test_a_folder_that_is_closed_to_us_is_told_and_the_others_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "private").mkdir()
    scandir = os.scandir

    def closed(path: str) -> Any:
        if str(path).endswith("private"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    for command in ("add", "sync"):
        result = run(command, folder)
        assert result.exit_code == PARTLY and f"private/: {CLOSED}" in result.stderr
    assert len(value("list", "--json")) == 3


def test_sync_says_by_its_exit_code_that_files_cannot_be_read_as_long_as_that_is_so(folder: Path) -> None:
    assert run("sync", folder).exit_code == 0
    (folder / "broken.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "stories.csv").write_text("title,text\nFour,The pier was opened in 1998.\nFive,\n")
    for name in ("one.xlsx", "two.xlsx", "three.PPTX", "README"):
        (folder / name).write_bytes(b"x")
    for arguments in (["sync", folder], ["sync", folder], ["sync"]):
        result = run(*arguments)
        assert result.exit_code == PARTLY
        assert "broken.txt: " in result.stderr and "“stories.csv, row 3” has no text." in result.stderr
        assert "cannot be read: 2 .xlsx, 1 .pptx, 1 without an ending." in result.stderr
    assert "stories.csv: “stories.csv, row 3” has no text." in run("status").stdout
    (folder / ".assistantignore").write_text("broken.txt\n")
    (folder / "stories.csv").write_text("title,text\nFour,The pier was opened in 1998.\n")
    assert run("sync", folder).exit_code == run("sync").exit_code == 0


def test_sync_follows_a_folder_and_asks_before_most_goes(folder: Path) -> None:
    assert run("sync", folder).exit_code == 0
    assert len(value("list", "--json")) == 3
    (folder / "one.txt").unlink()
    (folder / "two.txt").unlink()
    assert "more than half" in failure("sync", folder)
    assert len(value("list", "--json")) == 3
    assert run("sync", folder, "--yes").exit_code == 0
    assert len(value("list", "--json")) == 1


def test_an_emptied_folder_empties_nothing_by_itself(folder: Path) -> None:
    run("sync", folder)
    for file in folder.iterdir():
        file.unlink()
    failure("sync", folder)
    assert len(value("list", "--json")) == 3


def test_a_folder_that_is_gone_keeps_no_other_from_its_turn(folder: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    (gone / "four.txt").write_text(f"The four story\n\n{TEXT} This is report four.", "utf-8")
    run("sync", gone)
    run("sync", folder)
    (gone / "four.txt").unlink()
    gone.rmdir()
    (folder / "five.txt").write_text(f"The five story\n\n{TEXT} This is report five.", "utf-8")
    (paused,) = value("status", "--json")["paused"]
    assert paused["folder"] == str(gone) and "no folder" in paused["reason"]
    assert f"follows {gone}: not watched for now. There is no folder" in run("status").output
    result = run("sync")
    assert result.exit_code == 1
    assert "no folder" in result.stderr and "assistant unfollow" in result.stderr
    assert len(value("list", "--json")) == 5
    assert run("unfollow", gone).exit_code == 0
    assert "not followed" in failure("unfollow", gone)
    assert run("sync").exit_code == 0
    assert len(value("list", "--json")) == 5
    assert run("unfollow", folder, "--remove").exit_code == 0
    assert len(value("list", "--json")) == 1
    assert value("status", "--json")["folders"] == value("status", "--json")["paused"] == []


@pytest.mark.parametrize("command", [["embed"], ["sync", "--wait"]])
def test_the_model_is_exported_while_a_window_may_have_the_lock(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    run("sync", folder)
    steps: list[tuple[str, bool]] = []

    def export(self: LazyEmbedder) -> bool:
        steps.append(("export", is_held(home / "vectors.lock")))
        return False

    def drain(self: VectorWriter, progress: object = None) -> bool:
        steps.append(("drain", False))
        return True

    monkeypatch.setattr(LazyEmbedder, "export", export)
    monkeypatch.setattr(VectorWriter, "drain", drain)
    monkeypatch.setattr(cli, "give_way", lambda: None)
    assert run(*command).exit_code == 0
    assert steps == [("export", False), ("drain", False)]


def test_main_turns_an_error_into_exit_code_one(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.argv", ["assistant", "ask", " "])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1


def test_a_source_that_no_article_has_is_named(folder: Path) -> None:
    run("add", folder)
    assert "Nobody's Gazette" in failure("ask", "What did it cost?", "--source", "Nobody's Gazette")


def test_a_list_in_which_nothing_matches_is_no_empty_library(folder: Path) -> None:
    run("add", folder)
    assert "holds “zebra”" in run("list", "--search", "zebra").output


def test_status_tells_that_nothing_is_embedding(folder: Path) -> None:
    run("add", folder)
    assert "Nothing is embedding the others" in " ".join(run("status").output.split())


def noted(home: Path, fingerprint: str, name: str) -> None:
    database = Database(home / "library.sqlite3")
    Switching(database).note_complete(Model(fingerprint, name))
    database.close()


def test_status_tells_of_a_change_of_the_model(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", folder)
    assert value("status", "--json")["change"] is None
    noted(home, fingerprint(DEFAULT_MODEL), DEFAULT_MODEL)
    assert value("status", "--json")["change"] is None
    monkeypatch.setenv("ASSISTANT_EMBEDDING_MODEL", "another/model")
    change = {"wanted": "another/model", "answering": DEFAULT_MODEL, "answers": True, "begun": False}
    assert value("status", "--json")["change"] == change
    told = " ".join(run("status").output.split())
    assert f"changed to another/model, which answers once all is embedded by it. Until then {DEFAULT_MODEL}" in told
    assert "the next question, or the chat window, goes on with it" in told
    noted(home, "0123456789ab", str(home / "models" / "gone"))
    assert value("status", "--json")["change"] == {
        **change,
        "answering": str(home / "models" / "gone"),
        "answers": False,
    }
    assert "cannot be loaded any more" in " ".join(run("status").output.split())
    noted(home, "0123456789ab", "")
    assert "is not on record" in " ".join(run("status").output.split())
    with writers_lock(home / "vectors"):  # a window that is at it, with another model
        assert "start it again" in " ".join(run("status").output.split())
        monkeypatch.setattr(opening, "LOOKS", 2)
        assert "another embedding model" in failure("add", "--wait", folder)


def test_the_doctor_examines_and_mends(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "build_embedder", lambda _: BagOfWordsEmbedder())
    run("sync", folder)
    findings = {finding["part"]: finding for finding in value("doctor", "--json")}
    assert {"database", "keyword index", "vectors", "Chroma", "folder", "reader", "embedding model"} <= findings.keys()
    assert not [finding for finding in findings.values() if finding["wrong"]]
    with Database(home / "library.sqlite3").transaction() as connection:
        connection.execute("DELETE FROM keywords")
    sick = run("doctor")
    assert sick.exit_code == 1 and "--repair" in sick.stdout
    assert "mended" in run("doctor", "--repair").stdout
    assert run("doctor").exit_code == 0


def test_the_doctor_tells_of_a_library_that_cannot_be_opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "build_embedder", lambda _: BagOfWordsEmbedder())
    (home / "library.sqlite3").write_bytes(b"no database" * 1000)
    sick = run("doctor", "--repair")
    assert sick.exit_code == 1 and "damaged" in sick.stdout and "backup" in sick.stdout


def test_a_backup_is_restored_and_the_old_library_moved_aside(folder: Path, home: Path, tmp_path: Path) -> None:
    run("add", folder / "one.txt")
    kept = value("list", "--json")
    assert run("backup", tmp_path / "kept.zip").exit_code == 0
    run("add", folder)
    assert "holds 3 articles" in failure("restore", tmp_path / "kept.zip")
    restored = run("restore", tmp_path / "kept.zip", "--yes")
    assert restored.exit_code == 0 and "before-restore" in restored.stderr
    assert value("list", "--json") == kept
    assert "no file" in failure("restore", tmp_path / "missing.zip")


def test_feeds_are_followed_synchronised_and_told(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_ALLOW_PRIVATE_ADDRESSES", "true")
    with served() as server:
        url = server.says("/feed", feed(item(1), item(2)), RSS)
        assert "1 failed" in run("add", url).stderr
        assert "2 added" in run("follow", url).stderr
        server.says("/feed", feed(item(3), item(1)), {**RSS, "ETag": "2"})
        assert "1 added" in run("sync").stderr
        assert "asked 20" in run("status").stdout
        (told,) = value("status", "--json")["feeds"]
        assert (told["url"], told["title"], told["trouble"]) == (url, "Harbour News", "")
        server.says("/feed", "", {}, 410)
        result = run("sync")
        assert result.exit_code == 1 and "gone for good" in result.stderr.replace("\n", " ")
        assert "gone for good" in run("status").stdout
        assert run("unfollow", url).exit_code == 0 and len(value("list", "--json")) == 3
        assert "not followed" in failure("unfollow", url)
        listed = tmp_path / "feeds.opml"
        listed.write_text(f'<opml><body><outline xmlUrl="{server.says("/other", feed(item(4)), RSS)}"/></body></opml>')
        assert "1 added" in run("follow", listed).stderr
        assert run("follow", server.says("/page", "<p>none</p>")).exit_code == 1
        assert run("unfollow", f"{server.url}/other", "--remove").exit_code == 0
        assert len(value("list", "--json")) == 3


def test_what_cannot_be_followed_is_told(folder: Path) -> None:
    assert "is a folder" in failure("follow", folder)
    assert "no file and no address" in failure("follow", "nowhere.opml")
    assert "broken" in failure("follow", folder / "one.txt")
    assert "No folder or feed" in failure("sync")


def test_a_file_name_with_line_ends_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    report([Outcome("two\nlines \x1b[31m.txt", "failed", reason="It is empty.")], quiet=True)
    assert capsys.readouterr().err.strip() == "failed two lines  [31m.txt: It is empty."


def test_what_a_window_could_not_read_in_the_place_of_a_sync_is_told_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.txt").write_bytes(bytes(range(256)))
    apply = Synchroniser.apply
    monkeypatch.setattr(Synchroniser, "apply", lambda self, plan: iter([*apply(self, plan)] and []))
    result = run("sync", folder)
    assert result.exit_code == PARTLY
    told = result.stderr.replace("\n", "")
    assert "failed" not in told and told.count("unreadable too:") == 1 and "broken.txt" in told
