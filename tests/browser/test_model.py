"""With a model the window streams what it writes, marks what its sources do not carry, and falls back to quotes."""

from collections.abc import Callable, Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.ui import texts
from tests.browser.conftest import MUSEUM, RIVER, Server, ask, serving
from tests.browser.test_hostile import ATTACK
from tests.model_server import (
    KEY,
    Exchange,
    ModelServer,
    Script,
    cut,
    dropped,
    endless,
    model_server,
    raw,
    status,
    text,
)

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
QUESTION = "Who closed the old bridge, and for how long?"
TRUE = "Mayor Ines Calder closed the old bridge at six in the evening. [1] "
FALSE = "The crossing will stay shut for ninety days. [1]"


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    """A server that says what a test tells it."""
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def server(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A library of two articles, and a model that writes."""
    settings = {"ASSISTANT_MODEL_URL": model.url, "ASSISTANT_MODEL": "scribe", "ASSISTANT_MODEL_KEY": KEY}
    folder = tmp_path_factory.mktemp("library")
    with serving(folder, {"bridge.md": RIVER, "museum.md": MUSEUM}, **settings) as running:
        yield running


def test_what_a_model_writes_is_shown_with_what_its_sources_do_not_carry(
    server: Server, model: ModelServer, open_page: OpenPage, photograph: Callable[[Page, str], None]
) -> None:
    model.says(text(TRUE, FALSE, pause=0.3))
    page = open_page(server.url)
    answer = ask(page, QUESTION)
    expect(answer).to_contain_text("Calder closed")
    expect(answer.locator(".support")).to_have_count(1)
    answer.locator(".why summary").click()
    expect(answer.locator(".why")).to_contain_text("scribe")
    expect(answer.locator(".why")).to_contain_text("ninety")
    photograph(page, "light-11-model")
    answer.locator('p > a[href^="#cite/"]').first.click()
    expect(page.locator("#reader-body mark").first).to_contain_text("Calder")
    assert KEY not in page.content()


def test_a_person_can_have_quotes_only(server: Server, model: ModelServer, open_page: OpenPage) -> None:
    model.says(text(TRUE))
    page = open_page(server.url)
    page.locator("#writer input").click()
    page.get_by_role("option", name=texts.QUOTES_ONLY).click()
    question = "Which mayor closed the old bridge?"
    answer = ask(page, question)
    expect(answer).to_contain_text("Calder")
    assert not [request for request in model.requests if question in request.prompt], "others are of the page before"


def test_stopping_ends_the_request_and_keeps_what_was_written(
    server: Server, model: ModelServer, open_page: OpenPage
) -> None:
    model.says(endless((TRUE, "More of it is told elsewhere. "), pause=0.2))
    page = open_page(server.url)
    page.locator("#box textarea").fill(QUESTION)
    page.locator("#box textarea").press("Enter")
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder closed")
    page.locator("#box .stop-button").click()
    page.locator("#box .submit-button").wait_for()
    assert model.hung_up.wait(10)
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder closed")
    page.reload()
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder closed")


def test_where_the_model_fails_the_answer_is_quoted_and_says_so(
    server: Server, model: ModelServer, open_page: OpenPage
) -> None:
    model.says(status(401, message=f"bad key {KEY}"))
    page = open_page(server.url)
    answer = ask(page, QUESTION)
    expect(answer).to_contain_text("Calder")
    expect(answer.locator(".searched").first).to_contain_text("key")
    assert KEY not in page.content()


@pytest.mark.parametrize(
    ("script", "note"),
    [
        (status(429, {"Retry-After": "60"}), "busy"),
        (status(500), "error 500"),
        (cut(TRUE, "The cross"), "broke off"),
        (dropped, "made of quotes"),
        (raw("{not json"), "could not be understood"),
        (raw('{"choices": 5}'), "could not be understood"),
        (endless(("gold ",)), "stopped before"),
        (text(FALSE), "carry no sentence"),
        (text("NOT IN THE PASSAGES"), "found no answer"),
    ],
)
def test_whatever_the_server_does_the_question_is_answered(
    server: Server, model: ModelServer, open_page: OpenPage, script: Script, note: str
) -> None:
    model.says(script)
    page = open_page(server.url)
    answer = ask(page, QUESTION)
    expect(answer.locator(".searched").first).to_contain_text(note)
    expect(answer.locator(".searched").first).to_contain_text("made of quotes")
    expect(answer).to_contain_text("Calder")
    assert answer.locator('p > a[href^="#cite/"]').count() and not answer.locator(".support").count()
    expect(page.locator("#box textarea")).to_be_editable()


def test_a_busy_server_is_asked_again(server: Server, model: ModelServer, open_page: OpenPage) -> None:
    question, asked = "Which mayor closed the old bridge, and when?", 0

    def busy_once(exchange: Exchange) -> None:
        nonlocal asked
        prompt = exchange.request.prompt  # the others are for titles and for what could be asked next
        asked += question in prompt and "NOT IN THE PASSAGES" in prompt
        (status(429, {"Retry-After": "0.5"}) if asked == 1 else text(TRUE))(exchange)

    model.says(busy_once)
    answer = ask(open_page(server.url), question)
    expect(answer.locator(".why")).to_contain_text("scribe")
    assert asked == 2


def test_slow_words_are_shown_as_they_come(server: Server, model: ModelServer, open_page: OpenPage) -> None:
    model.says(text(TRUE, "The crossing ", "will stay shut for nine days, she said. [1]", pause=2))
    page = open_page(server.url)
    page.locator("#box textarea").fill(QUESTION)
    page.locator("#box textarea").press("Enter")
    expect(page.locator("#chat .bot-row")).to_contain_text("Calder closed")
    expect(page.locator("#box .stop-button")).to_be_visible()
    expect(page.locator("#chat .bot-row")).not_to_contain_text("nine days, she said")
    page.locator("#box .submit-button").wait_for()
    expect(page.locator("#chat .bot-row")).to_contain_text("nine days, she said")


def test_an_endless_answer_is_cut_and_says_so(server: Server, model: ModelServer, open_page: OpenPage) -> None:
    model.says(endless((TRUE,)))
    answer = ask(open_page(server.url), QUESTION)
    expect(answer.locator(".searched").first).to_contain_text("stopped before")
    expect(answer).to_contain_text("Calder closed")
    assert model.hung_up.wait(10)


def test_careless_citations_lead_to_the_words_all_the_same(
    server: Server, model: ModelServer, open_page: OpenPage
) -> None:
    sentence = TRUE.removesuffix(" [1] ")
    model.says(
        text(f"According to passage 1, {sentence[0].lower()}{sentence[1:]}【1†source】 [9][1]\n\nSources: [1] x")
    )
    page = open_page(server.url)
    answer = ask(page, QUESTION)
    expect(answer.locator('p > a[href^="#cite/"]')).to_have_text(["1"])
    expect(answer).not_to_contain_text("【")
    answer.locator('p > a[href^="#cite/"]').click()
    expect(page.locator("#reader-body mark").first).to_contain_text("Calder closed")


def test_nothing_a_model_writes_runs_or_is_fetched(server: Server, model: ModelServer, open_page: OpenPage) -> None:
    model.says(text(f"{TRUE} Mayor Ines Calder closed the old bridge {ATTACK}. [1]"))
    page = open_page(server.url)
    answer = ask(page, QUESTION)
    expect(answer).to_contain_text("Calder closed")
    assert page.evaluate("window.__ran") is None
    assert not answer.locator("img, script, iframe").count()
