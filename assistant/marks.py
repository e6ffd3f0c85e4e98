"""What a model wrote -> its sentences, clean, each with the numbers of the passages it cites. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.splitting import sentences


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence as it is to be shown, and the numbers cited for it, in order, each once; none where it cites none."""

    text: str
    numbers: tuple[int, ...] = ()


_WORD = r"(?:passages?|sources?|articles?|documents?|refs?|no)"
_NUMBER = rf"(?:{_WORD}\.?\s*)?[#^]?\d{{1,3}}(?:†[^】\]]*)?"
_LIST = rf"\s*{_NUMBER}(?:\s*(?:[,;&+/–—-]|and|to)\s*{_NUMBER})*\s*"
_GROUP = re.compile(rf"\[{_LIST}\]|【{_LIST}】|［{_LIST}］|(?P<round>\({_LIST}\)|（{_LIST}）)", re.IGNORECASE)
_AFTER_ROUND = re.compile(r"\s*(?:[.,;:!?。！？]|[\[【(（]\s*\d|$)", re.MULTILINE)
_RANGE = re.compile(r"(\d+)(?:†[^】\]]*)?\s*(?:[–—-]|\bto\b)\s*\D{0,12}?(\d+)", re.IGNORECASE)

_MARK = re.compile(r"\ue000(\d+)\ue001")
"""How a mark stands in the text while it is worked on: private characters, which no model writes."""
_RUN = r"(?:\ue000\d+\ue001[\s,;]*)*\ue000\d+\ue001"
_BEHIND_STOP = re.compile(rf"([.!?…。！？][\"'”’»)\]]*)[ \t]*({_RUN})")
_ACCORDING = re.compile(
    rf"\b(?:according to|as (?:stated|reported|noted|mentioned|described|shown|seen) (?:in|by)|(?:as )?per)\s+"
    rf"(?:the\s+)?(?:{_WORD}\s*)?(?P<marks>{_RUN})\s*,?\s*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    rf"(?P<start>^|[.!?]\s+)(?:{_WORD}\s*)?(?P<marks>{_RUN})\s+(?:says?|states?|reports?|notes?|adds?) that\s+",
    re.IGNORECASE | re.MULTILINE,
)
_BARE = re.compile(r"\b(?P<word>passages?|sources?)\s+(?P<list>\d{1,3}(?:\s*(?:,|and|&)\s*\d{1,3})*)\b", re.IGNORECASE)

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_APPENDIX = re.compile(
    # never across line ends: from each of many it would run again through all
    r"^[^\w\n]*(?:sources?|references?|citations?|passages?(?: used| cited)?|footnotes?)[^\w\n]*$.*"
    r"|^[^\w\n]*(?:sources?|references?|citations?):.*",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"^[ \t]*\[\^?\d+\]:.*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:[-*+•–]|\d{1,2}[.)]|#{1,6}|>)[ \t]+", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[(\[[^][]*\]|[^][]+)\]\((?:https?:|#|/|mailto:)[^)]*\)")
_EMPHASIS = re.compile(
    r"\*{1,3}(?=\S)([^*\n]+?)(?<=\S)\*{1,3}|(?<!\w)_{1,2}(?=\S)([^_\n]+?)(?<=\S)_{1,2}(?!\w)|`([^`\n]*)`"
)
_PRIVATE = re.compile(r"[\ue000\ue001]")


def read_marks(raw: str, known: int) -> list[Marked]:
    """The sentences of a model's text. Numbers beyond `known`, the number of passages it was shown, are dropped.

    Read as marks are "[1]", "[1, 2]", "[1][2]", "[1-3]", "【1†source】", "[passage 1]" and "(1)" where it stands at the
    end of a clause; before or after the full stop they belong to the sentence that ends there.
    """
    text = without_thoughts(_PRIVATE.sub("", raw)).replace("\r", "")
    text = _FOOTNOTE.sub("", _APPENDIX.sub("", text))
    text = _LINK.sub(_linked, _IMAGE.sub("", _BULLET.sub("", text)))
    text = _EMPHASIS.sub(lambda match: match[1] or match[2] or match[3] or "", text)
    text = _GROUP.sub(lambda match: _encoded(match, known), text)
    text = _BARE.sub(lambda match: match["word"] + _as_marks(_numbers(match["list"])), text)
    text = _SUBJECT.sub(r"\g<start>\g<marks> ", _ACCORDING.sub(r"\g<marks> ", text))
    text = _BEHIND_STOP.sub(r" \2\1 ", text)
    marked: list[Marked] = []
    for start, end in sentences(text):
        sentence = _sentence(text[start:end], known)
        if sentence.text:
            marked.append(sentence)
        elif sentence.numbers and marked:  # marks alone, after a full stop of another kind
            marked[-1] = Marked(marked[-1].text, tuple(dict.fromkeys(marked[-1].numbers + sentence.numbers)))
    return marked


def without_thoughts(raw: str) -> str:
    """A model's text without what it says to itself."""
    return _THOUGHT.sub("", raw)


def _linked(match: re.Match[str]) -> str:
    """A link's words; a mark that was made a link stays a mark."""
    words = match[1].strip("[]")
    return f"[{words}]" if re.fullmatch(_LIST, words, re.IGNORECASE) else words


def _encoded(match: re.Match[str], known: int) -> str:
    """A group of numbers as marks; as it stands where round brackets more probably hold a number of the text's own."""
    numbers = _numbers(match[0])
    if match["round"]:
        alone = match.string[: match.start()].rpartition("\n")[2].strip() == ""
        followed = _AFTER_ROUND.match(match.string, match.end())
        if alone or not followed or any(not 1 <= number <= known for number in numbers):
            return match[0]
    return _as_marks(numbers)


def _as_marks(numbers: Iterable[int]) -> str:
    return "".join(f"\ue000{number}\ue001" for number in numbers)


def _numbers(group: str) -> list[int]:
    """The numbers of a group, ranges filled in."""
    group = re.sub(r"†[^,;】\]]*", "", group)
    ranges = {(int(first), int(last)) for first, last in _RANGE.findall(group) if 0 < int(last) - int(first) < 20}
    filled = {first: range(first, last) for first, last in ranges}
    return [each for number in map(int, re.findall(r"\d+", group)) for each in (*filled.get(number, ()), number)]


def _sentence(text: str, known: int) -> Marked:
    numbers = dict.fromkeys(int(number) for number in _MARK.findall(text))
    text = " ".join(_MARK.sub(" ", text).split())
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    text = re.sub(r"\s+([.,;:!?…。！？)\]])", r"\1", text)
    text = re.sub(r",(?:\s*,)+|,(?=[.!?;])", lambda match: "," if match[0].count(",") > 1 else "", text)
    text = text.lstrip(" ,;:").strip()
    if not re.search(r"\w", text):
        text = ""
    return Marked(text[:1].upper() + text[1:], tuple(number for number in numbers if 1 <= number <= known))
