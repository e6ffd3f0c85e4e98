"""The numbers, dates and names of a text, each in one form however it is written. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.months import MONTH_NAME, MONTHS, WEEKDAYS, month_number
from index.words import STOPWORDS, words

Kind = Literal["number", "day", "month", "year", "weekday", "name"]
Bound = Literal["", "about", "over", "under"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a text, `text[start:end]`, in one form.

    `value` is a number (times its scale), (month, day), a month 1..12, a year, a weekday 0..6 from Monday, or a name's
    word in lower case. `unit` is "%", "$", "€", "£" or empty. What is `loose` is too common a word to be asked for
    ("one", "first"). `bound` tells that a number is only said to be about so large, or over or under that.
    """

    kind: Kind
    value: float | tuple[int, int] | str
    start: int
    end: int
    unit: str = ""
    loose: bool = False
    bound: Bound = ""


_MONTH = rf"(?P<month>{MONTH_NAME})\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)\d\d)(?![\d,.]*\d)"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d-])(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)(?![\d-])",
        rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![\d,.:]*\d)(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}",
        rf"\b(?:(?:in|of|since|by|until|last|next|this|early|late|during|from|through|and)\s+|mid-){_MONTH}",
        rf"\b(?!May\b|Mar(?:ch)?\b){_MONTH}(?!\w)",
        rf"(?<![\d.,$€£-]){_YEAR}(?!\s*(?:%|percent|per cent|dollars|euros|people|men|women))",
    )
)
_WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE)

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6,
    "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_VALUES = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 10 * tens for tens, word in enumerate(_TENS, 2)},
    **{word: value for value, word in enumerate(_ORDINALS, 1) if word != "second"},  # mostly a part of a minute
}
_LONG_SCALES = "dozen|hundred|thousand|million|billion|trillion"
_UNIT = r"(?:\s?(?P<unit>%|per\s?cent\b|percent\b|(?:US )?dollars?\b|euros?\b|pounds?\b))?"
_UNITS = {"%": "%", "p": "%", "u": "$", "d": "$", "e": "€"}
_BOUND = (
    r"(?:\b(?:(?P<over>over|more than|at least|above)|(?P<under>under|less than|fewer than|at most|up to|below)"
    r"|(?P<about>about|around|nearly|almost|roughly|approximately|some|close to|just))\s+)?"
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.](\d\d)(?=\s?(?:[ap]\.?m\b|[A-Z]{2,4}\b))|(?<!\d)(\d{1,2}):(\d\d)(?!\d)")
_DIGITS = re.compile(
    rf"{_BOUND}(?P<sign>[$€£]\s?)?(?<![\w.])(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?:st|nd|rd|th)?"
    rf"(?:(?:[\s-]?(?P<scale>{_LONG_SCALES})|(?P<short>k|m|mn|bn|tn))\b)?{_UNIT}",
    re.IGNORECASE,
)
_ORDINAL = "|".join(word for word in sorted(_ORDINALS, key=len, reverse=True) if word in _VALUES)
_CARDINAL = "|".join(sorted(_VALUES.keys() - _ORDINALS, key=len, reverse=True))
_WRITTEN = re.compile(  # an ordinal ends a number: "twenty-first" is one, "first twenty" are two
    rf"{_BOUND}\b(?P<said>(?:{_ORDINAL})|(?:(?:{_CARDINAL})|(?:a|an)(?=\s+(?:{_LONG_SCALES})\b))"
    rf"(?:[\s-]+(?:and\s+)?(?:{_CARDINAL}|{_LONG_SCALES})\b)*(?:[\s-]+(?:and\s+)?(?:{_ORDINAL})\b)?)\b{_UNIT}",
    re.IGNORECASE,
)
_LOOSE = frozenset({"one", "first", "zero"})

_SAME_NAME = (
    (re.compile(r"\bU\.\s?S\.(?:\s?A\.)?|\bUSA?\b|\b(?:the )?United States\b|\bAmerica(?:ns?)?\b"), "Usa"),
    (re.compile(r"\bU\.\s?K\.|\bUK\b|\b(?:the )?United Kingdom\b|\b(?:Great )?Britain\b|\bBritish\b"), "Uk"),
    (re.compile(r"\bU\.\s?N\.|\bUN\b|\b(?:the )?United Nations\b"), "Un"),
    (re.compile(r"\bE\.\s?U\.|\bEU\b|\b(?:the )?European Union\b"), "Eu"),
)  # fmt: skip
TITLES = frozenset(
    "mr mrs ms mx dr prof sir president secretary minister prime chancellor king queen prince princess senator governor"
    " mayor general colonel captain judge justice chief professor doctor representative congressman congresswoman pope"
    " state foreign vice deputy i ok".split()
)
_CALENDAR = frozenset((*MONTHS, *(month[:3] for month in MONTHS), "sept", *WEEKDAYS))
_TOKEN = re.compile(r"[^\W\d_](?:[\w’'&]|[.-](?=\w))*")
_OPENING = re.compile(r"(?:^|[:.!?…“\"«(\[‘—–])\s*$")
# What a word that merely begins a sentence mostly ends in, where a name mostly does not.
_COMMON = re.compile(
    r".*(?:s|ing|ed|ly|tion|ment|ness|ity|ance|ence|ship|ers?|ism|age|ure|ice|ple|men|ive|ous|ful|less|[ai]ble|est)$"
)
_DEMONYMS = "ians ian eans ean ans an ese ish ine ns n is i ia y e a s".split()


def facts(text: str) -> list[Fact]:
    """The numbers and dates of a text, in order; what is part of a date is no number."""
    found, taken = [], bytearray(len(text))
    for part in (*_dates(text, taken), *_numbers(text, taken)):
        found.append(part)
    return sorted(found, key=lambda fact: (fact.start, fact.end))


def _dates(text: str, taken: bytearray) -> Iterator[Fact]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            part = match.groupdict()
            month = int(part.get("number") or 0) or month_number(part.get("month") or "")
            if part.get("day"):
                if not (1 <= month <= 12 and 1 <= int(part["day"]) <= 31):
                    continue
                yield Fact("day", (month, int(part["day"])), *match.span())
            elif month:
                yield Fact("month", month, *match.span("month"))
            if part.get("year"):
                yield Fact("year", int(part["year"]), *match.span("year"))
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for match in _WEEKDAY.finditer(text):
        yield Fact("weekday", WEEKDAYS.index(match[0].lower()), *match.span())


def _numbers(text: str, taken: bytearray) -> Iterator[Fact]:
    for match in _CLOCK.finditer(text):
        if not any(taken[match.start() : match.end()]):
            hours, minutes = (match[1], match[2]) if match[1] else (match[3], match[4])
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            yield Fact("number", int(hours) + int(minutes) / 100, *match.span())
    for match in _DIGITS.finditer(text):
        start, end = match.start("digits"), match.end()
        if not any(taken[start:end]):
            scale = _SCALES.get((match["scale"] or match["short"] or "").lower(), 1.0)
            value = float(match["digits"].replace(",", "")) * scale
            taken[start:end] = b"\1" * (end - start)
            start = match.start("sign") if match["sign"] else start
            yield Fact("number", round(value, 6), start, end, _unit(match), bound=_bound(match))
    for match in _WRITTEN.finditer(text):
        start, end = match.start("said"), match.end()
        if not any(taken[start:end]):
            said = match["said"].lower()
            yield Fact("number", _spoken(said), start, end, _unit(match), loose=said in _LOOSE, bound=_bound(match))


def _bound(match: re.Match[str]) -> Bound:
    return "over" if match["over"] else "under" if match["under"] else "about" if match["about"] else ""


def _unit(match: re.Match[str]) -> str:
    sign = (match.groupdict().get("sign") or "").strip()
    unit = match["unit"] or ""
    return sign or ("£" if unit.lower().startswith("pound") else _UNITS.get(unit[:1].lower(), ""))


def _spoken(said: str) -> float:
    """A number in words: `two hundred and fifty thousand` -> 250000."""
    total, current = 0.0, 0.0
    for word in re.findall(r"[a-z]+", said):
        if word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0.0
        elif word in ("a", "an", "and"):
            continue
        else:
            current += _VALUES[word]
    return total + current


def one_name(text: str) -> str:
    """The text with the names of some countries and unions, which have several, each in one form."""
    for pattern, name in _SAME_NAME:
        text = pattern.sub(name, text)
    return text


def names(text: str) -> list[Fact]:
    """The words of a text that are written as names, but for titles and the calendar; none where all is in capitals.

    The first word of a sentence is taken for one where a name goes on after it, or where its ending is no common one.
    """
    tokens = list(_TOKEN.finditer(text))
    capitals = [match for match in tokens if match[0][0].isupper()]
    if len(tokens) > 4 and len(capitals) > 0.75 * len(tokens):
        return []
    found = []
    for match in capitals:
        word = "".join(words(match[0])) if "." in match[0] else (words(match[0]) or [""])[0]
        if len(word) < 2 or word in TITLES or word in _CALENDAR or word in STOPWORDS or word in _VALUES:
            continue
        if _OPENING.search(text[: match.start()]) and not _begins_name(text, match, word):
            continue
        found.append(Fact("name", word, *match.span()))
    return found


def _begins_name(text: str, match: re.Match[str], word: str) -> bool:
    following = _TOKEN.match(text, match.end() + 1)
    if following and following[0][0].isupper() and following[0].lower() not in TITLES:
        return True
    return match[0].isupper() or text[match.end() : match.end() + 2] in ("’s", "'s") or not _COMMON.match(word)


def roots(word: str) -> frozenset[str]:
    """A name's word without the endings by which countries and their people differ: `Cuban` and `Cuba` share one."""
    return frozenset(
        [word] + [word.removesuffix(end) for end in _DEMONYMS if word.endswith(end) and len(word) - len(end) >= 4]
    )
