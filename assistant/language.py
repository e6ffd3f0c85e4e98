"""Whether a text is English, the language that the reader was trained on."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from index.words import STOPWORDS, words

ENGLISH_SHARE = 0.2
"""Share of little words from which a passage is English; `tests/test_language.py` has examples of others."""

LITTLE_SHARE = 0.25
"""Share of little words of other languages, two at least, from which a question without an English one is foreign."""

# Little words of German, French, Spanish, Italian, Portuguese and Dutch, without those that are words or parts of
# well-known names in English as well ("die", "comment", "como", "los", "hat", "la", "der").
_FOREIGN = frozenset(
    words(
        """wer wen wem wie wo wann warum wieso welche welcher welches welchen und ist sind wird wurde wurden nicht mit
        worum viele eine einen einem einer sich dass auch haben wegen zwischen nach zum zur beim vom
        qui quand où pourquoi combien quel quelle quels quelles dans avec pour une est sont cette ont leur depuis
        était été étaient chez qu'est quién cuándo cuánto dónde cómo qué por cuántos cuáles según fue desde
        quando dove perché quem onde quanto quanti della sono wat waar wanneer waarom hoe het een zijn werd naar"""
    )
) - {"como", "que", "ou"}

# And those that tell nothing of a question known to be none in English, though they may be English words too.
_LITTLE = _FOREIGN | frozenset(
    words(
        """was der die das den dem des ein im am an in auf aus bei für hat hatte war waren wurde gab gibt es er
        sie von zu als le la les un du de des et au aux en se sa son ses il elle ils que quoi ce fut comment a où sur
        el los las lo del al es en que como il lo gli che di da è nel della o os as do da no na de het een van in op
        te"""
    )
)

_SHARED = _LITTLE & STOPWORDS
_OWN = _LITTLE - _SHARED - frozenset("la las le los el como del de da san".split())  # of names: Los Angeles, Lake Como

_OF_NAMES = re.compile(
    r"(?<=[^\W\d_]) (?:(?:v[oa]n(?: de[rnm]?)?|d[aeiou]s?|del|della|de la|al|el|bin|ibn|ten|ter|zu|en|et) )+(?=[A-Z])"
    r"|\b(?:et al|au pair|en route|al fresco|au fait|el Niño)\b"
)
"""Little words within a name, or borrowed: "Ursula von der Leyen", "et al"."""


@lru_cache(maxsize=1024)  # several steps of an answer ask it of the same passages
def is_english(text: str) -> bool:
    """Whether a passage or a question is English; a few names or keywords alone count as English."""
    letters = [character for character in text if character.isalpha()]
    others = (letter for letter in letters if not letter.isascii())
    other_script = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in others)
    if other_script > 0.3 * len(letters):
        return False
    found = words(text)
    little = sum(word in STOPWORDS for word in found)
    if len(found) > 30:
        return little >= ENGLISH_SHARE * len(found)
    foreign = sum(word in _FOREIGN for word in found)
    if not foreign and little == sum(word in _SHARED for word in found):  # "Was sagte er?": "was" is English too
        own = _OWN.intersection(found)
        return len(own) < max(2, LITTLE_SHARE * len(found)) or not own.intersection(words(_OF_NAMES.sub(" ", text)))
    return not foreign or little > foreign


def telling_words(text: str, own: Sequence[str]) -> tuple[str, ...]:
    """The words of a question without the little ones of its language, if that is not English and others are left."""
    told = tuple(word for word in own if word not in _LITTLE)
    return tuple(own) if not told or is_english(text) else told
