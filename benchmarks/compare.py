"""Retrieval side by side over one question file: llama-index's starter, plain rank fusion, and ours."""

import random
from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from pathlib import Path

import numpy as np
from llama_index.core import Document
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode

from assistant.app import Assistant, build
from assistant.chat import LONGEST_QUESTION
from assistant.evaluate import RANKED, fill, turns_of
from assistant.evaluation_files import read_articles, read_questions
from assistant.follow_up import Standalone, standalone
from assistant.schema import Scope
from assistant.scope import understood
from assistant.scoring import EvaluationQuestion, Prediction, score
from assistant.settings import load_settings
from index.nearest import NearestVectors
from index.schema import Article
from index.words import content_words

FIGURES = ("article hit@1", "article hit@5", "MRR@10", "passage-answer@1", "passage-answer@5")
SEED = 7
"""Chooses the half of a set that weights were chosen on; the other half is reported."""

Ranked = list[tuple[str, str]]
"""Article ids with the text of a passage, best first."""
System = Callable[[EvaluationQuestion, Standalone], Ranked]


def compare(questions: Path, articles: Path, home: Path) -> None:
    """Print each system's figures for the tuned and the reported half; the library in `home` is filled where empty."""
    asked = [question for question in read_questions(questions) if question.answerable]
    named = read_articles(articles)
    names = {article.id: name for name, article in reversed(named)}
    assistant = build(load_settings(home=home))
    list(fill(assistant, named))
    assistant.embedder.export()
    assistant.writer.drain()
    assistant.embedder.load()
    searched = [_resolved(question) for question in asked]
    tuned = np.array([draw < 0.5 for draw in _draws(len(asked))])
    systems = {
        "starter": starter(assistant, [article for _, article in named]),
        "rank fusion": rank_fusion(assistant),
        "ours": ours(assistant),
        "ours, no dates": ours(assistant, dated=False),
    }
    print(f"{'system':16}{'half':10}" + "".join(f"{name:>22}" for name in FIGURES), flush=True)
    for name, system in systems.items():
        figures = [
            _figures(question, system(question, resolved), names)
            for question, resolved in zip(asked, searched, strict=True)
        ]
        for half, chosen in (("tuned", tuned), ("reported", ~tuned), ("all", tuned | True)):
            cells = [
                _cell([each[key] for each, own in zip(figures, chosen, strict=True) if own and key in each])
                for key in FIGURES
            ]
            print(f"{name:16}{half:10}" + "".join(f"{cell:>22}" for cell in cells), flush=True)
    assistant.close()


def _draws(count: int) -> Iterator[float]:
    chance = random.Random(SEED)
    return (chance.random() for _ in range(count))


def starter(assistant: Assistant, articles: Sequence[Article]) -> System:
    """SentenceSplitter and VectorStoreIndex at their defaults: chunks of 1024 tokens with the title, by cosine."""
    documents = [Document(text=each.text, metadata={"title": each.title}, id_=each.id) for each in articles]
    nodes = SentenceSplitter().get_nodes_from_documents(documents)
    texts = [node.get_content(MetadataMode.EMBED) for node in nodes]
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors = np.zeros((len(texts), 384), np.float32)
    vectors[order] = assistant.embedder.embed([texts[index] for index in order])

    def find(question: EvaluationQuestion, resolved: Standalone) -> Ranked:
        best = np.argsort(-(vectors @ assistant.embedder.embed([resolved.text])[0]), kind="stable")[:RANKED]
        return [(nodes[index].ref_doc_id or "", nodes[index].get_content(MetadataMode.NONE)) for index in best]

    return find


def rank_fusion(assistant: Assistant, constant: int = 60) -> System:
    """The usual hybrid over our passages: the sum of 1 / (60 + rank) over BM25's and cosine's first 50."""
    catalogue, nearest = assistant.library.catalogue, NearestVectors(assistant.library.embeddings)

    def find(question: EvaluationQuestion, resolved: Standalone) -> Ranked:
        text = resolved.text
        scores: dict[str, float] = {}
        found = (catalogue.search(content_words(text), 50), nearest.search(assistant.embedder.embed([text])[0], 50))
        for each in found:
            for rank, (id_, _) in enumerate(each, 1):
                scores[id_] = scores.get(id_, 0.0) + 1 / (constant + rank)
        best = sorted(scores, key=lambda id_: (-scores[id_], id_))[:RANKED]
        passages = catalogue.passages(best)
        articles = catalogue.by_id(passage.article_id for passage in passages.values())
        return [
            (passages[id_].article_id, articles[passages[id_].article_id].text[passages[id_].start : passages[id_].end])
            for id_ in best
        ]

    return find


def ours(assistant: Assistant, *, dated: bool = True) -> System:
    """The assistant's own retrieval, the question's day being its today; or without a day."""
    sources = assistant.library.catalogue.sources()

    def find(question: EvaluationQuestion, resolved: Standalone) -> Ranked:
        scope = understood(resolved.text, question.asked, sources) if dated else Scope()
        hits = assistant.retriever.hits(resolved.text, scope.filters, RANKED, scope.leaning, resolved.keywords)
        return [(hit.article.id, hit.text) for hit in hits]

    return find


def _resolved(question: EvaluationQuestion) -> Standalone:
    return standalone(turns_of(question.history), question.question[:LONGEST_QUESTION])


def _figures(question: EvaluationQuestion, ranked: Ranked, names: dict[str, str]) -> dict[str, float]:
    prediction = Prediction(question.id, [names.get(id_, id_) for id_, _ in ranked], [text for _, text in ranked])
    return score([question], [prediction])


def _cell(values: Sequence[float]) -> str:
    """The mean with its standard error."""
    if not values:
        return ""
    return f"{np.mean(values):.3f} ±{np.std(values) / sqrt(len(values)):.3f}"
