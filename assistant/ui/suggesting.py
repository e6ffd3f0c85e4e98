"""What could be asked next: tried once an answer is there, and shown below it."""

import logging
from collections.abc import Sequence
from dataclasses import replace

import gradio as gr
from anyio import sleep

from assistant.conversations import Notebook
from assistant.schema import Turn
from assistant.suggest import Suggester
from assistant.ui.apart import apart
from assistant.ui.turns import as_of_now, messages
from assistant.ui.work import AtWork
from index.catalogue import Catalogue
from index.schema import AssistantError

UNDISTURBED_SECONDS = 0.6  # after an answer, before what could be asked next is tried

logger = logging.getLogger(__name__)


class Suggesting:
    """Adds to the latest turn of a conversation what could be asked next."""

    def __init__(self, suggester: Suggester, catalogue: Catalogue, notebook: Notebook, at_work: AtWork) -> None:
        self._suggester = suggester
        self._catalogue = catalogue
        self._notebook = notebook
        self._at_work = at_work

    async def suggested(self, turns: Sequence[Turn] | None, conversation: str) -> tuple[object, object]:
        """The chat and the turns, with what could be asked next; as they are where that is nothing.

        It takes as long as some questions do: it comes when the box is free, and gives way to what is done meanwhile.
        """
        turns = turns or []
        await sleep(UNDISTURBED_SECONDS)  # who asks on at once is not to wait for it
        if not await apart(lambda: self._latest(conversation, turns)):
            return gr.skip(), gr.skip()
        suggestions = await apart(lambda: self._suggestions(turns))
        latest = await apart(lambda: self._latest(conversation, turns))
        if not suggestions or latest is None:
            return gr.skip(), gr.skip()
        now = [*turns[:-1], replace(latest, suggestions=suggestions)]
        await apart(lambda: self._notebook.write_again(conversation, len(turns) - 1, now[-1]))
        return messages(*await apart(lambda: as_of_now(now, self._catalogue))), now

    def _suggestions(self, turns: Sequence[Turn]) -> tuple[str, ...]:
        if not turns or not turns[-1].answer.found or turns[-1].suggestions:
            return ()
        try:
            return self._suggester.after(turns[-1].answer, [turn.message for turn in turns])
        except AssistantError as error:
            logger.warning("nothing could be suggested: %s", error)
            return ()

    def _latest(self, conversation: str, turns: Sequence[Turn]) -> Turn | None:
        """The last of these turns as it is written down, where they are all of a conversation and none is at work."""
        try:
            kept = self._notebook.turn(conversation, len(turns) - 1) if turns else None
            behind = self._notebook.turn(conversation, len(turns))
        except AssistantError:
            return None
        is_last = kept is not None and kept.answer == turns[-1].answer and behind is None
        return kept if is_last and not self._at_work.of(conversation) else None
