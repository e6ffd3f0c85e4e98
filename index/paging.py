"""Where the pages of a document begin, kept true while its paragraphs are cleaned, joined and stored."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from index.schema import Article, PageStart


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Where in the paragraphs of a document a page begins: a paragraph's index, and an offset into it.

    `number` and `label` as in PageStart.
    """

    paragraph: int
    offset: int
    number: int
    label: str


def kept_breaks(breaks: Sequence[PageBreak], kept: Sequence[tuple[int, str]]) -> tuple[PageBreak, ...]:
    """Where the pages begin in the paragraphs that were kept, given as (former index, text, which may be cut short).

    A page begins at the first of its words that were kept; one of which none were is left out.
    """
    indexes = [index for index, _ in kept]
    found: dict[tuple[int, int], PageBreak] = {}  # of pages that fall together only the last has words there
    for page in breaks:
        place, offset = bisect_left(indexes, page.paragraph), 0
        if place < len(kept) and indexes[place] == page.paragraph:
            place, offset = (place, page.offset) if page.offset < len(kept[place][1]) else (place + 1, 0)
        if place < len(kept):
            found[place, offset] = replace(page, paragraph=place, offset=offset)
    return tuple(found.values())


def page_starts(breaks: Sequence[PageBreak], starts: Sequence[int]) -> tuple[PageStart, ...]:
    """The pages as offsets into the text in which each paragraph begins at one of `starts`."""
    return tuple(PageStart(starts[page.paragraph] + page.offset, page.number, page.label) for page in breaks)


def as_stored(article: Article, stored: Article | None) -> Article:
    """The article with the white space that its words are stored with, if they are, and its pages beginning there."""
    if stored is None or stored.text == article.text:
        return article
    before = [0, *accumulate(not character.isspace() for character in article.text)]
    places = [place for place, character in enumerate(stored.text) if not character.isspace()]
    pages = tuple(replace(page, start=places[before[page.start]]) for page in article.pages)
    return replace(article, text=stored.text, pages=pages)
