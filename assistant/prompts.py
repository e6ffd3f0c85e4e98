"""Every word the assistant says or sends, read from the files of `prompts/` and checked when they are loaded."""

import string
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.schema import PromptError

VARIABLES: dict[str, frozenset[str]] = {
    "author": frozenset({"author", "title"}),
    "published": frozenset({"published", "title"}),
    "source": frozenset({"source", "title"}),
    "unrecorded": frozenset({"field", "title"}),
    "holdings": frozenset({"articles"}),
    "holdings_limited": frozenset({"articles", "limits"}),
    "holdings_new": frozenset({"articles", "day"}),
    "holdings_item": frozenset({"title", "facts"}),
    "holdings_title": frozenset({"title"}),
    "holdings_author": frozenset({"author", "articles"}),
    "holdings_authors_shown": frozenset({"shown", "count"}),
    "holdings_source": frozenset({"source", "articles"}),
    "holdings_shown": frozenset({"shown", "count"}),
    "holdings_best_shown": frozenset({"shown", "count"}),
    "holdings_words": frozenset({"topic"}),
    "holdings_sourceless": frozenset(),
    "holdings_sources_shown": frozenset({"shown", "count"}),
    "which_article": frozenset(),
    "only_author": frozenset({"author", "articles"}),
    "unclear": frozenset(),
    "timeline": frozenset({"day", "quote"}),
    "no_timeline": frozenset(),
    "not_found": frozenset(),
    "part_not_found": frozenset({"question"}),
    "thanks": frozenset(),
    "interjection": frozenset(),
    "greeting": frozenset(),
    "instructions": frozenset({"fence"}),
    "answer": frozenset({"passages", "question", "sentences"}),
    "summary": frozenset({"passages", "question", "sentences"}),
    "compare": frozenset({"passages", "question", "sentences"}),
    "standalone": frozenset({"conversation", "message"}),
    "title": frozenset({"question", "answer"}),
    "suggestions": frozenset({"question", "answer", "passages"}),
    "sized": frozenset({"request", "sentences"}),
    "nth_article": frozenset({"nth"}),
    "differ_again": frozenset(),
    "disagree_again": frozenset(),
    "shared": frozenset(),
    "differing": frozenset(),
    "attributed": frozenset({"origin", "quote"}),
    "attributed_later": frozenset({"origin", "quote"}),
    "one_report": frozenset(),
    "no_difference": frozenset({"reports"}),
    "compared": frozenset({"reports"}),
    "passage": frozenset({"fence", "number", "title", "source", "published", "text"}),
    "quotes_instead": frozenset({"reason"}),
    "meanwhile": frozenset({"model"}),
    "never_begun": frozenset({"model"}),
    "cut_short": frozenset(),
}
"""Every prompt with the variables it must use, no more and no fewer."""


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts by name, checked."""

    texts: dict[str, str]

    def say(self, name: str, **values: str) -> str:
        """One text with its variables filled in; a value is never read as a template itself."""
        return self.texts[name].format(**values)


@cache
def load_prompts() -> Prompts:
    """Read and check every prompt. Raises PromptError for a file that is missing, unknown or has wrong variables."""
    folder = files("prompts")
    found = {file.name.removesuffix(".txt"): file for file in folder.iterdir() if file.name.endswith(".txt")}
    if found.keys() != VARIABLES.keys():
        names = ", ".join(sorted(found.keys() ^ VARIABLES.keys()))
        raise PromptError(f"The prompts and their files differ: {names}.", "Restore the folder prompts/.")
    return Prompts({name: _checked(name, file.read_text("utf-8").strip()) for name, file in sorted(found.items())})


def _checked(name: str, text: str) -> str:
    try:
        used = {variable for _, variable, _, _ in string.Formatter().parse(text) if variable is not None}
    except ValueError as error:
        raise PromptError(
            f"prompts/{name}.txt is malformed: {error}.", "Double a brace that is meant as such."
        ) from error
    if used != VARIABLES[name]:
        names = ", ".join(sorted(used ^ VARIABLES[name]))
        raise PromptError(
            f"prompts/{name}.txt has wrong variables: {names}.", "Use each of its variables, and no other."
        )
    return text
