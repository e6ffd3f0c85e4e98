"""Whether the cited words carry a sentence: its numbers, dates and names, its sense, and what it is about. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.contrast import exchanged, hedge, negation, opposite, shape
from assistant.facts import Fact, facts, names, one_name, roots
from assistant.language import is_english
from assistant.schema import Support
from index.words import stem, words

CARRIED, PARTLY = 0.58, 0.42
"""The likeness from which a sentence is carried by the cited words, or in part; `python -m benchmarks support`."""

_REFERENCE = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|we|i|the)\b", re.IGNORECASE
)
_RELATIVE = (
    (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE), 0),
    (re.compile(r"\byesterday\b", re.IGNORECASE), -1),
    (re.compile(r"\btomorrow\b", re.IGNORECASE), 1),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """The words a sentence cites, in reading order; `around` is the passage they stand in, `article` its whole text."""

    quotes: tuple[str, ...]
    around: str = ""
    article: str = ""
    published: date | None = None
    sources: str = ""
    """Who published them, which a sentence may name."""

    @property
    def text(self) -> str:
        """The quotes in one."""
        return "\n".join(self.quotes)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether cited words carry a sentence, and what they lack, in a sentence of its own."""

    support: Support
    reason: str = ""


def check(sentence: str, cited: Cited, cosine: float | None) -> Verdict:
    """Hold a sentence against the words it cites; `cosine` is their likeness by embedding, None where there is none."""
    said, held = shape(sentence), shape(cited.text)
    like = likeness(sentence, cited.text, cosine)
    if like < PARTLY:
        return Verdict("unsupported", "The cited words speak of something else.")
    if lacking := lacking_facts(sentence, cited):
        return Verdict("unsupported", f"{_listed(lacking)} not in the cited words.")
    strangers, understood = lacking_names(sentence, cited) if is_english(sentence) else ([], [])
    if strangers:
        return Verdict("unsupported", f"{_listed(strangers)} not in the cited words.")
    if bounds := _other_bound(sentence, cited):
        return Verdict("unsupported", f"The cited words say “{bounds[1]}” where the sentence says “{bounds[0]}”.")
    if word := negation(said, held):
        return Verdict("unsupported", f"One of the two negates “{_as_written(word, sentence, cited.text)}”.")
    if pair := opposite(said, held):
        own, against = (_as_written(each, sentence, cited.text) for each in pair)
        return Verdict("unsupported", f"The cited words say “{against}” where the sentence says “{own}”.")
    if pair := exchanged(said, held):
        return Verdict("unsupported", f"“{pair[0]}” and “{pair[1]}” stand in each other's place in the cited words.")
    if word := hedge(said, held):
        return Verdict("partly", f"The cited words hold “{_as_written(word, sentence)}” only for possible.")
    # Whoever is named in the place of "he" or "the company" leaves a word of that kind out.
    if understood and len(_REFERENCE.findall(sentence)) >= len(_REFERENCE.findall(cited.text)):
        return Verdict("partly", f"{_listed(understood)} only near the cited words.")
    if like < CARRIED:
        return Verdict("partly", "The cited words say it in part, or in other words.")
    return Verdict("supported")


def likeness(sentence: str, cited: str, cosine: float | None) -> float:
    """How near a sentence is to cited words, 0..1: the mean of the share of its words they hold and the cosine."""
    own = shape(sentence).content
    held = shape(cited).stems
    coverage = sum(word in held for word in own) / len(own) if own else 0.0
    return coverage if cosine is None else (coverage + max(0.0, cosine)) / 2


def lacking_facts(sentence: str, cited: Cited) -> list[str]:
    """The numbers and dates of the sentence, as written, that the cited words do not give."""
    given = [fact for quote in cited.quotes for fact in facts(quote)]
    known = _dates_known(given, cited, facts(sentence))
    left: Counter[tuple[object, str]] = Counter(
        (fact.value, fact.unit) for fact in given if fact.kind in ("number", "year")
    )
    lacking = []
    for fact in facts(sentence):
        if fact.kind == "number":
            carried = fact.loose or _takes(fact, left)
        else:
            carried = (fact.kind, fact.value) in known or (fact.kind == "year" and _takes(fact, left))
        if not carried:
            lacking.append(sentence[fact.start : fact.end].strip(" .,"))
    return lacking


def _takes(fact: Fact, left: Counter[tuple[object, str]]) -> bool:
    """Whether a number is among those given, each of which counts once; one that is said to be rounded may be."""
    same = [
        key
        for key, count in left.items()
        if count > 0
        and (not fact.unit or not key[1] or fact.unit == key[1])
        and (key[0] == fact.value or _rounded(fact, key[0]))
    ]
    if not same:
        return False
    left[min(same, key=lambda key: key[0] != fact.value)] -= 1
    return True


def _rounded(fact: Fact, given: object) -> bool:
    """Whether a number is another one with fewer digits, as its bound says: "about 290,000" for 289,526."""
    said = fact.value
    if not fact.bound or not isinstance(said, int | float) or not isinstance(given, int | float) or said < 1:
        return False
    digits = [len(f"{number:.10g}".replace(".", "").strip("0")) for number in (said, given)]
    step = 10.0 ** (len(str(int(said))) - digits[0])
    beyond = given - said
    fits = {"over": 0 <= beyond < step, "under": -step < beyond <= 0, "about": abs(beyond) <= step / 2}
    return digits[0] < digits[1] and fits[fact.bound]


def _other_bound(sentence: str, cited: Cited) -> tuple[str, str] | None:
    """How the sentence and the cited words bound a number, where one says "over" and the other "under"."""
    given = {fact.value: (fact, quote) for quote in cited.quotes for fact in facts(quote) if fact.kind == "number"}
    for fact in facts(sentence):
        other, quote = given.get(fact.value, (None, ""))
        if other and {fact.bound, other.bound} == {"over", "under"}:
            return _with_bound(sentence, fact), _with_bound(quote, other)
    return None


def _with_bound(text: str, fact: Fact) -> str:
    before = re.search(r"(?:\b(?:more|less|fewer|at|up) )?\w+ $", text[: fact.start].lower())
    return f"{before[0] if before else ''}{text[fact.start : fact.end]}".strip()


def _dates_known(given: Sequence[Fact], cited: Cited, said: Sequence[Fact]) -> set[tuple[str, object]]:
    """The dates that the cited words give, or that they and the day of publication together do."""
    known, told = _with_months(given), _with_months(said)
    day = cited.published
    if day is None:
        return known
    # The article's own month and year may be added to those cited, but not take their place.
    for own in (("year", day.year), ("month", day.month)):
        if {each for each in known if each[0] == own[0]} <= told:
            known.add(own)
    if not any(fact.kind == "year" for fact in given) and (
        re.search(r"\blast (?:year|[A-Z])|\ba year (?:ago|earlier)", cited.text)
    ):
        known.add(("year", day.year - 1))
    for fact in given:
        if fact.kind == "day" and isinstance(fact.value, tuple):
            try:
                known.add(("weekday", date(day.year, *fact.value).weekday()))
            except ValueError:  # 29 February
                continue
    weekdays = {fact.value for fact in given if fact.kind == "weekday"}
    meant = {day + timedelta(days) for pattern, days in _RELATIVE if pattern.search(cited.text)}
    meant |= {other for days in range(-6, 7) if (other := day + timedelta(days)).weekday() in weekdays}
    for other in meant:
        known |= {("day", (other.month, other.day)), ("month", other.month), ("weekday", other.weekday())}
    return known


def _with_months(found: Sequence[Fact]) -> set[tuple[str, object]]:
    """Facts by kind and value, and the months of the days among them."""
    months = {("month", fact.value[0]) for fact in found if isinstance(fact.value, tuple)}
    return {(fact.kind, fact.value) for fact in found} | months


def lacking_names(sentence: str, cited: Cited) -> tuple[list[str], list[str]]:
    """The names of the sentence, as written, that stand nowhere around the cited words, and those only around them."""
    sentence, quoted = one_name(sentence), one_name(f"{cited.text}\n{cited.sources}")
    around = one_name(cited.around)
    held, near = _name_forms(quoted), _name_forms(around)
    strangers: list[str] = []
    understood: list[str] = []
    for run in _runs(sentence):
        in_full = sentence[run[0].start : run[-1].end]
        known = [fact for fact in run if roots(str(fact.value)) & held]
        if known and in_full in cited.article:  # "Xi Jinping" where the words cited say "Xi"
            continue
        for fact in run:
            if fact not in known and str(fact.value) not in _initials(quoted):
                nearby = roots(str(fact.value)) & near or str(fact.value) in _initials(around)
                (understood if nearby else strangers).append(sentence[fact.start : fact.end])
    return strangers, understood


def _runs(sentence: str) -> list[list[Fact]]:
    """The names of a sentence, those of several words together."""
    runs: list[list[Fact]] = []
    for fact in names(sentence):
        if runs and sentence[runs[-1][-1].end : fact.start] == " ":
            runs[-1].append(fact)
        else:
            runs.append([fact])
    return runs


def _name_forms(text: str) -> frozenset[str]:
    """Every word of a text, and its roots, which a name may take."""
    every = set(words(text)) | {fact.value for fact in names(text) if isinstance(fact.value, str)}
    return frozenset(form for word in every for form in roots(word))


def _initials(text: str) -> set[str]:
    """The initials of names of several words: `World Health Organization` -> `who`."""
    runs = re.findall(r"[A-Z][\w’'-]*(?: (?:of|the|and|for) [A-Z][\w’'-]*| [A-Z][\w’'-]*)+", text)
    return {"".join(word[0] for word in run.split() if word[0].isupper()).lower() for run in runs}


def _listed(written: Sequence[str]) -> str:
    each = [f"“{word}”" for word in dict.fromkeys(written)]
    return f"{each[0]} is" if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]} are"


def _as_written(stemmed: str, *texts: str) -> str:
    """The first word of the texts with this stem."""
    return next((word for text in texts for word in words(text) if stem(word) == stemmed), stemmed)
