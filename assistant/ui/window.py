"""The page: its layout and what each control sets off."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.schema import Answer, Turn
from assistant.suggest import Suggester
from assistant.ui import parts, texts
from assistant.ui.adding import Adding, add_files
from assistant.ui.ask import REMEMBERED, Desk
from assistant.ui.history import History
from assistant.ui.jobs import Jobs
from assistant.ui.library import Reply, server_functions
from assistant.ui.render import render_place, render_welcome
from assistant.ui.render_answer import render_suggestions
from assistant.ui.scope import ANY, EXACT, asked_with, periods
from assistant.ui.settings_page import SettingsPage
from assistant.ui.steps import Step, new_chat
from assistant.ui.suggesting import Suggesting
from assistant.ui.turns import as_of_now, messages, turn_at
from assistant.ui.work import AtWork
from index.schema import Filters

ASKING_AT_ONCE = 8  # Gradio's default of 1 lets the 20th person wait 30 s for a first word
LATEST = 3  # newest articles on the first screen
EXAMPLES_FROM = 6  # newest articles that the questions on the first screen are about
KEPT_SECONDS = 3600  # an upload that was never taken in


def build_window(assistant: Assistant, jobs: Jobs, uploads: Jobs, *, own_machine: bool) -> gr.Blocks:
    """The window over an assistant; `own_machine` says that no other machine reaches it."""
    catalogue = assistant.library.catalogue
    answering = assistant.chat
    at_work = AtWork()
    desk = Desk(answering, catalogue, assistant.notebook, at_work)

    def tried(question: str) -> Answer:
        at_work.let_pass()
        return answering.ask([], question, quotes_only=True).answer

    suggester = Suggester(catalogue, tried, answering.proposed)
    suggesting = Suggesting(suggester, catalogue, assistant.notebook, at_work)
    history, adding = History(assistant.notebook), Adding(assistant, jobs)
    settings_page = SettingsPage(assistant.preferences, own_machine=own_machine)

    def fresh(
        sources: list[str], period: str, written_by: str, model: str, turns: list[Turn] | None, conversation: str
    ) -> tuple[gr.Chatbot, gr.Dropdown, gr.Dropdown, gr.Dropdown, str]:
        """What the page shows of library and settings outside of their tabs; a filter that is gone is let go.

        The conversation is drawn anew only where a citation's state is another one now.
        """
        empty, turns = catalogue.count() == 0, turns or []
        there, dates = set(parts.source_choices(catalogue)), periods(catalogue.covered(), date.today())
        latest = [(row.id, row.title, row.source) for row in catalogue.rows(limit=LATEST)]
        now, coverage = as_of_now(turns, catalogue)
        # A turn at work says that it was stopped, in case it will be: drawn now, it would say so to the person waiting.
        still = now == turns or turns[-1].answer.message == texts.STOPPED
        model_now = assistant.chat.model
        redrawn: dict[str, Any] = {} if still else {"value": messages(now, coverage, at_work=at_work.of(conversation))}
        return (
            gr.Chatbot(placeholder=render_welcome(latest, empty=empty), **redrawn),
            gr.Dropdown(
                choices=parts.source_choices(catalogue), value=[source for source in sources if source in there]
            ),
            gr.Dropdown(choices=dates, value=period if period in {value for _, value in dates} else ANY),
            parts.writer_control(model_now, written_by if model_now == model else None),
            model_now,
        )

    def examples(_: Any) -> Reply:
        """Questions to begin with, about the newest articles."""
        newest = tuple(row.id for row in catalogue.rows(limit=EXAMPLES_FROM))
        return {"html": render_suggestions(suggester.first(newest))}

    def look_ahead(typed: Any) -> Reply:
        """Read for a message `{conversation, message}` that may be sent."""
        turns = assistant.notebook.turns(str(typed["conversation"]))[-REMEMBERED:]
        answering.ask(turns, str(typed["message"]), today=date.today(), quotes_only=True)
        return {}

    ahead = [look_ahead] if own_machine else []  # many people's drafts would hold up their questions

    async def on_message(
        message: str, shown: str, turns: list[Turn] | None, conversation: str, *controls: Any
    ) -> AsyncIterator[Step]:
        asked = asked_with(message, *controls)
        async for step in desk.ask(conversation or shown, turns or [], asked):  # it may be on its way to be opened
            yield step

    def on_stop(turns: list[Turn] | None, conversation: str) -> Step:
        return desk.stopped(desk.kept(turns, conversation), conversation)

    async def on_retry(
        event: gr.RetryData, turns: list[Turn] | None, conversation: str, *controls: Any
    ) -> AsyncIterator[Step]:
        turns = desk.kept(turns, conversation)
        if (place := turn_at(turns, event.index)) >= 0:
            asked = asked_with(turns[place].message, *controls)
            async for step in desk.ask(conversation, turns, asked, place=place):
                yield step

    async def on_edit(turns: list[Turn] | None, conversation: str, event: gr.EditData) -> AsyncIterator[Step]:
        turns = desk.kept(turns, conversation)
        if (place := turn_at(turns, event.index)) >= 0:
            asked = replace(turns[place], message=str(event.value), answer=Answer(""), feedback="", suggestions=())
            async for step in desk.ask(conversation, turns, asked, place=place):
                yield step

    async def on_without(turns: list[Turn] | None, conversation: str, event: gr.EventData) -> AsyncIterator[Step]:
        """Ask the question of a message again without what limited its search: `{message, what}`."""
        turns = desk.kept(turns, conversation)
        if (place := turn_at(turns, int(event.message))) >= 0:
            asked = replace(turns[place], answer=Answer(""), feedback="", suggestions=())
            asked = replace(asked, as_said=False) if event.what == "scope" else replace(asked, filters=Filters())
            async for step in desk.ask(conversation, turns, asked, place=place):
                yield step

    def on_undo(turns: list[Turn] | None, conversation: str, event: gr.UndoData) -> Step:
        turns = desk.kept(turns, conversation)
        return desk.taken_back(turns, conversation, turn_at(turns, event.index))

    def on_like(turns: list[Turn] | None, conversation: str, event: gr.LikeData) -> list[Turn]:
        liked = texts.LIKE if event.liked else texts.DISLIKE
        turns = desk.kept(turns, conversation)
        feedback = event.liked if isinstance(event.liked, str) else liked
        return desk.rated(turns, conversation, turn_at(turns, event.index), feedback)

    async def on_open(event: gr.EventData) -> AsyncIterator[Step]:
        async for step in desk.opened(str(event.id)):
            yield step

    async def on_restore(event: gr.EventData) -> AsyncIterator[Step]:
        async for step in desk.restored(str(event.id)):
            yield step

    def on_upload(paths: list[str]) -> None:
        uploads.start(texts.JOB_UPLOAD, lambda: add_files(assistant.library, paths), len(paths), waits=True)

    window = gr.Blocks(
        title=texts.NAME,
        fill_height=True,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(KEPT_SECONDS, KEPT_SECONDS),
    )
    with window:
        turns, model = gr.State(None), gr.State(assistant.chat.model)  # of turns nothing is known where none were asked
        # Not kept here but by the page, which may go on with a program that was started anew.
        conversation = gr.Textbox(visible=False)
        asked, shown_there = gr.Textbox(visible=False), gr.Textbox(visible=False)
        with gr.Row(elem_id="shell"):
            with gr.Column(elem_id="rail", scale=0, min_width=0):
                gr.HTML(parts.BRAND, elem_id="brand", apply_default_css=False)
                new = gr.Button(texts.NEW_CHAT, elem_id="new-chat")
                gr.HTML(parts.CONVERSATIONS, elem_id="history", apply_default_css=False)
                place = gr.HTML(render_place(""), elem_id="place", apply_default_css=False)
                gr.HTML(parts.RAIL_FOOT, elem_id="rail-foot", apply_default_css=False)
            with gr.Column(elem_id="main", min_width=0):
                gr.HTML(parts.MENU, elem_id="menu", apply_default_css=False)
                with gr.Tabs(elem_id="tabs"):
                    with gr.Tab(texts.ASK_TAB, id="ask", elem_id="ask-tab"):
                        chat = parts.chatbot()
                        with gr.Column(elem_id="composer"):
                            box = parts.question_box()
                            with gr.Row(elem_id="filters"):
                                sources, period = parts.scope_controls(catalogue)
                                writer = parts.writer_control(assistant.chat.model)
                            with gr.Row(elem_id="days", visible=False) as days:
                                since, until = parts.day_box("since", texts.SINCE), parts.day_box("until", texts.UNTIL)
                    with gr.Tab(texts.LIBRARY_TAB, id="library", elem_id="library-tab"):
                        gr.HTML(parts.LIBRARY_TOP, elem_id="library-top", apply_default_css=False)
                        upload = gr.File(
                            label=texts.UPLOAD_LABEL,
                            show_label=False,
                            file_count="multiple",
                            height=132,
                            elem_id="upload",
                        )
                        gr.HTML(parts.LIBRARY_ADD, elem_id="library-add", apply_default_css=False)
                        gr.HTML(parts.LIBRARY_LIST, elem_id="library-list", apply_default_css=False)
                    with gr.Tab(texts.SETTINGS_TAB, id="settings", elem_id="settings-tab"):
                        gr.HTML(parts.SETTINGS, apply_default_css=False)
            gr.HTML(parts.OVERLAY, elem_id="overlay", apply_default_css=False)
            reader = gr.HTML(
                parts.READER_PANEL,
                elem_id="reader",
                apply_default_css=False,
                js_on_load=parts.START,
                server_functions=server_functions(
                    assistant,
                    jobs,
                    uploads,
                    [*_methods(adding), *_methods(history), *_methods(settings_page), examples, *ahead],
                ),
            )

        shown = [chat, box, turns, conversation, place]
        talk, limits = [turns, conversation], [sources, period, since, until, writer]
        slow: dict[str, Any] = {
            "concurrency_limit": ASKING_AT_ONCE,
            "concurrency_id": "ask",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        # The box is emptied by the browser, at once: emptied from here, it would take along what is typed meanwhile.
        sending = "typed => assistantWindow.sent(typed)"
        sent = box.submit(None, [box], [box, asked, shown_there], js=sending, **quick)
        asking = [
            sent.then(on_message, [asked, shown_there, *talk, *limits], shown, **slow),
            chat.retry(on_retry, [*talk, *limits], shown, **slow),
            chat.edit(on_edit, talk, shown, **slow),
            reader.without(on_without, talk, shown, **slow),
        ]
        beside = {**slow, "concurrency_id": "suggest"}  # it may wait for questions, and they not for it
        suggested = [each.then(suggesting.suggested, talk, [chat, turns], **beside) for each in asking]
        asking[0].then(None, js="() => assistantWindow.taken()", **quick)
        for asks in (sent.then, chat.retry, chat.edit, reader.without):
            asks(None, cancels=suggested, **quick)  # after the question, which it would delay
        opening = reader.open(on_open, None, shown, cancels=[*asking, *suggested], **slow)
        restoring = reader.restore(on_restore, None, shown, cancels=[*asking, *suggested, opening], **slow)
        reader.open(None, cancels=[restoring], **quick)
        # Two events: in one the handler would race the cancelling and lose.
        box.stop(None, cancels=[*asking, opening, restoring]).then(on_stop, talk, shown, **quick)
        new.click(None, cancels=[*asking, *suggested, opening, restoring]).then(new_chat, None, shown, **quick)
        chat.undo(on_undo, talk, shown, cancels=[*asking, *suggested], **quick)
        chat.like(on_like, talk, [turns], **quick)
        period.change(lambda chosen: gr.Row(visible=chosen == EXACT), [period], [days], **quick)
        uploading = upload.upload(
            on_upload,
            [upload],
            [upload],
            show_progress="hidden",
            api_visibility="private",
        )
        uploading.then(None, js="() => assistantWindow.uploaded()")
        around = [sources, period, writer, model]
        reader.refresh(fresh, [*around, *talk], [chat, *around], **quick)
        window.load(fresh, [*around, *talk], [chat, *around], **quick)
    return window


def _methods(functions: object) -> list[Callable[[Any], Reply]]:
    """The public methods, which the page calls by their names."""
    return [getattr(functions, name) for name in dir(functions) if not name.startswith("_")]
