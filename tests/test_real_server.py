"""A real model server, `transformers serve` with a tiny model of random weights: the protocol end to end."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
from typer.testing import CliRunner

from assistant import cli, opening, upkeep
from assistant.app import Assistant, build
from assistant.endpoint import Endpoint, Limits
from assistant.generate import Generator
from assistant.remote import RemoteModel
from assistant.schema import Turn
from assistant.settings import load_settings
from assistant.ui.ask import Desk
from assistant.ui.work import AtWork
from tests.fakes import BagOfWordsEmbedder
from tests.tiny_model import make_model

pytestmark = pytest.mark.slow

START_SECONDS = 120  # it imports torch, perhaps from a cold disk
ARTICLE = "About the mill\n\nThe old mill burned down in May 2021. Twelve engines came to the fire. Nobody was hurt."
UNLIMITED = Limits(written=10**9)  # so that only stopping ends an endless answer
QUESTION = "When did the old mill burn down?"


@dataclass
class RealServer:
    """A running server, and the two models it can load."""

    url: str
    process: "subprocess.Popen[bytes]"
    brief: str
    endless: str

    @property
    def worked(self) -> float:
        """The seconds of processor time that it has taken."""
        return sum(psutil.Process(self.process.pid).cpu_times()[:2])

    def at_work(self, since: float, seconds: float = 60) -> bool:
        """Whether it takes up work within so many seconds, more than a moment's since it had taken `since`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.worked - since < 0.5:
            time.sleep(0.1)
        return self.worked - since >= 0.5

    def at_rest(self, seconds: float) -> bool:
        """Whether it ceases to need processor time within so many seconds; an answer at work needs it all the time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = self.worked
            time.sleep(1)
            if self.worked - before < 0.02:
                return True
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """The server on a free port, without a hub to ask."""
    folder = tmp_path_factory.mktemp("models")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = "from transformers.cli.transformers import app; app()"
    options = ["serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-c", start, *options], env=environment, stdout=log, stderr=log)
    try:
        brief, endless = make_model(folder / "brief"), make_model(folder / "endless", ends=False)
        _await(f"http://127.0.0.1:{port}/health", process, folder / "log")
        yield RealServer(f"http://127.0.0.1:{port}/v1", process, str(brief), str(endless))
    finally:
        process.kill()
        process.wait()


def _await(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text()}")


@pytest.fixture
def environment(home: Path, server: RealServer, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings that name the server and its brief model."""
    monkeypatch.setenv("ASSISTANT_MODEL_URL", server.url)
    monkeypatch.setenv("ASSISTANT_MODEL", server.brief)
    return monkeypatch


def assistant_with(model: str) -> Assistant:
    embedder: Any = BagOfWordsEmbedder(512)
    built = build(load_settings(model=model), embedder)
    built.library.synchroniser.add_bytes(ARTICLE.encode(), "mill.txt")
    return built


def test_a_question_of_the_command_line_ends_in_quotes_where_the_model_talks_nonsense(
    server: RealServer, environment: pytest.MonkeyPatch
) -> None:
    assistant_with(server.brief).close()
    environment.setattr(opening, "build", partial(build, embedder=cast(Any, BagOfWordsEmbedder(512))))
    environment.setattr(cli, "embed_in_background", lambda _: None)
    done = CliRunner().invoke(cli.app, ["ask", QUESTION, "--json"])
    answer = json.loads(done.stdout)
    assert answer["written_by"] == "quotes" and "May 2021" in answer["text"]
    assert server.brief in answer["note"] and answer["note"].endswith("made of quotes.")
    assert "found no answer" in answer["note"] or "carry no sentence" in answer["note"]


def test_the_words_come_one_by_one(server: RealServer, environment: pytest.MonkeyPatch) -> None:
    model = RemoteModel(Endpoint(server.url, server.endless, load_settings().model_key))
    generation, moments = Generator(model, UNLIMITED).generate(QUESTION, []), []
    for _ in generation:
        moments.append(time.monotonic())
        if len(moments) == 50:
            generation.stop()
    assert len(set(moments)) > 20 and moments[-1] - moments[0] > 0.02
    assert not generation.complete and server.at_rest(20)


def test_an_answer_that_ends_is_complete(server: RealServer, environment: pytest.MonkeyPatch) -> None:
    model = RemoteModel(Endpoint(server.url, server.brief, load_settings().model_key))
    generation = Generator(model).generate(QUESTION, [])
    assert "".join(generation) and generation.complete


def test_stopping_in_the_window_ends_the_work_at_the_server(
    server: RealServer, environment: pytest.MonkeyPatch
) -> None:
    environment.setattr("assistant.generate.Limits", lambda: UNLIMITED)
    assistant = assistant_with(server.endless)
    desk = Desk(assistant.chat, assistant.library.catalogue, assistant.notebook, AtWork())

    async def stopped_midway() -> None:
        before = server.worked
        async with aclosing(desk.ask("", [], Turn(QUESTION))) as steps:
            step = await anext(steps)
            assert server.at_work(before) and not server.at_rest(1)
            desk.stopped(step.turns, step.conversation)

    asyncio.run(stopped_midway())
    assert server.at_rest(20)
    assistant.close()


def test_the_doctor_says_whether_the_model_answers(server: RealServer, environment: pytest.MonkeyPatch) -> None:
    finding = upkeep._model(load_settings())
    assert not finding.wrong and finding.text.endswith("answers.")
    environment.setenv("ASSISTANT_MODEL", "no-such-model")
    finding = upkeep._model(load_settings())
    assert finding.wrong and "no-such-model" in finding.text and "ASSISTANT_MODEL" in finding.remedy
    environment.setenv("ASSISTANT_MODEL_URL", server.url.removesuffix("/v1"))
    assert upkeep._model(load_settings()).wrong


def test_a_server_that_is_gone_is_named(server: RealServer, environment: pytest.MonkeyPatch) -> None:
    assistant = assistant_with(server.brief)
    server.process.kill()
    server.process.wait()
    answer = assistant.chat.ask([], QUESTION).answer
    assert answer.written_by == "quotes" and "cannot be reached" in answer.note
    finding = upkeep._model(load_settings())
    assert finding.wrong and "cannot be reached" in finding.text
    assistant.close()
