"""RTF, as text editors and older word processors write it.

Read here in one pass, and not by a library: the patterns of striprtf take quadratic time on a file made to do harm.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, replace

from index.formats.text import line_of, shown
from index.schema import NotText
from index.statements import Facts

_TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,9})? ?|\\'(?P<hex>[0-9a-f]{2})|\\(?P<sign>.)|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)",
    re.I | re.S,
)
_CHARSETS = {
    128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SIGNS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": " ", "cell": " | ", "emdash": "—",
    "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ",
    "enspace": " ", "~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n",
}  # fmt: skip
_NO_TEXT = frozenset(
    "fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf"
    " footnote fldinst xe tc tcl private".split()
)


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds within braces: where words go (nowhere if empty), their encoding, the stand-ins for a sign."""

    into: str = "text"
    encoding: str = "cp1252"
    stand_ins: int = 1


class _Reading:
    """One pass over a document."""

    def __init__(self, source: str) -> None:
        self.words: dict[str, list[str]] = {"text": [], "title": [], "author": []}
        self.group = _Group()
        self._outer: list[_Group] = []
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._waiting = bytearray()  # signs of one encoding: a sign of Chinese is two
        self._passed_over = 0  # stand-ins for older readers
        position = 0
        while token := _TOKEN.search(source, position):
            position = token.end()
            if token["word"] == "bin":
                position += max(0, int(token["number"] or 0))
            self._take(token)
        self._flush()

    def _take(self, token: re.Match[str]) -> None:
        if token["hex"]:
            if self._passed_over:
                self._passed_over -= 1
            else:
                self._waiting.append(int(token["hex"], 16))
            return
        self._flush()
        if token["text"]:
            self._say(token["text"][self._passed_over :])
            self._passed_over = max(0, self._passed_over - len(token["text"]))
            return
        self._passed_over = 0
        if token["brace"] == "{":
            self._outer.append(self.group)
        elif token["brace"]:
            self.group = self._outer.pop() if self._outer else self.group
        elif token["word"]:
            self._obey(token["word"].lower(), int(token["number"]) if token["number"] else None)
        elif token["sign"] == "*":
            self.group = replace(self.group, into="")
        else:
            self._say(_SIGNS.get(token["sign"], ""))

    def _obey(self, word: str, number: int | None) -> None:
        if word in ("title", "author"):
            self.group = replace(self.group, into=word)
        elif word in _NO_TEXT:
            self.group = replace(self.group, into="")
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        elif number is None:
            return
        elif word == "u":
            self._say(chr(number % 0x10000))
            self._passed_over = self.group.stand_ins
        elif word == "uc":
            self.group = replace(self.group, stand_ins=max(0, number))
        elif word == "f":
            self._font = number
            self.group = replace(self.group, encoding=self._fonts.get(number, self.group.encoding))
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[number]
        elif word == "ansicpg":
            self.group = replace(self.group, encoding=f"cp{number}")

    def _flush(self) -> None:
        if self._waiting:
            data, self._waiting = bytes(self._waiting), bytearray()
            text = data.decode("cp1252", "replace")
            with suppress(LookupError):
                text = data.decode(self.group.encoding, "replace")
            self._say(text)

    def _say(self, words: str) -> None:
        if self.group.into:
            self.words[self.group.into].append(words)


def read_rtf(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of a document, and the title and author of its properties."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise NotText(f"“{shown(name)}” is no RTF.", "Save it as RTF again, or as text.")
    words = _Reading(data.decode("latin-1")).words
    # Signs beyond 65,535 come as two halves, as in UTF-16.
    whole = {
        key: "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        for key, parts in words.items()
    }
    paragraphs = [line.removesuffix(" |") for line in map(line_of, whole["text"].split("\n")) if line]
    return paragraphs, Facts(line_of(whole["title"]), line_of(whole["author"]))
