"""The command line: parse, call, print. Answers go to standard output, everything else to standard error."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import TaskID

from assistant import as_json, output, upkeep
from assistant.app import Library, build_writer
from assistant.console import FAILED, PARTLY, bar, fail, out, report
from assistant.followed import follow, is_address, synchronise, synchronise_all, unfollow
from assistant.opening import embed_all, embed_in_background, opened_assistant, opened_library
from assistant.settings import load_settings
from assistant.status import print_status, status_json
from assistant.upkeep import Json
from index.background import give_way
from index.schema import Article, AssistantError, Filters, FolderError, Outcome, SettingsError

NAMED_SOURCES = 12  # in a hint
NOT_FOUND = 3  # 0: answered or done, 1: failed, 2: wrong usage, 4: done but for what cannot be read

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Ask your own articles, offline, with every sentence cited."
)
ChosenBy = Literal["rules", "reader", "both"]
CHOOSERS = {None: (), "rules": ("rules",), "reader": ("reader",), "both": ("rules", "reader")}


def main() -> None:
    """Run a command; whatever goes wrong ends in a sentence and an exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that `finally` closes Chroma cleanly
    try:
        app()
    except AssistantError as error:
        fail(error)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 takes a free one.")] = None,
    starter: Annotated[bool, typer.Option("--starter", help="Add the starter articles to an empty library.")] = False,
) -> None:
    """Serve the chat window and print its address."""
    from assistant.starter import add_starter, wants_starter
    from assistant.ui.serve import serve  # 3 s: it brings Gradio

    with opened_assistant(host, port) as assistant:
        if starter and wants_starter(assistant.library):
            report(add_starter(assistant.library), quiet=True)
        upkeep.check_at_start(assistant.library)
        settings = assistant.library.settings
        serve(assistant, settings.host, settings.port, lambda url: out.print(f"Open {url}", soft_wrap=True))


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    json: Json = False,
    source: Annotated[list[str] | None, typer.Option(help="Only articles from this source; may be repeated.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles from this day on.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles up to this day.")] = None,
    after: Annotated[
        list[str] | None, typer.Option(help="An earlier question of the same conversation; repeatable.")
    ] = None,
    quotes: Annotated[bool, typer.Option("--quotes", help="Quotes only, though a model is configured.")] = False,
) -> None:
    """Answer a question from the articles, each sentence cited."""
    from assistant.schema import Turn

    filters = Filters(tuple(source or ()), since.date() if since else None, until.date() if until else None)
    today = date.today()
    with opened_assistant() as assistant:
        status = assistant.library.status()
        if not status.articles:
            raise SettingsError(
                "The library is empty.", "Add articles first: `assistant add PATH` or `assistant sync FOLDER`."
            )
        _check_sources(assistant.library, filters.sources)
        if status.embedded or status.change:
            assistant.library.spaces.load()
        turns: list[Turn] = []
        for earlier in after or ():
            reply = assistant.chat.ask(turns, earlier, filters, today=today, quotes_only=True)
            turns.append(Turn(earlier, reply.answer))
        answer = assistant.chat.ask(turns, question, filters, today=today, quotes_only=quotes).answer
        embed_in_background(assistant.library)
    if json:
        output.print_json(as_json.answer_json(question, answer))
    else:
        output.print_answer(out, question, answer)
    if answer.not_found:
        raise typer.Exit(NOT_FOUND)


@app.command()
def add(
    places: Annotated[
        list[str], typer.Argument(help="Files, folders to take the files of, or addresses of pages on the web.")
    ],
    wait: Annotated[bool, typer.Option("--wait", help="Return when the articles can be found by meaning too.")] = False,
) -> None:
    """Take articles in; they can be asked about as soon as this returns."""
    with opened_library() as library:
        outcomes = report(_taken_in(library, places))
        embed_all(library, wait, outcomes)
    kinds = {outcome.kind for outcome in outcomes}
    if not kinds - {"skipped", "failed"}:
        raise typer.Exit(FAILED)
    if "failed" in kinds:
        raise typer.Exit(PARTLY)


@app.command()
def sync(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder; without one, every folder and feed followed.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before more than half of the articles are removed.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when the articles can be found by meaning too.")] = False,
) -> None:
    """Make the library equal to a folder: new, changed, moved and deleted files."""
    with opened_library() as library:
        outcomes, code = synchronise(library, folder, yes) if folder else synchronise_all(library, yes)
        embed_all(library, wait, outcomes)
    if code:
        raise typer.Exit(code)


@app.command("list")
def list_(
    json: Json = False,
    search: Annotated[
        str, typer.Option(help="Only where each of these words is in title, source, author or path.")
    ] = "",
) -> None:
    """List the articles, the newest first."""
    with opened_library() as library:
        rows = library.catalogue.rows(search, model=library.searched_model)
        if json:
            output.print_json([as_json.row_json(row) for row in rows])
        else:
            output.print_rows(out, rows, library.files.failed(), search)


@app.command()
def show(
    article: Annotated[str, typer.Argument(help="The article's id or its beginning.")], json: Json = False
) -> None:
    """Show one article as it is stored."""
    with opened_library() as library:
        found = _found(library, article)
        passages = library.catalogue.passages_of(found.id)
    if json:
        output.print_json(as_json.article_json(found, passages))
    else:
        output.print_article(out, found)


@app.command()
def remove(article: Annotated[str, typer.Argument(help="The article's id or its beginning.")]) -> None:
    """Take an article out of the library. Its file stays where it is."""
    with opened_library() as library:
        report([library.synchroniser.remove(_found(library, article).id)])


@app.command()
def status(json: Json = False) -> None:
    """Tell how much the library holds and what is still being done."""
    with opened_library() as library:
        state = library.status()
        followed = library.files.folders(), library.watches(), library.feeds.all()
        failed = library.files.failed()
        embedding = not build_writer(library).is_free()
    if json:
        output.print_json(status_json(state, *followed, failed))
    else:
        print_status(out, library.settings.home, state, embedding, *followed, failed)


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON lines: id, question, and what is known of the answer.")],
    articles: Annotated[Path | None, typer.Option(help="JSON lines of articles, for a library of their own.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="Where to write what was answered, as JSON lines.")] = None,
    chosen_by: Annotated[
        ChosenBy | None, typer.Option("--with", help="Who chooses the sentences; without it the settings say who.")
    ] = None,
    json: Json = False,
) -> None:
    """Measure the answers to a file of questions: found, right, cited, refused, and how fast."""
    from assistant.evaluate import evaluation  # 1 s: it brings llama-index

    with bar() as shown:
        tasks: dict[str, TaskID] = {}

        def progress(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=total)
            shown.update(tasks[name], completed=done, total=total)

        figures = evaluation(load_settings(), questions, articles, predictions, progress, CHOOSERS[chosen_by])
    if json:
        output.print_json(figures if len(figures) > 1 else next(iter(figures.values())))
    else:
        output.print_figures(out, figures)


@app.command()
def mcp() -> None:
    """Offer the library as tools to a program with a language model, over standard input and output (MCP)."""
    from assistant.tools import build_tools

    with opened_assistant() as assistant:
        server = build_tools(assistant)
        assistant.writer.start()
        server.run("stdio")


app.command()(follow)
app.command()(unfollow)
for command in (upkeep.verify, upkeep.feedback, upkeep.rebuild, upkeep.doctor, upkeep.backup, upkeep.restore):
    app.command()(command)


@app.command(hidden=True)
def embed() -> None:
    """Embed what is still to embed, unless another process is at it."""
    give_way()
    with opened_library() as library:
        library.spaces.embedder.export()  # before the lock is taken, which a window may want meanwhile
        build_writer(library).drain()


def _taken_in(library: Library, places: Sequence[str]) -> Iterator[Outcome]:
    for place in places:
        if is_address(place):
            yield library.synchroniser.add_url(place)
            continue
        try:
            yield from library.synchroniser.add([Path(place)])
        except FolderError as error:  # one that is not there keeps no other from its turn
            yield Outcome(place, "failed", reason=f"{error} {error.hint}")


def _check_sources(library: Library, sources: Sequence[str]) -> None:
    known = library.catalogue.sources()
    for source in sources:
        if source.casefold() not in map(str.casefold, known):
            there_are = ", ".join(known[:NAMED_SOURCES]) or "none"
            raise SettingsError(f"No article is from “{source}”.", f"Sources in the library: {there_are}.")


def _found(library: Library, prefix: str) -> Article:
    ids = library.catalogue.matching(prefix) if prefix else []
    article = library.catalogue.article(ids[0]) if len(ids) == 1 else None
    if article is None:
        reason = f"begins several ids: {', '.join(ids)}" if ids else "is the id of no article"
        raise SettingsError(f"“{prefix}” {reason}.", "`assistant list` shows the ids.")
    return article
