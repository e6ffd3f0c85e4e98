"""What a person sets is kept and in force at once: answers, look, and the model that writes."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.ui import texts
from tests.browser.conftest import Server, ask
from tests.model_server import ModelServer, model_server, status, text

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
QUESTION = "Tell me about the museum of clocks in Harrow"
WRITTEN = "The museum of clocks will move to the former post office in Harrow. [1]"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def opened(page: Page) -> None:
    page.get_by_role("tab", name=texts.SETTINGS_TAB).click()
    page.locator("#settings-page h2").first.wait_for()


def test_length_and_look_are_in_force_at_once_and_after_a_reload(
    server: Server, open_page: OpenPage, photograph: Callable[[Page, str], None]
) -> None:
    page = open_page(server.url)
    opened(page)
    page.locator("[name=sentences][value='2']").check()
    expect(page.locator("#notice")).to_have_text(texts.SAVED)
    page.locator("[name=theme][value=dark]").check()
    expect(page.locator("body")).to_have_class("dark")
    photograph(page, "dark-12-settings")
    page.keyboard.press("/")
    answer = ask(page, QUESTION)
    assert answer.locator('p > a[href^="#cite/"]').count() <= 2
    page.reload()
    page.locator("#box .submit-button").wait_for()
    expect(page.locator("body")).to_have_class("dark")
    opened(page)
    expect(page.locator("[name=sentences][value='2']")).to_be_checked()
    expect(page.locator("[name=theme][value=dark]")).to_be_checked()
    assert "sentences = 2" in (server.home / "assistant.toml").read_text("utf-8")


def test_a_model_is_tried_then_writes_then_leaves_again(
    server: Server, model: ModelServer, open_page: OpenPage
) -> None:
    page = open_page(server.url)
    expect(page.locator("#writer")).to_be_hidden()
    opened(page)
    model.says(status(404))
    page.locator("#model-form [name=model_url]").fill(model.url)
    page.locator("#model-form [name=model]").fill("scribe")
    page.keyboard.press("Enter")
    expect(page.locator("#model-said")).to_contain_text("was not found", timeout=30_000)
    model.says(text(WRITTEN))
    page.keyboard.press("Enter")
    expect(page.locator("#settings-page")).to_contain_text("written by “scribe”", timeout=30_000)
    for width, height in ((1280, 800), (1280, 560), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("assistantWindow.notice('Saved. It holds from the next question on.')")
        page.wait_for_timeout(250)
        notice = page.locator("#notice").bounding_box()
        page.locator("[data-no-model]").scroll_into_view_if_needed()
        pressed = page.locator("[data-no-model]").bounding_box()
        assert notice and pressed and notice["y"] + notice["height"] <= pressed["y"]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("tab", name=texts.ASK_TAB).click()
    expect(page.locator("#writer input")).to_have_value(texts.WRITTEN_BY.format(model="scribe"))
    answer = ask(page, QUESTION)
    expect(answer).to_contain_text("will move to the former post office")
    assert QUESTION in model.requests[-1].prompt
    opened(page)
    page.locator("[data-no-model]").click()
    expect(page.locator("#settings-page")).to_contain_text(texts.MODEL_NONE)
    page.get_by_role("tab", name=texts.ASK_TAB).click()
    expect(page.locator("#writer")).to_be_hidden()
