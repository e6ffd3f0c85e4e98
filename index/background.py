"""The one writer of vectors: embeds what the catalogue lacks and keeps the Chroma collection equal to it.

It also groups new articles with those they are nearly the same as, which takes next to no time.

Every process may write articles, since SQLite lets them take turns. Chroma may be open in one process only, so the
process that holds the library's lock file is the writer of vectors and the only one that searches Chroma; the others
search the catalogue's stored vectors. A process that dies lets go of the lock, and the next one goes on where it
stopped: all that is still to do stands in the catalogue.
"""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.catalogue import Catalogue, Embeddings, Groups
from index.duplicates import Grouping
from index.embedding import LazyEmbedder
from index.schema import AssistantError, CatalogueError, Passage
from index.splitting import embedding_text
from index.vectors import Collection, CollectionUnreadable, erase

EMBED_AT_ONCE = 64  # passages between two commits: about one second's work is lost by a kill
SCAN = 512  # passages sorted by length together
COLLECT_AT_ONCE = 500
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

    def __init__(self, folder: Path, catalogue: Catalogue, embeddings: Embeddings, embedder: LazyEmbedder) -> None:
        self.problem: AssistantError | None = None
        self._folder = folder
        self._catalogue = catalogue
        self._embeddings = embeddings
        self._embedder = embedder
        self._grouping = Grouping(catalogue, Groups(catalogue.database))
        self._lock = writers_lock(folder)
        self._collection: Collection | None = None
        self._complete = False
        self._rebuilding = False
        self._unreadable = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def collection(self) -> Collection | None:
        """The collection, where this process holds it and it is complete but for what is being embedded."""
        return self._collection if self._complete and not self._unreadable.is_set() else None

    def report_unreadable(self, collection: Collection) -> None:
        """Have a collection built anew that could not be searched. One that was let go meanwhile is no matter."""
        if collection is self._collection:
            self._unreadable.set()

    def start(self) -> None:
        """Work in a thread until `close`."""
        self._thread = threading.Thread(target=self._work, name="vectors", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the batch at hand, close Chroma cleanly and let go of the lock."""
        self._stop.set()
        self._embedder.close()
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
        """Build the collection anew from the vectors there are; False where another process is the writer.

        Raises CatalogueError where it cannot be written.
        """
        try:
            if not self._acquire(PEEK_SECONDS):
                return False
            erase(self._folder)
            self._embeddings.forget_collected()
            self._collection = self._opened()
            while self._collect(self._collection):
                pass
            return True
        except CollectionUnreadable as error:
            raise self._unwritable(error) from error
        finally:
            self._release()

    def compared(self) -> tuple[int, int] | None:
        """How many vectors the collection lacks of those it should hold, and how many it holds too many.

        None where another process is the writer. Raises CollectionUnreadable.
        """
        noted = self._embeddings.collected()
        if not self._folder.exists():
            return len(noted), 0
        try:
            if not self._acquire(PEEK_SECONDS):
                return None
            self._collection = Collection(self._folder, self._embeddings.model, drop_others=False)
            held = self._collection.ids()
            for vector in self._embeddings.of(sorted(held & noted)[:1]).values():
                self._collection.search(vector, 1)  # the list of ids is read from another place than this
            return len(noted - held), len(held - noted)
        finally:
            self._release()

    def is_free(self) -> bool:
        """Whether no process is the writer at this moment."""
        try:
            with FileLock(self._lock.lock_file, timeout=0):
                return True
        except Timeout:
            return False

    def _work(self) -> None:
        seen, failures = -1, 0
        while not self._stop.is_set():
            try:
                version = self._catalogue.database.version()
                if (version != seen or self._unreadable.is_set()) and self._acquire():
                    while not self._stop.is_set() and self._step():
                        pass
                    seen = version
                self._embedder.load()  # for the questions, where nothing had to be embedded
                if self._lock.is_locked and not self._stop.is_set():
                    self._embedder.export()
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
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire(timeout=timeout)
        except Timeout:
            return False
        return True

    def _release(self) -> None:
        collection, self._collection, self._complete = self._collection, None, False
        self._unreadable.clear()
        if collection is not None:
            try:
                collection.close()
            except CollectionUnreadable as error:
                logger.info("closing Chroma: %s", error)
        self._lock.release()

    def _step(self) -> bool:
        """One batch of the most urgent work; False where there is none."""
        try:
            if self._unreadable.is_set():
                raise CollectionUnreadable("a search failed")
            if self._collection is None:
                self._collection = self._opened()
            if self._withdraw(self._collection) or self._collect(self._collection):
                return True
            self._complete, self._rebuilding = True, False
            if self._grouping.step() or self._embed():
                return True
            self._embeddings.note_complete()
            return False
        except CollectionUnreadable as error:
            self._rebuild(error)
            return True

    def _rebuild(self, error: CollectionUnreadable) -> None:
        """Begin anew with an empty folder. Raises CatalogueError where that was tried and did not end well."""
        self._complete, self._collection = False, None
        self._rebuilding = not self._rebuilding
        if not self._rebuilding:  # what fails twice is no accident of a kill
            raise self._unwritable(error) from error
        logger.warning("the vector store is unreadable and is built anew from the catalogue: %s", error)
        erase(self._folder)
        self._embeddings.forget_collected()
        self._unreadable.clear()

    def _unwritable(self, error: CollectionUnreadable) -> CatalogueError:
        return CatalogueError(
            f"The vectors cannot be written to {self._folder}: {error}.",
            "Check that the folder can be written to and that the disk has room.",
        )

    def _opened(self) -> Collection:
        collection = Collection(self._folder, self._embeddings.model)
        held, noted = collection.ids(), self._embeddings.collected()
        if held - noted:
            collection.delete(sorted(held - noted))
        if noted - held:
            self._embeddings.forget_collected(noted - held)
        return collection

    def _withdraw(self, collection: Collection) -> bool:
        ids = self._embeddings.withdrawn(COLLECT_AT_ONCE)
        if ids:
            collection.delete(ids)
            self._embeddings.mark_withdrawn(ids)
        return bool(ids)

    def _collect(self, collection: Collection) -> bool:
        rows = self._embeddings.uncollected(COLLECT_AT_ONCE)
        if rows:
            collection.put([id_ for id_, _, _ in rows], np.stack([vector for _, _, vector in rows]))
            self._embeddings.mark_collected([(id_, text_hash) for id_, text_hash, _ in rows])
        return bool(rows)

    def _embed(self) -> bool:
        """Embed one scan's passages, shortest first; newer ones that arrive meanwhile come with the next scan."""
        pending = self._embeddings.pending(SCAN)
        texts = self._texts(pending)
        order = sorted(texts, key=lambda text_hash: len(texts[text_hash]))
        for first in range(0, len(order), EMBED_AT_ONCE):
            if self._stop.is_set():
                break
            hashes = order[first : first + EMBED_AT_ONCE]
            self._embeddings.put(hashes, self._embedder.embed([texts[text_hash] for text_hash in hashes]))
        return bool(texts)

    def _texts(self, pending: list[tuple[Passage, str]]) -> dict[str, str]:
        """What the embedder sees, by its hash; an article removed since the scan is left out."""
        articles = self._catalogue.by_id(passage.article_id for passage, _ in pending)
        return {
            text_hash: embedding_text(articles[passage.article_id], passage)
            for passage, text_hash in pending
            if passage.article_id in articles
        }
