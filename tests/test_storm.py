"""After a storm of changes and kills nothing tells a library from one that was built afresh."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from assistant.app import build
from assistant.settings import load_settings
from benchmarks.operations import Upheaval
from benchmarks.processes import Forked, Process, Together, hasty, synchronise, watch
from benchmarks.storm import compare, rage
from tests.fakes import BagOfWordsEmbedder

ARTICLES, OPERATIONS, KILLS, QUESTIONS, SEED = 40, 150, 9, 30, 20230619


@pytest.mark.slow
def test_a_storm_leaves_what_building_afresh_gives(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_READER", "false")  # the rules choose faster, and from the same passages
    folder, fresh = tmp_path / "articles", tmp_path / "fresh"
    upheaval = Upheaval(folder, SEED)
    upheaval.fill(ARTICLES)
    starts: list[Callable[[], Process]] = [
        lambda: Forked(partial(hasty, synchronise), home, folder),
        lambda: Forked(partial(hasty, watch), home, folder),
        lambda: Together(
            Forked(partial(hasty, watch), home, folder), Forked(partial(hasty, synchronise), home, folder)
        ),
    ]
    weather = rage(upheaval, starts, OPERATIONS, KILLS, SEED, longest=1.5)
    assert weather.kills == KILLS and sum(upheaval.done.values()) == OPERATIONS
    assert {"add", "edit", "rename", "move", "delete"} <= set(upheaval.done)
    for kept in (home, fresh):
        Forked(partial(hasty, synchronise), kept, folder).end()
    one, other = (build(load_settings(home=kept), BagOfWordsEmbedder()) for kept in (home, fresh))  # type: ignore[arg-type]
    assert one.library.status().articles > ARTICLES / 2
    questions = upheaval.questions(QUESTIONS)
    answered = [one.chat.ask([], question.text).answer for question in questions]
    right = [question.answer in answer.text for question, answer in zip(questions, answered, strict=True)]
    assert sum(right) >= 0.8 * len(right)  # so that there is something to compare
    assert compare(folder, one, other, [question.text for question in questions]) == 0
