"""The composition root: the one place that knows every class."""

from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING

from assistant.conversations import Notebook
from assistant.preferences import Preferences
from assistant.reader import load_reader
from assistant.settings import Settings
from index.background import VectorWriter
from index.catalogue import Catalogue, Checks, Conversations, Database, Embeddings, Feeds, Files, Groups, Vocabulary
from index.embedding import LazyEmbedder, is_common_word
from index.schema import LibraryStatus
from index.spaces import Spaces
from index.synchronise import Synchroniser
from index.watches import FolderState, states_of

if TYPE_CHECKING:
    from assistant.answer import Answerer
    from assistant.chat import Chat
    from assistant.endpoint import Limits
    from assistant.generate import Generator, Model
    from assistant.write import Writer
    from index.following import Subscriptions
    from index.polling import FeedPoller
    from index.retrieve import HybridRetriever
    from index.watching import FolderWatcher


DATABASE, VECTORS = "library.sqlite3", "vectors"
"""What a library is made of, in its folder; the vectors there can be built anew from the database."""
WATCHING = "watching.lock"
"""Held, in the library's folder, by the one process that watches the followed folders."""
POLLING = "polling.lock"
"""The same, by the one that polls the followed feeds."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library without the means to answer: enough to add, list and remove, and quick to open.

    Once `ending` is set no server of the web is waited for, and nothing that it would have brought is written.
    """

    settings: Settings
    database: Database
    catalogue: Catalogue
    files: Files
    spaces: Spaces
    synchroniser: Synchroniser
    ending: Event = field(default_factory=Event)

    @property
    def embeddings(self) -> Embeddings:
        """Those of the model that is set."""
        return Embeddings(self.database, self.spaces.wanted.fingerprint)

    @property
    def searched_model(self) -> str:
        """The fingerprint of the model whose vectors answer."""
        return self.spaces.answering_model().fingerprint

    @property
    def groups(self) -> Groups:
        """Which articles are nearly the same: `groups.copies(article_id)`."""
        return Groups(self.database)

    @property
    def feeds(self) -> Feeds:
        """The feeds it follows."""
        return Feeds(self.database)

    @property
    def subscriptions(self) -> "Subscriptions":
        """What takes in what is new in them."""
        from index.following import Subscriptions  # 0.2 s: it brings httpx

        return Subscriptions(self.synchroniser, self.feeds, self.settings.allow_private_addresses, self.ending.is_set)

    @property
    def checks(self) -> Checks:
        """Whether the database is whole."""
        return Checks(self.database)

    def watches(self) -> dict[str, FolderState]:
        """How it stands with each followed folder, whichever process watches; see `index.watches`."""
        return states_of(self.files, self.settings.home / WATCHING)

    def status(self) -> LibraryStatus:
        """How much it holds and how much of that has its vectors."""
        passages = self.catalogue.count_passages()
        return LibraryStatus(
            articles=self.catalogue.count(),
            passages=passages,
            embedded=passages - self.embeddings.count_pending(),
            failed=len(self.files.failed()),
            change=self.spaces.change(),
        )


@dataclass(frozen=True, slots=True)
class Assistant:
    """A library that answers. `close` it, so that Chroma is left clean."""

    library: Library
    writer: VectorWriter
    watcher: "FolderWatcher"
    poller: "FeedPoller"
    retriever: "HybridRetriever"
    chat: "Chat"
    notebook: Notebook
    preferences: Preferences

    @property
    def embedder(self) -> LazyEmbedder:
        """The embedding model that is set."""
        return self.library.spaces.embedder

    def close(self) -> None:
        """Stop the background work and close the files."""
        self.watcher.close()
        self.poller.close()
        self.writer.close()
        self.library.database.close()


def open_library(settings: Settings, embedder: LazyEmbedder | None = None) -> Library:
    """Open the library of these settings, creating it where there is none. Raises CatalogueError.

    The embedding model is the one of the settings, where none is given.
    """
    database = Database(settings.home / DATABASE, existed=(settings.home / VECTORS).exists())
    catalogue, files = Catalogue(database), Files(database)
    spaces = Spaces(
        database,
        embedder or build_embedder(settings),
        lambda model: build_embedder(settings.model_copy(update={"embedding_model": model})),
    )
    ending = Event()
    synchroniser = Synchroniser(catalogue, files, settings.allow_private_addresses, ending.is_set)
    return Library(settings, database, catalogue, files, spaces, synchroniser, ending)


def build_writer(library: Library) -> VectorWriter:
    """The writer of this library's vectors; see `index.background` for who may write."""
    return VectorWriter(library.settings.home / VECTORS, library.catalogue, library.spaces)


def build_embedder(settings: Settings) -> LazyEmbedder:
    """The embedding model of these settings, not loaded yet."""
    return LazyEmbedder(settings.embedding_model, settings.home / "models")


def build(settings: Settings, embedder: LazyEmbedder | None = None) -> Assistant:
    """Put everything together. Nothing works in the background yet: the chat window starts it, a question need not."""
    from assistant.chat import Chat  # 1 s: it brings llama-index
    from index.polling import FeedPoller
    from index.retrieve import HybridRetriever
    from index.watching import FolderWatcher

    library = open_library(settings, embedder)
    writer = build_writer(library)
    retriever = HybridRetriever(library.catalogue, library.spaces, writer, settings.passages)

    def means(settings: Settings) -> "tuple[Answerer, Writer | None]":
        answerer = build_answerer(settings, library.catalogue, retriever, library.spaces.embedder)
        return answerer, build_model_writer(settings, library.catalogue, library.spaces.embedder)

    chat = Chat(*means(settings))
    watcher = FolderWatcher(library.synchroniser, settings.home / WATCHING)
    poller = FeedPoller(library.subscriptions, settings.home / POLLING, settings.feed_minutes)
    notebook = Notebook(Conversations(library.database), chat.title)
    preferences = Preferences(settings, lambda changed: chat.use(*means(changed)))
    return Assistant(library, writer, watcher, poller, retriever, chat, notebook, preferences)


def build_answerer(
    settings: Settings, catalogue: Catalogue, retriever: "HybridRetriever", embedder: LazyEmbedder
) -> "Answerer":
    """Who answers with quotes."""
    from assistant.answer import Answerer, QuoteSynthesizer
    from assistant.spelling import Spelling

    reader = load_reader if settings.reader else lambda: None
    spelling = Spelling(Vocabulary(catalogue.database), is_common_word)
    synthesizer = QuoteSynthesizer(catalogue, reader, settings.sentences, settings.strictness, spelling)
    return Answerer(catalogue, retriever, synthesizer, embedder.embed_if_loaded)


def build_model_writer(settings: Settings, catalogue: Catalogue, embedder: LazyEmbedder) -> "Writer | None":
    """Who writes the answers, None where no model is set. Raises SettingsError where its settings do not fit."""
    generator = build_generator(settings)
    if generator is None:
        return None
    from assistant.explain import Explainer
    from assistant.write import Writer

    return Writer(generator, embedder.embed, Explainer(catalogue).explained)


def build_generator(settings: Settings, limits: "Limits | None" = None) -> "Generator | None":
    """Who asks the model of these settings, at its server or in this program; None where none is set.

    Raises SettingsError where the settings do not fit.
    """
    if not settings.model_url.strip() and not settings.model.strip():
        return None
    from assistant.endpoint import endpoint_of
    from assistant.generate import Generator  # 1 s: it brings llama-index

    model: Model
    if settings.model_url.strip():
        from assistant.remote import RemoteModel  # 1 s: it brings OpenAI's client

        model = RemoteModel(endpoint_of(settings.model_url, settings.model, settings.model_key))
    else:
        from assistant.local import LocalModel

        model = LocalModel(settings.model.strip())
    return Generator(model, limits)
