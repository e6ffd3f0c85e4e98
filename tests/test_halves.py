"""A second question behind a comma is answered or named, and no sentence stands under two questions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Assistant, build
from assistant.halves import each_once, halves
from assistant.schema import Answer, Citation, Statement
from assistant.settings import load_settings
from tests.fakes import BagOfWordsEmbedder

FIRE = (
    "Three firefighters were injured in the fire at the harbour. A broken lamp caused the fire at the harbour."
    " The ferry was cancelled."
)


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    assistant.library.synchroniser.add_text("Fire at the harbour", FIRE, "Courier")
    assistant.writer.drain()
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("How many were injured, and what caused the fire?", ("How many were injured?", "what caused the fire?")),
        ("where was the fire, and who started it", ("where was the fire?", "who started it?")),
        ("Who won, and who lost?", ("Who won?", "who lost?")),
        ("How many were injured, and what the fire means?", None),
        ("What did they say about who won, and what caused it?", None),
        ("Do you know what burned, and what caused the fire?", None),
        ("The mayor spoke, and what caused the fire?", None),
        ("What caused the fire?", None),
    ],
)
def test_a_second_half_is_told_apart(message: str, questions: tuple[str, ...] | None) -> None:
    assert halves(message) == (questions or (message,))


def test_each_half_is_answered_or_named(assistant: Assistant) -> None:
    both = assistant.chat.ask([], "How many firefighters were injured, and what caused the fire?").answer
    assert [part for part, _ in both.parts] == ["How many firefighters were injured?", "what caused the fire?"]
    assert "lamp" in dict(both.parts)["what caused the fire?"][0].text and both.note == ""
    one = assistant.chat.ask([], "How many firefighters were injured, and what caused the eclipse?").answer
    assert one.found and one.note == "No answer was found to “what caused the eclipse?”"


def answered(*texts: str) -> Answer:
    statements = tuple(Statement(text, (number,)) for number, text in enumerate(texts, 1))
    citations = tuple(Citation(number, "a", ord(text), 99, text, "T") for number, text in enumerate(texts, 1))
    return Answer("Q", statements, citations, written_by="quotes")


def test_no_sentence_is_shown_twice() -> None:
    repeated = each_once(["One?", "Two?"], [answered("a", "b"), answered("a", "c")])
    assert repeated and [each.text for each in repeated.statements] == ["a", "b"]
    assert repeated.note == "No other answer was found to “Two?” than what is quoted above."
    partly = each_once(["One?", "Two?"], [answered("a", "b"), answered("c", "b")])
    assert partly and [(each.text, each.citations) for each in partly.statements] == [
        ("a", (1,)),
        ("b", (2,)),
        ("c", (3,)),
    ]
    assert len(partly.citations) == 3 and partly.note == ""
    best = each_once(["One?", "Two?"], [answered("a", "b"), answered("b", "c")])
    assert best and [(part, [each.text for each in own]) for part, own in best.parts] == [
        ("One?", ["a"]),
        ("Two?", ["b", "c"]),
    ]
