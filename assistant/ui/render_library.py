"""The library's status, its table and what became of files -> HTML. Pure; every text that is not ours is escaped."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import repeat
from pathlib import PurePath

from assistant.ui import texts
from assistant.ui.jobs import Job
from assistant.ui.render import escape_html, reference, render_date
from index.catalogue import FeedRecord, FileRecord
from index.catalogue.articles import ArticleRow, Order
from index.schema import LibraryStatus, ModelChange, Outcome
from index.synchronise import Plan
from index.watches import FolderState

PAGE = 50  # rows of the table at once
SHOWN_FAILED = 100
SORTS: tuple[tuple[Order, ...], ...] = (
    ("title", "title_back"),
    ("source", "source_back"),
    ("newest", "oldest"),
    ("passages", "fewest"),
    (),
)
"""How the list is sorted when a column's head is pressed, and pressed again."""
DESCENDING: tuple[Order, ...] = ("title_back", "source_back", "newest", "passages")


def render_status(status: LibraryStatus, *, empty_offer: bool, problem: str = "") -> str:
    """One line: articles, passages, and how far the embedding is; an empty library offers the starter articles."""
    if not status.articles and empty_offer:
        return (
            f'<p class="line"><span class="dot"></span>{texts.NOTHING_YET}</p>'
            f'<p><button type="button" class="button primary" data-starter>{texts.ADD_STARTER}</button></p>'
        )
    embedding = status.embedded < status.passages
    counts = f"{texts.counted(status.articles, 'article')}, {texts.counted(status.passages, 'passage')}"
    state = (
        texts.STATE_EMBEDDING.format(embedded=f"{status.embedded:,}", passages=f"{status.passages:,}")
        if embedding
        else texts.STATE_READY
    )
    kind = "trouble" if problem else "work" if embedding or status.change else "good"
    line = f'<p class="line"><span class="dot {kind}"></span><span>{counts} · {state}</span></p>'
    if embedding:
        line += _bar(texts.EMBEDDING_LABEL, status.embedded, status.passages)
    if embedding or status.change:
        line += f'<p class="note">{_embedding_note(status.change)}</p>'
    if problem:
        line += f'<p class="note trouble">{escape_html(problem)}</p>'
    return line


def _embedding_note(change: ModelChange | None) -> str:
    if change is None:
        return texts.EMBEDDING_NOTE
    note = texts.CHANGE_NOTE if change.answers else texts.CHANGE_NOTE_WORDS
    return escape_html(note.format(answering=change.answering, wanted=change.wanted))


def render_job(job: Job | None) -> str:
    """The job at work or the last one: its progress, then what came of it."""
    if job is None:
        return ""
    if not job.finished:
        return f'<div class="job">{_progress(job)}</div>'
    trouble, end = _end(job)
    failures = "".join(_outcome(outcome) for outcome in job.failures)
    listed = f'<ul class="outcomes">{failures}</ul>' if failures else ""
    return f'<div class="job done"><p><b>{escape_html(job.name)}</b> <span>{end}</span></p>{trouble}{listed}</div>'


def render_upload(job: Job) -> str:
    """The files that were dropped, as far as they are taken in: one line each, failures first."""
    shown = (*job.failures, *job.others)
    items = "".join(_outcome(outcome) for outcome in shown)
    if job.done > len(shown):
        items += f"<li>{texts.MORE_OUTCOMES.format(count=f'{job.done - len(shown):,}')}</li>"
    trouble, end = _end(job)
    head = f'<p class="note">{escape_html(job.name)}: {end}</p>{trouble}' if job.finished else _progress(job)
    return f'<div class="uploaded" role="status">{head}<ul class="outcomes">{items}</ul></div>'


def _progress(job: Job) -> str:
    share = f"{job.done:,} of {job.total:,}" if job.total else f"{job.done:,}"
    return (
        f"<p><b>{escape_html(job.name)}</b> <span>{share}</span></p>"
        f'{_bar(job.name, job.done, job.total)}<p class="note">{_counts(job)}</p>'
    )


def _end(job: Job) -> tuple[str, str]:
    """Why a finished job broke off, as a paragraph, or else what came of it."""
    if job.problem:
        return f'<p class="note trouble">{escape_html(job.problem)}</p>', ""
    return "", f"{texts.JOB_DONE}: {_counts(job) or texts.JOB_NOTHING}."


def _counts(job: Job) -> str:
    return ", ".join(f"{count:,} {texts.OUTCOMES[kind]}" for kind, count in job.counts)


def render_folders(folders: Sequence[str], states: Mapping[str, FolderState]) -> str:
    """The folders that re-indexing goes through, each with its state where it is watched or would be."""
    if not folders:
        return f'<p class="note">{texts.NO_FOLDER}</p>'
    items = "".join(
        f"<li><code>{escape_html(folder)}</code>{_watch(states.get(folder))} "
        f'<button type="button" class="quiet" data-unfollow="{escape(folder, quote=True)}"'
        f' aria-label="{texts.UNFOLLOW}: {escape_html(folder)}">{texts.UNFOLLOW}</button></li>'
        for folder in folders
    )
    return f'<p class="note">{texts.FOLLOWED}:</p><ul class="followed">{items}</ul>'


def _watch(state: FolderState | None) -> str:
    if state is None:
        return ""
    if not state.paused:
        return f' <span class="state good">{texts.WATCHED}</span>'
    reason = texts.WATCH_PAUSED.format(reason=escape_html(state.paused))
    return f' <span class="state trouble">{reason}</span>'


def render_feeds(feeds: Sequence[FeedRecord]) -> str:
    """The followed feeds, each with when it was asked last and what was the matter."""
    items = "".join(
        f"<li>{f'<b>{escape_html(feed.title)}</b> ' if feed.title else ''}<code>{escape_html(feed.url)}</code>"
        f"{_asked(feed)} "
        f'<button type="button" class="quiet" data-unfollow-feed="{escape(feed.url, quote=True)}"'
        f' aria-label="{texts.UNFOLLOW}: {escape_html(feed.title or feed.url)}">{texts.UNFOLLOW}</button></li>'
        for feed in feeds
    )
    return f'<p class="note">{texts.FOLLOWED_FEEDS}:</p><ul class="followed">{items}</ul>' if feeds else ""


def _asked(feed: FeedRecord) -> str:
    asked = (
        texts.NOT_ASKED if feed.polled is None else texts.ASKED.format(when=f"{feed.polled.astimezone():%d %b %H:%M}")
    )
    pending = f" · {texts.PENDING.format(count=f'{feed.pending:,}')}" if feed.pending else ""
    unread = texts.UNREAD.format(count=f"{feed.unread:,}", reason=feed.reason) if feed.unread else ""
    trouble = escape_html(feed.trouble or unread)
    kind = "trouble" if feed.trouble else "good"
    return f' <span class="state {kind}">{asked}{pending}{f". {trouble}" if trouble else ""}</span>'


def render_failed(failed: Sequence[FileRecord]) -> str:
    """The files that could not be read, with the reasons, folded."""
    if not failed:
        return ""
    title = texts.FAILED_ONE if len(failed) == 1 else texts.FAILED_MANY.format(count=f"{len(failed):,}")
    items = "".join(
        f'<li class="failed"><b title="{escape_html(record.place)}">{_name(record.place)}</b>'
        f"<span>{escape_html(record.reason)}</span>"
        f'<button type="button" class="quiet" data-retry="{escape(record.path, quote=True)}"'
        f' aria-label="{texts.TRY_AGAIN}: {_name(record.place)}">{texts.TRY_AGAIN}</button>{_dismissing(record)}</li>'
        for record in failed[:SHOWN_FAILED]
    )
    more = len(failed) - SHOWN_FAILED
    if more > 0:
        items += f"<li>{texts.MORE_OUTCOMES.format(count=f'{more:,}')}</li>"
    return f'<details class="failures"><summary>{title}</summary><ul class="outcomes">{items}</ul></details>'


def _dismissing(record: FileRecord) -> str:
    """The button that forgets a failure; one in a followed folder would come back with the next look at it."""
    if record.folder:
        return ""
    return (
        f'<button type="button" class="quiet" data-dismiss="{escape(record.path, quote=True)}"'
        f' aria-label="{texts.DISMISS}: {_name(record.place)}">{texts.DISMISS}</button>'
    )


def render_plan(plans: Sequence[Plan], troubles: Sequence[tuple[str, str]]) -> str:
    """What re-indexing would do, folder by folder: `3 new, 1 changed, 2 gone`; troubles are (folder, sentence)."""
    lines = []
    for plan in plans:
        counts = {"new": plan.new, "changed": plan.changed, "moved": plan.moved, "gone": plan.gone}
        parts = ", ".join(f"{len(found):,} {texts.PLAN_PARTS[kind]}" for kind, found in counts.items() if found)
        warning = f'<p class="note trouble">{texts.PLAN_REMOVES_MOST}</p>' if plan.removes_most else ""
        lines.append(f"<li><code>{escape_html(plan.folder)}</code> <b>{parts or texts.PLAN_NOTHING}</b>{warning}</li>")
    for folder, sentence in troubles:
        trouble = f'<span class="trouble">{escape_html(sentence)}</span>'
        lines.append(f"<li><code>{escape_html(folder)}</code> {trouble}</li>")
    question = (
        '<p class="choices"><button type="button" class="button danger" data-reindex="all">'
        f"{texts.APPLY_ANYWAY}</button> "
        f'<button type="button" class="button" data-reindex="keep">{texts.CANCEL}</button></p>'
        if any(plan.removes_most for plan in plans)
        else ""
    )
    return f'<ul class="plan">{"".join(lines)}</ul>{question}'


def render_table(rows: Sequence[ArticleRow], total: int, offset: int, search: str, order: Order = "newest") -> str:
    """One page of the library's list, with the way to the others."""
    if not total:
        empty = texts.NO_MATCH.format(search=escape_html(search)) if search else texts.NOTHING_YET
        return f'<p class="empty">{empty}</p>'
    head = "".join(map(_column, texts.COLUMNS, SORTS, repeat(order)))
    body = "".join(_table_row(row) for row in rows)
    return (
        f'<table><caption class="unseen">{texts.LIBRARY_TAB}</caption><thead><tr>{head}'
        f'<th scope="col"><span class="unseen">{texts.REMOVE}</span></th></tr></thead>'
        f"<tbody>{body}</tbody></table>{_pager(len(rows), total, offset)}"
    )


def _column(name: str, orders: Sequence[Order], order: Order) -> str:
    """The head of a column, with a button where the list can be sorted by it."""
    if not orders:
        return f'<th scope="col">{name}</th>'
    marked, to = "", orders[0]
    if order in orders:
        marked = f' aria-sort="{"descending" if order in DESCENDING else "ascending"}"'
        to = orders[orders.index(order) - 1]  # pressed again: the other way
    return f'<th scope="col"{marked}><button type="button" class="sort" data-order="{to}">{name}</button></th>'


def _table_row(row: ArticleRow) -> str:
    title = escape_html(row.title) or texts.NO_TITLE
    if row.embedded >= row.passages:
        state = f'<span class="state good">{texts.READY}</span>'
    else:
        words = texts.EMBEDDING.format(embedded=row.embedded, passages=row.passages)
        state = f'<span class="state work" title="{texts.EMBEDDING_HINT}">{words}</span>'
    file = f' title="{escape_html(row.path)}"' if row.path else ""
    return (
        f'<tr data-article="{escape_html(row.id)}"><th scope="row"><a href="{reference(row.id)}"{file}>{title}</a></th>'
        f'<td class="source">{escape_html(row.source)}</td><td class="date">{render_date(row.published)}</td>'
        f'<td class="count">{row.passages:,}</td><td class="is">{state}</td><td class="act">'
        f'<button type="button" class="quiet" data-remove aria-label="{texts.REMOVE}: {title}">{texts.REMOVE}</button>'
        "</td></tr>"
    )


def _pager(shown: int, total: int, offset: int) -> str:
    if total <= PAGE:
        return ""
    place = texts.PAGE_OF.format(first=f"{offset + 1:,}", last=f"{offset + shown:,}", total=f"{total:,}")
    buttons = "".join(
        f'<button type="button" class="button" data-offset="{to}"'
        f"{'' if 0 <= to < total else ' disabled'}>{words}</button>"
        for to, words in ((offset - PAGE, texts.PAGE_BACK), (offset + PAGE, texts.PAGE_ON))
    )
    return f'<nav class="pager" aria-label="{texts.PAGES}"><span>{place}</span>{buttons}</nav>'


def _outcome(outcome: Outcome) -> str:
    reason = f": {escape_html(outcome.reason)}" if outcome.reason else ""
    return (
        f'<li class="{outcome.kind}"><b title="{escape_html(outcome.name)}">{_name(outcome.name)}</b>'
        f"<span>{texts.OUTCOMES[outcome.kind]}{reason}</span></li>"
    )


def _name(path: str) -> str:
    return escape_html(PurePath(path).name or path)


def _bar(label: str, done: int, total: int) -> str:
    value = f' value="{min(done, total)}" max="{total}"' if total else ""
    return f'<progress{value} aria-label="{escape_html(label)}"></progress>'
