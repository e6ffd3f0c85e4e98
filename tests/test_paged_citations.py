"""A citation from a document of pages names its page wherever it is shown."""

import pytest

from assistant.as_json import answer_json, article_json, hit_json
from assistant.citations import Evidence, cite
from assistant.receipt import as_markdown, as_page
from assistant.schema import Answer, Statement, Turn, paged
from assistant.ui.render import render_article
from assistant.ui.render_answer import render_answer
from index.schema import Article, Hit, PageStart
from index.splitting import split

ARTICLE = Article("a", "Pier reopens", "One. Two. Three.\n\nFour.", url="https://a.example/pier.pdf",
                  pages=(PageStart(0, 1, "i"), PageStart(5, 2, "217"), PageStart(18, 3, "218")))  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "page"),
    [(0, 4, "p. i"), (5, 16, "p. 217"), (0, 9, "pp. i-217"), (10, 23, "pp. 217-218"), (0, 23, "pp. i-218")],
)
def test_a_citation_names_its_page_and_both_where_it_crosses_them(start: int, end: int, page: str) -> None:
    citation = cite(1, Evidence(ARTICLE, start, end))
    assert citation.page == page
    answer = Answer("Who?", (Statement("One.", (1,)),), (citation,), written_by="quotes")
    turn = Turn("Who?", answer)
    shown = render_answer(turn)
    assert f'<span class="meta">{page}</span>' in shown and page.replace(".", "&#46;").replace("-", "&#45;") in shown
    assert f"Pier reopens, {page}, https" in as_markdown("Pier", [turn]).replace("\\", "")
    assert f"Pier reopens, {page}, https" in as_page("Pier", [turn])
    assert answer_json("Who?", answer)["citations"][0]["page"] == page.split(" ")[1]


def test_what_has_no_pages_names_none() -> None:
    plain = Article("a", "Pier", ARTICLE.text)
    answer = Answer("Who?", (Statement("One.", (1,)),), (cite(1, Evidence(plain, 0, 4)),))
    assert answer_json("Who?", answer)["citations"][0]["page"] is None and paged(()) == ""
    assert paged(("A-1", "A-2")) == "pp. A-1–A-2"
    assert cite(1, Evidence(ARTICLE, 0, 4, "author")).page == ""  # its record is the evidence, on no page
    assert "page" not in render_article(plain, 0, 4)


def test_programs_get_the_pages_of_articles_and_passages() -> None:
    (passage,) = split(ARTICLE)
    assert hit_json(Hit(passage, ARTICLE, 1.0))["page"] == "i-218"
    assert article_json(ARTICLE, [passage])["pages"][1] == {"start": 5, "number": 2, "label": "217"}


def test_the_reader_marks_where_pages_begin_beside_the_words() -> None:
    shown = render_article(ARTICLE, 0, 9)
    mark = '<span class="page" data-page="{}"></span>'.format
    words = f'<mark tabindex="-1">{mark("p. i")}One. {mark("p. 217")}Two.</mark> Three.</p><p>{mark("p. 218")}Four.'
    assert words in shown
    hostile = Article("a", "T", "One. Two.", pages=(PageStart(0, 1, '"><b>'), PageStart(5, 2, "2")))
    assert "<b>" not in render_article(hostile)


@pytest.mark.parametrize(
    ("article", "fragment"),
    [
        (ARTICLE, "#page=2"),
        (Article("a", "", ARTICLE.text, url=f"{ARTICLE.url}#toc", pages=ARTICLE.pages), "#toc"),
        (Article("a", "", ARTICLE.text, url=ARTICLE.url), "#:~:text=Two."),
        (Article("a", "", ARTICLE.text, url=ARTICLE.url, path="/a.pdf", pages=ARTICLE.pages), "#:~:text=Two."),
    ],
)
def test_the_original_of_a_document_is_opened_at_the_page(article: Article, fragment: str) -> None:
    assert f'href="{ARTICLE.url}{fragment}"' in render_article(article, 5, 9)
