"""What a message asks of several articles: a summary, a comparison, or where they disagree; most messages ask neither.

Only a message that is nothing but such a request is taken. One that merely holds the words ("Who compared the mayor to
Nero?", "What did the summary of the report say?") asks what an article tells, and is left to the articles.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.intent_forms import FORMS, SAY, THE_COVERAGE, THE_REPORTS, TIMELINE, IntentKind, plain
from assistant.length import without_length
from assistant.source_names import source_called
from index.words import content_words


@dataclass(frozen=True, slots=True)
class Intent:
    """What is asked for, and of what.

    `topic` is empty where articles are named otherwise: by the `numbers` of citations of the answer before, by their
    `places` among the articles it cites (from 0, -1 the last), or `back` for all of these. `one` tells that a single
    article is meant. `sources` are those to be held against each other, `sides` two things that are.
    """

    kind: IntentKind
    topic: str = ""
    sources: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    back: bool = False
    one: bool = False

    @property
    def points_back(self) -> bool:
        """Whether it speaks of articles of the answer before."""
        return self.back or bool(self.numbers or self.places)


def intent_of(message: str, sources: Sequence[str]) -> Intent | None:
    """What a message asks of several articles, None for any other; `sources` are those of the library."""
    for kind, said in _said(message):
        if intent := _read(kind, said, sources):
            return intent
    return None


def topic_of(message: str) -> str:
    """What a request is about, with the sources it names: all of it that another message may go on with.

    Empty for any other message, and where it speaks of articles of the answer before alone.
    """
    timeline = TIMELINE.fullmatch(plain(without_length(message)))
    for said in (said for _, said in _said(message)) if timeline is None else (timeline.groupdict(),):
        named = said.get("named") or "; ".join(filter(None, (said.get("one"), said.get("other"))))
        topic = said.get("topic") or said.get("happened") or said.get("topic2") or said.get("compound") or ""
        article = _ONE_ARTICLE.fullmatch(topic or said.get("article") or "")
        if topic and _pointed("summary", topic):
            continue
        if named or topic or article:
            return "; ".join(filter(None, (named, article["topic"] if article else _told(topic))))
    return ""


def asks_for_timeline(message: str) -> bool:
    """Whether a message asks for the days of a topic."""
    return TIMELINE.fullmatch(plain(without_length(message))) is not None


def _said(message: str) -> Iterator[tuple[IntentKind, dict[str, str | None]]]:
    """The forms a message fits, each with its parts; a number of sentences is no part of them."""
    for asked in dict.fromkeys((plain(without_length(message)), plain(message))):
        for kind, form in FORMS:
            if match := form.fullmatch(asked):
                yield kind, match.groupdict()


_NUMBERED = re.compile(
    r"(?:the )?(?:articles?|citations?|sources?|reports?|numbers?|nos?\.?|stor(?:y|ies))? ?(?:numbers? |nos?\.? |#)?"
    r"\[?(?P<first>\d{1,2})\]?(?P<rest>(?:(?:, | and |, and | with | to | & |,)(?:articles? |#)?\[?\d{1,2}\]?)*)",
    re.IGNORECASE,
)
ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_PLACED = re.compile(
    rf"the (?P<first>{'|'.join(ORDINALS)})(?: (?:one|article|report|story|piece|source))?"
    rf"(?:,? (?:and|with|to) the (?P<second>{'|'.join(ORDINALS)})(?: (?:one|article|report|story|piece|source))?)?",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"(?P<one>it|this|that|(?:the|this|that)(?: same| whole)? (?:article|report|story|piece|text|source)|the article"
    r" you (?:cited|quoted|mentioned))"
    r"|(?:them|these|those|all of them|both|both of them|(?:the|these|those|all|all the|both|all these)(?: two| three)?"
    r" (?:articles|reports|stories|pieces|sources|citations)(?: (?:you )?(?:cited|quoted|above|mentioned))?)",
    re.IGNORECASE,
)
_ONE_ARTICLE = re.compile(
    r"(?:the|an?|this|that|your)(?: (?!articles)[\w'-]+){0,2} (?:article|story|piece|report)"
    r" (?:about|on|titled|called|named|of|where|that (?:tells|says|covers|describes)|which covers"
    r"|dealing with|regarding)"
    r" (?P<topic>.+)",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:(?:all|everything|anything|all of it|all there is|what there is|what(?:ever)? (?:you have|we have|is known"
    rf"|i have)|what {THE_REPORTS} {SAY}|(?:the )?(?:latest |recent |main )?(?:news|information|developments"
    r"|state of affairs)"
    rf"|{THE_REPORTS}|{THE_COVERAGE}|(?:the )?topic|(?:the )?subject)(?: (?:known|said|written|reported|there is))?"
    r" (?:about|on|of|covering|concerning|regarding|around)|what (?:has )?happened (?:with|to|in|at|around|during)"
    r"|the topic:?|the subject:?) (?P<topic>.+)",
    re.IGNORECASE,
)


def _read(kind: IntentKind, said: dict[str, str | None], sources: Sequence[str]) -> Intent | None:
    """The request of one form that fits, None where what it needs is not there, such as two sources."""
    named = _sources(said, sources)
    if named == ():
        return None
    topic = said.get("topic") or said.get("topic2") or said.get("article") or said.get("compound") or ""
    if named:
        return Intent(kind, _told(topic), sources=named)
    if said.get("back") or said.get("these"):
        pointed = _pointed(kind, said.get("back") or said.get("these") or "")
        return pointed if pointed and not pointed.one and len(pointed.numbers or pointed.places or "12") > 1 else None
    if said.get("one"):
        sides = tuple(_side(said.get(name) or "") for name in ("one", "other"))
        return Intent(kind, sides=sides) if all(map(content_words, sides)) else None
    if not topic:
        return Intent(kind, back=True)
    if pointed := _pointed(kind, topic):
        return pointed
    if match := _ONE_ARTICLE.fullmatch(topic) if kind == "summary" else None:
        return Intent(kind, match["topic"], one=True) if content_words(match["topic"]) else None
    topic = _told(topic)
    if said.get("article") and kind == "summary":
        return None
    return Intent(kind, topic) if content_words(topic) else None


def _told(topic: str) -> str:
    """The topic without the words around it: `everything about the pier` -> `the pier`."""
    match = _ALL.fullmatch(topic)
    return match["topic"] if match else topic


def _pointed(kind: IntentKind, words: str) -> Intent | None:
    """What refers to the answer before: `article 2`, `the second one`, `that article`, `these reports`."""
    if match := _NUMBERED.fullmatch(words):
        return Intent(kind, numbers=tuple(int(number) for number in re.findall(r"\d+", words)))
    if match := _PLACED.fullmatch(words):
        return Intent(kind, places=tuple(ORDINALS[each.lower()] for each in match.groups() if each))
    if match := _BACK.fullmatch(words):
        return Intent(kind, back=True, one=bool(match["one"]))
    return None


def _sources(said: dict[str, str | None], sources: Sequence[str]) -> tuple[str, ...] | None:
    """The sources named; empty where a form that needs them names something else, None where it needs none."""
    if said.get("named"):
        names = re.split(
            r",? and |, | with | to | vs\.? | versus | against | compared (?:to|with) ", said["named"] or ""
        )
    elif said.get("one") and said.get("topic"):
        names = [said.get("one") or "", said.get("other") or ""]
    else:
        return None
    found = tuple(dict.fromkeys(source_called(name.removeprefix("both "), sources) for name in names))
    return found if len(found) > 1 and all(found) else ()


def _side(words: str) -> str:
    match = _ONE_ARTICLE.fullmatch(words) or _ALL.fullmatch(words)
    return match["topic"] if match else words
