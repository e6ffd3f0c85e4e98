"""How soon an article dropped into a followed folder is in an answer, while thousands of others are being embedded."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx

from assistant.app import Library, open_library
from assistant.settings import load_settings
from benchmarks.processes import Command
from benchmarks.stories import story

ARTICLES, SEED = 5000, 13
PATIENCE, EMBEDDING_PATIENCE = 120.0, 600.0  # seconds


def measure(tell: Callable[[str, float], None], drops: int) -> None:
    """Print the seconds from a file being there to an answer that quotes it, as the window gives it."""
    with TemporaryDirectory() as place:
        folder, home = Path(place).resolve() / "articles", Path(place).resolve() / "home"
        folder.mkdir()
        for number in range(ARTICLES):
            (folder / f"{number}.txt").write_text(story(SEED, number).file(".txt"))
        library = open_library(load_settings(home=home))
        for _ in library.synchroniser.apply(library.synchroniser.plan(folder)):
            pass
        window = Command(home, "chat", "--port", "0", says="Open http")
        try:
            found = re.search(r"http://\S+/", window.said)
            assert found is not None, window.said
            httpx.post(f"{found[0]}ask", json={"question": "Who is the new chair of the council?"}, timeout=PATIENCE)
            for first, when in ((ARTICLES, "as the window opens"), (ARTICLES + drops, "while passages are embedded")):
                if first > ARTICLES:
                    _wait_for_embedding(library)
                seconds = [_dropped(folder, found[0], first + number) for number in range(drops)]
                tell(f"passages to be embedded after the drops {when}", library.embeddings.count_pending())
                tell(f"file dropped {when} to an answer that quotes it, median seconds", median(seconds))
                tell("the slowest of them", max(seconds))
        finally:
            window.kill()
            library.database.close()


def _wait_for_embedding(library: Library) -> None:
    """Wait until the window is at it: it begins once the model is there. Raises RuntimeError where it does not."""
    began, pending = time.monotonic(), library.embeddings.count_pending()
    while library.embeddings.count_pending() >= pending:
        if time.monotonic() - began > EMBEDDING_PATIENCE:
            raise RuntimeError(f"nothing is embedded after {EMBEDDING_PATIENCE:.0f} seconds")
        time.sleep(1)


def _dropped(folder: Path, url: str, number: int) -> float:
    dropped = story(SEED, number)
    question = dropped.questions[0]
    (folder / f"{number}.txt").write_text(dropped.file(".txt"))
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        answer = httpx.post(f"{url}ask", json={"question": question.text}, timeout=PATIENCE)
        if question.answer in answer.raise_for_status().text:
            return time.monotonic() - began
        time.sleep(0.05)
    raise RuntimeError(f"it is in no answer after {PATIENCE:.0f} seconds")
