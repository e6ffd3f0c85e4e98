"""A summary made of quotes: the sentences that stand for an article, or for what several articles say of a topic."""

from collections.abc import Sequence
from math import exp

from assistant.central import Embed, centrality, diverse, likenesses
from assistant.citations import Claim, Evidence
from assistant.material import Told, Voice, origin
from index.words import stem, words

FEWEST, MOST = 3, 6
"""Sentences of a summary, one for every `PER` of the article's."""
PER = 8
LOOKED_AT = 60
"""Sentences compared with each other: each is embedded, which takes 10 ms."""
EACH = 3
"""Sentences of one article in the summary of a topic."""
LEADING = 8
"""Sentences after which what stands at the beginning of an article counts for a third."""
WEIGHTS = {"central": 1.0, "leads": 0.8, "titled": 0.5, "leans": -0.5}
"""What speaks for a sentence of one article; of several articles also the share of the topic that it holds."""
REPEATING = 0.85
"""The likeness from which a sentence says a thing again."""


def summary_of_article(voice: Voice, embed: Embed | None, length: int = 0) -> list[Claim]:
    """The sentences that stand for an article, in its order; so many where a `length` is asked for."""
    told = voice.told[:LOOKED_AT]
    count = length or max(FEWEST, min(MOST, len(told) // PER))
    like = likenesses([each.text for each in told], embed)
    central = centrality(like)
    scores = [_score(each, central[place]) for place, each in enumerate(told)]
    chosen = diverse(scores, like, count, REPEATING)
    return [quoted(told[place]) for place in sorted(chosen)]


def summary_of_topic(voices: Sequence[Voice], embed: Embed | None, length: int = 0) -> list[Claim]:
    """What the articles say of a topic, under the name and day of each, the earliest first."""
    chosen = _best(voices, embed, length or MOST)
    if len(voices) == 1:
        return [quoted(each) for each in chosen]
    return [
        quoted(each, origin(voice.article))
        for voice in sorted(voices, key=lambda voice: (str(voice.article.published or ""), voice.article.id))
        for each in chosen
        if each.article.id == voice.article.id
    ]


def _best(voices: Sequence[Voice], embed: Embed | None, most: int) -> list[Told]:
    """The best sentences of all, in the order of the articles and of their texts, of each article a few."""
    each_most = most if len(voices) == 1 else max(1, most * EACH // MOST)
    share = max(4, LOOKED_AT // len(voices))
    told = [
        each
        for voice in voices
        for each in sorted(voice.on_topic, key=lambda each: (-each.coverage, each.place))[:share]
    ]
    like = likenesses([each.text for each in told], embed)
    central = centrality(like)
    scores = [_score(each, central[place]) + each.coverage for place, each in enumerate(told)]
    chosen: list[Told] = []
    for place in diverse(scores, like, len(told), REPEATING):
        own = sum(told[place].article.id == each.article.id for each in chosen)
        if len(chosen) < most and own < each_most:
            chosen.append(told[place])
    return sorted(chosen, key=lambda each: (each.article.id, each.place))


def _score(told: Told, central: float) -> float:
    title = {stem(word) for word in words(told.article.title)}
    titled = len(title & told.stems) / len(title) if title else 0.0
    return (
        WEIGHTS["central"] * central
        + WEIGHTS["leads"] * exp(-told.place / LEADING)
        + WEIGHTS["titled"] * titled
        + WEIGHTS["leans"] * told.leans
    )


def quoted(told: Told, part: str = "") -> Claim:
    """A sentence as it stands in its article."""
    return Claim(told.text, (Evidence(told.article, *told.span),), part=part)
