"""Names in full of which a passage has a part."""

import pytest

from assistant.candidates import candidates_of
from assistant.follow_up import standalone
from assistant.question import analyse
from assistant.short_names import in_full, short_names, shortened
from index.schema import Article, Hit, Passage
from index.words import stem

OPENING = "Mayor Ines Calder spoke in Harrow with Tom Reed and Bob Ray of the port. "


@pytest.mark.parametrize(
    ("question", "rest", "expected"),
    [
        ("Who replaced Ines Calder?", "The council removed Calder and chose Reed.", {"Ines Calder": "Calder"}),
        ("When did Tom Reed meet Ines Calder?", "Reed met Calder.", {"Tom Reed": "Reed", "Ines Calder": "Calder"}),
        ("Who replaced Mayor Ines Calder?", "The council removed Mayor Calder.", {"Ines Calder": "Calder"}),
        ("What is Ines Calder's plan?", "The plan of Calder is old.", {"Ines Calder": "Calder"}),
        (
            "Who replaced Ines Calder?",
            "The council removed Ines Calder and Calder left.",
            {},
        ),  # it has the name in full
        ("Who replaced Ines Calder?", "The council removed John Calder.", {}),  # another one
        ("Who replaced Ines Calder?", "The Calder administration fell, and Calder left.", {"Ines Calder": "Calder"}),
        ("Who replaced Ann Calder?", "The council removed Calder.", {}),  # nobody the article names
        ("Who replaced Calder?", "The council removed Calder.", {}),
        ("Who replaced Ines Calder?", "The council met.", {}),
    ],
)
def test_a_name_is_as_short_as_the_passage_has_it(question: str, rest: str, expected: dict[str, str]) -> None:
    assert short_names(question, hit_of(rest)) == expected


@pytest.mark.parametrize(
    ("question", "opening", "rest"),
    [
        (
            "What did Hunter Biden say?",
            "President Joe Biden and his son Hunter Biden came. ",
            "Biden said that he slept.",
        ),
        ("What did the White House say?", "The White House was silent. ", "The House said that all was well."),
        ("Who heads the West Bank?", "Farmers in the West Bank slept. ", "The Bank is headed by Tom Reed."),
        ("Who saw the Grey Wolf?", "The club of the Grey Wolf slept. ", "Wolf came where a wolf had been."),
    ],
)
def test_a_part_that_may_mean_another_is_not_the_name(question: str, opening: str, rest: str) -> None:
    article = Article("1", "News", opening + rest)
    hit = Hit(Passage("1:1", "1", 1, len(opening), len(article.text)), article, 1.0)
    assert short_names(question, hit) == {}


def hit_of(rest: str) -> Hit:
    article = Article("1", "In the port", OPENING + rest)
    return Hit(Passage("1:1", "1", 1, len(OPENING), len(article.text)), article, 1.0)


def test_the_question_is_read_and_weighed_with_it() -> None:
    question, hit = "Who replaced Ines Calder?", hit_of("The council removed Calder and chose Reed.")
    assert shortened(question, short_names(question, hit)) == "Who replaced Calder?"
    assert in_full(frozenset({"calder"}), {"Ines Calder": "Calder"}) == {"calder", stem("ines")}
    assert in_full(frozenset({"reed"}), {"Ines Calder": "Calder"}) == {"reed"}
    (candidate,) = candidates_of(analyse(standalone([], question), {}, 10), [hit])
    assert candidate.named == 1.0
