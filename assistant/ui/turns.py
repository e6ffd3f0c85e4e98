"""The turns of a conversation -> the messages of the Chatbot, each citation checked against what is stored now."""

import logging
from collections.abc import Container, Sequence
from dataclasses import replace

from gradio.components.chatbot import MessageDict

from assistant.citations import check
from assistant.schema import Answer, Citation, Turn
from assistant.ui import texts
from assistant.ui.render import render_again, render_message, render_searching
from assistant.ui.render_answer import Coverage, render_answer
from index.catalogue import Catalogue
from index.schema import AssistantError

SHOWN = 100  # the latest turns, which stay on the page

logger = logging.getLogger(__name__)


def messages(
    turns: Sequence[Turn], coverage: Coverage | None = None, *, searching: bool = False, at_work: Container[int] = ()
) -> list[MessageDict]:
    """The latest turns as the Chatbot shows them; of the last only its question where it is still `searching`.

    `at_work` are the places of those that are being answered, which until then are written down as broken off.
    """
    shown: list[MessageDict] = []
    for place, turn in [*enumerate(turns)][-SHOWN:]:
        is_last = place == len(turns) - 1
        shown.append(MessageDict(role="user", content=render_message(turn.message)))
        if searching and is_last:
            answer = render_searching()
        elif turn.answer.message == texts.ENDED and place in at_work:
            answer = texts.BEING_ANSWERED
        else:
            answer = render_answer(turn, coverage)
            if is_last and turn.answer.message in (texts.ENDED, texts.STOPPED, texts.BROKE_OFF):
                answer += render_again()
        shown.append(MessageDict(role="assistant", content=answer))
    return shown


def turn_at(turns: Sequence[Turn], message: int | tuple[int, int]) -> int:
    """The index of the turn that a message of the Chatbot belongs to, -1 where there is none."""
    index = message[0] if isinstance(message, tuple) else message
    return min(max(0, len(turns) - SHOWN) + index // 2, len(turns) - 1)  # a turn is two messages


def told(turn: Turn, sentence: str) -> Turn:
    """The turn with a sentence in the place of an answer."""
    return replace(turn, answer=Answer("", message=sentence))


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


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return (*answer.citations, *answer.nearest)


def _coverage(catalogue: Catalogue) -> Coverage:
    first, last = catalogue.covered() or (None, None)
    return Coverage(catalogue.count(), tuple(catalogue.sources()), first, last)
