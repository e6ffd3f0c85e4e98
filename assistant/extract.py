"""The answer without a model: the sentences that answer best, or the finding that none does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

import numpy as np

from assistant.answering_words import answering_words
from assistant.candidates import Candidate, alike, candidates_of, speaks_of_years
from assistant.citations import Claim, Evidence
from assistant.decision import Judgement, judged, load_decision
from assistant.language import is_english
from assistant.numbered import of_the_number
from assistant.polarity import of_the_polarity
from assistant.question import FACTS, Question
from assistant.reader import Reading
from assistant.schema import Strictness
from assistant.short_names import short_names, shortened
from assistant.stretches import Stretch, days_asked
from assistant.told_days import comes_to_days, of_that_day_alone, of_the_days, of_the_years, weekdays_in
from index.schema import Article, Hit
from index.splitting import sentences, word_count
from index.words import words

READ = 6
"""Passages looked at for an answer, the best found."""

SPELLED_ALIKE = 0.8
"""difflib's ratio from which a name that no article holds is taken for a misspelt one: "Carslbad" for "Carlsbad"."""

BRIEF = 12
"""Words at most of a sentence that is quoted behind another for what it says of its reason: "No reason was given."."""
_OF_REASON = re.compile(r"\b(?:reasons?|explanations?|explained|motives?)\b", re.IGNORECASE)

SUREST = 0.5
"""Share of the best sentence's probability from which another is as good as that."""

OF_OTHERS = 0.1
"""Share of the probability of a sentence of other days, itself at least SUREST, below which one of the days asked about
tells of something else; seen from 0.03 to 0.05 where it does, and from 1 where it does not."""

GENEROSITY = 1.5
"""beta of the F measure that is expected to be largest for the sentences chosen: recall counts beta times precision."""


class PassageReader(Protocol):
    """What is needed of the trained reader."""

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """One reading for each passage."""
        ...


@dataclass(frozen=True, slots=True)
class Extraction:
    """The claims that answer, in the order to read them, or none; and the candidates, best first.

    `confidence` is the probability that the evidence answers the question.
    """

    claims: tuple[Claim, ...]
    candidates: tuple[Candidate, ...]
    confidence: float = 0.0


def extract(
    question: Question, hits: Sequence[Hit], reader: PassageReader | None, most: int, strictness: Strictness = "normal"
) -> Extraction:
    """Choose at most `most` sentences of the passages found (best first), each quoted exactly.

    `reader` is None where rules are to choose, and `strictness` names how sure the evidence must be.
    """
    # Who asks when names the days of something else: "When did the law that was passed in March take effect?"
    days = days_asked(question.text) if question.kind != "date" else []
    able = [] if lacking(question, hits) else [hit for hit in hits if _comes_to(hit.article, question, days)]
    read = (able or list(hits))[:READ]
    every = of_the_day(question, candidates_of(question, read, _readings(question, read, reader) if reader else ()))
    of_days = every if question.kind == "date" else of_the_years(question.text, of_the_days(days, every))
    fitting = of_the_number(question.text, of_the_polarity(question, of_days)) if able else []
    candidates = fitting or every
    judgement = judged(question, candidates, with_reader=reader is not None)
    order = np.argsort(-judgement.sentences, kind="stable")
    ranked = tuple(candidates[index] for index in order)
    if fitting and (sure := _told_of_other_days(question, every, of_days, reader is not None)) is not None:
        return Extraction((), ranked, sure)
    if not fitting:  # what looks like an answer is one to another question
        return Extraction((), ranked)
    if judgement.answered < load_decision(reader is not None).refusal[strictness]:
        return Extraction((), ranked, judgement.answered)
    chosen = choose(candidates, judgement, most)
    least = SUREST * judgement.sentences.max()
    surest = [each for each, sure in zip(candidates, judgement.sentences, strict=True) if sure >= least]
    chosen = of_that_day_alone(days, chosen, surest)
    if question.kind not in FACTS:  # where one fact is asked for, the sentence that most probably holds it comes first
        chosen = in_reading_order(chosen)
    claims = said_once([_claim(question, candidate) for candidate in chosen])
    return Extraction(claims, ranked, judgement.answered)


def _told_of_other_days(
    question: Question, every: Sequence[Candidate], of_days: Sequence[Candidate], with_reader: bool
) -> float | None:
    """How probably the best sentence of the days asked about answers, where one of others so surely tells of the deed.

    "Whom did Ann Lee meet in May?" has no answer where she is said to have met somebody in June, and May has nothing
    like it. None where there is an answer.
    """
    if len(of_days) == len(every):
        return None
    kept = set(map(id, of_days))
    sure = judged(question, every, with_reader=with_reader).sentences
    fits = np.array([id(each) in kept for each in every])
    own, others = float(sure[fits].max()), float(sure[~fits].max())
    return own if others >= SUREST and own < OF_OTHERS * others else None


def _comes_to(article: Article, question: Question, days: Sequence[Stretch]) -> bool:
    """Whether an article can answer: one that never comes to the year or days asked about cannot."""
    return speaks_of_years(article, question.years) and comes_to_days(article, days)


def of_the_day(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that tell of other days of the week than the one that is asked about."""
    asked = weekdays_in(question.text)
    if not asked:
        return list(candidates)
    return [each for each in candidates if not (named := weekdays_in(each.text)) or named & asked]


def mostly_english(hits: Sequence[Hit]) -> bool:
    """Whether the reader, which knows only English, can read half of the passages looked at for an answer or more."""
    read = [is_english(hit.text) for hit in hits[:READ]]
    return sum(read) >= max(1, len(read) / 2)


def _readings(question: Question, hits: Sequence[Hit], reader: PassageReader) -> list[Reading | None]:
    """One for each passage, None where it is not English: the reader would see no sense in it, and take it for none.

    Each is read with the question's names as short as it has them: "Who replaced Qin?" where it tells of Qin alone.
    """
    by_wording: dict[str, list[int]] = {}
    for place, hit in enumerate(hits):
        if is_english(hit.text):
            wording = shortened(question.text, short_names(question.text, hit))
            by_wording.setdefault(wording, []).append(place)
    readings: list[Reading | None] = [None] * len(hits)
    for wording, places in by_wording.items():
        for place, reading in zip(places, reader.read(wording, [hits[place] for place in places]), strict=True):
            readings[place] = reading
    return readings


def lacking(question: Question, hits: Sequence[Hit]) -> list[str]:
    """The question's names and numbers that no article holds, but for those spelled nearly as a word found."""
    if not question.strict:
        return []
    near = {word for hit in hits for word in words(f"{hit.article.title} {hit.text}")}
    return [word for word in question.strict if not get_close_matches(word, near, 1, SPELLED_ALIKE)]


def choose(candidates: Sequence[Candidate], judgement: Judgement, most: int) -> list[Candidate]:
    """As many of the best sentences, each saying something else, as make the expected F measure largest.

    With probabilities p of the sentences, F of the best k is about (1 + b2) * sum of their p / (k + b2 * sum of all p):
    Lewis, "Evaluating and optimizing autonomous text classification systems", SIGIR 1995; b2 = GENEROSITY squared.
    """
    distinct: list[int] = []
    for index in np.argsort(-judgement.sentences, kind="stable"):
        if len(distinct) == most:
            break
        if not any(alike(candidates[index], candidates[other]) for other in distinct):
            distinct.append(int(index))
    gained = np.cumsum(judgement.sentences[distinct])
    expected = gained / (np.arange(1, len(distinct) + 1) + GENEROSITY**2 * judgement.sentences.sum())
    return [candidates[index] for index in distinct[: int(np.argmax(expected)) + 1]]


def in_reading_order(chosen: list[Candidate]) -> list[Candidate]:
    """Article by article, the best one's first, and in each from top to bottom."""
    articles = list(dict.fromkeys(candidate.hit.article.id for candidate in chosen))
    return sorted(chosen, key=lambda candidate: (articles.index(candidate.hit.article.id), candidate.span))


def _claim(question: Question, candidate: Candidate) -> Claim:
    start, end = candidate.span
    if candidate.before and (candidate.leans or (question.kind == "date" and candidate.tells_time_from_before)):
        start = candidate.before[0]  # whom, what or which day it speaks of stands one sentence earlier
    if question.kind == "reason":
        end = reason_end(candidate)
    article = candidate.hit.article
    bold = tuple((first - start, last - start) for first, last in _bold(question, candidate))
    return Claim(article.text[start:end], (Evidence(article, start, end),), bold)


def reason_end(candidate: Candidate) -> int:
    """Where a sentence ends for who asks why: behind the next one, where that is brief and speaks of the reason."""
    end = candidate.span[1]
    text, passage = candidate.hit.article.text, candidate.hit.passage
    behind = next((span for span in sentences(text, passage.start, passage.end) if span[0] >= end), None)
    if behind is None or "\n" in text[end : behind[0]].strip(" "):
        return end
    sentence = text[slice(*behind)]
    return behind[1] if _OF_REASON.search(sentence) and word_count(sentence) <= BRIEF else end


def _bold(question: Question, candidate: Candidate) -> list[tuple[int, int]]:
    """The parts of the article's text that answer, by the reader or, where it has not read, by their kind."""
    reading = candidate.reading
    if reading is not None:
        return [reading.words] if reading.certainty > 0 else []
    offset = candidate.span[0]
    return [(first + offset, last + offset) for first, last in answering_words(question, candidate.text)]


def said_once(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with those joined that quote overlapping words of one article, at the place of the first of them."""
    joined: list[Claim] = []
    for claim in claims:
        for index, other in enumerate(joined):
            if _overlap(claim, other):
                joined[index] = _joined(other, claim)
                break
        else:
            joined.append(claim)
    return tuple(joined) if len(joined) == len(claims) else said_once(joined)


def _overlap(one: Claim, other: Claim) -> bool:
    first, second = one.evidence[0], other.evidence[0]
    return first.article.id == second.article.id and first.start < second.end and second.start < first.end


def _joined(one: Claim, other: Claim) -> Claim:
    article = one.evidence[0].article
    start = min(each.evidence[0].start for each in (one, other))
    end = max(each.evidence[0].end for each in (one, other))
    bold = {
        (first + each.evidence[0].start - start, last + each.evidence[0].start - start)
        for each in (one, other)
        for first, last in each.bold
    }
    return Claim(article.text[start:end], (Evidence(article, start, end),), tuple(sorted(bold)))
