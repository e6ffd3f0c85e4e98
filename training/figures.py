"""What the decision reaches on questions that neither it nor the reader has seen, and whether its confidence holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from assistant.decision import Decision, Line, Trees
from assistant.extract import choose
from training.decision import Case

BINS = 10
MOST = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the questions, and for each tenth of the confidence: how many, mean confidence, share answered."""

    precision: float
    recall: float
    false_abstentions: float
    abstention_f1: float
    bins: tuple[tuple[int, float, float], ...]


Decided = Callable[[Sequence[Case]], Sequence[dict[str, Any]]]
"""Cases -> the models fitted to them: the first chooses the sentences, the mean of all says whether any answers."""


def figures(one: Sequence[Case], other: Sequence[Case], decided: Decided) -> Figures:
    """Fit on each half, measure on the other, and put both together."""
    by_one, by_other = decided(one), decided(other)
    judged = [*_judged(one, list(map(read, by_other))), *_judged(other, list(map(read, by_one)))]
    answered = np.array([case.answered for case, _, _ in judged])
    confidence = np.array([confidence for _, confidence, _ in judged])
    refusal = by_one[0]["refusal"]["normal"]
    refused = confidence < refusal
    shares = [share for case, _, share in judged if share is not None and case.answered]
    right = (refused & ~answered).sum()
    tenth = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return Figures(
        float(np.mean([precision for precision, _ in shares])),
        float(np.mean([recall for _, recall in shares])),
        float((refused & answered).sum() / answered.sum()),
        float(2 * right / (refused.sum() + (~answered).sum())),
        tuple(
            (int(inside.sum()), float(confidence[inside].mean()), float(answered[inside].mean()))
            for inside in (tenth == number for number in range(BINS))
            if inside.any()
        ),
    )


def read(stored: dict[str, Any]) -> Decision:
    """The decision from its JSON object."""
    return Decision(Trees.read(stored["sentence"]), Line(**stored["overall"]), stored["refusal"])


def print_figures(name: str, reached: Figures) -> None:
    """As lines for a person."""
    print(
        f"{name}: precision {reached.precision:.3f}, recall {reached.recall:.3f}, false abstentions"
        f" {reached.false_abstentions:.3f}, abstention F1 {reached.abstention_f1:.3f}"
    )
    for count, confidence, answered in reached.bins:
        print(f"  {count:5} questions, mean confidence {confidence:.2f}, answered {answered:.2f}")


def _judged(
    cases: Sequence[Case], decisions: Sequence[Decision]
) -> list[tuple[Case, float, tuple[float, float] | None]]:
    """Each case with its confidence and, where sentences were marked, precision and recall of those chosen."""
    found = []
    for case in cases:
        judgement, *others = (decision.judge(case.question, case.candidates) for decision in decisions)
        shares = None
        if case.sure and case.answered:
            chosen = choose(case.candidates, judgement, MOST)
            taken = [
                label
                for candidate, label in zip(case.candidates, case.labels, strict=True)
                if any(candidate is each for each in chosen)
            ]
            shares = sum(taken) / len(taken), min(1.0, sum(taken) / float(case.labels.sum()))
        found.append((case, fmean(each.answered for each in (judgement, *others)), shares))
    return found
