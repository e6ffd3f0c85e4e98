"""What the command line does to keep a library sound: check receipts, examine and mend it, back it up, restore it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from assistant import output
from assistant.app import Library, build_embedder, build_writer, open_library
from assistant.backup import back_up
from assistant.backup import restore as restore_backup
from assistant.console import FAILED, err, out
from assistant.conversations import Notebook
from assistant.feedback import export
from assistant.opening import embed_all, embed_in_background, opened_library
from assistant.reader import load_reader
from assistant.receipt import checked
from assistant.settings import Settings, load_settings
from assistant.trial import trial
from index.catalogue import Conversations
from index.doctor import Doctor, Finding
from index.schema import CatalogueError, EmbeddingError, ModelError, SettingsError
from index.spaces import Spaces

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def verify(
    receipt: Annotated[Path, typer.Argument(help="A receipt exported from the window.")],
    as_json: Json = False,
) -> None:
    """Compare the quotes of a receipt with the library; exit code 1 where one is not there word for word any more."""
    with opened_library() as library:
        catalogue = library.catalogue
        findings = checked(receipt, lambda id_: catalogue.article(id_) or catalogue.successors([id_]).get(id_))
    if as_json:
        output.print_json([asdict(each) for each in findings])
    else:
        output.print_checked(out, findings)
    if any(each.finding != "verbatim" for each in findings):
        raise typer.Exit(FAILED)


def rebuild() -> None:
    """Build the vector store anew from the catalogue; nothing is embedded twice."""
    with opened_library() as library:
        library.embeddings.prune()
        library.spaces.switching.forget_collected()
        embed_all(library, wait=True, outcomes=[])


def feedback(file: Annotated[Path, typer.Argument(help="The file to write, as JSON lines.")]) -> None:
    """Write the questions whose answers were rated in the window, for `assistant evaluate` to ask again."""
    with opened_library() as library:
        count = export(Notebook(Conversations(library.database)), file)
    err.print(Text(f"{count:,} rated answer{'' if count == 1 else 's'} in {file}."), soft_wrap=True)


def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    as_json: Json = False,
) -> None:
    """Examine the library: its files, catalogue, keyword index, vectors and models; and mend it with --repair."""
    findings = []
    for finding in _findings(repair):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        output.print_json([asdict(finding) for finding in findings])
    if any(finding.wrong for finding in findings):
        raise typer.Exit(FAILED)


def backup(file: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write the library, vectors and settings included, to one file; the chat window may go on meanwhile."""
    with opened_library() as library:
        back_up(library, file)
        articles = library.catalogue.count()
    err.print(Text(f"{articles:,} articles are in {file}, {file.stat().st_size / 1e6:,.1f} MB."), soft_wrap=True)


def restore(
    file: Annotated[Path, typer.Argument(help="What `assistant backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Move a library that holds articles aside.")] = False,
) -> None:
    """Put a backup in the place of the library, which is moved aside and never deleted."""
    articles, old = restore_backup(load_settings(), file, yes)
    err.print(f"{articles:,} articles are restored.")
    if old is not None:
        err.print(Text(f"The library there was is in {old}."), soft_wrap=True)


def check_at_start(library: Library) -> None:
    """The cheap part of the examination, a millisecond: say so where the keyword index is not that of the passages."""
    if not library.checks.looks_whole():
        err.print("[red]The keyword index is incomplete.[/] `assistant doctor --repair` mends it.", soft_wrap=True)


def _findings(repair: bool) -> Iterator[Finding]:
    settings = load_settings()
    try:
        library = open_library(settings)
    except CatalogueError as error:
        yield Finding("database", str(error), True, error.hint)
    else:
        with closing(library.database):
            yield from _library_findings(library, repair)
    yield _reader()
    embedder = build_embedder(settings)
    try:
        dimensions = embedder.embed(["A sentence."]).shape[1]
        yield Finding("embedding model", f"{settings.embedding_model} is loaded: {dimensions} dimensions.")
    except EmbeddingError as error:
        yield Finding("embedding model", str(error), True, error.hint)
    if settings.model_url or settings.model:
        yield _model(settings)


def _model(settings: Settings) -> Finding:
    try:
        with trial(settings) as said:
            return Finding("language model", said)
    except (SettingsError, ModelError) as error:
        return Finding("language model", str(error), True, error.hint)


def _library_findings(library: Library, repair: bool) -> Iterator[Finding]:
    doctor = Doctor(library.catalogue, library.files, library.spaces, build_writer(library))
    yield from doctor.examine(repair)
    if repair:
        embed_in_background(library)
    if library.spaces.change() is not None:
        yield _model_before(library.spaces)


def _model_before(spaces: Spaces) -> Finding:
    """Whether the model can be loaded that answers until the one that is set has embedded everything."""
    name = spaces.answering_model().name
    spaces.load()
    if spaces.answering() is not None:
        return Finding("embedding model", f"{name} is loaded: it answers until all is embedded by the one that is set.")
    text = f"{name or 'The model that embedded the library'} cannot be loaded."
    remedy = "Until the model that is set has embedded everything, articles are found by their words alone."
    return Finding("embedding model", text, remedy=remedy)


def _reader() -> Finding:
    if load_reader() is not None:
        return Finding("reader", "The trained reader is loaded.")
    remedy = "Install the program again; until then rules choose the sentences."
    return Finding("reader", "The trained reader's weights cannot be loaded.", True, remedy)


def _show(finding: Finding) -> None:
    state, style = ("wrong", "red") if finding.wrong else ("mended", "yellow") if finding.mended else ("good", "green")
    out.print(Text(f"{state:7}", style=style) + Text(f"{finding.part}: {finding.text}"), soft_wrap=True)
    if finding.remedy:
        out.print(Text(f"       {finding.remedy}"), soft_wrap=True)
