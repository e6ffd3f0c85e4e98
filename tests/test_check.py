"""A sentence against the words it cites: what is carried, what is not, and what is said about it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Cited, check
from assistant.facts import facts, names, one_name

MEETING = "US Secretary of State Antony Blinken met China's President Xi Jinping for 35 minutes in Beijing on Monday."
PUBLISHED = date(2023, 6, 19)  # a Monday
HOLIDAY = "About 289,526 students came from China on 12 March 2021, which cost $2.5 billion."

SUPPORTED = [
    (MEETING, MEETING),
    (MEETING, "Antony Blinken met Xi Jinping for thirty-five minutes on Monday."),
    (
        MEETING,
        "On Monday, the American Secretary of State Blinken met the Chinese president for 35 minutes in Beijing.",
    ),
    (MEETING, "Xi Jinping was met by Blinken in Beijing for 35 minutes."),
    (MEETING, "Blinken met Xi in Beijing on 19 June 2023."),
    (HOLIDAY, "About 290,000 students came from China on March 12, 2021, which cost 2.5 billion dollars."),
    ("He was not injured, police said.", "He wasn't injured."),
    ("Only twelve people were hurt.", "Only 12 people were hurt."),
    ("The World Health Organization approved the vaccine.", "The WHO approved the vaccine."),
    ("The United Nations and the U.S. agreed.", "The UN and the United States agreed."),
    ("The talks, which lasted a week, did not fail.", "The talks did not fail."),
]
UNSUPPORTED = [
    (MEETING, "Antony Blinken met Xi Jinping for 45 minutes on Monday.", "45"),
    (MEETING, "Antony Blinken met Xi Jinping for 35 minutes on Tuesday.", "Tuesday"),
    (MEETING, "Antony Blinken met Xi Jinping for 35 minutes on 12 June.", "12 June"),
    (MEETING, "Antony Blinken met Qin Gang for 35 minutes on Monday.", "Qin"),
    (MEETING, "Xi Jinping met Antony Blinken for 35 minutes in Beijing on Monday.", "each other's place"),
    (MEETING, "Antony Blinken did not meet Xi Jinping on Monday.", "negates"),
    (MEETING, "Prices of wheat went through the roof.", "something else"),
    (HOLIDAY, "About 280,000 students came from China on 12 March 2021.", "280,000"),
    (HOLIDAY, "About 289,526 students came from China on 12 March 2022.", "2022"),
    (HOLIDAY, "About 289,526 students came from China on 12 March 2021, which cost €2.5 billion.", "2.5"),
    ("Exports rose by 5% in May.", "Exports fell by 5% in May.", "rose"),
    ("At least 87 people came.", "At most 87 people came.", "at least 87"),
    ("All members agreed to the plan.", "Some members agreed to the plan.", "all"),
    ("He was not injured, police said.", "He was injured.", "negates"),
    ("Parliament approved the bill.", "Parliament rejected the bill.", "approved"),
]


@pytest.mark.parametrize(("cited", "sentence"), SUPPORTED)
def test_what_the_cited_words_say_is_supported(cited: str, sentence: str) -> None:
    verdict = check(sentence, Cited((cited,), cited, cited, PUBLISHED), 0.8)
    assert (verdict.support, verdict.reason) == ("supported", "")


@pytest.mark.parametrize(("cited", "sentence", "reason"), UNSUPPORTED)
def test_what_they_do_not_say_is_not(cited: str, sentence: str, reason: str) -> None:
    verdict = check(sentence, Cited((cited,), cited, cited, PUBLISHED), 0.8)
    assert verdict.support == "unsupported" and reason in verdict.reason


@pytest.mark.parametrize(
    ("cited", "around", "sentence", "reason"),
    [
        ("He left Beijing on Monday.", "Lula spoke. He left Beijing on Monday.", "Lula left Beijing on Monday.", ""),
        ("Xi left Beijing.", "Lula spoke. Xi left Beijing.", "Lula left Beijing.", "only near"),
        ("He left Beijing on Monday.", "He left Beijing on Monday.", "Lula left Beijing on Monday.", "not in"),
        ("Prices may rise soon.", "", "Prices rise soon.", "only for possible"),
        ("The company plans a merger.", "Tesla. The company plans a merger.", "Tesla plans a merger.", ""),
    ],
)
def test_names_may_stand_before_a_pronoun(cited: str, around: str, sentence: str, reason: str) -> None:
    verdict = check(sentence, Cited((cited,), around), 0.9)
    assert reason in verdict.reason and (verdict.support == "supported") == (not reason)


def test_without_a_model_for_meaning_words_alone_decide() -> None:
    assert check("Blinken met Xi on Monday.", Cited((MEETING,)), None).support == "supported"
    assert check("Wheat is dear.", Cited((MEETING,)), None).support == "unsupported"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$2.5 billion, 5m, 12 per cent", [2.5e9, 5e6, 12]),
        ("two hundred and fifty thousand, twenty-five, a dozen", [250_000, 25, 12]),
        ("the first three, the twenty-first, one hundred and third", [1, 3, 21, 103]),
        ("one of the first", [1, 1]),
        ("at 3:30 p.m.", [3.3]),
        ("12 March 2021", [(3, 12), 2021]),
        ("March 12, 2021", [(3, 12), 2021]),
        ("2021-03-12", [2021, (3, 12)]),
        ("in May 2020 he may come", [5, 2020]),
        ("Sept. 5 and the 4th of July", [(9, 5), (7, 4)]),
        ("the 4th, a third", [4, 3]),
        ("between 1,200 and 1,300 people in 1999", [1200, 1300, 1999]),
    ],
)
def test_numbers_and_dates_have_one_form(text: str, found: list[object]) -> None:
    assert [fact.value for fact in facts(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Talks between President Joe Biden and the U.S. resumed on Monday.", ["joe", "biden", "usa"]),
        ("Lula left. Officials of Brazil stayed.", ["lula", "brazil"]),
        ("THE WHOLE LINE IS IN CAPITALS", []),
        ("He said: “Nothing happened.”", []),
    ],
)
def test_names_are_told_from_beginnings(text: str, found: list[str]) -> None:
    assert [fact.value for fact in names(one_name(text))] == found


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_two_texts_can_be_compared(sentence: str, cited: str) -> None:
    verdict = check(sentence, Cited((cited,), cited, cited, PUBLISHED), None)
    assert bool(verdict.reason) == (verdict.support != "supported")


@given(st.lists(st.sampled_from("Ada Bob met not 12 May rose, 2021 Monday. the He $5 million".split()), min_size=1))
def test_no_words_are_in_doubt_beside_themselves(parts: list[str]) -> None:
    text = " ".join(parts)
    assert check(text, Cited((text,), text), 1.0).support != "unsupported"
