"""An article as it was when it was quoted, and what changed since -> HTML for the reader. Pure."""

from difflib import SequenceMatcher

from assistant.citations import stands_in
from assistant.ui import texts
from assistant.ui.render import escape_html, reference, render_article, render_date
from index.schema import Article, Revision
from index.splitting import sentences

SHOWN = 8
"""Places that changed; more of them are a new article, which is better read than compared."""


def render_revision(revision: Revision, newer: Article, start: int = 0, end: int = 0) -> str:
    """The earlier text with `text[start:end]` marked, under a line that leads to the text as it is now."""
    old = revision.article
    quote = old.text[start:end]
    place = stands_in(quote, newer.text)
    link = reference(newer.id, *place) if place else reference(newer.id)
    stands = texts.STANDS_STILL if place else texts.STANDS_NO_MORE if quote else ""
    day = render_date(revision.replaced.astimezone().date())
    note = f"<span>{texts.EARLIER.format(day=day)} {stands}</span>"
    head = f'<p class="earlier">{note} <a href="{link}">{texts.AS_IT_IS}</a></p>'
    return head + render_article(old, start, end) + _changes(old.text, newer.text)


def _changes(old: str, new: str) -> str:
    """What went and what came, sentence by sentence."""
    before, after = ([text[first:last] for first, last in sentences(text)] for text in (old, new))
    parts = [
        "".join(f"<del>{escape_html(each)}</del>" for each in before[first:last])
        + "".join(f"<ins>{escape_html(each)}</ins>" for each in after[start:end])
        for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    items = "".join(f"<li>{part}</li>" for part in parts[:SHOWN])
    more = f"<li>{texts.MORE_OUTCOMES.format(count=len(parts) - SHOWN)}</li>" if len(parts) > SHOWN else ""
    return f'<section class="changes"><h3>{texts.CHANGES}</h3><ul>{items}{more}</ul></section>' if items else ""
