"""A model at an OpenAI-compatible server, through llama-index."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike

from assistant.endpoint import Endpoint, Limits, Line, never_connected, no_model_server, retry_after, translated
from assistant.generate import Excerpt, Messages, fitting
from index.schema import Hit, ModelError

TALKATIVE = ("openai", "httpx", "httpcore")
"""They can log all that a server says, and it may say the key back."""

logger = logging.getLogger(__name__)


class RemoteModel:
    """The model of an endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.model
        self.place = f"at {endpoint.host}"
        self._endpoint = endpoint
        for library in TALKATIVE:
            logging.getLogger(library).setLevel(logging.WARNING)

    def call(self, limits: Limits) -> "RemoteCall":
        """A request to come."""
        return RemoteCall(self._endpoint, limits)


class RemoteCall:
    """One request to a server, over a line of its own; see `assistant.generate.Call`."""

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._line = Line(endpoint, limits)
        self.hung_up = self._line.hung_up
        self.ended = ""

    def hang_up(self) -> None:
        """End the request at the server."""
        self._line.hang_up()

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def fitting(self, hits: Sequence[Hit], messages: Messages) -> list[Excerpt]:
        """As much as the smallest contexts hold: the protocol does not tell how much this one does."""
        return fitting(hits)

    def pieces(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        """The pieces, asked for once more where nothing came over a broken connection or the server was busy."""
        came = False
        try:
            try:
                for piece in self._once(messages):
                    came = True
                    yield piece
            except Exception as error:
                if came or self.hung_up.is_set():
                    raise
                seconds = retry_after(error)
                if not never_connected(error) and (seconds is None or seconds > self._limits.waiting):
                    raise
                if self.hung_up.wait(seconds or 0):
                    return
                yield from self._once(messages)
        except ModelError:
            raise
        except Exception as error:
            logger.info("the server failed (%s)", type(error).__name__)
            raise translated(error, self._endpoint) from None  # the cause may hold what was sent

    def _once(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
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
        came = False
        for response in model.stream_chat(messages):
            came = True
            self.ended = _finish(response.raw) or self.ended
            if response.delta:
                yield response.delta
        if not came and not self._line.streams:
            raise no_model_server(self._endpoint)
        if not self.ended:  # a connection that is closed in mid-stream looks like the end of an answer
            raise ModelError(f"The model “{self._endpoint.model}” broke off in mid-answer.", "Ask again.")


def _finish(chunk: Any) -> str:
    """Why the model ended, where this chunk says that it did."""
    choices = getattr(chunk, "choices", None) or ()
    return next((str(choice.finish_reason) for choice in choices if choice.finish_reason), "")
