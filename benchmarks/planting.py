"""Sentences of articles, rewritten so that they stay true, or with an error planted."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from assistant.facts import Fact, facts, names
from index.schema import Hit
from index.splitting import Span

Rewriting = Callable[[str, "Source", Random], str | None]
"""A sentence -> another one, or None where it does not lend itself."""

_MONTHS = "January February March April May June July August September October November December".split()
_DIGITS = "two three four five six seven eight nine ten eleven twelve".split()
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|has|have|had|can|could|would|should|did|does|do)\b(?! not\b)(?!n['’]t)"
)
_NEGATED = re.compile(
    r"\b(is|are|was|were|will|has|have|had|could|would|should) not\b|\b(is|are|was|were|has|have|had)n['’]t\b"
)
_FLIPS = {
    "more than": "less than", "less than": "more than", "rose": "fell", "fell": "rose", "increased": "decreased",
    "increase": "decrease", "decline": "increase", "higher": "lower", "lower": "higher", "all": "some",
    "before": "after", "after": "before", "won": "lost", "lost": "won", "most": "few", "at least": "at most",
    "largest": "smallest", "approved": "rejected", "rejected": "approved", "supported": "opposed", "up": "down",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence comes from, and the sentences and names of other articles."""

    hit: Hit
    span: Span
    others: Sequence[str]
    strangers: Sequence[str]

    @property
    def text(self) -> str:
        """The sentence as the article has it."""
        return self.hit.article.text[slice(*self.span)]


def as_it_is(text: str, source: Source, random: Random) -> str:
    """The sentence itself."""
    return text


def clause_dropped(text: str, source: Source, random: Random) -> str | None:
    """Without what stands between two commas, or behind the last one."""
    if len(parts := text.rstrip(".").split(", ")) < 2 or "“" in text or '"' in text:
        return None
    kept = [parts[0], parts[2]] if len(parts) == 3 and len(parts[2].split()) > 3 else [parts[0]]
    return f"{' '.join(kept)}." if len(kept[0].split()) >= 5 else None


def date_turned(text: str, source: Source, random: Random) -> str | None:
    """`March 12` <-> `12 March`."""
    month = f"({'|'.join(_MONTHS)})"
    turned = re.sub(rf"\b{month} (\d{{1,2}})\b(?!\d|,? \d{{1,2}}\b)", r"\2 \1", text)
    if turned == text:
        turned = re.sub(rf"\b(\d{{1,2}}) {month}\b", r"\2 \1", text)
    return turned if turned != text else None


def number_respelt(text: str, source: Source, random: Random) -> str | None:
    """`five` <-> `5`."""
    by_word = {word: str(value) for value, word in enumerate(_DIGITS, 2)}
    if found := re.search(rf"(?<!-)\b({'|'.join(_DIGITS)})\b(?!-)", text):
        return text[: found.start()] + by_word[found[0]] + text[found.end() :]
    found = re.search(r"(?<![\d.,$€£:/-])\b([2-9]|1[0-2])\b(?![\d.,:%/-])", text)
    if not found or re.search(r"\b[A-Z]\w*\.? $", text[: found.start()]):  # "January 6", "Game 7"
        return None
    return text[: found.start()] + _DIGITS[int(found[0]) - 2] + text[found.end() :]


def clauses_reordered(text: str, source: Source, random: Random) -> str | None:
    """`On Monday, he left` -> `he left on Monday`; `He left, police said` -> `Police said he left`."""
    if "“" in text or '"' in text or text.count(",") != 1:
        return None
    first, second = text.rstrip(".").split(", ", 1) if ", " in text else (text, "")
    if re.match(r"(?:On|In|At|After|Before|When|While|Since|During|Last|By) ", first):
        return f"{second[:1].upper()}{second[1:]} {first[:1].lower()}{first[1:]}."
    if re.search(r" (?:said|says|reported|added)$", second) and len(second.split()) < 8:
        named = any(fact.start == 0 for fact in names(text))
        return f"{second[:1].upper()}{second[1:]} {first if named else first[:1].lower() + first[1:]}."
    return None


def wrong_number(text: str, source: Source, random: Random) -> str | None:
    """Another number in the place of one."""
    found = [
        fact for fact in facts(text) if fact.kind == "number" and re.fullmatch(r"[\d,]+", text[fact.start : fact.end])
    ]
    if not found:
        return None
    fact = random.choice(found)
    value = int(text[fact.start : fact.end].replace(",", ""))
    other = random.choice([value + 1, value + 10, value * 2 + 1, max(1, value - 1) if value > 2 else value + 3])
    return _replaced(text, fact, f"{other:,}")


def wrong_date(text: str, source: Source, random: Random) -> str | None:
    """Another day, month, year or weekday."""
    found = [fact for fact in facts(text) if fact.kind != "number"]
    if not found:
        return None
    fact = random.choice(found)
    written = text[fact.start : fact.end]
    if fact.kind == "year":
        return _replaced(text, fact, str(int(written) + random.choice([-3, -2, -1, 1, 2])))
    if fact.kind == "weekday":
        days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
        return _replaced(text, fact, random.choice([day for day in days if day != written]))
    if fact.kind == "month" or random.random() < 0.5:
        month = next((name for name in _MONTHS if name in written), None)
        if month is None:
            return None
        return _replaced(text, fact, written.replace(month, random.choice([each for each in _MONTHS if each != month])))
    return _replaced(text, fact, re.sub(r"\b\d{1,2}\b", lambda day: str(int(day[0]) % 27 + 1), written, count=1))


def wrong_name(text: str, source: Source, random: Random) -> str | None:
    """A name of another article, or of elsewhere in this one, in the place of one."""
    found = names(text)
    if not found:
        return None
    fact = random.choice(found)
    own = {str(each.value) for each in found}
    article = source.hit.article.text
    near = [article[each.start : each.end] for each in names(article) if str(each.value) not in own]
    pool = near if near and random.random() < 0.5 else source.strangers
    other = random.choice(pool)
    return None if other.lower() in text.lower() else _replaced(text, fact, other)


def negated(text: str, source: Source, random: Random) -> str | None:
    """A "not" put in or taken out."""
    if found := _NEGATED.search(text):
        return text[: found.start()] + (found[1] or found[2]) + text[found.end() :]
    found = _AUXILIARY.search(text)
    return (
        None
        if not found or re.search(r"\b(?:not?|never|nor)\b|n['’]t\b", text)
        else f"{text[: found.end()]} not{text[found.end() :]}"
    )


def turned(text: str, source: Source, random: Random) -> str | None:
    """More for less, rose for fell, all for some."""
    for word, other in sorted(_FLIPS.items(), key=lambda _: random.random()):
        if re.search(rf"\b{word}\b", text):
            return re.sub(rf"\b{word}\b", other, text, count=1)
    return None


def names_swapped(text: str, source: Source, random: Random) -> str | None:
    """Two names in each other's place."""
    found = [fact for fact in names(text) if fact.end < len(text) - 1]
    apart = [
        (one, two)
        for place, one in enumerate(found)
        for two in found[place + 1 :]
        if len(text[one.end : two.start].split()) >= 2 and one.value != two.value
    ]
    if not apart:
        return None
    one, two = random.choice(apart)
    written = text[one.start : one.end], text[two.start : two.end]
    return text[: one.start] + written[1] + text[one.end : two.start] + written[0] + text[two.end :]


def invented(text: str, source: Source, random: Random) -> str:
    """A sentence of another article."""
    return random.choice(source.others)


def elsewhere(text: str, source: Source, random: Random) -> str | None:
    """A sentence of the same article that does not stand in the passage cited."""
    article, passage = source.hit.article.text, source.hit.passage
    outside = [part for part in re.split(r"(?<=[.!?])\s+", article[: passage.start] + " " + article[passage.end :])]
    fitting = [
        part for part in outside if 8 <= len(part.split()) <= 40 and part.endswith(".") and part not in source.hit.text
    ]
    return random.choice(fitting) if fitting else None


def _replaced(text: str, fact: Fact, other: str) -> str:
    return text[: fact.start] + other + text[fact.end :]


TRUE: dict[str, Rewriting] = {
    "as it is": as_it_is,
    "clause dropped": clause_dropped,
    "date turned": date_turned,
    "number respelt": number_respelt,
    "clauses reordered": clauses_reordered,
}
PLANTED: dict[str, Rewriting] = {
    "number": wrong_number,
    "date": wrong_date,
    "name": wrong_name,
    "negation": negated,
    "more for less": turned,
    "names swapped": names_swapped,
    "invented": invented,
    "of another passage": elsewhere,
}
