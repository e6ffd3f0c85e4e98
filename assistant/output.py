"""Answers, articles and lists as the command line prints them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.prompts import load_prompts
from assistant.receipt import Checked
from assistant.schema import Answer, Citation, Statement
from index.catalogue import FileRecord
from index.catalogue.articles import ArticleRow
from index.formats.text import shown
from index.schema import Article, Outcome
from index.synchronise import Plan

NAMED_KINDS = 8


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_answer(console: Console, question: str, answer: Answer) -> None:
    """The answer with its citations, or what was found nearest to it."""
    if answer.question != " ".join(question.split()):
        console.print(Text(f"Searched: {answer.question}", style="dim"))
    if answer.scope.words:
        console.print(
            Text(f"{'Only' if answer.scope.filters else 'Preferred'}: {', '.join(answer.scope.words)}", style="dim")
        )
    if answer.message:
        console.print(Text(answer.message))
        return
    if answer.note or answer.by_model:
        console.print(Text(answer.note or f"Written by {answer.written_by}.", style="dim"))
    if not answer.found:
        console.print(Text(load_prompts().say("not_found"), style="bold"))
        if answer.missing:
            console.print(Text(f"No article holds: {', '.join(answer.missing)}"))
        if answer.meant:
            console.print(Text(f"Did you mean: {answer.meant}"))
        if answer.nearest:
            console.print(Text("Nearest passages:", style="dim"))
    for part, statements in answer.parts:
        if part:
            console.print(Text(f"\n{part}", style="bold"))
        for statement in statements:
            _print_statement(console, statement)
    if answer.citations:
        console.print()
    for citation in answer.citations or answer.nearest:
        _print_citation(console, citation)


def _print_statement(console: Console, statement: Statement) -> None:
    text = Text(statement.text)
    for start, end in statement.bold:
        text.stylize("bold", start, end)
    console.print(text + Text(" " + "".join(f"[{number}]" for number in statement.citations), style="cyan"))
    if statement.support in ("partly", "unsupported"):
        how = "partly supported" if statement.support == "partly" else "not supported"
        console.print(Text(f"    {how}: {statement.reason}", style="yellow"))


def _print_citation(console: Console, citation: Citation) -> None:
    day = citation.published.isoformat() if citation.published else ""
    about = ", ".join(part for part in (citation.title, citation.source, day, citation.page) if part)
    console.print(
        Text(f"[{citation.number}] ", style="cyan") + Text(about) + Text(f" ({citation.article_id})", style="dim")
    )
    console.print(Text(f"    “{citation.quote}”", style="dim"))


def print_rows(console: Console, rows: Sequence[ArticleRow], failed: Sequence[FileRecord], search: str = "") -> None:
    """The list of articles as a table, then the files that could not be read. `search` is what was looked for."""
    table = Table(box=None, pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("published", no_wrap=True)
    table.add_column("source", no_wrap=True, max_width=14, overflow="ellipsis")
    table.add_column("title", min_width=24)
    table.add_column("embedded", justify="right", no_wrap=True, min_width=8)
    for row in rows:
        day = row.published.isoformat() if row.published else ""
        table.add_row(row.id, day, Text(row.source), Text(row.title), f"{row.embedded}/{row.passages}")
    nothing = (
        f"No article's title, source, author or path holds “{search}”."
        if search
        else "The library is empty. Add articles: `assistant add PATH` or `assistant sync FOLDER`."
    )
    console.print(table if rows else Text(nothing))
    for record in failed:
        console.print(Text(f"unreadable: {shown(record.place)}: {record.reason}"), soft_wrap=True)


def print_article(console: Console, article: Article) -> None:
    """An article with its head."""
    console.print(Text(article.title, style="bold"))
    day = article.published.isoformat() if article.published else ""
    head = " · ".join(part for part in (article.author, article.source, day, article.url, article.path) if part)
    console.print(Text(head, style="dim"), soft_wrap=True)
    console.print()
    console.print(Text(article.text))


def print_figures(console: Console, figures: Mapping[str, Mapping[str, float]]) -> None:
    """Figures by name, one a line, in a column for each who chose the sentences."""
    table = Table("", *(f"chosen by the {each}" for each in figures), box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name in next(iter(figures.values())):
        shape = ",.0f" if name in ("questions", "answerable") else ".3f"
        table.add_row(name, *(f"{each.get(name, float('nan')):{shape}}" for each in figures.values()))
    console.print(table)


def plan_line(plan: Plan) -> str:
    """What a plan would do: "3 new, 1 changed, 2 gone"."""
    counts = (
        (len(plan.new), "new"),
        (len(plan.changed), "changed"),
        (len(plan.moved), "moved"),
        (len(plan.gone), "gone"),
        (plan.unchanged, "unchanged"),
        (len(plan.failing), "unreadable"),
        (len(plan.skipped), "of other kinds"),
    )
    return ", ".join(f"{count:,} {name}" for count, name in counts if count) or "nothing to do"


def kinds_line(paths: Sequence[str]) -> str:
    """How many files of which kinds were left out, the most frequent first: "2 .xlsx, 1 without an ending"."""
    kinds_of = Counter(shown(Path(path).suffix.lower()) or "without an ending" for path in paths)
    counts = sorted(kinds_of.items(), key=lambda item: (-item[1], item[0]))
    kinds = [f"{count:,} {kind}" for kind, count in counts[:NAMED_KINDS]]
    if more := sum(count for _, count in counts[NAMED_KINDS:]):
        kinds.append(f"{more:,} of other kinds")
    return f"Left out, since such files cannot be read: {', '.join(kinds)}."


def outcome_line(outcomes: Sequence[Outcome]) -> str:
    """What became of the files: "12 added, 1 failed"."""
    counts = Counter(outcome.kind for outcome in outcomes)
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items()) or "nothing to do"


def print_checked(console: Console, findings: Sequence[Checked]) -> None:
    """What became of the quotes of a receipt: those that are not as they were one by one, then all in one line."""
    for each in findings:
        if each.finding != "verbatim":
            console.print(Text(f"{each.finding}: “{each.quote}” ({each.title})"), soft_wrap=True)
    counts = Counter(each.finding for each in findings)
    console.print(", ".join(f"{count:,} {finding}" for finding, count in counts.items()) or "It quotes nothing.")
