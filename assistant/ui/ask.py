"""One question: what the window shows while it is answered, when it is, and when that fails or is stopped."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

import gradio as gr
from anyio import sleep, to_thread

from assistant.chat import Chat
from assistant.conversations import Notebook
from assistant.schema import Answer, Turn
from assistant.suggest import Suggester
from assistant.ui import texts
from assistant.ui.render import render_place
from assistant.ui.render_answer import Coverage
from assistant.ui.replaced import Replaced
from assistant.ui.steps import Step, busy, new_chat, ready
from assistant.ui.turns import SHOWN, as_of_now, messages
from assistant.ui.work import Work
from assistant.write import as_left
from index.catalogue import Catalogue, ConversationChangedError
from index.schema import AssistantError

REMEMBERED = 20  # the latest turns, which a follow-up may refer to
SETTLED_SECONDS = 0.6  # after an answer, before what could be asked next is tried
LOOK_SECONDS = 0.2  # between two looks whether an answer is there that another page asked for

T = TypeVar("T")

logger = logging.getLogger(__name__)


# A turn as far as it came, what the library covers where it asks for that, and the message to give back.
_Grown = tuple[Turn, Coverage | None, str | None]


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
        self._at_work: dict[str, Work] = {}
        self._replaced = Replaced(notebook)

    async def ask(
        self, conversation: str, turns: Sequence[Turn], asked: Turn, *, place: int | None = None
    ) -> AsyncIterator[Step]:
        """Answer the message of a turn after the others, or in the `place` of one of them and of all after that.

        What another window has added to the conversation meanwhile comes before it too. It takes the place of nothing
        that this window has not shown: then the conversation is shown as it is now, and nothing is asked.

        Every error ends in a sentence and a box that can be used again. Each step carries turns that are whole, so that
        the conversation holds what was shown when it is stopped there.
        """
        if not asked.message.strip():
            yield Step(gr.skip(), ready(asked.message), list(turns), conversation, gr.skip())
            return
        stopped, broken_off = (replace(asked, answer=Answer("", message=said)) for said in (texts.STOPPED, texts.ENDED))
        begun = await _apart(lambda: self._opened(conversation, turns, broken_off, place))
        if begun is None:
            edited = asked.message if place is None or asked.message != turns[place].message else ""
            note = texts.OVERTAKEN
            async for now in self.opened(conversation):
                yield now._replace(place=render_place(now.conversation, note, edited))
                note = ""  # told once, however long an answer at work is awaited
            return
        kept, coverage, conversation = begun
        note = ""
        if place is not None and (later := len(turns) - place - 1):
            self._replaced.keep(conversation, [*kept, asked], turns)
            note = texts.DROPPED.format(questions=texts.counted(later, "later question"))
        named = render_place(conversation, note, undo=True)
        steps = self._begun(conversation, kept, asked)
        yield Step(messages([*kept, stopped], coverage, searching=True), busy(), [*kept, stopped], conversation, named)
        left, newest = None, stopped
        while (step := await _apart(steps.get)) is not None:
            newest, covered, left = step
            coverage = covered or coverage
            yield Step(messages([*kept, newest], coverage), gr.skip(), [*kept, newest], conversation, gr.skip())
        # Where something came it is drawn already; drawing it again would delay it.
        chat = messages([*kept, newest], coverage) if newest is stopped else gr.skip()
        yield Step(chat, ready(left), [*kept, newest], conversation, named)

    def _opened(
        self, conversation: str, turns: Sequence[Turn], broken_off: Turn, place: int | None
    ) -> tuple[list[Turn], Coverage | None, str] | None:
        """The turns before a new one as they are now, what the library covers, and the conversation that it is in.

        One that was deleted elsewhere is begun anew as shown here. None where what is not shown here would be replaced.
        The new one is written down as `broken_off`: if the program is killed amid the answer, that is what it was.
        """
        try:
            if place is not None and self._notebook.is_other(conversation, turns):
                return None
            if self._notebook.title(conversation) is None:
                conversation = ""
            elif place is None:
                turns = self._notebook.caught_up(conversation, turns)
        except ConversationChangedError:  # another window was a moment faster
            return self._opened(conversation, turns, broken_off, place)
        except AssistantError as error:
            logger.warning("the conversation could not be read: %s", error)
        kept, coverage = as_of_now(turns[:place], self._catalogue)
        try:
            there = len(turns) if conversation else len(kept)
            for position, turn in enumerate([] if conversation else kept):
                conversation = self._notebook.write(conversation, position, turn)
            conversation = self._notebook.write(conversation, len(kept), broken_off, of=there)
        except ConversationChangedError:  # likewise
            return self._opened(conversation, turns, broken_off, place)
        except AssistantError as error:  # a full disk is no reason to answer nothing
            logger.warning("a turn could not be written down: %s", error)
        return kept, coverage, conversation

    def _begun(self, conversation: str, kept: Sequence[Turn], asked: Turn) -> "SimpleQueue[_Grown | None]":
        """Answer in a thread; the queue gets the turn as it grows, and None at the end."""
        grown: SimpleQueue[_Grown | None] = SimpleQueue()
        at_work = Work()
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
                at_work.write(lambda: self._amended(conversation, len(kept), failed))
                grown.put((failed, None, asked.message))
            finally:
                if self._at_work.get(conversation) is at_work:
                    del self._at_work[conversation]
                grown.put(None)

        Thread(target=work, name="answer", daemon=True).start()
        return grown

    def _turns(self, conversation: str, kept: Sequence[Turn], asked: Turn, at_work: "Work") -> Iterator[Turn]:
        """The turn as it grows, written down when it is whole."""
        turn = asked
        reply = at_work.reply = self._chat.ask(
            kept[-REMEMBERED:],
            asked.message,
            asked.filters,
            today=date.today(),
            as_said=asked.as_said,
            quotes_only=asked.quotes_only,
        )
        if at_work.stopped.is_set():  # while the articles were searched
            reply.stop()
        for answer in reply:
            if at_work.stopped.is_set():
                return
            turn = replace(asked, answer=answer)
            yield turn
        at_work.write(lambda: self._amended(conversation, len(kept), turn))
        self._notebook.entitle(conversation, len(kept), turn)

    def _amended(self, conversation: str, position: int, turn: Turn) -> None:
        """Write a turn again that is there already, with what was said of it; others may stand behind it by now."""
        try:
            kept = self._notebook.turn(conversation, position)
            if kept is not None:
                self._notebook.amend(conversation, position, replace(turn, feedback=turn.feedback or kept.feedback))
        except AssistantError as error:
            logger.warning("a turn could not be written down: %s", error)

    async def suggested(self, turns: Sequence[Turn] | None, conversation: str) -> tuple[object, list[Turn]]:
        """The chat and the turns, with what could be asked next; as they are where that is nothing.

        It takes as long as some questions do: it comes when the box is free, and gives way to what is done meanwhile.
        """
        turns = turns or []
        await sleep(SETTLED_SECONDS)  # who asks on at once is not to wait for it
        if not await _apart(lambda: self._is_latest(conversation, turns)):
            return gr.skip(), list(turns)
        suggestions = await _apart(lambda: self._suggestions(turns))
        if not suggestions or not await _apart(lambda: self._is_latest(conversation, turns)):
            return gr.skip(), list(turns)
        now = [*turns[:-1], replace(turns[-1], suggestions=suggestions)]
        await _apart(lambda: self._amended(conversation, len(turns) - 1, now[-1]))
        return messages(*await _apart(lambda: as_of_now(now, self._catalogue))), now

    def _suggestions(self, turns: Sequence[Turn]) -> tuple[str, ...]:
        if not turns or not turns[-1].answer.found or turns[-1].suggestions:
            return ()
        try:
            return self._suggester.after(turns[-1].answer, [turn.message for turn in turns])
        except AssistantError as error:
            logger.warning("nothing could be suggested: %s", error)
            return ()

    def _is_latest(self, conversation: str, turns: Sequence[Turn]) -> bool:
        """Whether these turns are still all there are of a conversation, and no other is at work."""
        try:
            kept = self._notebook.turn(conversation, len(turns) - 1) if turns else None
            behind = self._notebook.turn(conversation, len(turns))
        except AssistantError:
            return False
        return kept is not None and kept.answer == turns[-1].answer and not behind and conversation not in self._at_work

    def shown(self, turns: Sequence[Turn], conversation: str) -> Step:
        """A conversation as it is now, and the box waiting."""
        now, coverage = as_of_now(turns, self._catalogue)
        rated = [feedback for turn in now[-SHOWN:] for feedback in (None, turn.feedback or None)]
        chat = gr.Chatbot([*messages(now, coverage)], feedback_value=rated)
        return Step(chat, ready(), now, conversation, render_place(conversation))

    def stopped(self, turns: Sequence[Turn], conversation: str) -> Step:
        """The conversation with its last answer as far as it came; the work on it ends."""
        if at_work := self._at_work.get(conversation):
            at_work.stop()
        if turns:
            turns = [*turns[:-1], replace(turns[-1], answer=as_left(turns[-1].answer, self._chat.model))]
            self._amended(conversation, len(turns) - 1, turns[-1])
        return self.shown(turns, conversation)

    async def opened(self, conversation: str) -> AsyncIterator[Step]:
        """A conversation from the notebook, or an empty one where it is gone; an answer at work is awaited."""
        turns = await _apart(lambda: self._notebook.turns(conversation))
        while turns and conversation in self._at_work:
            shown = messages(turns, searching=True)
            stopped = [*turns[:-1], replace(turns[-1], answer=Answer("", message=texts.STOPPED))]  # in case it will be
            yield Step(shown, busy(), stopped, conversation, render_place(conversation))
            await sleep(LOOK_SECONDS)
            turns = await _apart(lambda: self._notebook.turns(conversation))
        gone = texts.CONVERSATION_GONE if conversation else ""
        yield await _apart(lambda: self.shown(turns, conversation)) if turns else new_chat(gone)

    def kept(self, turns: Sequence[Turn] | None, conversation: str) -> list[Turn]:
        """The turns of a page; those written down, where the program was started anew since and knows nothing of it.

        Of a new chat it knows that there are none, though something asked of the one before may still be on its way.
        """
        return self._notebook.turns(conversation) if turns is None else list(turns)

    def taken_back(self, turns: Sequence[Turn], conversation: str, index: int) -> Step:
        """The conversation without the turns from an index on, the message in the box; as it is where overtaken."""
        if not 0 <= index < len(turns):
            return self.shown(turns, conversation)
        if not self._notebook.cut(conversation, turns, index):
            now = self.shown(self._notebook.turns(conversation), conversation)
            return now._replace(place=render_place(conversation, texts.OVERTAKEN))
        if at_work := self._at_work.get(conversation):
            at_work.stop()
        return self.shown(turns[:index], conversation)._replace(box=ready(turns[index].message))

    async def restored(self, conversation: str) -> AsyncIterator[Step]:
        """The conversation as it was before a question was asked anew; as it is now where it has gone on since.

        An answer that is at work ends only with the question that it is taken back with.
        """
        note = "" if await _apart(lambda: self._restore(conversation)) else texts.CANNOT_RESTORE
        async for now in self.opened(conversation):
            yield now._replace(place=render_place(now.conversation, note)) if note else now
            note = ""

    def _restore(self, conversation: str) -> bool:
        at_work = self._at_work.get(conversation)
        if at_work is None:
            return self._replaced.restore(conversation)
        if not at_work.stop_if(lambda: self._replaced.restore(conversation)):
            return False
        if self._at_work.get(conversation) is at_work:  # it is not waited for: nothing more comes of it
            del self._at_work[conversation]
        return True

    def rated(self, turns: Sequence[Turn], conversation: str, index: int, feedback: str) -> list[Turn]:
        """The turns with what the person says of one answer, written down."""
        now = list(turns)
        if 0 <= index < len(turns):
            now[index] = replace(turns[index], feedback=feedback)
            kept = self._notebook.turn(conversation, index)
            if kept and kept.answer.statements == turns[index].answer.statements:  # not answered anew elsewhere
                self._notebook.amend(conversation, index, replace(kept, feedback=feedback))
        return now


async def _apart(work: Callable[[], T]) -> T:
    """Do something slow in a thread. Stopping does not wait for it, else the page would take no question meanwhile."""
    return await to_thread.run_sync(work, abandon_on_cancel=True)
