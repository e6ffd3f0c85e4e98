"""What states a deed is no answer to a question about its not being done: who accepted, to who did not. Pure."""

import re
from collections.abc import Sequence

from assistant.candidates import Candidate
from assistant.contrast import shape
from assistant.question import Question
from index.words import STOPWORDS, stem, words

_NEGATED = re.compile(
    r"(?<!\bor )\b(?:not|never) (?:(?:been|be|yet|ever|yet been|ever been) )?(\w+)|^\W*who \w+n['’]t (\w+)",
    re.IGNORECASE,
)
"""The word behind a negation; behind "What isn't" it would be the subject, and "or not" asks for either."""


def of_the_polarity(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that state what the question negates; to a yes or no either may be the answer."""
    found = (match[1] or match[2] for match in _NEGATED.finditer(question.text))
    negated = {stem(word) for each in found for word in words(each) if word not in STOPWORDS}
    if not negated or question.kind == "yes_no":
        return list(candidates)
    return [each for each in candidates if not any(_states(each.text, word) for word in negated)]


def _states(sentence: str, word: str) -> bool:
    """Whether a sentence holds the word and no negation speaks of it."""
    said = shape(sentence)
    return word in said.stems and not any(word in each.around for each in said.negations)
