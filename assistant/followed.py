"""What the command line does with the folders and feeds that a library follows."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from assistant import output
from assistant.app import Library
from assistant.console import FAILED, PARTLY, confirm, err, left_out, report, tell
from assistant.opening import embed_all, opened_library
from index.catalogue import FileRecord
from index.formats.mended import MAX_XML
from index.formats.text import shown
from index.planning import CLOSED, Plan
from index.schema import AssistantError, FeedError, Outcome, SettingsError


def follow(
    place: Annotated[str, typer.Argument(help="The address of a feed or of a page that names one, or an OPML file.")],
    wait: Annotated[bool, typer.Option("--wait", help="Return when the articles can be found by meaning too.")] = False,
) -> None:
    """Follow a feed (RSS, Atom, JSON Feed), or all feeds of a list in OPML, and take in what is in them."""
    with opened_library() as library:
        outcomes = report(_followed(library, place))
        embed_all(library, wait, outcomes)
    kinds = {outcome.kind for outcome in outcomes}
    if "failed" in kinds or not kinds:
        raise typer.Exit(PARTLY if kinds - {"failed"} else FAILED)


def unfollow(
    place: Annotated[str, typer.Argument(help="The folder, though it be gone, or the address of the feed.")],
    remove_articles: Annotated[
        bool, typer.Option("--remove", help="Take its articles out of the library too.")
    ] = False,
) -> None:
    """Follow a folder or feed no longer. Its articles stay unless --remove is given; its files stay where they are."""
    with opened_library() as library:
        if is_address(place):
            report(library.subscriptions.unsubscribe(place, remove_articles), quiet=not remove_articles)
        else:
            report(library.synchroniser.unfollow(Path(place), remove_articles), quiet=not remove_articles)


def is_address(place: str) -> bool:
    """Whether a place is an address of the web, not a path."""
    return "://" in place


def synchronise(library: Library, folder: Path, yes: bool) -> tuple[list[Outcome], int]:
    """Make the library equal to a folder, asking before most of it goes; the exit code that says how it went.

    It is PARTLY as long as a file in it cannot be read, were it unchanged since the last time: what it says is how the
    library stands to the folder, not what has happened today. Raises FolderError or SettingsError.
    """
    plan = library.synchroniser.plan(folder)
    err.print(f"{escape(plan.folder)}: {output.plan_line(plan)}", soft_wrap=True)
    before = [*plan.failing, *_failing_parts(library, plan)]
    for record in before:
        err.print(f"  still unreadable: {escape(shown(record.place))}: {escape(record.reason)}", soft_wrap=True)
    for path in plan.closed:
        err.print(f"  {escape(shown(path))}: {CLOSED}", soft_wrap=True)
    left_out(plan.skipped)
    if plan.removes_most and not yes:
        confirm(f"{len(plan.gone)} articles, more than half of this folder's, would be removed.")
    outcomes = report(library.synchroniser.apply(plan), plan.steps)
    failed = [outcome for outcome in outcomes if outcome.kind == "failed"]
    told = {(record.place, record.reason) for record in before} | {(one.name, one.reason) for one in failed}
    for record in (others := _failed_elsewhere(library, plan, told)):
        err.print(f"  unreadable too: {escape(shown(record.place))}: {escape(record.reason)}", soft_wrap=True)
    return outcomes, PARTLY if failed or plan.closed or before or others else 0


def _failed_elsewhere(library: Library, plan: Plan, told: set[tuple[str, str]]) -> list[FileRecord]:
    """What another process that took the folder in meanwhile could not read, such as a window that watches it."""
    below = os.path.join(plan.folder, "")
    return [
        record
        for record in library.files.failed()
        if record.folder and record.place.startswith(below) and (record.place, record.reason) not in told
    ]


def _failing_parts(library: Library, plan: Plan) -> list[FileRecord]:
    """What cannot be read within files of many articles that have not changed."""
    below = os.path.join(plan.folder, "")
    read_now = {*plan.changed, *plan.gone, *(source for source, _ in plan.moved)}
    return [
        record
        for record in library.files.failed()
        if record.container.startswith(below) and record.folder and record.container not in read_now
    ]


def synchronise_all(library: Library, yes: bool) -> tuple[list[Outcome], int]:
    """Do the same for all that is followed; the worst of the exit codes. One that is gone keeps no other from its turn.

    Raises SettingsError where nothing is followed.
    """
    folders, feeds = library.files.folders(), library.feeds.all()
    if not folders and not feeds:
        raise SettingsError(
            "No folder or feed is followed yet.", "Name one: `assistant sync FOLDER` or `assistant follow ADDRESS`."
        )
    outcomes: list[Outcome] = []
    codes = {0}
    for folder in folders:
        try:
            of_folder, code = synchronise(library, Path(folder), yes)
            outcomes += of_folder
            codes.add(code)
        except AssistantError as error:
            codes.add(FAILED)
            tell(error)
            err.print(escape(f'`assistant unfollow "{folder}"` ends following it.'), soft_wrap=True)
        except typer.Exit:  # the person does not want it changed
            codes.add(FAILED)
    if feeds:
        err.print(f"{len(feeds):,} feed{'' if len(feeds) == 1 else 's'}:", end=" ")
        polled = report(library.subscriptions.poll_all())
        outcomes += polled
        codes.add(PARTLY if any(outcome.kind == "failed" for outcome in polled) else 0)
    if any(feed.trouble for feed in library.feeds.all()):
        codes.add(FAILED)
    return outcomes, FAILED if FAILED in codes else max(codes)


def _followed(library: Library, place: str) -> Iterator[Outcome]:
    path = Path(place)
    if is_address(place):
        yield from library.subscriptions.subscribe(place)
    elif path.is_dir():
        raise FeedError(f"{place} is a folder.", "`assistant sync FOLDER` follows it.")
    elif not path.exists():
        raise FeedError(f"{place} is no file and no address.", "An address begins with https:// or http://.")
    elif path.stat().st_size > MAX_XML:
        raise FeedError(f"{place} is too large for a list of feeds (OPML).", "Export the list again.")
    else:
        yield from library.subscriptions.subscribe_all(path.read_bytes(), path.name)
