"""A conversation: a message -> a reply that streams and afterwards holds its answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from threading import Thread
from typing import Protocol

from assistant.answer import Answerer
from assistant.follow_up import Standalone, standalone
from assistant.schema import Answer, Answered, Scope, Turn
from assistant.several_questions import looks_ahead, questions_in, together
from index.schema import Filters, QuestionError
from index.words import content_words

LONGEST_QUESTION = 2000  # characters; a longer one is a text, not a question


class Writing(Protocol):
    """An answer that a model writes: iterate, once, for the answer so far; the last one is whole. It never raises."""

    def __iter__(self) -> Iterator[Answer]: ...

    def stop(self) -> None:
        """End it with what is written so far."""


class Phraser(Protocol):
    """What is needed of a model that words small things; each is empty where it fails, and takes seconds at most."""

    def standalone(self, turns: Sequence[Turn], message: str) -> str:
        """The message as a question that can be understood alone."""

    def title(self, turn: Turn) -> str:
        """A title for a conversation that begins with this turn."""

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions to ask next, not tried yet."""


class Writer(Protocol):
    """What is needed of a model that writes answers."""

    model: str

    @property
    def phraser(self) -> Phraser:
        """The same model for small things."""

    def write(self, answered: Answered) -> Writing:
        """The answer to come, from the passages found; the one in quotes takes over where the model fails."""


class Reply:
    """Iterate over it, once, to get the answer so far as it grows; then `answer` holds the whole.

    Leaving the iteration, or `stop` from any thread, ends the model's work at its server.
    """

    def __init__(self, quotes: Answer, writing: Writing | None = None) -> None:
        self._answer = quotes
        self._to_come = writing
        self._stop = writing.stop if writing else lambda: None

    def __iter__(self) -> Iterator[Answer]:
        """The answer so far: quotes are whole at once, what a model writes grows."""
        writing, self._to_come = self._to_come, None
        if writing is None:
            yield self._answer
            return
        for answer in writing:
            self._answer = answer
            yield answer

    @property
    def answer(self) -> Answer:
        """The finished answer, once it is: whoever asks for it waits for the model."""
        if self._to_come is not None:
            for _ in self:
                pass
        return self._answer

    def stop(self) -> None:
        """End a model's writing now; the iteration ends with what is written so far. Quotes need no stopping."""
        self._stop()


class Chat:
    """Answers messages in the light of the turns before them. It keeps nothing: the turns are the caller's."""

    def __init__(self, answerer: Answerer, writer: Writer | None = None) -> None:
        self._means = answerer, writer

    def use(self, answerer: Answerer, writer: Writer | None) -> None:
        """Answer the next questions with these."""
        self._means = answerer, writer

    @property
    def model(self) -> str:
        """The name of the model that writes answers, empty where none does."""
        return writer.model if (writer := self._means[1]) else ""

    def ask(
        self,
        turns: Sequence[Turn],
        message: str,
        filters: Filters | None = None,
        *,
        today: date | None = None,
        as_said: bool = True,
        quotes_only: bool = False,
    ) -> Reply:
        """Answer a message. Raises QuestionError for an empty or overlong one.

        Where a model is configured it writes the answer, from the passages found; with `quotes_only` it is not asked.

        The dates and the source that the question names are followed, "this week" as seen from `today`, unless the
        `filters` say otherwise; where `as_said` is False they are not.
        """
        question = " ".join(message.split())
        if not question:
            raise QuestionError("The question is empty.", "Type a question.")
        if len(question) > LONGEST_QUESTION:
            raise QuestionError(
                f"The question has {len(question):,} characters; {LONGEST_QUESTION:,} are the most.",
                "Ask in a sentence or two; a whole text can be added as an article.",
            )
        resolved = standalone(turns, question)
        answerer, writer = self._means
        writer = None if quotes_only else writer
        rewriting = _Rewriting(writer.phraser, turns, question) if writer and resolved.carried else None

        def answered_as(asked: Standalone) -> Answered:
            scope = answerer.understand(asked, today) if as_said else Scope()
            return answerer.answer(asked, filters or Filters(), scope, today)

        answered = answered_as(resolved)
        # Only where articles were searched: what is asked of records or of several articles is told by its own words.
        were_searched = bool(answered.hits) and answered.prompt == "answer"
        # A record answers one part alone, whoever writes the answers: `Who wrote it, and what happened to the balloon?`
        from_record = answered.answer.written_by == "catalogue" and not answered.answer.listed
        by_parts = from_record or (writer is None and were_searched)
        if by_parts and (answer := self._part_by_part(turns, question, answered_as)):
            return Reply(answer)
        if rewriting and were_searched and (text := rewriting.wait()):
            own = tuple(content_words(text))
            answered = answered_as(replace(resolved, text=text, own=own, carried=(), asked=text))
        if writer is None or not answered.hits:
            return Reply(answered.answer)
        return Reply(answered.answer, writer.write(answered))

    def _part_by_part(
        self, turns: Sequence[Turn], message: str, answered_as: Callable[[Standalone], Answered]
    ) -> Answer | None:
        """The answers to several questions of one message, each going on with those before it; None for any other.

        None too where the first goes on with the conversation: of ten such messages two got answers that were none. A
        model reads all that is found, and needs no parts, but where a record answers one of them.
        """
        questions = questions_in(message)
        if len(questions) == 1 or standalone(turns, questions[0]).carried:
            return None
        said, answers = [*turns], list[Answer]()
        for question in questions:
            before = [*said, Turn(questions[1])] if not answers and looks_ahead(message, questions) else said
            answers.append(answered_as(standalone(before, question)).answer)
            said.append(Turn(question, answers[-1]))
        return together(questions, answers)

    def title(self, turn: Turn) -> str:
        """A title for a conversation that begins with this turn, worded by the model; empty where there is none."""
        _, writer = self._means
        return writer.phraser.title(turn) if writer else ""

    def proposed(self, answer: Answer) -> tuple[str, ...]:
        """Questions that the model would ask next, not tried yet; none without a model."""
        _, writer = self._means
        return writer.phraser.suggestions(answer) if writer else ()


class _Rewriting:
    """A follow-up that a model words in full while its own words are searched already."""

    def __init__(self, phraser: Phraser, turns: Sequence[Turn], message: str) -> None:
        self._worded: list[str] = []
        self._thread = Thread(target=lambda: self._worded.append(phraser.standalone(turns, message)), daemon=True)
        self._thread.start()

    def wait(self) -> str:
        """The question, empty where there is none."""
        self._thread.join()
        return self._worded[0] if self._worded else ""
