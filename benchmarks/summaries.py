"""What the sentences of a summary hold of their article, beside as many of its first sentences, and any others.

There are no summaries by people to compare with. What is measured is how much of an article's words, names and numbers,
each counted as often as it stands there, is in the sentences chosen: a summary that misses what the article speaks of
all the time is a bad one. It says nothing of how a summary reads.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np

from assistant.evaluation_files import read_articles
from assistant.facts import facts, names
from assistant.language import is_english
from assistant.material import Voice, told_of
from assistant.settings import load_settings
from assistant.summarise import summary_of_article
from index.embedding import LazyEmbedder
from index.schema import Article
from index.words import STOPWORDS, stem, words

ARTICLES = 100
FEWEST = 15  # sentences of an article; of a shorter one the first are most of it
KINDS = ("words", "names", "numbers")


def measure(folder: Path, seed: int) -> None:
    """Print, for each way to choose sentences, the share of words, names and numbers they hold, and their length."""
    embedder = LazyEmbedder(folder=load_settings().home / "models")
    embedder.export()
    random = Random(seed)
    every = [article for _, article in read_articles(folder / "articles.jsonl")]
    voices: list[Voice] = []
    for article in random.sample(every, len(every)):
        told = tuple(told_of(article, {}))
        if len(voices) < ARTICLES and len(told) >= FEWEST and is_english(article.text):
            voices.append(Voice(article, told, ()))
    rows: dict[str, list[tuple[float, ...]]] = {"chosen": [], "first": [], "any": []}
    for voice in voices:
        chosen = [claim.text for claim in summary_of_article(voice, embedder.embed)]
        texts = [told.text for told in voice.told]
        rows["chosen"].append(_held(voice.article, chosen))
        rows["first"].append(_held(voice.article, texts[: len(chosen)]))
        rows["any"].append(_held(voice.article, random.sample(texts, len(chosen))))
    _print(rows)


def _held(article: Article, sentences: Sequence[str]) -> tuple[float, ...]:
    """The share of the article's words, names and numbers that the sentences hold, and how many words they have."""
    shares = []
    for kind in KINDS:
        of: Callable[[str], Counter[object]] = _OF[kind]
        whole, part = of(article.text), set[object]().union(*(of(text) for text in sentences))
        total = sum(whole.values())
        shares.append(sum(count for each, count in whole.items() if each in part) / total if total else float("nan"))
    return (*shares, float(sum(len(text.split()) for text in sentences)))


def _words(text: str) -> Counter[object]:
    return Counter(stem(word) for word in words(text) if word not in STOPWORDS)


def _names(text: str) -> Counter[object]:
    return Counter(fact.value for fact in names(text))


def _numbers(text: str) -> Counter[object]:
    return Counter(fact.value for fact in facts(text))


_OF: dict[str, Callable[[str], Counter[object]]] = {"words": _words, "names": _names, "numbers": _numbers}


def _print(rows: dict[str, list[tuple[float, ...]]]) -> None:
    print(f"{len(rows['first'])} articles; last: in how many more is held than in the first sentences (less)")
    print(f"{'sentences':10}" + "".join(f"{kind:>9}" for kind in (*KINDS, "length", *KINDS)))
    first = np.array(rows["first"])
    for name, row in rows.items():
        held = np.array(row)
        beside = (f"{np.sum(held[:, at] > first[:, at])} ({np.sum(held[:, at] < first[:, at])})" for at in range(3))
        shares = "".join(f"{share:9.3f}" for share in np.nanmean(held[:, :3], axis=0))
        print(f"{name:10}{shares}{held[:, 3].mean():9.1f}" + "".join(f"{each:>9}" for each in beside))
