"""A conversation that was exported can be checked, and one that was altered is found out."""

import re
from pathlib import Path

import pytest

from assistant.receipt import as_markdown, as_page, checked
from assistant.schema import Answer, Citation, Statement, Turn
from index.schema import Article, SettingsError

TEXT = "The mayor closed the bridge. It reopened in May."
ARTICLE = Article("a", "Bridge </script><b>", TEXT)
CITATION = Citation(1, "a", 0, 28, TEXT[:28], ARTICLE.title, "Gazette", url="https://gazette.example/1")
TURN = Turn("Who closed it?", Answer("Who closed it?", (Statement(TEXT[:28], (1,)),), (CITATION,)))
TURNS = [TURN, Turn("Why *now*?"), TURN]


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.html"
    path.write_text(as_page("A <title> of $ours", TURNS), "utf-8")
    return path


def test_markdown_numbers_the_notes_of_all_answers_through() -> None:
    text = as_markdown("Bridge", TURNS)
    assert "closed the bridge.[^1]" in text and "closed the bridge.[^2]" in text and r"## Why \*now\*?" in text
    assert "The articles do not say." in text
    assert re.search(r"^\[\^2\]: “The mayor closed the bridge.” Bridge .*Gazette, https://gazette", text, re.M)


@pytest.mark.parametrize(
    ("article", "finding"),
    [(ARTICLE, "verbatim"), (Article("a", "Bridge", "The major closed the bridge."), "changed"), (None, "removed")],
)
def test_a_receipt_is_compared_with_the_library(receipt: Path, article: Article | None, finding: str) -> None:
    assert [each.finding for each in checked(receipt, lambda _: article)] == [finding, finding]


@pytest.mark.parametrize("change", [("The mayor closed", "The mayor opened"), ("Who closed it", "Who opened it")])
@pytest.mark.parametrize("everywhere", [True, False])
def test_what_was_altered_on_paper_is_found_out(receipt: Path, change: tuple[str, str], everywhere: bool) -> None:
    receipt.write_text(receipt.read_text().replace(*change, -1 if everywhere else 1))
    if everywhere and change[0].startswith("The"):  # consistently false: its own hash tells
        assert {each.finding for each in checked(receipt, lambda _: ARTICLE)} == {"altered"}
    elif not everywhere:
        with pytest.raises(SettingsError, match="altered"):
            checked(receipt, lambda _: ARTICLE)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"<html>", b'<script type="application/json" id="receipt">[1]</script>']
)
def test_another_file_is_no_receipt(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.html"
    path.write_bytes(content)
    with pytest.raises(SettingsError):
        checked(path, lambda _: None)
    with pytest.raises(SettingsError):
        checked(tmp_path / "missing.html", lambda _: None)


def test_the_page_runs_nothing_of_what_it_quotes(receipt: Path) -> None:
    page = receipt.read_text()
    assert page.count("</script>") == 1 and "<b>" not in page and "A &lt;title&gt; of $ours" in page


def test_what_a_models_sentence_lacks_stands_on_the_receipt(tmp_path: Path) -> None:
    doubted = Statement("The <mayor> opened it.", (1,), support="unsupported", reason="<opened> is not there")
    answer = Answer("Who?", (doubted,), (CITATION,), written_by="scribe", note="It broke off.")
    path = tmp_path / "receipt.html"
    assert r"*(\<opened\> is not there)*" in as_markdown("T", [Turn("Who?", answer)])
    path.write_text(as_page("T", [Turn("Who?", answer)]), "utf-8")
    page = path.read_text("utf-8")
    assert (
        "<em>(&lt;opened&gt; is not there)</em>" in page
        and "It broke off." in page
        and '"written_by": "scribe"' in page
    )
    assert [each.finding for each in checked(path, lambda _: ARTICLE)] == ["verbatim"]
