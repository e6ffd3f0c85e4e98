"""Pages on the web, from a real server on this machine: read politely, in bounds, and never of a private network."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index import asking, connecting, web
from index.catalogue import Catalogue, Database, Files
from index.connecting import is_public
from index.schema import Article, ReadingError, TooLarge, Unreachable, UnsupportedFormat
from index.synchronise import Synchroniser
from index.web import completed, fetch
from tests.samples import FIRST, PAGE, PDF, SECOND, TEXT
from tests.servers import HTML, Server, hung, served


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.fixture
def library(tmp_path: Path) -> Synchroniser:
    database = Database(tmp_path / "library.sqlite3")
    return Synchroniser(Catalogue(database), Files(database), allow_private_addresses=True)


def got(url: str) -> web.Page:
    page = fetch(url, allow_private=True)
    assert page is not None
    return page


def refusal(url: str, words: str, leaf: type[ReadingError] = Unreachable, *, allow_private: bool = False) -> None:
    with pytest.raises(leaf, match=words) as refused:
        fetch(url, allow_private=allow_private)
    assert refused.value.hint and str(refused.value).endswith(".") and str(refused.value).isprintable()


def test_a_page_becomes_an_article_with_its_address(server: Server) -> None:
    article = got(server.says("/pier", PAGE)).read()
    assert (article.title, article.text, article.url) == ("Pier reopens", TEXT, f"{server.url}/pier")
    assert (article.source, article.path) == ("127.0.0.1", "")
    canonical = PAGE.replace("</head>", '<link rel="canonical" href="https://harbour.example/pier"></head>')
    assert got(server.says("/pier?from=feed", canonical)).read().url == "https://harbour.example/pier"
    assert server.asked[-1][1]["User-Agent"] == "article-assistant"


@pytest.mark.parametrize("stated", ["javascript:alert(1)", "http://[", "//", "file:///a"])
def test_an_address_that_is_none_is_not_kept(server: Server, stated: str) -> None:
    body = PAGE.replace("</head>", f'<link rel="canonical" href="{stated}"></head>')
    assert got(server.says("/pier", body)).read().url.startswith(server.url)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/plain; charset=latin-1", "Café. ".encode("latin-1") + TEXT.encode()), ("application/pdf", PDF),
     ("text/html; charset=cp1251", PAGE.replace("Ferries", "Паромы").encode("cp1251")), ("", PAGE.encode()),
     ("text/html", gzip.compress(PAGE.encode()))],
)  # fmt: skip
def test_other_kinds_of_pages(server: Server, kind: str, body: bytes) -> None:
    packed = {"Content-Encoding": "gzip"} if body.startswith(b"\x1f\x8b") else {}
    text = got(server.says("/a", body, {"Content-Type": kind, **packed})).read().text
    assert FIRST in text
    assert ("Café" in text) == ("latin" in kind) and ("Паромы" in text) == ("1251" in kind)


def test_redirects_are_followed_to_their_end(server: Server) -> None:
    server.leads("/a", "/b")
    server.leads("/b", server.says("/c", PAGE))
    assert got(f"{server.url}/a").url == f"{server.url}/c"
    server.leads("/round", "/round")
    refusal(f"{server.url}/round", "without end", allow_private=True)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/b"])
def test_a_redirect_out_of_the_web_is_refused(server: Server, target: str) -> None:
    refusal(server.leads("/a", target), "no address of the web|cannot be reached", allow_private=True)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example", "https://", "gopher://x", "http://a b/", "://"]
)
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    refusal(url, "no address|cannot be reached")
    refusal("https://user:secret@a.example/", "password")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "[fd00::1]",
     "[fec0::1]",
     "0.0.0.0", "[::ffff:127.0.0.1]", "224.0.0.1", "240.0.0.1", "100.64.0.1", "2130706433", "0x7f.1", "localhost"],
)  # fmt: skip
def test_addresses_of_ones_own_network_are_refused(host: str) -> None:
    refusal(f"http://{host}:9/", "is not asked")


@pytest.mark.parametrize(
    "address", ["64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "::", "255.255.255.255", "192.0.2.1"]
)
def test_an_address_within_another_is_seen(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.215.14") and is_public("2606:4700::1111")


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Have every name mean these addresses, one after the other; the names that were asked for."""
    resolve, names, left = socket.getaddrinfo, list[str](), list(answers)

    def answer(host: str, *arguments: Any, **options: Any) -> Any:
        if host.replace(".", "").isdigit():
            return resolve(host, *arguments, **options)
        names.append(host)
        return resolve(left.pop(0) if len(left) > 1 else left[0], *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return names


def test_a_name_of_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    resolving(monkeypatch, "127.0.0.1")
    refusal(f"http://harbour.example:{server.server_port}/", "“harbour.example” is an address of this machine")
    assert server.asked == []


def test_a_name_that_changes_its_meaning_is_connected_to_what_was_checked(
    monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    names = resolving(monkeypatch, "93.184.215.14", "127.0.0.1")
    connected = list[str]()

    class Recording:
        def connect_tcp(self, host: str, *_: Any, **__: Any) -> Any:
            connected.append(host)
            raise connecting.httpcore.ConnectError("recorded")

    monkeypatch.setattr(connecting.httpcore, "SyncBackend", Recording)
    refusal(f"http://harbour.example:{server.server_port}/", "recorded")
    assert (names, connected) == (["harbour.example"], ["93.184.215.14"])
    refusal(f"http://harbour.example:{server.server_port}/", "is an address of this machine")
    assert connected == ["93.184.215.14"]


def test_a_redirect_into_ones_own_network_is_refused(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    secret = server.says("/secret", PAGE)
    outside = server.leads("/a", secret)
    monkeypatch.setattr(connecting, "is_public", lambda address: len(server.asked) < 2)  # robots.txt and the first page
    monkeypatch.setattr(server, "answers", {"/a": (302, {"Location": secret, "Connection": "close"}, b"")})
    refusal(outside, "is an address of this machine")
    assert "/secret" not in [path for path, _ in server.asked]


def test_tls_is_asked_for_the_name_and_not_for_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        heard = list[bytes]()

        def hear() -> None:
            connection, _ = listening.accept()
            with connection:
                heard.append(connection.recv(4096))

        thread = threading.Thread(target=hear)
        thread.start()
        refusal(f"https://harbour.example:{listening.getsockname()[1]}/", "cannot be reached", allow_private=True)
        thread.join()
    assert b"harbour.example" in heard[0]


def test_robots_txt_is_respected(server: Server) -> None:
    page = server.says("/private/a", PAGE)
    server.says("/robots.txt", "User-agent: *\nDisallow: /private/\n", {"Content-Type": "text/plain"})
    refusal(page, "robots.txt", allow_private=True)
    assert [path for path, _ in server.asked] == ["/robots.txt"]
    refusal(server.leads("/open", "/private/a"), "robots.txt", allow_private=True)
    server.says("/robots.txt", "User-agent: article-assistant\nAllow: /\n\nUser-agent: *\nDisallow: /\n")
    assert got(page).data
    server.says("/robots.txt", "", status=503)
    refusal(page, "robots.txt", allow_private=True)


def test_what_is_too_large_is_refused_while_it_comes(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 100_000)
    refusal(server.says("/a", bytes(200_000)), "more than 100,000 bytes", TooLarge, allow_private=True)
    bomb = gzip.compress(bytes(50_000_000))
    unpacking = {**HTML, "Content-Encoding": "gzip"}
    refusal(server.says("/b", bomb, unpacking), "more than 100,000 bytes", TooLarge, allow_private=True)
    refusal(server.says("/c", b"x", {**HTML, "Content-Encoding": "br"}), "not asked for", allow_private=True)


def test_a_server_that_takes_its_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MAX_SECONDS", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                try:
                    while True:
                        connection.send(b"H")
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        refusal(f"http://127.0.0.1:{listening.getsockname()[1]}/", "in time|cannot be reached", allow_private=True)
        assert time.monotonic() - began < 3
        thread.join()


def test_nothing_is_waited_for_once_the_program_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names, released = socket.getaddrinfo, threading.Event()

    def slow(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "slow.example":
            released.wait(20)
        return names(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    database = Database(tmp_path / "library.sqlite3")
    with hung() as address:
        for url in (address, "http://slow.example/page"):
            began = time.monotonic()
            library = Synchroniser(Catalogue(database), Files(database), True, lambda: time.monotonic() > began + 0.3)  # noqa: B023
            outcome = library.add_url(url)
            assert outcome.kind == "failed" and "the program ends" in outcome.reason
            assert time.monotonic() - began < 3
    released.set()
    database.close()


def test_other_answers_are_told(server: Server) -> None:
    refusal(f"{server.url}/gone", "answers 404", allow_private=True)
    refusal(server.says("/a.png", b"\x89PNG", {"Content-Type": "image/png"}), "image/png", UnsupportedFormat,
            allow_private=True)  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    refusal(f"http://127.0.0.1:{port}/", "cannot be reached", allow_private=True)


def test_a_page_is_added_once_and_replaced_when_it_changes(server: Server, library: Synchroniser) -> None:
    url = server.says("/pier", PAGE, {**HTML, "ETag": '"1"'})
    first = library.add_url(url)
    assert (first.kind, library.add_url(url)) == ("added", library.add_url(url))
    assert library.add_url(url).kind == "unchanged" and server.asked[-1][1]["If-None-Match"] == '"1"'
    server.says("/pier", PAGE.replace(SECOND, "It was closed again on Tuesday, since the piles had given way."), HTML)
    assert [library.add_url(url).kind for _ in range(2)] == ["replaced", "unchanged"]
    assert library.catalogue.count() == 1 and library.catalogue.article(first.article_id) is None
    library.remove(library.catalogue.rows()[0].id)
    assert library.files.page(url) is None
    assert library.add_url(url).kind == "added"
    assert library.add_url(f"{server.url}/gone").kind == "failed"


def test_a_page_that_changed_leaves_what_was_uploaded_or_is_a_file(
    server: Server, library: Synchroniser, tmp_path: Path
) -> None:
    url = server.says("/pier", PAGE)
    article_id = library.add_url(url).article_id
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    assert [outcome.article_id for outcome in library.add([path])] == [article_id]
    server.says("/pier", PAGE.replace("Monday", "Tuesday"))
    assert library.add_url(url).kind == "replaced"
    assert library.catalogue.article(article_id) is not None


def test_by_default_nothing_private_is_asked(server: Server, library: Synchroniser) -> None:
    outcome = Synchroniser(library.catalogue, library.files).add_url(server.says("/pier", PAGE))
    assert outcome.kind == "failed" and "is not asked" in outcome.reason
    assert server.asked == []


def test_a_page_takes_nothing_away_that_is_on_record_of_its_words() -> None:
    page = Article("a", "Crane falls", "It fell.", source="127.0.0.1", url="http://127.0.0.1/crane")
    known = replace(page, source="Quay Gazette", author="Ann Lee", published=date(2026, 11, 24))
    assert completed(page, known) == known and completed(page, None) == page
    assert completed(replace(page, author="Ben Moor"), known).author == "Ben Moor"
