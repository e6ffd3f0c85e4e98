"""A question typed in a real browser gets an answer whose chip opens the article at the quoted words."""

import re
import textwrap
import time
from collections.abc import Callable

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, Request, Route, expect

from assistant.ui import texts
from tests.browser.conftest import Server, ask, in_view
from tests.samples import FIRST, SECOND, THIRD, pdf

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
Photograph = Callable[[Page, str], None]
QUESTION = "Who closed the old bridge?"
WINDOWS = {
    "light": {"width": 1280, "height": 800, "dark": False},
    "dark": {"width": 1280, "height": 800, "dark": True},
    "phone": {"width": 390, "height": 844, "dark": False},
    "wide": {"width": 1920, "height": 1080, "dark": False},
}


@pytest.mark.parametrize("window", WINDOWS)
def test_a_question_is_answered_and_its_chip_opens_the_quoted_words(
    server: Server, open_page: OpenPage, photograph: Photograph, window: str
) -> None:
    page = open_page(server.url, **WINDOWS[window])
    expect(page.locator("#chat .welcome h2")).to_have_text(texts.NAME)
    photograph(page, f"{window}-1-empty")

    answer = ask(page, QUESTION)
    expect(answer).to_contain_text("Calder")
    photograph(page, f"{window}-2-answer")
    chip = answer.locator('p > a[href^="#cite/"]').first
    assert chip.inner_text() == "1"
    quote = answer.locator(".srcs q").first.inner_text().strip("“”")

    chip.click()
    mark = page.locator("#reader-body mark").first
    mark.wait_for()
    expect(mark).to_be_focused()
    marked = " ".join(page.locator("#reader-body mark").all_inner_texts())
    assert "".join(marked.split()) == "".join(quote.split())
    assert in_view(page, "#reader-body mark")
    expect(page.locator("#reader-body h2")).to_have_text("Old bridge closed as the river rises")
    expect(page.locator("#reader-body .meta")).to_contain_text("Valley Gazette")
    photograph(page, f"{window}-3-reader")

    page.keyboard.press("Escape")
    expect(page.locator("#reader-panel")).to_be_hidden()
    expect(chip).to_be_focused()
    width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, "the page scrolls sideways"


def test_the_original_is_linked_without_telling_it_where_from(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, QUESTION).locator('p > a[href^="#cite/"]').first.click()
    link = page.locator("#reader-body .original a")
    expect(link).to_have_attribute("href", re.compile(r"https://valley-gazette\.example/bridge#:~:text=\w"))
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_the_reader_walks_through_the_citations_of_one_answer(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    answer = ask(page, "What does the museum of clocks hold and how much will the move cost?")
    references = answer.locator(".srcs:not(.nearest) li a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    answer.locator(".srcs li a").first.click()
    page.locator("#reader-body mark").first.wait_for()
    if len(references) < 2:
        expect(page.locator("#reader-next")).to_be_hidden()
        return
    title = page.locator("#reader-body h2").inner_text()
    expect(page.locator("#reader-where")).to_have_text(f"Citation 1 of {len(references)} · {title}")
    expect(page.locator("#reader-previous")).to_be_disabled()
    page.locator("#reader-next").click()
    expect(page.locator("#reader-where")).to_contain_text(f"Citation 2 of {len(references)} · ")
    assert in_view(page, "#reader-body mark")
    page.locator("#reader-close").click()
    expect(page.locator("#reader-panel")).to_be_hidden()


def test_what_the_pointer_rests_on_is_fetched_before_it_is_clicked(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    chip = ask(page, QUESTION).locator('p > a[href^="#cite/"]').first
    fetched: list[str] = []

    def is_article(request: Request) -> bool:
        return "read_article" in (request.post_data or "")

    page.on("request", lambda request: fetched.append(request.url) if is_article(request) else None)
    with page.expect_response(lambda response: is_article(response.request)):
        chip.hover()
    assert not page.locator("#reader-panel").is_visible()
    chip.click()
    expect(page.locator("#reader-body mark").first).to_be_focused()
    assert len(fetched) == 1
    page.mouse.move(0, 0)
    page.keyboard.press("Escape")
    expect(page.locator("#reader-panel")).to_be_hidden()
    page.wait_for_timeout(2100)  # milliseconds: by then the article may have changed
    assert len(fetched) == 1, "closing the reader fetched the article again"
    page.keyboard.press("Enter")
    expect(page.locator("#reader-body mark").first).to_be_focused()
    assert len(fetched) == 2
    page.keyboard.press("Escape")
    with page.expect_response(lambda response: is_article(response.request)):
        chip.hover()
    page.evaluate("assistantWindow.libraryChanged()")
    chip.click()
    expect(page.locator("#reader-body mark").first).to_be_focused()
    assert len(fetched) == 4, "what was fetched before the library changed was shown"


def test_what_is_typed_is_read_when_the_typing_pauses_and_shown_when_it_is_sent(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page(server.url)
    sent: list[str] = []

    def is_ahead(request: Request) -> bool:
        return "look_ahead" in (request.post_data or "")

    page.on("request", lambda request: sent.append(request.post_data or "") if is_ahead(request) else None)
    with page.expect_response(lambda response: is_ahead(response.request)) as reply:
        page.locator("#box textarea").press_sequentially(QUESTION, delay=10)
    assert reply.value.json() == {} and len(sent) == 1 and QUESTION in sent[0]
    expect(page.locator("#chat .message-row")).to_have_count(0)
    page.locator("#box textarea").press("Enter")
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
    page.locator("#box textarea").press_sequentially("And why", delay=10)
    page.wait_for_timeout(500)
    assert len(sent) == 1, "too short to be a question"


@pytest.mark.parametrize("window", WINDOWS)
def test_not_found_says_so_and_offers_the_nearest_passages(
    server: Server, open_page: OpenPage, photograph: Photograph, window: str
) -> None:
    page = open_page(server.url, **WINDOWS[window])
    answer = ask(page, "What did the mayor say about TikTok?")
    expect(answer).to_contain_text(texts.NOT_FOUND)
    expect(answer.locator(".not-found")).to_contain_text("“TikTok”")
    expect(answer.locator("p a")).to_have_count(0)
    covers = answer.locator(".covers")
    expect(covers).to_contain_text("2 articles, published 20 November 2023 to 5 March 2024, from")
    assert covers.evaluate("element => getComputedStyle(element).fontSize") == "14px"
    photograph(page, f"{window}-4-not-found")
    nearest = answer.locator(".nearest li a")
    if nearest.count():
        nearest.first.click()
        page.locator("#reader-body mark").first.wait_for()


def test_small_talk_is_answered_in_words(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    answer = ask(page, "Hello!")
    expect(answer.locator(".srcs")).to_have_count(0)
    expect(answer).to_contain_text("Ask")


def test_a_bad_question_is_worded_and_the_box_stays_usable(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    answer = ask(page, "long " * 4000)
    expect(answer).to_contain_text("characters")
    assert page.locator("#box textarea").input_value().startswith("long")
    expect(ask(page, QUESTION)).to_contain_text("Calder")
    page.locator("#box textarea").press("Enter")  # an empty one asks nothing
    expect(page.locator("#chat .bot-row")).to_have_count(2)


def test_a_long_question_takes_little_room_and_its_words_about_time_one_chip(
    server: Server, open_page: OpenPage, photograph: Photograph
) -> None:
    page = open_page(server.url)
    answer = ask(page, f"What happened {'last year, last year and ' * 80}who closed the bridge?"[:1990])
    said = page.locator('#chat [data-testid="user"]').last
    size = said.bounding_box()
    assert size is not None and size["height"] <= 220
    expect(said).to_have_attribute("tabindex", "0")
    said.focus()
    page.keyboard.press("End")
    page.wait_for_function("document.activeElement.scrollTop > 0")
    expect(answer.locator(".limits a")).to_have_count(1)
    assert answer.locator(".limits").inner_text().count("last year") == 1
    photograph(page, "light-12-long-question")


def test_filters_limit_what_is_searched(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.locator("#sources input").click()
    page.get_by_role("option", name="Harrow Courier").click()
    page.keyboard.press("Escape")
    expect(ask(page, QUESTION)).to_contain_text(texts.NOT_FOUND_FILTERED)
    page.locator("#sources .token-remove").first.click()
    page.locator("#period input").click()
    page.get_by_role("option", name="2023").click()
    expect(ask(page, QUESTION)).to_contain_text(texts.NOT_FOUND_FILTERED)


def test_a_new_chat_is_empty_and_asking_again_replaces_the_answer(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)
    page.get_by_role("button", name=texts.RETRY).click()
    page.locator("#box .submit-button").wait_for()
    expect(page.locator("#chat .bot-row .srcs:not(.nearest)")).to_have_count(1)
    page.locator("#new-chat").click()
    expect(page.locator("#chat .bot-row")).to_have_count(0)
    expect(page.locator("#chat .welcome h2")).to_be_visible()


def test_a_new_chat_stays_empty_though_a_question_was_still_on_its_way(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)

    def late(route: Route) -> None:
        time.sleep(0.8)
        route.continue_()

    page.route("**/queue/join*", late)
    with page.expect_response("**/gradio_api/cancel"):
        page.get_by_role("button", name=texts.RETRY).click()
        page.locator("#new-chat").click()
    page.wait_for_timeout(2000)
    expect(page.locator("#chat .bot-row")).to_have_count(0)
    page.locator("#box .submit-button").wait_for()


def test_the_keyboard_reaches_the_box_and_the_citation(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)
    page.locator("#new-chat").focus()
    page.keyboard.press("/")
    expect(page.locator("#box textarea")).to_be_focused()
    chip = page.locator('#chat p > a[href^="#cite/"]').first
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reader-body mark").first).to_be_focused()


def test_the_theme_follows_the_system_and_the_switch(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, dark=True)
    expect(page.locator("body")).to_have_class("dark")
    switch = page.locator("#theme-switch")
    switch.click()
    expect(switch).to_have_text(f"{texts.THEME}: {texts.THEMES['light']}")
    assert not page.evaluate("document.body.classList.contains('dark')")
    page.reload()
    page.locator("#box .submit-button").wait_for()
    expect(switch).to_have_text(f"{texts.THEME}: {texts.THEMES['light']}")
    assert not page.evaluate("document.body.classList.contains('dark')")


def test_on_a_phone_the_rail_is_a_drawer(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url, width=390, height=844)
    expect(page.locator("#rail")).to_be_hidden()
    page.locator("#menu-button").click()
    expect(page.locator("#new-chat")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#rail")).to_be_hidden()
    expect(page.locator("#menu-button")).to_be_focused()


def test_an_article_that_is_gone_is_named_so(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.evaluate(
        """() => {
          const link = document.createElement("a");
          link.href = "#cite/0000000000000000/1-5";
          link.textContent = "gone";
          document.querySelector("#brand").append(link);
        }"""
    )
    page.get_by_role("link", name="gone").click()
    expect(page.locator("#reader-body h2")).to_have_text(texts.GONE_TITLE)


def test_nothing_of_the_conversation_is_kept_in_the_browser(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)
    kept = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "bridge" not in kept and "Calder" not in kept


def test_a_quote_of_a_pdf_that_crosses_pages_names_both_and_the_reader_shows_where(
    server: Server, open_page: OpenPage, photograph: Photograph
) -> None:
    lines = textwrap.wrap(f"{FIRST} {SECOND} {THIRD}", 60)
    cut = next(number for number, line in enumerate(lines) if "southern quay" in line) + 1
    (server.articles / "pier.pdf").write_bytes(pdf([lines[:cut], lines[cut:]], labels="0 << /S /D /St 3 >>"))
    page = open_page(server.url)
    page.wait_for_function("async () => (await (await fetch('/articles?search=pier')).json()).length === 1")
    answer = ask(page, "When are the fishermen who had moved to the southern quay to come back?")
    expect(answer.locator(".srcs .meta").first).to_have_text("pp. 3-4")
    chip = answer.locator('p > a[href^="#cite/"]').first
    chip.hover()
    expect(page.locator("#card .meta")).to_have_text("pp. 3-4")
    chip.click()
    mark = page.locator("#reader-body mark")
    expect(mark).to_have_text(THIRD)
    shown = "element => getComputedStyle(element, '::before').content"
    assert [each.evaluate(shown) for each in page.locator("#reader-body .page").all()] == ['"p. 3"', '"p. 4"']
    expect(mark.locator(".page")).to_have_count(1)
    photograph(page, "light-9-pages")
