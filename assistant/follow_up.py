"""The conversation and a message -> the question to search."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.schema import Turn
from index.words import STOPWORDS, content_words, words

CARRIED_WORDS = 12

_THANKS = re.compile(
    r"(ok(ay)?|oh|ah|wow|great|cool|nice|good|perfect|fine|super|sure|right|yes|no|yep|nope|i see|got it|"
    r"understood|interesting|thanks?|thank you|thx|many|very|so|a lot|much|that'?s|all|for|now|the help|your help|bye"
    r"|goodbye|"
    r"\W|\s)+"
)
_GREETING = re.compile(
    r"\W*(hi|hello|hey|good (morning|afternoon|evening|day)|greetings)( there| everyone| assistant)?\W*"
)
_REFERRING = frozenset(
    "it its he him his she her hers they them their theirs this that these those there then one ones"
    " former latter".split()
)
_ELLIPSIS = re.compile(
    r"\W*(and|but|or|also|so|then)\b|\W*(what|how) about\b|\W*(why|when|where|who|how|which|what)( (so|not|else|exactly"
    r"|then|long|many|much|often|far|old|is that|was that|more))?\W*$"
    r"|.*\b(more|else|elaborate|details?|continue|go on)\b\W*"
    r"(about|on|of)?\W*(it|that|this|them)?\W*$"
)
_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be searched on its own.

    `text` is what is searched and shown; `own` the words of the message, `carried` those taken over from earlier turns.
    `small_talk` names the prompt to answer with where nothing is asked.
    """

    text: str
    own: tuple[str, ...]
    carried: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    """The articles the last answer cited, which "it" may mean."""
    small_talk: str = ""


def standalone(turns: Sequence[Turn], message: str) -> Standalone:
    """Resolve a message against the turns before it: words that refer back bring the last question's words along."""
    lower = message.lower()
    if _GREETING.fullmatch(lower):
        return Standalone(message, (), small_talk="greeting")
    if _THANKS.fullmatch(lower):
        return Standalone(message, (), small_talk="thanks")
    own = tuple(content_words(message))
    asked = [turn for turn in turns if turn.answer.question and not turn.answer.message]
    if not asked or not refers_back(message):
        return Standalone(message, own)
    last = asked[-1]
    articles = tuple(dict.fromkeys(citation.article_id for citation in last.answer.citations))
    carried = tuple(word for word in content_words(last.answer.question) if word not in own)[:CARRIED_WORDS]
    if not carried:
        return Standalone(message, own, articles=articles)
    return Standalone(f"{message} ({' '.join(_as_written(carried, last.answer.question))})", own, carried, articles)


def refers_back(message: str) -> bool:
    """Whether a message cannot be understood alone: a pronoun without a name before it, or too little said."""
    if _ELLIPSIS.match(message.lower()):
        return True
    own = words(message)
    first = next((position for position, word in enumerate(own) if word in _REFERRING), None)
    if first is not None:
        return not _NAME.search(" " + " ".join(message.split()[1:first]))
    return sum(word not in STOPWORDS for word in own) == 0


def _as_written(carried: Sequence[str], question: str) -> list[str]:
    """The words in the writing of the question they come from."""
    written = {word: part.strip("\"'“”‘’.,;:?!()") for part in question.split() for word in words(part)}
    return [written.get(word, word) for word in carried]
