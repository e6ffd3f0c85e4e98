"""Two searches' scores as one order, what a day adds to it, and reprints."""

from datetime import date
from math import exp

import pytest

from index.fusion import SAME, fused, lift, once, ranks
from index.schema import Article, Hit, Leaning, Passage


def test_words_and_meaning_count_as_shares_of_the_best() -> None:
    assert fused({"a": 4.0, "b": 1.0}, {"a": 0.4, "b": 0.8}) == pytest.approx({"a": 1 + 0.5, "b": 0.25 + 1})


def test_a_passage_without_a_vector_counts_by_its_words_twice() -> None:
    assert fused({"a": 4.0, "b": 2.0}, {"a": 0.4}) == pytest.approx({"a": 2.0, "b": 1.0})
    assert fused({"a": 4.0, "b": 2.0}, {}) == pytest.approx({"a": 2.0, "b": 1.0})


def test_a_passage_found_by_meaning_alone_counts_once() -> None:
    assert fused({}, {"a": 0.4, "b": 0.2}) == pytest.approx({"a": 1.0, "b": 0.5})


def test_what_is_unlike_takes_nothing_away() -> None:
    assert fused({"a": -1.0, "b": 2.0}, {"a": -0.4, "b": -0.2}) == pytest.approx({"a": 0.0, "b": 1.0})
    assert fused({}, {}) == {}


@pytest.mark.parametrize(
    ("published", "gained"),
    [
        (date(2023, 6, 1), 0.5),
        (date(2023, 6, 8), 0.5),
        (date(2023, 5, 22), 0.5 * exp(-1)),
        (date(2023, 6, 18), 0.5 * exp(-1)),
        (date(2023, 6, 28), 0.5 * exp(-2)),
        (None, 0.0),
    ],
)
def test_days_lift_and_fade_on_both_sides(published: date | None, gained: float) -> None:
    leaning = Leaning(date(2023, 6, 1), date(2023, 6, 8), weight=0.5, fading_days=10)
    assert lift(published, leaning) == pytest.approx(gained)
    assert lift(published, None) == 0


def test_ranks_count_from_one_and_what_scores_nothing_has_none() -> None:
    assert ranks({"b": 2.0, "a": 2.0, "c": 3.0, "d": 0.0, "e": -1.0}) == {"c": 1, "a": 2, "b": 3}


def test_a_reprint_shares_nearly_all_its_words() -> None:
    words = [f"word{number}" for number in range(100)]
    few, many = int(100 * (1 - SAME)), int(100 * (1 - SAME)) + 10
    texts = (words, [word.upper() for word in reversed(words)], words[few:], words[many:], words[many:])

    def hit(number: int, text: str) -> Hit:
        article = Article(f"article{number}", "T", text)
        return Hit(Passage(f"{article.id}:0", article.id, 0, 0, len(text)), article, 1.0)

    kept = once([hit(number, " ".join(text)) for number, text in enumerate(texts)], {}, 10)
    assert [each.article.id for each in kept] == ["article0", "article3"]
