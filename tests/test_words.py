"""Words that count as one: by their stem, their irregular forms, or as number and digits."""

import pytest

from index.words import forms, stem


@pytest.mark.parametrize(
    ("one", "other"), [("7", "seven"), ("twelve", "12"), ("90", "ninety"), ("100", "hundred"), ("met", "meets")]
)
def test_the_same_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("7", "8"), ("7", "17"), ("6", "sixty"), ("10", "100"), ("1998", "98")])
def test_another_stem(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_the_keyword_index_is_asked_for_both_forms() -> None:
    assert forms("7") == forms("seven") == ["seven", "7"]
    assert forms("21") == ["21"]
