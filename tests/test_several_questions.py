"""Several questions of one message: told apart, each answered and cited, or said to be without an answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.app import Assistant, build
from assistant.schema import Answer, Citation, Statement, Turn
from assistant.settings import load_settings
from assistant.several_questions import questions_in, together
from assistant.ui.render_answer import render_answer
from tests.fakes import BagOfWordsEmbedder

ELECTION = (
    "Ines Calder won the election for mayor of Harrow. The election was held on 4 May 2024. Ines Calder is 52 years old"
    " and was a teacher before. The river did not rise that week."
)


@pytest.fixture
def assistant(home: Path) -> Iterator[Assistant]:
    assistant = build(load_settings(), BagOfWordsEmbedder())  # type: ignore[arg-type]
    assistant.library.synchroniser.add_text("Election in Harrow", ELECTION, "Courier")
    assistant.writer.drain()
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who won and when was the vote?", ("Who won?", "when was the vote?")),
        ("Who is Ines Calder?  How old is she?", ("Who is Ines Calder?", "How old is she?")),
        ("what is insulin, and how many people need it", None),
        ("what is insulin, and how many people do need it", ("what is insulin?", "how many people do need it?")),
        (
            "Who came? What was sung? And where did they meet?",
            ("Who came?", "What was sung?", "And where did they meet?"),
        ),
        ("Who won, and who lost?", ("Who won?", "who lost?")),
        (
            "Who wrote the article about the pier, and what happened to it?",
            ("Who wrote the article about the pier?", "what happened to it?"),
        ),
        (
            "When was it published and which source published it?",
            ("When was it published?", "which source published it?"),
        ),
        ("How many were injured, and what caused the fire?", ("How many were injured?", "what caused the fire?")),
        ("where was the fire, and who started it", ("where was the fire?", "who started it?")),
        ("1. Who came? 2. What was sung?", ("Who came?", "What was sung?")),
        ("1) Who came?\n2) What was sung?", ("Who came?", "What was sung?")),
        ("- Who came?\n- What was sung?", ("Who came?", "What was sung?")),
        ("Who came?; what was sung?; where did they meet?", ("Who came?", "what was sung?", "where did they meet?")),
        (
            "Who is Ines Calder, who is Bo Lind and who is Cy Moe?",
            ("Who is Ines Calder?", "Who is Bo Lind?", "Who is Cy Moe?"),
        ),
        (
            "What did Ines Calder say about rents and about the budget?",
            ("What did Ines Calder say about rents?", "What did Ines Calder say about the budget?"),
        ),
        # one question, or a part that is none
        ("Who is Ines Calder, who was mayor, and who is Cy Moe?", None),
        ("Who was the man, who was arrested in May, and who was released later?", None),
        ("Tell me about rents and about the budget", None),
        ("What did Ines Calder say about rents and about the budget on 4 May 2024?", None),
        ("What did Ines Calder say about rents and about the budget in the Courier?", None),
        ("What did the book about rents say about Harrow and about the budget?", None),
        ("What is the difference between what he said about rents and about the budget?", None),
        ("Who wrote the article about rents and about the budget?", None),
        ("Were about 20 people killed and about 40 injured?", None),
        ("- Who came to the pier?", None),
        ("Who came on 4. May?", None),
        ("How many were injured, and what the fire means?", None),
        ("What did they say about who won, and what caused it?", None),
        ("Do you know what burned, and what caused the fire?", None),
        ("The mayor spoke, and what caused the fire?", None),
        ("What did he say about what was lost and who lost?", None),
        ("Who knows what happened?", None),
        ("What is it and how it works?", None),
        ("Who met Xi and Wang in Beijing?", None),
        ("What did he say about who won and who lost?", None),
        ("What did they say about who won, and who lost?", None),
        ("Did the man who fled, and who was later caught, confess?", None),
        ("Is it known who fired the shot, and who was hit?", None),
        ("Does anyone know who fired, and what happened next?", None),
        ("How and when did the variant enter Europe?", None),
        ("The mayor spoke. What did she say?", None),
        ("Is it safe? I want to be sure.", None),
        ("What happened? Really?", None),
        ("Who? When? Where? Why?", None),
        ("Who came to the pier??", None),
    ],
)
def test_questions_are_told_apart(message: str, questions: tuple[str, ...] | None) -> None:
    assert questions_in(message) == (questions or (" ".join(message.split()),))


def test_each_part_is_answered_and_cited(assistant: Assistant) -> None:
    message = "Who won the election in Harrow and when was the election held?"
    answer = assistant.chat.ask([], message).answer
    assert [part for part, _ in answer.parts] == ["Who won the election in Harrow?", "when was the election held?"]
    first, second = (" ".join(each.text for each in statements) for _, statements in answer.parts)
    assert "Ines Calder won" in first and "4 May 2024" in second and answer.note == ""
    for citation in answer.citations:
        assert ELECTION[citation.start : citation.end] == citation.quote
    assert "when was the election held?</p>" in render_answer(Turn(message, answer))


def test_a_later_part_goes_on_with_those_before(assistant: Assistant) -> None:
    answer = assistant.chat.ask([], "Who is Ines Calder? How old is she?").answer
    assert answer.question == "Who is Ines Calder? How old is Ines Calder?"
    assert answer.text.count("52 years old") == 1
    assert answer.note == "Nothing was found for “How old is she?” but what is quoted above."


def test_a_first_part_that_says_too_little_is_told_by_the_next(assistant: Assistant) -> None:
    answer = assistant.chat.ask([], "Who won and when was the election held?").answer
    assert answer.question.startswith("Who won? (election held)")
    assert "Ines Calder won" in dict(answer.parts)["Who won?"][0].text


def test_what_goes_on_with_the_conversation_is_answered_as_one(assistant: Assistant) -> None:
    message = "When did she win the election? How old is she?"
    before = [Turn("Who is Ines Calder?", assistant.chat.ask([], "Who is Ines Calder?").answer)]
    assert not any(part for part, _ in assistant.chat.ask(before, message).answer.parts)
    unrelated = [Turn("What is photosynthesis?", assistant.chat.ask([], "What is photosynthesis?").answer)]
    parts = assistant.chat.ask(unrelated, "Who is Ines Calder? When was the election held?").answer.parts
    assert [part for part, _ in parts] == ["Who is Ines Calder?", "When was the election held?"]


def test_a_part_without_an_answer_is_named(assistant: Assistant) -> None:
    answer = assistant.chat.ask([], "Who won the election in Harrow? Who is the bishop of Zanzibar?").answer
    assert [part for part, _ in answer.parts] == ["Who won the election in Harrow?"]
    assert answer.note == "No answer was found to “Who is the bishop of Zanzibar?”"
    neither = assistant.chat.ask([], "Who is the bishop of Zanzibar? Who is the abbot of Lusaka?").answer
    assert not neither.found and neither.note == "" and neither.missing


def test_a_list_is_no_part(assistant: Assistant) -> None:
    assistant.library.synchroniser.add_text("Pond", "The pond froze over in the night.", "Gazette")
    answer = assistant.chat.ask([], "Which sources are there? Who won the election in Harrow?").answer
    assert not any(part for part, _ in answer.parts)


def test_a_part_that_a_record_answers_is_followed_by_what_the_articles_say(assistant: Assistant) -> None:
    answer = assistant.chat.ask([], "Where does the article about the election come from, and who won it?").answer
    assert next(part for part, _ in answer.parts) == "Where does the article about the election come from?"
    assert answer.statements[0].text.endswith("comes from Courier.")
    assert answer.citations[0].field == "source"
    assert "Ines Calder won" in answer.text and answer.written_by == "quotes"


def test_what_an_article_was_asked_for_by_its_topic_may_be_gone_on_with(assistant: Assistant) -> None:
    asked = "Which source published the article about the election?"
    turn = Turn(asked, assistant.chat.ask([], asked).answer)
    assert turn.answer.written_by == "catalogue"
    assert assistant.chat.ask([turn], "And when was it held?").answer.question.endswith("(election)")
    alone = Turn("Who wrote it?", turn.answer)
    assert assistant.chat.ask([alone], "Who won the election?").answer.question == "Who won the election?"


def test_each_half_is_answered_or_named(assistant: Assistant) -> None:
    fire = "Three firefighters were injured in the fire at the harbour. A broken lamp caused the fire at the harbour."
    assistant.library.synchroniser.add_text("Fire at the harbour", fire, "Courier")
    both = assistant.chat.ask([], "How many firefighters were injured, and what caused the fire?").answer
    assert [part for part, _ in both.parts] == ["How many firefighters were injured?", "what caused the fire?"]
    assert "lamp" in dict(both.parts)["what caused the fire?"][0].text and both.note == ""
    one = assistant.chat.ask([], "How many firefighters were injured, and what caused the eclipse?").answer
    assert one.found and one.note == "No answer was found to “what caused the eclipse?”"


def answered(*texts: str) -> Answer:
    statements = tuple(Statement(text, (number,)) for number, text in enumerate(texts, 1))
    citations = tuple(Citation(number, "a", ord(text), 99, text, "T") for number, text in enumerate(texts, 1))
    return Answer("Q", statements, citations, written_by="quotes")


def test_no_sentence_is_shown_twice() -> None:
    repeated = together(["One?", "Two?"], [answered("a", "b"), answered("a", "c")])
    assert repeated and [each.text for each in repeated.statements] == ["a", "b"]
    assert repeated.note == "Nothing was found for “Two?” but what is quoted above."
    partly = together(["One?", "Two?"], [answered("a", "b"), answered("c", "b")])
    assert partly and [(each.text, each.citations) for each in partly.statements] == [
        ("a", (1,)),
        ("b", (2,)),
        ("c", (3,)),
    ]
    assert len(partly.citations) == 3 and partly.note == ""
    best = together(["One?", "Two?"], [answered("a", "b"), answered("b", "c")])
    assert best and [(part, [each.text for each in own]) for part, own in best.parts] == [
        ("One?", ["a"]),
        ("Two?", ["b", "c"]),
    ]
    amid = together(["One?", "Two?"], [answered("a"), answered("b", "a", "c")])
    assert amid and [(each.text, each.citations) for each in amid.statements] == [("a", (1,)), ("b", (2,)), ("c", (3,))]
    assert [citation.quote for citation in amid.citations] == ["a", "b", "c"]
