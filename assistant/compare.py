"""Reports held against each other, in quotes: what they share, what each says alone, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.central import Embed, Matrix, centrality, diverse, likenesses
from assistant.check import Cited, check, likeness
from assistant.citations import Claim, Evidence
from assistant.contrast import shape, undone
from assistant.disagree import Difference, differences
from assistant.material import Told, Voice, origin
from assistant.prompts import load_prompts
from assistant.summarise import REPEATING, quoted

SIDES = 4
"""Reports held against each other at most."""
LOOKED_AT = 16
"""Sentences of each that are compared with those of the others."""
OWN, SHARED, APART = 3, 2, 4
"""Sentences shown of each report alone, of what they share, and pairs that differ."""
SAME = {"meaning": 0.75, "words": 0.6}
"""The likeness from which two sentences of different reports may say the same, by vectors and by words."""
OTHER = {"meaning": 0.6, "words": 0.4}
"""The likeness up to which a sentence has no counterpart in another report."""
HELD = 0.75
"""The share of its words that another sentence holds at least of one that both are said to say."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: how it is named, and the voices that speak for it, the best first."""

    name: str
    voices: tuple[Voice, ...]

    @property
    def told(self) -> list[Told]:
        """Its sentences, those that hold most of the topic."""
        every = [told for voice in self.voices for told in voice.on_topic if not told.leans]
        return sorted(every, key=lambda told: (-round(told.coverage, 1), told.place))[:LOOKED_AT]


def comparison(
    sides: Sequence[Side], embed: Embed | None, length: int = 0, *, of_one_topic: bool = True
) -> list[Claim]:
    """The sides one after the other, after what they share and before where they differ, if they have one topic.

    A `length` that is asked for, in sentences, goes first to where they differ, then to the sides; where they do not,
    each of these has its say. Of two topics nothing is shared: that two meetings lasted for hours is no one thing.
    """
    sides = sides[:SIDES]
    voices = [voice for side in sides for voice in side.voices]
    apart = differences(voices, min(APART, pairs_within(length)) if length else APART, embed) if of_one_topic else []
    own, shared = _shares(len(sides), length - 2 * len(apart), has_say=not apart) if length else (OWN, SHARED)
    told = _once([side.told for side in sides])
    every = [each for own in told for each in own]
    owner = np.array([number for number, own in enumerate(told) for _ in own], np.intp)
    articles = np.array([each.article.id for each in every], np.str_)
    like = likenesses([each.text for each in every], embed)
    apart_from = (owner[:, None] != owner[None, :]) & (articles[:, None] != articles[None, :])
    across = np.where(apart_from, like, 0.0)
    means = "words" if embed is None else "meaning"
    differing = {(each.article.id, each.span) for pair in apart for each in (pair.one, pair.other)}
    free = [(each.article.id, each.span) not in differing for each in every]
    within, carried = _carried(every, across, OTHER[means], has_vectors=embed is not None)
    as_one = np.where(carried, across, 0.0)
    claims, used = _shared(every, as_one, free, SAME[means], shared) if of_one_topic else ([], set[int]())
    for number, side in enumerate(sides):
        alone = [
            place
            for place in np.flatnonzero(owner == number)
            if free[place] and place not in used and not (of_one_topic and within[place].any())
        ]
        claims += _own(side, [every[place] for place in alone], like[np.ix_(alone, alone)], own)
    return claims + disagreements(apart)


def pairs_within(length: int) -> int:
    """How many pairs of statements so many sentences hold, one at least."""
    return max(1, length // 2)


def _shares(sides: int, length: int, *, has_say: bool) -> tuple[int, int]:
    """How many sentences each side has, one at least where it is to have its say, and how many what they share."""
    own = min(OWN, max(int(has_say), length // sides))
    return own, max(0, min(SHARED, length - own * sides))


def _once(told: Sequence[list[Told]]) -> list[list[Told]]:
    """The sentences of each side, one that two sides could have left to the side whose topic it holds most of."""
    best: dict[tuple[str, tuple[int, int]], tuple[float, int]] = {}
    for number, own in enumerate(told):
        for each in own:
            key = each.article.id, each.span
            best[key] = max(best.get(key, (-1.0, 0)), (each.coverage, -number))
    return [[each for each in own if best[each.article.id, each.span][1] == -number] for number, own in enumerate(told)]


def disagreements(apart: Sequence[Difference]) -> list[Claim]:
    """Each two statements beside each other, the later one marked as later, the words that differ in bold."""
    part = load_prompts().say("differing")
    claims: list[Claim] = []
    for each in apart:
        days = each.one.article.published, each.other.article.published
        is_later = bool(days[0] and days[1] and days[0] < days[1])
        claims.append(_attributed(each.one, each.one_at, part, is_later=False, beside=False))
        claims.append(_attributed(each.other, each.other_at, part, is_later=is_later, beside=True))
    return claims


def _attributed(told: Told, at: tuple[int, int], part: str, *, is_later: bool, beside: bool) -> Claim:
    prompts, name = load_prompts(), origin(told.article)
    text = prompts.say("attributed_later" if is_later else "attributed", origin=name, quote=told.text)
    offset = text.rindex(told.text)
    bold = (offset + at[0], offset + at[1])
    return Claim(text, (Evidence(told.article, *told.span),), (bold,), part=part, beside=beside)


def _carried(
    every: Sequence[Told], across: Matrix, least: float, *, has_vectors: bool
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which sentences are carried in part by which others, and which in full, two arrays (n, n): row by column.

    Only those at least as alike as `least` are held against each other. That two are alike does not mean that they say
    the same: "Three firefighters were injured" and "Two firefighters were injured" are almost one sentence.
    """
    partly, fully = np.zeros(across.shape, np.bool_), np.zeros(across.shape, np.bool_)
    for place, other in zip(*(map(int, places) for places in np.nonzero(across >= least)), strict=True):
        said, held = every[place], every[other]
        cited = Cited((held.text,), published=held.article.published, sources=held.article.source)
        support = check(said.text, cited, float(across[place, other]) if has_vectors else None).support
        if support != "unsupported" and not undone(shape(said.text), shape(held.text)):
            partly[place, other], fully[place, other] = (
                True,
                support == "supported" and likeness(said.text, held.text, None) >= HELD,
            )
    return partly, fully


def _shared(
    every: Sequence[Told], across: Matrix, free: Sequence[bool], least: float, most: int
) -> tuple[list[Claim], set[int]]:
    """What several say, in words of one that those of the others carry, and the places of all these sentences."""
    part = load_prompts().say("shared")
    claims: list[Claim] = []
    used: set[int] = set()
    for place in map(int, np.argsort(-across.max(axis=1, initial=0.0), kind="stable")):
        alike = [
            other for other in map(int, np.flatnonzero(across[place] >= least)) if other not in used and free[other]
        ]
        if place in used or not free[place] or not alike or len(claims) >= most:
            continue
        best = {every[other].article.id: other for other in sorted(alike, key=lambda other: across[place, other])}
        said = [every[place], *(every[other] for other in best.values())]
        evidence = tuple(Evidence(each.article, *each.span) for each in said)
        claims.append(Claim(every[place].text, evidence, part=part))
        used |= {place, *alike}
    return claims, used


def _own(side: Side, told: Sequence[Told], like: Matrix, most: int) -> list[Claim]:
    """What one side says alone."""
    central = centrality(like)
    scores = [float(central[place]) + each.coverage - 0.02 * each.place for place, each in enumerate(told)]
    chosen = sorted(
        (told[place] for place in diverse(scores, like, most, REPEATING)),
        key=lambda each: (each.article.id, each.place),
    )
    return [quoted(each, side.name) for each in chosen]
