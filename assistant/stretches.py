"""The days and months that a text names, each as a stretch of days of one year, or of any where it names none. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache

from assistant.facts import Fact, facts
from assistant.months import MONTH_NAME

_CARRIED = re.compile(r" \([^()]*\)$")
NAME_OF_DAYS = re.compile(
    rf"\b(?:of|the) {MONTH_NAME}\.? \d{{1,2}}(?:st|nd|rd|th)?"
    r" (?!(?:in|at|on|of|and|to|until)\b)[a-z]",
    re.IGNORECASE,
)
"""A day that names what happened on it, in whatever year: "the January 6 attack"."""
_ORDINAL = r"(?:st|nd|rd|th)?"
_RANGE = r" to | until | through | ?[-–—/] ?"
_BEFORE = re.compile(rf"(?:(?<!\d)\d{{1,2}}{_ORDINAL}(?: of)?(?:, and |, | and | or |{_RANGE}))+$")
_EACH_BEFORE = re.compile(rf"(\d{{1,2}}){_ORDINAL}(?: of)?(?:, and |, | and | or |({_RANGE}))")
"""The days before the last one of some: `16, 17 and 18 June`; one by one, with what makes a range with the next."""
_BEHIND = re.compile(
    rf"(?:(?P<range> ?[-–—] ?| to )| and | or )(?P<last>\d{{1,2}}){_ORDINAL}(?=[,.;:)]|$| (?:1[5-9]|20)\d\d)"
)
_YEAR_BEHIND = re.compile(rf"(?: ?[-–—] ?| and | to )\d{{1,2}}{_ORDINAL},? ((?:1[5-9]|20)\d\d)\b")
_AHEAD = 60
"""Characters before a date that are looked at for what it is bound to."""
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*(?:(?:early|mid|late)[ -])?|\s+and\s+")
_OPENS = re.compile(r"\b(?:since|after|from|following)(?: (?:early|mid|late|the))?[ -]$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\b[^.]{0,30}$")
_OWN_YEAR = re.compile(r",?\s+(?:1[5-9]|20)\d\d\b")
_BEFORE_IT = re.compile(r"\bbefore (?:the )?$", re.IGNORECASE)
_CLOSES = re.compile(
    r"\b(?:(?:until|till|by|through|ahead of)(?: (?:early|mid|late|the))?|before (?:early|mid|late))[ -]$",
    re.IGNORECASE,
)
_MONTH_ASKED = re.compile(rf"\b{MONTH_NAME}(?!['’-])", re.IGNORECASE)
_WITHIN = r"(?:the )?(?:early[ -]|mid[ -]?|late[ -]|end[ -])?"
_AND_MONTH = rf"(?:{MONTH_NAME}(?:,? and |,? or | to | until | through | ?[-–] ?)(?:early |mid[ -]|late )?)?$"
_IN_MONTH = re.compile(
    r"(?:\b(?:in|on|of|since|by|before|after|until|till|during|throughout|from|between|to|through|over|around|last|next"
    rf"|this|early|late) {_WITHIN}|\bmid[ -]){_AND_MONTH}",
    re.IGNORECASE,
)
_SURELY_IN = re.compile(
    r"(?:\b(?:in|since|until|till|during|throughout|last|next|this past|early|late|mid"
    rf"|(?:end|beginning|start|middle|month|half|days?|weeks?|first|last) of)[ -]{_WITHIN}){_AND_MONTH}",
    re.IGNORECASE,
)
"""Before what is a month in a question; "may" and "march" are words too, and May a name."""
_DAY_AHEAD = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? $", re.IGNORECASE)
_ON_DAY_AHEAD = re.compile(
    r"\b(?:(?:on|of|from|to|until|since|by|before|after|and|the) \d{1,2}(?:st|nd|rd|th)?|\d{1,2}(?:st|nd|rd|th))"
    r"(?: of)? $",
    re.IGNORECASE,
)
_YEAR_OR_DAY_BEHIND = re.compile(rf"\.?,? (?P<of>of )?(?:(?P<year>(?:1[5-9]|20)\d\d)|\d{{1,2}}{_ORDINAL})\b")
_IN_NUMBERS = re.compile(r"(?<![\d./])(\d{1,2})([./])(\d{1,2})\2((?:1[5-9]|20)\d\d)(?!\d)")


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
            date.min if self.closes else day_of_month(year, *self.first),
            date.max if self.opens else day_of_month(year + (self.last < self.first and not self.closes), *self.last),
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
    asked = _MONTH_ASKED.sub(_as_month, question)
    return stretches(_CARRIED.sub("", asked)) or stretches(asked)


def _as_month(match: re.Match[str]) -> str:
    """A word of a question that looks like a month: with a capital where it surely is one, else made none.

    "June Carter" and "Theresa May" are people, whom no month tells of; "in june" and "4 february" are typed in haste.
    """
    text, word = match.string, match[0]
    ahead = text[max(0, match.start() - _AHEAD) : match.start()]
    is_word = word.lower() in ("may", "march", "mar")
    dated = bool((_ON_DAY_AHEAD if is_word and word.islower() else _DAY_AHEAD).search(ahead))
    if behind := _YEAR_OR_DAY_BEHIND.match(text, match.end()):
        is_sure = word[0].isupper() or not is_word
        dated = dated or is_sure or bool(behind["year"] and not behind["of"]) or ahead.lower().endswith("on ")
    leads = (_SURELY_IN if is_word else _IN_MONTH).search(ahead) and not re.match(r" [A-Z]", text[match.end() :])
    return word.capitalize() if dated or leads else "-" * len(word)


def stretches(text: str) -> list[Stretch]:
    """The days and months that a text names, in order; a year alone is none."""
    return list(_stretches(text))


@lru_cache(maxsize=256)  # an article's are asked for with each of its passages
def _stretches(text: str) -> tuple[Stretch, ...]:
    every = facts(text)
    found: list[Stretch] = []
    ended = -1
    for index, fact in enumerate(every):
        if fact.kind not in ("day", "month"):
            continue
        whole = _stretch(fact, _year(text, fact, every[max(0, index - 1) : index + 2]))
        own = [_with_bounds(text, fact, each) for each in _with_neighbours(text, fact, whole)]
        if found and _joined(text, ended, fact.start) and not own[0].closes | found[-1].closes:
            before = found.pop()
            own[0] = replace(own[0], first=before.first, opens=False, year=own[0].year or before.year)
        found += own
        ended = _end(text, fact)
    return (*found, *_in_numbers(text))


def _in_numbers(text: str) -> Iterator[Stretch]:
    """The days written `13/6/2023`: of the world's two orders nobody tells which it is, so both that there are."""
    for match in _IN_NUMBERS.finditer(text):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        for month, day in sorted({(one, other), (other, one)}):
            if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                yield Stretch((month, day), (month, day), year)


def _stretch(fact: Fact, year: int | None) -> Stretch:
    if isinstance(fact.value, tuple):
        return Stretch(fact.value, fact.value, year)
    month = int(float(fact.value))
    return Stretch((month, 1), (month, 31), year)


def _year(text: str, fact: Fact, near: Sequence[Fact]) -> int | None:
    """The year that a day or month is followed by, or that stands in its words."""
    for other in near:
        is_within = fact.start <= other.start < fact.end
        if other.kind == "year" and (is_within or re.fullmatch(r",?\s+(?:of\s+)?", text[fact.end : other.start])):
            return int(float(str(other.value)))
    match = _YEAR_BEHIND.match(text, fact.end)
    return int(match[1]) if match else None


def _with_neighbours(text: str, fact: Fact, own: Stretch) -> list[Stretch]:
    """A day with those that share its month's name: `18 and 19 June` and `June 18-19` are one stretch.

    `9 and 19 June` are two, since nothing tells of the days between them.
    """
    if fact.kind != "day":
        return [own]
    month, day = own.first
    is_last = text[fact.start].isdigit()
    if is_last and (match := _BEFORE.search(text, max(0, fact.start - _AHEAD), fact.start)):
        return [replace(own, first=(month, first), last=(month, last)) for first, last in _runs(match[0], day)]
    if not is_last and (match := _BEHIND.match(text, fact.end)) and day < (last := int(match["last"])) <= 31:
        if match["range"] or last == day + 1:
            return [replace(own, last=(month, last))]
        return [own, replace(own, first=(month, last), last=(month, last))]
    return [own]


def _runs(before: str, day: int) -> list[tuple[int, int]]:
    """The first and last days of what a day makes with those before it: `3, 17 and 18 June` -> (3, 3), (17, 18)."""
    runs = [(day, day)]
    for number, makes_range in reversed(_EACH_BEFORE.findall(before)):
        first, last = runs[0]
        if not 1 <= int(number) < first:
            break
        if makes_range or int(number) == first - 1:
            runs[0] = int(number), last
        else:
            runs.insert(0, (int(number), int(number)))
    return runs


def _with_bounds(text: str, fact: Fact, own: Stretch) -> Stretch:
    near = max(0, fact.start - _AHEAD), fact.start
    if _BEFORE_IT.search(text, *near):
        return _before(own)
    return replace(own, opens=bool(_OPENS.search(text, *near)), closes=bool(_CLOSES.search(text, *near)))


def _before(own: Stretch) -> Stretch:
    """All days up to the last one before these; a month's last day is its 31st, as everywhere here."""
    month, day = own.first
    if day > 1:
        return replace(own, last=(month, day - 1), closes=True)
    year = own.year - 1 if own.year and month == 1 else own.year
    return replace(own, last=((month + 10) % 12 + 1, 31), year=year, closes=True)


def _end(text: str, fact: Fact) -> int:
    """Where a date ends, with its year."""
    match = _OWN_YEAR.match(text, fact.end)
    return match.end() if match else fact.end


def _joined(text: str, ended: int, start: int) -> bool:
    """Whether what stands between two dates makes one stretch of them: `from 28 January to 3 February`."""
    gap = _TO.fullmatch(text, ended, start) if 0 <= ended <= start else None
    return gap is not None and ("and" not in gap[0] or bool(_BETWEEN.search(text, max(0, ended - _AHEAD), ended)))


def day_of_month(year: int, month: int, day: int) -> date:
    """The day, or the last one of a month that has fewer; of the first or last year where there is no such year."""
    year = min(max(year, MINYEAR), MAXYEAR)
    return date(year, month, min(day, monthrange(year, month)[1]))
