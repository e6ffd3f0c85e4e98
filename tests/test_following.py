"""Followed feeds, from a real server on this machine: what is new comes once, what changed is replaced."""

import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index import connecting, following
from index.catalogue import GONE, Catalogue, Database, FeedRecord, Feeds, Files, Revisions
from index.following import Subscriptions, is_due
from index.schema import FeedError, NotText, Outcome
from index.synchronise import Synchroniser
from tests.samples import PAGE, SECOND, TEXT
from tests.servers import HTML, Server, served
from tests.test_feed import CONTENT

RSS = {"Content-Type": "application/rss+xml", "ETag": '"1"'}


def story(number: int) -> str:
    return (
        f"The council of town {number} met on Monday and voted to reopen pier {number} after a long winter. "
        f"Ferry {number} is to call there twice a day, and its tickets are sold by the harbour office of the town."
    )


def item(number: int, text: str = "", link: str = "") -> str:
    content = f"<content:encoded><![CDATA[<p>{text or story(number)}</p>]]></content:encoded>"
    return (
        f"<item><title>Pier {number}</title><guid isPermaLink='false'>id-{number}</guid>"
        f"<link>{link or f'/{number}'}</link>{content if not link else '<description>Short.</description>'}</item>"
    )


def feed(*items: str) -> str:
    title = "<title>Harbour News</title>"
    return f'<rss version="2.0" xmlns:content="{CONTENT}"><channel>{title}{"".join(items)}</channel></rss>'


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "library.sqlite3")
    yield database
    database.close()


def subscriptions(database: Database, *, allow_private: bool = True) -> Subscriptions:
    synchroniser = Synchroniser(Catalogue(database), Files(database), allow_private)
    return Subscriptions(synchroniser, Feeds(database), allow_private)


@pytest.fixture
def library(database: Database) -> Subscriptions:
    return subscriptions(database)


def kinds(outcomes: Iterator[Outcome]) -> list[str]:
    return [outcome.kind for outcome in outcomes]


def texts(database: Database) -> list[str]:
    catalogue = Catalogue(database)
    return sorted(article.text for article in catalogue.by_id(row.id for row in catalogue.rows()).values())


def state(library: Subscriptions) -> FeedRecord:
    (record,) = library.feeds.all()
    return record


def test_a_feed_is_taken_in_once_and_asked_for_by_its_version(
    server: Server, library: Subscriptions, database: Database
) -> None:
    url = server.says("/feed", feed(item(1), item(2)), {**RSS, "Last-Modified": "Mon, 19 Jun 2023 10:00:00 GMT"})
    assert kinds(library.subscribe(url)) == ["added", "added"]
    assert texts(database) == [story(1), story(2)]
    article = Catalogue(database).by_id(row.id for row in Catalogue(database).rows()).popitem()[1]
    assert article.source == "Harbour News" and article.url.startswith(server.url)
    assert kinds(library.poll_all()) == ["unchanged"]
    asked = server.asked[-1][1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"1"', "Mon, 19 Jun 2023 10:00:00 GMT")
    assert (state(library).title, state(library).trouble, state(library).pending) == ("Harbour News", "", 0)
    server.says("/feed", feed(item(3), item(1), item(2)), {**RSS, "ETag": '"2"'})
    assert kinds(library.poll_all()) == ["added"]
    server.says("/feed", feed(item(3)), {**RSS, "ETag": '"3"'})  # what leaves a feed stays in the library
    assert kinds(library.poll_all()) == ["unchanged"]
    assert len(texts(database)) == 3


def test_where_a_feed_has_no_full_text_its_pages_are_fetched(
    server: Server, library: Subscriptions, database: Database
) -> None:
    facts = "<author>Ann Lee</author><pubDate>Mon, 19 Jun 2023 10:00:00 GMT</pubDate><link>"
    entry = item(1, link=server.says("/pier", PAGE)).replace("<link>", facts)
    url = server.says("/feed", feed(entry), RSS)
    assert kinds(library.subscribe(url)) == ["added"]
    (row,) = Catalogue(database).rows()
    assert (row.title, row.author, str(row.published)) == ("Pier reopens", "Ann Lee", "2023-06-19")
    assert texts(database) == [TEXT]
    assert [path for path, _ in server.asked].count("/robots.txt") == 1


def test_a_paper_has_one_name_whether_the_feed_or_the_page_has_the_text(
    server: Server, library: Subscriptions, database: Database
) -> None:
    page = PAGE.replace("<title>", '<meta property="og:site_name" content="The Harbour Herald"><title>')

    def named(number: int, *items: str) -> list[str]:
        outcomes = list(library.subscribe(server.says(f"/feed{number}", feed(*items), RSS)))
        found = Catalogue(database).by_id(each.article_id for each in outcomes)
        return [found[each.article_id].source for each in outcomes]

    brief = [item(number, link=server.says(f"/page{number}", page.replace(SECOND, story(number)))) for number in (1, 2)]
    assert named(1, brief[0]) == ["The Harbour Herald"], "a feed of summaries may be called after a part of its paper"
    assert named(2, brief[1], item(3)) == ["Harbour News", "Harbour News"]
    elsewhere = item(4).replace("<link>", "<link>https://harbour.example")
    third = item(5, link=server.says("/page5", page.replace(SECOND, story(5))))
    assert named(3, third, elsewhere) == ["The Harbour Herald", "Harbour News"], "a feed of many papers"


def test_an_entry_that_changed_replaces_its_article(server: Server, library: Subscriptions, database: Database) -> None:
    url = server.says("/feed", feed(item(1), item(2)), RSS)
    first = next(library.subscribe(url)).article_id
    list(library.poll_all())
    server.says("/feed", feed(item(1, story(11)), item(2)), {**RSS, "ETag": '"2"'})
    (outcome,) = library.poll_all()
    assert outcome.kind == "replaced" and texts(database) == [story(11), story(2)]
    assert Revisions(database).of([first])[first].successor == outcome.article_id
    server.says("/feed", feed(item(1, f"<b>{story(11)}</b>"), item(2)), {**RSS, "ETag": '"3"'})
    assert kinds(library.poll_all()) == ["unchanged"]


def test_an_article_that_was_removed_stays_removed(server: Server, library: Subscriptions, database: Database) -> None:
    url = server.says("/feed", feed(item(1), item(2)), RSS)
    removed = next(iter(list(library.subscribe(url)))).article_id
    synchroniser = Synchroniser(Catalogue(database), Files(database))
    article = synchroniser.catalogue.article(removed)
    synchroniser.remove(removed)
    for version, text in (("2", ""), ("3", story(11))):
        server.says("/feed", feed(item(1, text), item(2), item(int(version) + 1)), {**RSS, "ETag": version})
        assert kinds(library.poll_all()) == ["added"]
    assert not any("pier 1 " in text or "pier 11 " in text for text in texts(database))
    assert article is not None
    synchroniser.put_back(article)  # and as an article of its feed
    server.says("/feed", feed(item(1, story(12)), item(2)), {**RSS, "ETag": '"4"'})
    assert kinds(library.poll_all()) == ["replaced"]
    assert story(1) not in texts(database)


def test_a_feed_does_not_hold_what_was_removed_by_hand(
    server: Server, library: Subscriptions, database: Database, tmp_path: Path
) -> None:
    list(library.subscribe(server.says("/feed", feed(item(1)), RSS)))
    synchroniser = Synchroniser(Catalogue(database), Files(database))
    synchroniser.remove(Catalogue(database).rows()[0].id)
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"{number}.txt").write_text(story(number))
    assert kinds(synchroniser.apply(synchroniser.plan(folder))) == ["added", "added"]
    (folder / "1.txt").unlink()
    assert kinds(synchroniser.apply(synchroniser.plan(folder))) == ["removed"]
    assert texts(database) == [story(2)]


def test_what_is_removed_with_its_feed_goes_at_once(server: Server, library: Subscriptions, database: Database) -> None:
    url = server.says("/feed", feed(item(1), item(2), item(3)), RSS)
    list(library.subscribe(url))
    assert next(library.unsubscribe(url, remove=True)).kind == "removed"  # and breaks off
    assert texts(database) == []


def test_an_article_of_two_feeds_goes_with_the_second(
    server: Server, library: Subscriptions, database: Database
) -> None:
    one, two = server.says("/one", feed(item(1), item(2)), RSS), server.says("/two", feed(item(2), item(3)), RSS)
    for url in (one, two):
        list(library.subscribe(url))
    assert len(texts(database)) == 3
    assert kinds(library.unsubscribe(one, remove=True)) == ["removed"]
    assert texts(database) == [story(2), story(3)]
    assert kinds(library.unsubscribe(two)) == []
    assert texts(database) == [story(2), story(3)] and library.feeds.all() == []
    with pytest.raises(FeedError, match="not followed"):
        list(library.unsubscribe(two))
    list(library.subscribe(two))
    assert kinds(library.unsubscribe(two, remove=True)) == []  # they were left to stay, whatever becomes of the feed
    assert len(texts(database)) == 2


def test_what_was_uploaded_too_stays(server: Server, library: Subscriptions, database: Database) -> None:
    synchroniser = Synchroniser(Catalogue(database), Files(database))
    synchroniser.add_bytes(story(1).encode(), "upload.txt")
    url = server.says("/feed", feed(item(1)), RSS)
    assert kinds(library.subscribe(url)) in (["added"], ["unchanged"])  # its title and source are news
    list(library.unsubscribe(url, remove=True))
    assert texts(database) == [story(1)]


def test_pages_that_fail_are_tried_again_and_left_after_three_times(
    server: Server, library: Subscriptions, database: Database
) -> None:
    url = server.says("/feed", feed(item(1, link="/gone"), item(2)), RSS)
    assert kinds(library.subscribe(url)) == ["failed", "added"]
    assert (state(library).pending, state(library).unread, state(library).etag) == (1, 1, "")
    assert "404" in state(library).reason
    assert kinds(library.poll_all()) == ["failed"]
    assert "If-None-Match" not in server.asked[-3][1]
    assert kinds(library.poll_all()) == ["failed"]
    assert (state(library).pending, state(library).unread, state(library).etag) == (0, 1, '"1"')
    assert kinds(library.poll_all()) == ["unchanged"]
    server.says("/gone", PAGE)
    server.says("/feed", feed(item(1, link="/gone").replace("Short", "Mended"), item(2)), {**RSS, "ETag": '"2"'})
    assert kinds(library.poll_all()) == ["added"]
    assert state(library).unread == 0
    server.says("/feed", feed(item(3, link="/missing")), {**RSS, "ETag": '"3"'})
    list(library.poll_all())
    server.says("/feed", feed(item(2)), {**RSS, "ETag": '"4"'})  # what cannot be read is forgotten when it left
    list(library.poll_all())
    assert state(library).unread == 0


def test_an_entry_that_nobody_can_read_stops_no_other(
    server: Server, library: Subscriptions, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = item(1).replace("/1<", "https://xn--/<")
    nameless = feed(odd, item(2)).replace("Harbour News", "")
    assert kinds(library.subscribe(server.says("/feed", nameless, RSS))) == ["added", "added"]
    assert {row.source for row in Catalogue(database).rows()} == {"xn--", "127.0.0.1"}
    read = following._article

    def odd_article(asker: Any, entry: Any) -> Any:
        if "6" in entry.title:
            raise RecursionError("nobody foresaw this")
        return read(asker, entry)

    monkeypatch.setattr(following, "_article", odd_article)
    failed, added = library.subscribe(server.says("/other", feed(item(6), item(7)), RSS))
    assert (failed.kind, added.kind) == ("failed", "added") and "RecursionError" in failed.reason


def test_only_so_many_pages_are_fetched_at_once(
    server: Server, library: Subscriptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAGES_AT_ONCE", 2)
    for number in range(5):
        server.says(f"/page/{number}", PAGE.replace(SECOND, story(number)))
    url = server.says("/feed", feed(*(item(number, link=f"/page/{number}") for number in range(5))), RSS)
    counted = [(kinds(library.subscribe(url)), state(library).pending)]
    counted += [(kinds(library.poll_all()), state(library).pending) for _ in range(3)]
    assert counted == [(["added"] * 2, 3), (["added"] * 2, 1), (["added"], 0), (["unchanged"], 0)]


def test_a_feed_whose_pages_take_long_waits_for_its_next_turn(
    server: Server, library: Subscriptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SECONDS_AT_ONCE", -1.0)
    url = server.says("/feed", feed(item(1, link=server.says("/pier", PAGE)), item(2)), RSS)
    assert kinds(library.subscribe(url)) == ["added"] and state(library).pending == 1
    monkeypatch.undo()
    assert kinds(library.poll_all()) == ["added"] and state(library).pending == 0


def test_a_server_that_is_not_well_is_left_in_peace(server: Server, library: Subscriptions) -> None:
    url = server.says("/feed", feed(*(item(number, link=f"/page/{number}") for number in range(20))), RSS)
    assert kinds(library.subscribe(url)) == ["failed"] * following.FAILING_AT_ONCE
    assert state(library).pending == 20


def test_one_feed_that_fails_keeps_no_other_from_its_turn(
    server: Server, library: Subscriptions, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ["/gone", "/broken", "/page", "/huge", "/bomb", "/odd"]
    for path in (*paths, "/fine"):
        list(library.subscribe(server.says(path, feed(item(1)), RSS)))
    for path, body, status in (
        ("/gone", "", 410),
        ("/broken", "\0\1\2", 200),
        ("/page", PAGE, 200),
        ("/huge", b"<rss>" + bytes(11_000_000), 200),
        ("/bomb", '<!DOCTYPE a [<!ENTITY a "aaaa">]>' + feed(item(1, "&a;")), 200),
        ("/odd", feed("odd"), 200),
        ("/fine", feed(item(1), item(2)), 200),
    ):
        server.says(path, body, {"Content-Type": "application/rss+xml"}, status)
    read = following.read_feed

    def odd(data: bytes, *rest: Any) -> Any:
        if b"odd" in data:
            raise RecursionError("nobody foresaw this")
        return read(data, *rest)

    monkeypatch.setattr(following, "read_feed", odd)
    assert kinds(library.poll_all()) == ["failed"] * 6 + ["added"]
    reasons = [record.trouble for record in library.feeds.all()]
    words = ["gone for good", "no feed", "no feed", "more than", "entities of its own", "RecursionError", ""]
    assert all(word in reason for word, reason in zip(words, reasons, strict=True)), reasons
    assert [record.failures for record in library.feeds.all()] == [GONE] + [1] * 5 + [0]
    far = datetime.now(UTC) + timedelta(days=9)
    assert [is_due(record, 30, far) for record in library.feeds.all()] == [False] + [True] * 6
    assert "`assistant sync` alone" in library.feeds.all()[0].trouble
    server.says("/gone", feed(item(1)), RSS)
    list(library.poll_all())
    assert library.feeds.all()[0].trouble == "" and is_due(library.feeds.all()[0], 30, far)


def test_the_page_of_a_feed_leads_to_it(server: Server, library: Subscriptions) -> None:
    server.says("/feed", feed(item(1)), RSS)
    named = '<link rel="alternate" type="application/rss+xml" href="/feed"></head>'
    assert kinds(library.subscribe(server.says("/", PAGE.replace("</head>", named)))) == ["added"]
    assert state(library).url == f"{server.url}/feed"
    for typed in (f"{server.url}/", f"{server.url}/feed#top"):  # as either can be typed
        assert kinds(library.unsubscribe(typed)) == [] and library.feeds.all() == []
        list(library.subscribe(typed))
    for address in (
        server.says("/page", PAGE),
        f"{server.url}/none",
        "file:///etc/passwd",
        "https://",
        "nonsense:",
        "http://[",
    ):
        (outcome,) = library.subscribe(address)
        assert outcome.kind == "failed" and outcome.reason.endswith(".")
    assert len(library.feeds.all()) == 1


def test_a_feed_of_ones_own_network_is_refused_wherever_its_address_comes_from(
    server: Server, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = subscriptions(database, allow_private=False)
    secret = server.says("/secret", PAGE, {**HTML, "Connection": "close"})
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve(
        "127.0.0.1" if host == "harbour.example" else host, *rest, **more))  # fmt: skip
    outside = f"http://harbour.example:{server.server_port}"
    # The first name is one of the internet; where it leads to is not.
    public = connecting._CheckedBackend.connect_tcp

    def connect(self: Any, host: str, port: int, *rest: Any, **more: Any) -> Any:
        monkeypatch.setattr(connecting, "is_public", lambda address: host == "harbour.example")
        return public(self, host, port, *rest, **more)

    monkeypatch.setattr(connecting._CheckedBackend, "connect_tcp", connect)
    server.says("/feed", "", {"Location": secret, "Connection": "close"}, 302)
    (outcome,) = library.subscribe(f"{outside}/feed")
    assert outcome.kind == "failed"
    assert outcome.reason == "“127.0.0.1” is an address of this machine or its network, and is not asked."
    server.says("/entries", feed(item(1, link=secret)), {**RSS, "Connection": "close"})
    (outcome,) = library.subscribe(f"{outside}/entries")
    assert outcome.kind == "failed" and "is not asked" in outcome.reason
    named = f'<link rel="alternate" type="application/rss+xml" href="{secret}"></head>'
    server.says("/names", PAGE.replace("</head>", named), {**HTML, "Connection": "close"})
    (outcome,) = library.subscribe(f"{outside}/names")
    assert outcome.kind == "failed" and "is not asked" in outcome.reason
    assert "/secret" not in [path for path, _ in server.asked]


def test_a_page_is_not_taken_for_a_feed_nor_a_feed_for_a_page(server: Server, database: Database) -> None:
    synchroniser = Synchroniser(Catalogue(database), Files(database), allow_private_addresses=True)
    for kind in ("application/rss+xml", "text/xml", "text/html", ""):
        outcome = synchroniser.add_url(server.says("/feed", feed(item(1)), {"Content-Type": kind}))
        assert outcome.kind == "failed" and "is a feed, no page: follow it" in outcome.reason


def test_a_list_of_feeds_is_followed_and_each_outcome_told(server: Server, library: Subscriptions) -> None:
    fine, broken = server.says("/fine", feed(item(1)), RSS), server.says("/broken", "<p>")
    outlines = (
        f'<outline text="a"><outline xmlUrl="{fine}"/><outline xmlUrl="{broken}"/></outline><outline xmlUrl="{fine}"/>'
    )
    outcomes = list(library.subscribe_all(f"<opml><body>{outlines}</body></opml>".encode(), "feeds.opml"))
    assert [(outcome.kind, outcome.name) for outcome in outcomes] == [("added", f"{server.url}/1"), ("failed", broken)]
    assert [record.url for record in library.feeds.all()] == [fine, broken]
    with pytest.raises(NotText, match="no list of feeds"):
        list(library.subscribe_all(b"<opml/>", "feeds.opml"))


def test_what_may_not_be_asked_is_not_followed_and_its_password_told_nowhere(library: Subscriptions) -> None:
    secret = "https://me:p@ss:secret@feeds.example/feed"
    outlines = f'<outline xmlUrl="{secret}"/><outline xmlUrl="file:///etc/passwd"/><outline xmlUrl="https://"/>'
    listed = f"<opml><body>{outlines}</body></opml>".encode()
    outcomes = [*library.subscribe_all(listed, "a.opml"), *library.follow_all(listed, "a.opml")]
    outcomes += library.subscribe(secret)
    assert [outcome.kind for outcome in outcomes] == ["failed"] * 7 and library.feeds.all() == []
    assert not any("secret" in outcome.name + outcome.reason for outcome in outcomes)
    assert "name and password" in outcomes[0].reason and "no address of the web" in outcomes[1].reason


def test_a_feed_is_due_after_its_time_and_less_often_while_it_fails() -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)

    def due(minutes: float, failures: int = 0) -> bool:
        return is_due(FeedRecord("", polled=now - timedelta(minutes=minutes), failures=failures), 30, now)

    assert is_due(FeedRecord(""), 30, now)
    assert not due(29) and due(30)
    assert not due(59, failures=1) and due(60, failures=1) and not due(200, failures=3)
    assert due(24 * 60, failures=1000) and not due(23 * 60, failures=1000)
    assert due(-5)  # the clock was set back
    assert is_due(FeedRecord(""), 0, now) and not is_due(FeedRecord("", polled=now - timedelta(days=9)), 0, now)


def make_due(library: Subscriptions) -> None:
    """An hour goes by."""
    earlier = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    with library.feeds.database.transaction() as connection:
        connection.execute("UPDATE feeds SET polled = ?", (earlier,))


def test_only_what_is_due_is_asked(server: Server, library: Subscriptions) -> None:
    list(library.subscribe(server.says("/feed", feed(item(1)), RSS)))
    asked = len(server.asked)
    assert kinds(library.poll_due(30, lambda: False)) == [] and len(server.asked) == asked
    make_due(library)
    assert kinds(library.poll_due(30, lambda: True)) == [] and len(server.asked) == asked
    assert kinds(library.poll_due(30, lambda: False)) == ["unchanged"] and len(server.asked) == asked + 2


def changing(server: Server, count: int) -> str:
    """A feed of so many entries whose pages say another thing whenever they are asked, as those with counters do."""
    for number in range(count):
        server.says(f"/page/{number}", PAGE.replace(SECOND, story(number)))
    return server.says("/feed", feed(*(item(number, link=f"/page/{number}") for number in range(count))), RSS)


def test_two_who_take_a_feed_in_at_once_leave_no_article_that_nothing_holds(
    server: Server, library: Subscriptions, database: Database
) -> None:
    url = changing(server, 3)
    library.feeds.follow(url)
    outcomes = library.poll_all()
    other = Subscriptions(Synchroniser(Catalogue(database), Files(database), True), library.feeds, True)
    assert next(outcomes).kind == "added"  # of the first entry; nothing of the second is known
    for number in range(3):
        server.says(f"/page/{number}", PAGE.replace(SECOND, story(10 + number)))
    assert kinds(other.poll_all()) == ["added", "added"]
    (last,) = outcomes
    assert (last.kind, last.name) == ("skipped", url)
    assert is_due(state(library), 30, datetime.now(UTC)) is False and state(library).trouble == ""
    held = {entry.article_id for entry in library.feeds.entries(url).values()}
    assert held == {row.id for row in Catalogue(database).rows()} and len(held) == 3
    list(library.unsubscribe(url, remove=True))
    assert texts(database) == []


def test_a_feed_that_is_being_followed_is_not_polled_meanwhile(server: Server, library: Subscriptions) -> None:
    outcomes = library.subscribe(changing(server, 2))
    assert next(outcomes).kind == "added"
    assert kinds(library.poll_due(30, lambda: False)) == []
    assert kinds(outcomes) == ["added"]


def test_a_feed_followed_no_longer_while_it_is_taken_in_leaves_nothing(
    server: Server, library: Subscriptions, database: Database
) -> None:
    outcomes = library.subscribe(server.says("/feed", feed(item(1), item(2)), RSS))
    assert next(outcomes).kind == "added"
    list(library.unsubscribe(state(library).url, remove=True))
    assert kinds(outcomes) == [] and texts(database) == [] and library.feeds.all() == []


def follow(folder: Path, url: str) -> None:
    """What the process that is killed does."""
    database = Database(folder / "library.sqlite3")
    list(subscriptions(database).subscribe(url))
    database.close()


def test_a_run_that_was_killed_is_made_up_for(
    server: Server, library: Subscriptions, database: Database, tmp_path: Path
) -> None:
    items = []
    for number in range(12):
        server.says(f"/page/{number}", PAGE.replace(SECOND, story(number)))
        items += [item(number, link=f"/page/{number}"), item(100 + number)]
    url = server.says("/feed", feed(*items), RSS)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    for seen in (3, 5):
        process = context.Process(target=follow, args=(tmp_path, url))
        process.start()
        while sum(path.startswith("/page/") for path, _ in server.asked) < seen and process.is_alive():
            time.sleep(0.005)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert state(library).etag == ""
    held = len(texts(database))
    assert 0 < held < 24
    assert kinds(library.poll_all()) == ["added"] * (24 - held)
    assert state(library).etag == '"1"' and len(texts(database)) == 24
    fetched = [path for path, _ in server.asked if path.startswith("/page/")]
    assert len(fetched) <= 12 + 2, "what was taken in is not fetched again"


def test_nothing_is_written_once_it_is_to_stop(server: Server, library: Subscriptions, database: Database) -> None:
    stop = threading.Event()
    library.feeds.follow(server.says("/feed", feed(item(1), item(2), item(3)), RSS))
    outcomes = library.poll_due(30, stop.is_set)
    assert next(outcomes).kind == "added"
    stop.set()
    assert kinds(outcomes) == [] and len(texts(database)) == 1
    assert state(library).polled is None  # so that it is due
