"""The days that a sentence tells of, held against the days that a question names: what tells of others answers nothing.

Most articles name few dates, and a day that is not named contradicts nothing. Pure.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.candidates import Candidate
from assistant.facts import Fact, facts
from assistant.language import is_english
from assistant.relative_days import WEEKDAYS
from index.schema import Article
from index.words import words

AROUND = timedelta(7)
"""A report may appear so long before or after the day that it tells of without naming it."""
AFTER_A_MONTH = timedelta(14)
"""And so long after a month is over, of which it then says "last month"."""

_CARRIED = re.compile(r" \([^()]*\)$")
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
NAME_OF_DAYS = re.compile(
    rf"\b(?:of|the) (?:{_MONTHS})\b\.? \d{{1,2}}(?:st|nd|rd|th)?"
    r" (?!(?:in|at|on|of|and|to|until)\b)[a-z]",
    re.IGNORECASE,
)
"""A day that names what happened on it, in whatever year: "the January 6 attack"."""
_BEFORE = re.compile(
    r"(?:(?P<first>\d{1,2})(?:st|nd|rd|th)?(?: of)?(?:, | and | or | to | until | through |, and | ?[-–—/] ?))+$"
)
"""The days before the last one of some: `16, 17 and 18 June`, of which the first is kept."""
_BEHIND = re.compile(r"(?: ?[-–—] ?| and | to | or )(?P<last>\d{1,2})(?:st|nd|rd|th)?(?=[,.;:)]|$| (?:1[5-9]|20)\d\d)")
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*(?:(?:early|mid|late)[ -])?|\s+and\s+")
_OPENS = re.compile(r"\b(?:since|after|from|following)(?: (?:early|mid|late|the))?[ -]$", re.IGNORECASE)
_CLOSES = re.compile(r"\b(?:until|till|by|through|ahead of)(?: (?:early|mid|late|the))?[ -]$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_IN_NUMBERS = re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2((?:1[5-9]|20)\d\d)(?!\d)")
_VAGUE = re.compile(
    r"\b(?:(?:last|previous|past) (?:month|year|spring|summer|autumn|fall|winter)"
    r"|(?:weeks?|months?) (?:ago|earlier|later)|earlier this (?:month|year)|(?:this|next) (?:month|year))\b",
    re.IGNORECASE,
)
"""What counts from a day that nobody names here, by weeks and months: it may come to any day of the year around."""
_VAGUE_REACH = timedelta(400)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from a (month, day) to another, both included, of one year or of any; open to one side where they are."""

    first: tuple[int, int]
    last: tuple[int, int]
    year: int | None = None
    opens: bool = False
    closes: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last and not (self.opens or self.closes)

    def days(self, year: int) -> tuple[date, date]:
        """From its first day to its last, of the year given where it names none."""
        year = self.year or year
        return (
            date.min if self.closes else _day(year, *self.first),
            date.max if self.opens else _day(year + (self.last < self.first and not self.closes), *self.last),
        )

    def meets(self, other: "Stretch", year: int = 2000) -> bool:
        """Whether they share a day; where one names no year, one of any year, and the `year` where both name none."""
        year = self.year or other.year or year
        (first, last), (others_first, others_last) = self.days(year), other.days(year)
        return first <= others_last and others_first <= last


def days_asked(question: str) -> list[Stretch]:
    """The days and months that a question names; none where they are part of a name, as in "the January 6 attack".

    Of a question that goes on with an earlier one its own, else those that were carried, in brackets behind it.
    """
    if NAME_OF_DAYS.search(question):
        return []
    return stretches(_CARRIED.sub("", question)) or stretches(question)


def stretches(text: str) -> list[Stretch]:
    """The days and months that a text names, in order; a year alone is none."""
    every = facts(text)
    found: list[Stretch] = []
    ended = -1
    for index, fact in enumerate(every):
        if fact.kind not in ("day", "month"):
            continue
        own = _with_bounds(
            text, fact, _with_neighbours(text, fact, _stretch(fact, _year(text, fact, every[max(0, index - 1) :])))
        )
        if found and _joined(text, ended, fact.start) and not own.closes | found[-1].closes:
            own = replace(own, first=found[-1].first, opens=False, year=own.year or found[-1].year)
            found.pop()
        found.append(own)
        ended = _end(text, fact)
    for match in _IN_NUMBERS.finditer(text):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        both = {(one, other), (other, one)}  # of the world's two orders nobody tells which it is
        found += [Stretch((month, day), (month, day), year) for month, day in sorted(both) if month <= 12 and day <= 31]
    return found


def comes_to_days(article: Article, asked: Sequence[Stretch]) -> bool:
    """Whether an article can tell of these days: it names them, appeared around them, or names no days at all."""
    if not asked:
        return True
    text = f"{article.title}.\n{article.text}"
    if not is_english(text):
        return True
    told = stretches(text)
    if not told and article.published is None:
        return True
    if _any_meets(told, asked, article, text) or _appeared_around(article, asked):
        return True
    return bool(_VAGUE.search(text)) and _appeared_around(article, asked, _VAGUE_REACH)


def of_the_days(asked: Sequence[Stretch], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that tell of other days than those asked about, all where no days are named."""
    if not asked:
        return list(candidates)
    return [each for each in candidates if _tells_of(each, asked)]


def of_that_day_alone(
    asked: Sequence[Stretch], chosen: Sequence[Candidate], surest: Sequence[Candidate]
) -> list[Candidate]:
    """The sentences chosen without those that tell of more days than the one that is asked about.

    Only where one of the `surest` tells of that day alone: "on 18 and 19 June" may be all there is about the 18th.
    """
    if not _is_one_day(asked) or not any(_names_only(asked[0], each.text) for each in surest):
        return list(chosen)
    return [each for each in chosen if all(told.is_day and told.meets(asked[0]) for told in stretches(each.text))]


def _names_only(asked: Stretch, text: str) -> bool:
    told = stretches(text)
    return bool(told) and all(each.is_day and each.meets(asked) for each in told)


def weekdays_in(text: str) -> frozenset[str]:
    """The weekdays that a text names."""
    return frozenset(WEEKDAYS).intersection(words(text))


def _is_one_day(asked: Sequence[Stretch]) -> bool:
    return len(asked) == 1 and asked[0].is_day


def _tells_of(candidate: Candidate, asked: Sequence[Stretch]) -> bool:
    """Whether a sentence may tell of these days: it names them, or it names none and what stands around it may."""
    article = candidate.hit.article
    if not is_english(candidate.hit.text):
        return True
    own = stretches(candidate.text)
    if not own and _is_one_day(asked) and asked[0].year and (named := weekdays_in(candidate.text)):
        day = asked[0].days(asked[0].year)[0]
        return WEEKDAYS[day.weekday()] in named and _appeared_around(article, asked)
    paragraph = _paragraph(article.text, *candidate.span)
    if _any_meets(own, asked, article, paragraph):
        return True
    if own:  # what is announced for later is told on the day of publication
        return _appeared_around(article, asked) and all(_is_ahead(each, article) for each in own)
    around = stretches(paragraph)
    if not around or _any_meets(around, asked, article, paragraph):
        return True
    start, _ = candidate.span
    ahead = stretches(article.text[_paragraph_start(article.text, start) : start])
    return not ahead and _appeared_around(article, asked)


def _is_ahead(told: Stretch, article: Article) -> bool:
    return article.published is not None and told.days(article.published.year)[0] > article.published


def _any_meets(told: Iterable[Stretch], asked: Sequence[Stretch], article: Article, text: str) -> bool:
    """Whether any of the days told of are among those asked about; `text` is what stands around them."""
    return any(
        own.meets(each) for own in told for each in asked if own.year or _may_be_of(own, each.year, article, text)
    )


def _may_be_of(told: Stretch, year: int | None, article: Article, text: str) -> bool:
    """Whether days without a year may be of this one: it is named around them, or theirs nearest to publication."""
    named = _YEAR.findall(text)
    if year is None or str(year) in named:
        return True
    if (published := article.published) is None:
        return not named
    near = (published.year + step for step in (-1, 0, 1))
    return year == min(near, key=lambda each: abs((_day(each, *told.first) - published).days))


def _appeared_around(article: Article, asked: Sequence[Stretch], reach: timedelta | None = None) -> bool:
    """Whether it was published on these days, or so long before or after them that it needs not name them."""
    if article.published is None:
        return False
    published = article.published
    for each in asked:
        after = reach or (timedelta(0) if each.closes else AROUND if each.is_day else AFTER_A_MONTH)
        for first, last in map(each.days, (published.year - 1, published.year, published.year + 1)):
            starts = date.min if first == date.min else first - (reach or AROUND)
            ends = date.max if last == date.max else last + after
            if starts <= published <= ends:
                return True
    return False


def _paragraph(text: str, start: int, end: int) -> str:
    last = text.find("\n", end)
    return text[_paragraph_start(text, start) : last if last >= 0 else len(text)]


def _paragraph_start(text: str, place: int) -> int:
    return text.rfind("\n", 0, place) + 1


def _stretch(fact: Fact, year: int | None) -> Stretch:
    if isinstance(fact.value, tuple):
        return Stretch(fact.value, fact.value, year)
    month = int(float(fact.value))
    return Stretch((month, 1), (month, 31), year)


def _year(text: str, fact: Fact, near: Sequence[Fact]) -> int | None:
    """The year that a day or month is followed by, or that stands in its words."""
    for other in near[:3]:
        is_within = fact.start <= other.start < fact.end
        if other.kind == "year" and (is_within or re.fullmatch(r",?\s+(?:of\s+)?", text[fact.end : other.start])):
            return int(float(str(other.value)))
    match = re.match(r"(?: ?[-–—] ?| and | to )\d{1,2}(?:st|nd|rd|th)?,? ((?:1[5-9]|20)\d\d)\b", text[fact.end :])
    return int(match[1]) if match else None


def _with_neighbours(text: str, fact: Fact, own: Stretch) -> Stretch:
    """A day with those that share its month's name with it: `18 and 19 June`, `June 18-19`."""
    if fact.kind != "day":
        return own
    month, day = own.first
    if (match := _BEFORE.search(text[: fact.start])) and text[fact.start].isdigit():
        first = int(re.search(r"\d+", match[0])[0])  # type: ignore[index]
        return replace(own, first=(month, first)) if 1 <= first < day else own
    if (match := _BEHIND.match(text, fact.end)) and not text[fact.start].isdigit():
        return replace(own, last=(month, int(match["last"]))) if day < int(match["last"]) <= 31 else own
    return own


def _with_bounds(text: str, fact: Fact, own: Stretch) -> Stretch:
    ahead = text[: fact.start]
    if re.search(r"\bbefore $", ahead, re.IGNORECASE):
        return _before(own)
    return replace(own, opens=bool(_OPENS.search(ahead)), closes=bool(_CLOSES.search(ahead)))


def _before(own: Stretch) -> Stretch:
    """All days up to the last one before these; a month's last day is its 31st, as everywhere here."""
    month, day = own.first
    if day > 1:
        return replace(own, last=(month, day - 1), closes=True)
    year = own.year - 1 if own.year and month == 1 else own.year
    return replace(own, last=((month + 10) % 12 + 1, 31), year=year, closes=True)


def _end(text: str, fact: Fact) -> int:
    """Where a date ends, with its year."""
    match = re.match(r",?\s+(?:1[5-9]|20)\d\d\b", text[fact.end :])
    return fact.end + (match.end() if match else 0)


def _joined(text: str, ended: int, start: int) -> bool:
    """Whether what stands between two dates makes one stretch of them: `from 28 January to 3 February`."""
    gap = _TO.fullmatch(text, ended, start)
    return bool(gap) and ("and" not in gap[0] or bool(re.search(r"\bbetween\b[^.]{0,30}$", text[:ended])))  # type: ignore[index]


def _day(year: int, month: int, day: int) -> date:
    """The day, or the last one of a month that has fewer."""
    return date(year, month, min(day, monthrange(year, month)[1]))
