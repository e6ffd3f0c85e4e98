"""The line to a model server: it alone holds the key, keeps the time, and can be hung up from another thread."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from index.schema import ModelError, SettingsError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server, the model asked there, and the key."""

    url: str
    model: str
    key: SecretStr

    @property
    def host(self) -> str:
        """The server as it may be named: without what stands before its name or behind it."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a model may take, in seconds, and how much it may write, in characters."""

    connecting: float = 5
    silence: float = 90
    """Until the first word and between words: a model on a small machine reads 3,000 words for a minute."""
    whole: float = 300
    waiting: float = 10
    """The longest that a busy server's Retry-After is waited for."""
    written: int = 8_000


def endpoint_of(url: str, model: str, key: SecretStr) -> Endpoint:
    """The server of these settings. Raises SettingsError where one of them is missing or no web address."""
    url, model, key = url.strip(), model.strip(), SecretStr(key.get_secret_value().strip())
    if not model:
        raise SettingsError("ASSISTANT_MODEL is not set.", "Set it to the name of a model of that server.")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 0) >= 0
        usable = usable and "@" not in parts.netloc  # a password there would be shown with the address
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError("ASSISTANT_MODEL_URL is no web address.", "Such as http://127.0.0.1:11434/v1.")
    return Endpoint(url, model, key)


ELSEWHERE = (404, 405, 410, 501)
"""What a server says that has no such address: of a missing model too, but then in the words of the protocol."""


class Line:
    """One connection for one question, as an httpx client.

    The key is put into each request by the client itself, so that no object of another library ever holds it, and
    redirects are not followed, since they could carry it elsewhere.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits) -> None:
        self._key = endpoint.key
        self._timeout = httpx.Timeout(limits.silence, connect=limits.connecting)
        self._socket: socket.socket | None = None
        self._closing = threading.Lock()
        self.hung_up = threading.Event()
        self.streams = True
        """Whether the answer that came is a stream of events, as a model's is, and no page for people, say."""
        self.client = httpx.Client(
            follow_redirects=False, event_hooks={"request": [self._before], "response": [self._after]}
        )

    def hang_up(self) -> None:
        """End the request at the server now, from any thread: whoever waits for its next word is woken."""
        self.hung_up.set()
        with self._closing:
            if self._socket is not None:
                # Closing alone would not wake a thread that is reading; and an SSL socket's own method unlearns its
                # keys under that thread's hands.
                with suppress(OSError):  # the server was faster
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the connection back once nobody reads from it any more."""
        with self._closing:
            self._socket = None
        self.client.close()

    def _before(self, request: httpx.Request) -> None:
        request.headers.pop("Authorization", None)
        if key := self._key.get_secret_value():
            request.headers["Authorization"] = f"Bearer {key}"
        request.extensions = {**request.extensions, "timeout": self._timeout.as_dict(), "trace": self._trace}

    def _after(self, response: httpx.Response) -> None:
        self.streams = response.headers.get("Content-Type", "").startswith("text/event-stream")

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        """Called by httpcore: https://www.encode.io/httpcore/extensions/#trace."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._closing:
                self._socket = details["return_value"].get_extra_info("socket")
            if self.hung_up.is_set():
                self.hang_up()


def translated(error: Exception, endpoint: Endpoint) -> ModelError:
    """What went wrong in our own words: those of the server or of a library could repeat what they were sent."""
    status = getattr(error, "status_code", None)
    name = f"The model “{endpoint.model}” at {endpoint.host}"
    if status in (401, 403):
        return ModelError(f"{name} refused the key.", "Check ASSISTANT_MODEL_KEY.")
    if status in ELSEWHERE and not _speaks_the_protocol(error):
        return no_model_server(endpoint)
    if status == 404:
        return ModelError(f"{name} was not found.", "Check ASSISTANT_MODEL and ASSISTANT_MODEL_URL.")
    if status in (429, 503):
        return ModelError(f"{name} is busy.", "Ask again later.")
    if status is not None:
        hint = "Check ASSISTANT_MODEL, and see what the server reports."  # not every server has a 404 for a wrong name
        return ModelError(f"{name} answered with error {status}.", hint)
    causes = _causes(error)
    if any("Timeout" in cause for cause in causes):
        return ModelError(f"{name} took too long.", "Ask again, or use a faster model.")
    if any("Connect" in cause for cause in causes):
        return ModelError(f"{name} cannot be reached.", "Check ASSISTANT_MODEL_URL and whether the server runs.")
    return ModelError(f"{name} broke off or could not be understood.", "Ask again.")


def no_model_server(endpoint: Endpoint) -> ModelError:
    """The address is another one's."""
    where = f"What answers at {endpoint.host} is no server of models."
    return ModelError(where, "Check ASSISTANT_MODEL_URL: such an address mostly ends in /v1.")


def _speaks_the_protocol(error: Exception) -> bool:
    """Whether an error came with a reason as servers of models give it, and is no page for people."""
    try:
        said = error.response.json()  # type: ignore[attr-defined]
    except Exception:  # no response, or none that could be read
        return False
    return isinstance(said, dict) and bool({"error", "message"} & said.keys())


def retry_after(error: Exception) -> float | None:
    """The seconds that a busy server asks to wait, None where it does not say or is not busy."""
    response = getattr(error, "response", None)
    if getattr(error, "status_code", None) not in (429, 503) or response is None:
        return None
    try:
        return max(0.0, float(response.headers.get("retry-after", "")))
    except ValueError:  # a date, or nothing
        return None


def never_connected(error: Exception) -> bool:
    """Whether the request did not reach the server, or was dropped before a word of the answer came."""
    return any(
        cause in ("ConnectError", "ConnectTimeout", "RemoteProtocolError", "ReadError") for cause in _causes(error)
    )


def _causes(error: BaseException) -> list[str]:
    """The names of an error and of those it came from."""
    names: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(names) < 10:
        names.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return names
