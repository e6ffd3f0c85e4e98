"""A message that asks anew for what was asked before it: shorter, of another topic, or of the same articles."""

import re

from assistant.intent import ORDINALS, intent_of, topic_of
from assistant.length import bare, length_changed, without_length
from assistant.prompts import load_prompts
from assistant.schema import Turn
from index.words import content_words

_THEY = r"(?:they|these|those|the two|these two|both|both of them|(?:the|these) (?:two )?(?:reports|articles|sources))"
_DISAGREE = re.compile(
    rf"(?:and |so |but )?(?:do|did) {_THEY} (?:all |really )?(?:(?:dis)?agree|contradict (?:each other|one another)"
    rf"|conflict)(?: (?:anywhere|somewhere|at all|with each other))?"
    rf"|(?:and |so )?(?:where|on what|about what) do {_THEY} (?:disagree|contradict each other|conflict)"
    rf"|(?:and |so )?what do {_THEY} disagree (?:on|about)|(?:are there )?(?:any )?(?:contradictions|disagreements)",
    re.IGNORECASE,
)
_DIFFER = re.compile(
    rf"(?:and |so |but )?(?:how|where|in what) do {_THEY} (?:differ|diverge|vary|compare)(?: from each other)?"
    r"|(?:and |so )?(?:what(?:'s| is| are) |list |show me )?(?:the |any )?(?:main |key )?differences?"
    r"(?: between (?:them|the two|these|these two|those))?|what(?:'s| is) different(?: between (?:them|the two))?"
    r"|compare (?:these|the|those) two",
    re.IGNORECASE,
)
_NTH = re.compile(
    rf"(?:and |so |but |then )?(?:what about |how about )?the (?P<nth>{'|'.join(ORDINALS)})"
    r"(?: (?:one|article|report|story|piece|source))?",
    re.IGNORECASE,
)
_OTHER_TOPIC = re.compile(
    r"(?:and |now |ok(?:ay)?,? )?(?:(?:what|how) about|the same (?:for|on|about)"
    r"|(?:and(?: now)?|now)(?: on| for| about| of)?) (?P<topic>[^,;:?!]+)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    rf"(?:the (?:others?|rest|{'|'.join(ORDINALS)})\b|(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were"
    r"|did|do|does|has|have|had|can|could|will|would|should|if|so|then|also|not|he|she|it|they|him|her|them|his|its"
    r"|their|this|that|these|those|there|in|at|by|after|before|since|until|today|tonight|yesterday|last|more|less"
    r"|recently|nothing|explain|describe|tell|show|list|give|find|name|let)\b"
    r"|.*\b(?:is|are|was|were|did|does|has|have|had|say|says|said)\b)",
    re.IGNORECASE,
)
"""What goes on with a question put into words, and names no topic alone."""
_ONLY = "first"


def asked_again(turn: Turn, message: str) -> str:
    """The request of a turn as the message after it changes it, in full; empty where it changes none.

    Where the articles of the answer are asked about, it speaks of "these reports".
    """
    before, prompts = _request(turn), load_prompts()
    asked = bare(message)
    if not before and intent_of(asked, ()):  # "summarise it": the article, not the answer
        return ""
    if length := length_changed(asked, len(turn.answer.statements)):
        shorter = turn.answer.found and length < len(turn.answer.statements)  # more of a plain answer is searched anew
        return _sized(before or _question(turn), length) if before or shorter else ""
    if not before:
        return ""
    several = len({citation.article_id for citation in turn.answer.citations}) > 1
    if several and (match := _NTH.fullmatch(asked)):
        return prompts.say("nth_article", nth=match["nth"].lower())
    if _DISAGREE.fullmatch(asked):
        return prompts.say("disagree_again")
    if _DIFFER.fullmatch(asked):
        return prompts.say("differ_again")
    return _on(before, asked)


def names_aspect(message: str) -> bool:
    """Whether a message that puts another topic in the place of the one before may mean a part of that: `the police`.

    A name is a topic of its own: `And Taiwan?`.
    """
    match = _OTHER_TOPIC.fullmatch(bare(message))
    return bool(match) and not any(letter.isupper() for letter in match["topic"])  # type: ignore[index]


def _request(turn: Turn) -> str:
    """What of a turn is a request: as it was understood, or as it was typed; empty where there is none.

    The article that "the second" meant is the first of those that its summary cites.
    """
    said = turn.answer.question, turn.message
    if request := next((text for text in said if topic_of(text)), ""):
        return request
    pointing = next((text for text in said if intent_of(text, ())), "")
    cited = {citation.article_id for citation in turn.answer.citations}
    return load_prompts().say("nth_article", nth=_ONLY) if pointing and len(cited) == 1 else pointing


def _question(turn: Turn) -> str:
    return turn.answer.question or turn.message


def _sized(request: str, length: int) -> str:
    sentences = f"{length} sentence{'s' if length > 1 else ''}"
    return load_prompts().say("sized", request=without_length(request).rstrip(" .?!"), sentences=sentences)


def _on(before: str, asked: str) -> str:
    """The request with another topic in the place of its own; empty where it has several parts, or none is named.

    Empty too where the message is a request itself: "And summarise the flood".
    """
    match, topic = _OTHER_TOPIC.fullmatch(asked), topic_of(before)
    if not match or not topic or before.count(topic) != 1 or topic_of(asked) or topic_of(match["topic"]):
        return ""
    other = match["topic"].strip()
    if _SENTENCE.match(other) or not content_words(other) or len(other.split()) > 8:
        return ""
    return before.replace(topic, other)
