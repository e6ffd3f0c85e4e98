"""What it costs to synchronise a folder of 2,225 articles again: unchanged, with ten changed, with a folder renamed."""

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

from assistant.app import Assistant, build
from assistant.settings import load_settings
from benchmarks.processes import Command
from benchmarks.stories import revised, story
from tests.fakes import BagOfWordsEmbedder

ARTICLES, BELOW, CHANGED, SEED = 2225, 1000, 10, 7

Tell = Callable[[str, float], None]


def measure(tell: Tell) -> None:
    """Print processor seconds, and how many passages were embedded."""
    with TemporaryDirectory() as place:
        folder, home = Path(place).resolve() / "articles", Path(place).resolve() / "home"
        for number in range(ARTICLES):
            path = folder / f"below{number // BELOW}" / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(story(SEED, number).file(".txt"))
        embedder = BagOfWordsEmbedder()
        assistant = build(load_settings(home=home), embedder)  # type: ignore[arg-type]
        _again(assistant, folder, embedder, f"{ARTICLES:,} new articles", tell)
        _again(assistant, folder, embedder, "nothing changed", tell)
        known = {hash_ for hash_, _ in assistant.library.embeddings.stored()}
        for number in range(0, CHANGED * 200, 200):
            path = folder / f"below{number // BELOW}" / f"{number}.txt"
            path.write_text(revised(story(SEED, number), Random(number)).file(".txt"))
        _again(assistant, folder, embedder, f"{CHANGED} changed", tell)
        changed = {hash_ for hash_, _ in assistant.library.embeddings.stored()} - known
        tell(f"{CHANGED} changed: passages whose text is new", len(changed))
        (folder / "below0").rename(folder / "renamed")
        _again(assistant, folder, embedder, f"a folder of {BELOW:,} renamed", tell)
        assistant.close()
        before = _children()
        Command(home, "sync", str(folder)).end()
        tell("`assistant sync`, nothing changed, the whole process: processor seconds", _children() - before)


def _again(assistant: Assistant, folder: Path, embedder: BagOfWordsEmbedder, what: str, tell: Tell) -> None:
    embedder.seen.clear()
    began = time.process_time()
    synchroniser = assistant.library.synchroniser
    for _ in synchroniser.apply(synchroniser.plan(folder)):
        pass
    tell(f"{what}: synchronised, processor seconds", time.process_time() - began)
    assistant.writer.drain()
    tell(f"{what}: passages embedded", len(embedder.seen))


def _children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
