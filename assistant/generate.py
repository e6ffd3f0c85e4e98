"""The question and the passages -> a model's words, as they come."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from llama_index.core.llms import ChatMessage, MessageRole

from assistant.endpoint import Limits
from assistant.prompts import load_prompts
from index.schema import Hit, ModelError
from index.splitting import published_on, sentences, word_count

MOST_WORDS = 3_000
"""Words of passages put to a model: some 4,000 tokens, which with the answer fit the smallest contexts still in use."""

SENTENCES = 4
"""Sentences that a model is asked for at most. More are shown all the same: what is cut off may be the point."""

MOST_SAID = 600
"""Characters of a title, a question or a few of them."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a model is shown of a passage found, `hit.article.text[start:end]`; it is cited by its place, from 1."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words."""
        return self.hit.article.text[self.start : self.end]


def fitting(hits: Sequence[Hit], most: int = MOST_WORDS) -> list[Excerpt]:
    """As much of the passages, best first, as `most` words hold, in whole sentences."""
    excerpts: list[Excerpt] = []
    left = most
    for hit in hits:
        end = hit.passage.start
        for first, last in sentences(hit.article.text, hit.passage.start, hit.passage.end):
            words = word_count(hit.article.text[first:last])
            if words > left:
                break
            left, end = left - words, last
        if end > hit.passage.start:
            excerpts.append(Excerpt(hit, hit.passage.start, end))
        if end < hit.passage.end:
            break
    return excerpts


def new_fence() -> str:
    """Drawn anew for every question, so that no article can hold it and close a passage by itself."""
    return secrets.token_hex(8)


def messages_of(
    question: str, excerpts: Sequence[Excerpt], prompt: str, fence: str, most: int = SENTENCES
) -> list[ChatMessage]:
    """The instructions, and the numbered passages between fences with the question, as the prompt puts it.

    It asks for so many sentences at `most`.
    """
    prompts = load_prompts()
    passages = "\n\n".join(
        prompts.say(
            "passage",
            fence=fence,
            number=str(number),
            title=" ".join(excerpt.hit.article.title.split()),
            source=f", {' '.join(excerpt.hit.article.source.split())}" if excerpt.hit.article.source else "",
            published=published_on(excerpt.hit.article),
            text=excerpt.text,
        )
        for number, excerpt in enumerate(excerpts, 1)
    )
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=prompts.say("instructions", fence=fence)),
        ChatMessage(
            role=MessageRole.USER,
            content=prompts.say(prompt, passages=passages, question=question, sentences=str(most)),
        ),
    ]


Messages = Callable[[Sequence[Excerpt]], list[ChatMessage]]
"""The messages of one question, by the excerpts that stand in them."""


class Call(Protocol):
    """One request to a model."""

    ended: str
    """Why the model ended, in OpenAI's words: stop, length, content_filter; empty where it has not."""
    hung_up: threading.Event

    def fitting(self, hits: Sequence[Hit], messages: Messages) -> list[Excerpt]:
        """What the model is shown of the passages, best first, in these messages. Raises ModelError."""

    def pieces(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        """Its text as it comes, once. Raises ModelError where there is none, or not all of it."""

    def hang_up(self) -> None:
        """End it now, from any thread: whoever waits for its next piece is woken."""

    def close(self) -> None:
        """Give back what it holds once nobody reads from it any more."""


class Model(Protocol):
    """A language model."""

    name: str
    place: str
    """Where it runs, as it is said behind its name."""

    def call(self, limits: Limits) -> Call:
        """A request to come; nothing is sent before its pieces are asked for."""


class Generator:
    """Asks a model, within limits."""

    def __init__(self, model: Model, limits: Limits | None = None) -> None:
        self.model = model.name
        self.place = model.place
        self._model = model
        self._limits = limits or Limits()

    def generate(
        self, question: str, hits: Sequence[Hit], prompt: str = "answer", sentences: int = SENTENCES
    ) -> "Generation":
        """The answer to come, by a prompt, in so many sentences; nothing is sent before it is iterated."""
        return Generation(self._model, self._limits, question, hits, prompt, sentences)

    def say(self, request: str, seconds: float) -> "Generation":
        """A few words to come, to a request of ours; they end after so many seconds."""
        limits = replace(self._limits, silence=seconds, whole=seconds, waiting=0, written=MOST_SAID)
        return Generation(self._model, limits, request, (), "")


class Generation:
    """One answer of a model: iterate for the pieces of its text, once. Raises ModelError where there is none.

    Closing the iterator, or `stop` from any thread, ends the request. `excerpts` are what the model was shown, known
    with the first piece; `complete` tells afterwards whether the model came to its end. Without a `prompt` the question
    is the whole request.
    """

    def __init__(
        self,
        model: Model,
        limits: Limits,
        question: str,
        hits: Sequence[Hit],
        prompt: str = "answer",
        sentences: int = SENTENCES,
    ) -> None:
        self._prompt = prompt
        self._sentences = sentences
        self._limits = limits
        self._question = question
        self._hits = hits
        self._call = model.call(limits)
        self.excerpts: Sequence[Excerpt] = ()
        self.complete = False

    def stop(self) -> None:
        """End it now; the iteration ends with what has come."""
        self._call.hang_up()

    def __iter__(self) -> Iterator[str]:
        """The pieces of the text."""
        written = 0
        # Not a look at the clock between pieces: a server may keep the line open without ever sending one.
        late = threading.Timer(self._limits.whole, self._call.hang_up)
        late.daemon = True
        late.start()
        try:
            for piece in self._call.pieces(self._messages()):
                yield piece
                written += len(piece)
                if written > self._limits.written or self._call.hung_up.is_set():
                    return
            self.complete = self._call.ended not in ("length", "content_filter") and not self._call.hung_up.is_set()
        except ModelError as error:
            if not self._call.hung_up.is_set():
                logger.info("no answer from the model: %s", error)
                raise
        finally:
            late.cancel()
            self._call.hang_up()
            self._call.close()

    def _messages(self) -> list[ChatMessage]:
        if not self._prompt:
            return [ChatMessage(role=MessageRole.USER, content=self._question)]
        fence = new_fence()

        def messages(excerpts: Sequence[Excerpt]) -> list[ChatMessage]:
            return messages_of(self._question, excerpts, self._prompt, fence, self._sentences)

        self.excerpts = self._call.fitting(self._hits, messages)
        return messages(self.excerpts)
