"""What people said of answers can be asked again as an evaluation."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.conversations import Notebook
from assistant.evaluation_files import EvaluationError, read_questions
from assistant.feedback import RIGHT, export
from assistant.schema import Answer, Citation, Statement, Turn
from assistant.ui import texts
from index.catalogue import Conversations, Database
from index.schema import Filters

ANSWER = Answer("Who?", (Statement("Ada came.", (1,)),), (Citation(1, "a", 0, 9, "Ada came.", "T"),))


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    kept = Notebook(Conversations(Database(tmp_path / "library.sqlite3")))
    id_ = kept.write("", 0, Turn("Who?", ANSWER, feedback=texts.LIKE))
    limited = Filters(("Daily",), since=date(2024, 3, 1))
    kept.write(id_, 1, Turn("And why?", Answer("Why?"), limited, feedback=texts.REASONS[0]))
    kept.write(id_, 2, Turn("Really?", ANSWER))
    return kept


def test_rated_answers_can_be_evaluated_again(notebook: Notebook, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    assert export(notebook, path) == 2
    liked, wrong = read_questions(path)
    assert (liked.question, liked.answerable, liked.articles, liked.evidence) == (
        "Who?",
        True,
        frozenset({"a"}),
        (("Ada came.",),),
    )
    assert wrong.answerable is None and not wrong.articles
    assert [turn["text"] for turn in wrong.history] == ["Who?", "Ada came. [1]"]
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert first["passages"] == [{"article": "a", "start": 0, "end": 9, "quote": "Ada came."}]
    assert second["feedback"] == texts.REASONS[0]
    assert second["filters"] == {"sources": ["Daily"], "since": "2024-03-01", "until": None}


def test_the_word_for_right_is_the_windows() -> None:
    assert RIGHT == texts.LIKE


def test_a_file_that_cannot_be_written_is_named(notebook: Notebook, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be written"):
        export(notebook, tmp_path)
