"""What is told apart by a number, flight 307, ward 5 or 2022/23, is not answered by another of its kind. Pure."""

import re
from collections.abc import Sequence

from assistant.candidates import Candidate
from assistant.facts import facts
from assistant.months import MONTHS
from index.words import STOPWORDS, stem

_NUMBERED = re.compile(
    r"\b(?P<word>[a-z]{2,}) (?P<sign>(?:number|no\.?|nr\.?|#) ?)?(?P<number>[1-9]\d{0,4})\b(?![.,:]?\d|%|-)"
    r"(?P<next> [a-z]+)?",
    re.IGNORECASE,
)
_COUNTING = frozenset("number top first last next past previous least most page age aged day".split())
"""Words before a number that names nothing: "the last 7 days"."""
_YEARS = range(1500, 2100)
_TWO_YEARS = re.compile(r"\b((?:1[5-9]|20)\d\d)[/–-](\d\d)(?![\d/–-])")
"""A season or a school year: "2022/23" is none of 2021/22."""


def numbered(text: str) -> dict[str, set[int]]:
    """The numbers by the stem of what they name: of "Flight 307 and ward number 5" {"flight": {307}, "ward": {5}}.

    "They close 60 shops" names nothing: a noun follows, and what stands before has no capital.
    """
    found: dict[str, set[int]] = {}
    for match in _NUMBERED.finditer(text):
        word, number, follows = match["word"].lower(), int(match["number"]), (match["next"] or "").strip().lower()
        is_name = match["word"][0].isupper() and match.start() > 0
        ends = not follows or follows in STOPWORDS or follows.endswith("ed")
        if not (match["sign"] or is_name or ends) or number in _YEARS:
            continue
        if word not in STOPWORDS and word not in _COUNTING and word not in MONTHS:
            found.setdefault(stem(word), set()).add(number)
    for first, second in _TWO_YEARS.findall(text):
        if (int(first) + 1) % 100 == int(second):
            found.setdefault("/", set()).add(int(first))
    return found


def of_the_number(asked: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that tell only of others of a kind than the one asked for by its number.

    What no sentence of its own names is told by its passage and the title.
    """
    wanted = numbered(asked)
    if not wanted:
        return list(candidates)
    around = {each.hit.passage.id: f"{each.hit.article.title}\n{each.hit.text}" for each in candidates}
    others = {passage for passage, text in around.items() if _tells_of_others(wanted, text)}
    return [
        each for each in candidates if each.hit.passage.id not in others and not _tells_of_others(wanted, each.text)
    ]


def _tells_of_others(wanted: dict[str, set[int]], text: str) -> bool:
    told = numbered(text)
    if not any(name in told and not numbers & told[name] for name, numbers in wanted.items()):
        return False
    # "Seasons 2 and 3", "the second season": a number that names nothing else may be the one asked for
    of_others = {number for numbers in told.values() for number in numbers}
    said = {fact.value for fact in facts(text) if fact.kind == "number"} | ({2} if "second" in text.lower() else set())
    return not any(numbers & (said - of_others) for name, numbers in wanted.items() if name in told)
