"""A model over real HTTP: what it is sent, what comes back, how it is stopped, and that the key stays where it is."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from assistant.endpoint import Endpoint, Limits, endpoint_of
from assistant.generate import Excerpt, Generation, Generator, fitting
from assistant.remote import RemoteModel
from index.schema import Article, Hit, ModelError, Passage, SettingsError
from index.splitting import split
from tests import model_server as served
from tests.model_server import KEY, ModelServer, Script, model_server

LIMITS = Limits(connecting=1, silence=1.5, whole=6, waiting=0.4, written=500)
TEXT = "Ada Lovelace came on Monday. She brought 12 machines. Nobody was hurt."
ARTICLE = Article("a", "The visit", TEXT)
HIT = Hit(Passage("a:0", "a", 0, 0, len(TEXT)), ARTICLE, 1.0)


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.says(served.text("Ada came. [1]"))
    return running


def generation(server: ModelServer, limits: Limits = LIMITS, key: str = KEY) -> Generation:
    return Generator(RemoteModel(Endpoint(server.url, "small", SecretStr(key))), limits).generate("Who came?", [HIT])


def test_the_pieces_come_as_they_are_written(server: ModelServer) -> None:
    server.says(served.text("Ada ", "came.", " [1]", pause=0.05))
    running = generation(server)
    assert list(running) == ["Ada ", "came.", " [1]"] and running.complete
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["model"] == "small" and request.body["stream"] is True
    assert "Who came?" in request.prompt and TEXT in request.prompt


def test_without_a_key_none_is_sent(server: ModelServer) -> None:
    list(generation(server, key=""))
    assert "authorization" not in server.requests[0].headers


FAILURES: list[tuple[Script, str, int]] = [
    (served.status(401, message=f"Incorrect key {KEY}"), "refused the key", 1),
    (served.status(403), "refused the key", 1),
    (served.status(404), "not found", 1),
    (served.status(400, message="context length"), "error 400", 1),
    (served.status(429), "busy", 1),
    (served.status(429, {"Retry-After": "30"}), "busy", 1),
    (served.status(429, {"Retry-After": "0.1"}), "busy", 2),
    (served.status(500), "error 500", 1),
    (served.status(307, {"Location": "http://127.0.0.1:9/"}), "error 307", 1),
    (served.cut("Ada "), "broke off", 1),
    (served.cut("Ada ", cleanly=True), "broke off", 1),
    (served.raw("{not json"), "could not be understood", 1),
    (served.raw('{"choices": 5}'), "could not be understood", 1),
    (served.raw('{"error": {"message": "overloaded"}}'), "could not be understood", 1),
    (served.raw("[]"), "could not be understood", 1),
    (served.raw(), "broke off", 1),
    (served.elsewhere(501, "<h1>Unsupported method ('POST')</h1>"), "at 127.0.0.1 is no server of models", 1),
    (served.elsewhere(404, '{"detail": "Not Found"}', "application/json"), "is no server of models", 1),
    (served.elsewhere(405, "Method Not Allowed", "text/plain"), "at 127.0.0.1 is no server of models", 1),
    (served.page, "at 127.0.0.1 is no server of models", 1),
    (served.silent(5), "took too long", 1),
    (served.dropped, "broke off|cannot be reached", 2),
]


@pytest.mark.parametrize(("script", "message", "requests"), FAILURES)
def test_every_failure_is_one_sentence_without_the_key(
    server: ModelServer, caplog: pytest.LogCaptureFixture, script: Script, message: str, requests: int
) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(script)
    with pytest.raises(ModelError, match=message) as raised:
        list(generation(server))
    assert raised.value.hint and len(server.requests) == requests
    assert KEY not in f"{raised.value}{raised.value.hint}{caplog.text}"


def test_nobody_at_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1?key={KEY}"
    with pytest.raises(ModelError, match=r"at 127\.0\.0\.1 cannot be reached") as raised:
        list(Generator(RemoteModel(Endpoint(url, "small", SecretStr(KEY))), LIMITS).generate("Who?", [HIT]))
    assert KEY not in str(raised.value) + caplog.text


@pytest.mark.parametrize("first", [served.dropped, served.status(429, {"Retry-After": "0.1"})])
def test_it_is_asked_once_more(server: ModelServer, first: Script) -> None:
    server.says(first, served.text("Ada came. [1]"))
    assert list(generation(server)) == ["Ada came. [1]"] and len(server.requests) == 2


def test_the_key_shows_nowhere() -> None:
    endpoint = Endpoint("http://127.0.0.1/v1", "small", SecretStr(KEY))
    made = Generator(RemoteModel(endpoint), LIMITS)
    assert KEY not in f"{endpoint!r}{endpoint}{made!r}{vars(made)}{vars(made.generate('?', []))}"


@pytest.mark.parametrize(
    "script", [served.silent(5), served.text("Ada ", "came.", pause=3), served.endless(pause=0.05)]
)
def test_stopping_ends_the_request_at_the_server(server: ModelServer, script: Script) -> None:
    server.says(script)
    running = generation(server, replace(LIMITS, silence=10, whole=20))
    threading.Timer(0.4, running.stop).start()
    started = time.monotonic()
    list(running)
    assert time.monotonic() - started < 2 and not running.complete
    assert server.hung_up.wait(2)


def test_leaving_ends_the_request_at_the_server(server: ModelServer) -> None:
    server.says(served.endless(pause=0.01))
    pieces = iter(generation(server))
    assert next(pieces)
    del pieces
    assert server.hung_up.wait(2)


@pytest.mark.parametrize("limits", [replace(LIMITS, written=100), replace(LIMITS, whole=0.5, written=10**6)])
def test_what_never_ends_is_cut(server: ModelServer, limits: Limits) -> None:
    server.says(served.endless(pause=0.01))
    running = generation(server, limits)
    assert "".join(running).startswith("On and on. ") and not running.complete
    assert server.hung_up.wait(2)


def test_a_server_that_only_keeps_the_line_open_is_left(server: ModelServer) -> None:
    server.says(served.endless([""], pause=0.05))
    running = generation(server, replace(LIMITS, whole=0.5))
    assert list(running) == [] and not running.complete


def test_an_answer_cut_short_by_the_server_says_so(server: ModelServer) -> None:
    server.says(served.text("Ada came", finish="length"))
    running = generation(server)
    assert list(running) == ["Ada came"] and not running.complete


def test_passages_are_fenced_by_a_word_no_article_can_know(server: ModelServer) -> None:
    server.says(served.text("Ada came."), served.text("Ada came."))
    for _ in range(2):
        list(generation(server))
    fences = [request.prompt.split("carry the word ")[1].split(",")[0] for request in server.requests]
    assert len(set(fences)) == 2
    for fence, request in zip(fences, server.requests, strict=True):
        assert request.prompt.count(fence) == 3 and TEXT in request.prompt


def test_passages_fit_in_whole_sentences_best_first() -> None:
    text = " ".join(f"This is sentence number {number} of the long article." for number in range(200))
    article = Article("b", "Long", text)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    for most in (0, 5, 9, 100, 500, 10_000):
        excerpts = fitting(hits, most)
        assert sum(len(excerpt.text.split()) for excerpt in excerpts) <= most
        assert all(excerpt.text.endswith(".") for excerpt in excerpts)
        assert [excerpt.hit for excerpt in excerpts] == hits[: len(excerpts)]
    assert [excerpt.text for excerpt in fitting(hits, 10_000)] == [hit.text for hit in hits]
    assert fitting([HIT], 5) == [Excerpt(HIT, 0, 28)]


@pytest.mark.parametrize(
    ("url", "model", "message"),
    [
        ("http://127.0.0.1/v1", "", "ASSISTANT_MODEL is not set"),
        ("", "small", "no web address"),
        ("127.0.0.1:80", "small", "no web address"),
        ("ftp://host/v1", "small", "no web address"),
        ("http://host:port/v1", "small", "no web address"),
        (f"http://user:{KEY}@host/v1", "small", "no web address"),
    ],
)
def test_settings_that_do_not_fit_are_named(url: str, model: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as raised:
        endpoint_of(url, model, SecretStr(KEY))
    assert KEY not in f"{raised.value}{raised.value.hint}"
