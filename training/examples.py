"""Questions -> pairs of question and passage as the reader meets them, those that do not answer included."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from assistant.months import MONTHS
from index.schema import Hit
from index.splitting import Span, sentences, word_count
from index.words import content_words
from training.data import Asked, Document

HARD = 0.8
"""Passages of other documents that retrieval brings, for each question that is answered; for others four times it."""
TYPED = 0.35
"""Share of the questions written as people type them into a search box: small letters, no question mark."""
KEYWORDS = 0.1
"""Share of them cut down to the words that carry meaning."""
UNTITLED, DATED = 0.1, 0.3
"""Shares of the passages without their title, and with a day of publication behind it."""

MISNAMED = 0.2
"""Share of the answering passages repeated with a question whose name or year is another one: near misses."""

Find = Callable[[str], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage. `labels` is for each span of a sentence how surely it answers, 0..1.

    `words` is the span of the answering words, None where the passage does not answer, and unknown where `told` is
    False.
    """

    question: str
    heading: str
    passage: str
    spans: tuple[Span, ...]
    labels: tuple[float, ...]
    words: Span | None = None
    told: bool = True


@dataclass(slots=True)
class Maker:
    """Makes examples; everything random comes from `random`."""

    find: Find
    documents: Mapping[str, Document]
    random: Random
    _names: list[str] = field(default_factory=list)

    def examples(self, asked: Sequence[Asked]) -> list[Example]:
        """All examples of these questions in random order."""
        self._names = sorted({name[0] for each in asked for name in _NAME.finditer(each.question)})
        made = [example for each in asked for example in self._of(each)]
        self.random.shuffle(made)
        return made

    def _of(self, asked: Asked) -> Iterator[Example]:
        windows = list(_windows(asked.document, self.random.randint(60, 170)))
        answering = [window for window in windows if any(index in asked.labels for index in window)]
        others = [window for window in windows if window not in answering]
        for window in answering:
            yield self._example(asked, window)
            without = [index for index in window if index not in asked.labels]
            if asked.labels and without and not self._elsewhere(asked, without) and self.random.random() < 0.3:
                yield self._example(asked, without)  # the answering sentence taken out
            if asked.labels and self.random.random() < MISNAMED:
                yield from self._misnamed(asked, window)
        if others:
            for window in self.random.sample(others, min(len(others), 1 if asked.labels else 3)):
                yield self._example(asked, window)
        yield from self._hard(asked)

    def _hard(self, asked: Asked) -> Iterator[Example]:
        found = [
            hit
            for hit in self.find(asked.question)
            if self.documents[hit.article.id].id not in {asked.document.id, *asked.others}
            and not (asked.words and asked.words.lower() in hit.text.lower())
        ]
        wanted = HARD if asked.labels else 4 * HARD
        count = int(wanted) + (self.random.random() < wanted % 1)
        for hit in found[:count]:
            spans = tuple(
                (start - hit.passage.start, end - hit.passage.start)
                for start, end in sentences(hit.article.text, hit.passage.start, hit.passage.end)
            )
            heading = self._heading(hit.article.title)
            yield Example(self._question(asked), heading, hit.text, spans, (0.0,) * len(spans))

    def _misnamed(self, asked: Asked, window: Sequence[int]) -> Iterator[Example]:
        """The answering passage, and the question with another name or year in it, which the passage does not hold."""
        passage = " ".join(asked.document.sentences[index] for index in window)
        said = [each for each in (*_NAME.finditer(asked.question), *_YEAR.finditer(asked.question))]
        if not said or not self._names:
            return
        name = self.random.choice(said)
        shift = self.random.choice((-3, -2, -1, 1, 2, 3))
        other = str(int(name[0]) + shift) if name[0].isdecimal() else self.random.choice(self._names)
        if any(word in f"{passage} {asked.question}" for word in other.split()):
            return
        question = asked.question[: name.start()] + other + asked.question[name.end() :]
        yield self._example(replace(asked, question=question, labels={}, words=""), window)

    def _elsewhere(self, asked: Asked, indices: Sequence[int]) -> bool:
        """Whether the answering words stand in these sentences all the same."""
        return bool(asked.words) and any(
            asked.words.lower() in asked.document.sentences[index].lower() for index in indices
        )

    def _example(self, asked: Asked, window: Sequence[int]) -> Example:
        spans: list[Span] = []
        passage = ""
        for index in window:
            passage += " " if passage else ""
            spans.append((len(passage), len(passage) + len(asked.document.sentences[index])))
            passage += asked.document.sentences[index]
        labels = tuple(asked.labels.get(index, 0.0) for index in window)
        words = None
        for span, label in zip(spans, labels, strict=True):
            at = passage.find(asked.words, *span) if label and asked.words else -1
            if at >= 0 and words is None:
                words = (at, at + len(asked.words))
        return Example(
            self._question(asked),
            self._heading(asked.document.title),
            passage,
            tuple(spans),
            labels,
            words,
            told=words is not None or not any(labels),
        )

    def _question(self, asked: Asked) -> str:
        chance = self.random.random()
        if chance < KEYWORDS and len(content_words(asked.question)) >= 3:
            return " ".join(content_words(asked.question))
        if chance < KEYWORDS + TYPED:
            return asked.question.lower().rstrip("?. ")
        return asked.question

    def _heading(self, title: str) -> str:
        if self.random.random() < UNTITLED:
            return ""
        if self.random.random() < DATED:
            day, month = self.random.randint(1, 28), self.random.choice(MONTHS).capitalize()
            return f"{title} ({day} {month} {self.random.randint(2005, 2027)})"
        return title


# Names as they are written inside a sentence: its first word says nothing.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]*\w(?: [A-Z][\w-]*\w)*")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def _windows(document: Document, words: int) -> Iterator[list[int]]:
    """Runs of a document's sentences of about so many words, as indices."""
    run: list[int] = []
    filled = 0
    for index, sentence in enumerate(document.sentences):
        size = word_count(sentence)
        if run and filled + size > words:
            yield run
            run, filled = [], 0
        run.append(index)
        filled += size
    if run:
        yield run
