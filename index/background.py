"""The one writer of vectors: embeds what the catalogue lacks and keeps the Chroma collection equal to it.

It also groups new articles with those they are nearly the same as, which takes next to no time.

Every process may write articles, since SQLite lets them take turns. Chroma may be open in one process only, so the
process that holds the library's lock file is the writer of vectors and the only one that searches Chroma; the others
search the catalogue's stored vectors. A process that dies lets go of the lock, and the next one goes on where it
stopped: all that is still to do stands in the catalogue.

Where another model is set than the one whose vectors answer, its vectors and its collection are made beside the others.
Once both are complete it answers, from one question to the next, and the other collection goes.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.alone import is_held
from index.catalogue import Catalogue, Embeddings, Groups
from index.collecting import COLLECT_AT_ONCE, Difference, Shelf, added_up
from index.duplicates import Grouping
from index.schema import AssistantError, CatalogueError, Passage
from index.spaces import Spaces
from index.splitting import embedding_text
from index.vectors import Collection, CollectionUnreadable, erase

EMBED_AT_ONCE = 64  # passages between two commits: about one second's work is lost by a kill
SCAN = 512  # passages sorted by length together, which spares sentence-transformers the padding
POLL_SECONDS = 0.3
PEEK_SECONDS = 0.3  # to look whether the lock is free means to hold it for a moment: waited out, not taken for a writer
RETRY_SECONDS = 3.0  # after a failure; doubled with each that follows, up to a minute

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with passages embedded and passages in all."""


def give_way() -> None:
    """Have this process leave the processor to the person's own programs, as far as they want it."""
    os.nice(5)
    # Linux weighs a session's processes together against other sessions', and niceness only among themselves.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text("10")


def writers_lock(folder: Path) -> FileLock:
    """What the one writer of the vectors in this folder holds."""
    return FileLock(folder.with_suffix(".lock"), thread_local=False)


class VectorWriter:
    """Brings the vectors up to date, in a thread (`start`) or at once (`drain`), if it can get the library's lock."""

    def __init__(self, folder: Path, catalogue: Catalogue, spaces: Spaces) -> None:
        self.problem: AssistantError | None = None
        self._folder = folder
        self._catalogue = catalogue
        self._spaces = spaces
        self._switching = spaces.switching
        self._embeddings = Embeddings(catalogue.database, spaces.wanted.fingerprint)
        self._grouping = Grouping(catalogue, Groups(catalogue.database))
        self._lock = writers_lock(folder)
        self._shelves: tuple[Shelf, ...] = ()  # the one that answers, and while that is another model's the wanted one
        self._complete = False
        self._rebuilding = False
        self._unreadable = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def collection(self) -> Collection | None:
        """The collection that answers, where this process holds it and it is complete but for what is embedded now."""
        shelves = self._shelves
        return shelves[0].collection if shelves and self._complete and not self._unreadable.is_set() else None

    def collection_of(self, model: str) -> Collection | None:
        """The same, where it is of the model of this fingerprint."""
        collection = self.collection
        return collection if collection is not None and collection.model == model else None

    def report_unreadable(self, collection: Collection) -> None:
        """Have a collection built anew that could not be searched. One that was let go meanwhile is no matter."""
        if self._shelves and collection is self._shelves[0].collection:
            self._unreadable.set()

    def start(self) -> None:
        """Work in a thread until `close`."""
        self._thread = threading.Thread(target=self._work, name="vectors", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch at hand, close Chroma cleanly and let go of the lock."""
        self._stop.set()
        self._spaces.close()
        if self._thread is not None:
            self._thread.join()
        self._release()

    def drain(self, progress: Progress | None = None) -> bool:
        """Do all there is to do; False where another process is the writer. Raises EmbeddingError or CatalogueError."""
        try:
            while not self._stop.is_set() and self._acquire(PEEK_SECONDS):
                if progress is not None:
                    total = self._catalogue.count_passages()
                    progress(total - self._embeddings.count_pending(), total)
                if not self._step():
                    return True
            return False
        finally:
            self._release()

    def rebuild(self) -> bool:
        """Build the collections anew from the vectors there are; False where another process is the writer.

        Raises CatalogueError where they cannot be written.
        """
        try:
            if not self._acquire(PEEK_SECONDS):
                return False
            self._begin_anew()
            self._shelves = self._opened()
            for shelf in self._shelves:
                while shelf.collect():
                    pass
            return True
        except CollectionUnreadable as error:
            raise self._unwritable(error) from error
        finally:
            self._release()

    def compared(self) -> Difference | None:
        """The collections and what the catalogue says of them; None where another process is the writer.

        Raises CollectionUnreadable.
        """
        kept = self._spaces.kept()
        if not self._folder.exists():
            return added_up(Difference(len(each.collected()), 0, each.count_uncollected()) for each in kept)
        try:
            if not self._acquire(PEEK_SECONDS):
                return None
            self._shelves = tuple(Shelf(self._folder, embeddings) for embeddings in kept)
            return added_up(shelf.compared() for shelf in self._shelves)
        finally:
            self._release()

    def is_free(self) -> bool:
        """Whether no process is the writer at this moment."""
        return not is_held(Path(self._lock.lock_file))

    def _work(self) -> None:
        seen, failures = -1, 0
        while not self._stop.is_set():
            try:
                version = self._catalogue.database.version()
                self._spaces.load_other()  # it answers as long as the other embeds
                if (version != seen or self._unreadable.is_set()) and self._acquire():
                    while not self._stop.is_set() and self._step():
                        pass
                    seen = version
                self._spaces.embedder.prepare()  # for the questions, where nothing had to be embedded
                self.problem, failures = None, 0
            except Exception as error:  # whatever it was, such as too little memory: the thread goes on
                self._note(error)
                self._stop.wait(min(60.0, RETRY_SECONDS * 2**failures))
                failures += 1
            self._stop.wait(POLL_SECONDS)

    def _note(self, error: Exception) -> None:
        """Have the error known to whoever asks, and in the log once."""
        problem = error
        if not isinstance(problem, AssistantError):
            words = f"{type(error).__name__}: {str(error) or 'no reason given'}".splitlines()[0]
            problem = AssistantError(f"New articles cannot be embedded ({words}).", "It is tried again by itself.")
        if str(problem) != str(self.problem):
            logger.warning("%s %s", problem, problem.hint, exc_info=None if problem is error else error)
        self.problem = problem

    def _acquire(self, timeout: float = 0) -> bool:
        if not self._lock.is_locked:
            with suppress(Timeout):
                self._lock.acquire(timeout=timeout)
        return self._lock.is_locked

    def _release(self) -> None:
        self._put_away()
        self._lock.release()

    def _put_away(self) -> None:
        shelves, self._shelves, self._complete = self._shelves, (), False
        self._unreadable.clear()
        for shelf in shelves:
            shelf.close()

    def _step(self) -> bool:
        """One batch of the most urgent work; False where there is none."""
        try:
            if self._unreadable.is_set():
                raise CollectionUnreadable("a search failed")
            self._shelves = self._shelves or self._opened()
            answering, *beside = self._shelves
            if self._withdraw() or answering.collect():
                return True
            self._complete = True
            if any(shelf.collect() for shelf in beside):
                return True
            self._rebuilding = False
            if self._grouping.step() or self._embed():
                return True
            return self._switch() if beside else self._settle()
        except CollectionUnreadable as error:
            self._rebuild(error)
            return True

    def _settle(self) -> bool:
        """Note that all is done, or begin anew where the collection is worn: the stored vectors answer meanwhile."""
        if self._shelves[0].is_worn():
            self._begin_anew()
            return True
        self._switching.note_complete(self._spaces.wanted)
        return False

    def _switch(self) -> bool:
        """Have the model that is set answer, now that nothing lacks its vector; a model that cannot be loaded never."""
        self._spaces.embedder.load()
        if self._switching.switch(self._spaces.wanted):
            old, new = self._shelves
            self._shelves = (new.moved(),)
            old.close()
            new.collection.drop_others()
        return True

    def _rebuild(self, error: CollectionUnreadable) -> None:
        """Begin anew with an empty folder. Raises CatalogueError where that was tried and did not end well."""
        self._rebuilding = not self._rebuilding
        if not self._rebuilding:  # what fails twice is no accident of a kill
            self._put_away()
            raise self._unwritable(error) from error
        logger.warning("the vector store is unreadable and is built anew from the catalogue: %s", error)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._put_away()
        erase(self._folder)
        self._switching.forget_collected()

    def _unwritable(self, error: CollectionUnreadable) -> CatalogueError:
        return CatalogueError(
            f"The vectors cannot be written to {self._folder}: {error}.",
            "Check that the folder can be written to and that the disk has room.",
        )

    def _opened(self) -> tuple[Shelf, ...]:
        self._switching.prepare(self._spaces.wanted)
        shelves = tuple(Shelf(self._folder, embeddings) for embeddings in self._spaces.kept())
        shelves[0].collection.drop_others([shelf.embeddings.model for shelf in shelves])
        for shelf in shelves:
            shelf.compare()
        return shelves

    def _withdraw(self) -> bool:
        ids = self._embeddings.withdrawn(COLLECT_AT_ONCE)
        if ids:
            for shelf in self._shelves:
                shelf.drop(ids)
            self._embeddings.mark_withdrawn(ids)
        return bool(ids)

    def _embed(self) -> bool:
        """Embed one scan's passages, shortest first; newer ones that arrive meanwhile come with the next scan."""
        pending = self._embeddings.pending(SCAN)
        texts = self._texts(pending)
        if texts:
            self._spaces.embedder.prepare()
        order = sorted(texts, key=lambda text_hash: len(texts[text_hash]))
        for first in range(0, len(order), EMBED_AT_ONCE):
            if self._stop.is_set():
                break
            hashes = order[first : first + EMBED_AT_ONCE]
            self._embeddings.put(hashes, self._spaces.embedder.embed([texts[text_hash] for text_hash in hashes]))
        return bool(texts)

    def _texts(self, pending: list[tuple[Passage, str]]) -> dict[str, str]:
        """What the embedder sees, by its hash; an article removed since the scan is left out."""
        articles = self._catalogue.by_id(passage.article_id for passage, _ in pending)
        return {
            text_hash: embedding_text(articles[passage.article_id], passage)
            for passage, text_hash in pending
            if passage.article_id in articles
        }
