"""Names of months, which may be other words."""

import re

import pytest

from assistant.months import MONTH_NAME, MONTHS, month_number


@pytest.mark.parametrize("name", [form for month in MONTHS for form in (month.capitalize(), month[:3].capitalize())])
def test_a_month_is_read_in_full_and_abbreviated(name: str) -> None:
    assert re.fullmatch(MONTH_NAME, name) and MONTHS[month_number(name) - 1].startswith(name.lower())


@pytest.mark.parametrize("word", ["may", "march", "Mayor", "Marching", "Juni", "Decembers"])
def test_other_words_are_no_months(word: str) -> None:
    assert not re.fullmatch(MONTH_NAME, word)


def test_what_is_no_month_has_no_number() -> None:
    assert month_number("Sept.") == 9 and month_number("") == 0 and month_number("Noon") == 0
