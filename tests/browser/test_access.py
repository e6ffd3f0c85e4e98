"""axe-core finds nothing in any state of the page, and an answer is read out once."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assistant.ui import texts
from tests.browser.conftest import Server, ask

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
QUESTION = "Who closed the old bridge?"


def states(page: Page) -> Iterator[str]:
    """Bring the page into one state after the other."""
    yield "empty"
    answer = ask(page, QUESTION)
    page.mouse.move(5, 5)
    yield "answer"
    answer.locator(".why summary").click()
    answer.locator('p > a[href^="#cite/"]').first.click()
    page.locator("#reader-body mark").first.wait_for()
    yield "reader"
    page.keyboard.press("Escape")
    ask(page, "What did the mayor say about TikTok?")
    yield "not found"
    page.locator(f'#chat button[title="{texts.EDIT}"]').first.click()
    page.locator("#chat .message textarea").wait_for()
    yield "edit"
    page.locator('#chat button[title="Cancel"], #chat button[aria-label="Cancel"]').first.click()
    page.evaluate("assistantWindow.notice('Gone.', 'Undo', () => null)")
    yield "notice"
    page.keyboard.press("Tab")
    page.evaluate("document.querySelector('#help').showModal()")
    yield "help"
    page.keyboard.press("Escape")
    if page.locator("#menu-button").is_visible():
        page.locator("#menu-button").click()
    page.locator("#conversations .more").first.click()
    yield "menu"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name=texts.LIBRARY_TAB).click()
    page.locator("#library-table td").first.wait_for()
    yield "library"
    page.get_by_role("tab", name=texts.SETTINGS_TAB).click()
    page.locator("#settings-page h2").first.wait_for()
    yield "settings"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(server: Server, open_page: Callable[..., Page], dark: bool, width: int) -> None:
    page = open_page(server.url, width=width, height=844, dark=dark)
    found: list[str] = []
    for state in states(page):
        page.wait_for_timeout(250)  # drawers and notices move in
        for violation in Axe().run(page, options=RULES).response["violations"]:
            for node in violation["nodes"]:
                found.append(
                    f"{state}: {violation['id']} ({violation['impact']}): {node['target']} {node['html'][:160]}"
                )
    assert not found, "\n".join(found)


def test_an_answer_is_read_out_once_and_without_its_sources(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(server.url)
    page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver(() => window.said.push(document.querySelector("#spoken").textContent))
            .observe(document.querySelector("#spoken"), { childList: true, characterData: true, subtree: true });
        }"""
    )
    ask(page, QUESTION)
    expect(page.locator("#spoken")).to_contain_text("Calder")
    said = page.evaluate("window.said")
    assert len(said) == 1 and "Valley Gazette" not in said[0]
    assert page.locator('#chat [role="log"]').get_attribute("aria-live") == "off"
    page.get_by_role("button", name=texts.RETRY).click()
    page.wait_for_function("window.said.length === 2")  # one that takes its place is read too
    page.wait_for_timeout(300)
    assert page.evaluate("window.said") == said * 2


def test_a_source_typed_in_part_is_the_one_offered_or_none(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(server.url)
    box, chosen = page.locator("#sources input"), page.locator("#sources .token")
    box.press_sequentially("Nowhere Post", delay=10)
    box.press("Enter")
    page.keyboard.press("Tab")
    expect(box).to_have_value("")
    expect(chosen).to_have_count(0)
    box.press_sequentially("Valley", delay=10)
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("Enter")
    expect(chosen).to_have_text("Valley Gazette")


def test_a_list_that_the_focus_has_left_is_closed(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(server.url)
    period = page.locator("#period input")
    period.focus()
    expect(period).to_have_attribute("aria-expanded", "true")
    assert page.locator("#period").get_by_role("option", name=texts.ANY_DATE).count() == 1
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    expect(period).to_have_attribute("aria-expanded", "false")
