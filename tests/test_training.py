"""What the reader is trained with: examples that say what they claim, and an export that computes the same."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, cast

import numpy as np
import onnx
import pytest

from assistant.candidates import Candidate
from assistant.decision import Judgement
from assistant.question import Question
from index.embedding import packaged_model
from index.schema import Article, Hit, Passage, text_id
from training.data import Asked, Document, fold
from training.decision import Case
from training.examples import Maker
from training.export import check, export, quantize
from training.figures import figures
from training.network import Network

DOCUMENT = Document(
    "one",
    "qed",
    "Herons",
    tuple(f"Heron number {number} landed near the lake on day {number}." for number in range(40)),
)
ASKED = Asked("q", "qed", "When did heron number 7 land?", DOCUMENT, {7: 1.0}, "day 7")


def test_examples_mark_the_sentence_that_answers_and_no_other() -> None:
    examples = Maker(lambda text: [], {}, Random(3)).examples([ASKED] * 30)
    assert any(any(example.labels) for example in examples) and any(not any(example.labels) for example in examples)
    for example in examples:
        assert len(example.labels) == len(example.spans)
        for (start, end), label in zip(example.spans, example.labels, strict=True):
            assert ("number 7 " in example.passage[start:end]) == bool(label)
        if example.words is not None:
            assert example.passage[slice(*example.words)] == "day 7"


def test_a_document_lies_in_one_fold() -> None:
    assert fold("one") == fold("one") and {fold(str(number)) for number in range(200)} == set(range(10))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_export_computes_what_the_network_does_and_names_no_file(tmp_path: Path) -> None:
    network = Network(str(packaged_model())).eval()
    whole, small = tmp_path / "whole.onnx", tmp_path / "small.onnx"
    export(network, whole)
    check(network, whole)
    quantize(whole, small)
    assert small.stat().st_size < 30_000_000
    assert not any(node.metadata_props for node in onnx.load(small).graph.node)
    assert str(Path.cwd()).encode() not in small.read_bytes()


def test_near_misses_ask_for_what_the_passage_does_not_hold() -> None:
    sentences = ("Mary Stone opened the Harbour Bridge in 1932.", "It rained all day.")
    opened = Asked(
        "q", "qed", "When did Mary Stone open the Harbour Bridge?", Document("d", "qed", "B", sentences), {0: 1.0}
    )
    other = Asked("r", "qed", "Why did Peter Brook leave?", Document("e", "qed", "B", sentences), {0: 1.0})
    examples = Maker(lambda text: [], {}, Random(1)).examples([opened, other] * 60)
    missed = [example for example in examples if sentences[0] in example.passage and not any(example.labels)]
    assert any("peter brook" in example.question.lower() for example in missed)


def test_another_document_that_answers_too_is_no_bad_example() -> None:
    article = Article(text_id("Herons nest in May."), "Herons", "Herons nest in May.")
    hit = Hit(Passage(f"{article.id}:0", article.id, 0, 0, len(article.text)), article, 1.0)
    documents = {article.id: Document("two", "followups", "Herons", (article.text,))}

    def texts(asked: Asked) -> set[str]:
        return {each.passage for each in Maker(lambda _: [hit], documents, Random(1)).examples([asked] * 20)}

    assert article.text in texts(ASKED)
    assert article.text not in texts(replace(ASKED, others=frozenset({"one", "two"})))


def test_each_half_is_judged_by_what_the_other_taught_and_by_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    class Taught:
        def __init__(self, by: Sequence[Case], confidence: float) -> None:
            self.by, self.confidence = by, confidence

        def judge(self, question: Question, candidates: Sequence[Candidate]) -> Judgement:
            assert all(question is not case.question for case in self.by)
            return Judgement(np.ones(len(candidates)), self.confidence)

    def case(answered: bool) -> Case:
        return Case(cast(Question, object()), [cast(Candidate, object())], np.ones(1), answered)

    def decided(cases: Sequence[Case]) -> list[dict[str, Any]]:
        return [{"by": cases, "said": said, "refusal": {"normal": 0.5}} for said in (0.3, 0.5)]

    monkeypatch.setattr("training.figures.read", lambda stored: Taught(stored["by"], stored["said"]))
    monkeypatch.setattr("training.figures.choose", lambda candidates, judgement, most: candidates)
    reached = figures([case(True), case(False)], [case(True)], decided)
    assert reached.bins == ((3, pytest.approx(0.4), pytest.approx(2 / 3)),)
    assert reached.false_abstentions == 1.0 and reached.precision == reached.recall == 1.0
