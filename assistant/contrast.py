"""What turns a sentence round against the words it rests on: negations, hedges, opposites, exchanged names. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from assistant.facts import TITLES, facts, names, one_name
from index.words import STOPWORDS, stem, words

_WITHIN_NAME = re.compile(rf"(?:['’]s?)?(?: (?:{'|'.join(TITLES)}))* ", re.IGNORECASE)
"""What may stand between the words of one name: `China's President Xi Jinping`."""
_SHORT_NEGATION = re.compile(r"\b(can|won|shan)['’]t\b|n['’]t\b|\bcannot\b", re.IGNORECASE)
_NEGATORS = frozenset("not no never without none nobody neither nor nothing".split())
_HEDGES = frozenset("may might could reportedly allegedly possibly perhaps probably likely".split())
_THE_MONTH = re.compile(r"\bMay\b")  # which would be taken for the hedge
REACH_OF_NEGATION = 4
"""Words with a meaning behind a negation that it may speak of."""
NEGATED_TOGETHER = 3
"""Words of a negated clause that are the same clause when they come together again, though its verb is another."""
_CLAUSE_END = re.compile(r"[,;:.!?()—–]")
_PIECE = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.!?()—–]")
_CONJUNCTIONS = frozenset("and but while although though because whereas which".split())
# They say nothing by themselves, so that a negation before them speaks of the word behind.
_LIGHT = STOPWORDS | frozenset("yet any able immediately currently still longer even ever been to".split())

_OPPOSITES = tuple(
    (frozenset(map(stem, left.split())), frozenset(map(stem, right.split())))
    for left, right in (
        (
            "rise increase grow climb gain surge jump soar expand raise up higher",
            "fall decrease drop decline shrink plunge slump cut reduce dip lose down lower",
        ),
        ("more above over exceed atleast", "less fewer below under atmost"),
        ("all every everyone always", "some several few sometimes"),
        ("most", "few least"),
        ("before earlier", "after later"),
        ("win victory", "lose defeat"),
        ("accept approve agree support back endorse favor", "reject refuse oppose deny disagree"),
        ("allow permit legalize", "ban forbid prohibit block bar"),
        ("confirm admit", "deny dispute"),
        ("open", "close shut"),
        ("begin start launch", "end finish stop halt"),
        ("arrive enter join", "leave depart quit"),
        ("largest biggest", "smallest"),
        ("best better highest good", "worst worse lowest bad"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
        ("buy import", "sell export"),
        ("succeed success successful", "fail failure unsuccessful"),
        ("guilty convict", "innocent acquit"),
        ("strengthen improve", "weaken worsen"),
        ("safe", "dangerous"),
        ("alive survive", "die kill"),
        ("positive", "negative"),
        ("early", "late"),
        ("public", "private"),
    )
)

_UNDOING = frozenset(
    map(
        stem,
        "withdraw withdrew withdrawn retract recant revoke rescind repeal annul cancel reverse refuse deny"
        " dispute reject scrap abandon postpone suspend".split(),
    )
)
"""What takes back, or keeps from happening, what stands beside it."""


@dataclass(frozen=True, slots=True)
class Governed:
    """What a negation or a hedge speaks of: the stem of the nearest word, and those of its clause around it."""

    nearest: str
    around: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """A text as it is compared: its stems, its negations and hedges, and its names' and numbers' neighbours."""

    stems: frozenset[str]
    order: tuple[str, ...]
    """The stems of the words that carry meaning, in order."""
    negations: tuple[Governed, ...]
    hedges: tuple[Governed, ...]
    items: Mapping[str, frozenset[tuple[str, str]]]
    """By a name's or number's form, the nearest words of its clause with the side they stand on."""
    names: frozenset[str]
    passive: bool

    @property
    def content(self) -> frozenset[str]:
        """The stems of the words that carry meaning."""
        return frozenset(self.order)


@lru_cache(maxsize=4096)
def shape(text: str) -> Shape:
    """How a text is compared."""
    expanded = _SHORT_NEGATION.sub(lambda match: f"{match[1] or 'can' if 'can' in match[0] else ''} not", text)
    expanded = re.sub(r"\bat (least|most)\b", r"at\1", one_name(expanded), flags=re.IGNORECASE)
    every = words(expanded)
    clauses = list(_clauses(_THE_MONTH.sub("", expanded)))
    return Shape(
        stems=frozenset(map(stem, every)),
        order=tuple(stem(word) for word in every if word not in STOPWORDS),
        negations=tuple(_governed(clauses, _NEGATORS)),
        hedges=tuple(_governed(clauses, _HEDGES)),
        items=_items(expanded),
        names=frozenset(stem(str(name.value)) for name in names(expanded)),
        passive=" by " in expanded,
    )


def _clauses(text: str) -> Iterator[list[str]]:
    """The words of each clause, lower case."""
    clause: list[str] = []
    for match in _PIECE.finditer(text):
        if _CLAUSE_END.fullmatch(match[0]) or match[0] in _CONJUNCTIONS:
            yield clause
            clause = []
        else:
            clause += words(match[0])
    yield clause


def _governed(clauses: list[list[str]], governors: frozenset[str]) -> Iterator[Governed]:
    """What each of these words speaks of: the next with a meaning in its clause, else the last before it."""
    for clause in clauses:
        for place, word in enumerate(clause):
            if word in governors and clause[place + 1 : place + 2] != ["only"]:
                behind, before = _meaning(clause[place + 1 :], governors), _meaning(clause[:place], governors)
                if behind or before:
                    yield Governed(
                        behind[0] if behind else before[-1], frozenset((*before[-1:], *behind[:REACH_OF_NEGATION]))
                    )


def _meaning(part: list[str], governors: frozenset[str]) -> list[str]:
    return [stem(word) for word in part if word not in _LIGHT and word not in governors]


def _items(text: str) -> dict[str, frozenset[tuple[str, str]]]:
    """Names and numbers with up to two words on either side of them, none beyond a comma."""
    runs: list[tuple[list[str], int, int]] = []
    for part in sorted([*facts(text), *names(text)], key=lambda fact: fact.start):
        key = f"{part.kind} {part.value}"
        joined = runs and part.kind == "name" and runs[-1][0][0].startswith("name")
        if joined and _WITHIN_NAME.fullmatch(text, runs[-1][2], part.start):
            runs[-1] = ([*runs[-1][0], key], runs[-1][1], part.end)  # each word of a name in full stands for it
        elif not runs or part.start >= runs[-1][2]:
            runs.append(([key], part.start, part.end))
    found: dict[str, set[tuple[str, str]]] = {}
    for index, (keys, start, end) in enumerate(runs):
        before = text[runs[index - 1][2] if index else 0 : start]
        behind = text[end : runs[index + 1][1] if index + 1 < len(runs) else len(text)]
        near = {("left", stem(word)) for word in _telling(_CLAUSE_END.split(before)[-1])[-2:]}
        near |= {("right", stem(word)) for word in _telling(_CLAUSE_END.split(behind)[0])[:2]}
        for key in keys:
            found.setdefault(key, set()).update(near)
    return {key: frozenset(near) for key, near in found.items()}


def _telling(text: str) -> list[str]:
    return [word for word in words(text) if word not in STOPWORDS]


def negation(said: Shape, cited: Shape) -> str:
    """The stem that one of the two negates and the other states, or nothing."""
    for one, other in ((said, cited), (cited, said)):
        for negated in one.negations:
            stated = negated.nearest in other.stems or len(negated.around & other.stems) >= NEGATED_TOGETHER
            # "collected no data" and "did not collect data" negate the same, though not the same word.
            if stated and not any(negated.around & each.around for each in other.negations):
                return negated.nearest
    return ""


def hedge(said: Shape, cited: Shape) -> str:
    """The stem that the cited words only hold for possible and the sentence states."""
    held = {word for each in said.hedges for word in each.around}
    return next((each.nearest for each in cited.hedges if each.nearest in said.stems - held), "")


def opposite(said: Shape, cited: Shape) -> tuple[str, str] | None:
    """A stem of the sentence and its opposite in the cited words, which do not hold the like of it."""
    denied, disputed = ({each.nearest for each in text.negations} for text in (said, cited))
    for pair in _OPPOSITES:
        for own, against in (pair, pair[::-1]):
            told, found = (own & said.stems) - denied, (against & cited.stems) - disputed
            if told and found and not own & cited.stems and not against & said.stems:
                return min(told), min(found)
    return None


def undone(said: Shape, cited: Shape) -> bool:
    """Whether one of the two only tells that what the other says was taken back, or kept from happening."""
    return any(
        one.stems & _UNDOING and not other.stems & _UNDOING and not other.negations
        for one, other in ((said, cited), (cited, said))
    )


def exchanged(said: Shape, cited: Shape) -> tuple[str, str] | None:
    """Two names or numbers that have each other's neighbours, or that alone stand in another order than cited.

    Not told where only one of the texts says "by": there the order of subject and object is another one.
    """
    if said.passive != cited.passive:
        return None
    both = sorted(said.items.keys() & cited.items.keys())
    for place, one in enumerate(both):
        for other in both[place + 1 :]:
            if one.split()[0] != other.split()[0]:
                continue
            kept = len(said.items[one] & cited.items[one]) + len(said.items[other] & cited.items[other])
            crossed = len(said.items[one] & cited.items[other]), len(said.items[other] & cited.items[one])
            if all(crossed) and sum(crossed) > kept:
                return one.split()[1], other.split()[1]
    return _out_of_order(said, cited)


def _out_of_order(said: Shape, cited: Shape) -> tuple[str, str] | None:
    """Two names of a sentence that quotes all its other words in their order, but not its names.

    One name that merely moved, as from the beginning to the end, is no exchange.
    """
    places = [place for place, word in enumerate(said.order) if word in said.names]
    others = [word for word in said.order if word not in said.names]
    if not {said.order[place] for place in places} <= cited.stems or not _in_order(others, cited.order):
        return None
    runs = [list(run) for _, run in groupby(places, key=lambda place: place - places.index(place))]
    without = [[word for place, word in enumerate(said.order) if place not in run] for run in [[], *runs]]
    if len(runs) < 2 or any(_in_order(rest, cited.order) for rest in without):
        return None
    return said.order[runs[0][0]], said.order[runs[1][0]]


def _in_order(part: Iterable[str], whole: Sequence[str]) -> bool:
    """Whether all words of the part come in the whole, one after the other."""
    rest = iter(whole)
    return all(word in rest for word in part)
