"""What is told apart by a number is not answered by another of its kind, and nothing else is left out for it."""

import pytest

from assistant.candidates import candidates_of
from assistant.follow_up import standalone
from assistant.numbered import numbered, of_the_number
from assistant.question import analyse
from index.schema import Article, Hit
from index.splitting import split


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("How many tons of rye did mill number 3 grind?", {"mill": {3}}),
        ("Where was Flight 309 diverted?", {"fly": {309}}),
        ("What did speaker 5 of meeting 7 say?", {"speaker": {5}, "meet": {7}}),
        ("Who plays her in Season 5 of it?", {"season": {5}}),
        ("What happened on 5 May 2023, or on May 6?", {}),
        ("Which chain will close 60 stores in the last 7 days?", {}),
        ("Who spent 40 million, or 5 percent, on the Boeing 737-800?", {}),
        ("What did Ann say in Paris 1998?", {}),
        ("How many studied there in 2022/23, and how many in 1999-00?", {"/": {2022, 1999}}),
        ("Who came on 2023-06-18, or from 2010-23?", {}),
    ],
)
def test_what_a_number_names(text: str, numbers: dict[str, set[int]]) -> None:
    assert numbered(text) == numbers


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("Where was Flight 307 diverted?", ["Flight", "It"]),
        ("Where was flight number 308 diverted?", ["Then", "It"]),
        ("Where was Flight 309 diverted?", []),
        ("Where was the flight diverted?", ["Flight", "Then", "It"]),
        ("Which seat was in row 4?", ["Flight", "Then", "It"]),
    ],
)
def test_another_of_its_kind_does_not_answer(question: str, first_words: list[str]) -> None:
    text = "Flight 307 was diverted to Lisbon. Then Flight 308 was diverted to Porto. It rained on all 90 seats."
    assert kept(question, "Storm", text) == first_words


def test_a_title_says_which_one_it_is_and_a_list_names_several() -> None:
    assert kept("Who won season 3?", "Season 3", "Ann Lee won it in the last round. Bob Ray had won in season 2.") == [
        "Ann"
    ]
    assert kept("Who won season 3?", "Bakers", "Seasons 2 and 3 went to Ann.") == ["Seasons"]
    assert kept("Who won season 2?", "Bakers", "In the second season Ann won, as in Season 1 already.") == ["In"]


def test_a_school_year_is_not_answered_by_the_one_before() -> None:
    text = "Only 211 people studied there in 2021/22. In 2022/23 there were 350 of them. The course was new in 2022."
    assert kept("How many people studied there in 2022/23?", "Study", text) == ["In", "The"]
    assert kept("How many people studied there in 2021/22?", "Study", text) == ["Only", "The"]


def kept(question: str, title: str, text: str) -> list[str]:
    article = Article("1", title, text)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    asked = analyse(standalone([], question), {}, 10)
    return [each.text.split()[0] for each in of_the_number(question, candidates_of(asked, hits))]
