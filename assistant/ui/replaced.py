"""Conversations as they were before a question was asked anew and those after it went, for whoever takes that back."""

from collections.abc import Sequence

from assistant.conversations import Notebook
from assistant.schema import Turn

KEPT = 20  # conversations


class Replaced:
    """The latest turns that were replaced, of each of the latest conversations in which that was done."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._kept: dict[str, tuple[list[Turn], list[Turn]]] = {}

    def keep(self, conversation: str, now: Sequence[Turn], before: Sequence[Turn]) -> None:
        """Keep the turns that there were `before`, as long as the conversation is as it is `now`."""
        self._kept.pop(conversation, None)
        self._kept[conversation] = ([*now], [*before])
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def restore(self, conversation: str) -> bool:
        """Write them down again; False where they are not kept, or the conversation went on since."""
        now, before = self._kept.pop(conversation, ([], []))
        return bool(before) and self._notebook.replace(conversation, now, before)
