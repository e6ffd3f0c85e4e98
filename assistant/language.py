"""Whether a text is English, the language that the reader was trained on."""

import unicodedata

from index.words import STOPWORDS, words

ENGLISH_SHARE = 0.2
"""Share of little words from which a passage is English; `tests/test_language.py` has examples of others."""

# Little words of questions in German, French, Spanish, Italian, Portuguese and Dutch, without those that are words or
# parts of well-known names in English as well ("die", "comment", "como", "los").
_FOREIGN = frozenset(
    words(
        """wer wen wem wie wo wann warum wieso welche welcher welches und ist sind wird wurde nicht mit
        qui quand où pourquoi combien quel quelle dans avec pour quién cuándo cuánto dónde cómo qué por
        quando dove perché quem onde quanto wat waar wanneer waarom hoe het een zijn"""
    )
) - {"como", "que", "ou"}


def is_english(text: str) -> bool:
    """Whether a passage or a question is English; a few names or keywords alone count as English."""
    letters = [character for character in text if character.isalpha()]
    other_script = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if other_script > 0.3 * len(letters):
        return False
    found = words(text)
    little = sum(word in STOPWORDS for word in found)
    if len(found) > 30:
        return little >= ENGLISH_SHARE * len(found)
    foreign = sum(word in _FOREIGN for word in found)
    return not foreign or little > foreign
