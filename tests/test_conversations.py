"""What was asked and answered comes back as it was, and only as much of it as was kept."""

from datetime import date
from pathlib import Path

import pytest

from assistant.conversations import TITLE, UNREADABLE, Notebook, shortened
from assistant.schema import Answer, Citation, Scope, Statement, Turn
from index.catalogue import ConversationChangedError, Conversations, Database
from index.schema import Filters, Leaning

ANSWER = Answer(
    "Who closed the bridge?",
    (Statement("The mayor closed it.", (1,), ((0, 9),)),),
    (Citation(1, "a", 0, 20, "The mayor closed it.", "Bridge", published=date(2024, 3, 5), keyword_rank=1),),
    confidence=0.9,
    scope=Scope(Filters(("Gazette",), None, date(2024, 3, 5)), Leaning(date.min, date.max), ("in March",)),
)
TURN = Turn("Who closed the bridge?", ANSWER, Filters(("Gazette",), date(2024, 1, 1)), feedback="helpful")


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    return Conversations(Database(tmp_path / "library.sqlite3"))


def test_a_turn_comes_back_as_it_was_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    id_ = Notebook(Conversations(Database(path))).write("", 0, TURN)
    again = Notebook(Conversations(Database(path)))
    assert again.turns(id_) == [TURN] and again.title(id_) == TURN.message


def test_a_turn_asked_again_takes_the_place_of_those_after_it(conversations: Conversations) -> None:
    notebook = Notebook(conversations)
    id_ = notebook.write("", 0, TURN)
    for position in (1, 2):
        assert notebook.write(id_, position, Turn(f"question {position}")) == id_
    notebook.write(id_, 1, Turn("another"))
    assert [turn.message for turn in notebook.turns(id_)] == [TURN.message, "another"]
    notebook.amend(id_, 0, Turn("renamed"))
    notebook.amend(id_, 7, TURN)
    assert [turn.message for turn in notebook.turns(id_)] == ["renamed", "another"]
    before = notebook.turns(id_)
    assert not notebook.cut(id_, before[:1], 0), "another window has added one"
    assert notebook.turns(id_) == before
    with pytest.raises(ConversationChangedError):
        notebook.write(id_, 1, Turn("mine"), of=1)
    assert notebook.turns(id_) == before
    assert notebook.cut(id_, before, 1)
    assert [turn.message for turn in notebook.turns(id_)] == ["renamed"]


def test_the_list_is_searched_in_titles_and_answers_latest_first(conversations: Conversations) -> None:
    notebook = Notebook(conversations)
    first, second = notebook.write("", 0, TURN), notebook.write("", 0, Turn("100% of what?"))
    assert [row.id for row in notebook.rows()] == [second, first]
    notebook.write(first, 1, Turn("more"))
    assert [row.id for row in notebook.rows()] == [first, second]
    assert [row.id for row in notebook.rows("MAYOR")] == [first]
    assert [row.id for row in notebook.rows("0%")] == [second]
    notebook.write(second, 1, Turn("And in Köln?"))
    assert [row.id for row in notebook.rows("koln")] == [row.id for row in notebook.rows("KÖLN ")] == [second]
    assert notebook.rename(second, "Shares") and [row.title for row in notebook.rows("shares")] == ["Shares"]


def test_a_deleted_conversation_takes_no_more_turns(conversations: Conversations) -> None:
    notebook = Notebook(conversations)
    id_ = notebook.write("", 0, TURN)
    assert notebook.delete(id_) and not notebook.delete(id_) and not notebook.rename(id_, "x")
    notebook.write(id_, 1, TURN)
    notebook.amend(id_, 0, TURN)
    assert not notebook.rows() and not notebook.turns(id_) and notebook.title(id_) is None


def test_a_turn_of_another_version_is_no_reason_to_show_none(conversations: Conversations) -> None:
    id_ = conversations.begin("old")
    conversations.put(id_, 0, '{"message": 7}', "")
    conversations.put(id_, 1, '{"message": "new"}', "")
    turns = Notebook(conversations).turns(id_)
    assert [turn.message for turn in turns] == ["", "new"] and turns[0].answer.message == UNREADABLE


def test_a_long_question_is_cut_at_a_word_for_a_title(conversations: Conversations) -> None:
    notebook = Notebook(conversations)
    title = notebook.title(notebook.write("", 0, Turn("why " * 100 + "\n")))
    assert title and len(title) <= TITLE and title.endswith("why…")


@pytest.mark.parametrize("end", ["am 3. Oktober", "mit Dr. Tomas Rell", "nach z.B. einer Woche", "den, und dann"])
def test_a_title_does_not_end_in_an_ordinal_or_an_abbreviation(end: str) -> None:
    first, last = end.split(" ", 1)
    before = "Was geschah bei dem Treffen der beiden in der Hauptstadt ".ljust(TITLE - len(first) - 5, "x")
    assert shortened(f"{before} {first} {last} {'y' * 30}") == f"{before} {first.rstrip(',')}…"
