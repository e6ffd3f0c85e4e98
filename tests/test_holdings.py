"""Questions about the library as a whole: answered from its records, and no other question is ever taken for one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant.app import Library, open_library
from assistant.follow_up import Standalone, standalone
from assistant.holdings import CITED, LISTED, answer_from_holdings
from assistant.schema import Answer, Turn
from assistant.settings import load_settings
from index.schema import Article, Filters
from index.words import content_words

TODAY = date(2023, 6, 20)


def page(title: str, author: str, day: str, source: str) -> bytes:
    told = (
        "The pond froze over."
        if source == "The Courier"
        else f"Taiwan spoke of {title} on Monday. The talks were long."
    )
    head = f"---\ntitle: {title}\nauthor: {author}\ndate: {day}\nsource: {source}\n---"
    return f"{head}\n\n{told} Report {title}.\n".encode()


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    library = open_library(load_settings())
    for number, (author, day, source) in enumerate(
        [
            ("David Wyatt", "2023-04-01", "Reuters"),
            ("David Wyatt and Ann Lee", "2023-05-09", "Reuters"),
            ("Ann Lee", "2023-06-19", "The Guardian"),
            ("Bo Ek", "2022-01-01", "The Courier"),
        ]
    ):
        library.synchroniser.add_bytes(page(f"Story {number}", author, day, source), f"{number}.md")
    yield library
    library.database.close()


def ask(library: Library, question: str, filters: Filters | None = None) -> Answer | None:
    return answer_from_holdings(standalone([], question), library.catalogue, filters or Filters(), TODAY)


def titles(answer: Answer | None) -> set[int]:
    assert answer is not None
    return {int(citation.title.split()[-1]) for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "said", "articles"),
    [
        ("How many articles are there?", "4 articles.", {0, 1, 2}),
        ("How many articles do you have?", "4 articles.", {0, 1, 2}),
        ("how many articles does the library hold", "4 articles.", {0, 1, 2}),
        ("How many articles since May?", "2 articles (since May)", {1, 2}),
        ("How many articles are there since May 2023?", "2 articles (since May 2023)", {1, 2}),
        ("How many articles were published in 2022?", "1 article (in 2022)", {3}),
        ("How many articles from Reuters?", "2 articles (articles from Reuters)", {0, 1}),
        ("How many articles from Reuters since May?", "1 article ", {1}),
        ("How many articles are from Reuters?", "2 articles ", {0, 1}),
        ("How many articles do I have from Reuters?", "2 articles ", {0, 1}),
        ("Show me the articles of the Guardian", "“Story 2”", {2}),
        ("How many articles are by Ann Lee?", "2 articles (by Ann Lee)", {1, 2}),
        ("List all by David Wyatt", "2 articles (by David Wyatt)", {0, 1}),
        ("List all articles by david wyatt.", "“Story 1” (David Wyatt and Ann Lee, Reuters, 9 May 2023).", {0, 1}),
        ("Show me all articles by Ann Lee", "“Story 2”", {1, 2}),
        ("Which articles were written by Bo Ek?", "“Story 3”", {3}),
        ("List all articles", "4 articles.", {0, 1, 2, 3}),
        ("List the articles from the Guardian", "“Story 2”", {2}),
        ("How many articles did Ann Lee write?", "2 articles (by Ann Lee)", {1, 2}),
        ("How many articles has Ann Lee written since June?", "1 article (by Ann Lee, since June)", {2}),
        ("What did Ann Lee write?", "“Story 2” (Ann Lee, The Guardian, 19 June 2023).", {1, 2}),
        ("Which articles did David Wyatt publish?", "2 articles (by David Wyatt)", {0, 1}),
        ("Which articles are from May 2023?", "1 article (from May 2023)", {1}),
        ("What is the oldest article?", "“Story 3” (Bo Ek, The Courier, 1 January 2022).", {3}),
        ("Show me the latest article", "“Story 2” (Ann Lee, The Guardian, 19 June 2023).", {2}),
        ("the latest article by David Wyatt", "“Story 1”", {1}),
        ("Which are the oldest articles?", "“Story 3”", {0, 1, 2, 3}),
        ("Which sources cover Taiwan?", "Reuters: 2 articles.", {0, 1, 2}),
        ("Which of my sources write about Taiwan?", "The Guardian: 1 article.", {0, 1, 2}),
        ("Which sources mention Taiwan?", "Reuters: 2 articles.", {0, 1, 2}),
        ("What sources wrote about Taiwan since May?", "The Guardian: 1 article.", {1, 2}),
        ("Which sources have reported on Taiwan?", "Reuters: 2 articles.", {0, 1, 2}),
        ("Which source has the most articles?", "Reuters: 2 articles.", {0, 1, 2, 3}),
        ("Who wrote about Taiwan?", "David Wyatt: 2 articles.", {0, 1, 2}),
        ("Who wrote articles about the pond?", "Bo Ek: 1 article.", {3}),
        ("Who reported on the talks?", "Ann Lee: 2 articles.", {0, 1, 2}),
        ("who wrote the most articles?", "Ann Lee: 2 articles.", {0, 1, 2, 3}),
        ("Which author has written most articles in my library?", "David Wyatt: 2 articles.", {0, 1, 2, 3}),
        ("Who wrote the most articles in 2022?", "Bo Ek: 1 article.", {3}),
        ("Which authors do I have?", "Bo Ek: 1 article.", {0, 1, 2, 3}),
        ("List all authors", "Bo Ek: 1 article.", {0, 1, 2, 3}),
        ("Which sources do I have?", "Reuters: 2 articles.", {0, 1, 2, 3}),
        ("What sources are there", "The Courier: 1 article.", {0, 1, 2, 3}),
        ("Show me my sources", "The Courier: 1 article.", {0, 1, 2, 3}),
        ("Which articles do I have?", "4 articles.", {0, 1, 2, 3}),
        ("Can you list all my articles, please?", "4 articles.", {0, 1, 2, 3}),
    ],
)
def test_the_library_is_told_and_cited(library: Library, question: str, said: str, articles: set[int]) -> None:
    answer = ask(library, question)
    assert answer is not None and said in answer.text
    assert titles(answer) == articles
    assert answer.written_by == "catalogue"
    for citation in answer.citations:
        article = library.catalogue.article(citation.article_id)
        assert article is not None and article.text[citation.start : citation.end] == citation.quote
        assert citation.field in ("published", "source", "author")


def test_who_wrote_is_not_told_of_articles_that_do_not_name_their_authors(home: Path) -> None:
    library = open_library(load_settings())
    for number in range(3):
        library.synchroniser.add_text(f"Title {number}", f"Marco Polo wrote about the flood of {number}.")
    library.synchroniser.add_text("Title", "The flood was written about by Marco Polo.", author="Ann Lee")
    assert ask(library, "Who wrote about the flood?") is None
    assert ask(library, "Who wrote the most articles?") is None
    library.database.close()


def test_a_name_written_the_other_way_round_is_one_author(home: Path) -> None:
    library = open_library(load_settings())
    for number, author in enumerate(["Lee, Ann", "By Bo Ek, Ann Lee and Cy Low", "BO EK"]):
        library.synchroniser.add_text(f"Title {number}", f"The flood of {number}.", author=author)
    answer = ask(library, "Who wrote about the flood?")
    assert answer is not None
    said = [each.text for each in answer.statements]
    assert sorted(said) == ["Ann Lee: 1 article.", "BO EK: 2 articles.", "Cy Low: 1 article.", "Lee, Ann: 1 article."]
    library.database.close()


@pytest.mark.parametrize(
    "question",
    [
        "articles about Taiwan",
        "Articles on Taiwan, please",
        "Show me everything on Taiwan",
        "anything about Taiwan?",
        "Is there anything about Taiwan in my library?",
        "Do you have any articles that mention Taiwan?",
        "What do you have on Taiwan?",
        "Which articles mention Taiwan?",
        "Please find me the stories about Taiwan since January 2023",
        "List all articles by Reuters about Taiwan since 2022",
    ],
)
def test_the_articles_of_a_topic_are_listed_with_what_they_say_of_it(library: Library, question: str) -> None:
    answer = ask(library, question)
    assert answer is not None and titles(answer) <= {0, 1, 2} and "with the words “Taiwan”" in answer.text
    assert answer.written_by == "catalogue"
    for citation in answer.citations:
        assert "Taiwan spoke" in citation.quote and citation.field == ""


def test_a_name_that_is_written_like_a_verb_is_a_topic(library: Library) -> None:
    told = "---\ntitle: Speech\ndate: 2020-01-01\n---\n\nTheresa May spoke of the pond.\n"
    library.synchroniser.add_bytes(told.encode(), "speech.md")
    answer = ask(library, "Show me articles about Theresa May")
    assert answer is not None and [each.quote for each in answer.citations] == ["Theresa May spoke of the pond."]


def test_what_fits_a_topic_best_comes_first(library: Library) -> None:
    told = "---\ntitle: Pond\ndate: 2020-01-01\n---\n\nThe pond of Taiwan. A pond, and once more the pond.\n"
    library.synchroniser.add_bytes(told.encode(), "pond.md")
    answer = ask(library, "Articles about the pond")
    assert answer is not None and [each.title for each in answer.citations] == ["Pond", "Story 3"]


def test_the_articles_of_a_topic_are_counted(library: Library) -> None:
    for question in ("How many articles mention Taiwan?", "How many of my articles are about Taiwan?"):
        answer = ask(library, question)
        assert answer is not None
        assert answer.statements[0].text == "The library holds 3 articles (with the words “Taiwan”)."
        assert len(answer.statements) == 1
    answer = ask(library, "How many articles mention dragons?")
    assert answer is not None and "no articles" in answer.message


def test_a_topic_of_no_article_is_left_to_the_articles(library: Library) -> None:
    assert ask(library, "Show me everything on dragons") is None


def test_sources_that_no_article_names_are_said_to_be_none(home: Path) -> None:
    library = open_library(load_settings())
    library.synchroniser.add_bytes(b"The pond froze over in the night.", "pond.txt")
    answer = ask(library, "Which sources do I have?")
    assert answer is not None and answer.message == "No article in the library names its source."
    library.database.close()


def test_a_topic_is_told_amid_a_conversation_and_what_points_back_is_not(library: Library) -> None:
    turns = [Turn("What did Taiwan say?", Answer("What did Taiwan say?"))]
    for message, is_told in (("And anything about the pond?", False), ("How many articles mention Taiwan?", True)):
        asked = standalone(turns, message)
        assert (answer_from_holdings(asked, library.catalogue, Filters(), TODAY) is not None) == is_told
    for message in ("anything about it?", "articles about that", "How many articles mention this story?"):
        assert ask(library, message) is None


@pytest.mark.parametrize(("day", "count"), [("2023-06-19T08:00", 2), ("2023-06-17T08:00", 0)])
def test_what_is_new_is_what_was_added(library: Library, day: str, count: int) -> None:
    moment = datetime.fromisoformat(day).astimezone(UTC).isoformat()
    with library.database.transaction() as connection:
        connection.execute("UPDATE articles SET added = '2023-01-01T00:00:00+00:00'")
        connection.execute("UPDATE articles SET added = ? WHERE source = 'Reuters'", (moment,))
    for question in ("What is new since yesterday?", "What’s new in the library since yesterday?"):
        answer = ask(library, question)
        assert answer is not None and len(answer.citations) == count
        assert "New since 19 June 2023: " in (answer.text or answer.message)
    assert ask(library, "What is new?") is None


def test_nothing_is_said_to_be_nothing(library: Library) -> None:
    answer = ask(library, "How many articles since 2023-07?") or ask(library, "How many articles in 2019?")
    assert answer is not None and not answer.found and "no articles" in answer.message


def test_the_persons_filters_hold(library: Library) -> None:
    assert titles(ask(library, "How many articles are there?", Filters(sources=("Reuters",)))) == {0, 1}


def test_a_long_list_names_the_newest_and_says_how_many_it_left_out(library: Library) -> None:
    for number in range(10, 30):
        library.synchroniser.add_bytes(page(f"Story {number}", "Cy Day", "2023-06-01", "Reuters"), f"{number}.md")
    answer = ask(library, "List all articles by Cy Day")
    assert answer is not None and "20 articles" in answer.text and len(answer.citations) == LISTED
    assert answer.note.startswith("10 of 20 are shown, the newest first. ")
    short = ask(library, "List all articles by Ann Lee")
    assert short is not None and short.note == ""


def test_a_count_is_one_sentence_that_cites_a_few(library: Library) -> None:
    for number in range(10, 30):
        library.synchroniser.add_bytes(page(f"Story {number}", "Cy Day", "2023-06-01", "Reuters"), f"{number}.md")
    answer = ask(library, "How many articles are by Cy Day?")
    assert answer is not None and len(answer.statements) == 1 and "20 articles" in answer.text
    assert len(answer.citations) == CITED and answer.note == ""


def test_many_sources_are_told_the_biggest_first(library: Library) -> None:
    for number in range(10, 10 + LISTED):
        library.synchroniser.add_bytes(page(f"Story {number}", "", "2023-06-01", f"Paper {number}"), f"{number}.md")
    answer = ask(library, "Which sources cover Taiwan?")
    assert answer is not None and answer.statements[0].text == "Reuters: 2 articles."
    assert len(answer.statements) == LISTED and answer.note.startswith("10 of 12 sources are shown")


def test_sources_are_counted_without_all_their_articles_being_read(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10, 40):
        source = "Reuters" if number % 2 else f"Paper {number}"
        library.synchroniser.add_bytes(
            page(f"Story {number}", "Cy Day", f"2023-06-{number - 9:02}", source), f"{number}.md"
        )
    read, by_id = list[str](), library.catalogue.by_id

    def noted(ids: Iterable[str]) -> dict[str, Article]:
        read.extend(given := list(ids))
        return by_id(given)

    monkeypatch.setattr(library.catalogue, "by_id", noted)
    answer = ask(library, "Which sources cover Taiwan?")
    assert answer is not None
    said = [statement.text for statement in answer.statements]
    papers = sorted(["The Guardian", *(f"Paper {number}" for number in range(10, 40, 2))])
    assert said == ["Reuters: 17 articles.", *(f"{paper}: 1 article." for paper in papers[: LISTED - 1])]
    assert len(read) == CITED + LISTED - 1, "the newest of each source"
    assert [citation.title for citation in answer.citations[:CITED]] == ["Story 39", "Story 37", "Story 35"]


@pytest.mark.parametrize(
    "question",
    [
        "How many articles does the treaty have?",
        "How many articles are there in the constitution?",
        "How many articles of impeachment were there?",
        "How many articles?",
        "How many articles did Pablo Picasso write?",
        "What did Pablo Picasso write?",
        "What did Ann Lee write about dragons?",
        "What did Ann Lee write on the wall that fell?",
        "What is the latest report on Taiwan?",
        "What is the oldest article of the constitution?",
        "the latest article about dragons",
        "How many articles did Reuters publish on Taiwan in May?",
        "How many people were killed since May?",
        "List all by Pablo Picasso",
        "List all the towns that were flooded",
        "Show me the way the harbour was rebuilt",
        "Which sources did the report rely on?",
        "Which sources covered up the leak?",
        "Who wrote about the distillation of drinking water from sea water?",
        "Who wrote the book about Taiwan?",
        "Who wrote on the wall about Taiwan?",
        "Who covered Taiwan?",
        "Who reported the talks on Taiwan?",
        "Who wrote the most novels?",
        "Who wrote the most articles of the constitution?",
        "Who wrote about it?",
        "Who wrote about dragons?",
        "Which source has the most energy?",
        "Which sources of energy cover most of the demand?",
        "Which sources cover",
        "What is new about the law?",
        "Reports on Taiwan were wrong?",
        "Which reports on Taiwan spoke of talks?",
        "Which articles of the treaty mention Taiwan?",
        "What sources of energy are there?",
        "What are the sources of the Nile?",
        "What is everything in Taiwan made of?",
        "Is there anything on the pond?",
        "Do you have anything that is not about Taiwan?",
        "articles about Taiwan without talks",
        "What do you know about Taiwan?",
        "What is said about Taiwan?",
        "Is there anything about Taiwan that was long?",
        "What is new in Taiwan since yesterday?",
        "What happened since yesterday?",
        "What’s new",
    ],
)
def test_other_questions_are_left_to_the_articles(library: Library, question: str) -> None:
    assert ask(library, question) is None


def test_what_goes_on_with_an_earlier_question_is_not_taken(library: Library) -> None:
    carried = Standalone(
        "How many articles are there? (treaty)", ("articles",), ("treaty",), asked="How many articles are there?"
    )
    assert answer_from_holdings(carried, library.catalogue, Filters(), TODAY) is None


@pytest.mark.parametrize("message", ["How many articles are there?", "Which articles are there?"])
def test_articles_are_the_librarys_amid_talk_of_what_has_none(library: Library, message: str) -> None:
    for topic, is_told in (("the pond", True), ("the treaty of Harrow", False), ("the agreements", False)):
        said = f"What did they say of {topic}?"
        asked = replace(standalone([Turn(said, Answer(said))], message), carried=tuple(content_words(topic)))
        answer = answer_from_holdings(asked, library.catalogue, Filters(), TODAY)
        assert (answer is not None and answer.written_by == "catalogue") == is_told


@pytest.mark.parametrize(
    "message",
    [
        "How many articles do you have?",
        "And how many articles are there in my library?",
        "List all articles",
        "Which sources do I have?",
        "Show me my sources",
    ],
)
def test_what_names_the_library_is_told_amid_a_conversation(library: Library, message: str) -> None:
    asked = standalone([Turn("Who opened the pond?", Answer("Who opened the pond?"))], message)
    answer = answer_from_holdings(asked, library.catalogue, Filters(), TODAY)
    assert answer is not None and answer.found and answer.question == message


def test_what_an_author_wrote_of_a_topic_is_told(library: Library) -> None:
    answer = ask(library, "What did Ann Lee write about the talks since June?")
    assert answer is not None and titles(answer) == {2}
    assert answer.statements[0].text == "The library holds 1 article (by Ann Lee, since June, with the words “talks”)."
    count = ask(library, "How many articles did Bo Ek write about Taiwan?")
    assert count is not None and count.message == "The library holds no articles (by Bo Ek, with the words “Taiwan”)."


def test_the_ends_of_the_library_are_told_of_a_topic_and_of_dated_articles(library: Library) -> None:
    library.synchroniser.add_text("Story 9", "Taiwan spoke of a pond without a day.")
    for message, number in (("What is the oldest article?", 3), ("the oldest article about Taiwan", 0)):
        assert titles(ask(library, message)) == {number}
    for number in range(10, 10 + LISTED):
        library.synchroniser.add_bytes(page(f"Story {number}", "Cy Day", "2023-06-10", "Wire"), f"{number}.md")
    oldest = ask(library, "List the oldest articles")
    assert oldest is not None and "the oldest first" in oldest.note and len(oldest.statements) == LISTED


def test_who_wrote_about_a_word_wrote_it_by_itself(library: Library) -> None:
    for number, (author, told) in enumerate(
        [("Cy Day", "A fire broke out."), ("Di Oak", "The live-fire drills ended.")]
    ):
        library.synchroniser.add_text(f"Note {number}", told, author=author)
    for question, author in (("Who wrote about the fire?", "Cy Day"), ("Who wrote about live-fire drills?", "Di Oak")):
        answer = ask(library, question)
        assert answer is not None and [each.text for each in answer.statements] == [f"{author}: 1 article."]
    assert ask(library, "Who wrote about the live drills?") is None
