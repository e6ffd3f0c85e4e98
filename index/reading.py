"""A file or page becomes an `Article`: its bytes text, its text paragraphs, and what it states about itself facts."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from index.cleaning import clean, furniture
from index.schema import Article, EmptyArticle, NotText, TooLarge, Unreadable, UnsupportedFormat, text_id
from index.statements import Facts, is_remnant, parse_date, stated

MAX_BYTES = 20 * 1024**2
SUFFIXES: frozenset[str] = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm"})


def read(data: bytes, name: str, *, path: str = "") -> Article:
    """The article in `data`, the bytes of a file called `name`; raises a leaf of `ReadingError` that names the file."""
    suffix = _check_suffix(name)
    _check_size(len(data), name, MAX_BYTES)
    text = _decoded(data, name)
    if suffix in (".html", ".htm") or re.match(r"\s*<(?:!doctype html|html)\b", text[:500], re.I):
        paragraphs, facts = _from_html(text, name)
    elif suffix in (".md", ".markdown"):
        paragraphs, facts = _from_markdown(text, name)
    else:
        paragraphs, facts = paragraphs_of(text), Facts()
    paragraphs, facts = clean(paragraphs, facts)
    title, paragraphs = _titled(paragraphs, _line(facts.title))
    if not paragraphs:
        raise EmptyArticle(f"“{_shown(name)}” holds no text of an article.", "Check the file, or leave it out.")
    body = _joined(paragraphs)
    author, source, url = (_line(fact) for fact in (facts.author, facts.source, facts.url))
    return Article(text_id(body), title, body, source, author, url, facts.published, path)


def written(text: str) -> str:
    """The text of an article that was typed or sent, as it is stored. Raises EmptyArticle where it has no words."""
    paragraphs = paragraphs_of(_tidied(text))
    if not paragraphs:
        raise EmptyArticle("The article has no words.", "Write or paste its text.")
    return _joined(paragraphs)


def load(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes of the file at `path`, at most `limit`; raises a leaf of `ReadingError`."""
    name = path.name
    _check_suffix(name)
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"“{_shown(name)}” is not a file.", "Choose the files inside it.")
        _check_size(path.stat().st_size, name, limit)
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        hint = "Check that the file still exists and that you may read it."
        raise Unreadable(f"“{_shown(name)}” could not be read: {reason}.", hint) from error


def _shown(name: str) -> str:
    return name.encode(errors="replace").decode()  # a file name may hold bytes that are no text


def _check_suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        hint = f"Save it as one of: {', '.join(sorted(SUFFIXES))}."
        raise UnsupportedFormat(f"“{_shown(name)}” is not a kind of file that can be read.", hint)
    return suffix


def _check_size(size: int, name: str, limit: int) -> None:
    if size > limit:
        sentence = f"“{_shown(name)}” has {size:,} bytes, more than the {limit:,} allowed."
        raise TooLarge(sentence, "Split it into one file for each article.")


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


def _decoded(data: bytes, name: str) -> str:
    r"""The text in `data`, in NFC, with \n line ends and no control characters."""
    text = None if data.startswith(_BINARY) else _text_of(data)
    if text is None or len(_CONTROL.findall(text)) * 50 > len(text):
        raise NotText(f"“{_shown(name)}” is another kind of file, not text.", "Export it as text or HTML first.")
    return _tidied(text)


def _tidied(text: str) -> str:
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028]", "\n", text).replace("\u2029", "\n\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


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
    with suppress(LookupError, ValueError):
        return data.decode(encoding)
    return None


_ITEM = re.compile(r"(?:[-•*‣▪·►]|\d{1,3}[.)])\s")
_END = re.compile(r"[.…:!?。][\"”’»)\]]*$")


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of plain text, one line each: of one line each already, or of lines wrapped at a width."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    width = _wrapped_at(lines)
    paragraphs: list[str] = []
    for above, line in pairwise(["", *lines]):
        if width and above and line and not _ITEM.match(line) and _goes_on(above, line, width):
            paragraphs[-1] += line if re.search(r"[^\W\d_]-$", above) and line[0].islower() else f" {line}"
        elif line:
            paragraphs.append(line)
    return paragraphs


def _goes_on(above: str, line: str, width: int) -> bool:
    """Whether wrapping broke the line: its next word had no room, give or take the double spaces folded since."""
    return len(above) + 4 + len(line.split(" ", 1)[0]) > width or (line[0].islower() and not _END.search(above))


def _wrapped_at(lines: list[str]) -> int:
    """The width at which the text is wrapped by hand, 0 where it is not: lines are full and break sentences."""
    pairs = [(a, b) for a, b in pairwise(lines) if a and b and not _ITEM.match(b)]
    longest = max((len(a) for a, _ in pairs if len(a) <= 110), default=0)
    if len(pairs) < 2 or longest < 45 or 20 * sum(len(line) > 110 for line in lines) > len(lines):
        return 0
    broken = sum(_goes_on(a, b, longest) and not _END.search(a) for a, b in pairs)
    return longest if broken >= 0.3 * len(pairs) else 0


def _joined(paragraphs: list[str]) -> str:
    """One text: a blank line between paragraphs, a line end between the short items of a list."""
    item = [len(p) <= 200 and bool(_ITEM.match(p)) for p in paragraphs]
    ends = ["\n" if a and b else "\n\n" for a, b in pairwise(item)]
    return "".join(part for pair in zip(paragraphs, [*ends, ""], strict=True) for part in pair)


_ABBREVIATION = re.compile(r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Sen|Rep|Gov|Lt|Col|Sgt|No|vs|Jr|Sr|Inc|Co)\.)$")


def _titled(paragraphs: list[str], title: str) -> tuple[str, list[str]]:
    """The title (stated, else a headline at the top, else the first sentence) and the paragraphs without it."""
    if not title and len(paragraphs) > 1 and _is_headline(*paragraphs[:2]):
        title = paragraphs[0]
    rest = [p for p in paragraphs if p.casefold() != title.casefold()]
    if title and rest:
        return _shortened(title, 200), rest
    telling = paragraphs[0] if paragraphs else ""
    if is_remnant(telling):  # and below it mostly stands where they write
        telling = next((p for p in paragraphs[1:] if _END.search(p) and not is_remnant(p)), telling)
    return _shortened(title or _first_sentence(telling), 80), paragraphs


def _is_headline(first: str, second: str) -> bool:
    if is_remnant(first) or re.search(r"[a-z\d][.!] [A-Z]", first):  # sentences would be lost with it
        return False
    ends = re.search(r"[.…:;,。][\"”’»)\]]*$", first) and not re.search(r"\b(?:[A-Z]\.)+$", first)
    prose_follows = len(second) > len(first) or bool(_END.search(second))
    return (
        prose_follows and not ends and not _ITEM.match(first) and (" " in first or len(first) > 9) and len(first) <= 120
    )


def _first_sentence(paragraph: str) -> str:
    ends = (found.end() for found in re.finditer(r"[.!?…]+[\"”’»)\]]*(?=\s+[\"“«(\[]*[^\Wa-z_])|。", paragraph))
    return paragraph[: next((end for end in ends if not _ABBREVIATION.search(paragraph[:end])), None)]


def _shortened(text: str, limit: int) -> str:
    cut = text[:limit] if " " in text[:limit] else text[: limit - 1] + " "
    return text if len(text) <= limit else cut.rsplit(" ", 1)[0][: limit - 1].rstrip(' ,;:.–—-(“"') + "…"


_FRONT = re.compile(r"\s*---[ ]*\n(.{0,20000}?\n)(?:---|\.\.\.)[ ]*(?:\n|$)", re.S)
_FIELDS = {"title": ("title", "headline"), "author": ("author", "authors", "by", "byline"),
           "source": ("source", "site", "sitename", "publisher"), "url": ("url", "link", "canonical", "source_url"),
           "published": ("published", "date", "published_at", "publish_date")}  # fmt: skip
_PAGE_FIELDS = ("title", "author", "sitename", "hostname", "url", "date")  # as trafilatura calls them


def _front_matter(text: str) -> tuple[Facts, str]:
    """The facts of YAML front matter and the text beneath it; broken front matter is text."""
    if not (found := _FRONT.match(text)):
        return Facts(), text
    import yaml  # type: ignore[import-untyped,unused-ignore]  # 0.02 s

    stated = None
    with suppress(yaml.YAMLError, RecursionError, ValueError):
        # BaseLoader leaves every scalar a string: no date or number of YAML's can fail to be one.
        stated = yaml.load(found[1], Loader=yaml.BaseLoader)
    if not isinstance(stated, dict):
        return Facts(), text
    values = {str(key).casefold(): _said(value) for key, value in stated.items() if isinstance(key, str)}
    fact = {name: next((values[k] for k in keys if values.get(k)), "") for name, keys in _FIELDS.items()}
    published = parse_date(fact.pop("published"))
    return Facts(**fact, published=published), text[found.end() :]


def _said(value: object) -> str:
    """A front matter value in words: a string, the strings of a list, or the `name` of each."""
    items = value if isinstance(value, list) else [value]
    words = [item.get("name") if isinstance(item, dict) else item for item in items]
    return ", ".join(_line(word) for word in words if isinstance(word, str))


def _from_markdown(text: str, name: str) -> tuple[list[str], Facts]:
    from markdown_it import MarkdownIt  # 0.05 s

    facts, body = _front_matter(text)
    paragraphs: list[str] = []
    numbers: list[int | None] = []  # of the lists we are in: the number of the next item, None for bullets
    marker, row, heading = "", list[str](), ""
    shown = {"softbreak": "\n", "hardbreak": "\n", "image": "", "html_inline": ""}
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.type[0] == "o" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            marker = "- " if (number := numbers[-1]) is None else f"{number}. "
            numbers[-1] = None if number is None else number + 1
        elif token.type in ("heading_open", "th_open", "td_open"):
            heading = token.tag
        elif token.type == "tr_close":
            paragraphs.append(" | ".join(row))
            row.clear()
        elif token.type in ("fence", "code_block"):
            paragraphs += [_line(line) for line in token.content.splitlines() if line.strip()]
        elif token.type == "html_block":
            paragraphs += _from_html(f"<html><body>{token.content}</body></html>", name)[0]
        elif token.type == "inline":
            words = "".join(shown.get(part.type, part.content) for part in token.children or [])
            lines = [line for line in map(_line, words.split("\n")) if line]
            # A line break is a space in Markdown, but a scraper's credits and bylines stand on lines of their own.
            lone = any(furniture(line) or stated(line, True) is not None for line in lines)
            lines = lines if lone else [" ".join(lines)] if lines else []
            if heading in ("th", "td"):
                row.append(" ".join(lines))
            elif heading == "h1" and not facts.title:
                facts = replace(facts, title=" ".join(lines))
            elif lines:
                paragraphs += [marker + lines[0], *lines[1:]]
            marker = heading = ""
    return [p for p in paragraphs if p.strip()], facts


def _from_html(text: str, name: str) -> tuple[list[str], Facts]:
    import trafilatura  # 0.2 s

    try:
        page = trafilatura.bare_extraction(
            text,
            fast=len(text) > 2_000_000,  # its second and third opinion take minutes on pages of many megabytes
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},  # no dates guessed from the text
        )
        stated = page or trafilatura.extract_metadata(text)
        body = getattr(page, "text", "") or trafilatura.html2txt(text)
    except Exception as error:  # any of the parser's, on a page nested too deeply or otherwise broken
        hint = "Open the page in a browser and save its text."
        raise NotText(f"“{_shown(name)}” is a page too broken to read ({type(error).__name__}).", hint) from error
    title, author, site, host, url, day = (_line(getattr(stated, key, "") or "") for key in _PAGE_FIELDS)
    facts = Facts(title, author.replace("; ", ", "), site or host, url, parse_date(day))
    return [line for line in map(_line, body.split("\n")) if line], facts
