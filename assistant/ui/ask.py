"""One question: what the window shows while it is answered, when it is, and when that fails or is stopped."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from queue import SimpleQueue
from threading import Event, Thread
from typing import NamedTuple, TypeVar

import gradio as gr
from anyio import sleep, to_thread
from gradio.components.chatbot import MessageDict

from assistant.chat import Chat, Reply
from assistant.citations import check
from assistant.conversations import Notebook
from assistant.schema import Answer, Citation, Turn
from assistant.suggest import Suggester
from assistant.ui import texts
from assistant.ui.render import render_message, render_place, render_searching
from assistant.ui.render_answer import Coverage, render_answer
from index.catalogue import Catalogue
from index.schema import AssistantError

REMEMBERED = 20  # the latest turns, which a follow-up may refer to
LOOK_SECONDS = 0.2  # between two looks whether an answer is there that another page asked for
SHOWN = 100  # the latest turns, which stay on the page

T = TypeVar("T")

logger = logging.getLogger(__name__)


_Grown = tuple[Turn, Coverage | None, str | None]
"""A turn as far as it came, what the library covers where it asks for that, and the message to give back."""


class Step(NamedTuple):
    """New values of the page: the chat, the question's box, the turns, the conversation's id and where it is named."""

    chat: object
    box: object
    turns: list[Turn]
    conversation: str
    place: object


def messages(turns: Sequence[Turn], coverage: Coverage | None = None, *, searching: bool = False) -> list[MessageDict]:
    """The latest turns as the Chatbot shows them; of the last only its question where it is still `searching`."""
    shown: list[MessageDict] = []
    for turn in turns[-SHOWN:]:
        shown.append(MessageDict(role="user", content=render_message(turn.message)))
        is_open = searching and turn is turns[-1]
        answer = render_searching() if is_open else render_answer(turn, coverage)
        shown.append(MessageDict(role="assistant", content=answer))
    return shown


def turn_at(turns: Sequence[Turn], message: int | tuple[int, int]) -> int:
    """The index of the turn that a message of the Chatbot belongs to, -1 where there is none."""
    index = message[0] if isinstance(message, tuple) else message
    return min(max(0, len(turns) - SHOWN) + index // 2, len(turns) - 1)  # a turn is two messages


def as_of_now(turns: Sequence[Turn], catalogue: Catalogue) -> tuple[list[Turn], Coverage | None]:
    """The turns with each citation checked against what is stored now, and what the library covers where one asks.

    Where the catalogue cannot be read the turns stay as they are: what was said is no reason to say nothing.
    """
    try:
        ids = {citation.article_id for turn in turns for citation in _cited(turn.answer)}
        articles, newer = catalogue.by_id(ids), catalogue.successors(ids)
        checked = [
            replace(
                turn,
                answer=replace(
                    turn.answer,
                    citations=check(turn.answer.citations, articles.get, newer.get),
                    nearest=check(turn.answer.nearest, articles.get, newer.get),
                ),
            )
            for turn in turns
        ]
        unanswered = any(not turn.answer.found and not turn.answer.message for turn in turns)
        return checked, _coverage(catalogue) if unanswered else None
    except AssistantError as error:
        logger.warning("earlier answers could not be checked: %s", error)
        return list(turns), None


class Desk:
    """Answers questions step by step, each written into the notebook before the page sees it.

    The work goes on in a thread of its own where the page is gone, and ends only when the person stops it: so a page
    that is reloaded in the middle of an answer loses nothing.
    """

    def __init__(self, chat: Chat, catalogue: Catalogue, notebook: Notebook, suggester: Suggester) -> None:
        self._chat = chat
        self._catalogue = catalogue
        self._notebook = notebook
        self._suggester = suggester
        self._at_work: dict[str, _Work] = {}

    async def ask(
        self, conversation: str, turns: Sequence[Turn], asked: Turn, *, again: bool = False
    ) -> AsyncIterator[Step]:
        """Answer the message of a turn after those before it, step by step.

        What another window has added to the conversation meanwhile comes before it too, unless it is asked `again`, in
        the place of an earlier answer and of all after that.

        Every error ends in a sentence and a box that can be used again. Each step carries turns that are whole, so that
        the conversation holds what was shown when it is stopped there.
        """
        if not asked.message.strip():
            yield Step(gr.skip(), _ready(asked.message), list(turns), conversation, gr.skip())
            return
        if not again:
            turns = await _apart(lambda: self._latest(conversation, turns))
        kept, coverage = await _apart(lambda: as_of_now(turns, self._catalogue))
        stopped = replace(asked, answer=Answer("", message=texts.STOPPED))
        conversation = await _apart(lambda: self._written(conversation, len(kept), stopped))
        place = render_place(conversation)
        steps = self._begun(conversation, kept, asked)
        yield Step(messages([*kept, stopped], coverage, searching=True), _busy(), [*kept, stopped], conversation, place)
        left = None
        newest = stopped
        while (step := await _apart(steps.get)) is not None:
            newest, covered, left = step
            coverage = covered or coverage
            yield Step(messages([*kept, newest], coverage), gr.skip(), [*kept, newest], conversation, gr.skip())
        yield Step(messages([*kept, newest], coverage), _ready(left), [*kept, newest], conversation, place)

    def _begun(self, conversation: str, kept: Sequence[Turn], asked: Turn) -> "SimpleQueue[_Grown | None]":
        """Answer in a thread; the queue gets the turn as it grows, and None at the end."""
        grown: SimpleQueue[_Grown | None] = SimpleQueue()
        at_work = _Work()
        if conversation:  # where it could not be written down it has no name, and others may have none either
            self._at_work[conversation] = at_work

        def work() -> None:
            try:
                for turn in self._turns(conversation, kept, asked, at_work):
                    (checked,), coverage = as_of_now([turn], self._catalogue)
                    grown.put((checked, coverage, None))
            except Exception as error:
                sentence = f"{error}\n{error.hint}" if isinstance(error, AssistantError) else texts.BROKE_OFF
                if not isinstance(error, AssistantError):
                    logger.exception("the question could not be answered")
                failed = replace(asked, answer=Answer("", message=sentence))
                self._amended(conversation, len(kept), failed)
                grown.put((failed, None, asked.message))
            finally:
                if self._at_work.get(conversation) is at_work:
                    del self._at_work[conversation]
                grown.put(None)

        Thread(target=work, name="answer", daemon=True).start()
        return grown

    def _turns(self, conversation: str, kept: Sequence[Turn], asked: Turn, at_work: "_Work") -> Iterator[Turn]:
        """The turn as it grows, written down when it is whole, then with what could be asked next."""
        turn = asked
        reply = self._chat.ask(
            kept[-REMEMBERED:],
            asked.message,
            asked.filters,
            today=date.today(),
            as_said=asked.as_said,
            quotes_only=asked.quotes_only,
        )
        at_work.reply = reply
        if at_work.stopped.is_set():  # while the articles were searched
            reply.stop()
        for answer in reply:
            if at_work.stopped.is_set():
                return
            turn = replace(asked, answer=answer)
            yield turn
        self._amended(conversation, len(kept), turn)
        suggestions = self._suggester.after(turn.answer, [each.message for each in (*kept, turn)])
        if suggestions and not at_work.stopped.is_set():
            turn = replace(turn, suggestions=suggestions)
            self._amended(conversation, len(kept), turn)
            yield turn

    def _written(self, conversation: str, position: int, turn: Turn) -> str:
        """Write a turn down; the conversation's id, a new one for its first turn."""
        try:
            return self._notebook.write(conversation, position, turn)
        except AssistantError as error:  # a full disk is no reason to answer nothing
            logger.warning("a turn could not be written down: %s", error)
            return conversation

    def _amended(self, conversation: str, position: int, turn: Turn) -> None:
        """Write a turn again that is there already, with what was said of it; others may stand behind it by now."""
        try:
            kept = self._notebook.turn(conversation, position)
            if kept is not None:
                self._notebook.amend(conversation, position, replace(turn, feedback=turn.feedback or kept.feedback))
        except AssistantError as error:
            logger.warning("a turn could not be written down: %s", error)

    def shown(self, turns: Sequence[Turn], conversation: str) -> Step:
        """A conversation as it is now, and the box waiting."""
        now, coverage = as_of_now(turns, self._catalogue)
        rated = [feedback for turn in now[-SHOWN:] for feedback in (None, turn.feedback or None)]
        chat = gr.Chatbot([*messages(now, coverage)], feedback_value=rated)
        return Step(chat, _ready(), now, conversation, render_place(conversation))

    def stopped(self, turns: Sequence[Turn], conversation: str) -> Step:
        """The conversation with its last answer as far as it came; the work on it ends."""
        if at_work := self._at_work.get(conversation):
            at_work.stop()
        if turns:
            self._amended(conversation, len(turns) - 1, turns[-1])
        return self.shown(turns, conversation)

    async def opened(self, conversation: str) -> AsyncIterator[Step]:
        """A conversation from the notebook, or an empty one where it is gone; an answer at work is awaited."""
        turns = self._notebook.turns(conversation)
        while turns and conversation in self._at_work:
            shown = messages(turns, searching=True)
            yield Step(shown, _busy(), turns, conversation, render_place(conversation))
            await sleep(LOOK_SECONDS)
            turns = self._notebook.turns(conversation)
        yield self.shown(turns, conversation) if turns else new_chat()

    def taken_back(self, turns: Sequence[Turn], conversation: str, index: int) -> Step:
        """The conversation without the turn at an index and those after it; its message is in the box again."""
        if not 0 <= index < len(turns):
            return self.shown(turns, conversation)
        if at_work := self._at_work.get(conversation):
            at_work.stop()
        self._notebook.cut(conversation, index)
        return self.shown(turns[:index], conversation)._replace(box=_ready(turns[index].message))

    def rated(self, turns: Sequence[Turn], conversation: str, index: int, feedback: str) -> list[Turn]:
        """The turns with what the person says of one answer, written down."""
        now = list(turns)
        if 0 <= index < len(turns):
            now[index] = replace(turns[index], feedback=feedback)
            self._notebook.amend(conversation, index, now[index])
        return now

    def _latest(self, conversation: str, turns: Sequence[Turn]) -> Sequence[Turn]:
        """The turns of a window, or those of the notebook where another window has added some."""
        try:
            behind = self._notebook.turn(conversation, len(turns)) is not None
            return self._notebook.turns(conversation) if behind else turns
        except AssistantError as error:
            logger.warning("the conversation could not be read: %s", error)
            return turns


class _Work:
    """An answer at work, which can be stopped from any thread."""

    def __init__(self) -> None:
        self.stopped = Event()
        self.reply: Reply | None = None

    def stop(self) -> None:
        """Have no more of it shown, and end a model's request at its server."""
        self.stopped.set()
        if self.reply is not None:
            self.reply.stop()


def new_chat() -> Step:
    """An empty conversation."""
    return Step([], _ready(""), [], "", render_place(""))


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *answer.nearest)


def _coverage(catalogue: Catalogue) -> Coverage:
    first, last = catalogue.covered() or (None, None)
    return Coverage(catalogue.count(), tuple(catalogue.sources()), first, last)


async def _apart(work: Callable[[], T]) -> T:
    """Do something slow in a thread. Stopping does not wait for it, else the page would take no question meanwhile."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)


def _busy() -> gr.Textbox:
    """The box while a question is answered; what is typed meanwhile stays."""
    return gr.Textbox(submit_btn=False, stop_btn=True)


def _ready(text: str | None = None) -> gr.Textbox:
    """The box waiting for a question; what was typed meanwhile stays where no text is given."""
    if text is None:
        return gr.Textbox(submit_btn=True, stop_btn=False)
    return gr.Textbox(text, submit_btn=True, stop_btn=False)
