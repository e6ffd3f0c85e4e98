"""One question: what the window shows while it is answered, when it is, and when that fails or is stopped."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

import gradio as gr
from anyio import to_thread

from assistant.chat import Chat
from assistant.citations import check
from assistant.schema import Answer, Citation, Turn
from assistant.ui import texts
from assistant.ui.render import Coverage, render_answer, render_message, render_searching
from assistant.ui.scope import AS_TYPED, chosen
from index.catalogue import Catalogue
from index.schema import AssistantError

REMEMBERED = 20  # the latest turns, which a follow-up may refer to
SHOWN = 100  # the latest turns, which stay on the page

T = TypeVar("T")
Message = dict[str, str]
Step = tuple[object, object, list[Turn]]
"""New values of the chat, the question's box and the turns."""

logger = logging.getLogger(__name__)


def messages(turns: Sequence[Turn], coverage: Coverage | None = None, *, searching: bool = False) -> list[Message]:
    """The turns as the Chatbot shows them; of the last one only its question where it is still `searching`."""
    shown: list[Message] = []
    for turn in turns:
        shown.append({"role": "user", "content": render_message(turn.message)})
        is_open = searching and turn is turns[-1]
        answer = (
            render_searching()
            if is_open
            else render_answer(turn.answer, turn.message, coverage, filtered=turn.filtered)
        )
        shown.append({"role": "assistant", "content": answer})
    return shown


def as_of_now(turns: Sequence[Turn], catalogue: Catalogue) -> tuple[list[Turn], Coverage | None]:
    """The turns with each citation checked against what is stored now, and what the library covers where one asks.

    Where the catalogue cannot be read the turns stay as they are: what was said is no reason to say nothing.
    """
    try:
        ids = {citation.article_id for turn in turns for citation in _cited(turn.answer)}
        articles = catalogue.by_id(ids)
        checked = [
            replace(
                turn,
                answer=replace(
                    turn.answer,
                    citations=check(turn.answer.citations, articles.get),
                    nearest=check(turn.answer.nearest, articles.get),
                ),
            )
            for turn in turns
        ]
        unanswered = any(not turn.answer.found and not turn.answer.message for turn in turns)
        return checked, _coverage(catalogue) if unanswered else None
    except AssistantError as error:
        logger.warning("earlier answers could not be checked: %s", error)
        return list(turns), None


async def ask(
    chat: Chat, catalogue: Catalogue, turns: Sequence[Turn], message: str, sources: Sequence[str], period: str
) -> AsyncIterator[Step]:
    """Answer a message step by step. Every error ends in a sentence and a box that can be used again.

    Each step carries turns that are whole, so that the conversation holds what was shown when it is stopped there.
    """
    if not message.strip():
        yield gr.skip(), _ready(message), list(turns)
        return
    today = date.today()
    filters = chosen(sources, period, today)
    as_said = period != AS_TYPED

    def answered(answer: Answer) -> tuple[list[Turn], Coverage | None]:
        return as_of_now([Turn(message, answer, bool(filters))], catalogue)

    kept, coverage = await _apart(lambda: as_of_now(list(turns)[-(SHOWN - 1) :], catalogue))
    newest = [Turn(message, Answer("", message=texts.STOPPED))]
    yield (
        messages([*kept, *newest], coverage, searching=True),
        gr.Textbox("", submit_btn=False, stop_btn=True),
        [*kept, *newest],
    )
    left = ""
    try:
        steps = await _apart(lambda: iter(chat.ask(kept[-REMEMBERED:], message, filters, today=today, as_said=as_said)))
        while (step := await _apart(lambda: next(steps, None))) is not None:
            newest, covered = await _apart(partial(answered, step))
            coverage = covered or coverage
            yield messages([*kept, *newest], coverage), gr.skip(), [*kept, *newest]
    except AssistantError as error:
        newest, left = [Turn(message, Answer("", message=f"{error}\n{error.hint}"))], message
    except Exception:
        logger.exception("the question could not be answered")
        newest, left = [Turn(message, Answer("", message=texts.BROKE_OFF))], message
    yield messages([*kept, *newest], coverage), _ready(left) if left else _ready(), [*kept, *newest]


def after_stop(turns: Sequence[Turn], catalogue: Catalogue) -> Step:
    """What the window shows once a question was stopped: the answer as far as it came."""
    now, coverage = as_of_now(turns, catalogue)
    return messages(now, coverage), _ready(), now


def new_chat() -> Step:
    """An empty conversation."""
    return [], _ready(""), []


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *answer.nearest)


def _coverage(catalogue: Catalogue) -> Coverage:
    first, last = catalogue.covered() or (None, None)
    return Coverage(catalogue.count(), tuple(catalogue.sources()), first, last)


async def _apart(work: Callable[[], T]) -> T:
    """Do something slow in a thread. Stopping does not wait for it, else the page would take no question meanwhile."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)


def _ready(text: str | None = None) -> gr.Textbox:
    """The box waiting for a question; what was typed meanwhile stays where no text is given."""
    if text is None:
        return gr.Textbox(submit_btn=True, stop_btn=False)
    return gr.Textbox(text, submit_btn=True, stop_btn=False)
