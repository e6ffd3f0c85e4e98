"""Reads the public question files: questions over documents, with the sentences that answer."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.evaluate import turns_of
from assistant.follow_up import standalone
from assistant.scoring import same_sentence
from index.splitting import sentences, word_count
from index.words import content_words, stem

OPEN_SETS = ("clapnq", "followups")
"""The sets that may be trained on and are measured too: always with the half that the weights have not seen."""

QAMR_QUESTIONS = 7  # of one sentence; it has some 35, many of them vague


@dataclass(frozen=True, slots=True)
class Document:
    """A text as its sentences; `set` names the file it comes from."""

    id: str
    set: str
    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences as one paragraph."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a document.

    `labels` gives each answering sentence, by its index, the share of annotators who chose it; empty where the document
    does not answer. `words` are the answering words of a labelled sentence, as far as they are known. `others` are the
    ids of documents that answer too.
    """

    id: str
    set: str
    question: str
    document: Document
    labels: dict[int, float] = field(default_factory=dict)
    words: str = ""
    others: frozenset[str] = frozenset()

    @property
    def fold(self) -> int:
        """0..9, the same for all questions of one document or one conversation."""
        return fold(self.id.split("<::>")[0] if self.set in OPEN_SETS else self.document.id)


def fold(identity: str) -> int:
    """0..9 by the identity's hash."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4]) % 10


def read_all(train: Path, evaluation: Path) -> list[Asked]:
    """Every question that may be trained on."""
    return [
        *_selqa(train / "selqa.jsonl"),
        *_qed(train / "qed.jsonl"),
        *_qamr(train / "qamr.jsonl"),
        *_clapnq(evaluation / "clapnq"),
        *_followups(evaluation / "followups"),
    ]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _selqa(path: Path) -> Iterator[Asked]:
    for number, row in enumerate(rows(path)):
        document = Document(f"selqa {row['title']}", "selqa", row["title"], tuple(row["sentences"]))
        yield Asked(f"selqa{number}", "selqa", row["question"], document, dict.fromkeys(row["answers"], 1.0))


def _qed(path: Path) -> Iterator[Asked]:
    for row in rows(path):
        document = Document(f"qed {row['id']}", "qed", row["title"], tuple(row["sentences"]))
        labels = dict.fromkeys(row["answers"], 1.0)
        yield Asked(row["id"], "qed", row["question"], document, labels, row.get("span") or "")


def _qamr(path: Path) -> Iterator[Asked]:
    documents: dict[str, dict[tuple[int, ...], str]] = defaultdict(dict)
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(path):
        name, place = _place(row["id"])
        documents[name][place] = row["sentence"]
        asked[row["sentence"]].append(row)
    for name, placed in documents.items():
        order = sorted(placed)
        document = Document(f"qamr {name}", "qamr", "", tuple(placed[place] for place in order))
        for index, place in enumerate(order):
            told = [row for row in asked[placed[place]] if _tells(row)]
            told.sort(key=lambda row: hashlib.sha256(row["question"].encode()).digest())
            for number, row in enumerate(told[:QAMR_QUESTIONS]):
                yield Asked(f"{row['id']} {number}", "qamr", row["question"], document, {index: 1.0}, row["answer"])


def _place(identity: str) -> tuple[str, tuple[int, ...]]:
    parts = identity.split(":")
    return ":".join(parts[:3]), tuple(int(part) for part in parts[3:])


def _tells(row: dict[str, Any]) -> bool:
    """Whether a question says what it is about: at least two words of its sentence, and one that begins large."""
    stems = {stem(word) for word in content_words(row["sentence"])}
    shared = sum(stem(word) in stems for word in content_words(row["question"]))
    return shared >= 2 and (shared >= 3 or any(part[0].isupper() for part in row["question"].split()[1:]))


def documents_of(folder: Path) -> dict[str, Document]:
    """The articles of an evaluation set by their ids, cut into sentences as the product cuts them."""
    found = {}
    for row in rows(folder / "articles.jsonl"):
        parts = tuple(row["text"][start:end] for start, end in sentences(row["text"]))
        found[row["id"]] = Document(f"{folder.name} {row['id']}", folder.name, row["title"], parts)
    return found


def _clapnq(folder: Path) -> Iterator[Asked]:
    documents = documents_of(folder)
    for row in rows(folder / "questions.jsonl"):
        document = documents[row["related"]]
        labels = {
            index: share
            for index, sentence in enumerate(document.sentences)
            if word_count(sentence) and (share := _share(sentence, row["evidence"]))
        }
        if row["answerable"] is not None and bool(labels) == row["answerable"]:
            yield Asked(row["id"], "clapnq", row["question"], document, labels)


def _share(sentence: str, annotators: list[list[str]]) -> float:
    """The share of the annotators who chose the sentence."""
    chose = [any(same_sentence(sentence, gold) for gold in chosen) for chosen in annotators if chosen]
    return sum(chose) / len(chose) if chose else 0.0


def _followups(folder: Path) -> Iterator[Asked]:
    """Questions as the product resolves them. Nobody marked sentences: those that the reference answer says count."""
    documents = documents_of(folder)
    for row in rows(folder / "questions.jsonl"):
        question = resolved(row)
        if row["answerable"] is False:
            yield Asked(row["id"], "followups", question, Document("", "followups", "", ()))
        answering = frozenset(documents[name].id for name in row["articles"])
        for name in row["articles"] if row["answerable"] else ():
            labels = {
                index: 1.0
                for index, sentence in enumerate(documents[name].sentences)
                if any(_says(reference, sentence) for reference in row["long_answers"])
            }
            if labels:
                yield Asked(row["id"], "followups", question, documents[name], labels, others=answering)


def resolved(row: dict[str, Any]) -> str:
    """The question of a conversation's last turn as the product searches it."""
    return standalone(turns_of(row["history"]), row["question"]).text


def _says(reference: str, sentence: str) -> bool:
    """Whether a reference answer holds most of what a sentence says."""
    said = {stem(word) for word in content_words(reference)}
    stems = {stem(word) for word in content_words(sentence)}
    return len(stems) >= 4 and len(stems & said) >= 0.6 * len(stems)
