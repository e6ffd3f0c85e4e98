"""Logits and simple features -> which sentences answer, and whether any does: fits what assistant/decision.py reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier

from assistant.candidates import Candidate
from assistant.decision import Trees, sigmoid
from assistant.features import OVERALL, READER, READER_OVERALL, SIMPLE, overall_features, sentence_features
from assistant.question import Question

Floats = NDArray[np.float64]

TREES, LEAVES, RATE = 200, 6, 0.05
GROWING = {
    *("relevance", "relevance_gap", "certainty", "certainty_gap", "answers", "coverage", "context", "passage", "named"),
    *("kind", "rank", "score", "similarity"),
}
"""Features that may only speak for a sentence: what holds in one set must not turn round in another."""

RIDGE = 3.0
BOUNDS: dict[str, tuple[float | None, float | None]] = {
    # The large library of the training lacks hardly a word of a question. A person's small one does, and then tells.
    "missing": (None, -2.0),
    # Of the questions for a number some 95 in 100 are answered with one.
    "lacks_kind": (None, -1.5),
    "fact": (None, None),
    "question_words": (None, None),
    "carried": (None, None),
}
"""What the weights of the evidence as a whole lie between; those of other features may only speak for an answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates, for each how surely it answers (0..1), and whether the question is answered.

    `sure` is False where nobody marked sentences: such a case teaches only whether to answer.
    """

    question: Question
    candidates: Sequence[Candidate]
    labels: NDArray[np.float64]
    answered: bool
    weight: float = 1.0
    sure: bool = True


def fit(cases: Sequence[Case], with_reader: bool) -> dict[str, Any]:
    """The decision as the JSON object that assistant/decision.py reads, but for the levels of refusal."""
    trees = _trees(cases, (*READER, *SIMPLE) if with_reader else SIMPLE)
    names = (*READER_OVERALL, *OVERALL) if with_reader else OVERALL
    return {"sentence": trees, "overall": _line(cases, trees, names)}


def _trees(cases: Sequence[Case], names: tuple[str, ...]) -> dict[str, Any]:
    told = [case for case in cases if case.sure and len(case.candidates)]
    values = [sentence_features(case.question, case.candidates) for case in told]
    matrix = np.concatenate([np.stack([each[name] for name in names], axis=1) for each in values])
    labels = np.concatenate([case.labels for case in told])
    weights = np.concatenate([np.full(len(case.labels), case.weight) for case in told])
    _, stored = stored_trees(matrix, labels, weights, names)
    return stored


def stored_trees(
    matrix: Floats, labels: Floats, weights: Floats, names: Sequence[str]
) -> tuple[HistGradientBoostingClassifier, dict[str, Any]]:
    """Fit trees to a matrix (rows, names) with labels 0..1 and weights (rows,); the model and its JSON object."""
    model = HistGradientBoostingClassifier(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=40,
        l2_regularization=5.0,
        monotonic_cst=[int(name in GROWING) for name in names],
        early_stopping=False,
        random_state=0,
    )
    model.fit(  # a share of the annotators counts as that much of a yes and the rest of a no
        np.concatenate([matrix, matrix]),
        np.concatenate([np.ones(len(labels)), np.zeros(len(labels))]),
        sample_weight=np.concatenate([weights * labels, weights * (1 - labels)]) + 1e-9,
    )
    trees = [each[0].nodes for each in model._predictors]
    return model, {
        "features": list(names),
        "base": float(model._baseline_prediction.ravel()[0]),
        "depth": max(int(nodes["depth"].max()) for nodes in trees),
        "trees": [[_node(node) for node in nodes] for nodes in trees],
    }


def _node(node: Any) -> list[float]:
    if node["is_leaf"]:
        return [-1, 0, -1, -1, round(float(node["value"]), 5)]
    # never rounded: a threshold may be the very value of a feature, and "at most" would turn into "more"
    threshold = float(np.clip(node["num_threshold"], -1e9, 1e9))
    return [int(node["feature_idx"]), threshold, int(node["left"]), int(node["right"]), 0]


def _line(cases: Sequence[Case], trees: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    read = Trees.read(trees)
    rows, answered, weights = [], [], []
    for case in cases:
        if len(case.candidates):
            probabilities = sigmoid(read.logits(sentence_features(case.question, case.candidates)))
            values = overall_features(case.question, case.candidates, probabilities)
            rows.append([values[name] for name in names])
            answered.append(case.answered)
            weights.append(case.weight)
    matrix = np.array(rows)
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    standard, target, weight = (matrix - mean) / scale, np.array(answered, float), np.array(weights)

    def cost(parameters: Floats) -> tuple[float, Floats]:
        """Weighted logistic loss with a ridge on the slopes, and its gradient."""
        logits = standard @ parameters[1:] + parameters[0]
        residual = weight * (sigmoid(logits) - target)
        ridge = RIDGE * parameters[1:]
        loss = weight @ (np.logaddexp(0, logits) - target * logits) + 0.5 * ridge @ parameters[1:]
        return float(loss), np.concatenate([[residual.sum()], standard.T @ residual + ridge])

    # in units of the standardised features
    limits = [BOUNDS.get(name, (0.0, None)) for name in names]
    bounds = [
        (None, None),
        *(
            tuple(None if end is None else end * size for end in limit)
            for limit, size in zip(limits, scale, strict=True)
        ),
    ]
    found = minimize(cost, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    slopes = found[1:] / scale
    return {
        "weights": {name: round(float(slope), 5) for name, slope in zip(names, slopes, strict=True) if slope},
        "bias": round(float(found[0] - slopes @ mean), 5),
    }
