"""The conversation and a message -> the question to search."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.asked_again import asked_again, names_aspect
from assistant.continuing import continues, leans_at_once, may_mean, points
from assistant.intent import ORDINALS, intent_of, topic_of
from assistant.length import length_changed, without_length
from assistant.months import MONTH_NAME
from assistant.schema import Answer, Turn
from assistant.year_meant import with_year, without_days
from index.words import STOPWORDS, content_words, stem, words

CARRIED_WORDS = 12
ENOUGH_WORDS = 4
"""Earlier messages are gone back to until this many words are carried."""
GOES_ON = 0.4
"""The probability from which a message is taken to go on with the conversation: of messages of conversations kept aside
90 in 100 reach it, of questions put into a strange conversation 19."""

_INTERJECTIONS = re.compile(
    r"(?>(?:ok(ay)?|oh|ah|wow|great|cool|nice|good|perfect|fine|super|sure|right|yes|no|yep|nope|i see|got it|"
    r"understood|interesting|thanks?|thank you|thx|many|very|so|a lot|much|that'?s|all|for|now|the help|your help|bye"
    r"|goodbye|that was|is|helpful|awesome|amazing|welcome|you are|you)\b|"
    r"\W)++"  # atomic, since "thank you" may be read in two ways, and the time would double with every one
)
_GRATEFUL = re.compile(r"\b(?:thanks?|thx|(?:the|your) help|helpful|bye|goodbye|you are welcome)\b")
"""What of these is answered with "you are welcome"; the others are mere interjections: `Oh!`, `I see`."""
_GREETING = re.compile(
    r"\W*(hi|hello|hey|good (morning|afternoon|evening|day)|greetings)( there| everyone| assistant)?\W*"
)
_OPENING = re.compile(r"([^.!?,;:]*[.!?,;:]+)\s+(?=\w)")
_CLOSING = re.compile(r"(?<![.!?,;:])[.!?,;:]+(\s+[^.!?,;:]+[.!]*)$")
_ELLIPSIS = re.compile(
    r"\W*(and|but|or|also|so|then)\b|\W*(what|how) about\b|\W*(why|when|where|who|how|which|what)( (so|not|else|exactly"
    r"|then|long|many|much|often|far|old|is that|was that|more))?\W*$"
    r"|.*\b(more|else|elaborate|details?|continue|go on)\b"
    r"(\W+(about|on|of)\b)?(\W+(it|that|this|them)\b)?\W*$"
)
_ORDINALS = ORDINALS | {"former": 0, "latter": 1}
_ORDINAL = re.compile(rf"\bthe ({'|'.join(_ORDINALS)})( (one|point|statement|sentence|answer|quote|item|thing))?\W*$")
_THE_ARTICLE = re.compile(
    r"\bthe (article|report|story|piece)\b(?! (about|on|by|of|that|from|in|where|which)\b)"
    r"|\bthe (author|writer|journalist|reporter|source)\W*$"
)
_OF_AN_ARTICLE = re.compile(
    r"\b(?:the|this|that) (?:[\w'’-]+ ){0,2}?(?:article|story) (?:about|on|covering) (?P<topic>.+?)"
    r"(?: (?:published|written|posted|come (?:from|out)|appear|from))?\W*$"
)
_EMPTY_WORDS = frozenset(
    "details detail elaborate else example examples continue go thing things happened one ones point".split()
)
_EMPTY = _EMPTY_WORDS.union(_ORDINALS)
_DEFINING = re.compile(r"(what|who) (is|are|was|were) (an? )?[\w’'-]+( [\w’'-]+){0,2}\W*$", re.IGNORECASE)
_DESCRIBING = re.compile(
    r"\W*(?i:who|what|where|when) (?:is|are|was|were) (?:the |an? )?(?:[\w’'-]+ ){1,4}(?:of|in|for|at|from) (?:the )?"
    rf"(?!{MONTH_NAME})"
    r"[A-Z][\w’'.-]*(?: (?:(?:of|and|the|de) )?[A-Z][\w’'.-]*)*\W*"
    r"|\W*(?:and )?what (?:happened to|(?:has )?become of|became of) (?:the )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)*\W*"
)
"""What is asked of a thing by its name, and nothing more: `Who is the mayor of Harrow?`, not `What was it in May?`."""
_NAMING = re.compile(r"\b(who|which|what|whose|whom)\b")
_PRONOUN = re.compile(r"\b(he|she|it|they|him|her|them|his|its|their)\b(?!['’])", re.IGNORECASE)
_BARE = re.compile(r"\b(this|that|these|those)\W*$")
_POSSESSIVE = frozenset({"his", "its", "their"})
_NAMES = re.compile(r"(?:[A-Z][\w’'-]*)(?:(?: (?:of|and|the|de|van|von|bin|al))* [A-Z][\w’'-]*)*")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that can be searched on its own.

    `text` is what is searched and shown; `own` the words of the message, `carried` those taken over from earlier turns.
    `small_talk` names the prompt to answer with where nothing is asked, or nobody can tell what.
    """

    text: str
    own: tuple[str, ...]
    carried: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    """The articles the last answer cited, which "it" may mean."""
    small_talk: str = ""
    asked: str = ""
    """The message alone, without small talk around it and without what was carried."""
    cited: tuple[str, ...] = ()
    """The article of each citation of the last answer that has any, whether the message goes on with it or not."""
    part_of: str = ""
    """The topic that the message asks for a part of: the fire, of which `And the police?` was asked."""

    @property
    def keywords(self) -> tuple[str, ...]:
        """The words for a keyword search: beside carried words, each own word twice, so that it weighs twice."""
        return (*self.own, *self.own, *self.carried) if self.carried else self.own


def standalone(turns: Sequence[Turn], message: str) -> Standalone:
    """Resolve a message against the turns before it: one that goes on with them brings their words along."""
    lower = message.lower()
    if not words(message):
        return Standalone(message, (), small_talk="unclear")
    if _GREETING.fullmatch(lower):
        return Standalone(message, (), small_talk="greeting")
    if _INTERJECTIONS.fullmatch(lower):
        return Standalone(message, (), small_talk="thanks" if _GRATEFUL.search(lower) else "interjection")
    question = without_small_talk(message)
    own = tuple(content_words(without_length(question)))
    cited = _cited(turns)
    asked = [turn for turn in turns if _speaks_of_topic(turn) and not is_small_talk(turn.message)]
    if not asked:
        unclear = "unclear" if is_unclear(question) else ""
        return Standalone(question, own, small_talk=unclear, asked=question, cited=cited)
    if again := asked_again(asked[-1], question):
        own = tuple(content_words(without_length(again)))
        if topic_of(again) and names_aspect(question) and (of := _topic(asked)):  # the police, of what was summed up
            of = of[of.find("(") + 1 :].rstrip(")")  # of the whole, where a part of it was asked for before
            carried = tuple(word for word in content_words(of) if word not in own)
            return Standalone(f"{again} ({of})", own, carried, asked=again, cited=_cited(asked), part_of=of)
        carried = () if topic_of(again) or not intent_of(again, ()) else tuple(content_words(_topic(asked)))
        return Standalone(again, own, carried, asked=again, cited=_cited(asked))
    said = [_subject(turn) for turn in asked]
    if not goes_on(said, question):
        return Standalone(question, own, asked=question, cited=cited)
    dated = with_year(question, asked[-1].answer.question or asked[-1].message)
    if dated != question:  # its days take the place of those before it
        question, said = dated, list(map(without_days, said))
        own = tuple(content_words(without_length(question)))
    articles = tuple(dict.fromkeys(cited))
    names = introduced(asked[-1], question)
    phrases = _carried(said, question, names)
    carried = tuple(word for word in content_words(" ".join(phrases)) if word not in own)
    in_full = _in_full(question, phrases, said[-1])
    return Standalone(in_full, own, carried, articles, asked=question, cited=cited)


def _cited(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The article of each citation of the last answer that has any."""
    answered = next((turn.answer for turn in reversed(turns) if turn.answer.citations), Answer(""))
    return tuple(citation.article_id for citation in answered.citations)


def _speaks_of_topic(turn: Turn) -> bool:
    """Whether a turn may be gone on with; of those that a record answered one that names what its article is on."""
    return turn.answer.written_by != "catalogue" or bool(_OF_AN_ARTICLE.search(turn.message))


def _subject(turn: Turn) -> str:
    """What a turn spoke of: of a request its topic, without "summarise" or "the reports differ"; it may have none."""
    said = turn.answer.question, turn.message
    if turn.answer.written_by == "catalogue" and (of_article := _OF_AN_ARTICLE.search(turn.message)):
        return of_article["topic"]
    if topic := next(filter(None, map(topic_of, said)), ""):
        return topic
    if length_changed(turn.message, 1):  # a question put anew
        return without_length(turn.answer.question)
    return "" if any(intent_of(text, ()) for text in said) else without_small_talk(turn.message)


def _topic(asked: Sequence[Turn]) -> str:
    """The topic spoken of last."""
    topics = (topic_of(turn.answer.question) or topic_of(turn.message) for turn in reversed(asked))
    return next(filter(None, topics), "")


def is_small_talk(message: str) -> bool:
    """Whether nothing is asked: thanks, a greeting, an interjection."""
    lower = message.lower()
    return bool(_INTERJECTIONS.fullmatch(lower) or _GREETING.fullmatch(lower))


def without_small_talk(message: str) -> str:
    """The message without the thanks or greeting it opens with: `Got it. How long?` -> `How long?`.

    Nor the thanks it ends in, which with a capital would be a name that no article holds.
    """
    while (opening := _OPENING.match(message)) and is_small_talk(opening[1]):
        message = message[opening.end() :]
    if (closing := _CLOSING.search(message)) and is_small_talk(closing[1]) and _GRATEFUL.search(closing[1].lower()):
        message = message[: closing.start(1)].rstrip(",;: ")
    return message


def goes_on(said: Sequence[str], message: str) -> bool:
    """Whether a message speaks of what was said before it, rather than of something new."""
    return refers_back(message) or (not defines(message, said) and continues(said, message) >= GOES_ON)


def refers_back(message: str) -> bool:
    """Whether a message cannot be understood alone: it starts with a pronoun, or says too little."""
    lower = message.lower()
    told = _ELLIPSIS.match(lower) or _ORDINAL.search(lower) or _THE_ARTICLE.search(lower)
    return bool(told) or leans_at_once(message) or not content_words(message)


def defines(message: str, said: Sequence[str]) -> bool:
    """Whether it asks what or who something is, by a name or a new word: `Who is Lula?` needs no word more.

    Nor does `Who is the mayor of Harrow?`, though it was the mayor of Westport or the bridge of Harrow before.
    """
    if points(message):
        return False
    if _DESCRIBING.fullmatch(message):
        return True
    if not _DEFINING.match(message):
        return False
    before = {stem(word) for text in said for word in content_words(text)}
    return bool(re.search(r"\s[A-Z]", message)) or not any(stem(word) in before for word in content_words(message))


def is_unclear(message: str) -> bool:
    """Whether nobody could tell what is asked where nothing was said before: `And why?`, `The second one`."""
    lower = message.lower()
    said = [word for word in content_words(message) if word not in _EMPTY]
    if not said or (re.match(r"\W*(and|but|or|also|then)\b", lower) and all(word.isdigit() for word in said)):
        return True
    return (
        bool(_PRONOUN.search(message) or _BARE.search(lower)) and len(said) <= 1 and not re.search(r"\s[A-Z]", message)
    )


def introduced(last: Turn, message: str) -> list[str]:
    """Names that the last answer brought in and the message speaks of: of its n-th statement, or what it answered."""
    answer, lower = last.answer, message.lower()
    if found := _ORDINAL.search(lower):
        place = _ORDINALS[found[1]]
        if -len(answer.statements) <= place < len(answer.statements):
            return _NAMES.findall(answer.statements[place].text)[:3]
        return []
    named = _DEFINING.match(last.message) or not _NAMING.search(last.message.lower())
    if not answer.statements or not leans_at_once(message) or named:
        return []
    first = answer.statements[0]
    return [name for start, end in first.bold for name in _NAMES.findall(first.text[start:end])][:2]


def _in_full(message: str, phrases: Sequence[str], last: str) -> str:
    """The question as it is searched and shown.

    Where all that one pronoun can mean is one name, the name takes its place: `When was Qin Gang born?`. What else is
    carried follows in brackets, since no rule says where it would stand: `How long did it last? (Blinken meet)`.
    """
    subjects = _phrases(last, set())
    pronouns = list(_PRONOUN.finditer(message))
    if (
        len(subjects) == len(pronouns) == 1
        and subjects[0] in phrases[:1]
        and _NAMES.fullmatch(subjects[0])
        and may_mean(pronouns[0][0], subjects[0], last)
    ):
        rest = message[pronouns[0].end() :]
        owned = pronouns[0][0].lower() in _POSSESSIVE or (
            pronouns[0][0].lower() == "her" and bool(content_words(" ".join(rest.split()[:1])))
        )
        message = message[: pronouns[0].start()] + subjects[0] + ("'s" if owned else "") + rest
        phrases = [phrase for phrase in phrases if phrase != subjects[0]]
    return f"{message} ({', '.join(phrases)})" if phrases else message


def _carried(said: Sequence[str], message: str, names: Sequence[str]) -> list[str]:
    """What is taken over, as written: the names, then phrases of earlier messages, back to where the topic opened."""
    known = {stem(word) for word in words(message)}
    phrases: list[str] = []
    count = 0

    def take(text: str) -> None:
        nonlocal count
        for phrase in _phrases(text, known):
            fresh = content_words(phrase)
            if count + len(fresh) <= CARRIED_WORDS:
                count += len(fresh)
                known.update(map(stem, fresh))
                phrases.append(phrase)

    for name in names:
        take(name)
    for place in reversed(range(len(said))):
        take(said[place])
        if count >= ENOUGH_WORDS or (count and not goes_on(said[:place], said[place])):
            break
    return phrases


def _phrases(text: str, known: set[str]) -> list[str]:
    """Runs of words not known yet, with the function words inside a run: `Blinken`, `meet Qin Gang on Sunday`."""
    runs: list[list[str]] = [[]]
    for part in re.findall(r"[\w’'][\w’'.-]*|[^\w\s]", text):
        own = words(part)
        if not own or any(word in _EMPTY or (stem(word) in known and word not in STOPWORDS) for word in own):
            runs.append([])
        else:
            runs[-1].append(part.rstrip(".'’"))
    trimmed = (_trim(run) for run in runs)
    return [" ".join(run) for run in trimmed if run]


def _trim(run: Sequence[str]) -> list[str]:
    """A run without the function words around it."""
    places = [place for place, part in enumerate(run) if content_words(part)]
    return list(run[places[0] : places[-1] + 1]) if places else []
