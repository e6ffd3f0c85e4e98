"""Feeds -> the catalogue: each entry becomes an article, of the feed's own text or of its page, in one transaction.

What was settled of an entry stands in the catalogue, and a feed counts as taken in, so that its server need not send it
again, only once all its entries are: a run that was killed is made up for by the next one.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from index.asking import Answer, Asker, check_address, host_of
from index.catalogue import GONE, Connection, EntryRecord, FeedRecord, Feeds
from index.formats.address import told, whole
from index.formats.feed import Entry, Feed, is_feed, read_feed
from index.formats.mended import MAX_XML
from index.formats.outline import KINDS, named_feed, outlined
from index.formats.text import shown
from index.parts import Part, foreseen
from index.schema import (
    Article,
    AssistantError,
    EmptyArticle,
    FeedError,
    Gone,
    NotText,
    Outcome,
    ReadingError,
    Stopped,
    never,
)
from index.synchronise import Synchroniser
from index.web import fetch_by

ATTEMPTS = 3  # to take in an entry, before it is left
PAGES_AT_ONCE = 50  # fetched for one feed, before the others have their turn
FAILING_AT_ONCE = 5  # pages that fail one after the other: the server is not well
SECONDS_AT_ONCE = 300.0  # for the pages of one feed
LONGEST = timedelta(days=1)  # between two looks at a feed that fails

_NO_MORE = "It is asked again by `assistant sync` alone."
_KINDS = (*KINDS, "application/xml;q=0.9", "text/xml;q=0.9", "application/json;q=0.8", "text/html;q=0.5")

logger = logging.getLogger(__name__)


class Subscriptions:
    """The feeds that a library follows, and the taking in of what is new in them."""

    def __init__(
        self, synchroniser: Synchroniser, feeds: Feeds, allow_private_addresses: bool = False, stopped: Stopped = never
    ) -> None:
        self.feeds = feeds
        self._stopped = stopped
        self._synchroniser = synchroniser
        self._allow_private_addresses = allow_private_addresses

    def subscribe(self, address: str) -> Iterator[Outcome]:
        """Follow a feed, or the one that the page at an address names, and take it in; fails where it is none."""
        asker = Asker(self._allow_private_addresses, self._stopped)
        try:
            url, answer = _found(asker, whole(address))
            feed = _read(answer)
        except ReadingError as error:
            yield Outcome(told(whole(address)), "failed", reason=str(error))
            return
        self.feeds.follow(url, asked=True)
        yield from self._take_in(asker, FeedRecord(url), answer, feed, self._stopped)

    def follow_all(self, data: bytes, name: str, asked: bool = False) -> Iterator[Outcome]:
        """Follow every feed of a list (OPML), which `index.polling` then takes in; what may not be asked fails.

        With `asked` the caller takes them in. Raises NotText or TooLarge where it is no such list.
        """
        for url in dict.fromkeys(map(whole, outlined(data, name))):
            try:
                check_address(url)
            except ReadingError as error:
                yield Outcome(told(url), "failed", reason=str(error))
                continue
            known = self.feeds.at(url) is not None
            self.feeds.follow(url, asked)
            yield Outcome(url, "unchanged" if known else "followed")

    def subscribe_all(self, data: bytes, name: str) -> Iterator[Outcome]:
        """The same, and take them in; one whose server fails is followed all the same, and told."""
        urls = set[str]()
        for outcome in self.follow_all(data, name, asked=True):
            if outcome.kind == "failed":
                yield outcome
            else:
                urls.add(outcome.name)
        yield from self._poll_each((each for each in self.feeds.all() if each.url in urls), self._stopped)

    def unsubscribe(self, address: str, remove: bool = False) -> Iterator[Outcome]:
        """Follow a feed no longer, or the one that a page names; its articles stay, or with `remove` go.

        Raises FeedError where it is not followed.
        """
        url = self._followed(address)
        with self.feeds.database.transaction() as connection:
            held = self.feeds.unfollow(connection, url, keep=not remove)
            # At once: what knows which articles these are is gone with the feed.
            removed = [found for each in held if remove and (found := self._released(connection, each))]
        yield from (Outcome(article.title, "removed", article.id) for article in removed)

    def _followed(self, address: str) -> str:
        """The followed feed at an address as it was typed, or the one that the page there names."""
        url = address if self.feeds.at(address) else whole(address)
        if self.feeds.at(url) is None:
            with suppress(ReadingError):
                url, _ = _found(Asker(self._allow_private_addresses, self._stopped), url)
        if self.feeds.at(url) is None:
            raise FeedError(f"The feed {told(address)} is not followed.", "`assistant status` shows those that are.")
        return url

    def _released(self, connection: Connection, article_id: str) -> Article | None:
        """Let go of an article of a feed that is followed no longer; the article, where nothing else held it."""
        article = self._synchroniser.catalogue.article(article_id)
        self._synchroniser.let_go(connection, article_id)
        return article if self._synchroniser.catalogue.article(article_id) is None else None

    def poll_all(self) -> Iterator[Outcome]:
        """Take in what is new in every feed; one that fails keeps no other from its turn."""
        yield from self._poll_each(self.feeds.all(), self._stopped)

    def poll_due(self, minutes: int, stopped: Stopped) -> Iterator[Outcome]:
        """The same of the feeds that were not asked for so long, or never; see `is_due`."""
        now = datetime.now(UTC)
        yield from self._poll_each((each for each in self.feeds.all() if is_due(each, minutes, now)), stopped)

    def _poll_each(self, records: Iterable[FeedRecord], stopped: Stopped) -> Iterator[Outcome]:
        for record in records:
            if stopped():
                return
            try:
                yield from self._poll(record, stopped)
            except AssistantError:
                raise
            except Exception as error:  # what no reader foresaw is this feed's failure, not that of the others
                logger.exception("the feed %r could not be taken in", record.url)
                yield self._failed(record, f"It could not be read ({type(error).__name__}).")

    def _poll(self, record: FeedRecord, stopped: Stopped) -> Iterator[Outcome]:
        """Take in what is new in a feed: an outcome for each entry that is, or one for the feed where none is."""
        asker = Asker(self._allow_private_addresses, stopped)
        try:
            answer = asker.ask(record.url, _KINDS, MAX_XML, etag=record.etag, modified=record.modified)
            feed = _read(answer) if answer else None
        except ReadingError as error:
            if not stopped():
                gone = isinstance(error, Gone)
                yield self._failed(record, f"{error} {_NO_MORE}" if gone else str(error), gone)
            return
        if stopped():
            return
        if answer is None or feed is None:
            self.feeds.note_taken(record)
            yield Outcome(record.url, "unchanged")
            return
        yield from self._take_in(asker, record, answer, feed, stopped)

    def _failed(self, record: FeedRecord, reason: str, gone: bool = False) -> Outcome:
        self.feeds.note_failed(record.url, reason, gone)
        return Outcome(record.url, "failed", reason=reason)

    def _take_in(
        self, asker: Asker, record: FeedRecord, answer: Answer, feed: Feed, stopped: Stopped
    ) -> Iterator[Outcome]:
        known, quiet = self.feeds.entries(record.url), True
        pending = pages = failing = 0
        end = time.monotonic() + SECONDS_AT_ONCE
        for entry in feed.entries:
            before = known.get(entry.key) or EntryRecord(record.url, entry.key, "")
            if before.digest == entry.digest:
                continue
            is_enough = pages >= PAGES_AT_ONCE or failing >= FAILING_AT_ONCE or time.monotonic() > end
            if not entry.text and is_enough:
                pending += 1
                continue
            outcome = self._take(asker, before, entry, stopped)
            if outcome is None:
                yield from self._left(record, stopped)
                return
            if not entry.text:
                pages, failing = pages + 1, failing + 1 if outcome.kind == "failed" else 0
            pending += outcome.kind == "failed" and before.attempts + 1 < ATTEMPTS
            if outcome.kind != "unchanged":
                quiet = False
                yield outcome
        self.feeds.forget_unread(record.url, {entry.key for entry in feed.entries})
        etag, modified = (answer.etag, answer.modified) if not pending else ("", "")
        self.feeds.note_taken(replace(record, title=feed.title, pending=pending, etag=etag, modified=modified))
        if quiet:
            yield Outcome(record.url, "unchanged")

    def _left(self, record: FeedRecord, stopped: Stopped) -> Iterator[Outcome]:
        """What is told where it was stopped, the feed is followed no longer, or another takes it in, who goes on."""
        if not stopped() and self.feeds.at(record.url) is not None:
            self.feeds.note_asked(record.url)
            yield Outcome(record.url, "skipped", reason="it is being taken in already")

    def _take(self, asker: Asker, before: EntryRecord, entry: Entry, stopped: Stopped) -> Outcome | None:
        """Write one entry's article, its record and the end of its older version as one transaction."""
        if stopped():
            return None
        name = entry.link or entry.title
        settled = replace(before, digest=entry.digest, attempts=0, trouble="")
        earlier = self._current(before.article_id)
        if before.article_id and not earlier:  # removed by hand
            return Outcome(name, "unchanged") if self._noted(before, settled) else None
        try:
            with foreseen(name):
                article = _article(asker, entry)
        except ReadingError as error:
            attempts = before.attempts + 1
            left = before if attempts < ATTEMPTS else settled
            left = replace(left, attempts=attempts % ATTEMPTS, trouble=str(error))
            noted = not stopped() and self._noted(before, left)
            return Outcome(name, "failed", reason=str(error)) if noted else None
        if stopped():
            return None
        with self.feeds.database.transaction() as connection:
            if not self.feeds.put_entry(connection, before, replace(settled, article_id=article.id)):
                return None
            added = self._synchroniser.put(connection, article)
            replaced = bool(earlier) and earlier != article.id
            if replaced:
                self._synchroniser.let_go(connection, earlier, article.id)
        return Outcome(name, "replaced" if replaced else "added" if added else "unchanged", article.id)

    def _noted(self, before: EntryRecord, record: EntryRecord) -> bool:
        with self.feeds.database.transaction() as connection:
            return self.feeds.put_entry(connection, before, record)

    def _current(self, article_id: str) -> str:
        """The article as it is now: itself, or what stands in its place; empty where it was removed."""
        catalogue = self._synchroniser.catalogue
        if not article_id or catalogue.article(article_id) is not None:
            return article_id
        return next((newer.id for newer in catalogue.successors([article_id]).values()), "")


def is_due(record: FeedRecord, minutes: int, now: datetime) -> bool:
    """Whether to ask a feed: one that never was, or not for so long, with 0 minutes never again.

    One that went for good never is, one that fails less and less often; a clock that was set back is no reason to wait.
    """
    if record.polled is None or not minutes or record.failures >= GONE:
        return record.polled is None
    pause = timedelta(minutes=minutes)
    pause = max(pause, min(LONGEST, pause * 2 ** min(record.failures, 16)))
    return not timedelta(0) <= now - record.polled < pause


def _found(asker: Asker, url: str) -> tuple[str, Answer]:
    """Where the feed is that an address leads to, or the page there names, and what is there."""
    answer = _asked(asker, url)
    if not is_feed(answer.data) and (named := named_feed(answer.data, answer.url)):
        return named, _asked(asker, named)
    return url, answer


def _asked(asker: Asker, url: str) -> Answer:
    answer = asker.ask(url, _KINDS, MAX_XML)
    assert answer is not None  # no version was named
    return answer


def _read(answer: Answer) -> Feed:
    with foreseen(answer.url):
        return read_feed(answer.data, answer.url, answer.charset)


def _article(asker: Asker, entry: Entry) -> Article:
    """The article of an entry: of the feed's own text, else of its page. Raises a leaf of ReadingError."""
    if entry.text:
        try:
            article = Part("", entry.link or entry.title, ".json", entry.record()).read()
            return article if article.source or not entry.link else replace(article, source=host_of(entry.link))
        except EmptyArticle:  # nothing but a picture, say
            if not entry.link:
                raise
    if not entry.link:
        raise NotText(f"“{shown(entry.title)}” has neither a text nor an address.", "Nothing can be done about it.")
    page = fetch_by(asker, entry.link)
    assert page is not None  # no version was named
    article, facts = page.read(), entry.facts
    return replace(
        article,
        author=article.author or facts.author,
        published=article.published or facts.published,
        source=facts.source or article.source,  # one name for a paper, whether the feed or the page has the text
    )
