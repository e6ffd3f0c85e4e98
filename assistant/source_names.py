"""The names of the library's sources as people write them: "the Guardian" for theguardian.com."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

LONGEST = 5  # words of a name

_NAMED = re.compile(
    r"\baccording to |\b(?:did|does|do|has|have) (?=(?:\S+ ){1,5}(?:report|reported|write|written|publish|published|say"
    r"|said)\b)|\b(?:articles?|reports?|stories|story|coverage|news|published|reported|said|written|posted)"
    r" (?:in|from|by|on) |\barticles? (?:of|(?:are|were|are there|do (?:you|we|i) have|have (?:you|we|i)) from) "
    r"|^(?=(?:\S+ ){1,5}(?:reports?|reported|writes|wrote) that\b)",
    re.IGNORECASE,
)
"""What stands before a name where an article's publisher is meant."""

_HELPING = frozenset("did does do has have".split())
"""What of these stands before a name says nothing of it by itself."""
_SUFFIXES = frozenset("com org net co uk us eu de fr es ca au in ie nz gov edu info news tv io int www".split())
_GENERIC = ("news", "magazine", "newspaper", "online")


def named_source(question: str, sources: Sequence[str]) -> tuple[str, str]:
    """The source that a question asks for and the words that say so, or two empty strings."""
    known = _names(tuple(sources))
    for match in _NAMED.finditer(question):
        parts = list(re.finditer(r"[^\s,;:?!]+", question[match.end() :]))[: LONGEST + 1]
        for count in range(len(parts), 0, -1):
            written = [re.sub(r"['’]s$|\.$", "", part[0]) for part in parts[:count]]
            for form in _forms(written):
                if form in known:
                    start = match.end() if match[0].strip().lower() in _HELPING else match.start()
                    return known[form], question[start : match.end() + parts[count - 1].end()].strip()
    return "", ""


def source_called(name: str, sources: Sequence[str]) -> str:
    """The source that goes by this name and nothing more, or an empty string."""
    known = _names(tuple(sources))
    written = [re.sub(r"['’]s?$|\.$", "", part) for part in name.split()]
    return next((known[form] for form in _forms(written) if form in known), "")


def _forms(written: Sequence[str]) -> Iterator[str]:
    """A written name without its spaces; with initials for all but its last word (nytimes), for all (wsj)."""
    names = [_squashed(word) for word in written]
    if names and names[0] in ("the", "a", "an"):
        names = names[1:]
    names = [name for name in names if name]
    if names:
        yield "".join(names)
    if len(names) > 1:
        if names[-1] in _GENERIC:
            yield "".join(names[:-1])
        initials = "".join(name[0] for name in names[:-1])
        if len(names) > 2:
            yield initials + names[-1]
            yield initials + names[-1][0]


@lru_cache(maxsize=8)
def _names(sources: tuple[str, ...]) -> dict[str, str]:
    """Each name by which a source may be called -> the source; of two sources the one with more articles."""
    names: dict[str, str] = {}
    for source in sources:
        labels = [label for label in source.lower().split(".") if label]
        called = [_squashed(source)]
        if len(labels) > 1 and " " not in source:  # an address: news.sky.com -> sky, skynews
            bare = [_squashed(label) for label in labels if label not in _SUFFIXES]
            called += ["".join(bare), "".join(reversed(bare)), *bare[-1:]]
            called += ["".join(reversed([_squashed(label) for label in labels[:-1] if label not in {"www", "co"}]))]
        for name in called:
            for form in (name, name.removeprefix("the")):
                if len(form) > 1:
                    names.setdefault(form, source)
    return names


def _squashed(word: str) -> str:
    return re.sub(r"[^\w]|_", "", word.lower())
