"""A window started with a token: its form takes the token, as a browser sends it, and keeps it out of the address."""

from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, expect

from assistant.ui import texts
from tests.browser.conftest import serving

pytestmark = pytest.mark.browser

TOKEN = "open sesame & more"


def test_the_window_opens_with_its_token(tmp_path: Path, chromium: Browser) -> None:
    with serving(tmp_path, {}, TOKEN) as server:
        page = chromium.new_page()
        page.set_default_timeout(20_000)
        page.goto(server.url)
        for token in ("wrong", TOKEN):
            page.get_by_label(texts.TOKEN).fill(token)
            page.get_by_role("button", name=texts.UNLOCK).click()
            if token == "wrong":
                expect(page.get_by_role("alert")).to_have_text(texts.WRONG_TOKEN)
        page.locator("#box .submit-button").wait_for()
        assert page.url == server.url
        page.reload()
        page.locator("#box .submit-button").wait_for()
        page.close()
