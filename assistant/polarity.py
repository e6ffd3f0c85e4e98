"""What states a deed is no answer to a question about its not being done: who accepted, to who did not. Pure."""

from collections.abc import Sequence

from assistant.candidates import Candidate
from assistant.contrast import shape
from assistant.question import Question


def of_the_polarity(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates without those that state what the question negates; to a yes or no either may be the answer."""
    negated = {each.nearest for each in shape(question.text).negations}
    if not negated or question.kind == "yes_no":
        return list(candidates)
    return [each for each in candidates if not any(_states(each.text, word) for word in negated)]


def _states(sentence: str, word: str) -> bool:
    """Whether a sentence holds the word and no negation speaks of it."""
    said = shape(sentence)
    return word in said.stems and not any(word in each.around for each in said.negations)
