"""Questions that a reader has not seen -> cases for the decision, by the product's own retrieval and reading."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random

import numpy as np

from assistant.candidates import Candidate, candidates_of
from assistant.extract import READ
from assistant.follow_up import Standalone, standalone
from assistant.question import analyse
from assistant.reader import Reader
from assistant.scoring import same_sentence
from index.catalogue import Catalogue
from index.retrieve import HybridRetriever
from index.schema import Filters
from training.data import Asked, Document
from training.decision import Case

ROBBED = 0.35
"""Share of the answerable questions whose own document is taken away: near misses of every kind."""

WEIGHTS = {"clapnq": 1.0, "followups": 1.0, "qed": 1.0, "selqa": 0.6, "qamr": 0.25}
"""How much one question of a set counts: the large sets are not to drown the others."""

ALL_ROBBED = frozenset({"qed", "selqa", "qamr"})


class CaseMaker:
    """Makes cases from a library that holds the documents."""

    def __init__(
        self, catalogue: Catalogue, retriever: HybridRetriever, documents: Mapping[str, Document], reader: Reader | None
    ) -> None:
        self._catalogue = catalogue
        self._retriever = retriever
        self._documents = documents
        self._reader = reader

    def cases(self, asked: Sequence[Asked], random: Random) -> Iterator[Case]:
        """One case for each question."""
        for each in asked:
            yield self._case(each, robbed=each.set in ALL_ROBBED and random.random() < ROBBED)

    def _case(self, asked: Asked, *, robbed: bool) -> Case:
        question_text = resolved_of(asked.question)
        hits = self._retriever.hits(question_text.text, Filters(), 2 * READ, keywords=question_text.keywords)
        own = [hit for hit in hits if self._documents[hit.article.id].id == asked.document.id]
        if robbed:
            hits = [hit for hit in hits if hit not in own]
        hits = hits[:READ]
        words = (*question_text.own, *question_text.carried)
        question = analyse(question_text, self._catalogue.frequencies(words), self._catalogue.count_passages())
        readings = self._reader.read(question.text, hits) if self._reader else ()
        candidates = candidates_of(question, hits, readings)
        labels = np.array([self._label(asked, candidate) for candidate in candidates])
        sure = asked.set != "followups"
        answered = bool(len(labels) and labels.max() >= 0.5) if sure else bool(asked.labels and set(own) & set(hits))
        return Case(question, candidates, labels, answered, WEIGHTS[asked.set], sure)

    def _label(self, asked: Asked, candidate: Candidate) -> float:
        document = self._documents[candidate.hit.article.id]
        if document.id != asked.document.id:
            return 0.0
        return max(
            (
                share
                for index, share in asked.labels.items()
                if same_sentence(candidate.text, document.sentences[index])
            ),
            default=0.0,
        )


def resolved_of(question: str) -> Standalone:
    """A question as searched, once more taken apart into its own and its carried words."""
    text, _, carried = question.partition(" (")
    own = standalone([], text)
    if not carried.endswith(")"):
        return standalone([], question)
    return Standalone(question, own.own, tuple(standalone([], carried[:-1]).own))
