"""The guard: what it lets in, what it turns away and how, and the headers of every answer."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import pytest

from assistant.ui import attempts, texts
from assistant.ui.guard import COOKIE, Guard, Message, Receive, Scope, Send, is_loopback

HOST = "127.0.0.1:7860"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers everything and sets a weaker policy of its own."""
    headers = [(b"content-type", b"text/plain"), (b"Content-Security-Policy", b"default-src *")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"the page"})


def ask(
    guard: Guard,
    path: str = "/",
    query: str = "",
    kind: str = "http",
    body: bytes | None = None,
    visitor: str = "10.0.0.9",
    **headers: str,
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request."""
    sent: list[Message] = []
    parts = [(body or b"")[:5], (body or b"")[5:]]
    given = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope: dict[str, Any] = {
        "type": kind,
        "method": "GET" if body is None else "POST",
        "client": (visitor, 40000),
        "scheme": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    if sent[0]["type"] == "websocket.close":
        return int(sent[0]["code"]), {}, b""
    found = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:])


def log_in(guard: Guard, token: str, **values: str) -> tuple[int, dict[str, str], bytes]:
    """What the form gets for a token."""
    return ask(guard, body=urlencode({"token": token}).encode(), **values)


def open_guard(**values: Any) -> Guard:
    return Guard(page, {"127.0.0.1", "localhost", "::1"}, **values)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:80", "[::1]:7860"])
def test_own_names_are_answered(host: str) -> None:
    assert ask(open_guard(), host=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:7860", "", "[::1", "10.0.0.1", "a@localhost.x"]
)
def test_other_names_are_not(host: str) -> None:
    assert ask(open_guard(), host=host)[0] == 421


def test_any_literal_address_is_answered_where_it_may_be_any() -> None:
    guard = open_guard(token="secret", any_address=True)
    assert ask(guard, path="/healthz", host="192.168.1.20:7860")[0] == 200
    assert ask(guard, path="/healthz", host="evil.example:7860")[0] == 421


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (f"http://{HOST}", 200),
        (f"https://{HOST}", 200),
        ("http://evil.example", 403),
        ("http://127.0.0.1:9999", 403),
        ("http://localhost:7860", 403),
        ("null", 403),
        ("", 403),
        (HOST, 403),
        (f"file://{HOST}", 403),
    ],
)
def test_only_pages_of_this_server_are_answered(origin: str, status: int) -> None:
    assert ask(open_guard(), origin=origin)[0] == status


def test_a_websocket_from_elsewhere_is_closed() -> None:
    assert ask(open_guard(), kind="websocket", origin="http://evil.example")[0] == 1008


def test_every_answer_carries_the_security_headers_once() -> None:
    for status, found, _ in (
        ask(open_guard()),
        ask(open_guard(), host="evil.example"),
        ask(open_guard(token="secret")),
    ):
        assert status in (200, 401, 421)
        assert "default-src 'self'" in found["content-security-policy"]
        assert "default-src *" not in found["content-security-policy"]
        assert found["x-content-type-options"] == "nosniff"
        assert found["referrer-policy"] == "no-referrer"


def test_without_the_token_nothing_but_the_health_is_answered() -> None:
    guard = open_guard(token="secret")
    status, found, body = ask(guard)
    assert status == 401 and b"<form" in body and b"the page" not in body and found["cache-control"] == "no-store"
    assert ask(guard, path="/gradio_api/mcp/")[0] == 401
    assert ask(guard, path="/healthz")[0] == 200
    assert ask(guard, path="/healthz/../config")[0] == 401


@pytest.mark.parametrize("bearer", ["Bearer secret", "bearer secret"])
def test_the_token_as_bearer_is_let_in(bearer: str) -> None:
    assert ask(open_guard(token="secret"), authorization=bearer)[0] == 200


@pytest.mark.parametrize("bearer", ["Bearer", "Bearer ", "Bearer wrong", "Basic secret", "secret", "Bearer sécret"])
def test_another_bearer_is_not(bearer: str) -> None:
    assert ask(open_guard(token="secret"), authorization=bearer)[0] == 401


@pytest.mark.parametrize("token", ["secret", "pässwörd & more"])
def test_the_token_in_the_form_becomes_a_cookie_that_lets_in(token: str) -> None:
    guard = open_guard(token=token)
    status, found, _ = log_in(guard, token, origin=f"http://{HOST}")
    assert status == 303 and found["location"] == "/"
    cookie = found["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and token not in cookie
    assert ask(guard, cookie=cookie.partition(";")[0])[0] == 200


@pytest.mark.parametrize("body", ["token=wrong", "token=", "", "token=secre", "token=secret2", "x" * 9000, "token=%ff"])
def test_a_wrong_token_in_the_form_sets_nothing(body: str) -> None:
    status, found, page = ask(open_guard(token="secret"), body=body.encode())
    assert status == 401 and "set-cookie" not in found and texts.WRONG_TOKEN.encode() in page


def test_the_token_never_stands_in_an_address() -> None:
    guard = open_guard(token="secret")
    status, found, page = ask(guard, query="token=secret")
    assert status == 401 and "set-cookie" not in found
    assert b'method="post"' in page and b'method="get"' not in page


def test_a_form_of_another_page_is_not_taken() -> None:
    assert log_in(open_guard(token="secret"), "secret", origin="http://evil.example")[0] == 403


@pytest.mark.parametrize("wrong", [{"body": b"token=wrong"}, {"authorization": "Bearer wrong"}])
def test_the_token_cannot_be_guessed_by_trying(wrong: dict[str, Any]) -> None:
    guard = open_guard(token="secret")
    cookie = log_in(guard, "secret")[1]["set-cookie"].partition(";")[0]
    assert 401 in {ask(guard, **wrong)[0] for _ in range(attempts.MOST)}
    status, found, _ = log_in(guard, "secret")
    assert status == 429 and int(found["retry-after"]) > 0
    assert ask(guard, authorization="Bearer secret")[0] == 429
    assert ask(guard, cookie=cookie)[0] == 200, "who is let in already stays"
    assert log_in(guard, "secret", visitor="10.0.0.10")[0] == 303, "another visitor is not made to wait"


def test_attempts_are_forgotten_after_a_while_and_never_fill_the_memory() -> None:
    now = [0.0]
    tried = attempts.Attempts(lambda: now[0])
    for _ in range(attempts.MOST):
        assert not tried.spent("a")
        tried.failed("a")
    assert tried.spent("a") and not tried.spent("b")
    now[0] += attempts.SECONDS
    assert not tried.spent("a")
    for number in range(3 * attempts.REMEMBERED):
        tried.failed(str(number))
    assert len(tried._failures) == attempts.REMEMBERED


@pytest.mark.parametrize("cookie", [f"{COOKIE}=", f"{COOKIE}=secret", "other=1", "\xff=\xfe", f"{COOKIE}=\xe9"])
def test_a_wrong_cookie_is_not_let_in(cookie: str) -> None:
    assert ask(open_guard(token="secret"), cookie=cookie)[0] == 401


@pytest.mark.parametrize(
    "other", ['x={"a":1}', "a[b]=1", "foo=bar baz", 'theme="dark', "=", "odd", "caf\xe9=\xe9", f"{COOKIE}=old", ""]
)
def test_cookies_of_other_programs_lock_nobody_out(other: str) -> None:
    guard = open_guard(token="secret")
    own = log_in(guard, "secret")[1]["set-cookie"].partition(";")[0]
    assert ask(guard, cookie=f"{other}; {own}")[0] == 200
    assert ask(guard, cookie=f"{own}; {other}")[0] == 200


def test_loopback() -> None:
    assert is_loopback("127.0.0.1") and is_loopback("127.9.9.9") and is_loopback("::1") and is_loopback("localhost")
    assert not is_loopback("0.0.0.0") and not is_loopback("::") and not is_loopback("192.168.1.1")
    assert not is_loopback("example.org") and not is_loopback("")
