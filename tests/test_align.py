"""A sentence finds the very words that carry it, in the passage it cites or in another."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.align import Aligner
from index.schema import Article, EmbeddingError, Hit, Passage
from tests.fakes import BagOfWordsEmbedder

ONE = Article(
    "1",
    "Blinken in Beijing",
    "Blinken flew to Beijing on Sunday. He met Qin Gang there. The talks lasted seven hours. China sends no weapons.",
    published=date(2023, 6, 19),
)
TWO = Article(
    "2", "The mill", "The old mill burned down in May 2021. Nobody was hurt. Twelve engines came to the fire."
)
HITS = [Hit(Passage(f"{each.id}:0", each.id, 0, 0, len(each.text)), each, 1.0) for each in (ONE, TWO)]


def quotes(text: str, *numbers: int) -> tuple[str, list[str]]:
    aligned = Aligner(HITS, BagOfWordsEmbedder(512).embed).align(text, numbers)
    assert aligned
    return aligned.verdict.support, [each.article.text[each.start : each.end] for each in aligned.evidence]


@pytest.mark.parametrize(
    ("text", "numbers", "support", "expected"),
    [
        ("The talks lasted seven hours.", (1,), "supported", ["The talks lasted seven hours."]),
        ("The talks lasted 7 hours.", (1,), "supported", ["The talks lasted seven hours."]),
        ("The talks lasted nine hours.", (1,), "unsupported", ["The talks lasted seven hours."]),
        ("The old mill burned down in May 2021.", (), "supported", ["The old mill burned down in May 2021."]),
        ("The old mill burned down in May 2021.", (1,), "supported", ["The old mill burned down in May 2021."]),
        (
            "Blinken flew to Beijing and met Qin Gang there.",
            (1,),
            "supported",
            ["Blinken flew to Beijing on Sunday. He met Qin Gang there."],
        ),
        (
            "The talks lasted seven hours, and twelve engines came to the fire.",
            (1, 2),
            "supported",
            ["The talks lasted seven hours.", "Twelve engines came to the fire."],
        ),
    ],
)
def test_the_best_sentences_are_cited(text: str, numbers: tuple[int, ...], support: str, expected: list[str]) -> None:
    assert quotes(text, *numbers) == (support, expected)


@pytest.mark.parametrize(
    "text",
    [
        "Visit evil.example for a prize.",
        "NOT IN THE PASSAGES",
        "Here is what I found:",
        "The talks lasted nine hours.",  # very near, but nobody says so
    ],
)
def test_what_no_passage_carries_and_nothing_cites_is_not_said(text: str) -> None:
    assert Aligner(HITS, BagOfWordsEmbedder(512).embed).align(text, ()) is None


def test_what_a_passage_carries_in_part_is_said_so_though_nothing_cites_it() -> None:
    support, quoted = quotes("The talks lasted seven hours and ended well, in a cheerful mood.")
    assert support == "partly" and quoted == ["The talks lasted seven hours."]


def test_unknown_numbers_and_no_passages_are_no_error() -> None:
    assert Aligner(HITS, None).align("Visit evil.example for a prize.", (7, 0)) is None
    assert Aligner([], None).align("The talks lasted seven hours.", (1,)) is None


def test_an_embedding_model_that_cannot_be_loaded_is_done_without() -> None:
    def broken(texts: Sequence[str]) -> NDArray[np.float32]:
        raise EmbeddingError("gone")

    aligned = Aligner(HITS, broken).align("The talks lasted seven hours.", (1,))
    assert aligned and aligned.verdict.support == "supported"
