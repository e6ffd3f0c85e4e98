"""The nouns of the library, and the tree of everything that can go wrong.

AssistantError                    every error a person can meet; `str()` is a sentence, `.hint` says what to do
├── ReadingError                  one file could not become an article; the others go on
│   ├── UnsupportedFormat         no reader for this kind of file
│   ├── NotText                   a binary file under a text file's name
│   ├── EmptyArticle              nothing to read in it
│   ├── TooLarge                  beyond the size limit
│   ├── Unreadable                vanished, no permission, damaged, locked by a password, or a trap
│   └── Unreachable               a page on the web that does not answer, or may not be asked
│       └── Gone                  its server says that it went for good
├── FolderError                   the folder is missing, not a folder, or cannot be read
│   └── EmptyFolder               there is no article in it, and never was
├── FeedError                     the feed is not followed, or what is named is no feed to follow
├── CatalogueError                the database is corrupt, locked or written by a newer version
├── BackupError                   the file is no backup, or one cannot be written or restored now
├── EmbeddingError                the embedding model cannot be loaded
├── QuestionError                 the question is empty or too long
├── SettingsError                 a setting has no such value
├── ModelError                    the language model gave no answer; the quotes take its place
└── PromptError                   a file of `prompts/` lacks or has too many variables
"""

import hashlib
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

Stopped = Callable[[], bool]
"""Whether to stop, as when the program ends: nothing is waited for and nothing written from then on."""


def never() -> bool:
    """Do not stop."""
    return False


class AssistantError(Exception):
    """A sentence for the person, and a hint of what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def first_line(error: Exception) -> str:
    """What an error of another library says, in one line; its name where it says nothing, as a MemoryError does."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


class ReadingError(AssistantError):
    """One file could not become an article."""


class UnsupportedFormat(ReadingError):
    """No reader for this kind of file."""


class NotText(ReadingError):
    """A binary file under a text file's name."""


class EmptyArticle(ReadingError):
    """Nothing to read in it."""


class TooLarge(ReadingError):
    """Beyond the size limit."""


class Unreadable(ReadingError):
    """Vanished, no permission, damaged, locked by a password, or a trap."""


class Unreachable(ReadingError):
    """A page on the web that does not answer, or may not be asked."""


class Gone(Unreachable):
    """Its server says that it went for good."""


class FolderError(AssistantError):
    """The folder is missing, not a folder, or cannot be read."""


class EmptyFolder(FolderError):
    """There is no article in it, and never was."""


class FeedError(AssistantError):
    """The feed is not followed, or what is named is no feed to follow."""


class CatalogueError(AssistantError):
    """The database is corrupt, locked or written by a newer version."""


class BackupError(AssistantError):
    """The file is no backup, or one cannot be written or restored now."""


class EmbeddingError(AssistantError):
    """The embedding model cannot be loaded."""


class QuestionError(AssistantError):
    """The question is empty or too long."""


class SettingsError(AssistantError):
    """A setting has no such value."""


class ModelError(AssistantError):
    """The language model gave no answer; the quotes take its place."""


class PromptError(AssistantError):
    """A file of `prompts/` lacks or has too many variables."""


def text_id(text: str) -> str:
    """Identity from content: 16 hex digits of SHA-256 over the text in NFC with white space folded."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where the words of a page begin, as an offset into the text that was taken from all of them.

    `number` counts the document's pages from 1; `label` is what the document itself calls this one.
    """

    start: int
    number: int
    label: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` is the stored text every offset points into, counted in code points.

    `pages` are those that any words were taken from, in order; none where the article is not from a document of pages.
    """

    id: str
    title: str
    text: str
    source: str = ""
    author: str = ""
    url: str = ""
    published: date | None = None
    path: str = ""
    added: datetime = field(default_factory=lambda: datetime.now(UTC))
    pages: tuple[PageStart, ...] = ()

    def page_at(self, place: int) -> PageStart | None:
        """The page on which the character at an offset stands; None where none is known."""
        index = bisect_right(self.pages, place, key=lambda page: page.start)
        return self.pages[index - 1] if index else None

    def pages_of(self, start: int, end: int) -> tuple[str, ...]:
        """The labels of the first and last page that `text[start:end]` stands on, once where they are one."""
        spanned = (self.page_at(start), self.page_at(max(start, end - 1)))
        return tuple(dict.fromkeys(page.label for page in spanned if page is not None))


@dataclass(frozen=True, slots=True)
class Revision:
    """An article as it was before its file or page changed, and the id of the article that stands in its place now."""

    article: Article
    successor: str
    replaced: datetime


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences: `article.text[start:end]`. `id` is `article_id:position`."""

    id: str
    article_id: str
    position: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its article and why it was found (ranks from 1, None where not found so)."""

    passage: Passage
    article: Article
    score: float
    keyword_rank: int | None = None
    vector_rank: int | None = None
    keyword_score: float = 0.0
    """BM25, higher is better."""
    similarity: float = 0.0
    """Cosine of the passage with the question."""

    @property
    def text(self) -> str:
        """The passage's words."""
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is limited to; empty means everything. Dates are inclusive days of publication."""

    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.sources or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Leaning:
    """Days of publication, inclusive, that count for more: passages of these days are lifted, none is left out.

    `weight` is what a passage of these days gains, where 1 is the best match of the words and 1 that of the meaning;
    outside of them it falls to a third with every `fading_days`. Where `sought`, the days are searched for passages of
    their own; else only the order of what was found anyway changes.
    """

    since: date
    until: date
    weight: float = 0.5
    fading_days: float = 14.0
    sought: bool = True


OutcomeKind = Literal["added", "unchanged", "replaced", "moved", "removed", "followed", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file, article or feed; `reason` says why where `kind` is "failed" or "skipped"."""

    name: str
    kind: OutcomeKind
    article_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ModelChange:
    """The embedding model that is set, and the one that answers until it has embedded all, "" where nobody knows it.

    `answers` tells whether that one can be loaded; where it cannot, articles are found by their words alone. `begun`
    tells whether the process that embeds, or did so last, was started with the model that is set.
    """

    wanted: str
    answering: str
    answers: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """How much the library holds, in articles and passages; `embedded` of the passages have their vector."""

    articles: int
    passages: int
    embedded: int
    failed: int
    change: ModelChange | None = None
