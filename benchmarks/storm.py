"""A storm: thousands of changes to a folder while processes that take them in are killed; what is left of it.

The library must then agree with the folder, and answer as one built afresh from the same files.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import copytree
from tempfile import TemporaryDirectory

from assistant.app import Assistant, build, build_embedder
from assistant.settings import load_settings
from benchmarks.agreement import ANSWERED, differences, disagreements, out_of_reach, wait_for_chroma
from benchmarks.operations import Upheaval
from benchmarks.processes import Command, Forked, Process, Together, synchronise, watch
from tests.fakes import BagOfWordsEmbedder

LONGEST_SECONDS = 8.0
"""A process is killed within so long of being at work; less, where it is done sooner."""


@dataclass(slots=True)
class Weather:
    """What a storm was made of."""

    kills: int = 0
    rounds: int = 0
    seconds: float = 0.0


def rage(
    upheaval: Upheaval,
    starts: Sequence[Callable[[], Process]],
    operations: int,
    kills: int,
    seed: int,
    longest: float = LONGEST_SECONDS,
) -> Weather:
    """Change the folder while one process after the other takes the changes in and is killed at a random moment."""
    random, weather, began = Random(seed), Weather(), time.monotonic()
    each = -(-operations // kills)
    while weather.kills < kills:
        start = starts[weather.rounds % len(starts)]
        due = min(each, operations - sum(upheaval.done.values()))
        before = random.randint(0, due)  # while nothing runs; the others while something does
        for _ in range(before):
            upheaval.step()
        process = start()
        moment = time.monotonic() + random.uniform(0, longest)
        for place in range(due - before):
            left = moment - time.monotonic()
            time.sleep(max(0.0, left / (due - before - place + 1)))
            upheaval.step()
        time.sleep(max(0.0, moment - time.monotonic()))
        if process.kill():
            weather.kills += 1
        else:
            longest *= 0.8  # it was done: this machine is faster
        weather.rounds += 1
    for _ in range(operations - sum(upheaval.done.values())):
        upheaval.step()
    weather.seconds = time.monotonic() - began
    return weather


def measure(articles: int, operations: int, kills: int, questions: int, seed: int, words: bool) -> None:
    """Print what a storm of this size leaves behind, with the packaged embedding model or, faster, a bag of words."""
    with TemporaryDirectory() as place:
        folder, home, fresh = (Path(place).resolve() / name for name in ("articles", "home", "fresh"))
        upheaval = Upheaval(folder, seed)
        upheaval.fill(articles)
        weather = rage(upheaval, _starts(home, folder, words), operations, kills, seed)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(upheaval.done.items()))
        done = f"{sum(upheaval.done.values())} operations ({kinds})"
        print(f"{done}, {weather.kills} kills in {weather.rounds} runs, {weather.seconds:.0f} s", flush=True)
        for name, kept in (("the library after the storm", home), ("one built afresh", fresh)):
            if not words and kept == fresh:
                copytree(home / "models", fresh / "models")
            began = time.monotonic()
            complete(kept, folder, words)
            print(f"{name}: complete after {time.monotonic() - began:.0f} s", flush=True)
        one, other = (_built(kept, words) for kept in (home, fresh))
        compare(folder, one, other, [question.text for question in upheaval.questions(questions)])


def _starts(home: Path, folder: Path, words: bool) -> list[Callable[[], Process]]:
    """The processes of a storm, one after the other."""
    if words:
        return [
            lambda: Forked(synchronise, home, folder),
            lambda: Forked(watch, home, folder),
            lambda: Together(Forked(watch, home, folder), Forked(synchronise, home, folder)),
        ]
    build_embedder(load_settings(home=home)).export()
    sync = ("sync", str(folder), "--yes", "--wait")
    chat = ("chat", "--port", "0")
    return [
        lambda: Command(home, *sync),
        lambda: Command(home, *chat, says="Open http"),
        lambda: Together(Command(home, *chat, says="Open http"), Command(home, *sync)),
    ]


def complete(home: Path, folder: Path, words: bool) -> None:
    """Synchronise and embed, undisturbed. Raises RuntimeError where that fails."""
    if words:
        Forked(synchronise, home, folder).end()
    else:
        Command(home, "sync", str(folder), "--yes", "--wait").end()


def _built(home: Path, words: bool) -> Assistant:
    settings = load_settings(home=home)
    return build(settings, BagOfWordsEmbedder() if words else None)  # type: ignore[arg-type]


def compare(folder: Path, one: Assistant, other: Assistant, questions: Sequence[str]) -> int:
    """Print what of a library disagrees with its folder, and with one built afresh; how much that is."""
    state, wrong, began = one.library.status(), 0, time.monotonic()
    print(f"{state.articles} articles, {state.passages} passages, {state.embedded} embedded")
    for name, assistant in (("after the storm", one), ("built afresh", other)):
        found = list(disagreements(assistant.library, folder))
        print(f"{name}: {len(found)} disagreements", *found, sep="\n  ", flush=True)
        print(f"{name}: {len(out_of_reach(assistant.library))} passages out of Chroma's reach", flush=True)
        wrong += len(found)
    for search in ("exact search", "Chroma"):
        for assistant in (one, other):
            assistant.embedder.load()
            if search == "Chroma":
                wait_for_chroma(assistant)
        for name, found in differences(one, other, questions).items():
            asked = min(len(questions), ANSWERED) if name == "answers" else len(questions)
            print(f"{search}, {asked} questions: {len(found)} {name} differ", *found[:5], sep="\n  ", flush=True)
            wrong += len(found)
    print(f"compared in {time.monotonic() - began:.0f} s", flush=True)
    for assistant in (one, other):
        assistant.close()
    return wrong
