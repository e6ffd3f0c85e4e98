"""What a word that no article holds may be a typing error of; it is only ever offered, never searched unasked."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

from rapidfuzz.distance import OSA

from index.catalogue import Vocabulary
from index.words import stem, words

SHORTEST = 5
"""Letters: nearly any word of fewer has another one beside it."""
LONG = 8
"""Letters from which two errors are allowed; below it is one. Two letters in each other's place are one error."""
LOOKED_UP = 5
"""Stems near a word whose writing is looked up, the nearest first."""


class Spelling:
    """Finds the library's words that are nearest to words it does not hold."""

    def __init__(self, vocabulary: Vocabulary, is_known: Callable[[str], bool]) -> None:
        """`is_known` tells of a word, in lower case, whether it is a common one, and so no error."""
        self._vocabulary = vocabulary
        self._is_known = is_known

    def meant(self, question: str, missing: Sequence[str]) -> str:
        """The question with the library's words in the place of those `missing` that are near to one; empty for none.

        `missing` are as `words` gives them; the question keeps the rest as it is typed.
        """
        written = question
        for word in missing:
            typed = re.search(rf"\b{re.escape(word)}\b", written, re.IGNORECASE)
            if typed and (nearest := self.nearest(word)):
                word = nearest if typed[0].islower() or not nearest.islower() else nearest.capitalize()
                written = written[: typed.start()] + word + written[typed.end() :]
        return "" if written == question else written

    def nearest(self, word: str) -> str:
        """The word nearest to this one, as the library writes it; empty where none is near, or it is no error."""
        if len(word) < SHORTEST or not word.isalpha() or self._is_known(word):
            return ""
        errors = _errors(word)
        found = [
            (min(_distance(word, term), _distance(stem(word), term)), -passages, term)
            for term, passages in self._vocabulary.beginning(word[0])
            if abs(len(term) - len(stem(word))) <= errors
        ]
        near = (term for distance, _, term in sorted(found) if distance <= errors)
        ways = [way for term in islice(near, LOOKED_UP) if (way := self._written(word, term))]
        return min(ways, key=lambda way: way[0])[1] if ways else ""

    def _written(self, word: str, term: str) -> tuple[int, str] | None:
        """How far the form of a stem that is nearest to a word is from it, and how that is mostly written."""
        counted = Counter(each for text in self._vocabulary.texts_with(term) for each in re.findall(r"[^\W_]+", text))
        near = [
            (distance, -count, each)
            for each, count in counted.items()
            if (distance := _distance(word, "".join(words(each)))) <= _errors(word)
        ]
        return (min(near)[0], min(near)[2]) if near else None


def _errors(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _distance(one: str, other: str) -> int:
    """Letters that are too many, lacking, another or in each other's place."""
    return OSA.distance(one, other)
