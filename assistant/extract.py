"""The answer without a model: the sentences that answer best, or the finding that none does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.answering_words import answering_words, holds_kind
from assistant.citations import Claim, Evidence
from assistant.question import Question
from index.schema import Hit
from index.splitting import Span, sentences, word_count
from index.words import stem, words

CANDIDATES = 40
"""Sentences compared by meaning: those whose words and passages promise most."""

KIND_WEIGHT = 0.25

_LEANING = re.compile(r"[\"'“]?(He|She|It|They|This|That|These|Those|His|Her|Their|Its|Such)\b")
_SPEECH = re.compile(r"^[\"“].*[\"”]$", re.DOTALL)


class SentenceEmbedder(Protocol):
    """What is needed to compare by meaning; `loaded` tells whether it answers at once."""

    @property
    def loaded(self) -> bool:
        """Whether `embed` answers at once."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Array (n, dimensions) of unit rows."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage found, with what speaks for it. All features lie between 0 and 1.

    `coverage`: weight of the question's words in the sentence; `context`: in it, its neighbours and the title;
    `passage`: in the whole passage and the title; `meaning`: cosine with the question; `kind`: whether it holds the
    kind of thing asked for, together with what is asked of it; `rank`: 1 for the first passage found, 1/2 for
    the next ...
    """

    hit: Hit
    span: Span
    before: Span | None
    stems: frozenset[str]
    coverage: float
    context: float
    passage: float
    kind: float
    rank: float
    meaning: float = 0.0

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.article.text[slice(*self.span)]

    @property
    def score(self) -> float:
        """How well it answers."""
        words = 0.35 * self.coverage + 0.2 * self.context + 0.1 * self.passage
        return words + 0.55 * self.meaning + KIND_WEIGHT * self.kind + 0.06 * self.rank


@dataclass(frozen=True, slots=True)
class Extraction:
    """The claims that answer, in the order to read them, or none; and the candidates, best first."""

    claims: tuple[Claim, ...]
    candidates: tuple[Candidate, ...]


def extract(question: Question, hits: Sequence[Hit], embedder: SentenceEmbedder, most: int) -> Extraction:
    """Choose at most `most` sentences of the passages found (best first), each quoted exactly."""
    candidates = candidates_of(question, hits)
    candidates.sort(key=lambda candidate: -candidate.score)
    compared = with_meaning(question, candidates[:CANDIDATES], embedder)
    compared.sort(key=lambda candidate: -candidate.score)
    if not compared or not answers(question, compared, embedder.loaded):
        return Extraction((), tuple(compared))
    chosen = in_reading_order(choose(question, compared, most))
    return Extraction(_said_once([_claim(question, candidate) for candidate in chosen]), tuple(compared))


def candidates_of(question: Question, hits: Sequence[Hit]) -> list[Candidate]:
    """Every sentence of the passages with its features but the meaning; headings and fragments are left out."""
    found: list[Candidate] = []
    for rank, hit in enumerate(hits, 1):
        text = hit.article.text
        spans = sentences(text, hit.passage.start, hit.passage.end)
        stems = [frozenset(stem(word) for word in words(text[slice(*span)])) for span in spans]
        title = frozenset(stem(word) for word in words(hit.article.title))
        passage = _coverage(question, title.union(*stems))
        for index, span in enumerate(spans):
            sentence = text[slice(*span)]
            if not _is_sentence(sentence):
                continue
            around = title.union(*stems[max(0, index - 1) : index + 2])
            found.append(
                Candidate(
                    hit=hit,
                    span=span,
                    before=spans[index - 1] if index and _is_sentence(text[slice(*spans[index - 1])]) else None,
                    stems=stems[index],
                    coverage=_coverage(question, stems[index]),
                    context=_coverage(question, around),
                    passage=passage,
                    kind=_kind(question, sentence, stems[index]),
                    rank=1 / rank,
                )
            )
    return found


def with_meaning(question: Question, candidates: list[Candidate], embedder: SentenceEmbedder) -> list[Candidate]:
    """The candidates with their cosine to the question, where the model is loaded."""
    if not candidates or not embedder.loaded:
        return candidates
    vectors = embedder.embed([question.text, *(candidate.text for candidate in candidates)])
    cosines = vectors[1:] @ vectors[0]
    return [
        replace(candidate, meaning=max(0.0, float(cosine)))
        for candidate, cosine in zip(candidates, cosines, strict=True)
    ]


def answers(question: Question, candidates: Sequence[Candidate], compared: bool) -> bool:
    """Whether the evidence as a whole answers: the best sentence, its surroundings, and what the library lacks."""
    if question.strict:
        return False
    best = candidates[0]
    evidence = 0.5 * best.context + 0.2 * best.coverage + 0.3 * best.passage
    if compared:
        evidence = 0.5 * evidence + 0.5 * best.meaning
    return evidence >= 0.45


def choose(question: Question, candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The best sentence, and further ones nearly as good that say something else; one where one fact is asked for."""
    one_fact = question.kind in {"person", "place", "date", "duration", "number"} and bool(candidates[0].kind)
    chosen: list[Candidate] = []
    for candidate in candidates:
        if (
            len(chosen) >= (2 if one_fact else most)
            or candidate.score < (0.92 if one_fact else 0.75) * candidates[0].score
        ):
            break
        if (candidate.kind or not one_fact) and not any(_alike(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def in_reading_order(chosen: list[Candidate]) -> list[Candidate]:
    """Article by article, the best one's first, and in each from top to bottom."""
    articles = list(dict.fromkeys(candidate.hit.article.id for candidate in chosen))
    return sorted(chosen, key=lambda candidate: (articles.index(candidate.hit.article.id), candidate.span))


def _claim(question: Question, candidate: Candidate) -> Claim:
    start, end = candidate.span
    if candidate.before and (_LEANING.match(candidate.text) or _SPEECH.match(candidate.text)):
        start = candidate.before[0]  # whom or what it speaks of stands one sentence earlier
    text = candidate.hit.article.text[start:end]
    offset = candidate.span[0] - start
    bold = tuple((first + offset, last + offset) for first, last in answering_words(question, candidate.text))
    return Claim(text, (Evidence(candidate.hit.article, start, end),), bold)


def _said_once(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims without those whose words another one quotes already."""
    return tuple(claim for claim in claims if not any(_quotes(other, claim) for other in claims if other is not claim))


def _quotes(one: Claim, other: Claim) -> bool:
    long, short = one.evidence[0], other.evidence[0]
    within = long.start <= short.start and short.end <= long.end
    return long.article.id == short.article.id and within and long.end - long.start > short.end - short.start


def _is_sentence(text: str) -> bool:
    """Whether it states something: no heading, no fragment, no question."""
    return word_count(text) >= 4 and text.rstrip("\"'”’)]»").endswith((".", "!", "…", "。", "！"))


def _kind(question: Question, sentence: str, stems: frozenset[str]) -> float:
    """Half for the kind of thing asked for, the other half as far as it stands together with what is asked of it."""
    if not holds_kind(question, sentence):
        return 0.0
    return 0.5 + 0.5 * len(question.deeds & stems) / len(question.deeds) if question.deeds else 1.0


def _coverage(question: Question, stems: frozenset[str]) -> float:
    return sum(weight for key, weight in question.weights.items() if key in stems)


def _alike(one: Candidate, other: Candidate) -> bool:
    return len(one.stems & other.stems) > 0.8 * min(len(one.stems), len(other.stems))
