"""The answer without a model, from passages given: by the trained reader, and by rules."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.candidates import alike, candidates_of, speaks_of_years
from assistant.citations import Claim, Evidence
from assistant.decision import Judgement
from assistant.extract import PassageReader, choose, extract, lacking, of_the_day, said_once
from assistant.follow_up import standalone
from assistant.question import Question, analyse
from assistant.reader import load_reader
from assistant.schema import Strictness
from index.schema import Article, Hit
from index.splitting import split
from index.words import content_words

TEXT = (
    "Ann Lee became the first mayor to visit Rome in ten years. "
    "Party leader Bob Ray met today with Mayor Ann Lee. It went on for two hours. "
    "The tower of the old mill was painted red by volunteers last spring."
)
ARTICLE = Article("1", "A visit", TEXT, published=date(2021, 5, 4))
HITS = [Hit(passage, ARTICLE, 1.5, 1, 1, 5.0, 0.5) for passage in split(ARTICLE)]
READERS = pytest.mark.parametrize("reader", [load_reader(), None], ids=["reader", "rules"])


def asked(text: str) -> Question:
    return analyse(standalone([], text), {word: 1 for word in content_words(TEXT)}, 20)


def quotes(
    text: str, reader: PassageReader | None = None, most: int = 4, strictness: Strictness = "lenient"
) -> list[str]:
    found = extract(asked(text), HITS, reader, most, strictness)
    for claim in found.claims:
        (evidence,) = claim.evidence
        assert ARTICLE.text[evidence.start : evidence.end] == claim.text
        assert all(0 <= start < end <= len(claim.text) for start, end in claim.bold)
    return [claim.text for claim in found.claims]


@READERS
def test_a_question_for_a_person_finds_the_deed_and_sets_the_name_in_bold(reader: PassageReader | None) -> None:
    found = extract(asked("Who met Mayor Ann Lee?"), HITS, reader, 4, "lenient")
    claim = next(claim for claim in found.claims if "Bob Ray" in claim.text)
    assert any("Bob Ray" in claim.text[start:end] for start, end in claim.bold)
    assert 0 < found.confidence <= 1


def test_a_sentence_that_leans_on_the_one_before_brings_it_along() -> None:
    found = quotes("How long did it go on?", load_reader())
    assert any(text.startswith("Party leader") and text.endswith("two hours.") for text in found)


@READERS
def test_who_asks_why_is_told_that_no_reason_was_given(reader: PassageReader | None) -> None:
    text = "The council removed Mayor Ann Lee from office on Friday. No reason was given. The bakery sold bread."
    article = Article("4", "Council", text)
    hits = [Hit(passage, article, 1.5, 1, 1, 5.0, 0.5) for passage in split(article)]

    def claims(question: str) -> list[str]:
        return [claim.text for claim in extract(asked(question), hits, reader, 1, "lenient").claims]

    assert claims("Why was Mayor Ann Lee removed from office?") == [text.partition(" The bakery")[0]]
    assert claims("Who removed Mayor Ann Lee from office?") == [text.partition(" No reason")[0]]


@READERS
def test_at_most_as_many_as_allowed(reader: PassageReader | None) -> None:
    assert len(quotes("What did Mayor Ann Lee do?", reader, 1)) == 1


@READERS
def test_what_the_article_does_not_say_is_not_answered(reader: PassageReader | None) -> None:
    assert quotes("What is the capital of Peru?", reader, strictness="normal") == []


@READERS
def test_a_year_that_the_article_never_comes_to_is_not_answered_for(reader: PassageReader | None) -> None:
    assert quotes("Who met Mayor Ann Lee in 2021?", reader)
    found = extract(asked("Who met Mayor Ann Lee in 2019?"), HITS, reader, 4, "lenient")
    assert found.claims == () and found.candidates


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who met Mayor Ann Lee in Carlsbad?", ["carlsbad"]),  # a name in full that no article holds
        ("Who met Mayor Ann Lee on 54 days?", ["54"]),
        ("Who met Mayor Ann Lee with noodles?", []),  # another word may be said in other words
        ("Who met Mayor Ann Lee in 2019?", []),  # articles have days
        ("Who met Mayor Ann Lee of Oz?", []),  # too short to tell
        ("Which party leeder met the Mayer of Roma?", ["roma"]),  # "Mayer" is spelled alike, at 0.8
        ("Which party Leadar met Mayor Ann Lee?", []),
    ],
)
def test_a_name_that_no_article_holds_is_lacking(question: str, expected: list[str]) -> None:
    assert lacking(asked(question), HITS) == expected


@READERS
def test_where_a_name_is_lacking_nothing_is_answered(reader: PassageReader | None) -> None:
    assert quotes("Which party leader met Mayor Ann Lee in Rome?", reader)
    found = extract(asked("Which party leader met Mayor Ann Lee in Carlsbad?"), HITS, reader, 4, "lenient")
    assert found.claims == () and found.candidates


def test_a_name_that_is_misspelt_is_answered() -> None:
    assert quotes("Which party leader met Mayer Ann Lee in Rome?", load_reader())


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("The tower of the old mill was painted red by volunteers last spring.", True),
        ("Volunteers painted the tower of the old mill red last spring.", True),
        ("The tower of the old mill was painted blue by volunteers last spring.", True),
        (
            "Everybody who came on Sunday saw that the tower of the old mill was painted red by volunteers last spring,"
            " liked the colour very much and told the mayor so.",
            True,
        ),
        ("The old mill was painted red last spring, said the owner of the mill, who had paid for it.", False),
        ("The tower of the new hall was painted blue by pupils this autumn.", False),
    ],
)
def test_sentences_that_say_nearly_the_same_words_are_alike(other: str, expected: bool) -> None:
    article = Article("2", "", f"The tower of the old mill was painted red by volunteers last spring. {other}")
    one, another = candidates_of(asked("What was painted?"), [Hit(passage, article, 1.0) for passage in split(article)])
    assert alike(one, another) is alike(another, one) is expected


def test_what_is_said_already_is_not_chosen_again() -> None:
    sentence = "The tower of the old mill was painted red by volunteers last spring."
    articles = [Article(str(number), "", f"{sentence} Number {number} came to see it then.") for number in range(3)]
    hits = [Hit(passage, article, 1.0) for article in articles for passage in split(article)]
    candidates = candidates_of(asked("What was painted?"), hits)
    probabilities = np.array([0.9 if candidate.text == sentence else 0.8 for candidate in candidates])
    chosen = choose(candidates, Judgement(probabilities, 1.0), 4)
    assert [candidate.text for candidate in chosen].count(sentence) == 1


def test_nothing_found_is_no_answer() -> None:
    assert extract(asked("Who?"), [], None, 4).claims == ()


def test_no_sentence_is_quoted_twice() -> None:
    found = quotes("For how long did party leader Bob Ray, who met Mayor Ann Lee, go on?", load_reader())
    assert sum("Party leader" in quote for quote in found) == 1


@pytest.mark.parametrize(
    ("text", "published", "years", "speaks"),
    [
        ("It fell in 2019.", None, {"2019"}, True),
        ("It fell in 2019.", None, {"2018"}, False),
        ("It fell in 20195 pieces.", None, {"2019"}, False),
        ("It fell.", date(2019, 3, 2), {"2019"}, True),
        ("It fell last year.", date(2019, 3, 2), {"2018"}, True),
        ("It fell last December.", date(2019, 3, 2), {"2018"}, True),
        ("It will fall next year.", date(2019, 3, 2), {"2020"}, True),
        ("It fell last year.", date(2019, 3, 2), {"2017"}, False),
        ("It fell.", None, set(), True),
    ],
)
def test_which_years_an_article_speaks_of(text: str, published: date | None, years: set[str], speaks: bool) -> None:
    assert speaks_of_years(Article("1", "", text, published=published), frozenset(years)) is speaks


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4), st.integers(1, 4))
def test_the_most_probable_are_chosen_and_at_least_one(probabilities: list[float], most: int) -> None:
    candidates = candidates_of(asked("Who met Ann Lee?"), HITS)[: len(probabilities)]
    chosen = choose(candidates, Judgement(np.array(probabilities), 1.0), most)
    assert 1 <= len(chosen) <= most
    left = [probabilities[i] for i, candidate in enumerate(candidates) if candidate not in chosen]
    taken = [probabilities[i] for i, candidate in enumerate(candidates) if candidate in chosen]
    assert min(taken) >= max(left, default=0)


def test_a_fact_comes_first_and_a_story_in_its_own_order() -> None:
    first = extract(asked("Who met Mayor Ann Lee?"), HITS, load_reader(), 4, "lenient").claims[0]
    assert "Bob Ray" in first.text
    spans = [claim.evidence[0].start for claim in extract(asked("What happened?"), HITS, None, 4, "lenient").claims]
    assert spans == sorted(spans)


def test_quotes_that_overlap_are_joined_with_all_that_is_bold() -> None:
    def claim(start: int, end: int, *bold: tuple[int, int]) -> Claim:
        return Claim(TEXT[start:end], (Evidence(ARTICLE, start, end),), bold)

    apart = claim(120, 140)
    joined = said_once([claim(10, 30, (2, 5)), apart, claim(20, 60, (1, 4)), claim(0, 15)])
    assert joined == (claim(0, 60, (12, 15), (21, 24)), apart)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Whom did Ann Lee meet on Monday?", {"She met Bob on Monday.", "She met Cy and Di."}),
        ("Whom did Ann Lee meet on Sunday or on Monday?", {"She met Bob on Monday.", "She met Cy and Di."}),
        ("Whom did Ann Lee meet?", {"She met Bob on Monday.", "She met Cy and Di.", "On Friday she met Eve."}),
        ("Whom did Ann Lee meet on Tuesday?", {"She met Cy and Di."}),
    ],
)
def test_what_happened_on_another_day_of_the_week_does_not_answer(text: str, kept: set[str]) -> None:
    article = Article("2", "A week", "She met Bob on Monday. She met Cy and Di. On Friday she met Eve.")
    question = asked(text)
    found = candidates_of(question, [Hit(passage, article, 1.0) for passage in split(article)])
    assert {candidate.text for candidate in of_the_day(question, found)} == kept


@READERS
def test_where_every_sentence_tells_of_another_day_nothing_answers(reader: PassageReader | None) -> None:
    article = Article("2", "A week", "Mayor Ann Lee met Bob Ray on Monday in Rome.")
    hits = [Hit(passage, article, 1.5, 1, 1, 5.0, 0.5) for passage in split(article)]
    found = extract(asked("Whom did Mayor Ann Lee meet on Friday in Rome?"), hits, reader, 4, "lenient")
    assert not found.claims
