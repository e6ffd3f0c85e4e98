"""Questions about the articles themselves (who wrote it, when, where from), answered from the catalogue's records."""

import re
from collections.abc import Callable, Sequence

from assistant.citations import Claim, Evidence, resolve
from assistant.follow_up import Standalone
from assistant.prompts import load_prompts
from assistant.schema import Answer
from index.catalogue import Catalogue
from index.schema import Article, Hit
from index.splitting import sentences
from index.words import content_words

_END = r"\W*(?:\([^)]*\))?\W*$"
"""The end of the question; the words carried over from an earlier one stand behind it in brackets."""
_ARTICLE = (
    r"(?:(?:the|this|that|an?|your) (?:[\w’'.-]+ ){0,3}?(?:article|news (?:story|report))(?! \d)"
    rf"|(?:the|this|that) story(?= (?:about|on)\b| (?:published|written|posted|appear|come)\b|{_END})"
    r"|this (?:report|piece|text))\b"
)
"""What can only be one of the articles: a report, a piece or a text may as well be what an article tells of."""
_IT = r"(?:it|this|that)"
_QUESTIONS: dict[str, re.Pattern[str]] = {
    "author": re.compile(
        rf"\bwho (?:wrote|authored|penned|is the (?:author|writer|journalist|reporter) (?:of|behind)) {_ARTICLE}"
        rf"|\bwho (?:wrote|authored|penned|is the (?:author|writer|journalist|reporter) (?:of|behind)) {_IT}{_END}"
        rf"|\bwho (?:is|was) the (?:author|writer|journalist|reporter){_END}|\b(?:author|writer) of {_ARTICLE}"
        rf"|\bby whom was (?:{_IT}|{_ARTICLE}.*) written{_END}"
    ),
    "published": re.compile(
        rf"\bwhen was (?:{_IT}|{_ARTICLE}.*) (?:published|written|posted){_END}"
        rf"|\bwhen did {_ARTICLE}.* (?:appear|come out){_END}"
        rf"|\b(?:publication date|date of publication)(?:{_END}| of (?:{_IT}{_END}|{_ARTICLE}))|\bdate of {_ARTICLE}"
    ),
    "source": re.compile(
        rf"\b(?:who|which (?:paper|newspaper|agency|site|outlet|source)) published (?:{_IT}{_END}|{_ARTICLE})"
        rf"|\bwhere was (?:{_IT}|{_ARTICLE}.*) published{_END}"
        rf"|\bwhat is the source of (?:{_IT}{_END}|{_ARTICLE})"
        rf"|\bwhere (?:does|did|is) {_ARTICLE}.* (?:come )?from{_END}"
        rf"|\bwhich source (?:does|did|is) (?:{_IT}|{_ARTICLE}.*) (?:come )?from{_END}"
    ),
}
_QUOTED = re.compile(r"[\"“']([^\"“”]{3,}?)[\"”'](?!\w)")
_ABOUT_RECORDS = frozenset(
    "wrote write written author authored writer penned journalist reporter article articles report story piece text"
    " news published publish publication posted appear date source paper newspaper agency site outlet come came".split()
)


def answer_from_records(
    standalone: Standalone, catalogue: Catalogue, find: Callable[[str], Sequence[Hit]]
) -> Answer | None:
    """The author, date or source of the article meant, citing its opening words; None for any other question."""
    asked = standalone.asked or standalone.text
    titled, quoted = _titled(asked, catalogue)
    lower = (asked.replace(quoted, "the article") if titled else asked).lower()
    field = next((name for name, pattern in _QUESTIONS.items() if pattern.search(lower)), None)
    if field is None:
        return None
    articles = [titled] if titled else _meant(standalone, catalogue, find)
    prompts = load_prompts()
    if not articles:
        return Answer(standalone.text, message=prompts.say("which_article"))
    recorded = [(article, _value(article, field)) for article in articles]
    claims = [
        Claim(prompts.say(field, title=article.title, **{field: value}), (_opening(article, field),))
        for article, value in recorded
        if value
    ]
    if not claims:
        said = prompts.say("unrecorded", field=_NAMES[field], title=articles[0].title)
        return Answer(standalone.text, message=said, written_by="catalogue")
    statements, citations = resolve(claims)
    return Answer(standalone.text, statements, citations, written_by="catalogue")


_NAMES = {"author": "author", "published": "date of publication", "source": "source"}


def _titled(question: str, catalogue: Catalogue) -> tuple[Article | None, str]:
    """The article whose title the question quotes, and how it is quoted; None where there is no such title."""
    match = _QUOTED.search(question)
    title = " ".join(match[1].split()).rstrip(".,?!") if match else ""
    for row in catalogue.rows(title) if match and title else ():
        if row.title.casefold().rstrip(".,?!") == title.casefold():
            return catalogue.article(row.id), match[0] if match else ""
    return None, ""


def _meant(standalone: Standalone, catalogue: Catalogue, find: Callable[[str], Sequence[Hit]]) -> list[Article]:
    """The articles the last answer cited; else the one that fits the question's other words; else the only one."""
    if standalone.articles:
        known = catalogue.by_id(standalone.articles)
        return [known[article_id] for article_id in standalone.articles if article_id in known]
    topic = [word for word in content_words(standalone.text) if word not in _ABOUT_RECORDS]
    if topic:
        hits = find(" ".join(topic))
        return [hits[0].article] if hits else []
    rows = catalogue.rows(limit=2)
    only = catalogue.article(rows[0].id) if len(rows) == 1 else None
    return [only] if only else []


def _value(article: Article, field: str) -> str:
    if field == "published":
        return f"{article.published.day} {article.published:%B %Y}" if article.published else ""
    return article.author if field == "author" else article.source


def _opening(article: Article, field: str) -> Evidence:
    start, end = sentences(article.text)[0]
    return Evidence(article, start, end, field)
