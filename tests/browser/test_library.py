"""The Library tab: what is in it, adding by drag-and-drop, removing, re-indexing, and the empty library."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Page, expect

from assistant.app import open_library
from assistant.settings import load_settings
from assistant.ui import texts
from tests.browser.conftest import MUSEUM, RIVER, Server, ask, serving

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
Photograph = Callable[[Page, str], None]
FERRY = """The ferry to Sandholm

The ferry to Sandholm sails again from Friday, the harbour office said. Captain Lena Moor takes the first crossing.
It costs eleven crowns, and bicycles travel free until the end of September.
"""


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A library of its own for every test here, since each changes it."""
    with serving(tmp_path_factory.mktemp("library"), {"bridge.md": RIVER, "museum.md": MUSEUM}) as running:
        yield running


@pytest.fixture
def empty_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A library with nothing in it."""
    with serving(tmp_path_factory.mktemp("empty"), {}) as running:
        yield running


def to_library(page: Page) -> None:
    page.get_by_role("tab", name=texts.LIBRARY_TAB).click()
    page.locator("#library-table > *").first.wait_for()


def drop(page: Page, files: dict[str, str]) -> None:
    """Drop files on the upload zone as a hand does."""
    transfer = page.evaluate_handle(
        """files => {
          const transfer = new DataTransfer();
          for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
          return transfer;
        }""",
        files,
    )
    zone = page.locator("#upload button.upload-container")
    for event in ("dragenter", "dragover", "drop"):
        zone.dispatch_event(event, {"dataTransfer": transfer})


def test_dropped_files_are_answerable_and_can_be_removed(
    library: Server, open_page: OpenPage, photograph: Photograph
) -> None:
    page = open_page(library.url)
    to_library(page)
    expect(page.locator("#library-table tbody tr")).to_have_count(2)
    photograph(page, "light-5-library")

    head = page.locator("#library-table thead th", has_text=texts.COLUMNS[0])
    size = head.bounding_box()
    assert size is not None
    for to in ("ascending", "ascending"):  # there is one way to sort by title
        head.click(position={"x": size["width"] - 3, "y": size["height"] - 3})
        expect(head).to_have_attribute("aria-sort", to)
    head = page.locator("#library-table thead th", has_text=texts.COLUMNS[2])
    for to in ("descending", "ascending"):
        head.click(position={"x": 3, "y": 3})
        expect(head).to_have_attribute("aria-sort", to)
    expect(page.locator("#library-table [aria-sort]")).to_have_count(1)

    drop(page, {"ferry.txt": FERRY, "noise.xyz": "nothing", "empty.txt": ""})
    outcomes = page.locator("#outcomes li")
    expect(outcomes).to_have_count(3)
    expect(page.locator("#outcomes li.added")).to_contain_text("ferry.txt")
    expect(page.locator("#outcomes li.failed")).to_have_count(2)
    expect(page.locator("#library-table tbody tr")).to_have_count(3)
    photograph(page, "light-6-uploaded")

    page.get_by_role("tab", name=texts.ASK_TAB).click()
    expect(ask(page, "Who takes the first crossing of the ferry to Sandholm?")).to_contain_text("Moor")

    page.get_by_role("tab", name=texts.LIBRARY_TAB).click()
    row = page.locator("#library-table tbody tr", has_text="Sandholm")
    row.get_by_role("button").click()
    row.get_by_role("button", name=texts.KEEP).click()
    expect(page.locator("#library-table tbody tr")).to_have_count(3)
    row.get_by_role("button").click()
    row.get_by_role("button", name=texts.REMOVE_SURE).click()
    expect(page.locator("#library-table tbody tr")).to_have_count(2)
    expect(page.locator("#notice")).to_contain_text("was removed")

    page.get_by_role("tab", name=texts.ASK_TAB).click()
    expect(page.locator("#chat .srcs .state").first).to_have_text(texts.REMOVED)
    photograph(page, "light-11-removed")
    page.locator('#chat p > a[href^="#cite/"]').last.click()
    expect(page.locator("#reader-body h2")).to_have_text(texts.GONE_TITLE)


def test_the_list_is_sorted_on_a_phone_too(library: Server, open_page: OpenPage, photograph: Photograph) -> None:
    page = open_page(library.url, width=390, height=844)
    to_library(page)
    titles = page.locator("#library-table tbody th")
    expect(titles.first).to_be_visible()
    head = page.locator("#library-table .sort", has_text=texts.COLUMNS[2])
    for to in ("oldest", "newest"):
        before = titles.all_inner_texts()
        head.click()
        expect(head).to_have_attribute("data-order", to)
        expect(titles.first).to_have_text(before[-1])
    expect(page.locator("#library-table .sort:visible")).to_have_count(3)
    photograph(page, "phone-5-library")


def test_a_reload_in_the_middle_of_an_upload_loses_neither_articles_nor_their_outcomes(
    library: Server, open_page: OpenPage
) -> None:
    page = open_page(library.url)
    to_library(page)
    files = {f"note-{number}.txt": f"Note number {number}. {FERRY}" for number in range(40)}
    drop(page, {**files, "noise.xyz": "nothing"})
    page.locator("#outcomes .uploaded").wait_for()
    page.reload()
    to_library(page)
    expect(page.locator("#outcomes .note")).to_contain_text("40 added")
    expect(page.locator("#outcomes li.failed")).to_contain_text("noise.xyz")


def test_reindexing_takes_in_what_changed_and_asks_before_it_removes_most(
    library: Server, open_page: OpenPage, photograph: Photograph
) -> None:
    page = open_page(library.url)
    to_library(page)
    page.locator("#reindex").click()
    expect(page.locator("#library-plan")).to_contain_text(texts.PLAN_NOTHING)

    (library.articles / "ferry.txt").write_text(FERRY)
    (library.articles / "museum.md").write_text(MUSEUM.replace("1,200", "1,300"))
    page.locator("#reindex").click()
    expect(page.locator("#library-plan")).to_contain_text("1 new, 1 changed")
    expect(page.locator("#library-job")).to_contain_text(texts.JOB_DONE)
    expect(page.locator("#library-table tbody tr")).to_have_count(3)
    photograph(page, "light-7-reindexed")

    for path in library.articles.iterdir():
        path.unlink()
    page.locator("#reindex").click()
    expect(page.locator("#library-plan")).to_contain_text("3 gone")
    photograph(page, "light-8-asked")
    page.get_by_role("button", name=texts.CANCEL, exact=True).click()
    page.wait_for_timeout(1500)
    expect(page.locator("#library-table tbody tr")).to_have_count(3)
    page.locator("#reindex").click()
    page.get_by_role("button", name=texts.APPLY_ANYWAY, exact=True).click()
    expect(page.locator("#library-table")).to_contain_text(texts.NOTHING_YET)

    page.reload()  # what became of the job is still told
    page.locator("#box .submit-button").wait_for()
    to_library(page)
    expect(page.locator("#library-job")).to_contain_text("3 removed")


def test_an_empty_library_offers_the_starter_articles(
    empty_library: Server, open_page: OpenPage, photograph: Photograph
) -> None:
    page = open_page(empty_library.url)
    expect(page.locator("#chat .welcome")).to_contain_text(texts.EMPTY_LIBRARY)
    photograph(page, "light-9-nothing")
    page.get_by_role("link", name=texts.ADD_STARTER).click()
    expect(page.locator("#chat .welcome .cards a")).to_have_count(3)
    to_library(page)
    assert page.locator("#library-table tbody tr").count() >= 12
    page.locator("#library-search").fill("balloon")
    expect(page.locator("#library-table tbody tr")).to_have_count(1)
    page.locator("#library-search").fill("no such article")
    expect(page.locator("#library-table")).to_contain_text("No article matches")
    page.locator("#library-search").fill("")
    first = page.locator("#library-table tbody th a").first
    title = first.inner_text()
    first.click()
    expect(page.locator("#reader-where")).to_have_text(title)
    expect(page.locator("#reader-body h2")).to_be_focused()


def test_failures_are_dismissed_by_key_one_after_the_other(
    open_page: OpenPage, photograph: Photograph, tmp_path: Path
) -> None:
    bad = [tmp_path / name for name in ("one.txt", "two.txt")]
    for path in bad:
        path.write_bytes(bytes(range(256)))
    home = tmp_path / "home"
    library = open_library(load_settings(home=home))
    list(library.synchroniser.add(bad))
    library.database.close()
    with serving(tmp_path / "library", {}, home=home) as running:
        page = open_page(running.url)
        to_library(page)
        summary = page.locator("#library-failed summary")
        summary.focus()
        page.keyboard.press("Enter")
        buttons = page.locator("#library-failed [data-dismiss]")
        expect(buttons).to_have_count(2)
        photograph(page, "light-14-failures")
        buttons.last.focus()
        page.keyboard.press("Enter")
        expect(buttons).to_have_count(1)
        expect(buttons).to_be_focused()
        expect(page.locator("#notice")).to_contain_text("two.txt")
        page.keyboard.press("Enter")
        expect(summary).to_have_count(0)
        expect(page.locator("#library-search")).to_be_focused()
        page.close()  # before the server, whose end it would complain of
