"""Questions about the articles themselves, answered from the catalogue's records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Library, open_library
from assistant.follow_up import standalone
from assistant.records import answer_from_records
from assistant.schema import Answer
from assistant.settings import load_settings

TEXT = "---\ntitle: The mill\nauthor: Ann Lee\ndate: 2021-05-04\nsource: Daily News\n---\n\n"
TEXT += "The old mill burned down. It was empty.\n"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    library = open_library(load_settings())
    library.synchroniser.add_bytes(TEXT.encode(), "mill.md")
    yield library
    library.database.close()


def ask(library: Library, question: str) -> Answer | None:
    return answer_from_records(standalone([], question), library.catalogue, lambda _: [])


@pytest.mark.parametrize(
    ("question", "expected", "field"),
    [
        ("Who wrote the article?", "Ann Lee", "author"),
        ("Who is the author?", "Ann Lee", "author"),
        ("When was the article published?", "4 May 2021", "published"),
        ("Where was it published?", "Daily News", "source"),
    ],
)
def test_a_record_is_told_and_cited(library: Library, question: str, expected: str, field: str) -> None:
    answer = ask(library, question)
    assert answer and expected in answer.text
    assert answer.citations[0].field == field and answer.citations[0].quote.startswith("The old mill")


@pytest.mark.parametrize("question", ["Who wrote Hamlet?", "When was the mill built?", "What is the source of light?"])
def test_other_questions_are_left_to_the_articles(library: Library, question: str) -> None:
    assert ask(library, question) is None


def test_what_is_not_recorded_is_said(library: Library) -> None:
    library.synchroniser.remove(library.catalogue.rows()[0].id)
    library.synchroniser.add_bytes(b"A note\n\nThe pond froze over. Children skated on it.\n", "note.txt")
    answer = ask(library, "Who wrote the article?")
    assert answer and not answer.found and answer.message
