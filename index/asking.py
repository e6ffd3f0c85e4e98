"""Servers of the web, asked politely: in bounded time and size, with their robots.txt, and never those of one's own.

A name is resolved here, its addresses are checked, and the connection goes to the checked address: a name that means
another address a moment later cannot pass. TLS still verifies the name. Redirects are checked like first addresses.

A server, or the resolving of its name, may keep a thread for a minute, and nothing can wake that: so the asking has a
thread of its own, which has no more to do than bring the answer, and is left alone when the program ends.
"""

import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpcore
import httpx

from index.connecting import CheckedTransport
from index.formats.text import shown
from index.schema import Gone, Stopped, TooLarge, Unreachable, never

AGENT = "article-assistant"
MAX_SECONDS = 60.0  # for one answer with its robots.txt and redirects
MAX_REDIRECTS = 5
MAX_ROBOTS = 500_000  # bytes of robots.txt, as RFC 9309 asks for at least
LOOK_SECONDS = 0.1  # between two looks whether to stop

_TIMEOUT = httpx.Timeout(15.0)
_WRONG = "Check the address in a browser."


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered. `url` is where it was found in the end; `kind` what its server says it is.

    `etag` and `modified` are what the server calls this version.
    """

    url: str
    data: bytes
    kind: str = ""
    charset: str | None = None
    etag: str = ""
    modified: str = ""


class Asker:
    """Asks servers, each for its robots.txt once; with `allow_private` those of this machine and its network too.

    Once `stopped` says so no answer is waited for any longer.
    """

    def __init__(self, allow_private: bool = False, stopped: Stopped = never) -> None:
        self._allow_private = allow_private
        self._stopped = stopped
        self._rules: dict[str, RobotFileParser] = {}

    def ask(self, url: str, kinds: Sequence[str], limit: int, *, etag: str = "", modified: str = "") -> Answer | None:
        """What is at an address; None where it is still the version that `etag` and `modified` name.

        `kinds` are the media types wished for, `limit` the bytes that are taken. Raises Unreachable or TooLarge.
        """
        asking = _begun(lambda: self._answered(url, kinds, limit, etag, modified))
        while not wait([asking], LOOK_SECONDS).done:
            if self._stopped():
                raise Unreachable(f"“{shown(url)}” was not waited for: the program ends.", "Ask for it again.")
        return asking.result()

    def _answered(self, url: str, kinds: Sequence[str], limit: int, etag: str, modified: str) -> Answer | None:
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in known.items() if value}
        with _translated(url):
            transport = CheckedTransport(self._allow_private, time.monotonic() + MAX_SECONDS)
            # gzip alone: others unpack without a limit
            usual = {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Accept": ", ".join([*kinds, "*/*;q=0.1"])}
            with (
                httpx.Client(transport=transport, headers=usual, timeout=_TIMEOUT, trust_env=False) as client,
                self._response(client, url, headers, polite=True) as response,
            ):
                return (
                    None if response.status_code == httpx.codes.NOT_MODIFIED and headers else _answer(response, limit)
                )

    @contextmanager
    def _response(
        self, client: httpx.Client, url: str, headers: dict[str, str], *, polite: bool
    ) -> Iterator[httpx.Response]:
        """The response after all redirects."""
        asked = url
        for _ in range(MAX_REDIRECTS + 1):
            target = _checked(url, asked)
            if polite and not self._may_visit(client, target):
                raise Unreachable(f"“{shown(url)}” asks programs not to read it (robots.txt).", "Save it in a browser.")
            with client.stream("GET", target, headers=headers) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = str(target.join(response.headers["Location"]))
        raise Unreachable(f"“{shown(asked)}” leads from one address to another without end.", _WRONG)

    def _may_visit(self, client: httpx.Client, url: httpx.URL) -> bool:
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if origin not in self._rules:
            self._rules[origin] = self._robots(client, f"{origin}/robots.txt")
        return self._rules[origin].can_fetch(AGENT, str(url))

    def _robots(self, client: httpx.Client, url: str) -> RobotFileParser:
        """The rules of a server, as RFC 9309 has them: none where there is no such file, no visit where it fails."""
        rules = RobotFileParser()
        with self._response(client, url, {}, polite=False) as response:
            if response.is_success:
                lines = _body(response, MAX_ROBOTS, cut=True).decode(errors="replace").splitlines()
            else:
                lines = [] if response.is_client_error else ["User-agent: *", "Disallow: /"]
        rules.parse(lines)
        return rules


def _begun(work: Callable[[], Answer | None]) -> "Future[Answer | None]":
    """What comes of work in a thread that holds up no end of the program."""
    future: Future[Answer | None] = Future()

    def worked() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # whoever waits has it
            future.set_exception(error)

    threading.Thread(target=worked, name="asking", daemon=True).start()
    return future


def check_address(url: str) -> None:
    """Raise Unreachable for what would not be asked, whoever answers: no address of the web, or one with a password."""
    with _translated(url):
        _checked(url, url)


def host_of(url: str) -> str:
    """The name of the server at an address, without its "www."; as it stands there where nobody can have it."""
    try:
        host = httpx.URL(url).host
    except (httpx.InvalidURL, UnicodeError):
        host = urlsplit(url).hostname or ""
    return host.removeprefix("www.")


def _answer(response: httpx.Response, limit: int) -> Answer:
    url = str(response.url)
    if response.status_code == httpx.codes.GONE:
        raise Gone(f"“{shown(url)}” is gone for good, its server says.", "Do without it, or look where it went.")
    if response.status_code != httpx.codes.OK:
        raise Unreachable(f"“{shown(url)}” answers {response.status_code}.", _WRONG)
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    version = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
    return Answer(url, _body(response, limit), kind, response.charset_encoding, *version)


def _checked(url: str, asked: str) -> httpx.URL:
    target = httpx.URL(url)
    if target.userinfo:  # first: it is not to be shown
        raise Unreachable("An address with a name and password in it is not asked for.", "Leave them out.")
    if target.scheme not in ("http", "https") or not target.host:
        whose = "is" if url == asked else "leads to"
        raise Unreachable(f"“{shown(asked)}” {whose} no address of the web.", "It begins with https:// or http://.")
    return target


def _body(response: httpx.Response, limit: int, *, cut: bool = False) -> bytes:
    """The body, unpacked; beyond the limit it is cut off or refused."""
    body = bytearray()
    for chunk in _unpacked(response.iter_raw(), response.headers.get("Content-Encoding", "identity").lower(), limit):
        body += chunk
        if len(body) > limit:
            if cut:
                break
            raise TooLarge(f"“{shown(str(response.url))}” has more than {limit:,} bytes.", "Save a part of it.")
    return bytes(body[:limit])


def _unpacked(chunks: Iterable[bytes], encoding: str, limit: int) -> Iterable[bytes]:
    if encoding in ("", "identity"):
        return chunks
    if encoding not in ("gzip", "x-gzip"):
        raise Unreachable(f"The server packs the page in a way it was not asked for ({shown(encoding)}).", _WRONG)
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    return (unpacking.decompress(chunk, limit + 1) for chunk in chunks)


@contextmanager
def _translated(url: str) -> Iterator[None]:
    errors = (
        *(httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpcore.TimeoutException, httpcore.NetworkError),
        *(httpcore.ProtocolError, zlib.error, OSError, ValueError),
    )
    try:
        yield
    except errors as error:
        slow = isinstance(error, httpx.TimeoutException | httpcore.TimeoutException)
        reason = "does not answer in time" if slow else f"cannot be reached ({_reason(error)})"
        raise Unreachable(f"“{shown(url)}” {reason}.", "Check the address, and that this machine is online.") from error


def _reason(error: Exception) -> str:
    return shown(str(error)).strip(". ")[:100] or type(error).__name__
