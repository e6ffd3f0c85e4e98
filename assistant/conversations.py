"""Conversations as they are kept: typed turns -> the catalogue's strings and back."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from threading import Thread

from pydantic import TypeAdapter, ValidationError

from assistant.schema import Answer, Turn
from index.catalogue import ConversationChangedError, ConversationRow, Conversations
from index.schema import AssistantError

logger = logging.getLogger(__name__)

TITLE = 80
"""Characters of the first message that name a conversation until a person renames it."""

_OPEN_END = re.compile(r"(?: \S{1,4}\.)+$")
"""Ordinals and abbreviations, which mean nothing without the word that would follow: "am 3." of "am 3. Oktober"."""
UNREADABLE = "This turn was kept by another version of this program and cannot be shown."


class Notebook:
    """The conversations of a library; every turn is written down as soon as it is asked."""

    def __init__(self, conversations: Conversations, title: Callable[[Turn], str] | None = None) -> None:
        """`title` names a conversation by its first turn; without it the first message does."""
        self._kept = conversations
        self._title = title
        self.rename = conversations.rename
        self.delete = conversations.delete
        self.title = conversations.title

    def rows(self, search: str = "", limit: int = -1) -> list[ConversationRow]:
        """The list, latest first; `search` looks in titles, messages and answers."""
        return self._kept.rows(search, limit=limit)

    def turns(self, conversation_id: str) -> list[Turn]:
        """The turns of a conversation; none where there is no such one."""
        return [_read(content) for content in self._kept.turns(conversation_id)]

    def turn(self, conversation_id: str, position: int) -> Turn | None:
        """The turn at a position, None where there is none."""
        content = self._kept.turn(conversation_id, position)
        return _read(content) if content is not None else None

    def is_other(self, conversation_id: str, turns: Sequence[Turn]) -> bool:
        """Whether a conversation holds other messages than these turns; not where it was deleted."""
        if self.title(conversation_id) is None:
            return False
        return not are_same(self.turns(conversation_id), turns)

    def caught_up(self, conversation_id: str, turns: Sequence[Turn]) -> list[Turn]:
        """The turns that a next one goes behind: these, or those that are kept where another window has others.

        What of these is not kept, since another window took it back or the disk was full, is written down: the next one
        would leave a place empty, and whatever is written into that forgets it.
        """
        kept = self.turns(conversation_id)
        if not are_same(kept, turns[: len(kept)]):
            return kept
        for position in range(len(kept), len(turns)):
            self.write(conversation_id, position, turns[position], of=position)
        return [*kept, *turns[len(kept) :]]  # of one that was at work in another window the answer is kept

    def write(self, conversation_id: str, position: int, turn: Turn, *, of: int | None = None) -> str:
        """Write down a turn, and begin a conversation with it where there is none; the conversation's id.

        Turns after it are forgotten: it was asked again. One of a conversation that was deleted meanwhile is not kept.
        Raises ConversationChangedError where it does not hold `of` turns, since another window wrote there too.
        """
        if not conversation_id:
            conversation_id = self._kept.begin(shortened(turn.message))
        self._kept.put(conversation_id, position, *_written(turn), of=of)
        return conversation_id

    def amend(self, conversation_id: str, position: int, turn: Turn) -> None:
        """Write a turn again, such as after feedback; those after it stay."""
        self._kept.amend(conversation_id, position, *_written(turn))

    def write_again(self, conversation_id: str, position: int, turn: Turn) -> None:
        """The same for a turn that was answered meanwhile, unless another has taken its place.

        What was said of it stays, and a full disk is no error.
        """
        try:
            kept = self.turn(conversation_id, position)
            if kept is not None and kept.message == turn.message:
                self.amend(conversation_id, position, replace(turn, feedback=turn.feedback or kept.feedback))
        except AssistantError as error:
            logger.warning("a turn could not be written down: %s", error)

    def entitle(self, conversation_id: str, position: int, turn: Turn) -> None:
        """Have a model name a conversation by its first turn, in a thread, since nobody waits for that.

        Not where it did not write the answer, nor where a person has named the conversation.
        """
        if self._title is None or not conversation_id or position or not turn.answer.by_model:
            return
        title = self._title

        def name() -> None:
            try:
                worded = title(turn)
                if worded and self._kept.title(conversation_id) == shortened(turn.message):
                    self._kept.rename(conversation_id, worded)
            except AssistantError as error:  # it keeps the name it has
                logger.warning("a conversation could not be named: %s", error)

        Thread(target=name, name="title", daemon=True).start()

    def cut(self, conversation_id: str, turns: Sequence[Turn], count: int) -> bool:
        """Keep the first `count` of these turns only; False where it holds others by now, and nothing goes."""
        if self.title(conversation_id) is None:
            return True
        try:
            others = self.is_other(conversation_id, turns)
            if not others:
                self._kept.cut(conversation_id, count, of=len(turns))
        except ConversationChangedError:
            return False
        return not others

    def replace(self, conversation_id: str, now: Sequence[Turn], turns: Sequence[Turn]) -> bool:
        """Put other turns in the place of those there are `now`; False where it holds others by now, or was deleted."""
        if self.title(conversation_id) is None or self.is_other(conversation_id, now):
            return False
        try:
            self._kept.replace(conversation_id, [_written(turn) for turn in turns], of=len(now))
        except ConversationChangedError:
            return False
        return True


def are_same(turns: Sequence[Turn], others: Sequence[Turn]) -> bool:
    """Whether they are of the same messages."""
    return [turn.message for turn in turns] == [turn.message for turn in others]


def shortened(message: str) -> str:
    """The message on one line, cut at a word."""
    line = " ".join(message.split())
    return line if len(line) <= TITLE else _OPEN_END.sub("", line[:TITLE].rsplit(" ", 1)[0]).rstrip(" ,;:.") + "…"


def _written(turn: Turn) -> tuple[str, str]:
    """The turn as a string, and what a search finds it by."""
    words = " ".join((turn.message, *(statement.text for statement in turn.answer.statements)))
    return _turns().dump_json(turn).decode(), words


def _read(content: str) -> Turn:
    try:
        return _turns().validate_json(content)
    except ValidationError:
        return Turn("", Answer("", message=UNREADABLE))


@cache
def _turns() -> TypeAdapter[Turn]:
    return TypeAdapter(Turn)
