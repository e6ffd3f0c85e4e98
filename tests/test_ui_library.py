"""What the page asks of the library, against a real one without a model."""

import re
import time
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant.app import Assistant, open_library
from assistant.conversations import Notebook
from assistant.settings import load_settings
from assistant.ui import texts
from assistant.ui.adding import Adding, add_files
from assistant.ui.jobs import Jobs
from assistant.ui.library import server_functions
from assistant.ui.serve import serve
from assistant.ui.window import _methods
from index.catalogue import Conversations
from index.schema import SettingsError
from tests.servers import Server, hung, served
from tests.test_following import RSS, feed, item
from tests.test_ui_jobs import finished

TEXT = "The river rose on Monday. By Tuesday it had reached the old bridge, and the town was told to leave.\n\n"


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    library = open_library(load_settings())
    notebook = Notebook(Conversations(library.database))
    writer = SimpleNamespace(problem=None)
    watcher = SimpleNamespace(states={})
    yield cast(Assistant, SimpleNamespace(library=library, notebook=notebook, writer=writer, watcher=watcher))
    library.database.close()


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("ASSISTANT_ALLOW_PRIVATE_ADDRESSES", "true")
    with served() as server:
        yield server


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    jobs = Jobs()
    yield jobs
    jobs.close()


@pytest.fixture
def uploads() -> Iterator[Jobs]:
    uploads = Jobs()
    yield uploads
    uploads.close()


@pytest.fixture
def call(assistant: Assistant, jobs: Jobs, uploads: Jobs) -> Any:
    return SimpleNamespace(
        **{
            function.__name__: function
            for function in server_functions(assistant, jobs, uploads, _methods(Adding(assistant, jobs)))
        }
    )


def written(folder: Path, count: int) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / f"river-{number}.txt" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"Flood report number {number}\n\n{TEXT}Report {number} was filed at noon in the town hall.\n")
    return paths


def test_uploads_are_taken_in_and_deleted_and_failures_stop_no_other(assistant: Assistant, tmp_path: Path) -> None:
    good, bad = written(tmp_path / "up", 1)[0], tmp_path / "up" / "picture.txt"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00" * 50)
    outcomes = list(add_files(assistant.library, [str(bad), str(good)]))
    assert [outcome.kind for outcome in outcomes] == ["failed", "added"]
    assert not good.exists() and not bad.exists()
    assert assistant.library.catalogue.count() == 1
    (gone,) = add_files(assistant.library, [str(tmp_path / "vanished.txt")])
    assert gone.reason == texts.UPLOAD_BROKE_OFF


def test_what_became_of_uploads_is_there_for_whoever_looks_later(
    assistant: Assistant, uploads: Jobs, tmp_path: Path, call: Any
) -> None:
    first, second = (str(path) for path in written(tmp_path / "up", 2))
    library = assistant.library
    before = call.library_status(None)
    uploads.start(texts.JOB_UPLOAD, lambda: add_files(library, [first]), 1, waits=True)
    uploads.start(texts.JOB_UPLOAD, lambda: add_files(library, [second]), 1, waits=True)
    while uploads.working or assistant.library.catalogue.count() < 2:
        time.sleep(0.005)
    after = call.library_status(None)
    assert (
        not before["upload"]
        and "river-1.txt" in after["upload"]
        and "river-0.txt" in after["upload"]
        and texts.OUTCOMES["added"] in after["upload"]
    )
    assert before["articles"] != after["articles"] and not after["working"]


def test_the_reader_opens_at_the_words_and_says_when_an_article_is_gone(
    assistant: Assistant, tmp_path: Path, call: Any
) -> None:
    list(add_files(assistant.library, [str(written(tmp_path / "up", 1)[0])]))
    row = assistant.library.catalogue.rows()[0]
    article = assistant.library.catalogue.article(row.id)
    assert article is not None
    start = article.text.index("the old bridge")
    html = call.read_article(f"#cite/{row.id}/{start}-{start + 14}")["html"]
    assert '<mark tabindex="-1">the old bridge</mark>' in html
    for odd in ("#cite/", "#cite/x/y", f"#cite/{row.id}/9-2", f"#cite/{row.id}/1-99999999999999", "", None, {"a": 1}):
        assert "mark" not in call.read_article(odd)["html"]
    assert texts.REMOVED_NOTE.format(title=row.title) == call.remove_article(row.id)["note"]
    reply = call.read_article(f"#cite/{row.id}/0-5")
    assert reply["gone"] and texts.GONE in reply["html"]
    assert "note" in call.remove_article(row.id)


def test_the_list_is_searched_and_paged(assistant: Assistant, tmp_path: Path, call: Any) -> None:
    list(assistant.library.synchroniser.add([tmp_path / "many"] if written(tmp_path / "many", 60) else []))
    assert call.library_page({"search": "", "offset": 0})["html"].count("<tr data-article") == 50
    assert call.library_page({"search": "", "offset": 9999})["offset"] == 50
    assert call.library_page({"search": "57 number", "offset": 0})["html"].count("<tr data-article") == 1
    assert "error" in call.library_page({"offset": "x"})
    assert "embedding 0 of" in call.library_status(None)["html"]


def test_reindexing_shows_its_plan_and_asks_before_it_removes_most(
    assistant: Assistant, tmp_path: Path, call: Any, jobs: Jobs
) -> None:
    assert call.plan_reindex(None) == {"error": texts.NO_FOLDER}
    paths = written(tmp_path / "watched", 4)
    synchroniser = assistant.library.synchroniser
    list(synchroniser.apply(synchroniser.plan(tmp_path / "watched")))
    assert texts.PLAN_NOTHING in call.plan_reindex(None)["html"]

    paths[0].unlink()
    plan = call.plan_reindex(None)
    assert "1 gone" in plan["html"] and plan["work"] and not plan["ask"]
    assert call.start_reindex(False) == {"started": True}
    assert dict(finished(jobs).counts) == {"removed": 1}
    assert assistant.library.catalogue.count() == 3

    for path in paths[1:]:
        path.unlink()
    assert call.plan_reindex(None)["ask"]
    call.start_reindex(False)
    finished(jobs)
    assert assistant.library.catalogue.count() == 3, "kept, since it was not said to remove most"
    call.start_reindex(True)
    finished(jobs)
    assert assistant.library.catalogue.count() == 0
    assert "working" in call.library_status(None)


def test_a_followed_folder_that_is_gone_is_named(assistant: Assistant, tmp_path: Path, call: Any) -> None:
    paths = written(tmp_path / "disk", 1)
    list(assistant.library.synchroniser.apply(assistant.library.synchroniser.plan(tmp_path / "disk")))
    paths[0].unlink()
    (tmp_path / "disk").rmdir()
    plan = call.plan_reindex(None)
    assert "There is no folder" in plan["html"] and not plan["work"]
    assert assistant.library.catalogue.count() == 1


def test_the_starter_articles_are_a_job(assistant: Assistant, call: Any, jobs: Jobs) -> None:
    assert texts.ADD_STARTER in call.library_status(None)["html"]
    assert call.start_starter(None) == {"started": True}
    assert dict(finished(jobs).counts)["added"] >= 12


def test_a_server_for_others_needs_a_token(assistant: Assistant) -> None:
    with pytest.raises(SettingsError, match="no token"):
        serve(assistant, "0.0.0.0", 0)


def test_an_address_that_cannot_be_listened_on_is_named(assistant: Assistant) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="cannot listen"):
        serve(assistant, "127.0.0.1", taken.getsockname()[1])


def test_removing_can_be_taken_back(assistant: Assistant, call: Any) -> None:
    added = call.add_text({"title": "The river", "text": TEXT, "source": "Gazette", "published": "2024-03-05"})
    assert "added" in added["note"]
    row = assistant.library.catalogue.rows()[0]
    assert (row.title, row.source, row.published) == ("The river", "Gazette", date(2024, 3, 5))
    article = assistant.library.catalogue.article(row.id)
    reply = call.remove_article(row.id)
    assert not assistant.library.catalogue.count()
    assert "is back" in call.put_back(reply["removed"])["note"]
    assert assistant.library.catalogue.article(row.id) == article
    assert "error" in call.put_back(reply["removed"])


@pytest.mark.parametrize(
    "request_",
    [{"title": " ", "text": TEXT}, {"title": "T", "text": " "}, {"title": "T", "text": TEXT, "published": "x"}],
)
def test_a_text_that_cannot_be_taken_in_says_why(assistant: Assistant, call: Any, request_: dict[str, str]) -> None:
    assert call.add_text({"source": "", "published": ""} | request_)["error"]
    assert not assistant.library.catalogue.count()


def test_a_page_and_a_failed_file_are_jobs(assistant: Assistant, tmp_path: Path, call: Any, jobs: Jobs) -> None:
    assert call.add_address("127.0.0.1:9/page") == {"started": True}
    jobs.close()
    assert jobs.latest and jobs.latest.failures[0].kind == "failed"
    assert "error" in call.retry_file("/etc/passwd")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_bytes(bytes(range(256)))
    list(assistant.library.synchroniser.apply(assistant.library.synchroniser.plan(folder)))
    assert assistant.library.files.failed()
    assert "not followed any more" in call.unfollow_folder(str(folder))["note"]


def test_a_failure_of_a_file_added_on_its_own_is_dismissed_or_goes_once_it_is_read(
    assistant: Assistant, tmp_path: Path, call: Any
) -> None:
    synchroniser, files = assistant.library.synchroniser, assistant.library.files
    alone, folder = tmp_path / "alone.txt", tmp_path / "folder"
    folder.mkdir()
    followed = folder / "followed.txt"
    for path in (alone, followed):
        path.write_bytes(bytes(range(256)))
    list(synchroniser.apply(synchroniser.plan(folder)))
    assert [outcome.kind for outcome in synchroniser.add([alone])] == ["failed"]
    html = call.library_status(None)["failed"]
    assert f'data-dismiss="{alone}"' in html and f'data-dismiss="{followed}"' not in html
    assert "alone.txt" in call.dismiss_failed(str(alone))["note"]
    assert call.dismiss_failed(str(alone)) == call.dismiss_failed(str(followed)) == {"error": texts.NOT_FAILED}
    assert [record.path for record in files.failed()] == [str(followed)]

    assert [outcome.kind for outcome in synchroniser.add([alone])] == ["failed"], "added again it is told again"
    alone.write_text(TEXT)
    assert [outcome.kind for outcome in synchroniser.add([alone])] == ["added"]
    assert [record.path for record in files.failed()] == [str(followed)]

    alone.write_bytes(bytes(range(256)))
    assert [outcome.kind for outcome in synchroniser.add([alone])] == ["failed"]
    assert "note" in call.dismiss_failed(str(alone))
    assert assistant.library.catalogue.count() == 1, "what it held before stays"
    assert [outcome.kind for outcome in synchroniser.add([alone])] == ["failed"]


def test_a_row_that_cannot_be_read_is_shown_by_its_file_and_row(
    assistant: Assistant, tmp_path: Path, call: Any, jobs: Jobs
) -> None:
    table = tmp_path / "stories.csv"
    table.write_text("title,text\nOne,The pier was opened in 1998.\nTwo,\n")
    list(assistant.library.synchroniser.add([table]))
    [record] = assistant.library.files.failed()
    html = unescape(call.library_status(None)["failed"])
    key = Path(record.path).name
    assert f'<b title="{table}">stories.csv</b>' in html and "“stories.csv, row 3”" in html
    assert html.count(key) == html.count(f'-retry="{record.path}"') + html.count(f'-dismiss="{record.path}"') == 2
    assert call.retry_file(record.path) == {"started": True}
    jobs.close()
    assert jobs.latest and [outcome.name for outcome in jobs.latest.failures] == [str(table)]
    assert "stories.csv" in call.dismiss_failed(record.path)["note"]
    assert not assistant.library.files.failed()


@pytest.mark.parametrize("function", ["add_address", "follow_feed"])
def test_a_server_that_hangs_holds_up_no_end(
    server: Server, assistant: Assistant, call: Any, jobs: Jobs, function: str
) -> None:
    with hung() as address:
        assert getattr(call, function)(address) == {"started": True}
        time.sleep(0.3)
        assert jobs.working
        began = time.monotonic()
        assistant.library.ending.set()
        jobs.close()
    assert time.monotonic() - began < 3 and not jobs.working
    assert not assistant.library.feeds.all() and not assistant.library.catalogue.count()


def test_the_list_is_sorted_and_counted(assistant: Assistant, call: Any) -> None:
    for title, source, day in (("b", "X", "2024-01-05"), ("A", "Y", "2023-01-05"), ("c", "X", "2023-02-05")):
        call.add_text({"title": title, "text": f"{TEXT} {title}", "source": source, "published": day})
    for order, titles in (
        ("title", "Abc"),
        ("oldest", "Acb"),
        ("newest", "bcA"),
        ("title_back", "cbA"),
        ("source", "bcA"),
        ("source_back", "Abc"),
        ("nonsense", "bcA"),
    ):
        html = call.library_page({"search": "", "offset": 0, "order": order})["html"]
        assert "".join(re.findall(r'">(\w)</a></th>', html)) == titles
    pictures = call.library_pictures(None)["html"]
    assert "Feb 2023" in pictures and 'data-find="X"' in pictures


def test_a_feed_is_followed_as_a_job_and_its_list_is_dropped(
    server: Server, assistant: Assistant, tmp_path: Path, call: Any, jobs: Jobs
) -> None:
    url = server.says("/feed", feed(item(1), item(2)), RSS)
    assert call.follow_feed(" ") == {"error": texts.ADDRESS_MISSING}
    assert call.follow_feed(f" {url} ") == {"started": True}
    assert dict(finished(jobs).counts) == {"added": 2}
    assert "Harbour News" in call.library_status(None)["folders"]
    assert call.follow_feed(server.says("/page", "<p>no feed</p>")) == {"started": True}
    assert "is no feed" in finished(jobs).failures[0].reason
    assert "not followed any more" in call.unfollow_feed(url)["note"]
    assert "not followed" in call.unfollow_feed(url)["error"]
    listed = tmp_path / "feeds.opml"
    asked = len(server.asked)
    for kind in ("followed", "unchanged"):
        listed.write_text(f'<opml><body><outline xmlUrl="{url}"/></body></opml>')
        assert [outcome.kind for outcome in add_files(assistant.library, [str(listed)])] == [kind]
    assert [(record.url, record.polled) for record in assistant.library.feeds.all()] == [(url, None)]
    assert len(server.asked) == asked, "a server that takes its time would hold up what is uploaded next"
    listed.write_text("<opml/>")
    assert "no list of feeds" in next(add_files(assistant.library, [str(listed)])).reason
    assert assistant.library.catalogue.count() == 2
