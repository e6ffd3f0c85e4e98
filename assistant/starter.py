"""The starter articles that come with the program, so that the first question can be asked at once."""

from collections.abc import Iterator
from importlib.resources import files

from assistant.app import Library
from index.schema import Outcome

_NOTE = "starter articles"


def add_starter(library: Library) -> Iterator[Outcome]:
    """Take the starter articles in, yielding what became of each."""
    for file in sorted(files("seeds").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".md"):
            yield library.synchroniser.add_bytes(file.read_bytes(), file.name)
    library.database.set(_NOTE, "added")


def wants_starter(library: Library) -> bool:
    """Whether the library is empty and never held the starter articles: once removed, they stay away."""
    return library.catalogue.count() == 0 and library.database.get(_NOTE) is None
