"""What states a deed is no answer to a question about its not being done: who accepted, to who did not. Pure."""

import re
from collections.abc import Sequence

from assistant.candidates import Candidate
from assistant.contrast import shape
from assistant.question import Question
from index.words import STOPWORDS, stem, words

_LIGHT = r"(?:(?:been|be|yet|ever|even|still|also|again|able|to) ){0,4}"
_NEGATED = re.compile(
    rf"(?<!\bor )\b(?:not|never) {_LIGHT}(\w+)|^\W*(?:who|which \w+) \w+n['’]t {_LIGHT}(\w+)", re.IGNORECASE
)
"""The word behind a negation; behind "What isn't" it would be the subject, and "or not" asks for either."""


_UNDONE = re.compile(
    r"\b(?:(?:refus|declin|fail|reject|oppos|neglect|omit|forg[eo]t|avoid|hesitat|block|prevent|prohibit|bann|den[iy]"
    r"|resist|delay|postpon|reluctan|unwilling|unable)\w*|without|withh[eo]ld|ban|instead of|rather than|short of"
    r"|only|hardly|barely)\b",
    re.IGNORECASE,
)
"""What leaves a deed undone though no "not" stands before it: "refused to sign"."""


def of_the_polarity(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that state what the question negates; to a yes or no either may be the answer."""
    found = (match[1] or match[2] for match in _NEGATED.finditer(question.text))
    negated = {stem(word) for each in found for word in words(each) if word not in STOPWORDS}
    if not negated or question.kind == "yes_no":
        return list(candidates)
    return [each for each in candidates if not any(_states(each.text, word) for word in negated)]


def _states(sentence: str, word: str) -> bool:
    """Whether a sentence holds the word, no negation speaks of it, and nothing else leaves the deed undone."""
    said = shape(sentence)
    return (
        word in said.stems and not any(word in each.around for each in said.negations) and not _UNDONE.search(sentence)
    )
