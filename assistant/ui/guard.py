"""Who may talk to the server: the host and origin checks, the token, and the security headers. Pure ASGI."""

import hashlib
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from assistant.ui import texts
from assistant.ui.attempts import SECONDS, Attempts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HTML = b"text/html; charset=utf-8"
PLAIN = b"text/plain; charset=utf-8"
COOKIE = "assistant_token"
COOKIE_DAYS = 30
LONGEST_FORM = 8192  # bytes of a login; the form has one field
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
        self._attempts = Attempts()

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
        elif self._attempts.spent(_address(scope)):
            await _refuse(scope, send, 429, texts.TOO_MANY_TOKENS, more=((b"retry-after", b"%d" % SECONDS),))
        elif scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == "/":
            await self._log_in(scope, receive, send)
        else:
            await _refuse(scope, send, 401, _login_page(), kind=HTML)

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
        if scheme.lower() == b"bearer" and self._is_token(scope, bearer.strip()):
            return True
        return any(hmac.compare_digest(value, self._secret()) for value in _cookies(headers.get(b"cookie", b"")))

    async def _log_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the token of the form: in the body, since an address is kept by histories and logs."""
        given = parse_qs((await _body(receive)).decode("latin-1")).get("token", [""])[0]
        if self._is_token(scope, given.encode()):
            await _respond(send, 303, b"", [(b"location", b"/"), (b"set-cookie", self._cookie(scope))])
        else:
            await _refuse(scope, send, 401, _login_page(texts.WRONG_TOKEN), kind=HTML)

    def _is_token(self, scope: Scope, given: bytes) -> bool:
        """Whether it is the token; where too many were tried that were not, none is."""
        address = _address(scope)
        if self._attempts.spent(address):
            return False
        right = hmac.compare_digest(given, self._token)
        if not right:
            self._attempts.failed(address)
        return right

    def _secret(self) -> bytes:
        """What the cookie holds: proof of the token, not the token."""
        return hmac.new(self._token, b"assistant window cookie", hashlib.sha256).hexdigest().encode()

    def _cookie(self, scope: Scope) -> bytes:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        value = f"{COOKIE}={self._secret().decode()}; Path=/; Max-Age={COOKIE_DAYS * 86400}; HttpOnly; SameSite=Strict"
        return f"{value}{secure}".encode()


def _cookies(header: bytes) -> list[bytes]:
    """The values of our cookie. Others of this host come along, from any port and in any shape: they do not matter."""
    pairs = (part.strip().partition(b"=") for part in header.split(b";"))
    return [value.strip(b'"') for name, _, value in pairs if name == COOKIE.encode()]


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


async def _body(receive: Receive) -> bytes:
    """The request's body; nothing where it is longer than a login can be, or never ends."""
    body = b""
    while len(body) <= LONGEST_FORM:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body if len(body) <= LONGEST_FORM else b""
    return b""


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


async def _refuse(
    scope: Scope, send: Send, status: int, text: str, *, kind: bytes = PLAIN, more: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await _respond(send, status, text.encode(), [(b"content-type", kind), *more])


async def _respond(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    fresh = (b"cache-control", b"no-store")
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length, fresh, *HEADERS]})
    await send({"type": "http.response.body", "body": body})


def _login_page(trouble: str = "") -> str:
    """A form that asks for the token; it works without scripts.

    The page says where a request of it comes from, unlike all others: without that a browser sends the form with the
    origin `null`, which is refused (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    """
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="referrer" content="same-origin"><title>{escape(texts.NAME)}</title>'
        "<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;"
        "min-height:90vh;margin:0}main{width:min(22rem,90vw)}input,button{font:inherit;padding:.6rem .8rem;width:100%;"
        "box-sizing:border-box;margin-top:.6rem;border-radius:8px;border:1px solid #8885}"
        "button{background:#0f766e;color:#fff;border:0}h1{font-size:1.6rem;margin:0 0 .4rem}</style>"
        f"<main><h1>{escape(texts.LOCKED)}</h1><p{' role=alert' * bool(trouble)}>{escape(trouble or texts.LOCKED_HINT)}"
        '</p><form method="post" action="/"><input type="password" name="token" '
        f'aria-label="{escape(texts.TOKEN)}" autocomplete="current-password" autofocus required>'
        f"<button>{escape(texts.UNLOCK)}</button></form></main></html>"
    )
