"""Two reports differ where they say the same of the same thing but for one fact, and nowhere else."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.central import Embed
from assistant.disagree import Difference, differences
from assistant.material import Told, Voice
from index.schema import Article, EmbeddingError
from index.splitting import sentences
from index.words import stem, words

FIRST, SECOND = date(2024, 5, 12), date(2024, 5, 14)


def voice(name: str, text: str, day: date | None = FIRST) -> Voice:
    article = Article(name, "Fire in Harrow", text, name, published=day)
    told = (
        Told(article, span, place, 1.0, frozenset(stem(word) for word in words(text[slice(*span)])))
        for place, span in enumerate(sentences(text))
    )
    return Voice(article, tuple(told), ())


def found(one: str, other: str, days: tuple[date | None, date | None] = (FIRST, SECOND)) -> list[Difference]:
    return differences([voice("Wire", one, days[0]), voice("Paper", other, days[1])], 5)


def differing(difference: Difference) -> tuple[str, str]:
    one, other = difference.one, difference.other
    return one.text[slice(*difference.one_at)], other.text[slice(*difference.other_at)]


THREE = "Three people died in the fire in Harrow, police said."
FIVE = "Five people died in the fire in Harrow, police said."

TRUE = [
    ("Three people died in the fire in Harrow on Sunday, police said.", FIVE, ("Three", "Five")),
    (
        "The fire in Harrow destroyed 120 houses in the old town.",
        "The fire destroyed 95 houses in the old town of Harrow.",
        ("120", "95"),
    ),
    (
        "NASA is paying SpaceX $4 million to develop the spacecraft for the moon.",
        "NASA is paying SpaceX $4 billion to develop the spacecraft for the moon.",
        ("$4 million", "$4 billion"),
    ),
    (
        "Lynn won two Grammys in 2005 for her album Van Lear Rose with Jack White.",
        "Lynn won two Grammys in 2004 for her album Van Lear Rose with Jack White.",
        ("2005", "2004"),
    ),
    (
        "The mayor of Harrow opened the new bridge over the river Lumm on 3 May.",
        "The mayor of Harrow opened the new bridge over the river Lumm on 5 May.",
        ("3 May", "5 May"),
    ),
]


@pytest.mark.parametrize(("one", "other", "facts"), TRUE)
def test_one_fact_apart(one: str, other: str, facts: tuple[str, str]) -> None:
    (difference,) = found(one, other)
    assert differing(difference) == facts


@pytest.mark.parametrize(
    ("one", "other", "days", "facts"),
    [
        ("Three people died.", "Five people died.", (FIRST, FIRST), ("Three", "Five")),
        ("120 houses were damaged.", "140 houses were damaged.", (FIRST, FIRST), ("120", "140")),
        ("120 houses were damaged.", "140 houses were damaged.", (FIRST, SECOND), None),  # it may have become more
        ("120 houses were damaged.", "140 houses were damaged.", (FIRST, None), None),
        ("120 houses were damaged.", "140 houses were sold.", (FIRST, FIRST), None),
        ("In Lumm 120 houses fell.", "In Calder 140 houses fell.", (FIRST, FIRST), None),
        ("It took 3 hours.", "It took 5 hours.", (FIRST, FIRST), None),  # it may be anything
    ],
)
def test_brief_sentences_of_one_day_on_one_event(
    one: str, other: str, days: tuple[date | None, date | None], facts: tuple[str, str] | None
) -> None:
    assert [differing(each) for each in found(one, other, days)] == ([facts] if facts else [])


def test_the_earlier_report_comes_first() -> None:
    one, other, facts = TRUE[0]
    (difference,) = found(one, other, (SECOND, FIRST))
    assert difference.one.article.published == FIRST and differing(difference) == facts[::-1]
    (undated,) = found(one, other, (None, FIRST))
    assert differing(undated) == facts


SISTERS = (
    "The odds of {name} were cut by the institute in Lumm on Friday again."
    " The odds of seeing lights in {name} were cut by the institute in Lumm."
)
SAME = [
    ("a bound", "At least three people died in the fire in Harrow, police said.", FIVE),
    (
        "rounded",
        "The fire in Harrow destroyed some 300 houses in the old town.",
        "The fire destroyed 296 houses in the old town of Harrow.",
    ),
    (
        "rounded without a word",
        "The repair of the bridge in Harrow cost 4 million euros.",
        "The repair of the bridge in Harrow cost 4.2 million euros.",
    ),
    ("another thing", THREE, "Five engines came to the fire in Harrow, police said."),
    ("another place", THREE, "Five people died in the fire in Lumm, police said."),
    (
        "another day",
        "On Sunday three people died in the fire in Harrow, police said.",
        "On Monday five people died in the fire in Harrow, police said.",
    ),
    ("both told", THREE, f"{THREE} Later police said: five people died in the fire in Harrow."),
    (
        "another quantity",
        "The houses in Harrow burned for 12 hours after the fire.",
        "The houses in Harrow burned for an average of 20 hours after the fire.",
    ),
    (
        "counted from its own day",
        "Gas in Harrow cost $3.54 a gallon a week ago, the club said.",
        "Gas in Harrow cost $3.57 a gallon a week ago, the club said.",
    ),
    (
        "far apart",
        "Two wildfires in Harrow had grown to 45,000 acres, officials said.",
        "The wildfire in Harrow had grown to 6,000 acres, officials said.",
    ),
    (
        "another name",
        "In Harrow the council of Lumm elected Calder as its new mayor in a close vote.",
        "In Harrow the council of Lumm elected Brook as its new mayor in a close vote.",
    ),
    (
        "a part of all",
        "Five people died in the fire in Harrow on Friday, police said.",
        "The first three people died in the fire in Harrow on Friday, police said.",
    ),
    (
        "an editor's note",
        "Editor's note: this page of Harrow reflects the news of the fire from 3 May.",
        "Editor's note: this page of Harrow reflects the news of the fire from 5 May.",
    ),
    (
        "another poll",
        "The poll of voters in Harrow has a margin of error of 3.5 percentage points.",
        "The poll of voters in Harrow has a margin of error of 4.9 percentage points.",
    ),
    (
        "as it stood that day",
        "Sixteen houses in Harrow now stand empty after the fire, police said.",
        "Twenty houses in Harrow now stand empty after the fire, police said.",
    ),
    (
        "another game",
        "The captain of Harrow finished with nine points in the game in Lumm.",
        "The captain of Harrow finished with eight points in the game in Lumm.",
    ),
    (
        "dates of different things",
        "The mayor of Harrow declared Thursday, 9 May a day of mourning for the council of Lumm.",
        "The mayor of Harrow declared Thursday a day for the council of Lumm, and of mourning after he died 4 May.",
    ),
    ("the same words", "Three people died in the fire in Harrow.", "Three people died in the fire in Harrow."),
    ("sisters", SISTERS.format(name="Harrow"), SISTERS.format(name="Calder")),
]


@pytest.mark.parametrize(("why", "one", "other"), SAME)
def test_no_pair_where_both_may_be_right(why: str, one: str, other: str) -> None:
    assert found(one, other) == [], why


def test_numbers_of_one_game_may_be_told_differently_on_one_day() -> None:
    one, other = "The captain needs 418 yards to break the record.", "To break the record the captain needs 417 yards."
    assert [differing(each) for each in found(one, other, (FIRST, FIRST))] == [("418", "417")]
    assert found(one, other) == []


def test_sentences_that_only_share_words_are_left_out_by_their_embeddings() -> None:
    voices = [voice("Wire", THREE), voice("Paper", FIVE)]

    def embed(cosine: float) -> Embed:
        return lambda texts: np.array([[1, 0], [cosine, (1 - cosine**2) ** 0.5]], np.float32)

    def fails(texts: Sequence[str]) -> NDArray[np.float32]:
        raise EmbeddingError("The model is gone.", "")

    assert differences(voices, 5, embed(0.55)) == []
    assert len(differences(voices, 5, embed(0.65))) == len(differences(voices, 5, fails)) == 1


def test_one_article_never_differs_from_itself() -> None:
    assert differences([voice("Wire", TRUE[0][0] + " " + TRUE[0][1])], 5) == []
