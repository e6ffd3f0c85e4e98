"""A server of its own for each module, a fresh browser context for each test, and a gate that nothing passes.

Any request that leaves loopback is aborted and fails its test, and so does an error in the page.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, ConsoleMessage, Page, Route, expect, sync_playwright

from index.embedding import LazyEmbedder

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=20_000)  # milliseconds: a busy machine is no bug
START_SECONDS = 90  # a cold disk and one slow core
END_SECONDS = 60
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HARMLESS = (
    "Method not implemented.",  # Gradio's own, whenever a stream is closed
    "signal is aborted without reason",  # the same, where the page is left while an answer streams
    "Connection errored out",
)
LOST = re.compile(
    r"Failed to load resource: (net::ERR_|.* status of 503)|TypeError: (Failed to fetch|network error)"
    r"|Unexpected error 404"  # what was awaited when the program ended is asked of the next one, which knows of nothing
)
ENDING = ("/gradio_api/cancel", "/gradio_api/reset")
"""Refused by Gradio itself (422) where its page ends an event that the server has given no id yet."""
FLAGS = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
""".split()

RIVER = """---
title: Old bridge closed as the river rises
author: Ada Brook
source: Valley Gazette
date: 2024-03-05
url: https://valley-gazette.example/bridge
---

The river Lumm rose by two metres on Monday after three days of rain in the hills above the town of Harrow.

Mayor Ines Calder closed the old bridge at six in the evening. The crossing will stay shut for nine days, she said,
because engineers have to inspect the middle pier.

Schools on the east bank opened late on Tuesday, and the bakery in Mill Street was flooded for the second time.
"""
MUSEUM = """---
title: Museum of clocks finds a new home
source: Harrow Courier
date: 2023-11-20
---

The museum of clocks will move to the former post office in Harrow, its director Tomas Rell announced on Friday.

Rell said the move would cost four hundred thousand crowns. The collection holds 1,200 clocks, the oldest from 1641.

"Visitors will hear them before they see them," Rell said.
"""


@dataclass(frozen=True)
class Server:
    """A running chat window and the folder of its library."""

    url: str
    home: Path
    articles: Path


@contextmanager
def serving(
    folder: Path,
    articles: dict[str, str],
    token: str = "",
    home: Path | None = None,
    port: int | None = 0,
    killed: bool = False,
    **settings: str,
) -> Iterator[Server]:
    """Serve a library that follows a folder with these articles; it has to end cleanly when it is told to.

    One that is to be `killed` is not told. `home` and `port` are those of an earlier server where library and address
    are to be the same; `settings` go into the environment.
    """
    is_new = home is None
    home, watched = home or folder / "home", folder / "articles"
    home.mkdir(parents=True, exist_ok=True)
    watched.mkdir(parents=True)
    if is_new:
        shutil.copytree(_exported(folder.parent / "models"), home / "models")
    for name, text in articles.items():
        (watched / name).write_text(text, "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "GRADIO_"))}
    environment = kept | {"ASSISTANT_HOME": str(home), "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    environment |= settings | ({"ASSISTANT_TOKEN": token} if token else {})
    command = [sys.executable, "-m", "assistant"]
    if articles:
        subprocess.run([*command, "sync", str(watched), "--yes"], cwd=ROOT, env=environment, check=True, timeout=120)
    log = folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "chat", "--port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield Server(_address(process, log), home, watched)
        if killed:
            return
        process.send_signal(signal.SIGTERM)
        assert process.wait(END_SECONDS) == 0, log.read_text()
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _exported(models: Path) -> Path:
    """The model as every new library exports it, made once in a run: it takes 20 s of work."""
    assert LazyEmbedder(folder=models).export()
    return models


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", log.read_text()):
            with urllib.request.urlopen(found[0] + "healthz", timeout=10) as answer:
                assert answer.status == 200
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text()}")


@pytest.fixture(scope="module")  # a session's would leave an event loop running, where other tests start their own
def chromium() -> Iterator[Browser]:
    """A Chromium. Without one the tests are skipped on a desk and fail in CI."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    path = path or shutil.which("google-chrome")
    if path is None:
        reason = "there is no Chromium: apt-get install chromium, or name one in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A library of two articles, served."""
    with serving(tmp_path_factory.mktemp("library"), {"bridge.md": RIVER, "museum.md": MUSEUM}) as running:
        yield running


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a context of its own; at the end nothing may have left loopback and nothing gone wrong in it."""
    contexts: list[Any] = []
    troubles: list[str] = []

    def gate(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("data", "blob") or address.hostname in LOOPBACK:
            route.continue_()
        else:
            troubles.append(f"asked for {route.request.url}")
            route.abort()

    def opened(url: str, *, width: int = 1280, height: int = 800, dark: bool = False, ends: bool = False) -> Page:
        """`ends` says that the server will end while the page is open, which the browser complains of."""
        phone = width < 600
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            has_touch=phone,
            is_mobile=phone,
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.route("**/*", gate)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
        page.on(
            "console",
            lambda message: (
                troubles.append(f"console: {message.text}")
                if message.type == "error" and not is_harmless(message) and not (ends and LOST.search(message.text))
                else None
            ),
        )
        page.goto(url)
        page.locator("#box .submit-button").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def is_harmless(message: ConsoleMessage) -> bool:
    """Whether an error in the page's console is one of Gradio's own that mean nothing."""
    refused = "a status of 422" in message.text and message.location["url"].endswith(ENDING)
    ended = "net::ERR_" in message.text and message.location["url"].endswith("/app_id")  # the test's server, before it
    return refused or ended or any(part in message.text for part in HARMLESS)


@pytest.fixture
def photograph() -> Callable[[Page, str], None]:
    """Keep a picture of the page in the folder that SCREENSHOTS names, where it does."""
    folder = os.environ.get("SCREENSHOTS")

    def taken(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return taken


def ask(page: Page, question: str) -> Any:
    """Type a question, wait for its answer, and return the answer's place."""
    before = page.locator("#chat .bot-row").count()
    page.locator("#box textarea").fill(question)
    page.locator("#box textarea").press("Enter")
    answer = page.locator("#chat .bot-row").nth(before)
    answer.locator("p:not(.searching)").first.wait_for()
    page.locator("#box .submit-button").wait_for()
    return answer


def in_view(page: Page, selector: str) -> bool:
    """Whether an element lies within the pane that scrolls it."""
    return bool(
        page.evaluate(
            """selector => {
              const one = document.querySelector(selector).getBoundingClientRect();
              const pane = document.querySelector("#reader-body").getBoundingClientRect();
              return one.top >= pane.top && one.bottom <= Math.min(pane.bottom, innerHeight) && one.height > 0;
            }""",
            selector,
        )
    )
