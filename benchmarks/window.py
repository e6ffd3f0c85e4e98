"""The chat window as a person meets it, in a real Chromium: seconds until something can be seen."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks import QUESTIONS

PEOPLE = 20
PAGES = 5
ASKED = 12  # different questions
PAUSES = 0.3  # seconds between the last key of a question and Enter
READS = 2.0  # seconds: an answer, before the next question
RESTS = 0.15  # seconds: a hand does not click in the moment in which it arrives
LOOKS = 100  # milliseconds between the driver's looks
FLAGS = ("--no-sandbox", "--disable-gpu")


def measure(tell: Callable[[str, float], None]) -> None:
    """Serve the starter articles, and measure page, first word, reader, and twenty people asking at once."""
    with TemporaryDirectory() as home, _serving(home) as url, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        usable = []
        for number in range(PAGES):  # each in a new context: nothing cached
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            started = time.perf_counter()
            page.goto(url)
            page.locator("#box .submit-button").wait_for()
            usable.append(time.perf_counter() - started)
            if number == PAGES - 1:
                _asking(page, QUESTIONS[: 2 * ASKED], tell)
            context.close()
        tell("page usable, nothing cached, median seconds", median(usable))
        browser.close()
        seconds = _together(url, QUESTIONS[-PEOPLE:])
        tell(f"{PEOPLE} people asking at once by the API, slowest answer, seconds", max(seconds))


def _asking(page: Page, questions: Sequence[str], tell: Callable[[str, float], None]) -> None:
    page.evaluate(_TIMING)
    page.locator("#chat .examples a").first.wait_for()
    paused = [_first_word(page, question, PAUSES) for question in questions[:ASKED]]
    hasty = [_first_word(page, question, 0) for question in questions[ASKED:]]
    page.locator("#new-chat").click()
    page.locator("#chat .examples a").first.wait_for()
    _first_word(page, questions[0], 0)
    opened = []
    for _ in range(20):
        link = page.locator('#chat p > a[href^="#cite/"]').last
        link.hover()
        page.wait_for_timeout(RESTS * 1000)
        link.click()
        page.wait_for_function("window.timing.mark > 0", polling=LOOKS)
        opened.append(page.evaluate("window.timing.mark - window.timing.click") / 1000)
        page.locator("#reader-close").click()
    tell(f"submit to first word, {PAUSES} s after the last key, median seconds", median(paused))
    tell("submit to first word, with the last key, median seconds", median(hasty))
    tell(f"click to highlighted passage, the pointer on it for {RESTS} s, median seconds", median(opened))


def _first_word(page: Page, question: str, pause: float) -> float:
    """Seconds from sending a question, some seconds after it was typed, to the first word of its answer."""
    page.locator("#box textarea").fill(question)
    page.wait_for_timeout(pause * 1000)
    page.locator("#box textarea").press("Enter")
    page.wait_for_function("window.timing.word > 0", polling=LOOKS)
    page.locator("#box .submit-button").wait_for()
    page.wait_for_timeout(READS * 1000)
    return float(page.evaluate("window.timing.word - window.timing.sent")) / 1000


# Timed in the page itself, in the frame that draws it: the driver's own round trips are no part of it. Looking in every
# frame instead would take a third of a processor.
_TIMING = """() => {
  const timing = (window.timing = { sent: 0, word: 0, click: 0, mark: 0 });
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    timing.sent = performance.now();
    timing.word = 0;
    timing.answers = document.querySelectorAll("#chat .bot-row").length;
  }, true);
  addEventListener("click", (event) => {
    if (!event.target.closest('a[href^="#cite/"]')) return;
    timing.click = performance.now();
    timing.mark = 0;
  }, true);
  const seen = (name) => requestAnimationFrame(() => (timing[name] = timing[name] || performance.now()));
  const look = () => {
    const answers = document.querySelectorAll("#chat .bot-row");
    const last = answers[answers.length - 1];
    const word = answers.length > timing.answers && last.querySelector("p:not(.searching)");
    if (timing.sent && !timing.word && word) seen("word");
    const mark = document.querySelector("#reader-body mark");
    if (timing.click && !timing.mark && mark && mark === document.activeElement) seen("mark");
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  addEventListener("focusin", look);
}"""


def _together(url: str, questions: Sequence[str]) -> list[float]:
    """Seconds to each answer. Raises httpx.HTTPStatusError where one of them fails."""

    def one(question: str) -> float:
        started = time.perf_counter()
        answer = httpx.post(f"{url}ask", json={"question": question}, timeout=120)
        answer.raise_for_status()
        return time.perf_counter() - started

    with ThreadPoolExecutor(PEOPLE) as people:
        return list(people.map(one, questions))


@contextmanager
def _serving(home: str) -> Iterator[str]:
    """The address of a chat window over the starter articles, with everything embedded."""
    environment = {**os.environ, "ASSISTANT_HOME": home, "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "assistant", "chat", "--starter", "--port", "0"]
    log = Path(home) / "log"
    with log.open("w") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        while not (found := re.search(r"http://\S+/", log.read_text())):
            if server.poll() is not None:
                raise RuntimeError(f"the server did not start: {log.read_text()}")
            time.sleep(0.1)
        status = [sys.executable, "-m", "assistant", "rebuild"]
        subprocess.run(status, env=environment, check=True, capture_output=True)  # ends when all is embedded
        yield found[0]
    finally:
        server.terminate()
        server.wait()
