"""Another embedding model: the old one answers until the new one has embedded all, then the new one, in one step."""

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.background
import index.collecting
from index.background import VectorWriter
from index.catalogue import Catalogue, Database, Embeddings, Files, Switching
from index.doctor import Doctor
from index.retrieve import HybridRetriever
from index.schema import Article, EmbeddingError, Filters, Hit, ModelChange, text_id
from index.spaces import Spaces
from index.splitting import embedding_hash, split
from index.synchronise import Synchroniser
from index.vectors import Collection
from tests.fakes import BagOfWordsEmbedder, spaces_of

ASKED = "Which pier has the most ferries?"
TOPICS = ("pier", "ferry", "council", "lantern", "harvest", "glacier", "violin", "senate")


class Reading:
    """One process's view of a library: its own connection, spaces, writer and retriever."""

    def __init__(self, home: Path, wanted: BagOfWordsEmbedder, *others: BagOfWordsEmbedder) -> None:
        self.home = home
        self.database = Database(home / "library.sqlite3")
        self.catalogue = Catalogue(self.database)
        self.synchroniser = Synchroniser(self.catalogue, Files(self.database))
        self.spaces: Spaces = spaces_of(self.database, wanted, *others)
        self.writer = VectorWriter(home / "vectors", self.catalogue, self.spaces)
        self.retriever = HybridRetriever(self.catalogue, self.spaces, self.writer, 10)

    def put(self, number: int) -> Article:
        topic = TOPICS[number % len(TOPICS)]
        text = " ".join(
            f"Sentence {n} of story {number} tells of the {topic} {number * n} and more." for n in range(30)
        )
        article = Article(text_id(text), f"Story {number}", text, published=None)
        with self.database.transaction() as connection:
            self.catalogue.put(connection, article, [(p, embedding_hash(article, p)) for p in split(article)])
        return article

    def ask(self, filters: Filters | None = None) -> list[Hit]:
        return self.retriever.hits(ASKED, filters or Filters())

    def ids(self) -> set[str]:
        return {row["id"] for row in self.database.read("SELECT id FROM passages")}

    def collections(self) -> dict[str, set[str]]:
        """What Chroma holds, by model, when nobody has it open."""
        import chromadb
        from chromadb.config import Settings

        client = chromadb.PersistentClient(str(self.home / "vectors"), Settings(anonymized_telemetry=False))
        held = {
            each.name.removeprefix("passages-"): set(each.get(include=[])["ids"]) for each in client.list_collections()
        }
        client.close()
        return held

    def stored(self) -> dict[str, int]:
        """How many vectors the catalogue keeps, by model."""
        return {row[0]: row[1] for row in self.database.read("SELECT model, count(*) FROM embeddings GROUP BY model")}

    def steps(self, count: int) -> None:
        """So many steps of the writer, which keeps the lock."""
        assert self.writer._acquire()
        for _ in range(count):
            self.writer._step()

    def close(self) -> None:
        self.writer.close()
        self.database.close()


def small() -> BagOfWordsEmbedder:
    return BagOfWordsEmbedder(32)


def large() -> BagOfWordsEmbedder:
    return BagOfWordsEmbedder(64)


SMALL, LARGE = small().model, large().model


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of 16 articles, all embedded by the small model; work comes in small steps."""
    monkeypatch.setattr("index.background.EMBED_AT_ONCE", 4)
    monkeypatch.setattr("index.background.SCAN", 8)
    monkeypatch.setattr("index.collecting.COLLECT_AT_ONCE", 4)
    reading = Reading(tmp_path, small())
    for number in range(16):
        reading.put(number)
    assert reading.writer.drain()
    reading.close()
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[list[Reading]]:
    readings: list[Reading] = []
    yield readings
    for reading in readings:
        reading.close()


def open_(opened: list[Reading], home: Path, wanted: BagOfWordsEmbedder, *others: BagOfWordsEmbedder) -> Reading:
    opened.append(Reading(home, wanted, *others))
    return opened[-1]


def similarities(hits: list[Hit], model: BagOfWordsEmbedder, reading: Reading) -> None:
    """Every hit has a vector, and its similarity is that of this model, exactly."""
    vector = model.embed([ASKED])[0]
    vectors = Embeddings(reading.database, model.fingerprint).of([hit.passage.id for hit in hits])
    assert hits and all(hit.similarity == pytest.approx(float(vectors[hit.passage.id] @ vector)) for hit in hits)


def test_the_old_model_answers_until_the_new_one_is_complete(home: Path, opened: list[Reading]) -> None:
    old, new = small(), large()
    before = open_(opened, home, small())
    expected = before.ask()
    similarities(expected, small(), before)
    window = open_(opened, home, new, old)
    window.spaces.load_other()
    assert window.spaces.change() == ModelChange(LARGE, SMALL, answers=True, begun=False)
    steps = 0
    while window.spaces.change():
        window.steps(1)
        steps += 1
        assert steps < 200
        if window.spaces.change():
            assert window.ask() == expected
            assert window.writer.collection is not None and window.writer.collection.model == SMALL
            assert window.spaces.change() == ModelChange(LARGE, SMALL, answers=True, begun=True)
            new_done = len(window.ids()) - Embeddings(window.database, LARGE).count_pending()
            assert new_done == len(new.seen)
    assert steps > 10  # so it was asked in the middle of it
    assert ASKED not in new.seen
    hits = window.ask()
    assert ASKED in new.seen
    similarities(hits, large(), window)
    assert window.writer.collection is not None and window.writer.collection.model == LARGE
    assert hits == window.retriever.hits(ASKED, Filters())
    window.writer.close()
    assert window.collections() == {LARGE: window.ids()}
    assert window.ask() == hits  # by the stored vectors as by Chroma


def test_filters_are_searched_with_the_old_vectors_too(home: Path, opened: list[Reading]) -> None:
    window = open_(opened, home, large(), small())
    with window.database.transaction() as connection:
        connection.execute("UPDATE articles SET source = 'Courier' WHERE title = 'Story 8'")
    window.spaces.load_other()
    window.steps(6)
    hits = window.ask(Filters(("Courier",)))
    assert {hit.article.title for hit in hits} == {"Story 8"}
    similarities(hits, small(), window)


def test_questions_asked_all_along_find_by_one_model_each(home: Path, opened: list[Reading]) -> None:
    """Two processes, one of them the writer: no question falls into the gap or mixes the two models."""
    new, old = BagOfWordsEmbedder(64, seconds=0.002), small()
    window, other = open_(opened, home, new, old), open_(opened, home, large(), small())
    window.spaces.load()
    other.spaces.load()
    asked: dict[str, list[list[Hit]]] = {"window": [], "other": []}
    over = threading.Event()

    def ask(name: str, reading: Reading) -> None:
        while not over.is_set():
            asked[name].append(reading.ask())

    threads = [threading.Thread(target=ask, args=pair) for pair in (("window", window), ("other", other))]
    for thread in threads:
        thread.start()
    window.writer.start()
    deadline = time.monotonic() + 60
    while Switching(window.database).answering() != (LARGE, LARGE) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    over.set()
    for thread in threads:
        thread.join()
    by_old, by_new = (
        {hit.passage.id: hit.similarity for hit in model_hits(home, model)} for model in (small(), large())
    )
    for answers in asked.values():
        kinds = [kind(hits, by_old, by_new) for hits in answers]
        assert kinds == sorted(kinds, reverse=True)  # "old", ..., "new": never back
        assert set(kinds) == {"old", "new"}


def model_hits(home: Path, model: BagOfWordsEmbedder) -> list[Hit]:
    """Every passage with its similarity by this model alone."""
    reading = Reading(home, model)
    try:
        vector, embeddings = model.embed([ASKED])[0], Embeddings(reading.database, model.fingerprint)
        passages = reading.catalogue.passages(sorted(reading.ids()))
        articles = reading.catalogue.by_id(passage.article_id for passage in passages.values())
        return [
            Hit(passages[id_], articles[passages[id_].article_id], 0.0, None, None, 0.0, float(own @ vector))
            for id_, own in embeddings.of(sorted(passages)).items()
        ]
    finally:
        reading.close()


def kind(hits: list[Hit], by_old: dict[str, float], by_new: dict[str, float]) -> str:
    assert hits and all(hit.similarity > 0 for hit in hits)
    for name, by_model in (("old", by_old), ("new", by_new)):
        if all(hit.similarity == pytest.approx(by_model[hit.passage.id], abs=1e-5) for hit in hits):
            return name
    raise AssertionError("neither model's similarities")


def embed_all(home: Path, dimensions: int, seconds: float) -> None:
    """In a process of its own, in small steps."""
    index.background.EMBED_AT_ONCE, index.background.SCAN, index.collecting.COLLECT_AT_ONCE = 4, 8, 4
    reading = Reading(home, BagOfWordsEmbedder(dimensions, seconds=seconds))
    reading.writer.drain()
    reading.close()


def test_a_kill_costs_no_vector_and_the_change_goes_on(home: Path, opened: list[Reading]) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["chromadb", __name__])
    reading = open_(opened, home, BagOfWordsEmbedder(64, loaded=False), small())
    embeddings = Embeddings(reading.database, LARGE)
    total = len(reading.ids())
    process = context.Process(target=embed_all, args=(home, 64, 0.02))
    process.start()
    while embeddings.count_pending() > total // 2 and process.is_alive():
        time.sleep(0.005)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    left = embeddings.count_pending()
    assert 0 < left < total
    reading.spaces.load()
    similarities(reading.ask(), small(), reading)
    assert reading.spaces.change() == ModelChange(LARGE, SMALL, answers=True, begun=True)
    embedder = large()
    window = open_(opened, home, embedder, small())
    assert window.writer.drain()
    assert len(embedder.seen) == left  # nothing twice
    assert window.collections() == {LARGE: window.ids()}
    similarities(reading.ask(), small(), reading)  # the large model is not loaded there yet
    reading.spaces.load()
    similarities(reading.ask(), large(), reading)


def test_back_half_way_nothing_is_embedded_and_the_half_is_kept(home: Path, opened: list[Reading]) -> None:
    new = large()
    window = open_(opened, home, new, small())
    window.steps(4)
    window.writer.close()
    half = len(new.seen)
    assert 0 < half < len(window.ids())
    old = small()
    back = open_(opened, home, old)
    assert back.spaces.change() is None
    back.spaces.load()
    similarities(back.ask(), small(), back)
    old.seen.clear()
    assert back.writer.drain()
    assert old.seen == []
    assert back.collections() == {SMALL: back.ids()}
    again = large()
    window = open_(opened, home, again, small())
    assert window.writer.drain()
    assert len(again.seen) == len(window.ids()) - half
    assert window.collections() == {LARGE: window.ids()}


def test_there_and_back_again_embeds_nothing_twice(home: Path, opened: list[Reading]) -> None:
    assert open_(opened, home, large(), small()).writer.drain()
    for wanted, other in ((small(), large()), (large(), small())):
        reading = open_(opened, home, wanted, other)
        assert reading.spaces.change() is not None
        reading.spaces.load()
        similarities(reading.ask(), BagOfWordsEmbedder(other.dimensions), reading)
        assert reading.writer.drain()
        assert wanted.seen == []
        assert reading.spaces.change() is None
        assert reading.collections() == {wanted.model: reading.ids()}
        similarities(reading.ask(), BagOfWordsEmbedder(wanted.dimensions), reading)


def test_the_vectors_of_one_model_before_are_kept_and_no_more(home: Path, opened: list[Reading]) -> None:
    total = len(open_(opened, home, small()).ids())
    for dimensions in (64, 16, 128, 8):
        reading = open_(opened, home, BagOfWordsEmbedder(dimensions), small())
        before = Switching(reading.database).answering()
        assert before is not None
        assert reading.writer.drain()
        assert reading.stored() == {before.fingerprint: total, f"bag-of-words-{dimensions}": total}
        assert set(reading.collections()) == {f"bag-of-words-{dimensions}"}
    for dimensions in (64, 16, 128):  # each given up half-way
        reading = open_(opened, home, BagOfWordsEmbedder(dimensions), BagOfWordsEmbedder(8))
        reading.steps(3)
        reading.writer.close()
        assert reading.stored()["bag-of-words-8"] == total and len(reading.stored()) <= 3
        assert set(reading.collections()) == {"bag-of-words-8", f"bag-of-words-{dimensions}"}


def test_what_comes_and_goes_meanwhile(home: Path, opened: list[Reading]) -> None:
    window = open_(opened, home, large(), small())
    window.spaces.load()
    window.steps(6)
    added, kept = window.put(100), window.put(3)
    row = window.catalogue.rows("Story 5")[0]
    window.synchroniser.remove(row.id)
    hits = window.retriever.hits("story 100", Filters())
    assert hits[0].article.id == added.id and hits[0].vector_rank is None  # by its words
    assert all(hit.vector_rank for hit in hits if hit.article.id != added.id)
    window.steps(100)
    assert window.spaces.change() is None
    similarities(window.retriever.hits(ASKED, Filters()), large(), window)
    assert window.retriever.hits("story 100", Filters())[0].vector_rank == 1
    window.writer.close()
    assert window.collections() == {LARGE: window.ids()}
    assert kept.id in {hit.article.id for hit in window.retriever.hits("story 3", Filters())}
    assert not any(id_.startswith(row.id) for id_ in window.ids())
    assert window.database.read("SELECT * FROM withdrawn") == []


def test_an_article_added_just_before_the_switch_puts_it_off(home: Path, opened: list[Reading]) -> None:
    window = open_(opened, home, large(), small())
    beside = Embeddings(window.database, LARGE, beside=True)
    window.spaces.load()
    window.steps(1)
    while beside.count_pending() or beside.count_uncollected():
        window.steps(1)
    added = window.put(100)
    switching = Switching(window.database)
    assert not switching.switch(window.spaces.wanted)
    assert switching.answering() == (SMALL, SMALL) and switching.beside() == LARGE
    similarities(window.ask(), small(), window)
    assert window.writer.drain()
    assert switching.answering() == (LARGE, LARGE)
    assert added.id in {hit.article.id for hit in window.retriever.hits("story 100", Filters())}
    window.writer.close()
    assert window.collections() == {LARGE: window.ids()}


class Lost(BagOfWordsEmbedder):
    """A model that is known by name and cannot be loaded."""

    def __init__(self, dimensions: int) -> None:
        super().__init__(dimensions, loaded=False)

    def load(self) -> BagOfWordsEmbedder:
        raise EmbeddingError("gone", "Find it.")


def test_where_the_old_model_is_lost_words_answer_until_the_new_one_is_complete(
    home: Path, opened: list[Reading]
) -> None:
    window = open_(opened, home, large(), Lost(32))
    window.spaces.load_other()
    window.spaces.load_other()
    window.steps(6)
    assert {hit.vector_rank for hit in window.ask()} == {None}
    assert window.spaces.change() == ModelChange(LARGE, SMALL, answers=False, begun=True)
    other = open_(opened, home, large(), small())
    assert other.spaces.change() == ModelChange(LARGE, SMALL, answers=False, begun=True)  # it is told everywhere
    other.spaces.load()  # and where it can be loaded after all, that is told too
    assert other.spaces.change() == ModelChange(LARGE, SMALL, answers=True, begun=True)
    window.steps(100)
    similarities(window.ask(), large(), window)


def test_a_new_model_that_cannot_be_loaded_never_answers(home: Path, opened: list[Reading]) -> None:
    window = open_(opened, home, Lost(64), small())
    window.spaces.load_other()
    with pytest.raises(EmbeddingError):
        window.writer.drain()
    similarities(window.ask(), small(), window)


def test_a_library_of_an_earlier_version_does_not_know_the_name(home: Path, opened: list[Reading]) -> None:
    reading = open_(opened, home, large(), small())
    with reading.database.transaction() as connection:
        connection.execute("DELETE FROM meta WHERE key LIKE 'name of the model%'")
    reading.spaces.load()
    assert reading.spaces.change() == ModelChange(LARGE, "", answers=False, begun=False)
    assert {hit.vector_rank for hit in reading.ask()} == {None}
    same = open_(opened, home, small())
    assert same.writer.drain()  # the model was not changed: from now on its name is known
    assert Switching(same.database).answering() == (SMALL, SMALL)
    reading.spaces.load()
    similarities(reading.ask(), small(), reading)


def test_a_first_model_that_was_never_complete_gives_way_at_once(tmp_path: Path, opened: list[Reading]) -> None:
    first = open_(opened, tmp_path / "other", small())
    for number in range(8):
        first.put(number)
    first.steps(1)
    first.writer.close()
    new = large()
    second = open_(opened, tmp_path / "other", new, small())
    assert second.spaces.change() is None
    assert second.writer.drain()
    similarities(second.ask(), large(), second)
    assert second.collections() == {LARGE: second.ids()}


def test_a_third_model_is_built_beside_the_one_that_answers(home: Path, opened: list[Reading]) -> None:
    window = open_(opened, home, large(), small())
    window.steps(5)
    window.writer.close()
    third = BagOfWordsEmbedder(16)
    window = open_(opened, home, third, small())
    window.spaces.load()
    window.steps(5)
    similarities(window.ask(), small(), window)
    assert not open_(opened, home, large(), small()).spaces.is_served()
    window.steps(100)
    similarities(window.ask(), BagOfWordsEmbedder(16), window)
    window.writer.close()
    assert window.collections() == {third.model: window.ids()}


def test_a_broken_folder_in_the_middle_is_built_anew(home: Path, opened: list[Reading]) -> None:
    new = large()
    window = open_(opened, home, new, small())
    window.spaces.load()
    window.steps(8)
    window.writer.close()
    for path in (home / "vectors").rglob("*.sqlite3"):
        path.write_bytes(b"\xa5" * 4096)
    window = open_(opened, home, new, small())
    window.spaces.load()
    window.steps(3)
    similarities(window.ask(), small(), window)
    assert window.writer.drain()
    assert len([text for text in new.seen if text != ASKED]) == len(window.ids())
    assert window.collections() == {LARGE: window.ids()}


def test_a_collection_beside_that_cannot_be_written_is_told_and_not_tried_for_ever(
    home: Path, opened: list[Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.schema import CatalogueError
    from index.vectors import CollectionUnreadable

    window = open_(opened, home, large(), small())
    put, failures = Collection.put, 0

    def full(self: Collection, ids: list[str], vectors: object) -> None:
        nonlocal failures
        if self.model == LARGE:
            failures += 1
            assert failures < 20, "built anew for ever"
            raise CollectionUnreadable("no space left on device")
        put(self, ids, vectors)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Collection, "put", full)
        with pytest.raises(CatalogueError, match="cannot be written"):
            window.writer.drain()
    assert window.writer.drain()
    assert window.collections() == {LARGE: window.ids()}


def test_the_doctor_finds_a_change_whole(home: Path, opened: list[Reading]) -> None:
    window = open_(opened, home, large(), small())
    window.steps(6)
    window.writer.close()
    removed = window.catalogue.rows("Story 5")[0]
    window.synchroniser.remove(removed.id)

    def findings(repair: bool) -> dict[str, str]:
        reading = open_(opened, home, large(), small())
        doctor = Doctor(reading.catalogue, Files(reading.database), reading.spaces, reading.writer)
        return {each.part: each.text for each in doctor.examine(repair) if each.wrong or each.mended}

    assert findings(repair=False) == {}
    before = window.stored()
    assert findings(repair=True) == {}
    assert before.keys() == window.stored().keys() == {SMALL, LARGE}
    collection = Collection(home / "vectors", LARGE)
    some = next(each for each in collection.ids() if not each.startswith(removed.id))  # that one's lie there unread
    collection.delete([some])
    collection.close()
    assert set(findings(repair=False)) == {"Chroma"}
    assert set(findings(repair=True)) == {"Chroma"}
    assert findings(repair=False) == {}
    reading = open_(opened, home, large(), small())
    reading.spaces.load()
    similarities(reading.ask(), small(), reading)
