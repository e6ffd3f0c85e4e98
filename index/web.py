"""A page on the web -> an `Article`: asked for politely, in bounded time and size, and never of one's own network.

A name is resolved here, its addresses are checked, and the connection goes to the checked address: a name that means
another address a moment later cannot pass. TLS still verifies the name.
"""

import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from urllib.robotparser import RobotFileParser

import httpcore
import httpx

from index.connecting import CheckedTransport
from index.formats.page import is_page
from index.formats.text import in_unicode, shown
from index.parts import Part
from index.reading import MAX_BYTES, SUFFIXES, suffix_of
from index.schema import Article, TooLarge, Unreachable, UnsupportedFormat

AGENT = "article-assistant"
MAX_SECONDS = 60.0  # for one page with its robots.txt and redirects
MAX_REDIRECTS = 5
MAX_ROBOTS = 500_000  # bytes of robots.txt, as RFC 9309 asks for at least

_TIMEOUT = httpx.Timeout(15.0)
_KINDS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
          "application/pdf": ".pdf"}  # fmt: skip
_WRONG = "Check the address in a browser."


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered. `url` is where it was found in the end; `kind` the suffix that says how it is read."""

    url: str
    data: bytes
    kind: str
    etag: str = ""
    modified: str = ""

    def read(self) -> Article:
        """Its article, with the page's own address where it states one. Raises a leaf of ReadingError."""
        article = Part("", self.url, self.kind, self.data).read()
        url = self._stated(article.url)
        return replace(article, url=url, source=article.source or httpx.URL(url).host.removeprefix("www."))

    def _stated(self, address: str) -> str:
        with suppress(httpx.InvalidURL):
            stated = httpx.URL(self.url).join(address)
            if stated.scheme in ("http", "https") and stated.host:
                return str(stated)
        return self.url


def fetch(url: str, *, allow_private: bool = False, etag: str = "", modified: str = "") -> Page | None:
    """The page at an address; None where it is still the version that `etag` and `modified` name.

    Raises Unreachable, TooLarge or UnsupportedFormat. `allow_private` lets addresses of this machine and its network be
    asked.
    """
    with _translated(url):
        transport = CheckedTransport(allow_private, time.monotonic() + MAX_SECONDS)
        # gzip alone: others unpack without a limit
        headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Accept": ", ".join([*_KINDS, "*/*;q=0.1"])}
        with httpx.Client(transport=transport, headers=headers, timeout=_TIMEOUT, trust_env=False) as client:
            known = {"If-None-Match": etag, "If-Modified-Since": modified}
            return _Visit(client).page(url, {name: value for name, value in known.items() if value})


class _Visit:
    """One page's requests; each server's robots.txt is asked for once."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._rules: dict[str, RobotFileParser] = {}

    def page(self, url: str, headers: dict[str, str]) -> Page | None:
        with self._answer(url, headers, polite=True) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and headers:
                return None
            if response.status_code != httpx.codes.OK:
                raise Unreachable(f"“{shown(url)}” answers {response.status_code}, no page.", _WRONG)
            found, data = str(response.url), _body(response, MAX_BYTES)
            kind = _kind(response, data)
            data = data if kind == ".pdf" else in_unicode(data, response.charset_encoding)
            return Page(found, data, kind, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str], *, polite: bool) -> Iterator[httpx.Response]:
        """The answer after all redirects, each of them checked like the first address."""
        asked = url
        for _ in range(MAX_REDIRECTS + 1):
            target = _checked(url, asked)
            if polite and not self._may_visit(target):
                raise Unreachable(f"“{shown(url)}” asks programs not to read it (robots.txt).", "Save it in a browser.")
            with self._client.stream("GET", target, headers=headers) as response:
                if not response.has_redirect_location:
                    yield response
                    return
                url = str(target.join(response.headers["Location"]))
        raise Unreachable(f"“{shown(asked)}” leads from one address to another without end.", _WRONG)

    def _may_visit(self, url: httpx.URL) -> bool:
        origin = f"{url.scheme}://{url.netloc.decode()}"
        if origin not in self._rules:
            self._rules[origin] = self._robots(f"{origin}/robots.txt")
        return self._rules[origin].can_fetch(AGENT, str(url))

    def _robots(self, url: str) -> RobotFileParser:
        """The rules of a server, as RFC 9309 has them: none where there is no such file, no visit where it fails."""
        rules = RobotFileParser()
        with self._answer(url, {}, polite=False) as response:
            if response.is_success:
                lines = _body(response, MAX_ROBOTS, cut=True).decode(errors="replace").splitlines()
            else:
                lines = [] if response.is_client_error else ["User-agent: *", "Disallow: /"]
        rules.parse(lines)
        return rules


def _checked(url: str, asked: str) -> httpx.URL:
    target = httpx.URL(url)
    if target.scheme not in ("http", "https") or not target.host:
        whose = "is" if url == asked else "leads to"
        raise Unreachable(f"“{shown(asked)}” {whose} no address of the web.", "It begins with https:// or http://.")
    if target.userinfo:
        raise Unreachable("An address with a name and password in it is not asked for.", "Leave them out.")
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


def _kind(response: httpx.Response, data: bytes) -> str:
    stated = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    suffix = suffix_of(response.url.path)
    if kind := _KINDS.get(stated):
        return kind
    if stated in ("", "application/octet-stream", "binary/octet-stream"):
        if is_page(data):
            return ".html"
        if suffix in _KINDS.values() and suffix in SUFFIXES:
            return suffix
    sentence = f"“{shown(str(response.url))}” is no page but {shown(stated) or 'of an unknown kind'}."
    raise UnsupportedFormat(sentence, "Save it, and add the file.")


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
