"""The embedding models of a library: the one that is set, and until it has embedded all, the one that answers."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from index.catalogue import Database, Embeddings, Model, Switching
from index.embedding import DEFAULT_MODEL, LazyEmbedder, fingerprint
from index.nearest import NearestVectors
from index.schema import EmbeddingError, ModelChange

logger = logging.getLogger(__name__)

Build = Callable[[str], LazyEmbedder]
"""The model of a name or folder, not loaded yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """One model and its vectors: a question is embedded and searched in one space only."""

    embedder: LazyEmbedder
    embeddings: Embeddings
    exact: NearestVectors


class Spaces:
    """Knows in which space a question is searched now. The catalogue says so, hence all processes change at once.

    `embedder` is the model that is set. `build` makes the one that answers meanwhile, where that is another.
    """

    def __init__(self, database: Database, embedder: LazyEmbedder, build: Build) -> None:
        self.embedder = embedder
        self.wanted = Model(embedder.fingerprint, embedder.model)
        self.switching = Switching(database)
        self._database = database
        self._build = build
        self._own = self._space(embedder)
        self._other: Space | None = None
        self._last: Space | None = None
        self._failed = ""
        self._changing = threading.RLock()

    def answering(self) -> Space | None:
        """Where a question is to be searched, from its beginning to its end; None as long as no model is loaded.

        After a switch that finds the new model not loaded in this process, the space before is searched meanwhile.
        """
        with self._changing:
            space = self._current()
            if space is not None and space.embedder.loaded:
                self._last = space
            return self._last if self._last is not None and self._last.embedder.loaded else None

    def answering_model(self) -> Model:
        """The model whose vectors answer, by its name "" where it is not known."""
        model = self.switching.answering() or self.wanted
        if not model.name and model.fingerprint == fingerprint(DEFAULT_MODEL):
            return Model(model.fingerprint, DEFAULT_MODEL)
        return model

    def kept(self) -> tuple[Embeddings, ...]:
        """Those that have a collection: of the model that answers, and of the one that embeds beside it."""
        answering, beside = self.answering_model().fingerprint, self.switching.beside()
        embeddings = (Embeddings(self._database, answering),)
        return (*embeddings, Embeddings(self._database, beside, beside=True)) if beside else embeddings

    def change(self) -> ModelChange | None:
        """The change that is under way, as far as it shows without loading a model; None where there is none."""
        model = self.answering_model()
        if model.fingerprint == self.wanted.fingerprint:
            return None
        answers = self._current() is not None and model.fingerprint != self.switching.lost()
        return ModelChange(self.wanted.name, model.name, answers, self.is_served())

    def is_served(self) -> bool:
        """Whether the process that embeds, or did so last, does it with the model that is set here."""
        return self.kept()[-1].model == self.wanted.fingerprint

    def load(self) -> None:
        """Load the model that answers. Raises EmbeddingError where that is the one that is set and it cannot be."""
        space = self._current()
        if space is self._own:
            space.embedder.load()
        elif space is not None:
            self._load_other(space)
        self.answering()

    def load_other(self) -> None:
        """Load the model that answers if it is another than the one that is set, and has not failed before."""
        space = self._current()
        if space is not None and space is not self._own and space.embeddings.model != self._failed:
            self._load_other(space)
        self.answering()

    def close(self) -> None:
        """End what the model that is set has under way."""
        self.embedder.close()

    def _load_other(self, space: Space) -> None:
        model = space.embeddings.model
        try:
            space.embedder.load()
        except EmbeddingError as error:
            self._failed = model
            self.switching.note_lost(model)
            logger.warning("until the new embedding model is ready articles are found by their words alone: %s", error)
        else:
            if self.switching.lost() == model:
                self.switching.note_lost("")

    def _current(self) -> Space | None:
        """The space of the model that answers, loaded or not; None where its model is not to be had."""
        with self._changing:
            model = self.answering_model()
            if model.fingerprint == self.wanted.fingerprint:
                self._other = None
                return self._own
            if self._other is None or self._other.embeddings.model != model.fingerprint:
                self._other = None
                embedder = self._build(model.name) if model.name else None
                # A folder that is gone or whose weights have changed is another model.
                if embedder is not None and embedder.fingerprint == model.fingerprint:
                    self._other = self._space(embedder)
            return self._other

    def _space(self, embedder: LazyEmbedder) -> Space:
        embeddings = Embeddings(self._database, embedder.fingerprint)
        return Space(embedder, embeddings, NearestVectors(embeddings))
