"""How long an answer is asked to be: `in two sentences`, `briefly`, and afterwards `shorter, please`. Pure."""

import re

BRIEF = 3
"""Sentences of what is asked for "in short"."""
LONGEST = 20
"""Sentences that are given at most, however many are asked for."""

_WRITTEN = {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_NUMBER = rf"{'|'.join(_WRITTEN)}|\d{{1,3}}"
_ABOUT = r"(?:just |only |exactly |about |at most |no more than |max(?:imum)? )?"
_KIND = r"(?:short |brief |simple |single |bullet |key |main )?"
_COUNTED = re.compile(
    rf",? ?\b(?:(?:in|as|using) {_ABOUT}(?P<count>{_NUMBER}) {_KIND}(?:sentences?|lines?|points?|bullets?)"
    rf"|(?:in|as|using) {_ABOUT}an? {_KIND}sentence"
    rf"|with {_ABOUT}(?P<with>{_NUMBER}) {_KIND}(?:sentences?|bullets?(?: points?)?))\b(?! of\b)",
    re.IGNORECASE,
)
"""Not "with 30 points", "with a sentence", "in a line" or "in a sentence of ten years", which articles tell of."""
_SHORTLY = r"(?:in (?:short|brief|a nutshell|a few (?:words|sentences|lines))|tl;?dr)"
_IN_SHORT = re.compile(rf"^(?:{_SHORTLY}|briefly)[,:]? |,? {_SHORTLY}$|, briefly$", re.IGNORECASE)
"""Before or behind all the rest: what is "in short supply", or whoever was "briefly" detained, is asked about."""
_SHORT = re.compile(
    r"\b(?:short|brief|quick|concise) (?:summary|overview|recap|synopsis|digest|rundown|run-down|outline|round-?up)\b",
    re.IGNORECASE,
)
_MUCH = r"(?:(?:a (?:bit|little)|much|even|still|rather) )?"
_MAKE = r"(?:(?:make|keep|say|put|have|give me|i want|i need) (?:it|that|this|them|something)?,? ?)?"
_POLITE = re.compile(r"^(?:(?:please|ok(?:ay)?|can you|could you),? )+|,? (?:please|pls|plz|thanks)$", re.IGNORECASE)
_JOINED = re.compile(r"^(?:and|now|so|then),? ", re.IGNORECASE)
_MADE = re.compile(rf"{_MAKE}(?:(?:summari[sz]e|sum up) (?:it|that|this)|sum (?:it|that|this) up)?", re.IGNORECASE)
"""What may stand around a number of sentences that is all that is asked for."""
_SHORTER = re.compile(
    rf"{_MAKE}{_MUCH}(?:shorter|briefer|more (?:concise|briefly|concisely)|short|brief|concise|briefly|in short"
    r"|in brief|in a nutshell)|(?:that(?:'s| is| was) )?(?:way |much |far |a bit )?too long"
    r"|(?:give me )?(?:a |the )?shorter (?:one|version|answer|summary)|(?:shorten|condense|summari[sz]e|sum up)"
    r" (?:it|that|this|your answer)|sum (?:it|that|this) up|tl;?dr",
    re.IGNORECASE,
)
_LONGER = re.compile(
    rf"{_MAKE}{_MUCH}(?:longer|more detailed|in more (?:detail|depth))|(?:that(?:'s| is| was) )?(?:way |much |a bit )?"
    r"too short|(?:give me )?(?:a |the )?longer (?:one|version|answer|summary)|(?:give me |tell me )?(?:some )?more"
    r"(?: details?)?|expand(?: (?:on )?(?:it|that|this))?|elaborate",
    re.IGNORECASE,
)


def length_asked(message: str) -> int:
    """How many sentences a message asks for; 0 where it leaves that open."""
    if match := _COUNTED.search(message):
        said = (match["count"] or match["with"] or "one").lower()
        return max(1, min(LONGEST, int(said) if said.isdigit() else _WRITTEN[said]))
    return BRIEF if _IN_SHORT.search(bare(message)) or _SHORT.search(message) else 0


def without_length(message: str) -> str:
    """The message without how long the answer is to be: `Sum up the strike in two sentences` -> `Sum up the strike`."""
    return _IN_SHORT.sub("", _COUNTED.sub("", message).strip(" ,.?!")) if length_asked(message) else message


def bare(message: str) -> str:
    """The message without what is polite around it, and without its full stop."""
    return _POLITE.sub("", message.replace("’", "'").strip(" .?!…"))


def length_changed(message: str, before: int) -> int:
    """How many sentences a message wants that asks for nothing but another length than `before`; 0 for any other."""
    message = _JOINED.sub("", bare(message))
    if _COUNTED.search(message) and _MADE.fullmatch(without_length(message)):
        return length_asked(message)
    if _SHORTER.fullmatch(message):
        return max(1, min(2 * BRIEF, before) // 2)
    return min(LONGEST, max(before, 1) * 2) if _LONGER.fullmatch(message) else 0
