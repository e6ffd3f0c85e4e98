"""What several articles have to say of a topic: their sentences, reprints of one story counted as one voice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.follow_up import Standalone
from assistant.question import analyse
from assistant.sentence_forms import is_sentence, leans
from index.catalogue import Catalogue, Groups
from index.schema import Article, Filters, Hit, Passage
from index.splitting import Span, sentences
from index.words import content_words, stem, words

READ = 60
"""Passages found for a topic: several articles have many of them each."""
COVERED = 0.6
"""The share of a topic's words, weighed by rarity, that an article's title and best passage hold at least."""
SPOKEN = 0.5
"""The share of the topic that a sentence holds at least; what only the title holds counts half."""
SEVERAL_SUBJECTS = 2
"""Commas of a title from which it lists the subjects of a round-up, whose sentences are not all on each of them."""
LONGEST = 60
"""Words of a sentence beyond which it is no sentence to quote among others."""

Find = Callable[[str, Filters, int], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an article: its place among those of the article, from 0, and its share of the topic's words."""

    article: Article
    span: Span
    place: int
    coverage: float
    stems: frozenset[str]

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.text[slice(*self.span)]

    @property
    def leans(self) -> bool:
        """Whether whom or what it speaks of stands one sentence earlier."""
        return leans(self.text)


@dataclass(frozen=True, slots=True)
class Voice:
    """An article that speaks of the topic, for its reprints too, with its sentences in order.

    `hits` are its passages found, best first; `coverage` is the share of the topic in its title and best passage.
    """

    article: Article
    told: tuple[Told, ...]
    hits: tuple[Hit, ...]
    coverage: float = 1.0

    @property
    def on_topic(self) -> tuple[Told, ...]:
        """Its sentences that speak of the topic, all where there is none."""
        best = max((told.coverage for told in self.told), default=0.0)
        return tuple(told for told in self.told if told.coverage >= min(SPOKEN, best))


class Material:
    """Gathers what articles say."""

    def __init__(self, catalogue: Catalogue, find: Find) -> None:
        self._catalogue = catalogue
        self._groups = Groups(catalogue.database)
        self._find = find

    def on(self, topic: str, filters: Filters, most: int) -> list[Voice]:
        """The articles that speak of a topic, the best first, so many at most; none where a name of it is unknown."""
        weights = self.weights(topic)
        if not weights:
            return []
        found: dict[str, list[Hit]] = {}
        for hit in self._find(topic, filters, READ):
            found.setdefault(hit.article.id, []).append(hit)
        groups = self._groups.of(found)
        heard: set[str] = set()
        voices: list[Voice] = []
        for id_, hits in found.items():
            coverage = max(_share(weights, _stems(f"{hit.article.title} {hit.text}")) for hit in hits)
            group = groups.get(id_, id_)
            if coverage >= COVERED and group not in heard:
                heard.add(group)
                voices.append(Voice(hits[0].article, tuple(told_of(hits[0].article, weights)), tuple(hits), coverage))
        return voices[:most]

    def weights(self, topic: str) -> Mapping[str, float]:
        """The weight of each stem of a topic, by its rarity, of 1 in all; none where a name of it is unknown."""
        own = tuple(content_words(topic))
        question = analyse(Standalone(topic, own), self._catalogue.frequencies(own), self._catalogue.count_passages())
        return {} if not own or question.strict else question.weights

    def of(self, article_ids: Iterable[str]) -> list[Voice]:
        """These articles, each as a voice with all of its passages; reprints of one before them are left out."""
        known = self._catalogue.by_id(article_ids)
        groups = self._groups.of(known)
        heard: dict[str, Article] = {}
        for id_ in dict.fromkeys(article_ids):
            if id_ in known:
                heard.setdefault(groups.get(id_, id_), known[id_])
        return [
            Voice(article, tuple(told_of(article, {})), tuple(_hits(article, self._catalogue.passages_of(article.id))))
            for article in heard.values()
        ]


def told_of(article: Article, weights: Mapping[str, float]) -> Iterable[Told]:
    """The sentences of an article that state something."""
    title = _stems(article.title) if article.title.count(",") < SEVERAL_SUBJECTS else frozenset()
    for place, span in enumerate(sentences(article.text)):
        text = article.text[slice(*span)]
        if is_sentence(text) and len(text.split()) <= LONGEST:
            stems = _stems(text)
            yield Told(article, span, place, _share(weights, stems) + 0.5 * _share(weights, title - stems), stems)


def origin(article: Article) -> str:
    """Who published an article and when: `Reuters, 12 May 2023`; its title where neither is on record."""
    day = f"{article.published.day} {article.published:%B %Y}" if article.published else ""
    if not article.source:
        return f"“{article.title}”, {day}" if day else f"“{article.title}”"
    return f"{article.source}, {day}" if day else article.source


def _hits(article: Article, passages: Sequence[Passage]) -> Iterable[Hit]:
    return (Hit(passage, article, 1.0) for passage in passages)


def _share(weights: Mapping[str, float], stems: frozenset[str]) -> float:
    return sum(weight for key, weight in weights.items() if key in stems)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))
