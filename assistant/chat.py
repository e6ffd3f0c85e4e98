"""A conversation: a message -> a reply that streams and afterwards holds its answer."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.answer import Answerer
from assistant.follow_up import standalone
from assistant.schema import Answer, Scope, Turn
from index.schema import Filters, QuestionError

LONGEST_QUESTION = 2000  # characters; a longer one is a text, not a question


class Reply:
    """Iterate over it to get the answer's statements as they come; then `answer` holds the whole."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[Answer]:
        """The answer so far, growing statement by statement."""
        for count in range(1, len(self._answer.statements)):
            yield self._answer.first(count)
        yield self._answer

    @property
    def answer(self) -> Answer:
        """The finished answer."""
        return self._answer


class Chat:
    """Answers messages in the light of the turns before them. It keeps nothing: the turns are the caller's."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def ask(
        self,
        turns: Sequence[Turn],
        message: str,
        filters: Filters | None = None,
        *,
        today: date | None = None,
        as_said: bool = True,
    ) -> Reply:
        """Answer a message. Raises QuestionError for an empty or overlong one.

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
        scope = self._answerer.understand(resolved, today) if as_said else Scope()
        return Reply(self._answerer.answer(resolved, filters or Filters(), scope, today))
