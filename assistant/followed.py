"""What the command line does with the folders that a library follows."""

from pathlib import Path

import typer
from rich.markup import escape

from assistant import output
from assistant.app import Library
from assistant.console import confirm, err, report, tell
from index.schema import AssistantError, Outcome, SettingsError


def synchronise(library: Library, folder: Path, yes: bool) -> list[Outcome]:
    """Make the library equal to a folder, asking before most of it goes. Raises FolderError or SettingsError."""
    plan = library.synchroniser.plan(folder)
    err.print(f"{escape(plan.folder)}: {output.plan_line(plan)}", soft_wrap=True)
    for record in plan.failing:
        err.print(f"  still unreadable: {escape(record.path)}: {escape(record.reason)}", soft_wrap=True)
    if plan.removes_most and not yes:
        confirm(f"{len(plan.gone)} articles, more than half of this folder's, would be removed.")
    return report(library.synchroniser.apply(plan), plan.steps)


def synchronise_all(library: Library, yes: bool) -> tuple[list[Outcome], bool]:
    """Do the same for every folder followed; whether all went well. One that is gone keeps no other from its turn.

    Raises SettingsError where none is followed.
    """
    folders = library.files.folders()
    if not folders:
        raise SettingsError("No folder has been synchronised yet.", "Name one: `assistant sync FOLDER`.")
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
    return outcomes, well
