"""One question: what the window shows while it is answered, when it is, and when that fails or is stopped."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from queue import Empty, SimpleQueue
from threading import Thread

import gradio as gr
from anyio import sleep
from gradio.components.chatbot import MessageDict

from assistant.chat import Chat
from assistant.conversations import Notebook, are_same
from assistant.schema import Turn
from assistant.ui import texts
from assistant.ui.apart import apart
from assistant.ui.render import render_place
from assistant.ui.render_answer import Coverage
from assistant.ui.replaced import Replaced
from assistant.ui.steps import Step, busy, new_chat, ready
from assistant.ui.turns import SHOWN, as_of_now, messages, told
from assistant.ui.work import AtWork, Work
from assistant.write import as_left
from index.catalogue import Catalogue, ConversationChangedError
from index.schema import AssistantError

REMEMBERED = 20  # the latest turns, which a follow-up may refer to
SOON_SECONDS = 0.2  # an answer that comes sooner is shown at once: to show before it that it is sought would delay it
SEEN_SECONDS = 0.1  # for which the page is busy at least, so that it is drawn so
LOOK_SECONDS = 0.2  # between two looks whether an answer is there that another page asked for

logger = logging.getLogger(__name__)

# A turn as far as it came, what the library covers where it asks for that, and the message to give back.
_Grown = tuple[Turn, Coverage | None, str | None]


class Desk:
    """Answers questions step by step, each written into the notebook before the page sees it.

    The work goes on in a thread of its own where the page is gone, and ends only when the person stops it: so a page
    that is reloaded in the middle of an answer loses nothing.
    """

    def __init__(self, chat: Chat, catalogue: Catalogue, notebook: Notebook, at_work: AtWork) -> None:
        self._chat = chat
        self._catalogue = catalogue
        self._notebook = notebook
        self._at_work = at_work
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
        others = self._at_work.of(conversation)  # in other windows
        begun = await apart(lambda: self._opened(conversation, turns, asked, place))
        if begun is None:
            async for now in self._overtaken(conversation, turns, asked, place):
                yield now
            return
        kept, later, coverage, conversation = begun
        note = ""
        if len(later) > 1:
            self._replaced.keep(conversation, [*kept, asked], [*kept, *later])
            note = texts.DROPPED.format(questions=texts.counted(len(later) - 1, "later question"))
        named = render_place(conversation, note, undo=True)
        self._end_from(conversation, len(kept))
        others = {**others, **self._at_work.of(conversation)}  # those that ended meanwhile, and that began
        stopped = newest = told(asked, texts.STOPPED)  # in case it will be
        left, is_drawn = None, False
        async for step in self._growing(conversation, kept, asked):
            if step is not None:
                newest, covered, left = step
                coverage = covered or coverage
            chat = self._drawn([*kept, newest], conversation, coverage, searching=step is None)
            changed = (gr.skip(), gr.skip()) if is_drawn else (busy(), named)
            yield Step(chat, changed[0], [*kept, newest], conversation, changed[1])
            is_drawn = True
        await sleep(SEEN_SECONDS)
        if others:
            kept = await apart(lambda: self._written(conversation, kept))
        # Where something came it is drawn already; drawing it again would delay it.
        last = self._drawn([*kept, newest], conversation, coverage) if others or newest is stopped else gr.skip()
        yield Step(last, ready(left), [*kept, newest], conversation, named)

    async def _overtaken(
        self, conversation: str, turns: Sequence[Turn], asked: Turn, place: int | None
    ) -> AsyncIterator[Step]:
        """The conversation as another window left it, and an edited message given back."""
        edited = asked.message if place is None or asked.message != turns[place].message else ""
        note = texts.OVERTAKEN
        async for now in self.opened(conversation):
            yield now._replace(place=render_place(now.conversation, note, edited))
            note = ""  # told once, however long an answer at work is awaited

    def _opened(
        self, conversation: str, turns: Sequence[Turn], asked: Turn, place: int | None
    ) -> tuple[list[Turn], Sequence[Turn], Coverage | None, str] | None:
        """The turns before a new one as they are now, those it takes the place of, what the library covers, and its id.

        A conversation that was deleted elsewhere is begun anew as shown here. None where what is not shown here would
        be replaced. The new turn is written down as broken off: if the program is killed amid the answer, it was.
        """
        try:
            if self._notebook.title(conversation) is None:
                conversation = ""
            elif place is None:
                turns = self._notebook.caught_up(conversation, turns)
            else:
                written = self._notebook.turns(conversation)
                if not are_same(written, turns):
                    return None
                turns = written
        except ConversationChangedError:  # another window was a moment faster
            return self._opened(conversation, turns, asked, place)
        except AssistantError as error:
            logger.warning("the conversation could not be read: %s", error)
        kept, coverage = as_of_now(turns[:place], self._catalogue)
        try:
            there = len(turns) if conversation else len(kept)
            for position, turn in enumerate([] if conversation else kept):
                conversation = self._notebook.write(conversation, position, turn)
            conversation = self._notebook.write(conversation, len(kept), told(asked, texts.ENDED), of=there)
        except ConversationChangedError:  # likewise
            return self._opened(conversation, turns, asked, place)
        except AssistantError as error:  # a full disk is no reason to answer nothing
            logger.warning("a turn could not be written down: %s", error)
        return kept, turns[len(kept) :], coverage, conversation

    def _written(self, conversation: str, turns: Sequence[Turn]) -> list[Turn]:
        """The turns as they are kept by now: one that was at work in another window may be whole."""
        try:
            written = self._notebook.turns(conversation)[: len(turns)]
        except AssistantError as error:
            logger.warning("the conversation could not be read: %s", error)
            return list(turns)
        return as_of_now(written, self._catalogue)[0] if are_same(written, turns) else list(turns)

    def _end_from(self, conversation: str, place: int) -> None:
        """End the work on turns that others take the place of, or none."""
        for other, at_work in self._at_work.of(conversation).items():
            if other >= place:
                at_work.stop()

    def _drawn(
        self, turns: Sequence[Turn], conversation: str, coverage: Coverage | None = None, *, searching: bool = False
    ) -> list[MessageDict]:
        return messages(turns, coverage, searching=searching, at_work=self._at_work.of(conversation))

    async def _growing(self, conversation: str, kept: Sequence[Turn], asked: Turn) -> AsyncIterator[_Grown | None]:
        """The turn as it grows; None first where nothing comes soon."""
        steps = self._begun(conversation, kept, asked)

        try:
            step = await apart(lambda: steps.get(timeout=SOON_SECONDS))
        except Empty:
            yield None
            step = await apart(steps.get)
        while step is not None:
            yield step
            step = await apart(steps.get)

    def _begun(self, conversation: str, kept: Sequence[Turn], asked: Turn) -> SimpleQueue[_Grown | None]:
        """Answer in a thread; the queue gets the turn as it grows, and None at the end."""
        grown: SimpleQueue[_Grown | None] = SimpleQueue()
        at_work = self._at_work.begin(conversation, len(kept))

        def work() -> None:
            try:
                for turn in self._turns(conversation, kept, asked, at_work):
                    (checked,), coverage = as_of_now([turn], self._catalogue)
                    grown.put((checked, coverage, None))
            except Exception as error:
                sentence = f"{error}\n{error.hint}" if isinstance(error, AssistantError) else texts.BROKE_OFF
                if not isinstance(error, AssistantError):
                    logger.exception("the question could not be answered")
                failed = told(asked, sentence)
                at_work.write(lambda: self._notebook.write_again(conversation, len(kept), failed))
                grown.put((failed, None, asked.message))
            finally:
                self._at_work.end(conversation, len(kept), at_work)
                grown.put(None)

        Thread(target=work, name="answer", daemon=True).start()
        return grown

    def _turns(self, conversation: str, kept: Sequence[Turn], asked: Turn, at_work: Work) -> Iterator[Turn]:
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
        at_work.write(lambda: self._notebook.write_again(conversation, len(kept), turn))
        self._notebook.entitle(conversation, len(kept), turn)

    def shown(self, turns: Sequence[Turn], conversation: str) -> Step:
        """A conversation as it is now, and the box waiting."""
        now, coverage = as_of_now(turns, self._catalogue)
        rated = [feedback for turn in now[-SHOWN:] for feedback in (None, turn.feedback or None)]
        chat = gr.Chatbot([*self._drawn(now, conversation, coverage)], feedback_value=rated)
        return Step(chat, ready(), now, conversation, render_place(conversation))

    def stopped(self, turns: Sequence[Turn], conversation: str) -> Step:
        """The conversation with its last answer as far as it came; the work on it ends."""
        if at_work := self._at_work.of(conversation).get(len(turns) - 1):
            at_work.stop()
        if turns:
            last = self._written(conversation, turns)[-1]  # it may have become whole before the page knew
            if last is turns[-1] or last.answer.message == texts.ENDED:
                last = replace(turns[-1], answer=as_left(turns[-1].answer, self._chat.model))
                self._notebook.write_again(conversation, len(turns) - 1, last)
            turns = [*turns[:-1], last]
        return self.shown(turns, conversation)

    async def opened(self, conversation: str) -> AsyncIterator[Step]:
        """A conversation from the notebook, or an empty one where it is gone; an answer at work is awaited."""
        while True:
            at_work = self._at_work.of(conversation)  # before it is read: what is done by then is written down
            turns = await apart(lambda: self._notebook.turns(conversation))
            if not turns or not at_work:
                break
            is_last = len(turns) - 1 in at_work
            shown = self._drawn(turns, conversation, searching=is_last)
            stopped = [*turns[:-1], told(turns[-1], texts.STOPPED)] if is_last else turns  # in case it will be
            yield Step(shown, busy(), stopped, conversation, render_place(conversation))
            await sleep(LOOK_SECONDS)
        gone = texts.CONVERSATION_GONE if conversation else ""
        yield await apart(lambda: self.shown(turns, conversation)) if turns else new_chat(gone)

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
        self._end_from(conversation, index)
        return self.shown(turns[:index], conversation)._replace(box=ready(turns[index].message))

    async def restored(self, conversation: str) -> AsyncIterator[Step]:
        """The conversation as it was before a question was asked anew; as it is now where it has gone on since.

        An answer that is at work ends only with the question that it is taken back with.
        """
        note = "" if await apart(lambda: self._restore(conversation)) else texts.CANNOT_RESTORE
        async for now in self.opened(conversation):
            yield now._replace(place=render_place(now.conversation, note)) if note else now
            note = ""

    def _restore(self, conversation: str) -> bool:
        works = self._at_work.of(conversation)
        if not works:
            return self._replaced.restore(conversation)
        place, at_work = [*works.items()][-1]
        if not at_work.stop_if(lambda: self._replaced.restore(conversation)):
            return False
        self._at_work.end(conversation, place, at_work)  # it is not waited for: nothing more comes of it
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
