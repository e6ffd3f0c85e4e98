"""An answer -> Markdown and HTML for the chat. Pure; every text that is not ours is escaped here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.schema import Answer, Citation, Scope, Statement, Turn
from assistant.ui import texts
from assistant.ui.render import (
    ask_link,
    escape_html,
    escape_markdown,
    joined,
    reference,
    render_date,
    render_message,
)
from index.schema import Filters

NAMED_SOURCES = 4


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the library covers: how many articles, their sources (most articles first), their first and last day."""

    articles: int
    sources: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


def render_answer(turn: Turn, coverage: Coverage | None = None) -> str:
    """The answer of a turn, finished or so far, as the Chatbot's Markdown.

    Where it was not found, `coverage` tells what there is.
    """
    answer = turn.answer
    if answer.message:
        return render_message(answer.message)
    parts = [_searched(answer, turn.message), render_limits(turn)]
    if answer.found:
        parts += [_noted(answer), render_statements(answer), render_sources(answer.citations)]
        parts += [render_unused(answer.nearest), render_why(answer)]
        parts.append(f'<p class="searched">{texts.CHOSEN_BY_RULES}</p>' if answer.chosen_by == "rules" else "")
    else:
        filtered = bool(turn.filters or answer.scope.filters)
        parts += [_noted(answer), render_not_found(answer, turn.message, filtered), render_nearest(answer.nearest)]
        parts.append(render_coverage(coverage) if coverage else "")
    parts.append(render_suggestions(turn.suggestions))
    return "\n\n".join(part for part in parts if part)


def render_limits(turn: Turn) -> str:
    """What limited or led the search, each as a link that asks again without it."""
    limits = []
    if turn.filters:
        limits.append(("filters", f"{texts.ONLY} {_described(turn.filters)}"))
    scope = turn.answer.scope
    if scope.words and (said := _said(scope)):
        words = ", ".join(f"“{word}”" for word in scope.words)
        limits.append(("scope", f"{said} ({words})"))
    links = "".join(
        f'<a href="#without/{kind}" title="{texts.WITHOUT}">{escape_html(words)}<span class="cross">×</span></a>'
        for kind, words in limits
    )
    return f'<p class="limits">{links}</p>' if links else ""


def _said(scope: Scope) -> str:
    """What was understood of the question's dates and source."""
    parts = [f"{texts.ONLY} {_described(scope.filters)}"] if scope.filters else []
    if scope.leaning:
        parts.append(f"{texts.PREFERRED} {_described(Filters((), scope.leaning.since, scope.leaning.until))}")
    return "; ".join(parts)


def _described(filters: Filters) -> str:
    """Filters in words: `from BBC or Kyodo News, of 1 May 2024 to 3 May 2024`."""
    since, until = (None if day in (date.min, date.max) else day for day in (filters.since, filters.until))
    kind = ("day" if since == until else "both") if since and until else "since" if since else "until"
    days = texts.PUBLISHED[kind].format(since=render_date(since), until=render_date(until)) if since or until else ""
    source = texts.FROM_SOURCE.format(source=texts.OR.join(filters.sources)) if filters.sources else ""
    return ", ".join(part for part in (source, days) if part)


def render_statements(answer: Answer) -> str:
    """The statements, each with its chips, the words that answer in bold: one paragraph, or one for each of a list.

    Where they stand under headings, each part is a paragraph of its own, and the parts of a list stand side by side.
    """
    by_number = {citation.number: citation for citation in answer.citations}
    if any(statement.part for statement in answer.statements):
        return _parts(answer, by_number)
    return ("\n\n" if answer.listed else " ").join(
        # A no-break space keeps a chip on its word's line.
        _statement(statement)
        + "".join("&nbsp;" + _chip(by_number[number]) for number in statement.citations)
        + _doubt(statement)
        for statement in answer.statements
    )


def _parts(answer: Answer, by_number: Mapping[int, Citation]) -> str:
    """The statements under their headings, as one line of HTML; a statement and its counterpart beside each other."""
    cells = []
    for heading, statements in answer.parts:
        said = [_said_with_chips(statement, by_number) for statement in statements]
        paired = any(statement.beside for statement in statements)
        paragraphs = said if answer.listed else [" ".join(said)]
        body = _paired(statements, said) if paired else "".join(f"<p>{words}</p>" for words in paragraphs)
        head = f'<p class="part">{escape_html(heading)}</p>' if heading else ""
        cells.append(f'<div class="{"wide" if paired or not answer.listed else "side"}">{head}{body}</div>')
    return f'<div class="parts">{"".join(cells)}</div>'


def _paired(statements: Sequence[Statement], said: Sequence[str]) -> str:
    """Each statement with its counterparts beside it."""
    pairs: list[list[str]] = []
    for statement, words in zip(statements, said, strict=True):
        if not statement.beside or not pairs:
            pairs.append([])
        pairs[-1].append(f"<p>{words}</p>")
    return "".join(f'<div class="pair">{"".join(pair)}</div>' for pair in pairs)


def _said_with_chips(statement: Statement, by_number: Mapping[int, Citation]) -> str:
    return _statement(statement) + "".join(f"&nbsp;{_chip_link(by_number[number])}" for number in statement.citations)


def render_sources(citations: Sequence[Citation]) -> str:
    """The numbered list below an answer."""
    if not citations:
        return ""
    articles = len({citation.article_id for citation in citations})
    noun = "record" if all(citation.field for citation in citations) else "passage"
    summary = f"{texts.counted(len(citations), noun)} from {texts.counted(articles, 'article')}"
    reports = articles + len({reprint.article_id for citation in citations for reprint in citation.reprints})
    if reports > articles:
        summary += texts.INDEPENDENT.format(reports=texts.counted(reports, "report"), articles=articles)
    return _listed("srcs", summary, citations, is_open=True)


def render_unused(citations: Sequence[Citation]) -> str:
    """The passages that were found and not quoted, folded."""
    return _listed("srcs nearest", texts.UNUSED, citations, is_open=False) if citations else ""


def render_why(answer: Answer) -> str:
    """Who chose or wrote the sentences, how sure that is, and what a model's sentences lack, folded."""
    if answer.by_model:
        items = [texts.WROTE.format(model=answer.written_by)]
        items += [
            texts.DOUBTED.format(sentence=statement.text, reason=statement.reason)
            for statement in answer.statements
            if statement.reason
        ]
    elif answer.chosen_by != "nobody":
        items = [texts.CHOSEN_BY[answer.chosen_by], texts.CONFIDENCE.format(percent=round(100 * answer.confidence))]
    else:
        return ""
    listed = "".join(f"<li>{escape_html(words)}</li>" for words in (*items, texts.EXACT))
    return f'<details class="why"><summary>{texts.WHY}</summary><ul>{listed}</ul></details>'


def _noted(answer: Answer) -> str:
    """How the answer came about, where that needs saying."""
    return f'<p class="searched">{escape_html(answer.note)}</p>' if answer.note else ""


def render_suggestions(questions: Sequence[str]) -> str:
    """Questions to ask next, as links."""
    links = "".join(f'<a href="{ask_link(question)}">{escape_html(question)}</a>' for question in questions)
    return f'<p class="next">{links}</p>' if links else ""


def render_not_found(answer: Answer, message: str, filtered: bool = False) -> str:
    """That the articles do not say, the words they do not know, as the message writes them, and what may be meant."""
    sentence = f"<b>{texts.NOT_FOUND_FILTERED if filtered else texts.NOT_FOUND}</b>"
    if answer.missing:
        words = ", ".join(f"“{escape_html(_as_typed(word, message))}”" for word in answer.missing)
        sentence += f" {texts.MISSING_ONE} {words}."
    meant = f'<p class="searched">{texts.DID_YOU_MEAN}</p>{render_suggestions([answer.meant])}' if answer.meant else ""
    return f'<p class="not-found">{sentence}</p>{meant}'


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


def _searched(answer: Answer, message: str) -> str:
    differs = answer.question not in ("", " ".join(message.split()))
    return f'<p class="searched">{texts.SEARCHED}: {escape_html(answer.question)}</p>' if differs else ""


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


def _doubt(statement: Statement) -> str:
    """The quiet mark of a model's sentence that the cited words carry in part, or not."""
    if statement.support not in texts.SUPPORT:
        return ""
    words, reason = texts.SUPPORT[statement.support], escape_html(statement.reason)
    return f'&nbsp;<span class="support {statement.support}" title="{reason}">{words}</span>'


def _chip_link(citation: Citation) -> str:
    """A chip where no Markdown is read."""
    link = reference(citation.article_id, citation.start, citation.end)
    return f'<a href="{link}" title="{escape_html(_origin(citation))}">{citation.number}</a>'


def _origin(citation: Citation) -> str:
    return ", ".join(filter(None, (citation.title, citation.source, render_date(citation.published), citation.page)))


def _chip(citation: Citation) -> str:
    link = reference(citation.article_id, citation.start, citation.end)
    return f'[{citation.number}]({link} "{escape_markdown(_origin(citation))}")'


def _listed(kind: str, summary: str, citations: Sequence[Citation], *, is_open: bool) -> str:
    """One line of HTML: a blank line inside would end it for Markdown."""
    rows = "".join(_row(citation) for citation in citations)
    reprints = {reprint.article_id: reprint for citation in citations for reprint in citation.reprints}
    printed = "".join(
        f'<li><a href="{reference(id_)}"><b class="number">=</b><span class="title">{escape_html(each.title)}</span>'
        f'<span class="meta">{joined(each.source, render_date(each.published))}</span>'
        f'<span class="found">{texts.REPRINT}</span></a></li>'
        for id_, each in reprints.items()
    )
    head = f'<details class="{kind}"{" open" * is_open}><summary>{summary}</summary>'
    return f"{head}<ol>{rows}{printed}</ol></details>"


def _row(citation: Citation) -> str:
    meta = joined(citation.source, render_date(citation.published), citation.page)
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
        f'<span class="meta">{meta}</span>{note}{words}{_found(citation)}</a></li>'
    )


def _recorded(citation: Citation) -> str:
    values = {"author": citation.author, "source": citation.source, "published": render_date(citation.published)}
    return values[citation.field]


def _found(citation: Citation) -> str:
    """How the passage was found."""
    by = ("words" if citation.keyword_rank else "") + ("meaning" if citation.vector_rank else "")
    return f'<span class="found">{texts.FOUND_BY[by]}</span>' if by else ""
