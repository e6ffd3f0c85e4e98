"""What could be asked next: shown below the latest answer, unless something was asked or taken back meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import gradio as gr

from assistant.schema import Answer, Turn
from assistant.suggest import Suggester
from assistant.ui.suggesting import Suggesting
from assistant.ui.work import AtWork
from tests.test_ui_ask import FakeChat, answering, catalogue, memory, run


class OneSuggestion:
    """Suggests one question after each answer that was found."""

    def after(self, answer: Answer, asked: Sequence[str]) -> tuple[str, ...]:
        """One."""
        return ("Who left?",) if answer.found else ()


def test_what_could_be_asked_next_comes_once_the_box_is_free_and_gives_way_to_another_question() -> None:
    notebook, at_work = memory(), AtWork()
    at = Suggesting(cast(Suggester, OneSuggestion()), catalogue(), notebook, at_work)
    step = run(FakeChat(answering), notebook=notebook)[-1]
    work = at_work.begin(step.conversation, 1)
    assert asyncio.run(at.suggested(step.turns, step.conversation))[1] == gr.skip(), "something is asked"
    at_work.end(step.conversation, 1, work)
    notebook.amend(step.conversation, 0, replace(step.turns[0], feedback="Like"))  # while it was tried
    drawn, now = asyncio.run(at.suggested(step.turns, step.conversation))
    turns = cast(list[Turn], now)
    assert turns[0].suggestions == ("Who left?",) and "Who left?" in cast(Any, drawn)[-1]["content"]
    assert turns[0].feedback == "Like"
    assert notebook.turns(step.conversation) == turns
    assert asyncio.run(at.suggested(turns, step.conversation))[1] == gr.skip(), "once is enough"
    notebook.write(step.conversation, 1, Turn("And then?"))
    assert asyncio.run(at.suggested(step.turns, step.conversation))[1] == gr.skip()
    assert notebook.cut(step.conversation, notebook.turns(step.conversation), 0)
    assert asyncio.run(at.suggested(step.turns, step.conversation))[1] == gr.skip(), "it was taken back"
