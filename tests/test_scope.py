"""What a question says of time and source, as a table: what limits, what is leaned on, what says nothing."""

from datetime import date

import pytest

from assistant.schema import Scope
from assistant.scope import TIE, narrowed, understood
from assistant.source_names import named_source
from index.schema import Filters

TODAY = date(2023, 6, 21)  # a Wednesday
SOURCES = ["theguardian.com", "Reuters", "cnn.com", "news.sky.com", "nytimes.com", "The Daily Harbour", "bbc.co.uk"]


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Who resigned today?", "2023-06-20", "2023-06-21"),
        ("Who resigned yesterday?", "2023-06-19", "2023-06-21"),
        ("Which pier reopened this week?", "2023-06-14", "2023-06-21"),
        ("Which pier reopened last week?", "2023-06-07", "2023-06-21"),
        ("Which pier reopened over the weekend?", "2023-06-16", "2023-06-19"),
        ("Who spoke on Sunday?", "2023-06-18", "2023-06-21"),
        ("Who spoke on Wednesday?", "2023-06-21", "2023-06-21"),
        ("What happened last month?", "2023-05-01", "2023-05-31"),
        ("What happened this month?", "2023-06-01", "2023-06-21"),
        ("Who won two weeks ago?", "2023-06-04", "2023-06-11"),
        ("Who won in the past three days?", "2023-06-18", "2023-06-21"),
        ("What was agreed in March?", "2023-03-01", "2023-03-31"),
        ("What was agreed in September?", "2022-09-01", "2022-09-30"),
        ("What was agreed in March 2021?", "2021-03-01", "2021-03-31"),
        ("Who was shot on 4 February?", "2023-02-04", "2023-02-04"),
        ("Who was shot on February 4th, 2020?", "2020-02-04", "2020-02-04"),
        ("Who has resigned since May?", "2023-05-01", "2023-06-21"),
        ("Who resigned before 2020?", "0001-01-01", "2019-12-31"),
        ("Who governed between 2010 and 2012?", "2010-01-01", "2012-12-31"),
        ("Who was elected last year?", "2022-01-01", "2022-12-31"),
        # from one to another
        ("What fell between March 2020 and June 2021?", "2020-03-01", "2021-06-30"),
        ("What fell from March to May 2021?", "2021-03-01", "2021-05-31"),
        ("What fell from November to February 2021?", "2020-11-01", "2021-02-28"),
        ("What fell from March 2020 to June?", "2020-03-01", "2020-06-30"),
        ("What fell in March-May 2021?", "2021-03-01", "2021-05-31"),
        ("What fell March to May 2021?", "2021-03-01", "2021-05-31"),
        ("What fell from March to May?", "2023-03-01", "2023-05-31"),
        ("What fell between November and February?", "2022-11-01", "2023-02-28"),
        ("What fell from 3 March to 5 May 2021?", "2021-03-03", "2021-05-05"),
        ("What fell between 10 and 12 June?", "2023-06-10", "2023-06-12"),
        ("Who governed between 2020 and 2018?", "2018-01-01", "2020-12-31"),
        ("Who governed between June 2020 and March 2019?", "2019-03-01", "2020-06-30"),
        ("Who governed from 2019 until today?", "2019-01-01", "2023-06-21"),
        ("Who governed from March 2019 on?", "2019-03-01", "2023-06-21"),
        # a bound before days counted from today
        ("What fell since last month?", "2023-05-01", "2023-06-21"),
        ("What fell since last week?", "2023-06-12", "2023-06-21"),
        ("What fell since yesterday?", "2023-06-20", "2023-06-21"),
        ("What fell since two weeks ago?", "2023-06-07", "2023-06-21"),
        ("What fell before yesterday?", "0001-01-01", "2023-06-19"),
        ("What fell the day before yesterday?", "2023-06-18", "2023-06-21"),
        ("What fell before the weekend?", "0001-01-01", "2023-06-16"),
        ("What fell before last Monday?", "0001-01-01", "2023-06-18"),
        ("What fell before last year?", "0001-01-01", "2021-12-31"),
        ("What fell until last week?", "0001-01-01", "2023-06-18"),
        # may, march and just where they are what they look like
        ("What fell in may?", "2023-05-01", "2023-05-31"),
        ("What fell on march 5?", "2023-03-05", "2023-03-05"),
        ("What fell after the strike, May 5?", "2023-05-05", "2023-05-05"),
        ("Who has just resigned?", "2023-06-14", "2023-06-21"),
        ("Has the minister just left?", "2023-06-14", "2023-06-21"),
        ("What did the minister just announce?", "2023-06-14", "2023-06-21"),
        ("Who just resigned?", "2023-06-14", "2023-06-21"),
        ("What is the latest on the harbour?", "2023-06-14", "2023-06-21"),
    ],
)
def test_days_are_leaned_on(question: str, since: str, until: str) -> None:
    scope = understood(question, TODAY, SOURCES)
    assert scope.words and not scope.filters and scope.leaning
    assert (scope.leaning.since, scope.leaning.until) == (day(since), day(until))


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("What do articles since March say of the pier?", Filters((), day("2023-03-01"), TODAY)),
        ("Which articles published before 2020 mention it?", Filters((), None, day("2019-12-31"))),
        ("What do articles from 2019 say of it?", Filters((), day("2019-01-01"), day("2019-12-31"))),
        ("What do articles since 2019 say of it?", Filters((), day("2019-01-01"), TODAY)),
        ("What do articles from 2019 onwards say of it?", Filters((), day("2019-01-01"), TODAY)),
        ("Is there news from March 2021 of it?", Filters((), day("2021-03-01"), day("2021-03-31"))),
        ("What do articles since last week say of it?", Filters((), day("2023-06-12"), TODAY)),
        ("According to Reuters, who came?", Filters(("Reuters",))),
        ("who came according to the guardian?", Filters(("theguardian.com",))),
        ("What was said in the Guardian?", Filters(("theguardian.com",))),
        ("What did CNN report about the pier?", Filters(("cnn.com",))),
        ("What do reports by Sky News say?", Filters(("news.sky.com",))),
        ("Who won, according to the New York Times?", Filters(("nytimes.com",))),
        ("Who won, according to the Daily Harbour?", Filters(("The Daily Harbour",))),
    ],
)
def test_words_about_publication_limit(question: str, filters: Filters) -> None:
    scope = understood(question, TODAY, SOURCES)
    assert scope.filters == filters and scope.words


def test_words_said_again_and_again_are_told_once() -> None:
    question = "What was agreed last year, Last year and in May of last year, and who left in May?"
    assert sorted(understood(question, TODAY, SOURCES).words) == ["in May", "last year"]


@pytest.mark.parametrize(
    "question",
    [
        "Who may come to the talks?",
        "Who will march to the pier?",
        "May the president veto the bill?",
        "What may happen?",
        "What may 10 ministers decide?",
        "May 10 ministers decide?",
        "Who led the march on Washington?",
        "Who wrote of the march of many?",
        "Did they march in Selma?",
        "When did 5 march on the capital?",
        "Was it a just war?",
        "Has Ukraine a just cause?",
        "Is it just a rumour?",
        "Just how much do they need?",
        "Who hosts the 2024 Games?",
        "Who resigned from CNN?",
        "Who wins according to the minister?",
        "Which of the two is older?",
        "",
    ],
)
def test_what_says_nothing_breaks_ties_only(question: str) -> None:
    scope = understood(question, TODAY, SOURCES)
    assert scope.words == () and not scope.filters
    assert scope.leaning and scope.leaning.weight == TIE and not scope.leaning.sought
    assert understood(question, None, SOURCES) == Scope()


def test_without_a_day_only_what_needs_none_is_understood() -> None:
    assert understood("Who resigned this week?", None, SOURCES) == Scope()
    assert understood("Who resigned in March 2021?", None, SOURCES).leaning
    assert understood("Who resigned after 31 December 9999?", date.max, SOURCES).leaning
    assert understood("Who came 900 years ago?", date(1, 1, 1), SOURCES).words


def test_the_march_of_a_year_is_no_month() -> None:
    assert understood("Who led the march of 1963?", TODAY, SOURCES).words == ("of 1963",)


def test_days_that_are_none_are_not_read() -> None:
    for question in ("What fell from 31 February to 5 March 2021?", "What fell from 3 to May 2021?"):
        assert understood(question, TODAY, SOURCES).words
    assert understood("What fell before today?", date.min, SOURCES).leaning


def test_the_narrowest_days_count() -> None:
    scope = understood("Who announced this year, this week?", TODAY, SOURCES)
    assert scope.leaning and scope.leaning.since == day("2023-06-14")


def test_a_persons_filters_go_before_the_questions() -> None:
    scope = Scope(Filters(("Reuters",), day("2023-03-01")), None, ("x",))
    assert narrowed(Filters(), scope) == scope.filters
    assert narrowed(Filters(("cnn.com",)), scope) == Filters(("cnn.com",), day("2023-03-01"))
    assert narrowed(Filters((), None, TODAY), scope) == Filters(("Reuters",), None, TODAY)


def test_only_sources_of_the_library_are_names() -> None:
    assert named_source("According to Reuters, who came?", []) == ("", "")
    assert named_source("Who won according to the BBC's report?", SOURCES)[0] == "bbc.co.uk"


@pytest.mark.parametrize(
    "question",
    ["Which ship sank in the Atlantic?", "What happened in the time of Cleopatra?", "How hot is it in the sun?"],
)
def test_ordinary_words_are_no_source(question: str) -> None:
    sources = ["theatlantic.com", "time.com", "thesun.co.uk"]
    assert not understood(question, date(2024, 6, 12), sources).filters.sources
