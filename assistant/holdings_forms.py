"""How questions about the library are worded, as patterns of the whole message, and what one of them asks for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.continuing import points
from assistant.intent_forms import POLITE
from assistant.prompts import load_prompts
from assistant.scope import days_named
from assistant.source_names import named_source
from index.schema import Filters
from index.words import content_words, stem

LONGEST_TOPIC = 8  # words: what is longer is a question of its own, or a sentence
LONGEST_WRITTEN_ABOUT = 3
"""Content words: `Who wrote about the distillation of drinking water from sea water?` asks what an article tells."""

_LIBRARY = r"(?:the|your|my|this) library"
_HAVE = r"(?:do (?:you|we|i) have|have (?:you|we|i)(?: got)?)"
_THERE = (
    rf"(?:are there|(?:are (?:there )?|{_HAVE} )in {_LIBRARY}|{_HAVE}|does {_LIBRARY} (?:hold|have|contain|cover)"
    r"|did i add)"
)
_SHOW = r"(?:list|show|show me|give me)(?: all(?: of)?)?(?: the| my| your)?"
_FIND = r"(?:list|show|give|find|get|bring up|search(?: for)?|look for|look up)(?: me| us)?"
_BOUND = r"(?: since| from| published)?"
"""What is left standing before a day or a source that was taken out."""
_ARTICLES = r"(?:news )?(?:articles|stories|reports|pieces)"
_AN_ARTICLE = r"(?:(?:any|an|a|the|some) )?(?:news )?(?:article|story)"
_MENTION = (
    r"(?:mention|cover|discuss|are about|deal with|speak (?:of|about)|talk (?:of|about)|tell (?:of|about)|write about"
    r"|report on|refer to)"
)
_ABOUT = (
    r"(?:about|on|covering|concerning|regarding|mentioning|discussing|dealing with"
    rf"|(?:that|which) {_MENTION.replace('mention|', 'mention|mentions|')})"
)
_MENTIONED = (
    r"(?:(?:have |has )?(?:mentioned|discussed|dealt with|wrote about|written about|reported on|covered(?! up\b)))"
)
_WROTE = r"(?:wrote|writes|has written|have written)"
_MOST = (
    rf"(?:wrote|writes|has(?: written| published)?|have(?: written| published)?|published) (?:the )?most {_ARTICLES}"
    rf"(?: in {_LIBRARY})?"
)
_AUTHORS = r"(?:authors?|journalists?|reporters?|writers?)"
_TOPIC = rf"(?:the |an? )?(?P<topic>.+?)(?: (?:in|from) {_LIBRARY}| (?:that )?(?:you|we|i) have)?"
_BY = r"(?:did|has|have) (?P<author>[^,;:]+?) (?:(?:ever |already |just )?(?:write|written|publish|published))"
_LATEST, _OLDEST = r"(?:latest|newest|most recent)", r"(?:oldest|earliest)"
_IS = rf"(?:(?:what|which)(?: (?:is|are|was|were)|['’]s) |{_FIND} )?(?:the|my|your)"
_THESE = rf"(?: (?:{_THERE}|in {_LIBRARY}|(?:you|we|i) have))?"
_FORMS: tuple[tuple[str, str], ...] = (
    *(
        (f"{kind} {number}", form)
        for kind, which in (("latest", _LATEST), ("oldest", _OLDEST))
        for number, articles in (("one", "(?:news )?article"), ("ones", "(?:news )?articles"))
        for form in (
            rf"{_IS} {which} {articles}{_THESE}",
            rf"{_IS} {which} {articles} {_ABOUT} {_TOPIC}",
            rf"{_IS} {which} {articles} by (?P<author>.+)",
            rf"which {articles} (?:is|are) (?:the )?{which}",
        )
    ),
    ("count by", rf"how many {_ARTICLES} {_BY}(?: in {_LIBRARY})?"),
    ("count by about", rf"how many {_ARTICLES} {_BY} (?:about|on) {_TOPIC}"),
    ("list by", rf"(?:what|(?:what|which) {_ARTICLES}) {_BY}(?: in {_LIBRARY})?"),
    ("list by about", rf"(?:what|(?:what|which) {_ARTICLES}) {_BY} (?:about|on) {_TOPIC}"),
    ("count", rf"how many articles {_THERE}{_BOUND}"),
    ("count limited", rf"how many articles(?: (?:were|are|have been))?{_BOUND}"),
    ("count by", r"how many articles (?:(?:are|were) )?(?:written )?by (?P<author>.+)"),
    (
        "count about",
        rf"how many (?:of (?:the|my|your) )?articles (?:{_MENTION}|(?:{_THERE} )?{_ABOUT}) {_TOPIC}",
    ),
    (
        "list",
        rf"(?:(?:list|show)(?: me)? all(?: the| my| your)? articles(?: {_THERE})?|what(?: is|['’]s) in my library)",
    ),
    ("list", rf"(?:(?:what|which) articles {_THERE}|(?:list|show)(?: me)? (?:my|your) articles)"),
    ("list limited", rf"(?:{_SHOW}|(?:what|which)) articles(?: {_THERE})?{_BOUND}"),
    ("list limited", rf"(?:what|which) articles (?:are|were|come|date){_BOUND}"),
    ("list by", rf"(?:{_SHOW}(?: articles)?|(?:what|which) articles (?:are|were))(?: written)? by (?P<author>.+)"),
    ("list about", rf"(?:{_FIND} )?(?:all |any |some )?(?:of )?(?:the |my |your )?{_ARTICLES} {_ABOUT} {_TOPIC}"),
    ("list about", rf"(?:{_FIND} )?{_AN_ARTICLE} {_ABOUT} {_TOPIC}"),
    ("list about", rf"(?:(?:what|which) articles|which of (?:the|my|your) articles) {_MENTION} {_TOPIC}"),
    ("list about", rf"(?:what|which) {_ARTICLES} {_THERE} {_ABOUT} {_TOPIC}"),
    ("list about", rf"(?:are there|is there) (?:(?:any|some) articles|{_AN_ARTICLE}) {_ABOUT} {_TOPIC}"),
    ("list about", rf"{_HAVE} (?:(?:any|some) )?(?:{_ARTICLES}|{_AN_ARTICLE}|anything) {_ABOUT} {_TOPIC}"),
    ("list about", rf"(?:{_FIND} )?(?:any|every)thing {_ABOUT} {_TOPIC}"),
    ("list about", rf"is there anything about {_TOPIC}"),
    ("list about", rf"{_FIND} (?:all|all there is|what there is|what(?:ever)? (?:you|we|i) have) {_ABOUT} {_TOPIC}"),
    ("list about", rf"what {_HAVE} {_ABOUT} {_TOPIC}"),
    ("sources about", rf"(?:which|what) (?:of (?:the|your|my) )?(?:news )?sources {_MENTION} {_TOPIC}"),
    ("sources about", rf"(?:which|what) (?:of (?:the|your|my) )?(?:news )?sources {_MENTIONED} {_TOPIC}"),
    ("sources most", rf"(?:which|what) (?:of (?:the|your|my) )?sources? {_MOST}"),
    ("authors about", rf"who (?:else )?{_WROTE} (?:{_ARTICLES} )?about {_TOPIC}"),
    ("authors about", rf"who (?:else )?(?:reported|reports|has reported|have reported) (?:on|about) {_TOPIC}"),
    ("authors most", rf"(?:who|(?:which|what) (?:of (?:the|your|my) )?{_AUTHORS}) {_MOST}"),
    ("authors", rf"(?:which|what|how many) {_AUTHORS} {_THERE}|who are (?:my|your) {_AUTHORS}"),
    ("authors", rf"{_FIND} (?:all(?: of)? )?(?:my|your) {_AUTHORS}|{_FIND} all(?: the)? authors(?: {_THERE})?"),
    ("sources", rf"(?:which|what|how many) (?:news )?sources {_THERE}"),
    ("sources", rf"(?:{_FIND} )?(?:all(?: of)? )?(?:my|your) sources|{_FIND} (?:all the|all) sources(?: {_THERE})?"),
    ("sources", r"what are (?:my|your) sources|where do (?:my|your) articles come from"),
    ("new limited", rf"what(?:['’]s| is) new(?: in {_LIBRARY})?{_BOUND}"),
)
_QUESTIONS = tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in _FORMS)
"""The kinds of question; a limited one is taken only where it names days or a source."""

_OF_LIBRARY = re.compile(
    rf"\b(?:{_LIBRARY}|(?:you|we|i) have|have (?:you|we|i)|did i add|(?:my|your) (?:articles|sources)"
    r"|all(?: the)? (?:articles|sources))\b",
    re.IGNORECASE,
)
_OF_ARTICLES = re.compile(
    r"\b(?:how many|what|which) articles (?:(?:are|were) )?(?:there|by|from|published|did|has|have)\b"
    rf"|\b(?:{_LATEST}|{_OLDEST}) articles?\b",
    re.IGNORECASE,
)
_HAVE_ARTICLES = frozenset(
    map(
        stem,
        "accord agreement amendment bill charter code constitution contract convention covenant declaration directive"
        " impeachment law pact protocol regulation resolution statute treaty".split(),
    )
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|will|would|can|could|should|may|might|must|not|\w+n['’]t"
    r"|except|without|but|or)\b"
)
"""What no mere topic has: the verb of a sentence ("reports on the flood were wrong"), or what is not to be there.

With a capital it is a name: "articles about Theresa May".
"""


@dataclass(frozen=True, slots=True)
class AskedOfLibrary:
    """A question about the library: its kind, what limits it, and the question's own words that say so."""

    kind: str
    filters: Filters
    limits: tuple[str, ...] = ()
    author: str = ""
    topic: tuple[str, ...] = ()
    """The words that an article must hold, all of them."""
    added_since: datetime | None = None


def asked_of_library(question: str, sources: Sequence[str], today: date | None) -> AskedOfLibrary | None:
    """What a message asks of the library, None for any other; `sources` are those of the library."""
    source, naming = named_source(question, sources)
    since, until, days = days_named(question, today)
    rest = question.replace(naming, naming.split()[0]) if naming else question  # "articles from Reuters": articles
    for words in days:
        rest = rest.replace(words, "")
    kind, said = _read(" ".join(rest.strip(" .?!").split()))
    limits = tuple(part for part in (naming, *days) if part)
    if not kind or (kind.endswith("limited") and not limits):
        return None
    filters = Filters((source,) if source else (), since, until)
    if kind == "new limited":
        return _asked_for_new(filters, limits, days) if since else None
    author = said.get("author", "")
    limits = (f"by {author}", *limits) if author else limits
    if "topic" not in said:
        return AskedOfLibrary(kind, filters, limits, author)
    if not _is_topic(said["topic"]):
        return None
    if kind == "authors about" and len(content_words(said["topic"])) > LONGEST_WRITTEN_ABOUT:
        return None
    words = load_prompts().say("holdings_words", topic=said["topic"])
    return AskedOfLibrary(kind, filters, (*limits, words), author, tuple(content_words(said["topic"])))


def speaks_of_library(question: str, carried: Sequence[str] = ()) -> bool:
    """Whether a question names the library, or articles where what was spoken of, the words `carried`, has none itself.

    `How many articles are there?` is asked of the library amid all talk but that of a treaty, say.
    """
    if _OF_LIBRARY.search(question):
        return True
    return bool(_OF_ARTICLES.search(question)) and not _HAVE_ARTICLES & set(map(stem, carried))


def _read(asked: str) -> tuple[str, dict[str, str]]:
    """The kind of the first form that fits, as the question is worded or without its polite opening, and its parts."""
    asked = re.sub(r",? please$", "", asked, flags=re.IGNORECASE)
    without = POLITE.sub("", asked, count=1)
    for kind, form in _QUESTIONS:
        if match := form.fullmatch(asked) or form.fullmatch(without):
            return kind, match.groupdict()
    return "", {}


def _is_topic(words: str) -> bool:
    """Whether words name a topic and are no sentence; one that points back is the conversation's."""
    return (
        bool(content_words(words))
        and len(words.split()) <= LONGEST_TOPIC
        and not points(words)
        and not _CLAUSE.search(words)
    )


def _asked_for_new(filters: Filters, limits: tuple[str, ...], days: tuple[str, ...]) -> AskedOfLibrary:
    """What was added since the first of the days, whenever it was published."""
    assert filters.since is not None
    # "Today" and "yesterday" alone begin a day earlier, since what happens is told the day after.
    margin = any(re.match(r"(?:today|tonight|yesterday|last night)\b", words, re.IGNORECASE) for words in days)
    since = datetime.combine(filters.since + timedelta(1 if margin else 0), time.min).astimezone(UTC)
    return AskedOfLibrary("new", Filters(filters.sources), limits, added_since=since)
