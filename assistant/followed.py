"""What the command line does with the folders and feeds that a library follows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from assistant import output
from assistant.app import Library
from assistant.console import FAILED, confirm, err, report, tell
from assistant.opening import embed_all, opened_library
from index.formats.mended import MAX_XML
from index.formats.text import shown
from index.schema import AssistantError, FeedError, Outcome, SettingsError


def follow(
    place: Annotated[str, typer.Argument(help="The address of a feed or of a page that names one, or an OPML file.")],
    wait: Annotated[bool, typer.Option("--wait", help="Return when the articles can be found by meaning too.")] = False,
) -> None:
    """Follow a feed (RSS, Atom, JSON Feed), or all feeds of a list in OPML, and take in what is in them."""
    with opened_library() as library:
        outcomes = report(_followed(library, place))
        embed_all(library, wait, outcomes)
    if not {outcome.kind for outcome in outcomes} - {"failed"}:
        raise typer.Exit(FAILED)


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


def synchronise(library: Library, folder: Path, yes: bool) -> list[Outcome]:
    """Make the library equal to a folder, asking before most of it goes. Raises FolderError or SettingsError."""
    plan = library.synchroniser.plan(folder)
    err.print(f"{escape(plan.folder)}: {output.plan_line(plan)}", soft_wrap=True)
    for record in plan.failing:
        err.print(f"  still unreadable: {escape(shown(record.path))}: {escape(record.reason)}", soft_wrap=True)
    if plan.removes_most and not yes:
        confirm(f"{len(plan.gone)} articles, more than half of this folder's, would be removed.")
    return report(library.synchroniser.apply(plan), plan.steps)


def synchronise_all(library: Library, yes: bool) -> tuple[list[Outcome], bool]:
    """Do the same for all that is followed; whether all went well. One that is gone keeps no other from its turn.

    Raises SettingsError where nothing is followed.
    """
    folders, feeds = library.files.folders(), library.feeds.all()
    if not folders and not feeds:
        raise SettingsError(
            "No folder or feed is followed yet.", "Name one: `assistant sync FOLDER` or `assistant follow ADDRESS`."
        )
    outcomes: list[Outcome] = []
    well = True
    for folder in folders:
        try:
            outcomes += synchronise(library, Path(folder), yes)
        except AssistantError as error:
            well = False
            tell(error)
            err.print(escape(f'`assistant unfollow "{folder}"` ends following it.'), soft_wrap=True)
        except typer.Exit:  # the person does not want it changed
            well = False
    if feeds:
        err.print(f"{len(feeds):,} feed{'' if len(feeds) == 1 else 's'}:", end=" ")
        outcomes += report(library.subscriptions.poll_all())
    return outcomes, well and not any(feed.trouble for feed in library.feeds.all())


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
