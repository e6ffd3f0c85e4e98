"""The one writer of vectors: whatever happened before, Chroma ends up holding exactly the catalogue's passages."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from index.background import VectorWriter
from index.catalogue import Catalogue, Database, Embeddings, Files
from index.schema import Article, CatalogueError, text_id
from index.splitting import embedding_hash, split
from index.synchronise import Synchroniser
from index.vectors import Collection, CollectionUnreadable
from tests.fakes import BagOfWordsEmbedder, spaces_of


def until(condition: Callable[[], bool]) -> bool:
    """Wait for it, 20 seconds at most."""
    for _ in range(400):
        if condition():
            return True
        time.sleep(0.05)
    return False


class Shelf:
    """A library in a folder, with a writer of its own whenever one is asked for."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.vectors = home / "vectors"
        self.database = Database(home / "library.sqlite3")
        self.catalogue = Catalogue(self.database)
        self.synchroniser = Synchroniser(self.catalogue, Files(self.database))
        self.embedder = BagOfWordsEmbedder()

    @property
    def embeddings(self) -> Embeddings:
        return Embeddings(self.database, self.embedder.fingerprint)

    def writer(self) -> VectorWriter:
        return VectorWriter(self.vectors, self.catalogue, spaces_of(self.database, self.embedder))

    def put(self, number: int, title: str = "A title") -> Article:
        text = " ".join(f"Sentence {n} of story {number} tells of pier {number * n} and no more." for n in range(30))
        article = Article(text_id(text), title, text)
        with self.database.transaction() as connection:
            self.catalogue.put(connection, article, [(p, embedding_hash(article, p)) for p in split(article)])
        return article

    def ids(self) -> set[str]:
        return {row["id"] for row in self.database.read("SELECT id FROM passages")}

    def collected(self) -> set[str]:
        """What Chroma really holds, found by asking for all vectors, not by listing ids alone."""
        collection = Collection(self.vectors, self.embedder.fingerprint)
        try:
            probe = self.embedder.embed(["pier"])[0]
            found = {id_ for id_, _ in collection.search(probe, 1000)}
            assert found == collection.ids()
            return found
        finally:
            collection.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.database.close()


def test_everything_is_embedded_and_collected(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(number)
    told: list[tuple[int, int]] = []
    assert shelf.writer().drain(lambda done, total: told.append((done, total)))
    assert shelf.embeddings.count_pending() == shelf.embeddings.count_uncollected() == 0
    assert shelf.collected() == shelf.ids()
    total = len(shelf.ids())
    assert told[0] == (0, total) and told[-1] == (total, total) and told == sorted(told)
    assert len(shelf.embedder.seen) == total + 1


def test_draining_again_embeds_nothing(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.writer().drain()
    shelf.embedder.seen.clear()
    assert shelf.writer().drain()
    assert shelf.embedder.seen == []


def test_an_empty_library_has_nothing_to_do(shelf: Shelf) -> None:
    assert shelf.writer().drain()
    assert shelf.collected() == set()


def test_there_is_one_writer_at_a_time(shelf: Shelf) -> None:
    shelf.put(1)
    first, second = shelf.writer(), shelf.writer()
    assert second.is_free()
    assert first._acquire()
    assert not second.is_free()
    assert second.drain() is False
    assert shelf.embeddings.count_pending() > 0
    first.close()
    assert second.drain()
    assert shelf.embeddings.count_pending() == 0


@pytest.mark.parametrize("damage", ["garbage", "truncated", "database", "index"])
def test_a_broken_chroma_folder_is_built_anew_without_embedding(
    shelf: Shelf, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.vectors.SYNC_THRESHOLD", 10)  # so that Chroma writes its search structure at all
    for number in range(10):
        shelf.put(number)
    shelf.writer().drain()
    shelf.embedder.seen.clear()
    files = [path for path in shelf.vectors.rglob("*") if path.is_file()]
    assert any(path.suffix == ".bin" for path in files)
    for path in files:
        if damage == "truncated":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        elif damage == "garbage" or (damage == "index") == (path.suffix in (".bin", ".pickle")):
            path.write_bytes(b"\xa5" * path.stat().st_size)
    assert shelf.writer().drain()
    assert shelf.embedder.seen == []
    assert shelf.collected() == shelf.ids()


def test_a_lost_chroma_folder_is_built_anew_without_embedding(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put(1)
    shelf.writer().drain()
    shelf.vectors.rename(tmp_path / "lost")
    shelf.embedder.seen.clear()
    shelf.writer().drain()
    assert shelf.embedder.seen == []
    assert shelf.collected() == shelf.ids()


def test_the_vectors_of_a_removed_article_leave(shelf: Shelf) -> None:
    kept, removed = shelf.put(1), shelf.put(2)
    shelf.writer().drain()
    shelf.synchroniser.remove(removed.id)
    shelf.writer().drain()
    assert shelf.collected() == shelf.ids() == {p.id for p in shelf.catalogue.passages_of(kept.id)}


def test_an_article_removed_while_its_vectors_are_collected_leaves_too(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = shelf.put(1)
    put = Collection.put

    def removing(self: Collection, *arguments: object) -> None:
        put(self, *arguments)  # type: ignore[arg-type]
        shelf.synchroniser.remove(article.id)

    monkeypatch.setattr(Collection, "put", removing)
    writer = shelf.writer()
    assert writer.drain()
    assert (
        shelf.embeddings.collected() == set() and shelf.embeddings.withdrawn() == []
    )  # and not because a new start found a stranger
    assert shelf.collected() == set()


def test_an_article_removed_and_added_again_stays(shelf: Shelf) -> None:
    article = shelf.put(1)
    shelf.writer().drain()
    shelf.synchroniser.remove(article.id)
    shelf.put(1)
    shelf.embedder.seen.clear()
    shelf.writer().drain()
    assert shelf.embedder.seen == []
    assert shelf.collected() == shelf.ids() != set()


def test_a_passage_whose_title_changed_gets_another_vector(shelf: Shelf) -> None:
    shelf.put(1, title="Old headline")
    shelf.writer().drain()
    ids = shelf.ids()
    shelf.put(1, title="Entirely different words above")
    shelf.writer().drain()
    assert shelf.collected() == shelf.ids() == ids
    collection = Collection(shelf.vectors, shelf.embedder.fingerprint)
    held, _, vectors = shelf.embeddings.since()
    nearest = [collection.search(vector, 1)[0] for vector in vectors]
    collection.close()
    assert [similarity for _, similarity in nearest] == pytest.approx([1.0] * len(held), abs=1e-5)


def test_another_model_builds_its_own_vectors(shelf: Shelf) -> None:
    shelf.put(1)
    shelf.writer().drain()
    shelf.embedder = BagOfWordsEmbedder(dimensions=32)
    shelf.writer().drain()
    assert len(shelf.embedder.seen) == len(shelf.ids())
    assert shelf.collected() == shelf.ids()
    shelf.embedder = BagOfWordsEmbedder(dimensions=64)
    shelf.writer().drain()
    assert shelf.embedder.seen == []  # the first model's vectors are still in the catalogue
    assert shelf.collected() == shelf.ids()


def test_a_look_whether_the_lock_is_free_is_not_taken_for_a_writer(shelf: Shelf) -> None:
    shelf.put(1)
    looking = FileLock(shelf.vectors.with_suffix(".lock"), thread_local=False)
    looking.acquire()
    timer = threading.Timer(0.1, looking.release)
    timer.start()
    assert shelf.writer().drain()
    timer.join()


@pytest.mark.parametrize("failing", ["ids", "put", "delete"])
def test_vectors_that_cannot_be_written_are_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """Whether the folder can be opened or not, and wherever in the work it fails, the second time is the last."""
    for number in range(3):
        shelf.put(number)
    shelf.writer().drain()
    shelf.put(4)
    shelf.synchroniser.remove(shelf.put(1).id)
    calls = 0

    def full(self: Collection, *arguments: object) -> None:
        nonlocal calls
        calls += 1
        assert calls < 20, "built anew for ever"
        raise CollectionUnreadable("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Collection, failing, full)
        if failing == "delete":  # fails once, and an empty folder has nothing to delete
            assert shelf.writer().drain()
        else:
            for _ in range(2):
                with pytest.raises(CatalogueError, match="cannot be written") as caught:
                    shelf.writer().drain()
                assert "disk" in caught.value.hint
    assert shelf.writer().is_free()
    assert shelf.writer().drain()
    assert shelf.collected() == shelf.ids()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system does not group processes")
def test_a_process_in_the_background_gives_way_with_its_whole_session() -> None:
    script = "from index.background import give_way; give_way(); print(open('/proc/self/autogroup').read())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, start_new_session=True
    )
    assert done.stdout.split()[-1] == "10"


def test_the_thread_outlives_whatever_goes_wrong(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put(1)
    embed, failures = BagOfWordsEmbedder.embed, [RuntimeError("out of memory"), RuntimeError("out of memory")]
    problems: list[str] = []

    def failing(self: BagOfWordsEmbedder, texts: list[str]) -> object:
        problems.append(str(writer.problem))
        if failures:
            raise failures.pop()
        return embed(self, texts)

    monkeypatch.setattr(BagOfWordsEmbedder, "embed", failing)
    monkeypatch.setattr("index.background.RETRY_SECONDS", 0.01)
    writer = shelf.writer()
    writer.start()
    try:
        assert until(lambda: not shelf.embeddings.count_pending() and writer.problem is None)
        assert "out of memory" in problems[1] and "out of memory" in problems[2]
    finally:
        writer.close()


def test_the_thread_follows_what_is_added_and_what_breaks(shelf: Shelf) -> None:
    def wait_until_all_is_there() -> None:
        for _ in range(200):
            if writer.collection is not None and writer.collection.ids() == shelf.ids():
                return
            time.sleep(0.05)
        raise AssertionError("the thread did not complete the vectors in ten seconds")

    writer = shelf.writer()
    writer.start()
    try:
        for number in range(3):
            shelf.put(number)
            wait_until_all_is_there()
        shelf.embedder.seen.clear()
        broken = writer.collection
        assert broken is not None
        writer.report_unreadable(broken)
        assert writer.collection is not broken
        wait_until_all_is_there()
        writer.report_unreadable(broken)  # by a search that was late
        assert writer.collection is not None
        assert shelf.embedder.seen == []
    finally:
        writer.close()
    assert shelf.writer().is_free()
    assert writer.problem is None


def test_a_worn_collection_is_built_anew_without_embedding(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are replaced and taken out wear the search structure; all of that is counted, across processes."""
    monkeypatch.setattr("index.collecting.WORN_ROWS", 10)
    articles = [shelf.put(number) for number in range(8)]
    shelf.writer().drain()
    assert shelf.embeddings.worn() == 0
    marker = shelf.vectors / "of the first collection"
    marker.touch()
    gone = len(shelf.catalogue.passages_of(articles[0].id))
    shelf.synchroniser.remove(articles[0].id)
    shelf.writer().drain()
    assert shelf.embeddings.worn() == gone < 10
    shelf.put(1, title="Another headline")
    shelf.writer().drain()
    assert shelf.embeddings.worn() == 2 * gone and marker.exists()
    for article in articles[2:5]:
        shelf.synchroniser.remove(article.id)
    shelf.embedder.seen.clear()
    shelf.writer().drain()
    assert shelf.embeddings.worn() == 0 and not marker.exists()
    assert shelf.embedder.seen == []
    assert shelf.collected() == shelf.ids()


def test_the_wear_of_a_collection_that_was_lost_is_forgotten(shelf: Shelf, tmp_path: Path) -> None:
    article = shelf.put(1)
    shelf.writer().drain()
    shelf.synchroniser.remove(article.id)
    shelf.put(2)
    shelf.writer().drain()
    assert shelf.embeddings.worn() > 0
    shelf.vectors.rename(tmp_path / "lost")
    shelf.writer().drain()
    assert shelf.embeddings.worn() == 0 and shelf.collected() == shelf.ids()
