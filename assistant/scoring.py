"""Figures of an evaluation: what was asked, what was predicted, and the scores of one against the other."""

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from statistics import fmean
from typing import Any

import numpy as np

_CJK = re.compile(r"([぀-ヿ㐀-鿿])")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+|(?<=[。！？؟])\s*|\n+")


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """One line of a question file; only `id` and `question` must be there.

    `history` holds earlier turns as {role, text}; `articles` the ids that answer it; `answers` short answers, of which
    one must stand in the reply; `long_answers` references for ROUGE-L; `evidence` the sentences that answer, a list
    for each annotator; `asked` the day of the question; `answerable` false where the articles do not say, None where
    nobody can tell (left out).
    """

    id: str
    question: str
    history: tuple[Mapping[str, str], ...] = ()
    asked: date | None = None
    answers: tuple[str, ...] = ()
    long_answers: tuple[str, ...] = ()
    articles: frozenset[str] = frozenset()
    evidence: tuple[tuple[str, ...], ...] = ()
    answerable: bool | None = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the assistant did with one question: the articles and passages found, best first, and its answer."""

    id: str
    ranked_articles: list[str] = field(default_factory=list)
    ranked_passages: list[str] = field(default_factory=list)
    answer: str = ""
    citations: list[dict[str, str]] = field(default_factory=list)
    abstained: bool = False
    seconds: float = 0.0
    searched: str = ""
    exact: list[bool] = field(default_factory=list)
    """For each citation, whether its quote is the stored text at its offsets."""

    def json(self) -> dict[str, Any]:
        """As one JSON line."""
        return asdict(self)


def score(questions: Iterable[EvaluationQuestion], predictions: Iterable[Prediction]) -> dict[str, float]:
    """All figures by name; shares are 0..1, seconds are seconds. A question without a prediction counts as failed.

    Of questions with the same id the first has the first prediction, the second the second.
    """
    by_id: dict[str, deque[Prediction]] = {}
    for prediction in predictions:
        by_id.setdefault(prediction.id, deque()).append(prediction)
    all_pairs = [
        (question, by_id[question.id].popleft() if by_id.get(question.id) else Prediction(question.id))
        for question in questions
    ]
    pairs = [pair for pair in all_pairs if pair[0].answerable is not None]
    answerable = [pair for pair in pairs if pair[0].answerable]
    values: dict[str, list[float]] = {}
    for question, prediction in answerable:
        for name, value in _scores(question, prediction):
            values.setdefault(name, []).append(value)
    result: dict[str, float] = {"questions": len(pairs), "answerable": len(answerable)}
    result |= {name: fmean(each) for name, each in values.items()}
    result |= _abstention(pairs, len(answerable))
    said = [prediction for _, prediction in pairs if prediction.answer and not prediction.abstained]
    if said:
        result["words"] = fmean(len(normalised(prediction.answer).split()) for prediction in said)
    exact = [share for prediction in said for share in prediction.exact]
    if exact:
        result["citations exact"] = fmean(exact)
    seconds = [prediction.seconds for _, prediction in pairs if prediction.seconds]
    if seconds:
        result |= {"seconds median": float(np.median(seconds)), "seconds p95": float(np.percentile(seconds, 95))}
    return result


def _scores(question: EvaluationQuestion, prediction: Prediction) -> Iterator[tuple[str, float]]:
    answer = "" if prediction.abstained else prediction.answer
    if question.articles:
        ranked = list(dict.fromkeys(prediction.ranked_articles))[:10]
        ranks = [rank for rank, article in enumerate(ranked, 1) if article in question.articles]
        for limit in (1, 3, 5, 10):
            yield f"article hit@{limit}", float(any(rank <= limit for rank in ranks))
        yield "MRR@10", 1 / ranks[0] if ranks else 0.0
    if question.answers:
        for limit in (1, 5):
            passages = prediction.ranked_passages[:limit]
            held = any(contains(passage, short) for passage in passages for short in question.answers)
            yield f"passage-answer@{limit}", float(held)
        yield "answer in reply", float(any(contains(answer, short) for short in question.answers))
    if question.evidence:
        best = max((sentence_scores(answer, gold) for gold in question.evidence), key=lambda scores: scores[2])
        yield from zip(("sentence precision", "sentence recall", "sentence F1"), best, strict=True)
    if question.long_answers:
        yield "ROUGE-L", max(rouge_l(answer, reference) for reference in question.long_answers)


def _abstention(pairs: Sequence[tuple[EvaluationQuestion, Prediction]], answerable: int) -> dict[str, float]:
    right = sum(prediction.abstained and not question.answerable for question, prediction in pairs)
    wrong = sum(prediction.abstained and bool(question.answerable) for question, prediction in pairs)
    missed = sum(not prediction.abstained and not question.answerable for question, prediction in pairs)
    figures = {"false abstentions": wrong / max(1, answerable)}
    if answerable < len(pairs):
        figures |= {
            "abstention precision": right / max(1, right + wrong),
            "abstention recall": right / max(1, right + missed),
            "abstention F1": 2 * right / max(1, 2 * right + wrong + missed),
        }
    return figures


def normalised(text: str) -> str:
    """Lower-case words without punctuation and articles, as in SQuAD's scorer; each CJK character is a word."""
    spaced = _CJK.sub(r" \1 ", unicodedata.normalize("NFKC", text).lower())
    return " ".join(word for word in re.findall(r"\w+", spaced) if word not in ("a", "an", "the"))


def contains(text: str, answer: str) -> bool:
    """Whether the normalised answer stands in the text as whole words."""
    words = normalised(answer)
    return bool(words) and f" {words} " in f" {normalised(text)} "


def sentence_scores(answer: str, gold: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the answer's sentences against those one annotator chose."""
    said = [part.strip() for part in _SENTENCE_END.split(answer) if part and normalised(part)]
    if not said or not gold:
        return 0.0, 0.0, 0.0
    precision = fmean(any(same_sentence(sentence, other) for other in gold) for sentence in said)
    recall = fmean(any(same_sentence(sentence, other) for sentence in said) for other in gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def same_sentence(one: str, other: str) -> bool:
    """Equal up to splitting and spacing: one in the other (four words or more), or Dice of the words >= 0.8."""
    short, long = sorted((normalised(one), normalised(other)), key=len)
    if len(short.split()) >= 4 and f" {short} " in f" {long} ":
        return True
    first, second = Counter(short.split()), Counter(long.split())
    return 2 * (first & second).total() >= 0.8 * (first.total() + second.total()) > 0


def rouge_l(answer: str, reference: str) -> float:
    """F1 of the longest common subsequence of words: Lin, ROUGE, 2004; lower case, no stemming."""
    one, other = (re.findall(r"\w+", _CJK.sub(r" \1 ", text.lower())) for text in (answer, reference))
    if not one or not other:
        return 0.0
    row = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for position, against in enumerate(other, 1):
            diagonal, row[position] = (
                row[position],
                diagonal + 1 if word == against else max(row[position], row[position - 1]),
            )
    return 2 * row[-1] / (len(one) + len(other))
