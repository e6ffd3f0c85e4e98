"""Questions about the articles themselves, answered from the catalogue's records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Library, build, open_library
from assistant.citations import Claim, Evidence, resolve
from assistant.follow_up import standalone
from assistant.records import answer_from_records
from assistant.schema import Answer, Turn
from assistant.settings import load_settings
from assistant.ui.render_answer import render_answer
from index.schema import Article, Filters, Hit
from tests.fakes import BagOfWordsEmbedder

TEXT = "---\ntitle: The mill\nauthor: Ann Lee\ndate: 2021-05-04\nsource: Daily News\n---\n\n"
TEXT += "The old mill burned down. It was empty.\n"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    library = open_library(load_settings())
    library.synchroniser.add_bytes(TEXT.encode(), "mill.md")
    yield library
    library.database.close()


def _only(library: Library) -> Article:
    article = library.catalogue.article(library.catalogue.rows()[0].id)
    assert article
    return article


def ask(library: Library, question: str) -> Answer | None:
    return answer_from_records(standalone([], question), library.catalogue, lambda _: [])


@pytest.mark.parametrize(
    ("question", "expected", "field"),
    [
        ("Who wrote the article?", "Ann Lee", "author"),
        ("Who is the author?", "Ann Lee", "author"),
        ("When was the article published?", "4 May 2021", "published"),
        ("Where was it published?", "Daily News", "source"),
        ("By whom was it written?", "Ann Lee", "author"),
        ("Who wrote this?", "Ann Lee", "author"),
        ("When did this story come out?", "4 May 2021", "published"),
        ("What is the date of publication?", "4 May 2021", "published"),
        ("Which newspaper published this report?", "Daily News", "source"),
        ("Where does this article come from?", "Daily News", "source"),
    ],
)
def test_a_record_is_told_and_cited(library: Library, question: str, expected: str, field: str) -> None:
    answer = ask(library, question)
    assert answer and expected in answer.text
    assert answer.citations[0].field == field and answer.citations[0].quote.startswith("The old mill")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("Who wrote the New York Times article about the mill?", "author"),
        ("When was the story about the mill published?", "published"),
        ("When did the article on the mill that was empty appear?", "published"),
        ("Who is the author of the article that tells of the mill?", "author"),
        ("Where was the news report about the mill published?", "source"),
    ],
)
def test_an_article_is_found_by_what_it_is_about(library: Library, question: str, field: str) -> None:
    article = _only(library)
    hit = Hit(library.catalogue.passages_of(article.id)[0], article, 1.0)
    answer = answer_from_records(standalone([], question), library.catalogue, lambda _: [hit])
    assert answer and answer.citations[0].field == field


@pytest.mark.parametrize("question", ["Who wrote it?", "And who is the author?", "When was it published?"])
def test_it_may_be_the_article_cited_last(library: Library, question: str) -> None:
    statements, citations = resolve([Claim("The old mill burned down.", (Evidence(_only(library), 0, 25),))])
    before = Turn("What burned down?", Answer("What burned down?", statements, citations))
    found = answer_from_records(standalone([before], question), library.catalogue, lambda _: [])
    assert found and found.found


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote Hamlet?",
        "When was the mill built?",
        "What is the source of light?",
        "Who wrote the Mueller report?",
        "Who wrote the report?",
        "Who is the author of the report on forced labour?",
        "When was the report on Uyghur forced labour published?",
        "When did it appear over Montana?",
        "When did it come out of the water?",
        "Where did it come from?",
        "Who wrote it on the wall?",
        "Who wrote the piece of music that was played?",
        "Who wrote the story of Pinocchio?",
        "Who wrote that the mill was empty?",
        "When was it written into law?",
        "What is the publication date of the new atlas?",
        "Who published the text of the treaty?",
        "Who wrote the article 5 reservations?",
    ],
)
def test_other_questions_are_left_to_the_articles(library: Library, question: str) -> None:
    assert ask(library, question) is None


def test_what_is_not_recorded_is_said(library: Library) -> None:
    library.synchroniser.remove(library.catalogue.rows()[0].id)
    library.synchroniser.add_bytes(b"A note\n\nThe pond froze over. Children skated on it.\n", "note.txt")
    answer = ask(library, "Who wrote the article?")
    assert answer and not answer.found and answer.message
    assert answer.not_found and answer.written_by == "catalogue"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who wrote “The mill”?", "Ann Lee"),
        ('When was "the mill" published?', "4 May 2021"),
        ("Where was 'The mill' published?", "Daily News"),
        ("Who wrote “The Mill on the Floss”?", None),
        ("Who burned down “The mill”?", None),
        ("Who wrote The mill's history?", None),
    ],
)
def test_an_article_can_be_named_by_its_title_in_quotes(library: Library, question: str, expected: str | None) -> None:
    answer = ask(library, question)
    assert answer is None if expected is None else answer is not None and expected in answer.text


def test_who_is_known_as_an_author_alone_is_named_as_one(home: Path) -> None:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    assistant.library.synchroniser.add_bytes(TEXT.encode(), "mill.md")
    answer = assistant.chat.ask([], "How old is Ann Lee?").answer
    assert not answer.found and answer.not_found and answer.missing == ()
    assert answer.note == "Ann Lee is known here as the author of 1 article, and no article says what is asked."
    assert [(each.title, each.field) for each in answer.nearest[:1]] == [("The mill", "author")]
    shown = render_answer(Turn("How old is Ann Lee?", answer))
    assert "Ann Lee is known here" in shown and "The mill" in shown
    assert assistant.chat.ask([], "How old is Tom Lee?").answer.note == ""
    assert assistant.chat.ask([], "How old is Ann?").answer.note == ""
    assistant.close()


def test_an_author_is_named_within_the_filters_and_before_the_nearest(home: Path) -> None:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    assistant.library.synchroniser.add_bytes(TEXT.encode(), "mill.md")
    assistant.library.synchroniser.add_text("The price of flour", "An old sack of flour costs more than ever.", "Wire")
    answer = assistant.chat.ask([], "How old is the flour of Ann Lee?").answer
    assert [each.title for each in answer.nearest][:2] == ["The mill", "The price of flour"]
    assert [each.number for each in answer.nearest] == list(range(1, len(answer.nearest) + 1))
    elsewhere = assistant.chat.ask([], "How old is the flour of Ann Lee?", Filters(sources=("Wire",))).answer
    assert elsewhere.note == "" and {each.source for each in elsewhere.nearest} == {"Wire"}
    assistant.library.synchroniser.add_text("A prize", "The reporter Ann Lee won a prize on Tuesday.", "Wire")
    written_about = assistant.chat.ask([], "How old is Ann Lee?").answer
    assert written_about.note == "" and "A prize" in {each.title for each in written_about.nearest}
    assistant.close()
