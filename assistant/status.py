"""How a library stands, in a few lines and as JSON: what it holds, what it follows, what could not be read."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text
from typing_extensions import TypedDict  # pydantic needs it before Python 3.12

from index.catalogue import FeedRecord, FileRecord
from index.formats.text import shown
from index.schema import LibraryStatus, ModelChange
from index.watches import FolderState


class FailedJson(TypedDict):
    """A file that could not be read."""

    path: str
    reason: str


class PausedJson(TypedDict):
    """A followed folder that is not watched for now, or could not be looked at if it were."""

    folder: str
    reason: str


class ChangeJson(TypedDict):
    """A change of the embedding model: to which, which answers until then and whether it can, and whether it began."""

    wanted: str
    answering: str
    answers: bool
    begun: bool


class FeedJson(TypedDict):
    """A followed feed: when it was asked last, what was the matter then, and how many of its entries are to come.

    `unread` of them could not be read, such as for this `reason`.
    """

    url: str
    title: str
    polled: str | None
    trouble: str
    pending: int
    unread: int
    reason: str


class StatusJson(TypedDict):
    """How much a library holds, and what is still to embed."""

    articles: int
    passages: int
    embedded: int
    change: ChangeJson | None
    folders: list[str]
    paused: list[PausedJson]
    feeds: list[FeedJson]
    failed: list[FailedJson]


def status_json(
    state: LibraryStatus,
    folders: Sequence[str],
    watches: Mapping[str, FolderState],
    feeds: Sequence[FeedRecord],
    failed: Sequence[FileRecord],
) -> StatusJson:
    """The library's state for scripts."""
    return {
        "articles": state.articles,
        "passages": state.passages,
        "embedded": state.embedded,
        "change": None if state.change is None else _change_json(state.change),
        "folders": list(folders),
        "paused": [{"folder": each.folder, "reason": each.paused} for each in watches.values() if each.paused],
        "feeds": [
            {
                "url": feed.url,
                "title": feed.title,
                "polled": feed.polled.isoformat() if feed.polled else None,
                "trouble": feed.trouble,
                "pending": feed.pending,
                "unread": feed.unread,
                "reason": feed.reason,
            }
            for feed in feeds
        ],
        "failed": [{"path": record.place, "reason": record.reason} for record in failed],
    }


def _change_json(change: ModelChange) -> ChangeJson:
    return {
        "wanted": change.wanted,
        "answering": change.answering,
        "answers": change.answers,
        "begun": change.begun,
    }


def print_status(
    console: Console,
    home: Path,
    state: LibraryStatus,
    embedding: bool,
    folders: Sequence[str],
    watches: Mapping[str, FolderState],
    feeds: Sequence[FeedRecord],
    failed: Sequence[FileRecord],
) -> None:
    """The library's state in a few lines; `embedding` tells whether a process is at it."""
    console.print(Text(f"Library {home}"), soft_wrap=True)
    articles, passages = (
        f"{count:,} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((state.articles, "article"), (state.passages, "passage"))
    )
    console.print(f"{articles}, {passages}, {state.embedded:,} of them embedded")
    if state.change is not None:
        for line in _change_lines(state.change, embedding):
            console.print(Text(line), soft_wrap=True)
    elif state.embedded < state.passages:
        console.print(
            "The others are being embedded; they can be asked about by their words already."
            if embedding
            else "Nothing is embedding the others: the next question, or the chat window, goes on with it."
        )
    for folder in folders:
        console.print(Text(f"follows {folder}{_watch(watches.get(folder))}"), soft_wrap=True)
    for feed in feeds:
        console.print(Text(f"follows {feed.url}: {_feed_state(feed)}"), soft_wrap=True)
    for record in failed:
        console.print(Text(f"unreadable: {shown(record.place)}: {record.reason}"), soft_wrap=True)


def _watch(state: FolderState | None) -> str:
    if state is None:
        return ""
    return f": not watched for now. {state.paused}" if state.paused else ": watched"


def _change_lines(change: ModelChange, embedding: bool) -> Iterator[str]:
    """What becomes of a change of the embedding model, who answers meanwhile, and whether anything is at it."""
    yield f"The embedding model is changed to {change.wanted}, which answers once all is embedded by it."
    if change.answers:
        yield f"Until then {change.answering} answers, and what is new is found by its words."
    elif change.answering:
        yield f"{change.answering} cannot be loaded any more: until then articles are found by their words alone."
    else:
        yield "What the model before was called is not on record: until then articles are found by their words alone."
    if not embedding:
        yield "Nothing is at it now: the next question, or the chat window, goes on with it."
    elif not change.begun:
        yield "The process that embeds, such as the chat window, was started with another model: start it again."


def _feed_state(feed: FeedRecord) -> str:
    parts = [f"asked {feed.polled.astimezone():%Y-%m-%d %H:%M}" if feed.polled else "not asked yet"]
    parts += [f"{feed.pending:,} {'entry' if feed.pending == 1 else 'entries'} still to come"] if feed.pending else []
    parts += [f"{feed.unread:,} could not be read, such as: {feed.reason}"] if feed.unread else []
    return "; ".join([*parts, feed.trouble] if feed.trouble else parts)
