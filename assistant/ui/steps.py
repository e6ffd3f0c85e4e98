"""One step of the page: the new values of what it shows while a question is answered, and when it is."""

from typing import NamedTuple

import gradio as gr

from assistant.schema import Turn
from assistant.ui.render import render_place


class Step(NamedTuple):
    """New values of the page: the chat, the question's box, the turns, the conversation's id and where it is named."""

    chat: object
    box: object
    turns: list[Turn]
    conversation: str
    place: object


def new_chat(note: str = "") -> Step:
    """An empty conversation; `note` is to be told."""
    return Step([], ready(""), [], "", render_place("", note))


def busy() -> gr.Textbox:
    """The box while a question is answered; what is typed meanwhile stays."""
    return gr.Textbox(submit_btn=False, stop_btn=True)


def ready(text: str | None = None) -> gr.Textbox:
    """The box waiting for a question; what was typed meanwhile stays where no text is given."""
    if text is None:
        return gr.Textbox(submit_btn=True, stop_btn=False)
    return gr.Textbox(text, submit_btn=True, stop_btn=False)
