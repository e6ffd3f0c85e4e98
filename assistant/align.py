"""A sentence and the passages a model was shown -> the very words that carry it, and how well they do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.check import Cited, Verdict, check, lacking_facts, lacking_names, likeness
from assistant.citations import Evidence
from assistant.contrast import shape
from index.schema import EmbeddingError, Hit
from index.splitting import Span, sentences

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

MOST_SENTENCES = 3
"""Sentences of one passage that are cited for one sentence."""
ADDED = 0.2
"""The likeness from which a sentence may be cited beside the best; a number alone makes no evidence."""
TRACED = 0.4
"""The likeness from which a sentence without a citation is taken to come from the words most like it, if they carry it,
wholly or in part. What they do not carry was cited by nobody: it is not said."""
FEWEST_WORDS = 3
"""Words with a meaning that a sentence needs to be traced without a citation: one word stands somewhere in any text."""
LOOKED_AT = 3
"""Passages embedded to find where a sentence without a citation comes from: those that hold most of its words."""
NEAR_BEST = 0.2
"""How far the best words of a passage cited may lie behind those of another passage cited for the same sentence."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence with the words it rests on, in the order of the passages cited, and the verdict on it."""

    text: str
    evidence: tuple[Evidence, ...]
    verdict: Verdict


class Aligner:
    """Aligns the sentences of one answer with the passages it was written from, which are numbered from 1."""

    def __init__(self, passages: Sequence[Hit], embed: Embed | None) -> None:
        self._passages = passages
        self._embed = embed
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._sentences = [
            [(hit, span) for span in sentences(hit.article.text, hit.passage.start, hit.passage.end)]
            for hit in passages
        ]

    def align(self, text: str, numbers: Iterable[int]) -> Aligned | None:
        """The evidence of a sentence in the passages it cites; None where it cites none and none carries any of it.

        Where the passages cited do not carry it and another one does, that one is cited: models err in the number more
        often than in the fact.
        """
        numbers = [number for number in numbers if 1 <= number <= len(self._passages)]
        cited = self._judged(text, numbers) if numbers else None
        if cited and cited.verdict.support == "supported":
            return cited
        best, like = self._nearest(text)
        if like < TRACED or best in numbers:
            return cited
        other = self._judged(text, [best])
        if other.verdict.support == "supported":
            return other
        return cited or (other if other.verdict.support == "partly" else None)

    def _nearest(self, text: str) -> tuple[int, float]:
        """The number of the passage with the words most like the sentence, and how like they are."""
        if len(shape(text).content) < FEWEST_WORDS:
            return 0, 0.0
        numbers = sorted(range(1, len(self._passages) + 1), key=lambda number: -self._coverage(text, number))[
            :LOOKED_AT
        ]
        best = {number: max((score for score, _ in self._scored(text, number)), default=0.0) for number in numbers}
        number = max(best, key=best.__getitem__, default=0)
        return number, best.get(number, 0.0)

    def _coverage(self, text: str, number: int) -> float:
        """The largest share of the sentence's words in one sentence of a passage: quick, since nothing is embedded."""
        held = self._sentences[number - 1]
        return max((likeness(text, hit.article.text[slice(*span)], None) for hit, span in held), default=0.0)

    def _judged(self, text: str, numbers: Sequence[int]) -> Aligned:
        """The sentence with its evidence in these passages, and whether that carries it."""
        chosen = {number: self._chosen(text, number) for number in numbers}
        best = max((score for score, _ in chosen.values()), default=0.0)
        spans = [
            (self._passages[number - 1], span)
            for number, (score, found) in chosen.items()
            if score >= best - NEAR_BEST
            for span in found
        ]
        quotes = tuple(hit.article.text[start:end] for hit, (start, end) in spans)
        found = list({hit.passage.id: hit for hit, _ in spans}.values())
        around = "\n".join(f"{hit.article.title}.\n{hit.text}" for hit in found)
        article = "\n".join({hit.article.id: hit.article.text for hit in found}.values())
        days = {hit.article.published for hit in found}
        sources = "\n".join(dict.fromkeys(hit.article.source for hit in found))
        cited = Cited(quotes, around, article, days.pop() if len(days) == 1 else None, sources)
        evidence = tuple(Evidence(hit.article, *span) for hit, span in spans)
        return Aligned(text, evidence, check(text, cited, self._cosine(text, " ".join(quotes))))

    def _chosen(self, text: str, number: int) -> tuple[float, list[Span]]:
        """The best sentence of a passage, with others that add what it lacks, in reading order; neighbours joined."""
        scored = sorted(self._scored(text, number), key=lambda each: -each[0])
        if not scored:
            return 0.0, []
        hit = self._passages[number - 1]
        chosen = [scored[0][1]]
        for score, span in scored[1:]:
            if score >= ADDED and len(chosen) < MOST_SENTENCES and _adds(text, hit, chosen, span):
                chosen.append(span)
        return scored[0][0], _joined(hit.article.text, sorted(chosen))

    def _scored(self, text: str, number: int) -> list[tuple[float, Span]]:
        held = self._sentences[number - 1]
        quotes = [hit.article.text[slice(*span)] for hit, span in held]
        self._remember([text, *quotes])
        return [
            (likeness(text, quote, self._cosine(text, quote)), span)
            for quote, (_, span) in zip(quotes, held, strict=True)
        ]

    def _cosine(self, one: str, other: str) -> float | None:
        self._remember([one, other])
        if self._embed is None:
            return None
        return float(self._vectors[one] @ self._vectors[other])

    def _remember(self, texts: Iterable[str]) -> None:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if fresh and self._embed is not None:
            try:
                self._vectors.update(zip(fresh, self._embed(fresh), strict=True))
            except EmbeddingError:  # words alone must do, as they must for search
                self._embed = None


def _adds(text: str, hit: Hit, chosen: Sequence[Span], span: Span) -> bool:
    """Whether a sentence says more of what is said: two more of its words, or one and a number, date or name.

    One of these alone would not do: the same number, said of something else, is no evidence.
    """
    before = tuple(hit.article.text[slice(*each)] for each in chosen)
    after = (*before, hit.article.text[slice(*span)])
    lacking, left = (_lacking(text, Cited(quotes, published=hit.article.published)) for quotes in (before, after))
    facts = shape(" ".join(lacking)).stems
    gained = (shape(text).content & shape(after[-1]).stems) - shape("\n".join(before)).stems - facts
    return len(gained) >= 2 or (len(gained) == 1 and len(left) < len(lacking))


def _lacking(text: str, cited: Cited) -> list[str]:
    return [*lacking_facts(text, cited), *lacking_names(text, cited)[0]]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans with those joined between which lies nothing but white space."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
