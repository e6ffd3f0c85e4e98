"""Several questions in one message: which they are, and their answers as one, each under its question."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.follow_up import defines
from assistant.prompts import load_prompts
from assistant.schema import Answer, Citation, Statement
from index.words import content_words

MOST = 3
"""Questions of one message; more of them are a text, and are searched as one."""

_LISTED = re.compile(r"(?:^|(?<=\n)|(?<=\?)[;,]?) *(?:(?:[-*•]|\(?\d{1,2}[.)]) +|;)")
"""What stands before each question of a list: `1. Who came? 2. Who left?`."""

_ASKING = r"(?:who|whom|whose|what|which|when|where|why|how)"
_VERB = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
_OPENS = re.compile(rf"(?:(?:and|also),? )?(?:{_ASKING}|{_VERB})\b", re.IGNORECASE)
_JOINED = re.compile(
    rf",? and (?=(?:{_ASKING}(?: (?:many|much|long|often|far|old|high|big)(?: \w+)?)?|(?:what|which) \w+) {_VERB}\b)"
    r"|, and (?=(?:who|what happened)\b)| and (?=what happened (?:to|with) (?:him|her|it|them)\b)"
    r"| and (?=(?:who|which \w+) (?:wrote|published) it\b)",
    re.IGNORECASE,
)
"""Before a further question in its own order of words: `and when was it`, not `and how it works`.

Where that order is a clause's too ("about who won and who lost"), only behind a comma.
"""
_CLAUSE = re.compile(r"\w\W+(?:who|whom|whose|which|what)\b", re.IGNORECASE)
_GOES_ON_WITH_IT = re.compile(r"(?:who|whom|whose|which|what)\b", re.IGNORECASE)
"""A clause that `, and who` may go on with: "What did they say about who won, and who lost?"."""
_TOLD = (
    r"(?:\w{2,}ed|led|began|made|set|broke|became|went|came|took|kept|drove|gave|brought|fell|lay|stood|hit|struck|found"
    r"|lost|won|said|told|sent|left|met|ran|put|got)"
)
_HALVES = re.compile(
    rf"(?P<first>{_ASKING}\b[^?]*), and (?P<second>(?:what|who|which \w+) {_TOLD}\b[^?,]*)\??", re.IGNORECASE
)
"""A question of what caused a thing has its words in the order of a clause, which no other question may hold then."""
_SERIES = re.compile(
    rf"(?P<opens>{_ASKING} {_VERB}) (?P<one>[^?,]+), (?P=opens) (?P<two>[^?,]+?),? and (?P=opens) (?P<three>[^?,]+)\??",
    re.IGNORECASE,
)
"""`Who is Ann Lee, who is Bo Lind and who is Cy Moe?`; of `who was arrested` and the like no part is a name."""
_OF_TWO = re.compile(
    rf"(?P<asked>what {_VERB} (?:(?!(?:about|what|who|whether|that)\b)[^?,])+ (?:say|said|tell|told|write|written"
    r"|report|reported|think|thought))"
    r" about (?P<one>[^?,]+?),? and about (?P<two>[^?,]+)\??",
    re.IGNORECASE,
)
"""`What did Ann Lee say about rents and about the budget?`"""
_OF_BOTH = re.compile(r"\b(?:about|on|in|at|by|from|since|until|before|after|during|according|last|this|when)\b")
"""What may belong to both: `about rents and about the budget in May`."""
_ANY_CLAUSE = re.compile(rf"\w\W+(?:{_ASKING}|whether|that)\b", re.IGNORECASE)


def questions_in(message: str) -> tuple[str, ...]:
    """The questions of a message; the message alone where it is one, or where any part of it is none."""
    plain = " ".join(_LISTED.sub(" ", message).split())
    parts = [part.strip() for part in re.findall(r"[^?]+\?+|[^?]+$", plain) if part.strip()]
    if len(parts) == 1:
        parts = [
            part if part.endswith("?") else f"{part}?"
            for part in _series(plain) or _split(plain) or _halves(plain) or [plain]
        ]
    asked = all(_OPENS.match(part) and part.endswith("?") and _says_something(part) for part in parts)
    several = asked and content_words(parts[0]) and 1 < len(parts) <= MOST
    return tuple(parts) if several else (" ".join(message.split()),)


def _split(plain: str) -> list[str]:
    """The parts of a message, of which a clause within one, and what goes on with it, are none; nothing of one part."""
    parts, start = list[str](), 0
    for match in _JOINED.finditer(plain):
        if not (_GOES_ON_WITH_IT.match(plain, match.end()) and _CLAUSE.search(plain, start, match.start())):
            parts.append(plain[start : match.start()])
            start = match.end()
    return [*parts, plain[start:]] if parts else []


def _halves(plain: str) -> list[str]:
    """The parts of a message of which the second is `, and what caused the fire?`; nothing of any other."""
    match = _HALVES.fullmatch(plain)
    return [match["first"], match["second"]] if match and not _ANY_CLAUSE.search(match["first"]) else []


def _series(plain: str) -> list[str]:
    """The parts of a message that asks alike of each of several; nothing of any other."""
    if match := _SERIES.fullmatch(plain):
        parts = [match[of] for of in ("one", "two", "three")]
        names = all(part[0].isupper() for part in parts) or not _GOES_ON_WITH_IT.match(match["opens"])
        return [f"{match['opens']} {part}" for part in parts] if names else []
    match = _OF_TWO.fullmatch(plain)
    if not match or _OF_BOTH.search(f"{match['one']} {match['two']}"):
        return []
    return [f"{match['asked']} about {match[of]}" for of in ("one", "two")]


def _says_something(part: str) -> bool:
    """Whether it holds a word with a meaning, or asks what happened to what stands in the part before it."""
    return bool(content_words(part) or re.search(r"\bhappened (?:to|with) (?:him|her|it|them)\b", part, re.IGNORECASE))


def looks_ahead(message: str, questions: Sequence[str]) -> bool:
    """Whether the second question tells what the first speaks of: `Who won and when was the vote?`."""
    first, is_joined = questions[0], message.count("?") < len(questions)
    return is_joined and len(content_words(first)) < 2 and not defines(first, ())


def together(questions: Sequence[str], answers: Sequence[Answer]) -> Answer | None:
    """The answers to the questions as one, each under its own, and a note for those without one of their own.

    None where none was found, where one has no statements but a message, such as a question back, or is a list.
    """
    answers, repeated = _each_once(answers)
    found = [(question, answer) for question, answer in zip(questions, answers, strict=True) if answer.found]
    lists = any(answer.listed and len(answer.statements) > 1 for answer in answers)
    if not found or lists or any(answer.message for answer in answers):
        return None
    citations: dict[tuple[str, int, int, str], Citation] = {}
    statements: list[Statement] = []
    for question, answer in found:
        numbers = {}
        for citation in answer.citations:
            key = citation.article_id, citation.start, citation.end, citation.field
            numbered = citations.setdefault(key, replace(citation, number=len(citations) + 1))
            numbers[citation.number] = numbered.number
        for statement in answer.statements:
            own = tuple(dict.fromkeys(numbers[number] for number in statement.citations))
            statements.append(replace(statement, citations=own, part=question))
    quoted = [answer for _, answer in found if answer.written_by == "quotes"]
    first, prompts = (quoted or [found[0][1]])[0], load_prompts()
    without = [
        prompts.say("part_repeated" if repeats else "part_not_found", question=question)
        for question, answer, repeats in zip(questions, answers, repeated, strict=True)
        if not answer.found
    ]
    return Answer(
        " ".join(answer.question for answer in answers),
        tuple(statements),
        tuple(citations.values()),
        confidence=min((answer.confidence for answer in quoted), default=0.0),
        chosen_by=first.chosen_by,
        seconds=sum(answer.seconds for answer in answers),
        written_by=first.written_by,
        note=" ".join(without),
        scope=next((answer.scope for answer in answers if answer.scope.words), first.scope),
    )


def _each_once(answers: Sequence[Answer]) -> tuple[list[Answer], list[bool]]:
    """The answers with no sentence twice, and which of them are none of their own.

    A sentence stands under the question that it answers best. An answer whose best one is the best of one before it is
    none of its own.
    """
    best = [answer.statements[0].text if answer.statements else "" for answer in answers]
    repeated = [bool(text) and text in best[:place] for place, text in enumerate(best)]
    said: set[str] = set()
    kept: list[Answer] = []
    for answer, own, repeats in zip(answers, best, repeated, strict=True):
        none = replace(answer, statements=(), citations=(), written_by="nobody")
        kept.append(none if repeats else _without(answer, (said | set(best)) - {own}))
        said.update(statement.text for statement in kept[-1].statements)
    return kept, repeated


def _without(answer: Answer, said: set[str]) -> Answer:
    """The answer without these sentences, and without what only they cite; its citations are numbered anew."""
    kept = [statement for statement in answer.statements if statement.text not in said]
    used = dict.fromkeys(number for statement in kept for number in statement.citations)
    numbers = {number: place for place, number in enumerate(used, 1)}
    by_number = {citation.number: citation for citation in answer.citations}
    return replace(
        answer,
        statements=tuple(
            replace(statement, citations=tuple(numbers[number] for number in statement.citations)) for statement in kept
        ),
        citations=tuple(replace(by_number[number], number=place) for number, place in numbers.items()),
    )
