"""The key of a model goes to its server and nowhere else: no log, page, error, export, backup or answer holds it."""

import json
import logging
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from assistant import cli, opening, upkeep
from assistant.app import Assistant, build
from assistant.backup import back_up
from assistant.feedback import export
from assistant.receipt import as_markdown, as_page
from assistant.schema import Turn
from assistant.settings import load_settings
from assistant.ui.api import add_api
from assistant.ui.render_answer import render_answer
from index.schema import SettingsError
from tests.fakes import BagOfWordsEmbedder
from tests.model_server import KEY, ModelServer, Script, cut, dropped, model_server, raw, status, text

ARTICLE = "About the mill\n\nThe old mill burned down in May 2021. Nobody was hurt, police said."
QUESTION = "When did the old mill burn down?"
BLABBING: list[Script] = [
    text("The old mill burned down in May 2021. [1]"),
    text(f"Your key is {KEY}. [1]"),
    status(401, {"X-Key": KEY, "WWW-Authenticate": f"Bearer {KEY}"}, f"Incorrect API key provided: {KEY}"),
    status(429, {"Retry-After": "60"}, f"{KEY} has used up its quota"),
    status(500, message=f"Traceback: Authorization: Bearer {KEY}"),
    status(307, {"Location": f"http://127.0.0.1:9/?key={KEY}"}),
    raw(f'{{"error": {{"message": "{KEY}"}}}}'),
    raw(f"{KEY} is no JSON"),
    cut(KEY),
    dropped,
]
"""Servers that answer, and such that say the key back wherever they can."""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def assistant(home: Path, server: ModelServer) -> Iterator[Assistant]:
    (home / "assistant.toml").write_text(f'model_url = "{server.url}"\nmodel = "small"\nmodel_key = "{KEY}"\n', "utf-8")
    embedder: Any = BagOfWordsEmbedder(512)
    built = build(load_settings(), embedder)
    built.library.synchroniser.add_bytes(ARTICLE.encode(), "mill.txt")
    yield built
    built.close()


@pytest.mark.parametrize("script", BLABBING)
def test_the_key_is_kept_nowhere(
    assistant: Assistant, server: ModelServer, script: Script, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(script)
    turn = Turn(QUESTION, assistant.chat.ask([], QUESTION).answer, feedback="Like")
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    conversation = assistant.notebook.write("", 0, turn)
    assistant.notebook.amend(conversation, 0, replace(turn, feedback="Like"))
    app = FastAPI()
    add_api(app, assistant)
    answered = TestClient(app).post("/ask", json={"question": QUESTION})
    export(assistant.notebook, tmp_path / "feedback.jsonl")
    back_up(assistant.library, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as backup:
        packed = b"".join(backup.read(name) for name in backup.namelist())
    finding = upkeep._model(load_settings())
    exports = as_markdown("Mill", [turn]) + as_page("Mill", [turn]) + (tmp_path / "feedback.jsonl").read_text("utf-8")
    page = render_answer(turn)
    assert answered.status_code == 200 and QUESTION in exports and b"May 2021" in packed and "May 2021" in page
    for where in (repr(turn), page, answered.text, exports, finding.text, finding.remedy, caplog.text):
        assert KEY not in where
    assert KEY.encode() not in packed
    for file in (assistant.library.settings.home).rglob("*"):
        assert file.name == "assistant.toml" or not file.is_file() or KEY.encode() not in file.read_bytes()


def test_the_command_line_never_prints_it(
    assistant: Assistant, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "build", partial(build, embedder=cast(Any, BagOfWordsEmbedder(512))))
    monkeypatch.setattr(cli, "embed_in_background", lambda _: None)
    server.says(status(401, message=KEY))
    for command in (["ask", QUESTION], ["ask", QUESTION, "--json"], ["status"], ["list", "--json"]):
        done = CliRunner().invoke(cli.app, command)
        assert done.exit_code == 0 and KEY not in done.output + done.stderr, done.output


@pytest.mark.parametrize(
    "written", [f'model_key = "{KEY}', f'model_key = ["{KEY}"]', f'model_key = "{KEY}"\nport = "{KEY}"', f'x = "{KEY}"']
)
def test_settings_that_cannot_be_read_do_not_say_it(home: Path, written: str) -> None:
    (home / "assistant.toml").write_text(written, "utf-8")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert KEY not in json.dumps([str(raised.value), raised.value.hint])
