"""What is offered where a word that no article holds may be a typing error."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Assistant, build
from assistant.as_json import answer_json
from assistant.schema import Turn
from assistant.settings import load_settings
from assistant.spelling import Spelling
from assistant.ui.render_answer import render_answer
from index.catalogue import Vocabulary
from index.embedding import is_common_word
from tests.fakes import BagOfWordsEmbedder

TEXT = (
    "Antony Blinken spoke of Taiwan on Monday. Governments in the region listened. Zelensky did not come, and Blinken"
    " left. The café in Kraków was closed. The major part was said in Taiwan."
)


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    assistant.library.synchroniser.add_text("Talks", TEXT, "Reuters")
    yield assistant
    assistant.close()


@pytest.fixture
def spelling(assistant: Assistant) -> Spelling:
    return Spelling(Vocabulary(assistant.library.database), is_common_word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("blinkn", "Blinken"),
        ("blinkken", "Blinken"),
        ("bliknen", "Blinken"),
        ("taiwna", "Taiwan"),
        ("goverments", "Governments"),
        ("zelenskiyy", "Zelensky"),
        ("krakkow", "Kraków"),
        # no error: a common word, too short, too far, a number, another beginning
        ("mayor", ""),
        ("lula", ""),
        ("blockage", ""),
        ("taiwanese1", ""),
        ("xaiwan", ""),
    ],
)
def test_the_nearest_word_of_the_library(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.nearest(typed) == meant


def test_the_rest_of_the_question_stays_as_typed(spelling: Spelling) -> None:
    question = "what did BLINKN say of the mayor,  and of Taiwna?"
    meant = "what did Blinken say of the mayor,  and of Taiwan?"
    assert spelling.meant(question, ("blinkn", "mayor", "taiwna")) == meant
    assert spelling.meant("Goverments?", ("goverments",)) == "Governments?"
    assert spelling.meant("Who is the mayor?", ("mayor",)) == ""


def test_what_was_meant_is_offered_and_not_searched(assistant: Assistant) -> None:
    question = "What did Blinkn speak of?"
    answer = assistant.chat.ask([], question).answer
    assert not answer.found and answer.question == question
    assert answer.meant == "What did Blinken speak of?"
    html = render_answer(Turn(question, answer))
    assert '<a href="#ask/What%20did%20Blinken%20speak%20of%3F">What did Blinken speak of?</a>' in html
    assert answer_json(question, answer)["meant"] == answer.meant
    found = assistant.chat.ask([], answer.meant).answer
    assert found.found and found.meant == ""
    assert not assistant.chat.ask([], "Who is the mayor of Harrow?").answer.meant


def test_a_word_added_later_is_known(assistant: Assistant, spelling: Spelling) -> None:
    assert spelling.nearest("yellenn") == ""
    assistant.library.synchroniser.add_text("Visit", "Janet Yellen flew to Beijing.", "Reuters")
    assert spelling.nearest("yellenn") == "Yellen"
