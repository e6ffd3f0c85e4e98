"""Whether a text is English, the language that the reader was trained on."""

import unicodedata

from index.words import STOPWORDS, words

ENGLISH_SHARE = 0.2
"""Share of little words from which a passage is English; `tests/test_language.py` has examples of others."""

# Little words of German, French, Spanish, Italian, Portuguese and Dutch, without those that are words or parts of
# well-known names in English as well ("die", "comment", "como", "los", "hat", "la", "der").
_FOREIGN = frozenset(
    words(
        """wer wen wem wie wo wann warum wieso welche welcher welches welchen und ist sind wird wurde wurden nicht mit
        worum wieviele viele eine einen einem einer sich dass auch haben wegen zwischen nach zum zur beim vom
        qui quand où pourquoi combien quel quelle quels quelles dans avec pour une est sont cette ont leur depuis
        a-t-il était été étaient chez qu'est quién cuándo cuánto dónde cómo qué por cuántos cuáles según fue desde hasta
        quando dove perché quem onde quanto quanti della sono wat waar wanneer waarom hoe het een zijn werd naar"""
    )
) - {"como", "que", "ou", "a", "t", "il"}


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
