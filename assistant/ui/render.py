"""Messages, articles and the first screen -> Markdown and HTML. Pure; every text that is not ours is escaped here."""

import re
import secrets
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date
from html import escape
from urllib.parse import quote, urlsplit

from assistant.schema import paged
from assistant.ui import texts
from index.schema import Article

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
FRAGMENT_WORDS = 5
"""Of the beginning and of the end of a quote: enough to be found once, few enough for a line that was edited."""
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")


def escape_markdown(text: str) -> str:
    """Text on one line that Markdown shows as it stands: punctuation as character references, which never are syntax.

    https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references; unlike backslashes they also hold for
    bare addresses, formulas and HTML.
    """
    plain = _SPACES.sub(" ", _CONTROL.sub("", text))
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", plain)


def escape_html(text: str) -> str:
    """Text for HTML content or a quoted attribute; on one line, since a blank line would end HTML inside Markdown."""
    return escape(_SPACES.sub(" ", _CONTROL.sub("", text)).strip(), quote=True)


def safe_url(url: str) -> str:
    """The address if it is a web page's, else nothing: `javascript:` and its like lead nowhere."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    printable = all(" " < character != "\x7f" for character in url)
    return url if printable and parts.scheme in ("http", "https") and parts.netloc else ""


def render_date(day: date | None) -> str:
    """A day as `18 June 2023`, or nothing."""
    return f"{day.day} {day:%B %Y}" if day else ""


def reference(article_id: str, start: int | None = None, end: int | None = None) -> str:
    """The link that opens the reader: `#cite/<article>/<start>-<end>`, or `#cite/<article>` for its beginning."""
    span = "" if start is None or end is None else f"/{start}-{end}"
    return f"#cite/{quote(article_id, safe='')}{span}"


def render_message(message: str) -> str:
    """What a person typed, or a sentence of ours, as Markdown that shows it as it stands."""
    return "<br>".join(escape_markdown(line.strip()) for line in message.strip().splitlines())


def render_searching() -> str:
    """The place of an answer that has not begun."""
    return f'<p class="searching">{texts.SEARCHING}</p>'


def render_again() -> str:
    """What asks the last question again, where there is no answer."""
    return f'\n\n<p class="next"><a href="#again">{texts.RETRY}</a></p>'


def render_article(article: Article, start: int = 0, end: int = 0) -> str:
    """An article for the reader, with `text[start:end]` marked; offsets that are none mark nothing.

    Where it has several pages, the beginning of each is marked too.
    """
    if not 0 <= start < end <= len(article.text):
        start = end = 0
    meta = joined(article.author, article.source, render_date(article.published))
    url = safe_url(article.url)
    if url and end:
        url = _at_page(url, article, start) or _at_words(url, article.text[start:end])
    link = (
        f'<p class="original"><a href="{escape_html(url)}" target="_blank" rel="noopener noreferrer">'
        f"{texts.OPEN_ORIGINAL}</a></p>"
        if url
        else ""
    )
    paragraphs = "".join(
        f"<p>{_marked(article, match.start(), match.end(), start, end)}</p>"
        for match in _PARAGRAPH.finditer(article.text)
    )
    head = f'<h2 tabindex="-1">{escape_html(article.title) or texts.NO_TITLE}</h2><p class="meta">{meta}</p>{link}'
    return f'<header class="head">{head}</header><div class="words">{paragraphs}</div>'


def render_gone() -> str:
    """What the reader shows for an article that was removed."""
    return f'<header class="head"><h2 tabindex="-1">{texts.GONE_TITLE}</h2></header><p>{texts.GONE}</p>'


def render_welcome(latest: Iterable[tuple[str, str, str]], *, empty: bool) -> str:
    """The chat's first screen: what this is, and the newest articles as (id, title, source) or the starter offer."""
    head = f'<div class="welcome"><h2>{texts.NAME}</h2>'
    if empty:
        return (
            f'{head}<p>{texts.EMPTY_LIBRARY}</p><p class="offers">'
            f'<a class="primary" href="#starter">{texts.ADD_STARTER}</a>'
            f' <a href="#library">{texts.ADD_OWN}</a></p></div>'
        )
    cards = "".join(
        f'<li><a href="{reference(id_)}"><b>{escape_html(title) or texts.NO_TITLE}</b>'
        f"<span>{escape_html(source)}</span></a></li>"
        for id_, title, source in latest
    )
    return (
        f'{head}<p>{texts.TAGLINE}</p><p class="next examples"></p>'
        f'<h3>{texts.LATEST}</h3><ul class="cards">{cards}</ul></div>'
    )


def render_place(conversation: str, note: str = "", text: str = "", *, undo: bool = False) -> str:
    """What names the conversation on the page to its script; `note` is to be told, and `text` to be given back.

    With `undo` what the note tells of can be taken back.
    """
    said = f' data-note="{escape_html(note)}" data-text="{escape_html(text)}" id="{secrets.token_hex(4)}"'
    said = f"{said}{' data-undo' * undo}" if note else ""
    return f'<span data-conversation="{escape_html(conversation)}"{said}></span>'


def ask_link(question: str) -> str:
    """The link that asks a question."""
    return f"#ask/{quote(question, safe='')}"


def _at_page(url: str, article: Article, place: int) -> str:
    """The address with the page of a document that was taken in from there; nothing where it is another's, or none."""
    page = article.page_at(place)
    # https://www.rfc-editor.org/rfc/rfc8118#section-3: it counts pages, and does not ask for their labels
    return f"{url}#page={page.number}" if page and not article.path and "#" not in url else ""


def _at_words(url: str, words: str) -> str:
    """The address with a fragment that has the browser go to the words: https://wicg.github.io/scroll-to-text-fragment/"""
    first, *_, last = paragraphs = [line.split() for line in words.splitlines() if line.strip()] * 2
    if "#" in url or not paragraphs:
        return url
    ends = (" ".join(first[:FRAGMENT_WORDS]), " ".join(last[-FRAGMENT_WORDS:]))
    parts = [quote(end, safe="").replace("-", "%2D") for end in dict.fromkeys(ends)]
    return f"{url}#:~:text={','.join(parts)}"


def joined(*parts: str) -> str:
    """The parts there are, escaped, with a dot between them."""
    return " · ".join(escape_html(part) for part in parts if part)


def _marked(article: Article, first: int, last: int, start: int, end: int) -> str:
    """A paragraph `text[first:last]` with its pages, the part of it between `start` and `end` marked."""
    inner, outer = max(first, start), min(last, end)
    if inner >= outer:
        return _with_pages(article, first, last)
    before, words, after = (_with_pages(article, *span) for span in ((first, inner), (inner, outer), (outer, last)))
    return f'{before}<mark tabindex="-1">{words}</mark>{after}'


def _with_pages(article: Article, first: int, last: int) -> str:
    """`text[first:last]`, and where one of several pages begins in it an element that its style names the page in.

    An element without text, so that what is copied, and the words of a quote, are the article's.
    """
    parts, done = [], first
    begun, ended = (bisect_left(article.pages, place, key=lambda page: page.start) for place in (first, last))
    for page in article.pages[begun:ended] if len(article.pages) > 1 else ():
        mark = f'<span class="page" data-page="{escape_html(paged([page.label]))}"></span>'
        parts += [escape(article.text[done : page.start]), mark]
        done = page.start
    return "".join((*parts, escape(article.text[done:last])))
