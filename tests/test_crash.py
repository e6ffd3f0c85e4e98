"""A kill at any moment costs nothing: the next start finds every article once and completes the vectors."""

import multiprocessing
import random
import signal
from pathlib import Path

import pytest

import index.background
import index.collecting
import index.vectors
from index.background import VectorWriter
from index.catalogue import Catalogue, Database, Embeddings, Files
from index.synchronise import Synchroniser
from index.vectors import Collection
from tests.fakes import BagOfWordsEmbedder, spaces_of

KILLS = 20
NEW, CHANGED, GONE = 10, 3, 2  # files a round: 150 articles at the end
SEED = 20230619


def story(name: str, version: int) -> str:
    return "\n\n".join(
        f"Report {name} version {version} part {part} tells of the harbour, its pier and {part * 7} ferries. "
        f"The council of district {part} then voted on {name}, and nobody in the hall was against it. " * 4
        for part in range(2)
    )


def index_all(library: Path, folder: Path, seconds: float = 0.0) -> None:
    """Synchronise and embed, as the command line does it, in steps so small that a kill falls between many of them."""
    index.background.EMBED_AT_ONCE = 4
    index.collecting.COLLECT_AT_ONCE = 6
    index.vectors.SYNC_THRESHOLD = 20  # Chroma is vulnerable while it writes its search structure: let it often
    embedder = BagOfWordsEmbedder(seconds=seconds)
    database = Database(library / "library.sqlite3")
    catalogue = Catalogue(database)
    synchroniser = Synchroniser(catalogue, Files(database))
    for _ in synchroniser.apply(synchroniser.plan(folder)):
        pass
    assert VectorWriter(library / "vectors", catalogue, spaces_of(database, embedder)).drain()
    database.close()


def revise(folder: Path, round_number: int, dice: random.Random) -> None:
    """Add, change and remove some files."""
    old = sorted(folder.iterdir())
    for path in dice.sample(old, min(len(old), GONE)):
        path.unlink()
    old = sorted(folder.iterdir())
    for path in dice.sample(old, min(len(old), CHANGED)):
        path.write_text(story(path.stem, round_number))
    for number in range(NEW):
        name = f"r{round_number}n{number}"
        (folder / f"{name}.txt").write_text(story(name, round_number))


def kill_while_indexing(library: Path, folder: Path, delay: float) -> bool:
    """Whether the process was still at work when it was killed, `delay` seconds after it began."""
    # Forked from a process that has imported Chroma already: 20 imports would take longer than all the rest.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", __name__])
    process = context.Process(target=index_all, args=(library, folder, 0.002))
    process.start()
    process.join(delay)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode == -signal.SIGKILL


def check(library: Path, folder: Path) -> None:
    """Every file's article is there once, and Chroma holds exactly the passages, each with its vector."""
    database = Database(library / "library.sqlite3")
    catalogue, fingerprint = Catalogue(database), BagOfWordsEmbedder().fingerprint
    embeddings = Embeddings(database, fingerprint)
    files = sorted(map(str, folder.iterdir()))
    rows = catalogue.rows()
    assert sorted(row.path for row in rows) == files
    assert len({row.id for row in rows}) == len(files)
    for path in files:
        (row,) = [row for row in rows if row.path == path]
        article = catalogue.article(row.id)
        assert article is not None and article.text.split() == Path(path).read_text().split()
    ids = [row["id"] for row in database.read("SELECT id FROM passages")]
    assert len(ids) == len(set(ids)) == database.read("SELECT count(*) FROM keywords")[0][0]
    assert {passage.id for row in rows for passage in catalogue.passages_of(row.id)} == set(ids)
    assert embeddings.count_pending() == embeddings.count_uncollected() == 0
    assert database.read("SELECT * FROM withdrawn") == []
    collection = Collection(library / "vectors", fingerprint)
    held, _, vectors = embeddings.since()
    assert collection.ids() == set(held) == set(ids)
    found = [id_ for id_, _ in collection.search(vectors[0], 10_000)]
    assert len(found) == len(set(found))
    out_of_reach = [
        id_
        for id_, vector in zip(held, vectors, strict=True)
        if id_ not in found and id_ not in {near for near, _ in collection.search(vector, 20)}
    ]
    # The search is approximate: after many replaced rows HNSW may not reach one of them even from its own vector. It is
    # held all the same, and found by keyword.
    assert len(out_of_reach) <= 0.02 * len(held)
    collection.close()
    database.close()


@pytest.mark.slow
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    folder = tmp_path / "articles"
    folder.mkdir()
    longest = 1.0
    killed = 0
    for round_number in range(KILLS):
        revise(folder, round_number, dice)
        if kill_while_indexing(tmp_path, folder, dice.uniform(0, longest)):
            killed += 1
        else:
            longest *= 0.7  # this machine is faster
        index_all(tmp_path, folder)
        check(tmp_path, folder)
    assert len(list(folder.iterdir())) >= 150
    assert killed >= KILLS // 2
