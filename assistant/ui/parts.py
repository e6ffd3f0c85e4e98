"""The page's parts: its controls, the fixed pieces of its HTML, its colours, and its styles and scripts."""

import json
from datetime import date
from importlib.resources import files

import gradio as gr

from assistant.ui import texts
from assistant.ui.adding import LIST_OF_FEEDS
from assistant.ui.scope import ANY, MODEL, QUOTES, periods
from index.catalogue import Catalogue
from index.reading import SUFFIXES


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
    styles = "".join(
        folder.joinpath(name).read_text("utf-8")
        for name in ("window.css", "rail.css", "answer.css", "library.css", "settings.css")
    )
    scripts = "".join(
        folder.joinpath(name).read_text("utf-8")
        for name in ("window.js", "history.js", "library.js", "settings.js", "away.js", "access.js")
    )
    known = {name: getattr(texts, name) for name in _SCRIPT_TEXTS} | {
        "KINDS": ",".join(sorted({*SUFFIXES, LIST_OF_FEEDS}))
    }
    words = json.dumps(known).replace("<", "\\u003c")
    return f"<style>{styles}</style><script>window.assistantTexts = {words};\n{scripts}</script>"


def chatbot() -> gr.Chatbot:
    """The conversation."""
    return gr.Chatbot(
        [],
        label=texts.CONVERSATION,
        show_label=False,
        container=False,
        elem_id="chat",
        autoscroll=False,  # the page brings the new question to the top, so that its answer is read from the start
        latex_delimiters=[],  # articles hold dollars
        buttons=["copy"],
        editable="user",
        feedback_options=[texts.LIKE, texts.DISLIKE, *texts.REASONS],
        allow_tags=False,
        layout="bubble",
        height="100%",
        scale=1,
    )


def question_box() -> gr.Textbox:
    """Where a question is typed."""
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


def scope_controls(catalogue: Catalogue) -> tuple[gr.Dropdown, gr.Dropdown]:
    """The filters. Other sources are let in: one may be gone since the page was loaded, and then finds nothing."""
    sources = gr.Dropdown(
        source_choices(catalogue),
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
        periods(catalogue.covered(), date.today()),
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


def writer_control(model: str, written_by: str | None = None) -> gr.Dropdown:
    """Who writes the answer; there is something to choose only where a model is configured."""
    choices = [(texts.WRITTEN_BY.format(model=model), MODEL), (texts.QUOTES_ONLY, QUOTES)]
    return gr.Dropdown(
        choices,
        value=written_by or (MODEL if model else QUOTES),
        label=texts.WRITER_LABEL,
        show_label=False,
        container=False,
        interactive=True,
        filterable=False,
        visible=bool(model),
        elem_id="writer",
        scale=0,
        min_width=150,
    )


def day_box(name: str, label: str) -> gr.Textbox:
    """A box for a day; the page's script makes it the browser's own date field."""
    return gr.Textbox(label=label, placeholder=texts.DAY_FORM, max_lines=1, interactive=True, elem_id=name, scale=0)


def source_choices(catalogue: Catalogue) -> list[str | int | float | tuple[str, str | int | float]]:
    """The sources that there are, as a Dropdown takes them."""
    return list(catalogue.sources())


def _icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{path}"/></svg>'
    )


_SCRIPT_TEXTS = """
    ALL_SOURCES ANY_DATE ASK_TAB AWAY BROKEN_OFF_WITH CITATION_OF COPIED COPY DATES_LABEL DELETE DELETE_SURE DISLIKE
    DROP EDIT EXPORT_MARKDOWN EXPORT_RECEIPT KEEP LIBRARY_TAB LIKE LOST NOT_COPIED READER REASON REMOVE REMOVE_SURE
    RENAME RETRY SEND SETTINGS_TAB SOURCES_LABEL STOP TAKE_BACK THEME THEMES TRYING_MODEL UNDO WILL_DROP_MANY
    WILL_DROP_ONE WRITER_LABEL
""".split()
# Gradio makes a listener of each event that is named in quotes here.
START = """assistantWindow.start(element, server, {
    refresh: () => trigger('refresh'), open: (id) => trigger('open', { id }),
    restore: (id) => trigger('restore', { id }), without: (message, what) => trigger('without', { message, what }),
});"""

BRAND = (
    '<div class="brand"><svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">'
    '<rect width="32" height="32" rx="8" class="tile"/><path class="quotes" d="M9 20v-5c0-3 2-5 5-6v2.4c-1.5.7-2.3'
    " 1.8-2.4 3.1H14V20zM18 20v-5c0-3 2-5 5-6v2.4c-1.5.7-2.3 1.8-2.4 3.1H23V20z"
    f'"/></svg><span>{texts.NAME}</span></div>'
)
CONVERSATIONS = (
    f'<nav aria-label="{texts.CONVERSATIONS}"><input type="search" id="history-search" autocomplete="off"'
    f' placeholder="{texts.SEARCH_HISTORY}" aria-label="{texts.SEARCH_HISTORY}" spellcheck="false">'
    '<div id="conversations"></div></nav>'
)
RAIL_FOOT = (
    '<p class="note" id="rail-summary"></p>'
    f'<button type="button" class="button" id="theme-switch">{texts.THEME}</button>'
    f'<button type="button" class="button" id="help-button" aria-label="{texts.HELP}" title="{texts.HELP}">?</button>'
)
MENU = (
    f'<button type="button" id="menu-button" aria-label="{texts.MENU}" aria-expanded="false" aria-controls="rail">'
    f"{_icon('M3 5h14M3 10h14M3 15h14')}</button>"
)
LIBRARY_TOP = (
    '<div class="top"><div id="library-status" role="status"></div>'
    f'<button type="button" class="button" id="reindex">{texts.REINDEX}</button></div>'
    '<div id="library-plan" aria-live="polite"></div><div id="library-job"></div>'
    '<div id="library-folders"></div><div id="library-failed"></div>'
)
LIBRARY_ADD = (
    f'<form id="add-address"><label><span class="unseen">{texts.ADDRESS}</span><input type="text" inputmode="url"'
    f' placeholder="{texts.ADDRESS}: {texts.ADDRESS_FORM}" autocomplete="off" spellcheck="false" required></label>'
    f'<button class="button">{texts.ADD}</button>'
    f'<button type="button" class="button" id="follow">{texts.FOLLOW}</button>'
    f'<button type="button" class="button" id="paste">{texts.PASTE}</button></form>'
    f'<dialog id="paste-dialog" aria-label="{texts.PASTE}"><form method="dialog">'
    f'<label>{texts.PASTE_TITLE}<input name="title" required maxlength="300"></label>'
    f'<label>{texts.PASTE_TEXT}<textarea name="text" rows="12" required></textarea></label>'
    f'<div class="two"><label>{texts.PASTE_SOURCE}<input name="source" maxlength="100"></label>'
    f'<label>{texts.PASTE_DAY}<input name="published" type="date"></label></div>'
    f'<p class="choices"><button class="button primary" value="add">{texts.ADD}</button>'
    f'<button class="button" value="" formnovalidate>{texts.CLOSE_HELP}</button></p></form></dialog>'
    '<div id="outcomes"></div>'
)
LIBRARY_LIST = (
    f'<details id="pictures"><summary>{texts.PICTURES}</summary><div id="library-pictures"></div></details>'
    f'<input type="search" id="library-search" placeholder="{texts.SEARCH_LIBRARY}" aria-label="{texts.SEARCH_LIBRARY}"'
    ' autocomplete="off" spellcheck="false"><div id="library-table"></div>'
)
SETTINGS = '<div id="settings-page"></div>'
READER_PANEL = (
    f'<section id="reader-panel" aria-label="{texts.READER}"><div class="bar">'
    '<span id="reader-where" role="status"></span>'
    f'<button type="button" id="reader-previous" aria-label="{texts.PREVIOUS}">{_icon("M12 4l-6 6 6 6")}</button>'
    f'<button type="button" id="reader-next" aria-label="{texts.NEXT}">{_icon("M8 4l6 6-6 6")}</button>'
    f'<button type="button" id="reader-close" aria-label="{texts.CLOSE}">{_icon("M5 5l10 10M15 5L5 15")}</button>'
    '</div><div id="reader-body" tabindex="0"></div></section>'
)
OVERLAY = (
    f'<h1 class="unseen">{texts.NAME}</h1>'
    '<div id="notice" role="status" aria-live="polite"></div><div id="away" role="status" aria-live="polite"></div>'
    '<div id="spoken" class="unseen" role="status" aria-live="polite"></div><div id="card" role="tooltip" hidden></div>'
    f'<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">{texts.HELP}</h2><dl>'
    + "".join(f"<dt><kbd>{key}</kbd></dt><dd>{what}</dd>" for key, what in texts.KEYS.items())
    + f'</dl><form method="dialog"><button class="button" autofocus>{texts.CLOSE_HELP}</button></form></dialog>'
)
