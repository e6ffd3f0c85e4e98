"""The question and the passages -> a model's words, as they come."""

import logging
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike

from assistant.endpoint import Endpoint, Limits, Line, never_connected, retry_after, translated
from assistant.prompts import load_prompts
from index.schema import Hit, ModelError
from index.splitting import published_on, sentences, word_count

MOST_WORDS = 3_000
"""Words of passages put to a model: some 4,000 tokens, which with the answer fit the smallest contexts still in use."""

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


def messages_of(question: str, excerpts: Sequence[Excerpt]) -> list[ChatMessage]:
    """The instructions, and the numbered passages with the question.

    The fence is drawn anew for every question, so that no article can hold it and close a passage by itself.
    """
    prompts, fence = load_prompts(), secrets.token_hex(8)
    passages = "\n\n".join(
        prompts.say(
            "passage",
            fence=fence,
            number=str(number),
            title=" ".join(excerpt.hit.article.title.split()),
            published=published_on(excerpt.hit.article),
            text=excerpt.text,
        )
        for number, excerpt in enumerate(excerpts, 1)
    )
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=prompts.say("instructions", fence=fence)),
        ChatMessage(role=MessageRole.USER, content=prompts.say("answer", passages=passages, question=question)),
    ]


class Generator:
    """Asks the model of an endpoint."""

    def __init__(self, endpoint: Endpoint, limits: Limits | None = None) -> None:
        self.model = endpoint.model
        self._endpoint = endpoint
        self._limits = limits or Limits()

    def generate(self, question: str, excerpts: Sequence[Excerpt]) -> "Generation":
        """The answer to come; nothing is sent before it is iterated."""
        return Generation(self._endpoint, self._limits, messages_of(question, excerpts))


class Generation:
    """One answer of a model: iterate for the pieces of its text, once. Raises ModelError where there is none.

    Closing the iterator, or `stop` from any thread, ends the request at the server. `complete` tells afterwards whether
    the model came to its end.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits, messages: Sequence[ChatMessage]) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._messages = messages
        self._line = Line(endpoint, limits)
        self._ended = ""
        self.complete = False

    def stop(self) -> None:
        """End it now; the iteration ends with what has come."""
        self._line.hang_up()

    def __iter__(self) -> Iterator[str]:
        """The pieces of the text."""
        written = 0
        # Not a look at the clock between pieces: a server may keep the line open without ever sending one.
        late = threading.Timer(self._limits.whole, self._line.hang_up)
        late.daemon = True
        late.start()
        try:
            for piece in self._pieces():
                yield piece
                written += len(piece)
                if written > self._limits.written or self._line.hung_up.is_set():
                    return
            self.complete = self._ended not in ("length", "content_filter") and not self._line.hung_up.is_set()
        except Exception as error:
            if not self._line.hung_up.is_set():
                raise self._failure(error) from None  # the cause may hold what was sent
        finally:
            late.cancel()
            self._line.hang_up()
            self._line.close()

    def _failure(self, error: Exception) -> ModelError:
        failure = error if isinstance(error, ModelError) else translated(error, self._endpoint)
        logger.info("no answer from the model (%s): %s", type(error).__name__, failure)
        return failure

    def _pieces(self) -> Iterator[str]:
        """The pieces, asked for once more where nothing came over a broken connection or the server was busy."""
        came = False
        try:
            for piece in self._once():
                came = True
                yield piece
        except Exception as error:
            if came or self._line.hung_up.is_set():
                raise
            seconds = retry_after(error)
            if not never_connected(error) and (seconds is None or seconds > self._limits.waiting):
                raise
            if self._line.hung_up.wait(seconds or 0):
                return
            yield from self._once()

    def _once(self) -> Iterator[str]:
        model = OpenAILike(
            model=self._endpoint.model,
            api_base=self._endpoint.url,
            api_key="in the line's hands",
            is_chat_model=True,
            temperature=0.0,
            max_retries=0,
            timeout=self._limits.silence,
            http_client=self._line.client,
        )
        for response in model.stream_chat(self._messages):
            self._ended = _finish(response.raw) or self._ended
            if response.delta:
                yield response.delta
        if not self._ended:  # a connection that is closed in mid-stream looks like the end of an answer
            raise ModelError(f"The model “{self._endpoint.model}” broke off in mid-answer.", "Ask again.")


def _finish(chunk: Any) -> str:
    """Why the model ended, where this chunk says that it did."""
    choices = getattr(chunk, "choices", None) or ()
    return next((str(choice.finish_reason) for choice in choices if choice.finish_reason), "")
