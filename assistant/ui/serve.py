"""The server: FastAPI with the window mounted, behind the guard, run by uvicorn until it is told to stop."""

import logging
import os
import signal
import socket
import tempfile
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from importlib.metadata import version
from types import FrameType
from typing import NoReturn

import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse

from assistant.app import Assistant
from assistant.ui.api import add_api
from assistant.ui.guard import Guard, is_loopback
from assistant.ui.jobs import Jobs
from assistant.ui.texts import NAME
from index.schema import AssistantError, SettingsError

MAX_UPLOAD = "100mb"  # one that is larger ends all that were dropped with it; what each kind may have is told apart
UPLOAD_SECONDS = 10.0  # at the end, for uploads that were told to be there
GOODBYE_SECONDS = 2  # open pages keep a connection for ever: after this it is cut

logger = logging.getLogger(__name__)


def serve(assistant: Assistant, host: str, port: int, ready: Callable[[str], None] | None = None) -> None:
    """Serve the chat window until SIGTERM or SIGINT; `ready` is called with its address once it listens.

    Raises SettingsError for an address that cannot be listened on, or that other machines reach while no token is set.
    """
    token = assistant.library.settings.token
    if not is_loopback(host) and not token:
        raise SettingsError(
            f"The address {host} can be reached from other machines, and no token is set.",
            "Set ASSISTANT_TOKEN to a password, or listen on 127.0.0.1.",
        )
    listening = _listen(host, port)
    jobs, uploads = Jobs(), Jobs()
    try:
        with tempfile.TemporaryDirectory(prefix="assistant-uploads-") as folder, _quiet_signals():
            os.environ["GRADIO_TEMP_DIR"] = folder  # Gradio reads it whenever it stores an upload
            server = _Server(_config(_guarded(assistant, jobs, uploads, host, token)), ready, _url(host, listening))
            assistant.writer.start()
            if assistant.library.settings.watch:
                assistant.watcher.start()
            assistant.poller.start()
            try:
                server.run(sockets=[listening])
            finally:
                assistant.library.ending.set()
                uploads.close(UPLOAD_SECONDS)  # before their folder goes
    finally:
        jobs.close()
        listening.close()


def build_app(assistant: Assistant, jobs: Jobs, uploads: Jobs, *, own_machine: bool) -> FastAPI:
    """The web application without its guard: `/healthz`, and the window under everything else.

    `own_machine` says that no other machine reaches it.
    """
    import gradio as gr  # 3 s: after the address is known to be free
    from gradio import processing_utils

    from assistant.ui.parts import head, theme
    from assistant.ui.window import build_window

    # No page for the description: FastAPI's own fetch their scripts from the web.
    app = FastAPI(title=NAME, version=version("article-assistant"), docs_url=None, redoc_url=None)
    add_api(app, assistant)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> JSONResponse:
        try:
            return JSONResponse({"status": "ok", "articles": assistant.library.catalogue.count()})
        except AssistantError as error:
            return JSONResponse({"status": "failed", "reason": str(error)}, status_code=503)

    window = build_window(assistant, jobs, uploads, own_machine=own_machine)
    # A request may name any path as its upload. Gradio checks that it was uploaded only where this is set, which
    # launching does and mounting does not.
    window.has_launched = True
    # It may name an address too, in the place of any component's value, and Gradio would fetch it.
    processing_utils.async_ssrf_protected_get = _fetch_nothing
    gr.mount_gradio_app(
        app,
        window,
        path="/",
        footer_links=[],
        run_history=False,  # it would keep questions and answers in the browser's storage in clear text
        show_error=False,  # it would show any exception's text, paths included
        enable_monitoring=False,
        max_file_size=MAX_UPLOAD,
        theme=theme(),
        head=head(),
    )
    return app


async def _fetch_nothing(url: str) -> NoReturn:
    raise PermissionError("this program fetches nothing from the web")


def is_news(record: logging.LogRecord) -> bool:
    """False for what uvicorn says of pages that are open when it ends, or was ended: that is as it should be.

    One that waited for an answer then asks the next program for it, which knows of none: Gradio answers 404 after it
    has begun to answer, and Starlette raises that.
    """
    error = record.exc_info[1] if record.exc_info else None
    unknown = isinstance(error, RuntimeError) and getattr(error.__cause__, "status_code", None) == HTTPStatus.NOT_FOUND
    cut_off = isinstance(error, CancelledError)
    return not (cut_off or unknown) and "timeout graceful shutdown exceeded" not in record.getMessage()


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None] | None, url: str) -> None:
        super().__init__(config)
        self._ready, self._url = ready, url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready(self._url)


def _guarded(assistant: Assistant, jobs: Jobs, uploads: Jobs, host: str, token: str) -> Guard:
    hosts = {"localhost", "127.0.0.1", "::1", host}
    if not is_loopback(host):
        hosts |= {socket.gethostname(), socket.getfqdn(), f"{socket.gethostname()}.local"}
    own_machine = is_loopback(host)
    return Guard(
        build_app(assistant, jobs, uploads, own_machine=own_machine), hosts, token, any_address=not own_machine
    )


def _config(app: Guard) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").addFilter(is_news)
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises SettingsError where the address is not ours or the port is taken."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(f"There is no address {host}.", "Listen on 127.0.0.1, or on an address it has.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(socket.SOMAXCONN)
    except OSError as error:
        listening.close()
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(
            f"The chat window cannot listen on {host}:{port}: {reason}.",
            "Is it running already? Else choose another port: --port 0 takes a free one.",
        ) from error
    return listening


def _url(host: str, listening: socket.socket) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(host, host)
    return f"http://{f'[{name}]' if ':' in name else name}:{listening.getsockname()[1]}/"


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """Let uvicorn raise the signal that stopped it without ending the process, which has Chroma to close."""

    def noted(number: int, frame: FrameType | None) -> None:
        logger.info("stopped by signal %s", number)

    try:
        before = {number: signal.signal(number, noted) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not in the main thread: signals are somebody else's
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
