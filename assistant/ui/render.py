"""Answers, messages and articles -> Markdown and HTML. Pure; every text that is not ours is escaped here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote, urlsplit

from assistant.schema import Answer, Citation, Scope, Statement
from assistant.ui import texts
from index.schema import Article

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![^\S\n]*\n)[^\n]+)*")
NAMED_SOURCES = 4


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the library covers: how many articles, their sources (most articles first), their first and last day."""

    articles: int
    sources: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


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


def render_answer(answer: Answer, message: str, coverage: Coverage | None = None, *, filtered: bool = False) -> str:
    """An answer, finished or so far, as the Chatbot's Markdown. `message` is the question as typed.

    Where the answer was not found, `filtered` tells that filters limited the search, and `coverage` what there is.
    """
    if answer.message:
        return render_message(answer.message)
    parts = [_searched(answer, message), render_scope(answer.scope)]
    filtered = filtered or bool(answer.scope.filters)
    if answer.found:
        parts += [render_statements(answer), render_sources(answer.citations)]
        parts.append(f'<p class="searched">{texts.CHOSEN_BY_RULES}</p>' if answer.chosen_by == "rules" else "")
    else:
        parts += [render_not_found(answer, message, filtered), render_nearest(answer.nearest)]
        parts.append(render_coverage(coverage) if coverage else "")
    return "\n\n".join(part for part in parts if part)


def render_scope(scope: Scope) -> str:
    """What was understood of the question's dates and source, and how to search without; nothing where it says none."""
    if not scope.words or not (scope.filters or scope.leaning):
        return ""
    since, until = (scope.leaning or scope.filters).since, (scope.leaning or scope.filters).until
    since, until = (None if day in (date.min, date.max) else day for day in (since, until))
    kind = ("day" if since == until else "both") if since and until else "since" if since else "until"
    days = texts.PUBLISHED[kind].format(since=render_date(since), until=render_date(until)) if since or until else ""
    source = texts.FROM_SOURCE.format(source=scope.filters.sources[0]) if scope.filters.sources else ""
    parts = [
        f"{label} {said}"
        for label, said in (
            (texts.ONLY, " ".join((source, "" if scope.leaning else days)).strip()),
            (texts.PREFERRED, days if scope.leaning else ""),
        )
        if said
    ]
    words = ", ".join(f"“{escape_html(word)}”" for word in scope.words)
    off = texts.SCOPE_OFF.format(choice=texts.AS_TYPED)
    return f'<p class="searched">{escape_html("; ".join(parts))} ({words}). {off}</p>'


def render_statements(answer: Answer) -> str:
    """The statements as one paragraph, each with its chips, the words that answer in bold."""
    by_number = {citation.number: citation for citation in answer.citations}
    return " ".join(
        # A no-break space keeps a chip on its word's line.
        _statement(statement) + "".join("&nbsp;" + _chip(by_number[number]) for number in statement.citations)
        for statement in answer.statements
    )


def render_sources(citations: Sequence[Citation]) -> str:
    """The numbered list below an answer."""
    if not citations:
        return ""
    articles = len({citation.article_id for citation in citations})
    noun = "record" if all(citation.field for citation in citations) else "passage"
    summary = f"{texts.counted(len(citations), noun)} from {texts.counted(articles, 'article')}"
    return _listed("srcs", summary, citations, is_open=True)


def render_not_found(answer: Answer, message: str, filtered: bool = False) -> str:
    """The sentence that the articles do not say, with the words they do not know as the message writes them."""
    sentence = f"<b>{texts.NOT_FOUND_FILTERED if filtered else texts.NOT_FOUND}</b>"
    if answer.missing:
        words = ", ".join(f"“{escape_html(_as_typed(word, message))}”" for word in answer.missing)
        sentence += f" {texts.MISSING_ONE} {words}."
    return f'<p class="not-found">{sentence}</p>'


def render_nearest(citations: Sequence[Citation]) -> str:
    """The passages that come nearest to a question without an answer."""
    return _listed("srcs nearest", texts.NEAREST, citations, is_open=True) if citations else ""


def render_coverage(coverage: Coverage) -> str:
    """The sentence that says what there is to ask about: `14 articles, published ... to ..., from ... and 2 more`."""
    if not coverage.articles:
        return f'<p class="covers">{texts.NOTHING_YET}</p>'
    parts = [texts.counted(coverage.articles, "article")]
    if coverage.first and coverage.last:
        first, last = render_date(coverage.first), render_date(coverage.last)
        days = (
            texts.COVERED_DAY.format(day=first) if first == last else texts.COVERED_DAYS.format(first=first, last=last)
        )
        parts.append(days)
    if coverage.sources:
        names = [escape_html(name) for name in coverage.sources[:NAMED_SOURCES]]
        more = len(coverage.sources) - len(names)
        if more:
            names.append(texts.counted(more, "more source"))
        listed = texts.AND.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        parts.append(texts.COVERED_SOURCES.format(sources=listed))
    return f'<p class="covers">{texts.COVERS.format(articles=", ".join(parts))}</p>'


def render_article(article: Article, start: int = 0, end: int = 0) -> str:
    """An article for the reader, with `text[start:end]` marked; offsets that are none mark nothing."""
    if not 0 <= start < end <= len(article.text):
        start = end = 0
    meta = _joined(article.author, article.source, render_date(article.published))
    url = safe_url(article.url)
    link = (
        f'<p class="original"><a href="{escape_html(url)}" target="_blank" rel="noopener noreferrer">'
        f"{texts.OPEN_ORIGINAL}</a></p>"
        if url
        else ""
    )
    paragraphs = "".join(
        f"<p>{_marked(article.text, match.start(), match.end(), start, end)}</p>"
        for match in _PARAGRAPH.finditer(article.text)
    )
    head = f'<h2 tabindex="-1">{escape_html(article.title) or texts.NO_TITLE}</h2><p class="meta">{meta}</p>{link}'
    return f'<header class="head">{head}</header><div class="words">{paragraphs}</div>'


def render_gone() -> str:
    """What the reader shows for an article that was removed."""
    return f'<header class="head"><h2 tabindex="-1">{texts.GONE_TITLE}</h2></header><p>{texts.GONE}</p>'


def render_welcome(latest: Iterable[tuple[str, str, str]], *, empty: bool) -> str:
    """The chat's first screen: what this is, and the newest articles as (id, title, source) or the starter offer."""
    head = f'<div class="welcome"><h1>{texts.NAME}</h1>'
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
    return f'{head}<p>{texts.TAGLINE}</p><h2>{texts.LATEST}</h2><ul class="cards">{cards}</ul></div>'


def _joined(*parts: str) -> str:
    return " · ".join(escape_html(part) for part in parts if part)


def _searched(answer: Answer, message: str) -> str:
    if not answer.question or answer.question == " ".join(message.split()):
        return ""
    return f'<p class="searched">{texts.SEARCHED}: {escape_html(answer.question)}</p>'


def _as_typed(word: str, message: str) -> str:
    match = re.search(rf"\b{re.escape(word)}\b", message, re.IGNORECASE)
    return match[0] if match else word


def _statement(statement: Statement) -> str:
    """The statement's text, escaped piece by piece, since the spans count its characters."""
    pieces, done = [], 0
    for start, end in sorted(statement.bold):
        start, end = max(start, done), min(end, len(statement.text))
        if start < end:
            # An element, not asterisks: those need a space or punctuation beside them, `state**'s**` is not bold.
            pieces.append(
                f"{escape_markdown(statement.text[done:start])}<strong>{escape_markdown(statement.text[start:end])}</strong>"
            )
            done = end
    return "".join(pieces) + escape_markdown(statement.text[done:].rstrip())


def _chip(citation: Citation) -> str:
    origin = ", ".join(part for part in (citation.title, citation.source, render_date(citation.published)) if part)
    link = reference(citation.article_id, citation.start, citation.end)
    return f'[{citation.number}]({link} "{escape_markdown(origin)}")'


def _listed(kind: str, summary: str, citations: Iterable[Citation], *, is_open: bool) -> str:
    """One line of HTML: a blank line inside would end it for Markdown."""
    rows = "".join(_row(citation) for citation in citations)
    return f'<details class="{kind}"{" open" * is_open}><summary>{summary}</summary><ol>{rows}</ol></details>'


def _row(citation: Citation) -> str:
    meta = _joined(citation.source, render_date(citation.published))
    title = escape_html(citation.title) or texts.NO_TITLE
    state = {"verbatim": "", "changed": texts.CHANGED, "removed": texts.REMOVED}[citation.state]
    note = f'<span class="state">{state}</span>' if state else ""
    words = (
        f'<span class="record">{texts.RECORD[citation.field]}: {escape_html(_recorded(citation))}</span>'
        if citation.field in texts.RECORD
        else f"<q>{escape_html(citation.quote)}</q>"
    )
    return (
        f'<li><a href="{reference(citation.article_id, citation.start, citation.end)}">'
        f'<b class="number">{citation.number}</b><span class="title">{title}</span>'
        f'<span class="meta">{meta}</span>{note}{words}</a></li>'
    )


def _recorded(citation: Citation) -> str:
    values = {"author": citation.author, "source": citation.source, "published": render_date(citation.published)}
    return values[citation.field]


def _marked(text: str, first: int, last: int, start: int, end: int) -> str:
    """A paragraph `text[first:last]`, the part of it between `start` and `end` marked."""
    inner, outer = max(first, start), min(last, end)
    if inner >= outer:
        return escape(text[first:last])
    before, words, after = text[first:inner], text[inner:outer], text[outer:last]
    return f'{escape(before)}<mark tabindex="-1">{escape(words)}</mark>{escape(after)}'
