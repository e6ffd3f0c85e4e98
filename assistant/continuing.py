"""Whether a message goes on with the conversation: a linear model over plain features, its weights learned."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from math import exp

from assistant.months import MONTH_NAME
from index.words import STOPWORDS, stem, words

_PERSONAL = frozenset("he him his she her hers they them their theirs it its".split())
_POINTING = frozenset("this that these those such then one ones former latter same both either other".split())
_DEMONSTRATIVE = frozenset("this that these those".split())
_TIMES = frozenset("second minute hour day week month year decade century morning afternoon evening time".split())
_ASKING = frozenset(
    "what who whom whose which where when why how is are was were do does did can could will would should".split()
)
_JOINED = re.compile(r"\W*(and|but|or|also|so|then)\b|\W*(what|how) about\b")
_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+")


def continues(messages: Sequence[str], message: str) -> float:
    """The probability, 0..1, that a message goes on with what the `messages` before it speak of."""
    odds = sum(_weights().get(name, 0.0) * value for name, value in features(messages, message).items())
    return 1 / (1 + exp(-odds))


def features(messages: Sequence[str], message: str) -> dict[str, float]:
    """How a message looks, alone and beside those before it: name of the feature -> 0..1."""
    own = words(message)
    content = [word for word in own if word not in STOPWORDS]
    spoken = [{stem(word) for word in words(text) if word not in STOPWORDS} for text in messages]
    before, last = set[str]().union(*spoken), spoken[-1] if spoken else set[str]()
    shared = sum(stem(word) in before for word in content)
    names = {stem(word) for name in _NAME.findall(message) for word in words(name)}
    alone = bool(content) and not shared and not points(message)
    return {
        "always": 1.0,
        "a pronoun and no name before it": float(leans_on_a_pronoun(message)),
        "a pointing word": float(any(word in _POINTING for word in own)),
        "joined on": float(bool(_JOINED.match(message.lower()))),
        "the": float("the" in own),
        "few words": max(0.0, 1 - len(content) / 5),
        "many words": min(1.0, max(0, len(content) - 5) / 5),
        "asks": float(bool(own) and own[0] in _ASKING),
        "a name": float(bool(names)),
        "a name not heard before": float(bool(names - before)),
        "share of words heard before": shared / len(content) if content else 1.0,
        "a word heard before": float(bool(shared)),
        "nothing heard before, nothing pointed at": float(alone),
        "and asks": float(alone and own[0] in _ASKING),
        "and names": float(alone and bool(names)),
        "two words heard before": float(shared > 1),
        "a word of the last message": float(any(stem(word) in last for word in content)),
    }


def leans_on_a_pronoun(message: str) -> bool:
    """Whether a personal pronoun stands in it with no name before it that it could mean."""
    parts = message.split()
    for position, part in enumerate(parts):
        if any(word.partition("'")[0] in _PERSONAL for word in words(part)):
            return not _NAME.search(" " + " ".join(parts[1:position]))
    return False


def points(message: str) -> bool:
    """Whether a pronoun or another pointing word stands in it; `there` does at the end, not in `is there rain`."""
    own = words(message)
    return own[-1:] == ["there"] or any(word.partition("'")[0] in _PERSONAL or word in _POINTING for word in own)


def leans_at_once(message: str) -> bool:
    """Whether a pronoun stands in it with no word before it that it could mean: `How long did it last?`."""
    for word, after in pairwise([*words(message), ""]):
        if word.partition("'")[0] in _PERSONAL or (word in _DEMONSTRATIVE and after not in _TIMES):
            return True
        if word not in STOPWORDS:
            return False
    return False


def may_mean(pronoun: str, name: str, last: str) -> bool:
    """Whether a pronoun may stand for a name: none does for a month, and "it" for no person."""
    if re.fullmatch(MONTH_NAME, name):
        return False
    return pronoun.lower() not in ("it", "its") or not re.match(r"\W*(?:and )?who(?:m|se)?\b", last, re.IGNORECASE)


@cache
def _weights() -> Mapping[str, float]:
    """Feature -> addend to the log odds; `training/continuing.py` makes them again."""
    text = resources.files("assistant").joinpath("continuing.json").read_text("utf-8")
    return {str(name): float(weight) for name, weight in json.loads(text)["weights"].items()}
