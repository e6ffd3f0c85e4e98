"""What is searched for a message, in the light of the turns before it."""

import pytest

from assistant.follow_up import refers_back, standalone
from assistant.schema import Answer, Turn

TURNS = [Turn("Who did Blinken meet on Sunday?", Answer("Who did Blinken meet on Sunday?"))]
CASES = [  # message, what of the earlier question is carried on
    ("How long did it last?", {"blinken", "meet", "sunday"}),
    ("Where?", {"blinken", "meet", "sunday"}),
    ("And why?", {"blinken", "meet", "sunday"}),
    ("When was that?", {"blinken", "meet", "sunday"}),
    ("What about Taiwan?", {"blinken", "meet", "sunday"}),
    ("Tell me more", {"blinken", "meet", "sunday"}),
    ("What did he say about Blinken?", {"meet", "sunday"}),
    ("Which offer did Beijing reject?", set()),
    ("Who is the president of Brazil?", set()),
    ("What did Wang say when he met the press?", set()),
]


@pytest.mark.parametrize(("message", "carried"), CASES)
def test_what_refers_back_carries_the_last_question_on(message: str, carried: set[str]) -> None:
    found = standalone(TURNS, message)
    assert set(found.carried) == carried and not found.small_talk
    assert found.text == message if not carried else found.text.startswith(f"{message} (")


@pytest.mark.parametrize(("message", "carried"), CASES)
def test_without_a_turn_before_it_nothing_is_carried(message: str, carried: set[str]) -> None:
    assert standalone([], message).text == message


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("thanks!", "thanks"),
        ("Ok, thank you very much.", "thanks"),
        ("Hello", "greeting"),
        ("good morning", "greeting"),
    ],
)
def test_small_talk_is_no_question(message: str, kind: str) -> None:
    assert standalone(TURNS, message).small_talk == kind


def test_small_talk_between_is_passed_over() -> None:
    turns = [*TURNS, Turn("thanks", Answer("thanks", message="You are welcome."))]
    assert "blinken" in standalone(turns, "How long did it last?").carried


@pytest.mark.parametrize("message", ["How long did it last?", "Where?", "And then?"])
def test_refers_back(message: str) -> None:
    assert refers_back(message)
