"""Figures computed by hand, and agreement with the scorer beside the repository where there is one."""

import importlib.util
import random
from pathlib import Path

import pytest

from assistant.scoring import (
    EvaluationQuestion,
    Prediction,
    contains,
    normalised,
    rouge_l,
    score,
    sentence_scores,
)

SCORER = Path(__file__).parents[2] / "shared" / "eval" / "score.py"
OUR_NAMES = {
    "article hit@1": "hit@1",
    "article hit@10": "hit@10",
    "MRR@10": "mrr@10",
    "passage-answer@1": "passage_answer@1",
    "passage-answer@5": "passage_answer@5",
    "answer in reply": "answer_hit",
    "sentence precision": "sentence_p",
    "sentence recall": "sentence_r",
    "sentence F1": "sentence_f1",
    "ROUGE-L": "rouge_l",
    "abstention F1": "abstain_f1",
    "false abstentions": "false_abstain",
}


@pytest.mark.parametrize(
    ("text", "expected"), [("The U.S. Army", "u s army"), ("北京!", "北 京"), ("A cat, an owl", "cat owl")]
)
def test_normalised(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [("It rained in Paris.", "Paris", True), ("Parisian", "Paris", False), ("Anything", "the", False)],
)
def test_contains(text: str, answer: str, expected: bool) -> None:
    assert contains(text, answer) is expected


@pytest.mark.parametrize(
    ("answer", "reference", "expected"),
    [("a b c d", "a c d", 6 / 7), ("a b", "c d", 0), ("", "a", 0), ("A b.", "a B", 1)],
)
def test_rouge_l(answer: str, reference: str, expected: float) -> None:
    assert rouge_l(answer, reference) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answer", "gold", "expected"),
    [
        ("He ran home. It rained.", ["He ran home ."], (0.5, 1, 2 / 3)),
        ("He ran home.", ["He ran home.", "It rained."], (1, 0.5, 2 / 3)),
        ("", ["He ran."], (0, 0, 0)),
        ("She sat.", ["He ran."], (0, 0, 0)),
    ],
)
def test_sentence_scores(answer: str, gold: list[str], expected: tuple[float, float, float]) -> None:
    assert sentence_scores(answer, gold) == pytest.approx(expected)


def test_score_by_hand() -> None:
    questions = [
        EvaluationQuestion("1", "?", articles=frozenset("ab"), answers=("Paris",)),
        EvaluationQuestion("2", "?", answers=("Rome",)),
        EvaluationQuestion("3", "?", answerable=False),
        EvaluationQuestion("4", "?", answerable=False),
        EvaluationQuestion("5", "?", answerable=None),
    ]
    predictions = [
        Prediction("1", ["x", "x", "b"], answer="In Paris.", seconds=1, exact=[True, False]),
        Prediction("2", answer="In Rome.", abstained=True, seconds=3),
        Prediction("3", abstained=True),
        Prediction("4", answer="Something."),
    ]
    figures = score(questions, predictions)
    expected = {"questions": 4, "answerable": 2, "article hit@1": 0, "article hit@3": 1, "MRR@10": 0.5}
    expected |= {"answer in reply": 0.5, "false abstentions": 0.5, "abstention F1": 0.5, "citations exact": 0.5}
    expected |= {"seconds median": 2, "words": 1.5}
    assert {name: figures[name] for name in expected} == expected


def test_two_questions_with_one_id_have_each_their_own_prediction() -> None:
    questions = [EvaluationQuestion("1", "?", answers=(name,)) for name in ("Rome", "Paris")]
    predictions = [Prediction("1", answer="In Rome."), Prediction("1", answer="In Paris.")]
    assert score(questions, predictions)["answer in reply"] == 1
    assert score(questions, predictions[:1])["answer in reply"] == 0.5


@pytest.mark.skipif(not SCORER.exists(), reason="the other scorer is not beside the repository")
@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_the_other_scorer(seed: int) -> None:
    spec = importlib.util.spec_from_file_location("other_scorer", SCORER)
    assert spec and spec.loader
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    chance = random.Random(seed)

    def text() -> str:
        return " ".join(" ".join(chance.choices("the sun rose in Rome 北京 U.S.".split(), k=5)) + "." for _ in "12")

    questions, predictions = [], []
    for number in range(30):
        question = {"id": str(number), "answerable": chance.random() < 0.7, "articles": chance.sample("abcdef", 2)}
        question |= {"answers": [text()[:5]], "evidence": [[text()], [text(), text()]], "long_answers": [text()]}
        questions.append(question)
        predictions.append(
            Prediction(
                str(number), chance.choices("abcdef", k=6), [text(), text()], text(), [], chance.random() < 0.3, 1
            )
        )
    theirs = other.score(questions, [prediction.json() for prediction in predictions])
    ours = score(
        [
            EvaluationQuestion(
                id=str(each["id"]),
                question="?",
                answers=tuple(each["answers"]),
                long_answers=tuple(each["long_answers"]),
                articles=frozenset(each["articles"]),
                evidence=tuple(map(tuple, each["evidence"])),
                answerable=each["answerable"],
            )
            for each in questions
        ],
        predictions,
    )
    for name, their_name in OUR_NAMES.items():
        assert ours[name] == pytest.approx(theirs[their_name], abs=1e-4), name
