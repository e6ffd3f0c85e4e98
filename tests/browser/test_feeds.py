"""Feeds in the window: one is followed by its address, its article answers, and it is followed no longer."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.ui import texts
from tests.browser.conftest import RIVER, ask, serving
from tests.browser.test_library import to_library
from tests.servers import served
from tests.test_following import RSS, feed, item

pytestmark = pytest.mark.browser

FERRY = "The ferry to Sandholm sails again from Friday. Captain Lena Moor takes the first crossing, the harbour said."
LIGHT = "The lighthouse of Sandholm is lit again. Its keeper Tor Lund climbed the 212 steps on Sunday evening."


def test_a_feed_is_followed_and_its_article_answers(
    open_page: Callable[..., Page], photograph: Callable[[Page, str], None], tmp_path: Path
) -> None:
    with served() as web, serving(
        tmp_path / "library", {"bridge.md": RIVER}, ASSISTANT_ALLOW_PRIVATE_ADDRESSES="true"
    ) as library:  # fmt: skip
        hostile = feed(item(1, FERRY)).replace("Harbour News", "Harbour &lt;img src=x onerror=alert(1)&gt; News")
        url = web.says("/feed", hostile.replace("Harbour &lt;", "Harbour &amp;lt;").replace("&gt;", "&amp;gt;"), RSS)
        page = open_page(library.url)
        to_library(page)
        page.locator("#add-address input").fill(web.says("/page", "<p>This is no feed.</p>"))
        page.get_by_role("button", name=texts.FOLLOW).click()
        expect(page.locator("#library-job")).to_contain_text("is no feed")
        photograph(page, "light-12-no-feed")
        page.locator("#add-address input").fill(url)
        page.get_by_role("button", name=texts.FOLLOW).click()
        expect(page.locator("#library-folders")).to_contain_text(url)
        expect(page.locator("#library-folders img")).to_have_count(0)
        expect(page.locator("#library-table tbody tr")).to_have_count(2)
        photograph(page, "light-13-feed")

        page.get_by_role("tab", name=texts.ASK_TAB).click()
        expect(ask(page, "Who takes the first crossing of the ferry to Sandholm?")).to_contain_text("Moor")

        web.says("/feed", feed(item(2, LIGHT), item(1, FERRY)), {**RSS, "ETag": '"2"'})
        page.get_by_role("tab", name=texts.LIBRARY_TAB).click()
        with closing(sqlite3.connect(library.home / "library.sqlite3")) as catalogue, catalogue:
            catalogue.execute("UPDATE feeds SET polled = '2024-01-01T00:00:00+00:00'")  # so that it is due at once
        expect(page.locator("#library-table tbody tr")).to_have_count(3)  # polled by itself
        page.locator("#library-folders").get_by_role("button", name=f"{texts.UNFOLLOW}: Harbour News").click()
        expect(page.locator("#notice")).to_contain_text("not followed any more")
        expect(page.locator("#library-folders")).not_to_contain_text(url)
        expect(page.locator("#library-table tbody tr")).to_have_count(3)
        page.close()  # before the server, whose end it would complain of
