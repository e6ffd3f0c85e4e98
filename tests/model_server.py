"""An OpenAI-compatible model server that does what a test tells it, over real HTTP."""

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-very-secret-0123456789"


@dataclass
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All its messages."""
        return "\n".join(message["content"] for message in self.body["messages"])


class Exchange:
    """One request and the means to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        self.request = request
        self._handler = handler

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """A whole answer."""
        self._handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def begin(self) -> None:
        """The head of a stream."""
        self._handler.send_response(200)
        self._handler.send_header("Content-Type", "text/event-stream")
        self._handler.send_header("Transfer-Encoding", "chunked")
        self._handler.end_headers()

    def send(self, data: str) -> None:
        """One event of the stream."""
        event = f"data: {data}\n\n".encode()
        self._handler.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        self._handler.wfile.flush()

    def piece(self, text: str, finish: str | None = None) -> None:
        """One piece of the answer."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        self.send(
            json.dumps({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]})
        )

    def end(self) -> None:
        """The end of the stream, as the protocol wants it."""
        self.send("[DONE]")
        self._handler.wfile.write(b"0\r\n\r\n")

    def break_off(self) -> None:
        """Close the connection."""
        self._handler.close_connection = True
        with suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)

    def wait(self, seconds: float) -> None:
        """Do nothing for so long, or until the other side hangs up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            readable, _, _ = select.select([self._handler.connection], [], [], 0.02)
            if readable and not self._handler.connection.recv(1, socket.MSG_PEEK):
                raise BrokenPipeError


Script = Callable[[Exchange], None]


@dataclass
class ModelServer:
    """Answers the n-th request by the n-th script, and any further one by the last."""

    url: str = ""
    scripts: list[Script] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def says(self, *scripts: Script) -> None:
        """What it does from now on."""
        self.scripts, self.requests = list(scripts), []
        self.hung_up.clear()


def text(*pieces: str, finish: str = "stop", pause: float = 0.0) -> Script:
    """The pieces one after the other."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces:
            exchange.piece(piece)
            exchange.wait(pause)
        exchange.piece("", finish)
        exchange.end()

    return script


def echo(of: Callable[[Request], str]) -> Script:
    """Whatever is made of the request."""
    return lambda exchange: text(of(exchange.request))(exchange)


def status(code: int, headers: dict[str, str] | None = None, message: str = "no") -> Script:
    """An error."""
    body = json.dumps({"error": {"message": message, "type": "error"}}).encode()
    return lambda exchange: exchange.answer(code, {"Content-Type": "application/json", **(headers or {})}, body)


def cut(*pieces: str, cleanly: bool = False) -> Script:
    """Some pieces, and the connection is gone; `cleanly` where the stream is ended as if that were all."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces:
            exchange.piece(piece)
        exchange.end() if cleanly else exchange.break_off()

    return script


def raw(*events: str) -> Script:
    """Events as given."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        for event in events:
            exchange.send(event)
        exchange.end()

    return script


def page(exchange: Exchange) -> None:
    """A page for people."""
    exchange.answer(200, {"Content-Type": "text/html"}, b"<h1>Welcome</h1>")


def elsewhere(code: int, body: str, kind: str = "text/html") -> Script:
    """An error of a server that is none of models."""
    return lambda exchange: exchange.answer(code, {"Content-Type": kind}, body.encode())


def dropped(exchange: Exchange) -> None:
    """The connection is closed without a word."""
    exchange.break_off()


def silent(seconds: float) -> Script:
    """Nothing at all for so long."""
    return lambda exchange: exchange.wait(seconds)


def endless(pieces: Iterable[str] = ("On and on. ",), pause: float = 0.0) -> Script:
    """The pieces again and again until the other side hangs up."""

    def script(exchange: Exchange) -> None:
        exchange.begin()
        while True:
            for piece in pieces:
                exchange.piece(piece)
                exchange.wait(pause)

    return script


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server on a free port of this machine."""
    state = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            state.requests.append(request)
            script = state.scripts[min(len(state.requests), len(state.scripts)) - 1]
            try:
                script(Exchange(self, request))
            except OSError:
                self.close_connection = True
                state.hung_up.set()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            state.hung_up.set()  # between two requests, which is no error

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
