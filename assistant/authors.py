"""A person asked about whom the library knows only as an author: where no article answers, their articles are named."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.citations import cite
from assistant.holdings import author_names, counted, record
from assistant.prompts import load_prompts
from assistant.schema import Answer
from index.catalogue import Catalogue
from index.catalogue.holdings import Holdings, Sought
from index.schema import Filters, Hit
from index.words import words

NAMED = 3
"""Articles of an author that are named."""


def with_author(answer: Answer, catalogue: Catalogue, filters: Filters, hits: Sequence[Hit]) -> Answer:
    """An answer that was not found with the articles of the author it names, if any, before the nearest passages.

    Only articles that the filters let through; none where the passages found speak of the author themselves.
    """
    if answer.found or answer.message:
        return answer
    holdings = Holdings(catalogue.database)
    asked = f" {' '.join(words(answer.question))} "
    named = {
        recorded: name
        for recorded in holdings.authors()
        for name in author_names(recorded)
        if f" {' '.join(words(name))} " in asked and len(words(name)) > 1
    }
    told = [f" {' '.join(words(f'{hit.article.title} {hit.text}'))} " for hit in hits]
    if not named or any(f" {' '.join(words(name))} " in text for name in named.values() for text in told):
        return answer
    found = holdings.articles(Sought(filters, authors=tuple(named)), NAMED)
    if not found.count:
        return answer
    articles = catalogue.by_id(found.newest)
    records = [record(articles[id_], "author") for id_ in found.newest if id_ in articles]
    author = next(iter(named.values()))
    known = {word for name in named.values() for word in words(name)}
    return replace(
        answer,
        nearest=tuple(cite(number, evidence) for number, evidence in enumerate(records, 1))
        + tuple(replace(each, number=number) for number, each in enumerate(answer.nearest, len(records) + 1)),
        missing=tuple(word for word in answer.missing if word not in known),
        meant="",
        note=load_prompts().say("only_author", author=author, articles=counted(found.count)),
    )
