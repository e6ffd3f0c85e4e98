"""A timeline tells the days of a topic in their order, each in the article's words; no other question becomes one."""

from datetime import date

import pytest

from assistant.follow_up import standalone
from assistant.schema import Answer, Turn
from assistant.timeline import answer_timeline, days_of
from index.schema import Article, Hit, Passage
from index.splitting import split
from index.words import content_words, stem

DAY = date(2024, 3, 6)  # a Wednesday
TEXTS = {
    "Bridge reopens": (
        "The old bridge of Harrow opened again on 12 March 2024. The old bridge had been closed since the flood on"
        " 4 March. Mayor Calder cut a ribbon on Tuesday at the bridge of Harrow. Nobody was hurt."
    ),
    "Bridge closed": (
        "Engineers closed the old bridge of Harrow on 4 March 2024, when the flood came. The bakery sold bread in"
        " January 2023. A first crack in the old bridge of Harrow was seen in February 2023."
    ),
}


def find(topic: str, count: int) -> list[Hit]:
    assert content_words(topic)
    hits = []
    for number, (title, text) in enumerate(TEXTS.items()):
        article = Article(f"a{number}", title, text, published=DAY)
        hits += [Hit(passage, article, 1.0) for passage in split(article)]
    return hits[:count]


def weigh(topic: str) -> dict[str, float]:
    stems = {stem(word) for word in content_words(topic)}
    return {key: 1 / len(stems) for key in stems}


def test_a_common_word_of_a_topic_makes_no_timeline_of_it() -> None:
    text = (
        "The chip controls came on 4 March 2021. Centers for disease control opened on 5 March 2021."
        " The chip plant in Lumm was closed on 6 March 2021."
    )
    article = Article("a", "News of the week", text, published=DAY)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    asked = standalone([], "timeline of the chip controls")
    answer = answer_timeline(asked, lambda topic, count: hits, lambda topic: {"chip": 0.8, stem("controls"): 0.2})
    assert answer is not None
    assert [statement.text[:12] for statement in answer.statements] == ["4 March 2021", "6 March 2021"]
    assert answer_timeline(asked, lambda topic, count: hits, lambda topic: {}) is None  # of what nobody knows


def test_the_days_of_a_topic_come_in_their_order_each_quoted() -> None:
    answer = answer_timeline(standalone([], "Give me a timeline of the old bridge of Harrow"), find, weigh)
    assert answer is not None and answer.found and answer.listed and answer.text.count("\n") == 3
    days = [statement.text.partition(":")[0] for statement in answer.statements]
    assert days == ["February 2023", "4 March 2024", "5 March 2024", "12 March 2024"]
    assert not any("bakery" in statement.text for statement in answer.statements)
    for statement in answer.statements:
        citation = answer.citations[statement.citations[0] - 1]
        text = list(TEXTS.values())[int(citation.article_id[1:])]
        assert text[citation.start : citation.end] == citation.quote
        assert statement.text.endswith(citation.quote)


def test_a_day_that_a_sentence_begins_with_is_not_said_twice() -> None:
    text = "March 2023: the bridge of Harrow was painted. The bridge of Harrow was closed on 4 March 2024."
    article = Article("a", "The bridge of Harrow", text, published=DAY)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    answer = answer_timeline(standalone([], "Timeline of the bridge of Harrow"), lambda topic, count: hits, weigh)
    assert answer is not None
    told = [statement.text for statement in answer.statements]
    assert told == [text[:45], f"4 March 2024: {text[46:]}"]
    assert [statement.text[slice(*statement.bold[0])] for statement in answer.statements] == [
        "March 2023",
        "4 March 2024",
    ]


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("Timeline of the old bridge of Harrow since 2024", ["4 March 2024", "5 March 2024", "12 March 2024"]),
        ("Timeline of the old bridge of Harrow since 10 February 2023", None),
        (
            "Show me a timeline of the old bridge from 1 February 2023 to 4 March 2024.",
            ["February 2023", "4 March 2024"],
        ),
        ("A timeline since 5 March 2024 of the old bridge", ["5 March 2024", "12 March 2024"]),
        ("Timeline of the old bridge of Harrow since last week", ["12 March 2024"]),
        ("What happened to the old bridge in 2023, in order?", ["February 2023"]),
    ],
)
def test_days_in_the_question_limit_the_timeline(question: str, days: list[str] | None) -> None:
    answer = answer_timeline(standalone([], question), find, weigh, date(2024, 3, 18))
    assert answer is not None
    told = [statement.text.partition(":")[0] for statement in answer.statements]
    assert told == (days or ["February 2023", "4 March 2024", "5 March 2024", "12 March 2024"])


def test_a_timeline_may_be_asked_for_politely_and_after_something_else() -> None:
    before = [Turn("Summarise the bakery", Answer("Summarise the bakery"))]
    for message in ("Can you give me a timeline of the old bridge of Harrow?", "And a timeline of the old bridge"):
        for turns in ([], before):
            assert answer_timeline(standalone(turns, message), find, weigh) is not None


def test_a_day_that_names_what_happened_on_it_limits_nothing() -> None:
    asked = standalone([], "Timeline of the March 4 flood")
    text = "The flood of March 4 came in 2021, on 4 March 2021. The March 4 flood was measured on 9 May 2022."
    hits = [Hit(passage, Article("a", "", text), 1.0) for passage in split(Article("a", "", text))]
    answer = answer_timeline(asked, lambda topic, count: hits, weigh, date(2024, 3, 18))
    assert answer is not None and len(answer.statements) == 2


def test_a_timeline_is_complete_amid_a_conversation_unless_it_points_back() -> None:
    before = [Turn("What is said about the bakery?", Answer("What is said about the bakery?"))]
    for message, is_told in (("Timeline of the old bridge of Harrow since 2023", True), ("Timeline of it", False)):
        answer = answer_timeline(standalone(before, message), find, weigh, date(2024, 3, 18))
        assert (answer is not None) == is_told
        assert answer is None or answer.question == message


def test_days_of_which_nothing_is_told_leave_the_question_to_the_articles() -> None:
    assert answer_timeline(standalone([], "Timeline of the old bridge in 2019"), find, weigh) is None


@pytest.mark.parametrize(
    ("sentence", "day", "written"),
    [
        ("It fell on 4 March 2021.", date(2021, 3, 4), "4 March 2021"),
        ("It fell on March 4th, 2021.", date(2021, 3, 4), "4 March 2021"),
        ("It fell in March 2021.", date(2021, 3, 1), "March 2021"),
        ("It fell on Tuesday, Jan. 4, 2022.", date(2022, 1, 4), "4 January 2022"),
        ("It fell on 3 Sept. 2022, not later.", date(2022, 9, 3), "3 September 2022"),
        ("It fell on May 3, 2022.", date(2022, 5, 3), "3 May 2022"),
        ("It may have fallen on Marble Street 3.", None, ""),
        ("It fell on 7 March.", None, ""),
        ("It fell on 7 December.", date(2023, 12, 7), "7 December 2023"),
        ("It will open on 4 March.", None, ""),
        ("It will open on 4 March 2025.", date(2025, 3, 4), "4 March 2025"),
        ("The court is to rule on Friday.", None, ""),
        ("In March 20 people died.", None, ""),
        ("By March 20 people were there.", None, ""),
        ("It fell on 6 March.", DAY, "6 March 2024"),
        ("It fell on Monday.", date(2024, 3, 4), "4 March 2024"),
        ("It fell on 30 February 2021.", date(2021, 2, 1), "February 2021"),
        ("It may fall; the march went on.", None, ""),
    ],
)
def test_the_day_of_a_sentence(sentence: str, day: date | None, written: str) -> None:
    found = days_of(sentence, DAY)
    assert [each[:2] for each in found[:1]] == ([(day, written)] if day else [])
    if "7 December." in sentence or "Monday" in sentence:
        assert days_of(sentence, None) == []


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        ("It rained on 4 and 5 March 2021.", ["4–5 March 2021"]),
        ("It rained from 4 to 5 March.", ["4–5 March 2024"]),
        ("It rained from 1 to 5 March.", ["1–5 March 2024"]),
        ("It rained on 1 and 5 March.", ["1 March 2024"]),  # and not on the days between them
        ("It rained on 4 March 2021 and snowed in May 2021.", ["4 March 2021", "May 2021"]),
    ],
)
def test_several_days_of_a_sentence(sentence: str, written: list[str]) -> None:
    assert [each[1] for each in days_of(sentence, DAY)] == written


def test_a_weekday_is_the_day_that_the_article_calls_so() -> None:
    assert [day for day, _, _ in days_of("It fell on Monday.", DAY, "On Monday, 12 February, it rained.")] == [
        date(2024, 2, 12)
    ]
    assert days_of("It fell on Monday.", DAY, "On Monday, 12 February, and Monday, February 19, it rained.") == []
    assert days_of("It fell on Monday.", DAY, "On Sunday, 11 February, it rained.")[0][0] == date(2024, 3, 4)


def test_of_several_days_the_one_beside_the_topic_counts_and_a_short_name_is_the_topic() -> None:
    text = (
        "Ines Calder was born on 3 May 1970. They agreed on 4 March 2021, but the strike of July 2022 came between."
        " The strike began on 9 June 2022. The council removed Calder on 5 May 2022."
    )
    article = Article("a", "News of the week", text, published=DAY)
    sentence = text.index("The council")
    passages = [Passage("a:0", "a", 0, 0, sentence), Passage("a:1", "a", 1, sentence, len(text))]

    def days(question: str) -> list[str]:
        hits = [Hit(passage, article, 1.0) for passage in passages]
        answer = answer_timeline(standalone([], question), lambda topic, count: hits, weigh)
        assert answer is not None
        return [statement.text.partition(":")[0] for statement in answer.statements]

    assert days("Timeline of the strike") == ["9 June 2022", "July 2022"]
    assert days("Timeline of Ines Calder") == ["3 May 1970", "5 May 2022"]


@pytest.mark.parametrize(
    "question",
    [
        "What is the timeline of the repairs?",
        "When did the old bridge of Harrow close?",
        "What happened in Harrow?",
        "What happened in order to close the bridge?",
        "Does the report give a timeline for the repairs?",
        "Timeline of the",
    ],
)
def test_other_questions_are_left_to_the_articles(question: str) -> None:
    assert answer_timeline(standalone([], question), find, weigh) is None


def test_one_day_is_no_timeline() -> None:
    article = Article("a", "Bridge", "The old bridge fell on 4 March 2024.", published=DAY)
    hit = Hit(Passage("a:0", "a", 0, 0, len(article.text)), article, 1.0)
    assert answer_timeline(standalone([], "timeline of the old bridge"), lambda topic, count: [hit], weigh) is None
