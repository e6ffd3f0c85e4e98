"""What a question asks for, and the words of a sentence that answer it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.answering_words import answering_words
from assistant.follow_up import Standalone, standalone
from assistant.question import Question, analyse, kind_of, names_and_numbers
from index.words import stem


def question_of(text: str) -> Question:
    return analyse(standalone([], text), {}, 100)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How long did it last?", "duration"),
        ("how many came", "number"),
        ("When was it?", "date"),
        ("In which year was it?", "date"),
        ("Where was it?", "place"),
        ("Who came?", "person"),
        ("Why did he go?", "reason"),
        ("What is methane?", "definition"),
        ("Did he go?", "yes_no"),
        ("What did he say?", "open"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Who did Ann Lee meet?", "Ann Lee met Bob Ray on Monday.", ["Bob Ray"]),
        ("Who did Ann Lee meet?", "Minister Ann Lee met the State Department in June.", []),
        ("Where did it land?", "The Heron landed near Lake Como.", ["Lake Como"]),
        ("When did it land?", "It landed on 5 May 2021.", ["5 May 2021"]),
        ("How long did it fly?", "It flew for about two and a half hours.", ["about two and a half hours"]),
        ("How many flew?", "Some 54 machines flew.", ["54"]),
        ("Why did it fly?", "It flew for Ann Lee.", []),
    ],
)
def test_the_words_that_answer(question: str, sentence: str, expected: list[str]) -> None:
    assert [sentence[slice(*span)] for span in answering_words(question_of(question), sentence)] == expected


def test_rare_words_weigh_more_and_what_no_article_holds_is_missing() -> None:
    question = analyse(standalone([], "Did Blinken eat noodles on Monday?"), {"blinken": 90, "eat": 1}, 100)
    assert question.weights["eat"] > question.weights["blinken"]
    assert sum(question.weights.values()) == pytest.approx(1)
    assert question.missing == ("noodles",) and question.strict == ()
    assert question.deeds == {"eat", "noodl"}


def test_a_word_carried_over_weighs_half_and_one_of_the_calendar_a_fifth() -> None:
    question = analyse(Standalone("", ("ferry", "monday"), ("harbour", "sunday", "ferry")), {}, 100)
    ferry = question.weights["ferri"]  # its own, though carried too
    assert question.weights["harbour"] == pytest.approx(ferry / 2)
    assert question.weights["mondai"] == pytest.approx(ferry / 5)
    assert question.weights["sundai"] == pytest.approx(ferry / 10)
    assert question.carried == pytest.approx(3 / 5)


def test_names_in_full_and_numbers_are_strict() -> None:
    question = question_of("Did Blinken and Wu eat 54 noodles in Beijing on Monday 12 June 2023?")
    assert question.strict == ("blinken", "54", "beijing", "12")
    assert {"wu", "noodles", "2023"} < set(question.missing)


def test_names_and_numbers() -> None:
    assert names_and_numbers("Did Blinken's aide see 54 jets?") == {"blinken", "54"}
    assert names_and_numbers("DID THE BALLOON FALL?") == frozenset()


def test_stems_are_right_whatever_other_threads_stem() -> None:
    found = [f"{word}{number}ings" for number in range(3000) for word in ("walk", "nation", "relat")]
    stem.cache_clear()
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(stem, found)) == [stem(word) for word in found]
