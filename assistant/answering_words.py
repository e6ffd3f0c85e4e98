"""The words of a sentence that answer: what kind of thing they are, and where they stand."""

import re

from assistant.months import MONTH_NAME, MONTHS, WEEKDAYS
from assistant.question import Kind, Question
from index.splitting import Span
from index.words import stem, words

_MONTH = rf"{MONTH_NAME}\.?"
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_SMALL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen)"
)
_TENS = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]{_SMALL})?)"
_FIGURE = rf"(?:[$€£¥]\s?)?(?:\d[\d,.]*\d|\d|\b{_TENS}\b|\b{_SMALL}\b)"
_NUMBER = rf"{_FIGURE}(?:[- ](?:hundred|thousand|million|billion|trillion|dozen))*(?:\s?%| per ?cent| percent)?"
_UNIT = r"(?:second|minute|hour|day|night|week|month|year|decade|centur(?:y|ie))s?"
_NAME = re.compile(
    r"(?:(?<=^)|(?<=[\s“\"‘'(\[-]))[A-Z][\w’'.-]*[\w](?:\s(?:(?:of|the|de|van|von|al|bin|da|del|and)\s)?[A-Z][\w’'-]*\w)*"
)

# Where a name follows one of these, it may be a place.
_PLACE = re.compile(
    r"(?<![\w’'])(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom|[Oo]ff|[Tt]o|[Oo]ver|[Oo]utside|[Ii]nside|[Ii]nto|[Oo]n|[Oo]f|[Aa]cross"
    r"|[Aa]round|[Tt]hrough|[Bb]etween|[Aa]bove|[Tt]owards?) (?:the |a |an )?$"
)
# What ends the name of an office, a body or a day, not of a person.
_OFFICE = frozenset(
    "state department ministry house hall council congress parliament government senate committee party army office"
    " agency university company corporation union court bank association nations republic kingdom".split()
)

_NO_PERSON = frozenset(map(stem, (*_OFFICE, *MONTHS, *WEEKDAYS)))

_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(
        rf"\b(?:\d{{1,2}} {_MONTH}(?:,? \d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|{_MONTH},? \d{{4}}|"
        rf"(?:early |late |mid-)?(?:1[0-9]|20)\d{{2}}s?|{_DAY}(?: (?:morning|afternoon|evening|night))?|in {_MONTH}|"
        r"yesterday|today|tomorrow|last (?:week|month|year|night)|(?:\d{1,2}|\w+)(?:st|nd|rd|th) century)\b"
    ),
    "duration": re.compile(
        rf"(?:(?:about|around|nearly|almost|roughly|more than|less than|over|some) )?"
        rf"(?:{_NUMBER}|half an|an?|several|a few)(?: and (?:a half|{_FIGURE}))?[- ]{_UNIT}(?:-long)?"
        rf"(?: and (?:a half|{_NUMBER}[- ]{_UNIT}))?",
        re.IGNORECASE,
    ),
    "number": re.compile(rf"(?<![“\"‘'])(?:{_NUMBER})(?! (?:of the|another)\b)", re.IGNORECASE),  # no “one China”
}


MOST = 3  # where more than three things could be meant, nothing is told apart by setting them in bold


def holds_kind(question: Question, sentence: str) -> bool:
    """Whether the sentence holds the kind of thing asked for, in words the question did not give itself."""
    return (question.kind not in _PATTERNS and question.kind not in {"person", "place"}) or bool(
        answering_words(question, sentence)
    )


def answering_words(question: Question, sentence: str) -> list[Span]:
    """The spans of names, dates, durations or numbers asked for that the question does not hold, if any."""
    pattern = _PATTERNS.get(question.kind, _NAME if question.kind in {"person", "place"} else None)
    if pattern is None:
        return []
    spans = [match.span() for match in pattern.finditer(sentence)]
    spans = [span for span in spans if not _asked(question, sentence, span)]
    if question.kind == "place":
        spans = [span for span in spans if _PLACE.search(sentence[: span[0]])] or spans
    if question.kind == "person":  # a full name rather than a country or a single word with a capital
        spans = [span for span in spans if " " in sentence[slice(*span)]] or spans
    return spans[:MOST]


def _asked(question: Question, sentence: str, span: Span) -> bool:
    """Whether the question holds these words already, or a capital is only the sentence's first letter."""
    part = sentence[slice(*span)]
    stems = [stem(word) for word in words(part)]
    starts = not re.search(r"\w", sentence[: span[0]])
    if question.kind in {"person", "place"}:
        if starts and len(stems) == 1:
            return True
        if question.kind == "person" and stems and (stems[-1] in question.weights or stems[-1] in _NO_PERSON):
            return True
    return all(key in question.weights for key in stems)
