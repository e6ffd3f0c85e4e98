"""The days a sentence tells of, and whether they are those that a question names."""

import time
from datetime import date

import pytest

from assistant.candidates import candidates_of
from assistant.citations import Claim
from assistant.extract import extract
from assistant.follow_up import standalone
from assistant.question import analyse
from assistant.reader import load_reader
from assistant.stretches import Stretch, days_asked, stretches
from assistant.told_days import comes_to_days, of_that_day_alone, of_the_days, of_the_years
from index.schema import Article, Hit
from index.splitting import split
from index.words import content_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On Sunday, 18 June 2023, it rained.", [Stretch((6, 18), (6, 18), 2023)]),
        ("It rained on 2023-06-18.", [Stretch((6, 18), (6, 18), 2023)]),
        ("It rained on June 18th.", [Stretch((6, 18), (6, 18))]),
        ("It rained on 18 and 19 June.", [Stretch((6, 18), (6, 19))]),
        ("It rained June 18-19, 2023.", [Stretch((6, 18), (6, 19), 2023)]),
        ("It rained from 16 to 19 July 2023.", [Stretch((7, 16), (7, 19), 2023)]),
        ("It rained from 28 January to 3 February 2023.", [Stretch((1, 28), (2, 3), 2023)]),
        ("It rained between June and August.", [Stretch((6, 1), (8, 31))]),
        ("It rained in June 2023.", [Stretch((6, 1), (6, 31), 2023)]),
        ("It has rained since June.", [Stretch((6, 1), (6, 31), opens=True)]),
        ("It rained before 3 March 2021.", [Stretch((3, 3), (3, 2), 2021, closes=True)]),
        ("It rained before January 2021.", [Stretch((1, 1), (12, 31), 2020, closes=True)]),
        ("It rained until 3 March 2021.", [Stretch((3, 3), (3, 3), 2021, closes=True)]),
        ("It rained on 13/6/2023.", [Stretch((6, 13), (6, 13), 2023)]),
        ("It rained on 9 and 19 June.", [Stretch((6, 9), (6, 9)), Stretch((6, 19), (6, 19))]),
        ("It rained on 3, 17 and 18 June.", [Stretch((6, 3), (6, 3)), Stretch((6, 17), (6, 18))]),
        ("It rained June 9 and 19.", [Stretch((6, 9), (6, 9)), Stretch((6, 19), (6, 19))]),
        ("It rained before the June election.", [Stretch((6, 1), (5, 31), closes=True)]),
        ("It rained before late June.", [Stretch((6, 1), (6, 31), closes=True)]),
        ("It rained on 00/00/2021, 0.6.2021, 12/0/2021 and 31/02/2021.", []),  # no such days
        ("It may rain, and the people march, aged 18 to 49, in 2023.", []),
    ],
)
def test_the_days_that_a_text_names(text: str, expected: list[Stretch]) -> None:
    assert stretches(text) == expected


@pytest.mark.parametrize("published", [date.min, date(1, 12, 31), date(9999, 12, 31)])
@pytest.mark.parametrize(
    "question", ["Who walked out in June?", "Who walked out on 31 December 9999?", "Why in May 1500?"]
)
def test_an_article_of_the_first_or_last_year_is_asked_about_days_as_any_other(question: str, published: date) -> None:
    article = Article("4", "Dockers", "The dockers of the town walked out. Some slept.", published=published)
    assert isinstance(comes_to_days(article, days_asked(question)), bool)
    article = Article("4", "Dockers", "The dockers of the town walked out in July or 9999-12-31.", published=published)
    assert isinstance(comes_to_days(article, days_asked(question)), bool)
    assert len(answered(question, article)) <= 1


def test_the_days_of_a_long_chronicle_are_found_fast() -> None:
    months = "January February March April May June July August September October November December".split()
    text = "".join(
        f"On {number % 28 + 1} {months[number % 12]} 2020 the ministry of the region told of {number} cases and closed"
        " the schools for a week. "
        for number in range(3000)
    )
    began = time.process_time()
    assert len(stretches(text)) == 3000
    assert time.process_time() - began < 3


def test_a_day_that_is_part_of_a_name_is_not_asked_about() -> None:
    assert days_asked("Who was charged over the January 6 attack?") == []
    assert days_asked("Who was charged on January 6?") == [Stretch((1, 6), (1, 6))]


@pytest.mark.parametrize(
    "question",
    [
        "When was Jan Hus burned at the stake?",
        "When did June Carter die?",
        "Who was convicted of the murder of April Jones?",
        "What did Johnson and May agree?",
        "What was written by May?",
        "Who was the prime minister, Theresa May, in 2018?",
        "What may 10 ministers decide?",
        "what did the march of 1963 change?",
        "who said that 4 may die?",
    ],
)
def test_a_name_or_word_that_looks_like_a_month_asks_for_none(question: str) -> None:
    assert days_asked(question) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what happened in march 2020?", [Stretch((3, 1), (3, 31), 2020)]),
        ("who was shot on 4 february?", [Stretch((2, 4), (2, 4))]),
        ("who was shot on march 4?", [Stretch((3, 4), (3, 4))]),
        ("who was shot on 4 may?", [Stretch((5, 4), (5, 4))]),
        ("who may march in may?", [Stretch((5, 1), (5, 31))]),
        ("Who resigned between June and August?", [Stretch((6, 1), (8, 31))]),
        ("Who met in June or July?", [Stretch((6, 1), (6, 31)), Stretch((7, 1), (7, 31))]),
        ("Who resigned in mid-June?", [Stretch((6, 1), (6, 31))]),
        ("Who resigned before the June election?", [Stretch((6, 1), (5, 31), closes=True)]),
        ("Who walked out at the end of May?", [Stretch((5, 1), (5, 31))]),
        ("What did Theresa May say by May 2018?", [Stretch((5, 1), (5, 31), 2018, closes=True)]),
    ],
)
def test_a_month_that_is_asked_about_may_be_typed_without_its_capital(question: str, expected: list[Stretch]) -> None:
    assert days_asked(question) == expected


def test_days_carried_from_an_earlier_question_count_where_it_names_none_itself() -> None:
    assert days_asked("And in May? (dockers walked out in June)") == [Stretch((5, 1), (5, 31))]
    assert days_asked("And why? (dockers walked out in June)") == [Stretch((6, 1), (6, 31))]


ONE = Article(
    "1",
    "Harbour strike",
    "The dockers of Harrow walked out on 3 March 2021. The mayor spoke with them for an hour.\n\n"
    "The strike ended on 9 and 10 May 2021, when both sides signed. The port agreed to pay more.\n\n"
    "The cranes are painted yellow.",
    published=date(2021, 5, 12),
)


def answered(question: str, article: Article = ONE) -> list[str]:
    """The sentences left for a question."""
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    days = days_asked(question)
    if not comes_to_days(article, days):
        return []
    every = candidates_of(analyse(standalone([], question), {}, 10), hits)
    return [each.text for each in of_the_days(days, every)]


@pytest.mark.parametrize(
    ("question", "first_words"),
    [
        ("What happened in the port?", ["The dockers", "The mayor", "The strike", "The port", "The cranes"]),
        ("What happened on 3 March 2021?", ["The dockers", "The mayor", "The cranes"]),
        ("What happened on 3 March?", ["The dockers", "The mayor", "The cranes"]),
        ("What happened on 4 March 2021?", []),
        ("What happened in March 2021?", ["The dockers", "The mayor", "The cranes"]),
        ("What happened in March 2020?", []),
        ("What happened in July 2021?", []),
        ("What happened in May 2021?", ["The strike", "The port", "The cranes"]),
        ("What happened on 10 May 2021?", ["The strike", "The port", "The cranes"]),
        ("What happened on 12 May 2021?", ["The cranes"]),  # the article's own day, but what is around tells of others
        ("What happened since April 2021?", ["The strike", "The port", "The cranes"]),
        ("What happened before April 2021?", ["The dockers", "The mayor", "The cranes"]),
    ],
)
def test_what_tells_of_other_days_is_left_out(question: str, first_words: list[str]) -> None:
    assert [" ".join(text.split()[:2]) for text in answered(question)] == first_words


@pytest.mark.parametrize(
    ("text", "published", "question", "is_able"),
    [
        ("The dockers of the town walked out.", None, "Who walked out in June 2021?", True),  # no day contradicts
        ("The dockers of the town walked out.", date(2021, 7, 2), "Who walked out in June 2021?", True),
        ("The dockers of the town walked out.", date(2021, 9, 2), "Who walked out in June 2021?", False),
        ("The dockers of the town walked out in June.", date(2021, 9, 2), "Who walked out in June 2021?", True),
        ("The dockers of the town walked out in June.", date(2021, 9, 2), "Who walked out in June 2020?", False),
        ("In 2020 all was well, but the dockers walked out in June.", None, "Who walked out in June 2020?", True),
        ("The dockers of the town walked out last month.", date(2021, 7, 30), "Who walked out in June 2021?", True),
        ("The dockers of the town walked out on Friday.", date(2021, 6, 12), "Who walked out on 11 June 2021?", True),
        ("The dockers of the town walked out on Friday.", date(2021, 6, 12), "Who walked out on 10 June 2021?", False),
        ("On Monday, 7 June, all was well. The dockers walked out on Friday.", date(2021, 6, 12),
         "Who walked out on 11 June 2021?", True),
        ("The dockers of the town walked out in June.", date(2021, 9, 2), "Who walked out before June 2021?", False),
        ("Die Dockarbeiter der Stadt haben am 3. Juli die Arbeit für eine Stunde niedergelegt.", date(2021, 9, 1),
         "Who walked out in June 2021?", True),
        ("The town said that the dockers will walk out on 5 July.", date(2021, 6, 28), "Who spoke in June 2021?", True),
        ("The town said that the dockers walked out on 5 May.", date(2021, 6, 28), "Who spoke in June 2021?", False),
    ],
)  # fmt: skip
def test_days_that_are_not_named_contradict_nothing(
    text: str, published: date | None, question: str, is_able: bool
) -> None:
    assert bool(answered(question, Article("2", "Dockers", text, published=published))) == is_able


@pytest.mark.parametrize(
    ("question", "published", "first_words"),
    [
        ("What did Ann Lee do in 2019?", date(2023, 5, 1), ["Ann Lee", "She was", "The bridge"]),
        ("What did Ann Lee do in 2021?", date(2023, 5, 1), ["She was", "The bridge", "Ann met"]),
        ("What did Ann Lee do in 2023?", date(2023, 5, 1), ["Ann Lee", "She was", "The bridge", "Ann met"]),
        ("What did Ann Lee do in June 2019?", date(2023, 5, 1), ["Ann Lee", "She was", "The bridge", "Ann met"]),
        ("Who was the Ann Lee of the 2019 race?", None, ["Ann Lee", "She was", "The bridge", "Ann met"]),
    ],
)
def test_what_tells_of_another_year_is_left_out(question: str, published: date | None, first_words: list[str]) -> None:
    text = (
        "Ann Lee won a race in 2019. She was mayor from 2018 to 2022. The bridge was painted red. Ann met Bob in 2021."
    )
    article = Article("5", "Ann", text, published=published)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    every = candidates_of(analyse(standalone([], question), {}, 10), hits)
    assert [" ".join(each.text.split()[:2]) for each in of_the_years(question, every)] == first_words


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("The bank had 300 branches in 2016.", False),
        ("In 2016, the bank had 300 branches.", False),
        ("On 3 March 2016, the bank had 300 branches.", False),
        ("The bank had 300 branches on March 3, 2016.", False),
        ("Founded in 1850, the bank had 300 branches.", True),
        ("The bank founded in 1850 had 300 branches.", True),
        ("The bank had 300 branches, compared with 200 in 2016.", True),
        ("The bank had 300 branches last year and 200 in 2016.", True),
        ("The bank was saved by the plan of 2016 and had 300 branches.", True),
    ],
)
def test_a_year_of_the_background_makes_no_sentence_one_of_that_year(text: str, is_kept: bool) -> None:
    article = Article("5", "Bank", text, published=date(2023, 5, 1))
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    question = "How many branches had the bank in 2019?"
    every = candidates_of(analyse(standalone([], question), {}, 10), hits)
    assert bool(of_the_years(question, every)) == is_kept


def test_what_was_in_another_year_is_no_answer() -> None:
    text = "The bank of Harrow had 300 branches in 2016. The bank of Harrow had 200 branches in 2019."
    (claim,) = claims_of("How many branches had the bank of Harrow in 2019?", Article("5", "Bank", text))
    assert "200" in claim


def test_a_sentence_of_that_day_alone_goes_before_those_of_several() -> None:
    text = "Ann Lee opened the bridge on 9 May. The mayor was in Harrow on 9 and 10 May with Bob Ray."
    article = Article("3", "Bridge", text, published=date(2021, 5, 12))
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    one, several = candidates_of(analyse(standalone([], "Who came on 9 May?"), {}, 10), hits)
    day = days_asked("Who came on 9 May?")
    assert of_that_day_alone(day, [several, one], [several, one]) == [one]
    assert of_that_day_alone(day, [several, one], [several]) == [several, one]
    assert of_that_day_alone(day, [several], [several]) == [several]
    assert of_that_day_alone(day, [several], [several, one]) == [several]  # an answer is not taken away
    assert of_that_day_alone(days_asked("Who came in May?"), [several, one], [several, one]) == [several, one]


def claims_of(question: str, article: Article, most: int = 4) -> list[str]:
    """What is quoted for a question."""
    hits = [Hit(passage, article, 1.5, 1, 1, 5.0, 0.6) for passage in split(article)]
    asked = analyse(standalone([], question), dict.fromkeys(content_words(f"{article.title} {article.text}"), 1), 20)
    return [claim.text for claim in extract(asked, hits, load_reader(), most, "lenient").claims]


def test_the_sentence_of_that_day_alone_is_quoted_alone() -> None:
    text = "Ann Lee and Bob Ray met the mayor in Harrow on 9 and 10 May. Ann Lee opened the new bridge on 9 May."
    article = Article("7", "Harrow", text, published=date(2021, 5, 12))
    assert claims_of("What did Ann Lee do on 9 May?", article) == ["Ann Lee opened the new bridge on 9 May."]


def test_an_article_of_other_days_is_not_quoted_though_the_sentence_names_none() -> None:
    assert claims_of("Were the cranes painted yellow in May 2021?", ONE)
    assert claims_of("Were the cranes painted yellow in July 2021?", ONE) == []


@pytest.mark.parametrize(
    ("day", "kept"),
    [(7, "neither"), (8, "first"), (9, "neither"), (10, "last")],
)
def test_the_first_and_last_day_are_those_that_the_article_names_before(day: int, kept: str) -> None:
    text = (
        "The drills ended on Monday, 10 April 2023. They had begun on Saturday, 8 April.\n\n"
        "On the last day the ministry counted 91 aircraft. On the first day the ministry counted 71 aircraft."
    )
    article = Article("9", "Drills", text, published=date(2023, 4, 11))
    found = [text for text in answered(f"What was counted on {day} April 2023?", article) if "counted" in text]
    assert [text.split()[2] for text in found] == ([kept] if kept != "neither" else [])


def test_what_is_told_of_another_day_has_no_answer_in_what_else_happened() -> None:
    text = (
        "Joe Calder and Ines Reed met for four hours on Wednesday, 15 November 2023, at an estate in Woodside. The"
        " ministry of trade removed a laboratory from its list on Thursday, 16 November 2023."
    )
    article = Article("8", "Talks in Woodside", text, published=date(2023, 11, 17))
    assert claims_of("Who met in Woodside on 15 November 2023?", article)
    assert claims_of("Who met in Woodside on 16 November 2023?", article) == []


def test_who_asks_when_names_days_of_something_else() -> None:
    text = "Parliament passed the law in March 2021. The law took effect on 1 July 2021, the ministry said."
    article = Article("6", "Port law", text, published=date(2021, 9, 20))
    found = claims_of("When did the law that parliament passed in March take effect?", article)
    assert any("1 July 2021" in claim for claim in found)


def test_what_was_done_in_another_month_is_no_answer() -> None:
    hits = [Hit(passage, ONE, 1.5, 1, 1, 5.0, 0.5) for passage in split(ONE)]

    def claims(question: str) -> tuple[Claim, ...]:
        asked = analyse(standalone([], question), {"port": 1, "agreed": 1, "pay": 1}, 20)
        return extract(asked, hits, load_reader(), 4, "lenient").claims

    assert claims("Did the port agree to pay more in May 2021?")
    assert claims("Did the port agree to pay more in July 2021?") == ()
