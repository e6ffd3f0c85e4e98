"""Markdown and its front matter."""

import re
from contextlib import suppress
from dataclasses import replace

from index.cleaning import furniture
from index.formats.fields import facts_in
from index.formats.page import from_html
from index.formats.text import decoded, line_of, shown
from index.schema import TooLarge
from index.statements import Facts, stated

MAX_SIGNS = 5_000_000  # brackets alone take 15 s a million

_FRONT = re.compile(r"\s*---[ ]*\n(.{0,20000}?\n)(?:---|\.\.\.)[ ]*(?:\n|$)", re.S)


def _front_matter(text: str) -> tuple[Facts, str]:
    """The facts of YAML front matter and the text beneath it; broken front matter is text."""
    if not (found := _FRONT.match(text)):
        return Facts(), text
    import yaml  # type: ignore[import-untyped,unused-ignore]  # 0.02 s

    stated = None
    with suppress(yaml.YAMLError, RecursionError, ValueError):
        # BaseLoader leaves every scalar a string: no date or number of YAML's can fail to be one.
        stated = yaml.load(found[1], Loader=yaml.BaseLoader)
    if not isinstance(stated, dict):
        return Facts(), text
    return facts_in(stated), text[found.end() :]


def read_markdown(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of a Markdown file, and the facts of its front matter and its first heading."""
    from markdown_it import MarkdownIt  # 0.05 s

    facts, body = _front_matter(decoded(data, name))
    if len(body) > MAX_SIGNS:
        raise TooLarge(f"“{shown(name)}” has more than {MAX_SIGNS:,} signs of Markdown.", "Save it as text.")
    paragraphs: list[str] = []
    numbers: list[int | None] = []  # of the lists we are in: the number of the next item, None for bullets
    marker, row, heading = "", list[str](), ""
    signs = {"softbreak": "\n", "hardbreak": "\n", "image": "", "html_inline": ""}
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.type[0] == "o" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            marker = "- " if (number := numbers[-1]) is None else f"{number}. "
            numbers[-1] = None if number is None else number + 1
        elif token.type in ("heading_open", "th_open", "td_open"):
            heading = token.tag
        elif token.type == "tr_close":
            paragraphs.append(" | ".join(row))
            row.clear()
        elif token.type in ("fence", "code_block"):
            paragraphs += [line_of(line) for line in token.content.splitlines() if line.strip()]
        elif token.type == "html_block":
            paragraphs += from_html(f"<html><body>{token.content}</body></html>", name)[0]
        elif token.type == "inline":
            words = "".join(signs.get(part.type, part.content) for part in token.children or [])
            lines = [line for line in map(line_of, words.split("\n")) if line]
            # A line break is a space in Markdown, but a scraper's credits and bylines stand on lines of their own.
            lone = any(furniture(line) or stated(line, True) is not None for line in lines)
            lines = lines if lone else [" ".join(lines)] if lines else []
            if heading in ("th", "td"):
                row.append(" ".join(lines))
            elif heading == "h1" and not facts.title:
                facts = replace(facts, title=" ".join(lines))
            elif lines:
                paragraphs += [marker + lines[0], *lines[1:]]
            marker = heading = ""
    return [p for p in paragraphs if p.strip()], facts
