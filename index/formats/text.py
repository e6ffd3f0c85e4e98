"""Bytes -> text, whatever their encoding, and plain text -> paragraphs."""

import re
import unicodedata
from contextlib import suppress
from itertools import pairwise

from index.schema import NotText
from index.statements import Facts

_BINARY = (b"\x89PNG", b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0",
           b"7z\xbc\xaf", b"Rar!", b"{\\rtf")  # fmt: skip
_MARKS = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
          (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))  # fmt: skip
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
# What Western European text adds to ASCII. Central European and Cyrillic bytes read as cp1252 go beyond it at once.
_LETTERS = "ÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÚÛÜßàáâãäåæçèéêëíîïñòóôöøùúûüŒœ‘’‚“”„–—…•€£§©®°«»™·´"
_WESTERN = re.compile(rf"(?:[\x00-\x7f\xa0{_LETTERS}]|õ(?=e)|ì(?!\w))*")


def shown(name: str) -> str:
    """A file's name as a sentence can hold it: it may hold line ends, and bytes that are no text."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", name.encode(errors="replace").decode())


def decoded(data: bytes, name: str) -> str:
    r"""The text in `data`, in NFC, with \n line ends and no control characters."""
    text = None if data.startswith(_BINARY) else _text_of(data)
    if text is None or len(_CONTROL.findall(text)) * 50 > len(text):
        raise NotText(f"“{shown(name)}” is another kind of file, not text.", "Export it as text or HTML first.")
    return tidied(text)


def tidied(text: str) -> str:
    r"""The text in NFC, with \n line ends and without characters that are not seen."""
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028]", "\n", text).replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def in_unicode(data: bytes, charset: str | None) -> bytes:
    """The bytes of a text in UTF-8, marked so, where the encoding that came with them is true; else as they are."""
    text = _try(data, charset) if charset and data else None
    return data if text is None else b"\xef\xbb\xbf" + text.encode(errors="replace")


def _text_of(data: bytes) -> str | None:
    marked = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    declared = [found[1].decode() for found in [_DECLARED.search(data[:4096])] if found]
    declared = ["cp1252" if "8859-1" in label else label for label in declared if not label.lower().startswith("utf-")]
    # ASCII in UTF-16 is half zeros; zeros scattered in ASCII are another kind of file.
    zeros = data.count(0)
    if zeros and not marked and (5 * zeros > 2 * len(data) or not data.isascii()):
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _try(data, encoding)
            # The wrong byte order turns spaces and line ends into rare signs.
            if text and not _CONTROL.search(text) and 40 * sum(map(text.count, " \n")) >= len(text):
                return text
    for encoding in (*marked[:1], "utf-8", *declared):
        if (text := _try(data, encoding)) is not None:
            return text
    mended = data.decode("utf-8", "replace")  # a download cut off, a byte or two of another encoding
    if 4 * mended.count("\ufffd") <= sum(not c.isascii() for c in mended):
        return mended
    western = _try(data, "cp1252")
    if western and _WESTERN.fullmatch(western) and 5 * sum(not c.isascii() for c in western) < len(western):
        return western
    from charset_normalizer import from_bytes  # 0.02 s, and most files are UTF-8

    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:100_000]
    guess = from_bytes(telling).best()
    return data.decode(guess.encoding, "replace") if guess else None


def _try(data: bytes, encoding: str) -> str | None:
    if encoding.lower() in ("punycode", "idna"):  # of names, and their decoders take the square of a text's length
        return None
    with suppress(LookupError, ValueError):
        return data.decode(encoding)
    return None


ITEM = re.compile(r"(?:[-•*‣▪·►]|\d{1,3}[.)])\s")
END = re.compile(r"[.…:!?。][\"”’»)\]]*$")


def line_of(text: str) -> str:
    """A text as one line, in NFC and without characters that are not seen."""
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def read_text(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of a file of plain text, which states nothing about itself but in words."""
    return paragraphs_of(decoded(data, name)), Facts()


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of plain text, one line each: of one line each already, or of lines wrapped at a width."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    width = _wrapped_at(lines)
    paragraphs: list[str] = []
    for above, line in pairwise(["", *lines]):
        if width and above and line and not ITEM.match(line) and _goes_on(above, line, width):
            paragraphs[-1] += line if re.search(r"[^\W\d_]-$", above) and line[0].islower() else f" {line}"
        elif line:
            paragraphs.append(line)
    return paragraphs


def _goes_on(above: str, line: str, width: int) -> bool:
    """Whether wrapping broke the line: its next word had no room, give or take the double spaces folded since."""
    return len(above) + 4 + len(line.split(" ", 1)[0]) > width or (line[0].islower() and not END.search(above))


def _wrapped_at(lines: list[str]) -> int:
    """The width at which the text is wrapped by hand, 0 where it is not: lines are full and break sentences."""
    pairs = [(a, b) for a, b in pairwise(lines) if a and b and not ITEM.match(b)]
    longest = max((len(a) for a, _ in pairs if len(a) <= 110), default=0)
    if len(pairs) < 2 or longest < 45 or 20 * sum(len(line) > 110 for line in lines) > len(lines):
        return 0
    broken = sum(_goes_on(a, b, longest) and not END.search(a) for a, b in pairs)
    return longest if broken >= 0.3 * len(pairs) else 0
