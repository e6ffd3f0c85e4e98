"""A small server of the web on this machine, which answers what it is told to and notes what it was asked."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Server(ThreadingHTTPServer):
    """Answers what `answers` holds by path, and notes what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.pause = 0.0  # seconds before it answers
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def says(self, path: str, body: str | bytes, headers: dict[str, str] = HTML, status: int = 200) -> str:
        self.answers[path] = (status, headers, body.encode() if isinstance(body, str) else body)
        return self.url + path

    def leads(self, path: str, target: str) -> str:
        return self.says(path, "", {"Location": target}, 302)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        time.sleep(self.server.pause)
        status, headers, body = self.server.answers.get(self.path, (404, {}, b"not here"))
        if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # who asked has gone
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def served() -> Iterator[Server]:
    """A server that runs until the end of the block."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Dripping(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):  # who asked has gone
            self.request.sendall(b"HTTP/1.1 200 OK\r\nX-Words: ")
            while True:
                self.request.sendall(b"a")
                time.sleep(0.2)


@contextmanager
def hung() -> Iterator[str]:
    """The address of a server that begins to answer, a byte now and then, and never ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/page"
        finally:
            server.shutdown()
            thread.join()
