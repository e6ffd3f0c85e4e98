"""What every command shows beside its result: progress, what became of the files, questions back, errors."""

import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from assistant import output
from index.formats.text import shown as in_a_line
from index.schema import AssistantError, Outcome, SettingsError

FAILED = 1
PARTLY = 4  # done, but for files that cannot be read

out = Console()
err = Console(stderr=True)


def report(outcomes: Iterable[Outcome], total: int | None = None, quiet: bool = False) -> list[Outcome]:
    """Go through outcomes with a progress bar, naming each failure, and sum them up."""
    seen: list[Outcome] = []
    with bar() as shown:
        task = shown.add_task("Reading", total=total)
        for outcome in outcomes:
            seen.append(outcome)
            shown.advance(task)
            if outcome.kind == "failed":
                name = escape(in_a_line(outcome.name))
                shown.console.print(f"[red]failed[/] {name}: {escape(outcome.reason)}", soft_wrap=True)
    if not quiet:
        err.print(output.outcome_line(seen))
        left_out([outcome.name for outcome in seen if outcome.kind == "skipped"])
    return seen


def left_out(paths: Sequence[str]) -> None:
    """Say of which kinds the files are that were left out, as none that can be read."""
    if paths:
        err.print(escape(output.kinds_line(paths)), soft_wrap=True)


def confirm(message: str) -> None:
    """Ask before going on; without a terminal to ask at, raise SettingsError."""
    if not sys.stdin.isatty():
        raise SettingsError(message, "Nothing was changed. Is its disk mounted? If it is meant, add --yes.")
    if not typer.confirm(f"{message} Go on?", err=True):
        err.print("Nothing was changed.")
        raise typer.Exit(FAILED)


def bar() -> Progress:
    """A progress bar on standard error that leaves no trace."""
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err, transient=True)


def tell(error: AssistantError) -> None:
    """Say what went wrong and what to do."""
    err.print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
    if error.hint:
        err.print(escape(error.hint), soft_wrap=True)


def fail(error: AssistantError) -> NoReturn:
    """Say what went wrong and what to do, and end with exit code 1."""
    tell(error)
    sys.exit(FAILED)
