"""Whether a message goes on with what was said: the features it is told by, and what they come to."""

import pytest

from assistant.continuing import _weights, continues, features, leans_at_once, leans_on_a_pronoun, points

SAID = ["Who did Blinken meet in Beijing on Sunday?", "What did Qin Gang offer?"]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("How long did it last?", True),
        ("Where did they meet?", True),
        ("This was when?", True),
        ("What did Blinken say when he left?", False),  # the name comes first
        ("When was this week's vote?", False),
        ("Who won?", False),
        ("", False),
    ],
)
def test_leans_at_once(message: str, expected: bool) -> None:
    assert leans_at_once(message) is expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Did he meet Wang Yi?", True),
        ("Did he’s sister come?", True),
        ("Did Blinken say what he wants?", False),
        ("Who met Wang Yi?", False),
        ("Blinken and his aide?", True),  # the first word has a capital anyway
    ],
)
def test_leans_on_a_pronoun(message: str, expected: bool) -> None:
    assert leans_on_a_pronoun(message) is expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Who lives there?", True),
        ("Is there rain?", False),
        ("And the latter?", True),
        ("What does he’s want?", True),
        ("Who won the race?", False),
    ],
)
def test_points(message: str, expected: bool) -> None:
    assert points(message) is expected


def test_features_of_a_message_that_goes_on() -> None:
    found = features(SAID, "And what did Qin Gang offer him in the evening?")
    assert found["joined on"] == 1 and found["the"] == 1 and found["a word of the last message"] == 1
    assert found["a word heard before"] == found["two words heard before"] == 1
    assert found["share of words heard before"] == pytest.approx(3 / 4)
    assert (found["a name"], found["a name not heard before"], found["asks"]) == (1, 0, 0)
    assert found["nothing heard before, nothing pointed at"] == 0


def test_features_of_a_message_that_does_not() -> None:
    assert features(SAID, "Which harbour did it reopen?")["nothing heard before, nothing pointed at"] == 0
    found = features(SAID, "Which harbour did Lisbon reopen?")
    assert (found["a name"], found["a name not heard before"], found["asks"]) == (1, 1, 1)
    assert found["nothing heard before, nothing pointed at"] == found["and asks"] == found["and names"] == 1
    assert found["a word heard before"] == found["share of words heard before"] == 0


def test_features_lie_between_nothing_and_one_and_have_each_a_weight() -> None:
    for message in ("", "?", "Why?", "word " * 50, SAID[0]):
        found = features(SAID, message)
        assert all(0 <= value <= 1 for value in found.values())
        assert found.keys() == _weights().keys()


def test_number_of_words() -> None:
    assert features([], "one two three four five six seven eight nine ten eleven")["many words"] == 1
    assert features([], "Rain?")["few words"] == pytest.approx(0.8)
    assert features([], "Rain?")["many words"] == 0


@pytest.mark.parametrize(
    ("message", "at_least", "at_most"),
    [
        ("How long did it last?", 0.8, 1.0),
        ("What did Blinken say?", 0.8, 1.0),
        ("Why?", 0.8, 1.0),
        ("How many people live in Lisbon, Portugal?", 0.0, 0.2),
        ("Which harbour did Lisbon reopen?", 0.0, 0.4),
    ],
)
def test_how_probably_a_message_goes_on(message: str, at_least: float, at_most: float) -> None:
    assert at_least <= continues(SAID, message) <= at_most
