"""Every sentence of the passages found, with what speaks for it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering_words import holds_kind
from assistant.months import MONTHS
from assistant.question import Question
from assistant.reader import Reading, SentenceReading
from assistant.sentence_forms import is_sentence, leans
from assistant.short_names import in_full, short_names
from index.schema import Article, Hit
from index.splitting import Span, sentences
from index.words import stem, words

_SAME_TIME = re.compile(
    r"\bthe (?:next|following|same|previous) (?:day|night|morning|evening|week|month|year)\b"
    r"|\bthat (?:day|week|month|year)\b"
    r"|\b(?:days?|weeks?|months?|years?) (?:later|earlier|before)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20\d\d)(?!\d)")
_RELATIVE = {
    -1: re.compile(
        rf"\b(last|previous|past) year|\ba year (ago|earlier|before)|\b(last|previous) ({'|'.join(MONTHS)})"
    ),
    1: re.compile(r"\b(next|coming|following) year|\ba year later"),
}
"""How an article speaks of the year before and after its own."""

UNREAD = -6.0
"""The logit of what the reader has not read."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage found, with what speaks for it; all shares lie between 0 and 1.

    `rank` counts the passages found from 1, `position` the sentences of the passage from 0. `coverage` is the weight of
    the question's words in the sentence; `context` in it, its neighbours and the title; `passage` in the whole passage
    and the title. `named` is the share of the question's names and numbers in the passage and the title. `kind` tells
    whether it holds the kind of thing asked for, together with what is asked of it. `reading` is what the reader made
    of it, and `answers` its logit that the passage answers at all; None and UNREAD where nothing was read.
    """

    hit: Hit
    rank: int
    position: int
    span: Span
    before: Span | None
    stems: frozenset[str]
    coverage: float
    context: float
    passage: float
    named: float
    kind: float
    reading: SentenceReading | None = None
    answers: float = UNREAD

    @property
    def text(self) -> str:
        """The sentence."""
        return self.hit.article.text[slice(*self.span)]

    @property
    def leans(self) -> bool:
        """Whether whom or what it speaks of stands one sentence earlier."""
        return leans(self.text)

    @property
    def tells_time_from_before(self) -> bool:
        """Whether it counts its time from one sentence earlier ("the next day")."""
        return bool(_SAME_TIME.search(self.text))


def candidates_of(question: Question, hits: Sequence[Hit], readings: Sequence[Reading | None] = ()) -> list[Candidate]:
    """The sentences of the passages, in the passages' order; headings, fragments and questions are left out.

    `readings` are those of the first passages, None where one was not read.
    """
    found: list[Candidate] = []
    for rank, hit in enumerate(hits, 1):
        text = hit.article.text
        reading = readings[rank - 1] if rank <= len(readings) else None
        read = {each.span: each for each in reading.sentences} if reading else {}
        spans = sentences(text, hit.passage.start, hit.passage.end)
        short = short_names(question.text, hit)
        stems = [in_full(frozenset(stem(word) for word in words(text[slice(*span)])), short) for span in spans]
        title = frozenset(stem(word) for word in words(hit.article.title))
        all_stems = title.union(*stems)
        for index, span in enumerate(spans):
            sentence = text[slice(*span)]
            if is_sentence(sentence):
                found.append(
                    Candidate(
                        hit=hit,
                        rank=rank,
                        position=index,
                        span=span,
                        before=spans[index - 1] if index and is_sentence(text[slice(*spans[index - 1])]) else None,
                        stems=stems[index],
                        coverage=_coverage(question, stems[index]),
                        context=_coverage(question, title.union(*stems[max(0, index - 1) : index + 2])),
                        passage=_coverage(question, all_stems),
                        named=len(question.names & all_stems) / len(question.names) if question.names else 1.0,
                        kind=_kind(question, sentence, stems[index]),
                        reading=read.get(span),
                        answers=reading.answers if reading else UNREAD,
                    )
                )
    return found


def speaks_of_years(article: Article, years: frozenset[str]) -> bool:
    """Whether an article can answer for these years: it names them, appeared in them, or counts to them."""
    if not years:
        return True
    told = set(_YEAR.findall(f"{article.title} {article.text}"))
    if article.published:
        year = article.published.year
        lower = article.text.lower()
        told |= {str(year), *(str(year + step) for step, said in _RELATIVE.items() if said.search(lower))}
    return years <= told


def alike(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences say nearly the same words."""
    return len(one.stems & other.stems) > 0.8 * min(len(one.stems), len(other.stems))


def _kind(question: Question, sentence: str, stems: frozenset[str]) -> float:
    """Half for the kind of thing asked for, the other half as far as it stands together with what is asked of it."""
    if not holds_kind(question, sentence):
        return 0.0
    return 0.5 + 0.5 * len(question.deeds & stems) / len(question.deeds) if question.deeds else 1.0


def _coverage(question: Question, stems: frozenset[str]) -> float:
    return sum(weight for key, weight in question.weights.items() if key in stems)
