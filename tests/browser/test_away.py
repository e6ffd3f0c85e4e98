"""The program ends and is started anew while its page stays open: nothing that was typed or asked is lost."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.ui import texts
from assistant.ui.jobs import Job
from assistant.ui.render_library import render_upload
from tests.browser.conftest import MUSEUM, RIVER, Server, ask, serving
from tests.model_server import model_server, silent

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
Photograph = Callable[[Page, str], None]
QUESTION = "Who closed the old bridge?"
NEXT = "How many clocks does the museum hold?"


def unnoticed(page: Page) -> None:
    """Have the page believe that its program is there, as in a tab that slept."""
    app_id = page.evaluate("gradio_config.app_id")
    page.evaluate("() => { window.realFetch = window.fetch; }")
    page.evaluate(
        """app_id => {
          window.fetch = (address, ...more) => String(address).endsWith("app_id")
            ? Promise.resolve(new Response(JSON.stringify({ app_id }))) : window.realFetch(address, ...more);
        }""",
        app_id,
    )


def test_what_is_sent_and_typed_while_the_program_is_away_is_kept_and_the_conversation_goes_on(
    tmp_path: Path, open_page: OpenPage, photograph: Photograph
) -> None:
    with serving(tmp_path, {"bridge.md": RIVER, "museum.md": MUSEUM}) as first:
        page = open_page(first.url, ends=True)
        ask(page, QUESTION)
        unnoticed(page)
    line, box = page.locator("#away"), page.locator("#box textarea")
    page.evaluate(
        """html => {
          const place = document.querySelector("#outcomes") || document.body.appendChild(document.createElement("div"));
          place.id = "outcomes";
          place.innerHTML = html;
        }""",
        render_upload(Job(1, texts.JOB_UPLOAD, 150, (("added", 4),))),
    )
    page.evaluate("() => { window.fetch = window.realFetch; }")
    box.fill(NEXT)
    box.press("Enter")
    expect(line).to_have_text(texts.AWAY)
    expect(page.locator(".toast-body")).to_be_hidden()
    expect(box).to_have_value(NEXT)  # it had left the box
    box.press("Enter")
    page.locator("#box .submit-button").click()
    expect(box).to_have_value(NEXT)
    photograph(page, "away")
    with serving(tmp_path / "again", {}, home=first.home, port=urlsplit(first.url).port):
        expect(line).to_be_empty(timeout=60_000)
        expect(page.locator("#notice")).to_contain_text(f"{texts.JOB_UPLOAD} 4 of 150")
        expect(page.locator("#chat .user-row")).to_have_text([QUESTION])
        expect(box).to_have_value(NEXT)
        box.press("Enter")
        expect(page.locator("#chat .user-row")).to_have_text([QUESTION, NEXT])
        expect(page.locator("#chat .bot-row").last).to_contain_text("1,200")
        expect(box).to_have_value("")
        expect(page.locator("#conversations .open")).to_have_text([QUESTION])


def test_a_kill_amid_an_answer_leaves_its_question_which_can_be_asked_again(
    tmp_path: Path, open_page: OpenPage, photograph: Photograph
) -> None:
    articles = {"bridge.md": RIVER, "museum.md": MUSEUM}
    with model_server() as model:
        model.says(silent(120))
        settings = {"ASSISTANT_MODEL_URL": model.url, "ASSISTANT_MODEL": "scribe"}
        with serving(tmp_path, articles, killed=True, **settings) as first:
            page = open_page(first.url, ends=True)
            page.locator("#box textarea").fill(QUESTION)
            page.locator("#box textarea").press("Enter")
            page.wait_for_url("**/?chat=*")
            page.locator("#box .stop-button").wait_for()
    with serving(tmp_path / "again", {}, home=first.home, port=urlsplit(first.url).port):
        expect(page.locator("#chat .bot-row")).to_contain_text(texts.ENDED, timeout=60_000)
        expect(page.locator("#chat .user-row")).to_have_text([QUESTION])
        photograph(page, "light-15-broken-off")
        page.locator("#chat .bot-row").get_by_role("link", name=texts.RETRY).click()
        expect(page.locator("#chat .bot-row")).to_contain_text("Calder")
        expect(page.locator("#chat .user-row")).to_have_text([QUESTION])


def test_asking_again_before_the_page_knows_of_a_restart_asks_again(tmp_path: Path, open_page: OpenPage) -> None:
    with serving(tmp_path, {"bridge.md": RIVER, "museum.md": MUSEUM}) as first:
        page = open_page(first.url, ends=True)
        ask(page, QUESTION)
        ask(page, NEXT)
        unnoticed(page)
    with serving(
        tmp_path / "again", {}, home=first.home, port=urlsplit(first.url).port, ASSISTANT_READER="false"
    ):  # so that its answers are told from the first one's
        page.locator(f'#chat button[title="{texts.RETRY}"]').click()
        expect(page.locator("#chat .bot-row").last).to_contain_text(texts.CHOSEN_BY_RULES)
        expect(page.locator("#chat .user-row")).to_have_text([QUESTION, NEXT])
        expect(page.locator("#chat .bot-row").last).to_contain_text("1,200")


def test_a_draft_survives_a_reload(server: Server, open_page: OpenPage) -> None:
    page = open_page(server.url)
    page.locator("#box textarea").fill("Half a quest")
    page.reload()
    expect(page.locator("#box textarea")).to_have_value("Half a quest")
