"""Which sentences answer, and whether any does: a small learned model over the features, stored as plain numbers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.candidates import Candidate
from assistant.features import overall_features, sentence_features
from assistant.question import Question

FILE = Path(__file__).parent / "weights" / "decision.json"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted regression trees: their sum is the logit.

    Arrays (nodes,) over all trees; `left` and `right` are node numbers, a leaf leads to itself; `roots` (trees,).
    """

    features: tuple[str, ...]
    base: float
    feature: NDArray[np.int64]
    threshold: Floats
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Floats
    roots: NDArray[np.int64]
    depth: int

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Trees":
        """From a JSON object: `nodes` holds a list for each tree of [feature, threshold, left, right, value]."""
        rows: list[tuple[float, ...]] = []
        roots: list[int] = []
        for tree in stored["trees"]:
            first = len(rows)
            roots.append(first)
            for number, (feature, threshold, left, right, value) in enumerate(tree):
                leaf = left < 0
                rows.append(
                    (
                        max(0, feature),
                        threshold,
                        first + (number if leaf else left),
                        first + (number if leaf else right),
                        value,
                    )
                )
        columns = list(zip(*rows, strict=True))
        return cls(
            tuple(stored["features"]),
            float(stored["base"]),
            np.array(columns[0], np.int64),
            np.array(columns[1], np.float64),
            np.array(columns[2], np.int64),
            np.array(columns[3], np.int64),
            np.array(columns[4], np.float64),
            np.array(roots, np.int64),
            int(stored["depth"]),
        )

    def logits(self, values: Mapping[str, Floats]) -> Floats:
        """Features by name, each an array (rows,), -> logits (rows,)."""
        matrix = np.stack([values[name] for name in self.features], axis=1)
        rows = np.arange(len(matrix))[:, None]
        node = np.broadcast_to(self.roots, (len(matrix), len(self.roots)))
        for _ in range(self.depth):
            goes_left = matrix[rows, self.feature[node]] <= self.threshold[node]
            node = np.where(goes_left, self.left[node], self.right[node])
        return np.asarray(self.base + self.value[node].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Line:
    """Logistic regression: the logit is `bias` plus the sum of weight times value, for each feature by its name."""

    weights: Mapping[str, float]
    bias: float

    def logit(self, values: Mapping[str, float]) -> float:
        """Features by name -> the logit."""
        return self.bias + sum(weight * values[name] for name, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class Judgement:
    """For each candidate how probably it answers, an array (candidates,), and how probably any of them does."""

    sentences: Floats
    answered: float


@dataclass(frozen=True, slots=True)
class Decision:
    """One learned model. `refusal` is the probability below which it refuses, by level."""

    sentence: Trees
    overall: Line
    refusal: Mapping[str, float]

    def judge(self, question: Question, candidates: Sequence[Candidate]) -> Judgement:
        """How probably each candidate answers, and whether the evidence as a whole does."""
        if not candidates:
            return Judgement(np.zeros(0), 0.0)
        probabilities = sigmoid(self.sentence.logits(sentence_features(question, candidates)))
        logit = self.overall.logit(overall_features(question, candidates, probabilities))
        return Judgement(probabilities, float(sigmoid(np.array(logit))))


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-logit)), elementwise."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def judged(question: Question, candidates: Sequence[Candidate], *, with_reader: bool) -> Judgement:
    """How probably each candidate answers, and whether any does, for candidates that the reader has read or not.

    Where it has, whether any does is the mean of what the two models say: the rules' err less often on news, the
    reader's on an encyclopedia, and the mean less than either on both (`training/README.md`).
    """
    judgement = load_decision(with_reader).judge(question, candidates)
    if not with_reader:
        return judgement
    unread = load_decision(with_reader=False).judge(question, candidates)
    return replace(judgement, answered=(judgement.answered + unread.answered) / 2)


@cache
def load_decision(with_reader: bool) -> Decision:
    """The learned model for candidates that the reader has read, or for those that it has not."""
    stored = json.loads(FILE.read_text("utf-8"))["reader" if with_reader else "rules"]
    return Decision(Trees.read(stored["sentence"]), Line(**stored["overall"]), stored["refusal"])
