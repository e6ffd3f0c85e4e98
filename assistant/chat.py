"""A conversation: a message -> a reply that streams and afterwards holds its answer."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from assistant.answer import Answerer
from assistant.follow_up import standalone
from assistant.schema import Answer, Scope, Turn
from index.schema import Filters, Hit, QuestionError

LONGEST_QUESTION = 2000  # characters; a longer one is a text, not a question


class Writing(Protocol):
    """An answer that a model writes: iterate, once, for the answer so far; the last one is whole. It never raises."""

    def __iter__(self) -> Iterator[Answer]: ...

    def stop(self) -> None:
        """End it with what is written so far."""


class Writer(Protocol):
    """What is needed of a model that writes answers."""

    model: str

    def write(self, quotes: Answer, hits: Sequence[Hit]) -> Writing:
        """The answer to come, from the passages found; `quotes` takes over where the model fails."""


class Reply:
    """Iterate over it, once, to get the answer so far as it grows; then `answer` holds the whole.

    Leaving the iteration, or `stop` from any thread, ends the model's work at its server.
    """

    def __init__(self, quotes: Answer, writing: Writing | None = None) -> None:
        self._answer = quotes
        self._to_come = writing
        self._stop = writing.stop if writing else lambda: None

    def __iter__(self) -> Iterator[Answer]:
        """The answer so far, growing statement by statement."""
        writing, self._to_come = self._to_come, None
        if writing is None:
            for count in range(1, len(self._answer.statements)):
                yield self._answer.first(count)
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
        scope = answerer.understand(resolved, today) if as_said else Scope()
        answered = answerer.answer(resolved, filters or Filters(), scope, today)
        if writer is None or quotes_only or not answered.hits:
            return Reply(answered.answer)
        return Reply(answered.answer, writer.write(answered.answer, answered.hits))
