"""A topic's dated sentences in the order of their days, each quoted; taken only where a timeline is asked for."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.citations import Claim, Evidence, resolve
from assistant.continuing import points
from assistant.follow_up import Standalone, refers_back
from assistant.intent_forms import TIMELINE, plain
from assistant.length import length_asked, without_length
from assistant.months import MONTH_NAME, WEEKDAYS, month_number
from assistant.prompts import load_prompts
from assistant.schema import Answer
from assistant.scope import days_named
from assistant.short_names import in_full, short_names
from assistant.stretches import NAME_OF_DAYS
from index.schema import Article, Hit
from index.splitting import Span, sentences
from index.words import stem, words

READ = 30
"""Passages looked through: a timeline lies in many more of them than an answer."""

_WORD = re.compile(r"\w[\w’'-]*")
MOST = 12
SAME = 0.6
"""Two sentences of one day that share this much of the shorter one's words tell the same."""

_MONTH = rf"(?P<month>{MONTH_NAME})\.?"
_WEEKDAY = "|".join(name.capitalize() for name in WEEKDAYS)
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_AHEAD = re.compile(
    r"\b(?:will|would|shall|(?:is|are|was|were) (?:to|due|expected|scheduled|set|planned)|plans? to|planned for|next"
    r"|coming)\b"
)
"""What is ahead on the day of publication has no year that could be told from it."""
NEAR_DAYS = 200
"""A day without a year is the last one up to the day of publication, if that is not longer ago than this."""

_FROM = r"(?:(?P<from>\d{1,2})(?:st|nd|rd|th)?(?:(?P<and> and )| to | until | through | ?[-–] ?))?"
_DATES = tuple(
    re.compile(rf"\b{form}\b")
    for form in (
        rf"{_FROM}(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH},? {_YEAR}",
        rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
        rf"{_FROM}(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}",
        rf"(?<![Ii]n )(?<![Ss]ince ){_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?! [a-z]+s\b)",
        rf"[Oo]n (?P<weekday>{_WEEKDAY})",
    )
)
_WITH_WEEKDAY = tuple(
    re.compile(rf"\b(?P<name>{_WEEKDAY}),? {form}(?:,? {_YEAR})?\b")
    for form in (
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}",
        rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?",
    )
)


@dataclass(frozen=True, slots=True)
class _Dated:
    """A sentence with the day it tells of, as written where only a month is known, and what it has of the topic."""

    article: Article
    span: Span
    at: Span
    day: date
    written: str
    stems: frozenset[str]
    coverage: float

    def is_within(self, since: date | None, until: date | None) -> bool:
        """Whether it tells of these days; of a month, which its first day stands for, any of its days will do."""
        last = self.day
        if self.written == f"{self.day:%B %Y}":
            last = last.replace(day=monthrange(last.year, last.month)[1])
        return (since is None or last >= since) and (until is None or self.day <= until)


def answer_timeline(
    standalone: Standalone,
    find: Callable[[str, int], Sequence[Hit]],
    weigh: Callable[[str], Mapping[str, float]],
    today: date | None = None,
) -> Answer | None:
    """The timeline that is asked for; None for any other question, and where fewer than two days are told of.

    `find` gives the best passages for some words, so many of them; `weigh` the weight of each stem of a topic, of 1 in
    all, and nothing where the library does not know it. Days that the question names, as seen from `today`, limit what
    is told, be it a single day; they are no part of the topic.
    """
    asked = plain(without_length(standalone.asked or standalone.text))
    since, until, named = (None, None, ()) if NAME_OF_DAYS.search(asked) else days_named(asked, today)
    for said in named:
        asked = asked.replace(said, " ")
    match = TIMELINE.fullmatch(" ".join(asked.split()).strip(" ,.?!"))
    topic = (match["topic"] or match["happened"]) if match else ""
    # One that names its topic is complete, whatever was spoken of before.
    if standalone.carried and (points(topic) or refers_back(asked)):
        return None
    weights = weigh(topic) if topic else {}
    if not weights:
        return None
    dated = [each for each in _dated(find(topic, READ), topic, weights) if each.is_within(since, until)]
    told = _told_once(sorted(dated, key=lambda each: -each.coverage))
    if len({each.day for each in told}) < (1 if named else 2):
        return None
    question = standalone.asked or standalone.text
    kept = sorted(told[: length_asked(question) or MOST], key=lambda each: (each.day, each.article.id, each.span))
    statements, citations = resolve(list(map(_claim, kept)))
    return Answer(question, statements, citations, written_by="quotes", listed=True)


def days_of(sentence: str, published: date | None, text: str = "") -> list[tuple[date, str, Span]]:
    """The days a sentence tells of, the first where there are several to one month: each with how it is written, and
    where its words stand. The surest come first: in full, then without a year, then weekdays.

    A day without a year, and a weekday, are the last ones up to the day of publication; without that, and in a sentence
    of what is ahead, they are none. A weekday whose date the `text` of the article gives once ("Sunday, 18 June") is
    that day; one that it gives several dates may be any of these, and is none.
    """
    if _AHEAD.search(sentence):
        published, text = None, ""
    found: list[tuple[date, str, Span]] = []
    for form in _DATES:
        for match in form.finditer(sentence):
            day = _day(match, published) if not match.groupdict().get("weekday") else _weekday(match, published, text)
            if day is not None and not any(match.start() < end and start < match.end() for _, _, (start, end) in found):
                found.append((day, _written(match, day), match.span()))
    return found


def _written(match: re.Match[str], day: date) -> str:
    """`June 2023`, `18 June 2023`, `18-19 June 2023`; of "9 and 19 June", between which nothing is told, the first."""
    said = match.groupdict()
    if "day" not in said and "weekday" not in said:
        return f"{day:%B %Y}"
    is_range = said.get("from") and (not said.get("and") or int(said["day"]) == day.day + 1)
    last = f"–{int(said['day'])}" if is_range and day.day < int(said["day"]) else ""
    return f"{day.day}{last} {day:%B %Y}"


def _day(match: re.Match[str], published: date | None) -> date | None:
    said = match.groupdict()
    month = month_number(said["month"])
    last = int(said.get("day") or 1)
    day = first if 1 <= (first := int(said.get("from") or last)) < last else last
    try:
        if said.get("year"):
            return date(int(said["year"]), month, day)
        if published is None:
            return None
        this = date(published.year, month, day)
        latest = this if this <= published else date(published.year - 1, month, day)
        return latest if (published - latest).days <= NEAR_DAYS else None
    except ValueError:  # there is no such day
        return None


def _weekday(match: re.Match[str], published: date | None, text: str) -> date | None:
    name = match["weekday"]
    dated = {_day(each, published) for form in _WITH_WEEKDAY for each in form.finditer(text) if each["name"] == name}
    if dated:
        return dated.pop() if len(dated) == 1 else None
    if published is None:
        return None
    return published - timedelta((published.weekday() - WEEKDAYS.index(name.lower())) % 7)


def _dated(hits: Sequence[Hit], topic: str, weights: Mapping[str, float]) -> Iterator[_Dated]:
    """The sentences of the passages that tell of a day and of at least half of the topic."""
    for hit in hits:
        title = {stem(word) for word in words(hit.article.title)}
        short = short_names(f"of {topic}", hit)
        for start, end in sentences(hit.article.text, hit.passage.start, hit.passage.end):
            sentence = hit.article.text[start:end]
            found = days_of(sentence, hit.article.published, hit.article.text)
            own = in_full(frozenset(stem(word) for word in words(sentence)), short)
            said = sum(weight for key, weight in weights.items() if key in own)
            coverage = said + 0.5 * sum(weight for key, weight in weights.items() if key in title - own)
            if found and said and coverage >= 0.5:
                day, written, (first, last) = _nearest(found, sentence, weights)
                yield _Dated(hit.article, (start, end), (start + first, start + last), day, written, own, coverage)


def _nearest(
    found: Sequence[tuple[date, str, Span]], sentence: str, weights: Mapping[str, float]
) -> tuple[date, str, Span]:
    """Of several days the one that stands nearest to a word of the topic."""
    places = [
        match.start() for match in _WORD.finditer(sentence) if any(stem(word) in weights for word in words(match[0]))
    ]
    if len(found) == 1 or not places:
        return found[0]
    return min(found, key=lambda each: min(abs(sum(each[2]) // 2 - place) for place in places))


def _told_once(dated: Sequence[_Dated]) -> list[_Dated]:
    """The best sentence for each thing that is told of a day."""
    kept: list[_Dated] = []
    for each in dated:
        if not any(
            each.day == other.day and len(each.stems & other.stems) >= SAME * min(len(each.stems), len(other.stems))
            for other in kept
        ):
            kept.append(each)
    return kept


def _claim(dated: _Dated) -> Claim:
    quote, (first, last) = dated.article.text[slice(*dated.span)], dated.at
    evidence = (Evidence(dated.article, *dated.span),)
    if first == dated.span[0] and str(dated.day.year) in dated.article.text[first:last]:  # it tells its day by itself
        return Claim(quote, evidence, ((0, last - first),))
    text = load_prompts().say("timeline", day=dated.written, quote=quote)
    return Claim(text, evidence, ((0, len(dated.written)),))
