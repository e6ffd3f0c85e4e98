"""What states a deed is no answer to who did not do it."""

import pytest

from assistant.candidates import candidates_of
from assistant.extract import extract
from assistant.follow_up import standalone
from assistant.polarity import of_the_polarity
from assistant.question import analyse
from assistant.reader import load_reader
from index.schema import Article, Hit
from index.splitting import split

REFUSED = (
    "France signed the deal. Iran refused to sign the deal because of its mines. Peru has not yet been invited to sign."
    " Chile declined the invitation to sign it. Kenya was invited and signed too."
)
TEXT = (
    "Ann Lee accepted the plan of the port. Bob Ray did not accept the plan. Tom Reed left without having accepted it."
    " The river rose in the night."
)


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("Who accepted the plan?", ["Ann", "Bob", "Tom", "The"]),
        ("Who did not accept the plan?", ["Bob", "Tom", "The"]),
        ("Who didn't accept the plan?", ["Bob", "Tom", "The"]),
        ("Which plan was never accepted?", ["Bob", "Tom", "The"]),
        ("What didn't the plan of the river accept?", ["Ann", "Bob", "Tom", "The"]),
        ("What did Bob have that the plan accepted did not have?", ["Ann", "Bob", "Tom", "The"]),
        ("Who knows whether it was accepted or not accepted?", ["Ann", "Bob", "Tom", "The"]),
        ("Did Ann Lee not accept the plan?", ["Ann", "Bob", "Tom", "The"]),  # yes, she did
    ],
)
def test_a_deed_that_is_stated_is_no_answer_to_who_did_not_do_it(question: str, first_words: list[str]) -> None:
    article = Article("1", "The plan", TEXT)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    asked = analyse(standalone([], question), {}, 10)
    kept = of_the_polarity(asked, candidates_of(asked, hits))
    assert [each.text.split()[0] for each in kept] == first_words


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("Why did Iran not sign the deal?", ["Iran", "Peru", "Chile"]),
        ("Who did not sign?", ["Iran", "Peru", "Chile"]),
        ("Who has not yet been invited?", ["France", "Iran", "Peru", "Chile"]),
        ("Which country hasn't been invited?", ["France", "Iran", "Peru", "Chile"]),
    ],
)
def test_a_deed_that_was_refused_is_not_done(question: str, first_words: list[str]) -> None:
    article = Article("1", "The deal", REFUSED)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    asked = analyse(standalone([], question), {}, 10)
    kept = of_the_polarity(asked, candidates_of(asked, hits))
    assert [each.text.split()[0] for each in kept] == first_words


def test_who_did_it_is_not_quoted_for_who_did_not() -> None:
    text = "France and Germany signed the nuclear deal. Iran refused to sign the nuclear deal."
    article = Article("1", "The deal", text)
    hits = [Hit(passage, article, 1.5, 1, 1, 5.0, 0.6) for passage in split(article)]
    asked = analyse(standalone([], "Who did not sign the nuclear deal?"), {"sign": 1, "nuclear": 1, "deal": 1}, 20)
    claims = extract(asked, hits, load_reader(), 4, "lenient").claims
    assert [claim.text.split()[0] for claim in claims] == ["Iran"]
