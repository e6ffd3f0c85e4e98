"""The server as requests meet it: it takes in what was uploaded, and nothing else of this machine or the web."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from assistant.app import Assistant, open_library
from assistant.conversations import Notebook
from assistant.settings import load_settings
from assistant.ui.jobs import Jobs
from assistant.ui.serve import build_app, is_news
from index.catalogue import Conversations

TEXT = "The secret plan was signed in Oslo on Monday. It was never shown to anybody outside of the room."


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    library = open_library(load_settings())
    notebook = Notebook(Conversations(library.database))
    writer = SimpleNamespace(problem=None)
    watcher = SimpleNamespace(states={})
    preferences = SimpleNamespace(settings=library.settings)
    parts = {
        "library": library,
        "chat": SimpleNamespace(model="", proposed=lambda answer: ()),
        "notebook": notebook,
        "writer": writer,
        "watcher": watcher,
    }
    parts["preferences"] = preferences
    yield cast(Assistant, SimpleNamespace(**parts))
    library.database.close()


@contextmanager
def visiting(assistant: Assistant, monkeypatch: pytest.MonkeyPatch, uploads: Path) -> Iterator[TestClient]:
    """A visitor of the window, whose uploads lie in a folder of their own."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(uploads))
    jobs = Jobs()
    with TestClient(build_app(assistant, jobs, jobs, own_machine=True)) as client:
        yield client
    jobs.close()


def send(client: TestClient, event: str, values: list[Any]) -> str:
    """Set off a component's event with these values, as the page would; what the server streams about it."""
    dependencies = client.get("/config").json()["dependencies"]
    found = next(one for one in dependencies if any(target[1] == event for target in one["targets"]))
    values += [None] * (len(found["inputs"]) - len(values))
    request = {"data": values, "fn_index": found["id"], "session_hash": event, "trigger_id": None}
    assert client.post("/gradio_api/queue/join", json=request).status_code == 200
    return client.get(f"/gradio_api/queue/data?session_hash={event}").text


def file_at(path: str) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'")  # of gradio's statistics
def test_only_what_was_uploaded_is_taken_in(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    private = tmp_path / "private.txt"
    private.write_text(TEXT)
    held = assistant.library.settings.home / "held.txt"
    held.write_text(TEXT)
    asked: list[Any] = []

    async def noted(*arguments: Any, **options: Any) -> httpx.Response:
        asked.append(arguments)
        raise httpx.ConnectError("no network here")

    monkeypatch.setattr("gradio.processing_utils.async_ssrf_protected_get", noted)
    with visiting(assistant, monkeypatch, tmp_path / "uploads") as client:
        for path in (str(private), str(held), str(Path(__file__)), "https://news.example/article.txt"):
            assert '"success":false' in send(client, "upload", [[file_at(path)]]).replace(" ", "")
        # Any component takes a file's place, the question's box too.
        assert '"success":false' in send(client, "submit", [file_at("https://news.example/a.txt")]).replace(" ", "")
        assert assistant.library.catalogue.count() == 0 and private.exists() and held.exists() and not asked
        uploaded = client.post("/gradio_api/upload", files={"files": ("own.txt", TEXT.encode())}).json()
        assert '"success":true' in send(client, "upload", [[file_at(uploaded[0])]]).replace(" ", "")
    assert assistant.library.catalogue.count() == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'")  # of gradio's statistics
def test_a_page_that_waits_for_what_an_earlier_program_was_asked_is_no_news(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with visiting(assistant, monkeypatch, tmp_path) as page, pytest.raises(RuntimeError) as raised:
        page.get("/gradio_api/queue/data?session_hash=unknown")

    def record(error: BaseException) -> logging.LogRecord:
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "", (), (type(error), error, None))

    assert not is_news(record(raised.value)) and is_news(record(RuntimeError("anything else")))
