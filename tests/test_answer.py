"""What a question's scope comes to in a library, and who weighs the evidence found for it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.app import Assistant, build
from assistant.schema import Scope
from assistant.settings import load_settings
from assistant.ui.render import render_answer, render_scope
from index.schema import Filters
from tests.fakes import BagOfWordsEmbedder

TODAY = date(2023, 6, 21)
HARBOUR = "Mayor Ann Lee opened the harbour pier on Monday. Ferries sell their tickets there again, she said."


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    yield assistant
    assistant.close()


def add(assistant: Assistant, text: str, source: str = "Reuters", day: str = "2023-06-18") -> None:
    head = f"---\ntitle: The pier\nsource: {source}\ndate: {day}\n---\n\n"
    outcome = assistant.library.synchroniser.add_bytes((head + text).encode(), "pier.md")
    assert outcome.kind == "added"


def scope_of(assistant: Assistant, question: str) -> Scope:
    return assistant.chat.ask([], question, today=TODAY).answer.scope


def test_days_without_an_article_leave_the_source(assistant: Assistant) -> None:
    add(assistant, HARBOUR)
    whole = scope_of(assistant, "Who opened the pier, according to Reuters, in articles since March?")
    assert whole.filters == Filters(("Reuters",), date(2023, 3, 1), TODAY) and len(whole.words) == 2
    scope = scope_of(assistant, "Who opened the pier, according to Reuters, in articles before 2020?")
    assert scope == Scope(Filters(("Reuters",)), None, ("according to Reuters",))
    shown = render_scope(scope)
    assert "Reuters" in shown and "2020" not in shown


def test_days_without_an_article_say_nothing_in_the_window(assistant: Assistant) -> None:
    add(assistant, HARBOUR)
    question = "Who opened the pier, in articles before 2020?"
    answer = assistant.chat.ask([], question, today=TODAY).answer
    assert answer.nearest and answer.scope == Scope()
    assert render_answer(answer, question).startswith('<p class="not-found">')
    assert render_scope(Scope(words=("before 2020",))) == ""


STATION = "The shuttle Orla carried seven astronauts to the station. They stayed for 12 days and repaired an antenna."


@pytest.mark.parametrize(
    "question",
    ["Which shuttle carried 7 astronauts to the station?", "Who stayed at the station for twelve days?"],
)
def test_a_number_is_the_same_in_words_and_digits(assistant: Assistant, question: str) -> None:
    add(assistant, STATION)
    answer = assistant.chat.ask([], question).answer
    assert answer.found and not answer.missing


def test_another_number_is_refused(assistant: Assistant) -> None:
    add(assistant, STATION)
    answer = assistant.chat.ask([], "Which shuttle carried 8 astronauts to the station?").answer
    assert not answer.found and answer.missing == ("8",)
