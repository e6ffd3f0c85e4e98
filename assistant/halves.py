"""A second question that hangs on a first by a comma, and answers that repeat one before them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.prompts import load_prompts
from assistant.schema import Answer
from assistant.several_questions import questions_in, together

_TOLD = (
    r"(?:\w{2,}ed|led|began|made|set|broke|became|went|came|took|kept|drove|gave|brought|fell|lay|stood|hit|struck|found"
    r"|lost|won|said|told|sent|left|met|ran|put|got)"
)
_HALVES = re.compile(
    r"(?P<first>(?:who|whom|whose|what|which|when|where|why|how)\b[^?]*), and "
    rf"(?P<second>(?:what|who|which \w+) {_TOLD}\b[^?,]*)\??",
    re.IGNORECASE,
)
"""A question of what caused a thing has its words in the order of a clause, which no other question may hold then."""
_CLAUSE = re.compile(r"\w\W+(?:who|whom|whose|which|what|when|where|why|how|whether|that)\b", re.IGNORECASE)


def halves(message: str) -> tuple[str, ...]:
    """The questions of a message; two too where the second is `, and what caused the fire?`."""
    questions = questions_in(message)
    match = _HALVES.fullmatch(questions[0]) if len(questions) == 1 else None
    if match is None or _CLAUSE.search(match["first"]):
        return questions
    return f"{match['first']}?", f"{match['second']}?"


def each_once(questions: Sequence[str], answers: Sequence[Answer]) -> Answer | None:
    """The answers as one, as `together` puts them, with no sentence twice; None where that gives None.

    A sentence stands under the question that it answers best. An answer whose best one is the best of one before it is
    none of its own, and that is said.
    """
    best = [answer.statements[0].text if answer.statements else "" for answer in answers]
    repeated = [bool(text) and text in best[:place] for place, text in enumerate(best)]
    said: set[str] = set()
    kept: list[Answer] = []
    for answer, own, repeats in zip(answers, best, repeated, strict=True):
        none = replace(answer, statements=(), citations=(), written_by="nobody")
        kept.append(none if repeats else _without(answer, (said | set(best)) - {own}))
        said.update(statement.text for statement in kept[-1].statements)
    as_one, prompts = together(questions, kept), load_prompts()
    if as_one is None:
        return None
    note = as_one.note
    for question in (question for question, repeats in zip(questions, repeated, strict=True) if repeats):
        missed, stands_above = (prompts.say(name, question=question) for name in ("part_not_found", "part_repeated"))
        note = note.replace(missed, stands_above)
    return replace(as_one, note=note)


def _without(answer: Answer, said: set[str]) -> Answer:
    """The answer without these sentences, and without what only they cite."""
    statements = tuple(statement for statement in answer.statements if statement.text not in said)
    used = {number for statement in statements for number in statement.citations}
    citations = tuple(citation for citation in answer.citations if citation.number in used)
    return replace(answer, statements=statements, citations=citations)
