"""Whether a library agrees with its folder and with itself, and answers as another one does."""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from assistant.app import Assistant, Library, build_writer
from index.doctor import Doctor
from index.planning import scan
from index.reading import load, read
from index.schema import Article, Filters
from index.vectors import Collection

NEAR = 10
"""A passage is in reach of the search by meaning if its own vector finds it among so many."""
ANSWERED = 100
"""Questions of those compared that are answered too: the reader takes twenty times as long as the search."""
APPROXIMATE = 0.02
"""The share of the passages that may be out of reach: HNSW's search is approximate, of a library built afresh too."""


def disagreements(library: Library, folder: Path) -> Iterator[str]:
    """What is not as it should be: files, articles, passages, keywords, vectors and Chroma, part by part."""
    writer = build_writer(library)
    for finding in Doctor(library.catalogue, library.files, library.spaces, writer).examine():
        if finding.wrong or finding.remedy:
            yield f"doctor: {finding.text} {finding.remedy}"
    yield from _files(library, folder)
    yield from _derived(library)


def _files(library: Library, folder: Path) -> Iterator[str]:
    """Every file read again: its article is stored as it reads, once, and nothing else is."""
    held: dict[str, set[str]] = defaultdict(set)
    facts: dict[str, list[Article]] = defaultdict(list)
    for path in scan(str(folder.resolve()))[0]:
        article = read(load(Path(path)), Path(path).name, path=path)
        held[article.id].add(path)
        facts[article.id].append(article)
    stored = library.catalogue.by_id(row.id for row in library.catalogue.rows())
    for id_ in held.keys() ^ stored.keys():
        yield f"article {id_} is in {'the files' if id_ in held else 'the library'} alone"
    for id_ in held.keys() & stored.keys():
        one = stored[id_]
        if one.path not in held[id_]:
            yield f"article {id_} is said to lie at {one.path}"
        if not any(
            (each.title, each.published, each.text) == (one.title, one.published, one.text) for each in facts[id_]
        ):
            yield f"article {id_} is stored otherwise than in {one.path}"
    recorded = {path: record.article_id for path, record in library.files.of_folder(str(folder.resolve())).items()}
    if recorded != {path: id_ for id_, paths in held.items() for path in paths}:
        yield "the files on record are not those of the folder"


def _derived(library: Library) -> Iterator[str]:
    """Passages, vectors and Chroma hold the same ids, once each."""
    read_rows = library.database.read
    ids = [row["id"] for row in read_rows("SELECT id FROM passages")]
    pending, waiting = library.embeddings.count_pending(), library.embeddings.count_uncollected()
    withdrawn = len(library.embeddings.withdrawn(10))
    if pending or waiting or withdrawn or len(ids) != len(set(ids)):
        yield f"{pending} passages have no vector, {waiting} are not in Chroma, {withdrawn} should be gone from it"
    ungrouped = library.groups.pending(10)
    if ungrouped:
        yield f"{len(ungrouped)} articles are in no group"
    held, _, _ = library.embeddings.since()
    with closing(Collection(library.settings.home / "vectors", library.embeddings.model)) as collection:
        if not collection.ids() == set(held) == set(ids):
            yield "Chroma, vectors and passages do not hold the same ids"
    lost = out_of_reach(library)
    if len(lost) > APPROXIMATE * len(held):
        yield f"{len(lost)} of {len(held)} passages are out of reach of the search by meaning: {lost[:3]}"


def out_of_reach(library: Library) -> list[str]:
    """The ids of the passages that Chroma does not find by their own vectors."""
    held, _, vectors = library.embeddings.since()
    with closing(Collection(library.settings.home / "vectors", library.embeddings.model)) as collection:
        return [id_ for id_, vector in zip(held, vectors, strict=True) if not _in_reach(collection, id_, vector)]


def _in_reach(collection: Collection, id_: str, vector: np.ndarray) -> bool:
    """Whether a passage is found by its own vector; one that many others equal need not be."""
    found = dict(collection.search(vector, NEAR))
    return id_ in found or min(found.values(), default=0.0) > 0.99999


def differences(one: Assistant, other: Assistant, questions: Sequence[str]) -> dict[str, list[str]]:
    """The questions whose passages found differ between two libraries, and their answers; and vectors and groups.

    Only the first ANSWERED questions are answered.
    """
    found: dict[str, list[str]] = {"passages found": [], "answers": [], "vectors": [], "groups": []}
    found["passages found"] = [each for each in questions if _hits(one, each) != _hits(other, each)]
    found["answers"] = [each for each in questions[:ANSWERED] if _answer(one, each) != _answer(other, each)]
    ours, theirs = (dict(assistant.library.embeddings.stored()) for assistant in (one, other))
    alike = {key: float(ours[key] @ theirs[key]) if key in ours else 0.0 for key in theirs}
    found["vectors"] = [key for key, cosine in alike.items() if cosine < 0.9999]
    found["groups"] = sorted(set(map(str, _groups(one))) ^ set(map(str, _groups(other))))
    return found


def _hits(assistant: Assistant, question: str) -> list[tuple[str, int, int]]:
    hits = assistant.retriever.hits(question, Filters())
    return [(hit.article.text, hit.passage.start, hit.passage.end) for hit in hits]


def _answer(assistant: Assistant, question: str) -> tuple[object, ...]:
    answer = assistant.chat.ask([], question).answer
    places = [(each.article_id, each.start, each.end, each.quote) for each in (*answer.citations, *answer.nearest)]
    return answer.found, answer.text, places


def _groups(assistant: Assistant) -> list[list[str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for id_, group in assistant.library.groups.of(assistant.library.checks.article_ids()).items():
        members[group].append(id_)
    return [sorted(each) for each in members.values() if len(each) > 1]


def wait_for_chroma(assistant: Assistant) -> None:
    """Start the writer, and wait until questions are answered by Chroma."""
    assistant.embedder.load()
    assistant.writer.start()
    while assistant.writer.collection is None:
        time.sleep(0.05)
