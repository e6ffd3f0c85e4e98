"""The answer in a model's words: its text, as it comes, -> sentences, cited and checked; the quotes where it fails."""

import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol

from assistant.align import Aligned, Aligner, Embed
from assistant.citations import Claim, resolve
from assistant.generate import Excerpt
from assistant.marks import Marked, read_marks
from assistant.phrase import Phraser
from assistant.prompts import load_prompts
from assistant.schema import Answer, Answered, Citation
from index.schema import Hit, ModelError

logger = logging.getLogger(__name__)

QUOTES_AFTER = 20.0
"""Seconds without a word of the model, after which the quotes are shown until it begins.

It is not given up so soon: on a small machine it reads for a minute."""

_END = re.compile(r"[.!?…。！？\n].{0,40}\Z", re.DOTALL)
"""Only shortly after one of these can a sentence more have become complete."""
_OPEN_MARK = re.compile(r"[\[【(（][^\]】)）]{0,30}\Z")


class Generation(Protocol):
    """What is needed of a model's answer: the pieces of its text, and a way to end it."""

    excerpts: Sequence[Excerpt]
    complete: bool

    def __iter__(self) -> Iterator[str]: ...

    def stop(self) -> None:
        """End it now."""


class Generator(Protocol):
    """What is needed of a model."""

    model: str

    def generate(self, question: str, hits: Sequence[Hit], prompt: str, sentences: int) -> Generation:
        """The answer to come."""

    def say(self, request: str, seconds: float) -> Iterable[str]:
        """The pieces of a few words to come."""


class Explain(Protocol):
    """What is needed of a library to say more of citations."""

    def __call__(self, citations: Iterable[Citation], hits: Sequence[Hit]) -> tuple[Citation, ...]:
        """The citations with how their passages were found and where else their articles were printed."""


class Writer:
    """Writes answers with a model, from the passages that were found for a question."""

    def __init__(self, generator: Generator, embed: Embed | None, explain: Explain) -> None:
        self.model = generator.model
        self._generator = generator
        self._embed = embed
        self._explain = explain
        self.phraser = Phraser(generator)

    def write(self, answered: Answered) -> "Writing":
        """The answer to come; the one in quotes takes over where the model fails."""
        return Writing(self._generator, self._embed, self._explain, answered)


class Writing:
    """One answer as it grows: iterate, once, for the answer so far, sentence by sentence; the last one is whole.

    It never fails: whatever goes wrong, the last answer is the one in quotes, with a note that says so. That is also so
    where the model finds no answer, or where the words it cites carry none of its sentences.
    """

    def __init__(
        self,
        generator: Generator,
        embed: Embed | None,
        explain: Explain,
        answered: Answered,
    ) -> None:
        self._started = time.perf_counter()
        self._model = generator.model
        self._quotes = quotes = answered.answer
        self._generation = generator.generate(quotes.question, answered.hits, answered.prompt, answered.sentences)
        self._embed = embed
        self._explain = explain
        self._hits = answered.hits
        self._aligner: Aligner | None = None
        self._aligned: dict[Marked, Aligned | None] = {}

    def stop(self) -> None:
        """End the request at the server now, from any thread; what is written so far stays."""
        self._generation.stop()

    def __iter__(self) -> Iterator[Answer]:
        """The answer so far, whenever a sentence is complete with its marks, and at last the whole.

        Before a model that is slow to begin come the quotes, whose place it takes.
        """
        self._started = time.perf_counter()
        try:
            yield from self._growing()
        except ModelError as error:
            yield self._in_quotes(f"{error} {error.hint}".strip())
        except Exception:  # whatever it is: a question ends in an answer
            logger.exception("the model's answer could not be used")
            yield self._in_quotes(f"The answer of “{self._model}” could not be used.")

    def _growing(self) -> Iterator[Answer]:
        raw, shown = "", 0
        for piece in self._pieces():
            if piece is None:
                yield replace(
                    self._quotes, note=load_prompts().say("meanwhile", model=self._model), seconds=self._seconds()
                )
                continue
            raw += piece
            if _END.search(raw, max(0, len(raw) - len(piece) - 50)):
                settled = read_marks(_OPEN_MARK.sub("", raw), len(self._generation.excerpts))[
                    :-1
                ]  # the last one's marks may be to come
                answer = self._answer(settled)
                if len(answer.statements) > shown:
                    shown = len(answer.statements)
                    yield answer
        complete = self._generation.complete
        written = read_marks(raw, len(self._generation.excerpts))
        answer = self._answer(written if complete else written[:-1])
        reason = "" if complete else load_prompts().say("cut_short")
        if any(statement.support != "unsupported" for statement in answer.statements):
            yield replace(answer, note=reason)
        elif answer.found:
            yield self._in_quotes(f"The passages carry no sentence of what “{self._model}” wrote.")
        else:
            yield self._in_quotes(reason or f"“{self._model}” found no answer in the passages.")

    def _pieces(self) -> Iterator[str | None]:
        """The pieces of the model's text, read in a thread, as they come; None once where the first is slow to come."""
        read: SimpleQueue[str | Exception | None] = SimpleQueue()

        def reading() -> None:
            try:
                for piece in self._generation:
                    read.put(piece)
                read.put(None)
            except Exception as error:  # raised where the pieces are taken
                read.put(error)

        Thread(target=reading, name="model", daemon=True).start()
        try:
            patience: float | None = QUOTES_AFTER
            while True:
                try:
                    piece = read.get(timeout=patience)
                except Empty:
                    yield None
                    patience = None
                    continue
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise piece
                patience = None
                yield piece
        finally:
            self._generation.stop()

    def _answer(self, written: Iterable[Marked]) -> Answer:
        """The sentences that rest on a passage, each once; the others are not said."""
        once = {sentence.text.casefold(): sentence for sentence in written}
        aligned = [found for sentence in once.values() if (found := self._align(sentence)) and found.evidence]
        statements, citations = resolve([Claim(each.text, each.evidence) for each in aligned])
        judged = tuple(
            replace(statement, support=each.verdict.support, reason=each.verdict.reason)
            for statement, each in zip(statements, aligned, strict=True)
        )
        return Answer(
            self._quotes.question,
            judged,
            self._explain(citations, self._hits),
            confidence=self._quotes.confidence,
            seconds=self._seconds(),
            written_by=self._model,
            scope=self._quotes.scope,
        )

    def _align(self, sentence: Marked) -> Aligned | None:
        if self._aligner is None:
            self._aligner = Aligner([_shown(excerpt) for excerpt in self._generation.excerpts], self._embed)
        if sentence not in self._aligned:
            self._aligned[sentence] = self._aligner.align(sentence.text, sentence.numbers)
        return self._aligned[sentence]

    def _in_quotes(self, reason: str) -> Answer:
        note = load_prompts().say("quotes_instead", reason=reason) if self._quotes.found else reason
        return replace(self._quotes, note=note, seconds=self._seconds())

    def _seconds(self) -> float:
        """Of finding the passages and of writing."""
        return self._quotes.seconds + time.perf_counter() - self._started


def as_left(answer: Answer, model: str) -> Answer:
    """An answer that is stopped where it stands: quotes that stood in for the model until it would begin say so."""
    if answer.note != load_prompts().say("meanwhile", model=model):
        return answer
    return replace(answer, note=load_prompts().say("never_begun", model=model))


def _shown(excerpt: Excerpt) -> Hit:
    """The passage as far as the model saw it."""
    return replace(excerpt.hit, passage=replace(excerpt.hit.passage, end=excerpt.end))
