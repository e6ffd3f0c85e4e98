"""The nouns of a conversation: a turn, its answer, and the citations that carry every statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Literal

from index.schema import Filters, Hit, Leaning

CitationState = Literal["verbatim", "changed", "removed"]
ChosenBy = Literal["reader", "rules", "nobody"]
Strictness = Literal["lenient", "normal", "strict"]
"""How sure the evidence must be before anything is answered."""
Support = Literal["", "supported", "partly", "unsupported"]
"""Whether the cited words carry a sentence that a model wrote; empty for a quote, which is its own evidence."""


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article that is nearly the same as one that is cited: another paper's print of one story."""

    article_id: str
    title: str
    source: str
    published: date | None


def paged(labels: Sequence[str]) -> str:
    """Pages by their labels as a citation gives them: `p. 3`, `pp. 3-4`; empty where there are none."""
    return f"p{'p' * (len(labels) > 1)}. {page_range(labels)}" if labels else ""


def page_range(labels: Sequence[str]) -> str:
    """Pages by their labels: `3`, `3-4`; with an en dash where labels have a hyphen of their own, `A-1–A-2`."""
    return ("–" if any("-" in label for label in labels) else "-").join(labels)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands: `quote` is the stored article text from `start` to `end` (code points).

    `pages` are the labels of the first and the last page that they stand on, once where that is one page; empty where
    the article has no pages. `field` is empty where the quoted words are the evidence; it names the article's field
    ("author", "published", "source") where the article's record is, and the quote is then the article's opening words.
    """

    number: int
    article_id: str
    start: int
    end: int
    quote: str
    title: str
    source: str = ""
    published: date | None = None
    author: str = ""
    url: str = ""
    field: str = ""
    state: CitationState = "verbatim"
    keyword_rank: int | None = None
    """Of the passage that the words stand in among those found by keyword, from 1; None where it was not found so."""
    vector_rank: int | None = None
    """The same among those found by meaning."""
    reprints: tuple[Reprint, ...] = ()
    """Articles that say nearly the same: no further voices for it."""
    pages: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The page as a citation gives it: `p. 3`, `pp. 3-4`; empty where there is none."""
        return paged(self.pages)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer, the numbers of its citations, and the spans of its text that answer (set in bold).

    `support` is the verdict on a sentence that a model wrote, `reason` what its cited words lack, in a sentence.
    `part` is the heading that it and its neighbours of the same part stand under, such as the report that says them;
    `beside` that it is the counterpart of the statement before it and stands beside that.
    """

    text: str
    citations: tuple[int, ...]
    bold: tuple[tuple[int, int], ...] = ()
    support: Support = ""
    reason: str = ""
    part: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question says of the articles: `filters` where it speaks of their publication, else days it leans on.

    `words` are the question's own that say so; where there are none, nothing was said.
    """

    filters: Filters = field(default_factory=Filters)
    leaning: Leaning | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or the finding that the articles do not say.

    Raises ValueError where an invariant breaks: citations are numbered 1..n in order of first use, every statement has
    one, and an answer that is not found has neither.
    """

    question: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    """The best sentences of the other passages found: not used, or where nothing answers, the nearest there is."""
    missing: tuple[str, ...] = ()
    """Words of the question that no article holds; only where not found."""
    meant: str = ""
    """The question with the library's words in the place of such, where these may be typing errors: to be offered."""
    message: str = ""
    """What is said instead of statements: small talk, a question back, that a record is missing. Never evidence."""
    confidence: float = 0.0
    """The probability that the evidence answers the question, 0..1; 0 where none was weighed."""
    chosen_by: ChosenBy = "nobody"
    """Who weighed the evidence: the trained reader, rules where it is missing or the text is not English, nobody where
    nothing was found."""
    seconds: float = 0.0
    written_by: str = "nobody"
    """"quotes", "catalogue" (from an article's record), "nobody", or the name of the model that wrote it."""
    listed: bool = False
    """Whether the statements are items of a list, such as a timeline's days, rather than one text."""
    note: str = ""
    """How the answer came about, where that needs saying: the model failed and these are quotes, say."""
    scope: Scope = field(default_factory=Scope)
    """What was understood of the question's dates and source, and followed."""

    def __post_init__(self) -> None:
        marks = list(dict.fromkeys(number for statement in self.statements for number in statement.citations))
        if marks != [citation.number for citation in self.citations] or marks != list(range(1, len(marks) + 1)):
            raise ValueError(f"marks {marks} are not the citations 1..{len(self.citations)} in order")
        if not all(statement.citations for statement in self.statements):
            raise ValueError("a statement without a citation")

    @property
    def found(self) -> bool:
        """Whether the articles answer the question."""
        return bool(self.statements)

    @property
    def not_found(self) -> bool:
        """Whether a question was asked and neither articles nor records answer it; small talk asks nothing."""
        return not self.found and (not self.message or self.written_by == "catalogue")

    @property
    def by_model(self) -> bool:
        """Whether a language model wrote the sentences."""
        return self.written_by not in ("quotes", "catalogue", "nobody")

    def timed(self, seconds: float) -> "Answer":
        """The answer with the seconds it took."""
        return replace(self, seconds=seconds)

    @property
    def text(self) -> str:
        """The statements with their marks: `First sentence. [1] Second. [2][3]`, below the headings of their parts."""
        return "\n".join(
            part
            for heading, statements in self.parts
            for part in (heading, ("\n" if self.listed else " ").join(map(marked, statements)))
            if part
        )

    @property
    def parts(self) -> list[tuple[str, tuple[Statement, ...]]]:
        """The statements by the heading they stand under; one part without a heading where there are none."""
        return [(part, tuple(statements)) for part, statements in groupby(self.statements, lambda each: each.part)]


def marked(statement: Statement) -> str:
    """A statement with its marks."""
    return f"{statement.text} {''.join(f'[{number}]' for number in statement.citations)}"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the passages found for it, best first, and the prompt that a model is to write it by.

    There are no passages where no article was searched for it. A model is asked for so many `sentences` at most.
    """

    answer: Answer
    hits: tuple[Hit, ...] = ()
    prompt: str = "answer"
    sentences: int = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: the message as typed, the filters it was asked with, and the answer it got.

    `as_said` is False where the dates and sources that the message names were not to be followed, `quotes_only` is True
    where no model was to write. `feedback` is what the person said of the answer, in one of the window's words; empty
    where nothing was said.
    """

    message: str
    answer: Answer = field(default_factory=lambda: Answer(""))
    filters: Filters = field(default_factory=Filters)
    as_said: bool = True
    quotes_only: bool = False
    feedback: str = ""
    suggestions: tuple[str, ...] = ()
    """Questions that could be asked next."""
