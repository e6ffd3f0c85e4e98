"""Small things that a model words beside the answer: a follow-up in full, a title, what could be asked next.

Each is asked for with a prompt of its own and a few seconds; whatever fails, or does not look like what was asked for,
is nothing, and the way without a model stays.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from assistant.marks import read_marks, without_thoughts
from assistant.prompts import load_prompts
from assistant.question import names_and_numbers
from assistant.schema import Answer, Turn
from index.words import content_words, words

REWRITING_SECONDS, TITLE_SECONDS, PROPOSING_SECONDS = 2.5, 20.0, 4.0
"""How long each may take: the answer waits for the first, nobody for the second, the suggestions for the third."""
REMEMBERED = 4
"""Turns of the conversation that a follow-up is worded from."""
LONGEST_QUESTION, LONGEST_TITLE, TITLE_WORDS = 300, 80, 9
PROPOSED = 3
_LABEL = re.compile(
    r"^\W*(?:title|question|standalone question|rewritten question)\s*:\s*|^[ \t*•-]*(?:\d{1,2}[.)](?:[ \t]+|$))?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^(?!1\.)(\d{1,2}\.) ")

logger = logging.getLogger(__name__)


class Generator(Protocol):
    """What is needed of a model."""

    def say(self, request: str, seconds: float) -> Iterable[str]:
        """The pieces of a few words to come, within so many seconds."""


class Phraser:
    """Asks a model for these words."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator

    def standalone(self, turns: Sequence[Turn], message: str) -> str:
        """The message as a question that can be understood alone; empty where there is none to be trusted.

        A name or number in it that nobody said is a reason not to trust it.
        """
        said = "\n".join(f"Question: {turn.message}\nAnswer: {_said(turn.answer)}" for turn in turns[-REMEMBERED:])
        line = self._line(load_prompts().say("standalone", conversation=said, message=message), REWRITING_SECONDS)
        heard = set(words(f"{said}\n{message}"))
        fits = line and len(line) <= LONGEST_QUESTION and content_words(line) and names_and_numbers(line) <= heard
        return line if fits else ""

    def title(self, turn: Turn) -> str:
        """A title for a conversation that begins with this turn; empty where there is none."""
        prompt = load_prompts().say("title", question=turn.message, answer=_said(turn.answer))
        line = self._line(prompt, TITLE_SECONDS, ordinals=True).strip("\"'“”‘’.:* ")
        return line if 0 < len(line) <= LONGEST_TITLE and len(line.split()) <= TITLE_WORDS else ""

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions to ask next, from the words the answer rests on; whether they are answered is not looked at."""
        quotes = "\n".join(f"- {each.quote}" for each in (*answer.citations, *answer.nearest))
        prompt = load_prompts().say("suggestions", question=answer.question, answer=_said(answer), passages=quotes)
        lines = (_plain(line) for line in self._text(prompt, PROPOSING_SECONDS).splitlines())
        fit = (line for line in lines if line.endswith("?") and len(line) <= LONGEST_QUESTION and content_words(line))
        return tuple(dict.fromkeys(fit))[:PROPOSED]

    def _line(self, request: str, seconds: float, *, ordinals: bool = False) -> str:
        """One line of the model's; nothing where it says more than that.

        With `ordinals` it may begin with one ("3. Oktober"), though a list's items do as well.
        """
        # With a no-break space behind it no number is an item's.
        said = [
            _ORDINAL.sub("\\1\u00a0", line) if ordinals else line for line in self._text(request, seconds).splitlines()
        ]
        lines = [plain for line in said if (plain := _plain(line))]
        return lines[0] if len(lines) == 1 else ""

    def _text(self, request: str, seconds: float) -> str:
        try:
            generation = self._generator.say(request, seconds)
            text = without_thoughts("".join(generation))
            return text if getattr(generation, "complete", True) else ""
        except Exception as error:  # whatever it is: the way without a model is there
            logger.info("no words from the model (%s)", type(error).__name__)
            return ""


def _said(answer: Answer) -> str:
    return (
        " ".join(statement.text for statement in answer.statements) or answer.message or load_prompts().say("not_found")
    )


def _plain(line: str) -> str:
    """A line without the marks, numbers and labels that models add."""
    return " ".join(sentence.text for sentence in read_marks(_LABEL.sub("", line), 0)).strip()
