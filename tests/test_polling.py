"""The feeds polled in the background: soon, by one process alone, whatever goes wrong, and not after the end."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import polling
from index.catalogue import Database
from index.following import Subscriptions
from index.polling import FeedPoller
from tests.servers import Server, served
from tests.test_following import RSS, feed, item, make_due, subscriptions, texts
from tests.test_watching import still, until


@pytest.fixture
def server() -> Iterator[Server]:
    with served() as server:
        yield server


@pytest.fixture
def library(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Subscriptions]:
    monkeypatch.setattr(polling, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(polling, "RETRY_SECONDS", 0.1)
    database = Database(tmp_path / "library.sqlite3")
    library = subscriptions(database)
    library.feeds.follow(server.says("/feed", feed(item(1)), RSS))
    yield library
    database.close()


def held(library: Subscriptions) -> int:
    return len(texts(library.feeds.database))


def test_a_feed_is_polled_when_it_is_due_and_by_one_process_alone(
    server: Server, library: Subscriptions, tmp_path: Path
) -> None:
    def asked() -> int:
        return [path for path, _ in server.asked].count("/feed")

    one, two = (FeedPoller(library, tmp_path / "lock", 30) for _ in range(2))
    one.start()
    until(lambda: held(library) == 1)
    two.start()
    library.feeds.follow(server.says("/other", feed(item(2)), RSS))
    until(lambda: held(library) == 2)
    assert still(lambda: asked() == 1, 0.3)
    server.pause = 0.5  # time enough for the other one to ask too
    make_due(library)
    until(lambda: asked() == 2)
    assert still(lambda: asked() == 2, 1.5)
    server.pause = 0
    one.close()
    make_due(library)
    until(lambda: asked() == 3)
    two.close()


def test_with_no_minutes_each_feed_is_asked_once(server: Server, library: Subscriptions, tmp_path: Path) -> None:
    poller = FeedPoller(library, tmp_path / "lock", 0)
    poller.start()
    until(lambda: held(library) == 1)
    asked = len(server.asked)
    make_due(library)
    assert still(lambda: len(server.asked) == asked, 0.3)
    poller.close()


def test_polling_outlives_what_goes_wrong(
    library: Subscriptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, failed = library.poll_due, list[bool]()

    def failing(*arguments: object) -> object:
        if len(failed) < 2:
            failed.append(True)
            raise MemoryError
        return due(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(library, "poll_due", failing)
    poller = FeedPoller(library, tmp_path / "lock", 30)
    poller.start()
    until(lambda: held(library) == 1)
    assert len(failed) == 2
    poller.close()


def test_a_server_that_takes_its_time_does_not_hold_up_the_end(
    server: Server, library: Subscriptions, tmp_path: Path
) -> None:
    server.pause = 2.0
    poller = FeedPoller(library, tmp_path / "lock", 30)
    poller.start()
    until(lambda: server.asked != [])
    began = time.monotonic()
    poller.close()
    assert time.monotonic() - began < 1
    time.sleep(2.2)
    assert held(library) == 0 and library.feeds.all()[0].polled is None
