"""What was asked stays, over a reload and a restart; it can be edited, taken back, exported and checked."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.ui import texts
from tests.browser.conftest import MUSEUM, RIVER, ROOT, Server, ask, serving

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
QUESTION = "Who closed the old bridge?"


def button(page: Page, name: str) -> None:
    """Press the last button of this name below a message."""
    page.locator(f'#chat button[title="{name}"]').last.click()


def menu(page: Page, item: str) -> None:
    """Choose from the menu of the first conversation."""
    page.locator("#conversations li").first.hover()
    page.locator("#conversations .more").first.click()
    page.locator("#conversations .menu").get_by_role("button", name=item, exact=True).click()


def test_a_conversation_survives_a_reload_and_a_restart(tmp_path: Path, open_page: OpenPage) -> None:
    with serving(tmp_path, {"bridge.md": RIVER, "museum.md": MUSEUM}) as first:
        page = open_page(first.url)
        ask(page, QUESTION)
        expect(page.locator("#conversations .open")).to_have_text([QUESTION])
        page.reload()
        expect(page.locator("#chat .user-row")).to_have_count(1)
        chip = page.locator('#chat p > a[href^="#cite/"]').first
        chip.click()
        page.locator("#reader-body mark").first.wait_for()
        address = page.url.partition("?")[2]
        assert "chat=" in address and "article=" in address
        page.close()
    with serving(tmp_path / "again", {}, home=first.home) as second:
        page = open_page(f"{second.url}?{address}")
        expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
        expect(page.locator("#reader-body mark").first).to_be_visible()
        page.close()  # before the server, whose end it would complain of


def test_a_page_that_is_loaded_again_too_soon_keeps_its_conversation(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)
    page.wait_for_url("**/?chat=*")
    for pause in (0.0, 0.2, 0.4, 0.8):
        page.reload()
        page.locator("#box textarea").wait_for()
        time.sleep(pause)
    page.reload()
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
    assert "chat=" in page.url


def test_a_reload_in_the_middle_of_an_answer_loses_none(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.locator("#box textarea").fill(QUESTION)
    page.locator("#box textarea").press("Enter")
    page.wait_for_url("**/?chat=*")
    page.reload()
    page.locator("#chat .user-row").wait_for()
    deadline = time.monotonic() + 10
    while "Calder" not in page.locator("#chat .bot-row").inner_text() and time.monotonic() < deadline:
        page.reload()
        page.locator("#chat .bot-row").wait_for()
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder")


def test_a_conversation_is_renamed_found_and_deleted(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, "How many clocks does the museum hold?")
    menu(page, texts.RENAME)
    page.keyboard.type("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    first = page.locator("#conversations .open").first
    expect(first).to_have_text("<img src=x onerror=alert(1)>")
    page.locator("#history-search").fill("1,200 clocks")
    expect(page.locator("#conversations .open")).to_have_count(1)
    page.locator("#history-search").fill("a word of none")
    expect(page.locator("#conversations")).to_have_text(texts.NO_CONVERSATION_FOUND)
    page.locator("#history-search").fill("")
    page.locator("#conversations li").first.hover()
    page.locator("#conversations .more").first.click()
    page.locator("#conversations .menu .danger").click()
    page.locator("#conversations .menu .danger").click()
    expect(page.locator("#chat .user-row")).to_have_count(0)
    assert "onerror" not in page.locator("#conversations").inner_text()


def test_a_receipt_is_checked_against_the_library(server: Server, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)
    for item, name in ((texts.EXPORT_RECEIPT, "receipt.html"), (texts.EXPORT_MARKDOWN, "receipt.md")):
        with page.expect_download() as download:
            menu(page, item)
        download.value.save_as(tmp_path / name)
    assert "[^1]: “" in (tmp_path / "receipt.md").read_text("utf-8")
    command = [sys.executable, "-m", "assistant", "verify", str(tmp_path / "receipt.html")]
    environment = {"ASSISTANT_HOME": str(server.home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "verbatim" in done.stdout, done.stderr


def test_a_question_is_edited_taken_back_and_rated(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    ask(page, "Who closed the <b>museum</b>, *really*?")
    button(page, texts.EDIT)
    box = page.locator("#chat .message textarea")
    expect(box).to_have_value("Who closed the <b>museum</b>, *really*?")
    box.fill("Who closed the bridge?")
    page.reload()
    expect(page.locator("#box textarea")).to_have_value("Who closed the bridge?")
    button(page, texts.EDIT)
    box.fill("Who closed")
    box.press("End")
    box.press("Shift+Enter")
    expect(box).to_have_value("Who closed\n")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
    expect(page.locator("#box textarea")).to_have_value("")
    expect(page.locator("#chat .user-row")).to_have_text([QUESTION])
    page.locator("#box .submit-button").wait_for()
    button(page, texts.DISLIKE)
    page.wait_for_timeout(500)
    page.reload()
    page.locator("#chat .bot-row").wait_for()
    button(page, texts.UNDO)
    expect(page.locator("#chat .user-row")).to_have_count(0)
    expect(page.locator("#box textarea")).to_have_value(QUESTION)


def test_a_question_that_is_left_in_the_moment_it_is_sent_is_asked_first(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.evaluate(
        """() => {
          window.order = [];
          const send = window.fetch;
          window.fetch = async (...given) => {
            if (!String(given[0]).includes("/queue/join")) return send(...given);
            await new Promise((done) => setTimeout(done, 300));
            window.order.push("sent");
            return send(...given);
          };
          document.querySelector("#new-chat").addEventListener("click", () => window.order.push("left"));
        }"""
    )
    question = "Who opened the museum of clocks in the old mill?"
    page.locator("#box textarea").fill(question)
    page.locator("#box textarea").press("Enter")
    page.locator("#new-chat").click()
    page.wait_for_function("window.order.includes('left')")
    assert page.evaluate("window.order")[:2] == ["sent", "left"]
    page.locator("#conversations .open", has_text=question).first.click()
    expect(page.locator("#chat .bot-row")).to_have_count(1)
    expect(page.locator("#box textarea")).to_have_value("")


def test_editing_an_early_question_tells_what_goes_and_gives_it_back(
    server: Server, open_page: OpenPage, photograph: Callable[[Page, str], None]
) -> None:
    page = open_page(server.url)
    asked = [QUESTION, "What does the museum of clocks hold?", "Who is Tomas Rell?"]
    for question in asked:
        ask(page, question)
    page.locator(f'#chat button[title="{texts.EDIT}"]').first.click()
    box = page.locator("#chat .message textarea")
    warning = texts.WILL_DROP_MANY.replace("{count}", "2")
    expect(box).to_have_attribute("aria-label", f"{texts.EDIT}. {warning}")
    expect(box.locator("..")).to_have_attribute("data-warning", warning)
    photograph(page, "light-13-edit")
    box.fill("When will the old bridge open again?")
    page.locator('#chat button[title="Submit"], #chat button[aria-label="Submit"]').first.click()
    expect(page.locator("#notice")).to_contain_text("2 later questions")
    expect(page.locator("#chat .user-row")).to_have_text(["When will the old bridge open again?"])
    photograph(page, "light-14-dropped")
    page.locator("#box .submit-button").wait_for()
    page.keyboard.press("z")
    expect(page.locator("#chat .user-row")).to_have_text(asked)
    expect(page.locator("#chat .bot-row").first).to_contain_text("Calder")
    page.reload()
    expect(page.locator("#chat .user-row")).to_have_text(asked)
    page.locator(f'#chat button[title="{texts.EDIT}"]').first.click()
    box.press("Enter")
    expect(page.locator("#notice.shown button")).to_have_text(texts.TAKE_BACK)
    page.locator("#box .submit-button").wait_for()
    expect(page.locator("#notice.shown button")).to_have_text(texts.TAKE_BACK)
    page.locator("#new-chat").click()
    expect(page.locator("#notice.shown")).to_have_count(0)


def test_a_link_to_a_conversation_that_is_gone_says_so_and_leaves_the_address(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page(f"{server.url}?chat=gone")
    expect(page.locator("#notice")).to_have_text(texts.CONVERSATION_GONE)
    expect(page).to_have_url(server.url)
    expect(ask(page, QUESTION)).to_contain_text("Calder")
    expect(page).to_have_url(re.compile(r"\?chat=[\w-]{5,}"))


def test_a_window_that_was_overtaken_shows_what_there_is_and_takes_nothing_away(
    server: Server, open_page: OpenPage
) -> None:
    page = open_page(server.url)
    ask(page, QUESTION)
    other = open_page(page.url)
    other.locator("#chat .bot-row").wait_for()
    ask(other, "How many clocks does the museum hold?")
    page.locator("#box textarea").fill("A draft")
    button(page, texts.EDIT)
    page.locator("#chat .message textarea").fill("Who opened the old bridge?")
    page.locator('#chat button[title="Submit"], #chat button[aria-label="Submit"]').last.click()
    expect(page.locator("#notice")).to_have_text(texts.OVERTAKEN)
    expect(page.locator("#chat .user-row")).to_have_text([QUESTION, "How many clocks does the museum hold?"])
    expect(page.locator("#box textarea")).to_have_value("Who opened the old bridge?\nA draft")
    page.locator("#box .submit-button").wait_for()
    button(page, texts.RETRY)  # now it is its own last question
    expect(page.locator("#chat .bot-row").last).to_contain_text("1,200")
    expect(page.locator("#chat .user-row")).to_have_count(2)


def test_an_answer_is_copied_with_its_notes(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    button(page, texts.COPY)
    expect(page.locator("#notice")).to_have_text(texts.COPIED)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[1]\n" in copied and "[1] Old bridge closed as the river rises, Valley Gazette" in copied


def test_a_citation_shows_its_source_when_pointed_at(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    answer = ask(page, QUESTION)
    answer.locator('p > a[href^="#cite/"]').first.hover()
    expect(page.locator("#card")).to_contain_text("Valley Gazette")
    page.mouse.move(5, 5)
    expect(page.locator("#card")).to_be_hidden()


def test_what_limited_a_search_is_a_chip_that_can_be_taken_away(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.locator("#period input").click()
    page.get_by_role("option", name=texts.EXACT_DAYS).click()
    page.locator("#since input").fill("2023-11-01")
    page.locator("#until input").fill("2023-11-30")
    answer = ask(page, QUESTION)
    expect(answer).to_contain_text(texts.NOT_FOUND_FILTERED)
    chip = answer.locator(".limits a")
    expect(chip).to_contain_text("of 1 November 2023 to 30 November 2023")
    chip.click()
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
    expect(page.locator("#chat .limits")).to_have_count(0)


def test_a_question_can_be_linked_and_suggested(server: Server, open_page: OpenPage) -> None:
    page = open_page(f"{server.url}?q=Who%20closed%20the%20old%20bridge%3F")
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
    assert "q=" not in page.url
    page.keyboard.press("Escape")
    page.locator("#new-chat").click()
    example = page.locator("#chat .examples a").first
    words = example.inner_text()
    example.click()
    expect(page.locator("#chat .user-row")).to_have_text([words])
    expect(page.locator("#chat .bot-row .srcs").first).to_be_visible()


def test_what_is_typed_while_a_question_is_answered_stays(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    box = page.locator("#box textarea")
    box.fill(QUESTION)
    box.press("Enter")
    expect(box).to_have_value("")  # emptied by the page itself, within a frame, before the server knows of the question
    box.press_sequentially("And why?", delay=5)
    page.locator("#chat .bot-row .srcs").first.wait_for()
    page.locator("#box .submit-button").wait_for()
    expect(box).to_have_value("And why?")


def test_the_keys_are_listed_and_do_what_they_say(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.locator("#new-chat").focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    expect(page.locator("#library-search")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#box textarea")).to_be_focused()
