"""Connections to addresses of the public internet alone, each with an end to the time it may take."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from index.formats.text import shown
from index.schema import Unreachable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class CheckedTransport(httpx.BaseTransport):
    """A transport of httpx over connections that were checked; `end` is when all of it must be done (monotonic)."""

    def __init__(self, allow_private: bool, end: float) -> None:
        backend = _CheckedBackend(allow_private, end)
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, and the answer as it comes in."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Stream(response))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _CheckedBackend(httpcore.NetworkBackend):
    """Resolves a name, checks what it means, and connects to exactly that."""

    def __init__(self, allow_private: bool, end: float) -> None:
        self._allow_private, self._end = allow_private, end
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of a name that takes one. Raises Unreachable where one is not public."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(address[4][0]) for address in found))
        if not self._allow_private and not all(map(is_public, addresses)):
            raise Unreachable(
                f"“{shown(host)}” is an address of this machine or its network, and is not asked.",
                "ASSISTANT_ALLOW_PRIVATE_ADDRESSES=true allows it.",
            )
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                left = _left(timeout, self._end)
                return _TimedStream(self._backend.connect_tcp(address, port, left, local_address), self._end)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: none of a machine, a network, a group or the reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _NAT64:
            within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if within:  # it is delivered there
            return is_public(str(within))
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local  # deprecated, and no less inside
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_private or site_local)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose time is limited as a whole: a server may else send a byte every few seconds for days."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._end))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(timeout, self._end))
        return _TimedStream(secured, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("out of time")
    return left if timeout is None else min(left, timeout)
