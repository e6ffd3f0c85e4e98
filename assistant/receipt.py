"""A conversation on paper: Markdown with footnotes, and a page that can be checked against the library later."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Literal

from assistant.citations import stands_in
from assistant.prompts import load_prompts
from assistant.schema import Citation, Statement, Turn
from index.schema import Article, SettingsError

Finding = Literal["verbatim", "changed", "removed", "altered"]
"""What became of a quote: still in the library word for word, in a text that changed, in an article that is gone, or
altered on paper, so that it is no longer what the receipt was made with."""

_DATA = re.compile(r'<script type="application/json" id="receipt">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Checked:
    """One quote of a receipt, with the title of its article and what became of it."""

    title: str
    quote: str
    finding: Finding


def as_markdown(title: str, turns: Sequence[Turn]) -> str:
    """The conversation as Markdown, each citation a footnote with its quote, title, source, day and address."""
    parts = [f"# {_line(title)}"]
    notes: list[str] = []
    for turn in turns:
        parts.append(f"## {_line(turn.message)}")
        offset = len(notes)
        marks = {citation.number: offset + citation.number for citation in turn.answer.citations}
        said = "\n\n".join(
            block
            for heading, statements in turn.answer.parts
            for block in (f"**{_line(heading)}**" * bool(heading), _as_text(statements, marks, turn.answer.listed))
            if block
        )
        parts.append(said or _line(turn.answer.message) or load_prompts().say("not_found"))
        notes += [f"[^{marks[each.number]}]: {_line(_noted(each))}" for each in turn.answer.citations]
    return "\n\n".join([*parts, *notes]) + "\n"


def _as_text(statements: Sequence[Statement], marks: Mapping[int, int], listed: bool) -> str:
    """The statements of one part: a paragraph, or a list in which a counterpart stands below what it differs from."""
    said = [
        _line(statement.text)
        + "".join(f"[^{marks[number]}]" for number in statement.citations)
        + (f" *({_line(doubt)})*" if (doubt := _doubt(statement)) else "")
        for statement in statements
    ]
    if not (listed and statements and statements[0].part):
        return " ".join(said)
    return "\n".join(f"{'  ' * each.beside}- {words}" for each, words in zip(statements, said, strict=True))


def as_page(title: str, turns: Sequence[Turn]) -> str:
    """The conversation as one HTML page without scripts, which holds the offsets and hashes that `checked` reads."""
    return _page({"title": title, "turns": [_data(turn) for turn in turns]})


def checked(path: Path, article: Callable[[str], Article | None]) -> list[Checked]:
    """What became of each quote of a receipt. Raises SettingsError for a file that is none, or that was altered."""
    try:
        page = path.read_text("utf-8")
        found = _DATA.search(page)
        if found is None:
            raise ValueError("no data in it")
        data = json.loads(found[1])
        drawn = _page(data)
        quotes = [quote for turn in data["turns"] for quote in turn["quotes"]]
        findings = [Checked(str(each["title"]), each["quote"], _finding(each, article)) for each in quotes]
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read.", "Name a page that was exported from the window.") from error
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise SettingsError(
            f"{path} is no receipt.", "Export one from the window, by the menu of a conversation."
        ) from error
    if drawn.split() != page.split():
        raise SettingsError(f"{path} was altered after it was exported.", "Ask for the file as it was exported.")
    return findings


def _finding(quote: dict[str, Any], article: Callable[[str], Article | None]) -> Finding:
    if _hash(quote["quote"]) != quote["sha256"]:
        return "altered"
    stored = article(quote["article"])
    if stored is None:
        return "removed"
    if stored.text[quote["start"] : quote["end"]] == quote["quote"]:
        return "verbatim"
    was_edited = stored.id != quote["article"]  # the article that took its place holds the words elsewhere
    return "verbatim" if was_edited and stands_in(quote["quote"], stored.text) else "changed"


def _data(turn: Turn) -> dict[str, Any]:
    answer = turn.answer
    return {
        "question": turn.message,
        "searched": answer.question,
        "message": answer.message,
        "written_by": answer.written_by,
        "note": answer.note,
        "statements": [
            {
                "text": each.text,
                "citations": list(each.citations),
                "doubt": _doubt(each),
                "part": each.part,
            }
            for each in answer.statements
        ],
        "quotes": [
            {
                "number": each.number,
                "article": each.article_id,
                "title": each.title,
                "origin": _origin(each),
                "start": each.start,
                "end": each.end,
                "quote": each.quote,
                "sha256": _hash(each.quote),
            }
            for each in answer.citations
        ],
    }


def _page(data: dict[str, Any]) -> str:
    template = Template(files("assistant").joinpath("receipt.html").read_text("utf-8"))
    return template.substitute(
        title=escape(data["title"]),
        turns="".join(map(_section, data["turns"])),
        # A script element ends at the first "</" whatever it holds.
        data=json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c"),
    )


def _section(turn: dict[str, Any]) -> str:
    headings = ["", *(each.get("part", "") for each in turn["statements"])]
    said = "".join(
        f"{_heading(each.get('part', ''), before)}<p>{escape(each['text'])}"
        f" {''.join(f'<sup>[{number}]</sup>' for number in each['citations'])}"
        f"{' <em>(' + escape(each['doubt']) + ')</em>' if each['doubt'] else ''}</p>"
        for each, before in zip(turn["statements"], headings, strict=False)
    )
    said = said or f"<p>{escape(turn['message'] or load_prompts().say('not_found'))}</p>"
    said += f"<p><small>{escape(turn['note'])}</small></p>" if turn["note"] else ""
    notes = "".join(
        f'<li value="{int(each["number"])}"><q>{escape(each["quote"])}</q> <cite>{escape(each["origin"])}</cite></li>'
        for each in turn["quotes"]
    )
    return f"<section><h2>{escape(turn['question'])}</h2>{said}{f'<ol>{notes}</ol>' if notes else ''}</section>"


def _heading(part: str, before: str) -> str:
    return f"<h3>{escape(part)}</h3>" if part and part != before else ""


def _doubt(statement: Statement) -> str:
    """What the cited words lack of a model's sentence; nothing for a quote, and for a sentence that they carry."""
    return "" if statement.support in ("", "supported") else statement.reason or statement.support


def _noted(citation: Citation) -> str:
    return f"“{citation.quote}” {_origin(citation)}"


def _origin(citation: Citation) -> str:
    day = citation.published.isoformat() if citation.published else ""
    parts = (citation.title, citation.author, citation.source, day, citation.page, citation.url)
    return ", ".join(part for part in parts if part)


def _line(text: str) -> str:
    """On one line, with what Markdown would take for its own escaped."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(text.split()))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
