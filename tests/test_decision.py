"""The decision computes what was fitted, from plain numbers alone."""

import json

import numpy as np
import pytest

from assistant.candidates import candidates_of
from assistant.decision import FILE, Line, Trees, judged, load_decision, sigmoid
from assistant.features import OVERALL, READER, READER_OVERALL, SIMPLE, overall_features, sentence_features
from assistant.follow_up import standalone
from assistant.question import analyse
from index.schema import Article, Hit
from index.splitting import split
from training.decision import stored_trees


def test_trees_compute_what_was_fitted() -> None:
    random = np.random.default_rng(1)
    matrix = random.normal(size=(600, 3))
    labels = (matrix[:, 0] + matrix[:, 1] * matrix[:, 2] > 0.3).astype(float)
    model, stored = stored_trees(matrix, labels, np.ones(600), ("one", "other", "third"))
    read = Trees.read(json.loads(json.dumps(stored)))
    values = {name: matrix[:, column] for column, name in enumerate(("one", "other", "third"))}
    assert sigmoid(read.logits(values)) == pytest.approx(model.predict_proba(matrix)[:, 1], abs=2e-3)


def test_a_line_is_its_weights_times_the_values() -> None:
    assert Line({"one": 2.0, "other": -1.0}, 0.5).logit({"one": 3.0, "other": 4.0, "unused": 9.0}) == 2.5


@pytest.mark.parametrize("with_reader", [True, False])
def test_the_stored_decision_uses_features_that_there_are(with_reader: bool) -> None:
    decision = load_decision(with_reader)
    assert set(decision.sentence.features) <= {*READER, *SIMPLE}
    assert set(decision.overall.weights) <= {*READER_OVERALL, *OVERALL}
    assert decision.refusal["lenient"] < decision.refusal["normal"] < decision.refusal["strict"]


def test_the_stored_decision_is_plain_numbers() -> None:
    assert FILE.stat().st_size < 500_000 and set(json.loads(FILE.read_text("utf-8"))) >= {"reader", "rules"}


def test_features_are_one_number_for_each_candidate() -> None:
    article = Article("1", "A visit", "Ann Lee met Bob Ray in Rome. It went on for two hours. Rain fell on the town.")
    question = analyse(standalone([], "Who met Ann Lee in Rome?"), {"ann": 1, "lee": 1, "rome": 1}, 9)
    candidates = candidates_of(question, [Hit(passage, article, 1.0) for passage in split(article)])
    values = sentence_features(question, candidates)
    assert set(values) == {*READER, *SIMPLE}
    assert all(each.shape == (3,) and np.isfinite(each).all() for each in values.values())
    assert values["coverage"].argmax() == 0
    overall = overall_features(question, candidates, np.array([0.7, 0.2, 0.1]))
    assert set(overall) == {*OVERALL, *READER_OVERALL} and all(map(np.isfinite, overall.values()))


def test_whether_anything_answers_is_the_mean_of_both_models() -> None:
    text = "The mayor opened the new harbour bridge on Monday. It cost nine million crowns, she said."
    article = Article("a", "Bridge opened", text)
    hits = [Hit(passage, article, 1.0) for passage in split(article)]
    question = analyse(standalone([], "What did the harbour bridge cost?"), {"harbour": 1, "bridge": 1, "cost": 1}, 9)
    candidates = candidates_of(question, hits)
    reader, rules = (load_decision(with_reader).judge(question, candidates) for with_reader in (True, False))
    both, alone = (judged(question, candidates, with_reader=with_reader) for with_reader in (True, False))
    assert reader.answered != rules.answered
    assert both.answered == pytest.approx((reader.answered + rules.answered) / 2) and alone.answered == rules.answered
    assert (both.sentences == reader.sentences).all()
