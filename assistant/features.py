"""What is known of a candidate sentence, and of all evidence together, as numbers for the decision."""

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from assistant.candidates import UNREAD, Candidate
from assistant.question import FACTS, MEASURED, Question
from index.splitting import word_count

Matrix = NDArray[np.float64]

READER = ("relevance", "relevance_gap", "certainty", "certainty_gap", "answers", "before", "after")
"""Known only where the reader has read: logits, their distance to the best candidate's, and the neighbours' logits."""

SIMPLE = (
    *(
        "coverage",
        "coverage_gap",
        "context",
        "passage",
        "named",
        "kind",
        "rank",
        "score",
        "similarity",
        "first",
        "words",
    ),
    *("leans", "fact", "reason", "definition", "yes_no", "question_words", "missing"),
)
"""Known of every candidate; see Candidate and Hit. `rank` is the reciprocal, `words` the logarithm."""

OVERALL = (
    *("best", "second", "sum", "passage", "context", "most_context", "coverage", "named", "kind", "similarity"),
    *("missing", "lacks_kind"),
    *("fact", "question_words", "carried"),
)
READER_OVERALL = ("relevance", "certainty", "answers", "second_answers")


def sentence_features(question: Question, candidates: Sequence[Candidate]) -> dict[str, NDArray[np.float64]]:
    """READER and SIMPLE by name, an array (candidates,) each."""
    readings = [candidate.reading for candidate in candidates]
    relevance = np.array([reading.relevance if reading else UNREAD for reading in readings])
    certainty = np.array([reading.certainty if reading else UNREAD for reading in readings])
    coverage = np.array([candidate.coverage for candidate in candidates])
    by_place = {
        (candidate.hit.passage.id, candidate.position): value
        for candidate, value in zip(candidates, relevance, strict=True)
    }

    def beside(step: int) -> Matrix:
        places = [(candidate.hit.passage.id, candidate.position + step) for candidate in candidates]
        return np.array([by_place.get(place, UNREAD) for place in places])

    def of(values: list[float]) -> Matrix:
        return np.array(values, np.float64)

    whole = np.ones(len(candidates))
    return {
        "relevance": relevance,
        "relevance_gap": relevance - relevance.max(initial=UNREAD),
        "certainty": certainty,
        "certainty_gap": certainty - certainty.max(initial=UNREAD),
        "answers": of([candidate.answers for candidate in candidates]),
        "before": beside(-1),
        "after": beside(1),
        "coverage": coverage,
        "coverage_gap": coverage - coverage.max(initial=0),
        "context": of([candidate.context for candidate in candidates]),
        "passage": of([candidate.passage for candidate in candidates]),
        "named": of([candidate.named for candidate in candidates]),
        "kind": of([candidate.kind for candidate in candidates]),
        "rank": of([1 / candidate.rank for candidate in candidates]),
        "score": of([candidate.hit.score for candidate in candidates]),
        "similarity": of([candidate.hit.similarity for candidate in candidates]),
        "first": of([float(candidate.position == 0) for candidate in candidates]),
        "words": of([log(1 + word_count(candidate.text)) for candidate in candidates]),
        "leans": of([float(candidate.leans) for candidate in candidates]),
        "fact": whole * (question.kind in FACTS),
        "reason": whole * (question.kind == "reason"),
        "definition": whole * (question.kind == "definition"),
        "yes_no": whole * (question.kind == "yes_no"),
        "question_words": whole * min(12, len(question.weights)),
        "missing": whole * _missing(question),
    }


def overall_features(
    question: Question, candidates: Sequence[Candidate], probabilities: NDArray[np.float64]
) -> dict[str, float]:
    """OVERALL and READER_OVERALL by name: what the evidence for the question amounts to as a whole."""
    order = np.argsort(-probabilities, kind="stable")
    best = candidates[order[0]]
    ranked = probabilities[order]
    readings = [candidate.reading for candidate in candidates if candidate.reading]
    answers = sorted({candidate.hit.passage.id: candidate.answers for candidate in candidates}.values(), reverse=True)
    return {
        "best": _logit(ranked[0]),
        "second": _logit(ranked[1]) if len(ranked) > 1 else UNREAD,
        "sum": log(1e-3 + float(ranked[:8].sum())),
        "passage": max(candidate.passage for candidate in candidates),
        "context": best.context,
        "most_context": max(candidate.context for candidate in candidates),
        "coverage": best.coverage,
        "named": best.named,
        "kind": best.kind,
        "similarity": max(candidate.hit.similarity for candidate in candidates),
        "missing": _missing(question),
        "lacks_kind": float(question.kind in MEASURED and not best.kind),
        "fact": float(question.kind in FACTS),
        "question_words": float(min(12, len(question.weights))),
        "carried": question.carried,
        "relevance": max((reading.relevance for reading in readings), default=UNREAD),
        "certainty": max((reading.certainty for reading in readings), default=UNREAD),
        "answers": answers[0],
        "second_answers": answers[1] if len(answers) > 1 else UNREAD,
    }


def _missing(question: Question) -> float:
    """The weight of the question's words that no article holds."""
    return sum(question.weights.get(key, 0.0) for key in question.missing_stems)


def _logit(probability: float) -> float:
    return log(max(probability, 1e-4) / max(1 - probability, 1e-4))
