"""The page: its layout and what each control sets off."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import gradio as gr

from assistant.app import Assistant
from assistant.schema import Turn
from assistant.ui import ask, texts
from assistant.ui.jobs import Jobs
from assistant.ui.library import add_files, server_functions
from assistant.ui.render import render_welcome
from assistant.ui.scope import ANY, periods
from index.reading import SUFFIXES

ASKING_AT_ONCE = 8  # Gradio's default of 1 lets the 20th person wait 30 s for a first word
LATEST = 3  # newest articles on the first screen
KEPT_SECONDS = 3600  # an upload that was never taken in


def build_window(assistant: Assistant, jobs: Jobs) -> gr.Blocks:
    """The window over an assistant."""
    catalogue = assistant.library.catalogue

    def fresh(sources: list[str], period: str, turns: list[Turn]) -> tuple[gr.Chatbot, gr.Dropdown, gr.Dropdown]:
        """What the page shows of the library outside of the Library tab; a filter that is gone is let go.

        The conversation is drawn anew only where a citation's state is another one now.
        """
        empty = catalogue.count() == 0
        there, dates = set(_sources(assistant)), periods(catalogue.covered(), date.today())
        latest = [(row.id, row.title, row.source) for row in catalogue.rows(limit=LATEST)]
        now, coverage = ask.as_of_now(turns, catalogue)
        # A turn at work says that it was stopped, in case it will be: drawn now, it would say so to the person waiting.
        still = now == turns or turns[-1].answer.message == texts.STOPPED
        redrawn: dict[str, Any] = {} if still else {"value": ask.messages(now, coverage)}
        return (
            gr.Chatbot(placeholder=render_welcome(latest, empty=empty), **redrawn),
            gr.Dropdown(choices=_sources(assistant), value=[source for source in sources if source in there]),
            gr.Dropdown(choices=dates, value=period if period in {value for _, value in dates} else ANY),
        )

    async def on_message(message: str, turns: list[Turn], sources: list[str], period: str) -> AsyncIterator[ask.Step]:
        async for step in ask.ask(assistant.chat, catalogue, turns, message, sources, period):
            yield step

    def on_stop(turns: list[Turn]) -> ask.Step:
        return ask.after_stop(turns, catalogue)

    async def on_retry(
        turns: list[Turn], sources: list[str], period: str, event: gr.RetryData
    ) -> AsyncIterator[ask.Step]:
        index = event.index[0] if isinstance(event.index, tuple) else event.index
        place = min(index // 2, len(turns) - 1)  # a turn is two messages
        if place >= 0:
            before, message = turns[:place], turns[place].message
            async for step in ask.ask(assistant.chat, catalogue, before, message, sources, period):
                yield step

    def on_upload(paths: list[str]) -> Iterator[tuple[object, str]]:
        for html in add_files(assistant, paths):
            yield gr.skip(), html
        yield None, html

    window = gr.Blocks(
        title=texts.NAME,
        fill_height=True,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(KEPT_SECONDS, KEPT_SECONDS),
    )
    with window:
        turns = gr.State([])
        with gr.Row(elem_id="shell"):
            with gr.Column(elem_id="rail", scale=0, min_width=0):
                gr.HTML(_BRAND, elem_id="brand", apply_default_css=False)
                new = gr.Button(texts.NEW_CHAT, elem_id="new-chat")
                gr.HTML(_RAIL_FOOT, elem_id="rail-foot", apply_default_css=False)
            with gr.Column(elem_id="main", min_width=0):
                gr.HTML(_MENU, elem_id="menu", apply_default_css=False)
                with gr.Tabs(elem_id="tabs"):
                    with gr.Tab(texts.ASK_TAB, id="ask", elem_id="ask-tab"):
                        chat = _chatbot()
                        with gr.Column(elem_id="composer"):
                            box = _question_box()
                            with gr.Row(elem_id="filters"):
                                sources, period = _scope(assistant)
                    with gr.Tab(texts.LIBRARY_TAB, id="library", elem_id="library-tab"):
                        gr.HTML(_LIBRARY_TOP, elem_id="library-top", apply_default_css=False)
                        upload = gr.File(
                            label=texts.UPLOAD_LABEL,
                            show_label=False,
                            file_count="multiple",
                            height=132,
                            elem_id="upload",
                        )
                        outcomes = gr.HTML("", elem_id="outcomes", apply_default_css=False)
                        gr.HTML(_LIBRARY_LIST, elem_id="library-list", apply_default_css=False)
            reader = gr.HTML(
                _READER,
                elem_id="reader",
                apply_default_css=False,
                js_on_load="assistantWindow.start(element, server, () => trigger('refresh'));",
                server_functions=server_functions(assistant, jobs),
            )

        shown = [chat, box, turns]
        limits: dict[str, Any] = {
            "concurrency_limit": ASKING_AT_ONCE,
            "concurrency_id": "ask",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        quick: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
        asking = box.submit(on_message, [box, turns, sources, period], shown, **limits)
        again = chat.retry(on_retry, [turns, sources, period], shown, **limits)
        # Two events: in one the handler would race the cancelling and lose.
        box.stop(None, cancels=[asking, again]).then(on_stop, [turns], shown, **quick)
        new.click(None, cancels=[asking, again]).then(ask.new_chat, None, shown, **quick)
        uploading = upload.upload(
            on_upload,
            [upload],
            [upload, outcomes],
            concurrency_limit=1,
            show_progress="hidden",
            api_visibility="private",
        )
        uploading.then(None, js="() => assistantWindow.refresh()")
        reader.refresh(fresh, [sources, period, turns], [chat, sources, period], **quick)
        window.load(fresh, [sources, period, turns], [chat, sources, period], **quick)
    return window


def theme() -> gr.themes.Base:
    """Colours and type of Gradio's own parts; the rest is in the style sheets."""
    # Of the fonts that come with Gradio only some hold all Latin letters, and none in SemiBold.
    plex = gr.themes.LocalFont("IBM Plex Sans", weights=(400, 700))
    mono = gr.themes.LocalFont("IBM Plex Mono", weights=(400, 700))
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        font=[plex, "system-ui", "sans-serif"],
        font_mono=[mono, "ui-monospace", "monospace"],
    )


def head() -> str:
    """The style sheets and scripts, for the page's head.

    Not through Gradio's `css=`: it adds a copy of every rule with a higher specificity, which defeats state classes.
    """
    folder = files("assistant.ui")
    styles = "".join(folder.joinpath(name).read_text("utf-8") for name in ("window.css", "answer.css", "library.css"))
    scripts = "".join(folder.joinpath(name).read_text("utf-8") for name in ("window.js", "library.js", "access.js"))
    known = {name: getattr(texts, name) for name in _SCRIPT_TEXTS} | {"KINDS": ",".join(sorted(SUFFIXES))}
    words = json.dumps(known).replace("<", "\\u003c")
    return f"<style>{styles}</style><script>window.assistantTexts = {words};\n{scripts}</script>"


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        [],
        label=texts.CONVERSATION,
        show_label=False,
        container=False,
        elem_id="chat",
        autoscroll=False,  # the page brings the new question to the top, so that its answer is read from the start
        latex_delimiters=[],  # articles hold dollars
        buttons=[],
        allow_tags=False,
        layout="bubble",
        height="100%",
        scale=1,
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        placeholder=texts.PLACEHOLDER,
        label=texts.QUESTION,
        show_label=False,
        container=False,
        autofocus=True,
        lines=1,
        max_lines=8,
        submit_btn=True,
        elem_id="box",
        interactive=True,
    )


def _scope(assistant: Assistant) -> tuple[gr.Dropdown, gr.Dropdown]:
    """The filters. Other sources are let in: one may be gone since the page was loaded, and then finds nothing."""
    sources = gr.Dropdown(
        _sources(assistant),
        value=[],
        multiselect=True,
        label=texts.SOURCES_LABEL,
        show_label=False,
        container=False,
        interactive=True,
        allow_custom_value=True,
        elem_id="sources",
        scale=0,
        min_width=200,
    )
    period = gr.Dropdown(
        periods(assistant.library.catalogue.covered(), date.today()),
        value=ANY,
        label=texts.DATES_LABEL,
        show_label=False,
        container=False,
        interactive=True,
        filterable=False,
        elem_id="period",
        scale=0,
        min_width=150,
    )
    return sources, period


def _sources(assistant: Assistant) -> list[str | int | float | tuple[str, str | int | float]]:
    return list(assistant.library.catalogue.sources())


def _icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{path}"/></svg>'
    )


_SCRIPT_TEXTS = """
    ALL_SOURCES ASK_TAB CITATION_OF DATES_LABEL DROP KEEP LIBRARY_TAB LOST READER REMOVE REMOVE_SURE RETRY SEND
    SOURCES_LABEL STOP THEME THEMES
""".split()

_BRAND = (
    '<div class="brand"><svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">'
    '<rect width="32" height="32" rx="8" class="tile"/><path class="quotes" d="M9 20v-5c0-3 2-5 5-6v2.4c-1.5.7-2.3'
    " 1.8-2.4 3.1H14V20zM18 20v-5c0-3 2-5 5-6v2.4c-1.5.7-2.3 1.8-2.4 3.1H23V20z"
    f'"/></svg><span>{texts.NAME}</span></div>'
)
_RAIL_FOOT = (
    '<p class="note" id="rail-summary"></p>'
    f'<button type="button" class="button" id="theme-switch">{texts.THEME}</button>'
)
_MENU = (
    f'<button type="button" id="menu-button" aria-label="{texts.MENU}" aria-expanded="false" aria-controls="rail">'
    f"{_icon('M3 5h14M3 10h14M3 15h14')}</button>"
)
_LIBRARY_TOP = (
    '<div class="top"><div id="library-status" role="status"></div>'
    f'<button type="button" class="button" id="reindex">{texts.REINDEX}</button></div>'
    '<div id="library-plan" aria-live="polite"></div><div id="library-job"></div>'
    '<div id="library-folders"></div><div id="library-failed"></div>'
)
_LIBRARY_LIST = (
    f'<input type="search" id="library-search" placeholder="{texts.SEARCH_LIBRARY}" aria-label="{texts.SEARCH_LIBRARY}"'
    ' autocomplete="off" spellcheck="false"><div id="library-table"></div>'
)
_READER = (
    f'<section id="reader-panel" aria-label="{texts.READER}"><div class="bar">'
    '<span id="reader-where" role="status"></span>'
    f'<button type="button" id="reader-previous" aria-label="{texts.PREVIOUS}">{_icon("M12 4l-6 6 6 6")}</button>'
    f'<button type="button" id="reader-next" aria-label="{texts.NEXT}">{_icon("M8 4l6 6-6 6")}</button>'
    f'<button type="button" id="reader-close" aria-label="{texts.CLOSE}">{_icon("M5 5l10 10M15 5L5 15")}</button>'
    '</div><div id="reader-body" tabindex="0"></div></section><div id="notice" role="status" aria-live="polite"></div>'
)
