"""`assistant evaluate`: the whole of it over a small library, and what is refused before anything is embedded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import evaluate
from assistant.evaluate import evaluation
from assistant.evaluation_files import EvaluationError, check_writable, read_articles, read_questions
from assistant.settings import load_settings
from index.schema import SettingsError
from tests.fakes import BagOfWordsEmbedder

PIER = "Mayor Ann Lee opened the harbour pier on Monday. Ferries sell their tickets there again, the mayor said."
MILL = "The old mill burned down in the night. Nobody was hurt, since the mill had been empty for years."
ARTICLES = [
    {"id": "pier", "title": "The pier", "text": PIER, "date": "2023-06-18", "source": "Harbour News"},
    {"id": 2, "title": "The mill", "text": MILL, "date": ""},
]
QUESTIONS = [
    {"id": 1, "question": "Who opened the harbour pier?", "articles": ["pier"], "answers": ["Ann Lee"]},
    {
        "id": "2",
        "question": "Was it empty when that happened?",
        "history": [
            {"role": "user", "text": "When did the old mill burn down?"},
            {"role": "assistant", "text": "In the night."},
        ],
        "articles": ["2"],
        "evidence": [["Nobody was hurt, since the mill had been empty for years."]],
        "date": "2023-06-20",
    },
    {"id": "3", "question": "What is the capital of Peru?", "answerable": False, "answers": None},
]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of JSON lines, or of the very bytes."""

    def written(name: str, *lines: object, data: bytes | None = None) -> Path:
        path = tmp_path / name
        path.write_bytes(data if data is not None else "\n".join(map(json.dumps, lines)).encode())
        return path

    return written


def measured(
    questions: Path, articles: Path, predictions: Path | None = None, *chosen_by: str
) -> tuple[dict[str, dict[str, float]], BagOfWordsEmbedder]:
    embedder = BagOfWordsEmbedder()
    figures = evaluation(
        load_settings(),
        questions,
        articles,
        predictions,
        lambda name, done, total: None,
        chosen_by,
        embedder,  # type: ignore[arg-type]
    )
    return figures, embedder


def test_questions_are_asked_of_the_articles(home: Path, written: Callable[..., Path], tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.jsonl"
    questions, articles = written("questions.jsonl", *QUESTIONS), written("articles.jsonl", *ARTICLES)
    figures, embedder = measured(questions, articles, predictions, "rules", "reader")
    assert list(figures) == ["rules", "reader"] and embedder.seen
    for each in figures.values():
        assert (each["questions"], each["answerable"], each["article hit@1"]) == (3, 2, 1)
        assert each["answer in reply"] == each["citations exact"] == each["abstention recall"] == 1
    rows = [json.loads(line) for line in predictions.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["ranked_articles"][0] == "pier" and "Ann Lee" in rows[0]["answer"]
    assert "mill" in rows[1]["searched"]
    assert not list(home.iterdir())  # the library of the settings is another


def test_without_a_choice_the_settings_say_who_chooses(
    home: Path, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, articles = written("questions.jsonl", QUESTIONS[0]), written("articles.jsonl", *ARTICLES)
    assert list(measured(questions, articles)[0]) == ["reader"]
    monkeypatch.setattr(evaluate, "load_reader", lambda: None)
    assert list(measured(questions, articles)[0]) == ["rules"]
    with pytest.raises(SettingsError, match="reader cannot be measured") as refused:
        measured(questions, articles, None, "rules", "reader")
    assert "--with rules" in refused.value.hint


def test_a_mark_of_the_byte_order_and_empty_lines_are_passed_over(written: Callable[..., Path]) -> None:
    line = json.dumps({"id": "ü", "question": "Qué?", "text": "Qué."}, ensure_ascii=False)
    path = written("bom.jsonl", data=b"\xef\xbb\xbf\r\n" + f"{line}\r\n\n".encode())
    assert read_questions(path)[0].id == "ü" and read_articles(path)[0][1].text == "Qué."


QUESTION: dict[str, Any] = {"id": "1", "question": "Who?"}
ARTICLE: dict[str, Any] = {"id": "1", "text": "Ann."}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([1], "not an object"),
        ({}, "“id”"),
        ({"id": True, "question": "Who?"}, "“id”"),
        ({"id": " ", "question": "Who?"}, "“id”"),
        ({"id": "1"}, "“question” is missing or empty"),
        (QUESTION | {"question": " \t"}, "“question” is missing or empty"),
        (QUESTION | {"question": 7}, "“question” must be a text"),
        (QUESTION | {"question": "\ud83d"}, "“question” holds half a character"),
        (QUESTION | {"answers": "Paris"}, "“answers” must be a list of texts"),
        (QUESTION | {"answers": ""}, "“answers” must be a list of texts"),
        (QUESTION | {"answers": [1998]}, "“answers” must be a list of texts"),
        (QUESTION | {"long_answers": "Paris"}, "“long_answers” must be a list of texts"),
        (QUESTION | {"articles": "abc"}, "“articles” must be a list of texts"),
        (QUESTION | {"evidence": ["One.", "Two."]}, "“evidence” must be a list of lists of texts"),
        (QUESTION | {"evidence": [[1]]}, "“evidence” must be a list of lists of texts"),
        (QUESTION | {"history": ["Who?"]}, "“history” must be a list of turns"),
        (QUESTION | {"history": [{"role": "user"}]}, "“history” must be a list of turns"),
        (QUESTION | {"answerable": "false"}, "“answerable” must be true, false or null"),
        (QUESTION | {"date": "soon"}, "“date” is no day"),
        (QUESTION | {"date": 2023}, "“date” must be a text"),
        ({"id": "0", "question": "What?"}, "the same id and question as in line 1"),
    ],
)
def test_a_wrong_question_is_named(written: Callable[..., Path], line: object, said: str) -> None:
    path = written("questions.jsonl", {"id": 0, "question": "What?"}, line)
    with pytest.raises(SettingsError) as refused:
        read_questions(path)
    assert f"line 2: {said}" in str(refused.value) and refused.value.hint


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": "1"}, "“text” is missing or empty"),
        (ARTICLE | {"text": ["Ann."]}, "“text” must be a text"),
        (ARTICLE | {"author": ["Ann"]}, "“author” must be a text"),
        (ARTICLE | {"date": "2023-13-01"}, "“date” is no day"),
        (ARTICLE | {"id": "0"}, "the same id as in line 1"),
    ],
)
def test_a_wrong_article_is_named(written: Callable[..., Path], line: object, said: str) -> None:
    path = written("articles.jsonl", {"id": 0, "text": "Bob."}, line)
    with pytest.raises(SettingsError) as refused:
        read_articles(path)
    assert f"line 2: {said}" in str(refused.value) and refused.value.hint


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b'{"id": "1", "question": "caf\xe9"}', "line 1: not UTF-8 text"),
        ('{"id": "1"}'.encode("utf-16"), "line 1: not UTF-8 text"),
        (b'\n{"id": "1", ', "line 2: no JSON"),
        (b"[" * 100_000, "line 1: no JSON"),
    ],
)
def test_a_file_that_is_no_json_lines_is_named(written: Callable[..., Path], data: bytes, said: str) -> None:
    path = written("lines.jsonl", data=data)
    for read in (read_questions, read_articles):
        with pytest.raises(SettingsError, match=said) as refused:
            read(path)
        assert str(path) in str(refused.value) and refused.value.hint
    with pytest.raises(SettingsError, match="cannot be read"):
        read_questions(path.with_name("nowhere"))


def test_what_cannot_be_written_is_told_before_anything_is_embedded(
    home: Path, written: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "build", lambda *_: pytest.fail("a library was opened"))
    questions, articles = written("questions.jsonl", *QUESTIONS), written("articles.jsonl", *ARTICLES)
    for predictions in (tmp_path / "nowhere" / "predictions.jsonl", tmp_path):
        with pytest.raises(EvaluationError, match="cannot be written") as refused:
            measured(questions, articles, predictions)
        assert refused.value.hint


def test_looking_whether_a_file_can_be_written_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    check_writable(path)
    assert not path.exists()
    path.write_text("there")
    check_writable(path)
    assert path.read_text() == "there"
