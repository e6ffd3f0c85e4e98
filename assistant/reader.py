"""The trained reader: question + passages -> how far each sentence answers, and which of its words do.

One small transformer looks at the question and a passage together and gives three logits a token: whether it stands in
a sentence that answers, whether the answering words begin there, whether they end there. A sentence's logit is the mean
over its tokens; the first token, [CLS], stands for the whole passage and for "no words of this passage answer". How it
is trained stands in `training/`, its figures in `weights/README.md`.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.embedding import packaged_model
from index.inference import Model
from index.schema import Article, Hit
from index.splitting import Span, published_on, sentences

WEIGHTS = Path(__file__).parent / "weights" / "reader.onnx"

LONGEST = 384  # tokens of question, title and passage together; a passage of the splitter's longest has some 250
LONGEST_QUESTION, LONGEST_HEADING = 128, 64  # tokens; what follows is not read, so that the passage always fits
KEPT = 600  # the latest readings, six for a question: many are tried before they are asked, or asked again
LONGEST_ANSWER = 24  # tokens of the answering words

logger = logging.getLogger(__name__)

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What the reader makes of one sentence, `article.text[span]`.

    `relevance` is the logit that it answers; `words` is the part of the article's text in it that answers best, and
    `certainty` the logit of those words against "no words here".
    """

    span: Span
    relevance: float
    certainty: float
    words: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage: the logit that it answers at all, and its sentences in reading order."""

    answers: float
    sentences: tuple[SentenceReading, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A batch as the model takes it, int64 arrays (passages, tokens), and where each sentence's tokens are.

    `tokens[i][j]` are the positions of the tokens of sentence j in passage i, in order; `offsets[i]` is an array
    (tokens, 2) of their characters, counted from the passage's first.
    """

    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    segments: NDArray[np.int64]
    tokens: list[list[NDArray[np.int64]]]
    offsets: list[NDArray[np.int64]]


class Encoder:
    """Question and passages -> tokens; the same for training and for use."""

    def __init__(self, tokenizer: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(LONGEST, strategy="only_second")
        self._tokenizer.enable_padding()
        self._plain = Tokenizer.from_file(str(tokenizer))
        self._plain.no_padding()
        self._plain.no_truncation()

    def _cut(self, text: str, tokens: int) -> str:
        """The text as far as its first `tokens` tokens."""
        offsets = self._plain.encode(text, add_special_tokens=False).offsets
        return text if len(offsets) <= tokens else text[: offsets[tokens - 1][1]]

    def encode(self, texts: Sequence[tuple[str, str, str, Sequence[Span]]]) -> Encoded:
        """Encode tuples of question, heading, passage and its sentences' spans (in the passage) as one batch."""
        texts = [
            (self._cut(question, LONGEST_QUESTION), self._cut(heading, LONGEST_HEADING), passage, spans)
            for question, heading, passage, spans in texts
        ]
        encodings = self._tokenizer.encode_batch(
            [(question, f"{heading}\n{passage}") for question, heading, passage, _ in texts]
        )
        tokens, offsets = [], []
        for encoding, (_, heading, _, spans) in zip(encodings, texts, strict=True):
            characters = np.array(encoding.offsets, np.int64) - len(heading) - 1
            inside = (np.array(encoding.type_ids) == 1) & (np.array(encoding.special_tokens_mask) == 0)
            characters[~inside] = -1
            tokens.append(
                [np.flatnonzero((characters[:, 0] >= start) & (characters[:, 1] <= end)) for start, end in spans]
            )
            offsets.append(characters)
        return Encoded(
            np.array([encoding.ids for encoding in encodings], np.int64),
            np.array([encoding.attention_mask for encoding in encodings], np.int64),
            np.array([encoding.type_ids for encoding in encodings], np.int64),
            tokens,
            offsets,
        )


class Reader:
    """The reader's weights in ONNX Runtime, and its latest readings."""

    def __init__(self, weights: Path, tokenizer: Path) -> None:
        self._model = Model(weights, ["ids", "segments"])
        self._encoder = Encoder(tokenizer)
        self._known: dict[tuple[str, str, str, int], Future[Reading]] = {}
        self._knowing = Lock()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Read the passages each alone; a sentence beyond the longest text the model takes is left out.

        In one batch they would change each other's logits: 8-bit weights go with activations that are scaled by the
        largest of the batch. What was read lately, or is being read by another thread, is not read again.
        """
        keys = [(question, heading(hit.article), hit.text, hit.passage.start) for hit in hits]
        with self._knowing:
            own = {key: hit for key, hit in zip(keys, hits, strict=True) if key not in self._known}
            found = {key: self._known.get(key) or Future[Reading]() for key in keys}
            for key in found:  # behind the others, which are forgotten before them
                self._known.pop(key, None)
            self._known.update(found)
            for oldest in [*self._known][:-KEPT]:
                del self._known[oldest]
        try:
            for key, made in zip(own, self._read(question, [*own.values()]), strict=True):
                found[key].set_result(made)
        except BaseException as error:
            with self._knowing:
                for key in own:
                    self._known.pop(key, None)
            for key in own:
                if not found[key].done():
                    found[key].set_exception(error)
            raise
        return [found[key].result() for key in keys]

    def _read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        if not hits:
            return []
        spans = [sentences(hit.article.text, hit.passage.start, hit.passage.end) for hit in hits]
        encoded = self._encoder.encode(
            [
                (
                    question,
                    heading(hit.article),
                    hit.text,
                    [(a - hit.passage.start, b - hit.passage.start) for a, b in each],
                )
                for hit, each in zip(hits, spans, strict=True)
            ]
        )
        lengths = encoded.mask.sum(axis=1)  # without the padding that longer ones brought
        texts = [
            {"ids": encoded.ids[row, :length], "segments": encoded.segments[row, :length]}
            for row, length in enumerate(lengths)
        ]
        return [
            reading(logits, encoded.tokens[row], encoded.offsets[row] + hit.passage.start, spans[row])
            for row, (hit, logits) in enumerate(zip(hits, self._model.run(texts, lambda logits: logits), strict=True))
        ]


@cache
def load_reader(weights: Path = WEIGHTS) -> Reader | None:
    """The reader that comes with the program, loaded once; None, with a warning, where it is missing or unreadable."""
    try:
        return Reader(weights, packaged_model() / "tokenizer.json")
    except Exception as error:  # ONNX Runtime's own errors have no common class
        logger.warning("the reader %s cannot be loaded, rules choose the sentences instead: %s", weights, error)
        return None


def heading(article: Article) -> str:
    """What stands in front of a passage for the reader: the title, with the day of publication."""
    return f"{article.title}{published_on(article)}"


def reading(
    logits: Logits, tokens: Sequence[NDArray[np.int64]], offsets: NDArray[np.int64], spans: Sequence[Span]
) -> Reading:
    """A passage's logits, an array (tokens, 3), as the readings of its sentences."""
    none = float(logits[0, 1] + logits[0, 2])
    found = []
    for inside, span in zip(tokens, spans, strict=True):
        if not inside.size:
            continue
        first, last, best = best_words(logits[inside, 1], logits[inside, 2])
        words = int(offsets[inside[first], 0]), int(offsets[inside[last], 1])
        found.append(SentenceReading(span, float(logits[inside, 0].mean()), best - none, words))
    return Reading(float(logits[0, 0]), tuple(found))


def best_words(starts: Logits, ends: Logits) -> tuple[int, int, float]:
    """The first and last token with the largest sum of logits, at most LONGEST_ANSWER tokens apart, and that sum."""
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones(sums.shape, bool)) & ~np.triu(np.ones(sums.shape, bool), LONGEST_ANSWER)
    best = int(np.argmax(np.where(allowed, sums, -np.inf)))
    first, last = divmod(best, len(starts))
    return first, last, float(sums[first, last])
