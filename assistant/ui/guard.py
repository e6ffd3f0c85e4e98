"""Who may talk to the server: the host and origin checks, the token, and the security headers. Pure ASGI."""

import hashlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from assistant.ui import texts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "assistant_token"
COOKIE_DAYS = 30
OPEN_PATHS = frozenset({"/healthz"})
"""What is answered without the token."""

# 'unsafe-inline' and 'unsafe-eval' are Gradio's needs: its page holds its configuration in a script, and gr.HTML
# compiles its template. So the policy stops leaks (nothing is fetched from or sent elsewhere); escaping stops the rest.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class Guard:
    """Wraps an ASGI app. `hosts` are the names it answers to; `token`, where there is one, is asked of every visitor.

    With `any_address` any literal IP address is answered to as well: a rebound DNS name is a name, never an address.
    """

    def __init__(self, app: App, hosts: Iterable[str], token: str = "", *, any_address: bool = False) -> None:
        self._app = app
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self._token = token.encode()
        self._any_address = any_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request here, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._serves(host):
            await _refuse(scope, send, 421, texts.WRONG_HOST)
        elif not _same_origin(headers.get(b"origin"), host):
            await _refuse(scope, send, 403, texts.WRONG_ORIGIN)
        elif self._may_enter(scope, headers):
            await self._app(scope, receive, _with_headers(send))
        elif self._brings_token(scope):
            await _respond(send, 303, b"", [(b"location", b"/"), (b"set-cookie", self._cookie(scope))])
        else:
            await _refuse(scope, send, 401, _login_page(), kind=b"text/html; charset=utf-8")

    def _serves(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address

    def _may_enter(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        if not self._token or scope["path"] in OPEN_PATHS:
            return True
        scheme, _, bearer = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"bearer" and hmac.compare_digest(bearer.strip(), self._token):
            return True
        try:
            cookie = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self._secret())

    def _brings_token(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            return False
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        return hmac.compare_digest(given.encode(), self._token)

    def _secret(self) -> bytes:
        """What the cookie holds: proof of the token, not the token."""
        return hmac.new(self._token, b"assistant window cookie", hashlib.sha256).hexdigest().encode()

    def _cookie(self, scope: Scope) -> bytes:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        value = f"{COOKIE}={self._secret().decode()}; Path=/; Max-Age={COOKIE_DAYS * 86400}; HttpOnly; SameSite=Strict"
        return f"{value}{secure}".encode()


def _same_origin(origin: bytes | None, host: str) -> bool:
    """Whether a page of this very server sent the request; tools send no origin."""
    if origin is None:
        return True
    parts = origin.decode("latin-1").partition("://")
    return parts[0] in ("http", "https") and parts[2].lower() == host.lower()


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in HEADERS}
            kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in names]
            message = {**message, "headers": [*kept, *HEADERS]}
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, status: int, text: str, kind: bytes = b"text/plain; charset=utf-8") -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _respond(send, status, text.encode(), [(b"content-type", kind)])


async def _respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    fresh = (b"cache-control", b"no-store")
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, fresh, *HEADERS]})
    await send({"type": "http.response.body", "body": body})


def _login_page() -> str:
    """A form that asks for the token; it works without scripts."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(texts.NAME)}</title>"
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;"
        "min-height:90vh;margin:0}main{width:min(22rem,90vw)}input,button{font:inherit;padding:.6rem .8rem;width:100%;"
        "box-sizing:border-box;margin-top:.6rem;border-radius:8px;border:1px solid #8885}"
        "button{background:#0f766e;color:#fff;border:0}</style>"
        f"<main><h1>{escape(texts.LOCKED)}</h1><p>{escape(texts.LOCKED_HINT)}</p>"
        '<form method="get" action="/"><input type="password" name="token" aria-label="Token" autofocus required>'
        f"<button>{escape(texts.UNLOCK)}</button></form></main></html>"
    )
