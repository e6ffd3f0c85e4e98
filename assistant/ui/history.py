"""What the page asks the server about conversations: the list, names, deleting, export. Each one JSON value."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from assistant.conversations import Notebook
from assistant.receipt import as_markdown, as_page
from assistant.ui import texts
from assistant.ui.library import Reply
from assistant.ui.render import escape_html, render_date
from index.catalogue import ConversationRow

SHOWN = 200
LONGEST_TITLE = 200


class History:
    """The functions that the page's script calls by name for its list of conversations."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def conversation_list(self, request: Any) -> Reply:
        """The list in HTML: `{search, current}`."""
        search = str(request["search"])[:200].strip()
        rows = self._notebook.rows(search, limit=SHOWN)
        if search and not rows:
            return {"html": f'<p class="note">{texts.NO_CONVERSATION_FOUND}</p>'}
        return {"html": render_conversations(rows, str(request["current"]), datetime.now().date())}

    def conversation_rename(self, request: Any) -> Reply:
        """Give a conversation another title: `{id, title}`; an empty one changes nothing."""
        title = " ".join(str(request["title"]).split())[:LONGEST_TITLE]
        there = not title or self._notebook.rename(str(request["id"]), title)
        return {} if there else {"error": texts.CONVERSATION_GONE}

    def conversation_delete(self, conversation: Any) -> Reply:
        """Delete a conversation."""
        return {} if self._notebook.delete(str(conversation)) else {"error": texts.CONVERSATION_GONE}

    def conversation_export(self, request: Any) -> Reply:
        """A conversation as a file: `{id, kind}`, kind "markdown" or "receipt" -> `{name, text, type}`."""
        turns, title = self._notebook.turns(str(request["id"])), self._notebook.title(str(request["id"]))
        if not turns or title is None:
            return {"error": texts.NOTHING_TO_EXPORT}
        name = re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or "conversation"
        if request["kind"] == "receipt":
            return {"name": f"{name}.html", "text": as_page(title, turns), "type": "text/html"}
        return {"name": f"{name}.md", "text": as_markdown(title, turns), "type": "text/markdown"}


def render_conversations(rows: list[ConversationRow], current: str, today: date) -> str:
    """The list, a heading for each day, the one on the page marked."""
    if not rows:
        return f'<p class="note">{texts.NO_CONVERSATION}</p>'
    parts, heading = [], ""
    for row in rows:
        day = _day(row.updated.astimezone().date(), today)
        if day != heading:
            parts.append(f"{'</ul>' if heading else ''}<h3>{day}</h3><ul>")
            heading = day
        title, marked = escape_html(row.title), ' aria-current="page"' if row.id == current else ""
        parts.append(
            f'<li data-id="{escape_html(row.id)}"><button type="button" class="open"{marked} title="{title}">{title}'
            "</button>"
            f'<button type="button" class="more" aria-label="{texts.CONVERSATION_MENU.format(title=title)}"'
            ' aria-haspopup="true" aria-expanded="false">⋯</button></li>'
        )
    return "".join(parts) + "</ul>"


def _day(day: date, today: date) -> str:
    if day >= today:
        return texts.TODAY
    if day == today - timedelta(1):
        return texts.YESTERDAY
    return render_date(day)
