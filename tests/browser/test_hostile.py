"""An article that is out to do harm: nothing of it runs and nothing is fetched, wherever it is shown."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.ui import texts
from tests.browser.conftest import Server, ask, serving
from tests.browser.test_library import drop, to_library

pytestmark = pytest.mark.browser

ATTACK = (
    "<img src=x onerror=window.__ran=1> <script>window.__ran=1</script> ${window.__ran=1} {{window.__ran=1}} "
    "![x](https://evil.example/leak.png) [click](javascript:window.__ran=1) <iframe src=https://evil.example></iframe> "
    "`code` | pipe | $$x$$ **bold**"
)
QUOTED = ATTACK.replace("'", "''")
ARTICLE = f"""---
title: '{QUOTED} dangerous harvest'
author: '{QUOTED}'
source: '{QUOTED}'
date: 2024-01-02
url: 'javascript:window.__ran=1'
---

The harvest festival of Lindow was opened by {ATTACK} and by Governor Marta Quill in September.

Governor Marta Quill opened the harvest festival of Lindow. </p></div></mark><svg onload=window.__ran=1> </script>
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A library with an article that attacks the page."""
    with serving(tmp_path_factory.mktemp("hostile"), {"attack.md": ARTICLE}) as running:
        yield running


def test_nothing_of_a_hostile_article_runs(
    server: Server, open_page: Callable[..., Page], photograph: Callable[[Page, str], None]
) -> None:
    page = open_page(server.url)
    answer = ask(page, "Who opened the harvest festival of Lindow?")
    expect(answer).to_contain_text("Quill")
    photograph(page, "light-10-hostile")
    answer.locator('a[href^="#cite/"]').first.click()
    page.locator("#reader-body h2").wait_for()
    expect(page.locator("#reader-body .original")).to_have_count(0)
    ask(page, ATTACK)
    expect(page.locator("#chat .user-row").last).to_contain_text("<script>")
    page.locator("#sources input").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    to_library(page)
    expect(page.locator("#library-table")).to_contain_text("<script>")
    drop(page, {"<img src=x onerror=window.__ran=1>.txt": "Too bad.\n\n" + ATTACK})
    page.locator("#outcomes li").first.wait_for()
    page.locator("#library-search").fill("absent " + ATTACK)
    expect(page.locator("#library-table .empty")).to_contain_text("No article matches")
    page.locator("#library-search").fill("iframe")
    page.locator("#library-table [data-remove]").first.click()
    page.get_by_role("button", name=texts.REMOVE_SURE).click()
    expect(page.locator("#notice")).to_contain_text("was removed")
    assert page.evaluate("window.__ran") is None
    assert page.locator("#shell img, #shell iframe").count() == 0
