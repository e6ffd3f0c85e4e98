"""One question: what the window shows while it is answered, when it is, and when that fails or is stopped."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from typing import TypeVar

import gradio as gr
from anyio import to_thread

from assistant.chat import Chat
from assistant.schema import Answer, Turn
from assistant.ui import texts
from assistant.ui.render import render_answer, render_message, render_searching
from assistant.ui.scope import AS_TYPED, chosen
from index.schema import AssistantError

REMEMBERED = 20  # the latest turns, which a follow-up may refer to
SHOWN = 100  # the latest turns, which stay on the page

T = TypeVar("T")
Message = dict[str, str]
Step = tuple[object, object, list[Turn]]
"""New values of the chat, the question's box and the turns."""

logger = logging.getLogger(__name__)


def messages(turns: Sequence[Turn], *, searching: bool = False, filtered: bool = False) -> list[Message]:
    """The turns as the Chatbot shows them; of the last one only its question where it is still `searching`."""
    shown: list[Message] = []
    for turn in turns:
        shown.append({"role": "user", "content": render_message(turn.message)})
        is_open = searching and turn is turns[-1]
        answer = render_searching() if is_open else render_answer(turn.answer, turn.message, filtered=filtered)
        shown.append({"role": "assistant", "content": answer})
    return shown


async def ask(
    chat: Chat, turns: Sequence[Turn], message: str, sources: Sequence[str], period: str
) -> AsyncIterator[Step]:
    """Answer a message step by step. Every error ends in a sentence and a box that can be used again.

    Each step carries turns that are whole, so that the conversation holds what was shown when it is stopped there.
    """
    if not message.strip():
        yield gr.skip(), _ready(message), list(turns)
        return
    kept = list(turns)[-(SHOWN - 1) :]
    today = date.today()
    filters = chosen(sources, period, today)
    stopped = [*kept, Turn(message, Answer("", message=texts.STOPPED))]
    yield messages(stopped, searching=True), gr.Textbox("", submit_btn=False, stop_btn=True), stopped
    left = ""
    try:
        answer = Answer("")
        steps = await _apart(
            lambda: iter(chat.ask(kept[-REMEMBERED:], message, filters, today=today, as_said=period != AS_TYPED))
        )
        while (step := await _apart(lambda: next(steps, None))) is not None:
            answer = step
            so_far = [*kept, Turn(message, answer)]
            yield messages(so_far, filtered=bool(filters)), gr.skip(), so_far
    except AssistantError as error:
        answer, left = Answer("", message=f"{error}\n{error.hint}"), message
    except Exception:
        logger.exception("the question could not be answered")
        answer, left = Answer("", message=texts.BROKE_OFF), message
    done = [*kept, Turn(message, answer)]
    yield messages(done, filtered=bool(filters)), _ready(left) if left else _ready(), done


def after_stop(turns: Sequence[Turn]) -> Step:
    """What the window shows once a question was stopped: the answer as far as it came."""
    return messages(turns), _ready(), list(turns)


def new_chat() -> Step:
    """An empty conversation."""
    return [], _ready(""), []


async def _apart(work: Callable[[], T]) -> T:
    """Do something slow in a thread. Stopping does not wait for it, else the page would take no question meanwhile."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)


def _ready(text: str | None = None) -> gr.Textbox:
    """The box waiting for a question; what was typed meanwhile stays where no text is given."""
    if text is None:
        return gr.Textbox(submit_btn=True, stop_btn=False)
    return gr.Textbox(text, submit_btn=True, stop_btn=False)
