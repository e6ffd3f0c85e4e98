"""Mails (.eml), and web pages as browsers save them in the shape of a mail (.mhtml)."""

import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from index.formats.page import from_html, read_page
from index.formats.text import decoded, in_unicode, line_of, paragraphs_of, shown
from index.schema import EmptyArticle, NotText, ReadingError, TooLarge
from index.statements import Facts, is_name

MAX_HEADERS = 5000  # of those that are read, in all parts together
MAX_DEPTH = 20  # parts of parts: every line is compared with the border of each
MAX_HEADER = 10_000  # bytes: the time they take to be understood is quadratic
_SHORT = 400  # signs: a plain part as short as this says "see the web version"
_HEADER = re.compile(
    rb"^(?:content-[a-z-]+|subject|from|date|snapshot-content-location):[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M
)
_DAMAGED = "Save it again; this copy is damaged."


def read_mail(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs of a mail, titled by its subject, of the day it was sent.

    A sender whose address is that of a person by this name is its author, any other its source.
    """
    message = _parsed(data, name)
    plain, page = (_part(message, kind, name) for kind in ("text/plain", "text/html"))
    if not plain and not page:
        raise EmptyArticle(f"“{shown(name)}” is a mail without text.", "Leave it out.")
    paragraphs = paragraphs_of(decoded(plain, name)) if plain else []
    if page and len("".join(paragraphs)) < _SHORT:
        paragraphs = from_html(decoded(page, name), name)[0] or paragraphs
    who, address = map(line_of, parseaddr(_header(message, "From")))
    box, own = address.partition("@")[0].casefold(), is_name(who)
    author, source = (who, "") if own and who.split()[-1].casefold() in box else ("", who)
    return paragraphs, Facts(_header(message, "Subject"), author, source, published=_day(message))


def read_saved_page(data: bytes, name: str) -> tuple[list[str], Facts]:
    """The paragraphs and facts of the page, which is the first one in the file; the day of saving says nothing."""
    message = _parsed(data, name)
    page = _part(message, "text/html", name)
    if not page:
        raise EmptyArticle(f"“{shown(name)}” holds no page.", _DAMAGED)
    paragraphs, facts = read_page(page, name)
    where = _header(message, "Snapshot-Content-Location") or _header(message, "Content-Location")
    url = where if where.startswith(("http://", "https://")) else ""
    return paragraphs, facts.or_else(Facts(_header(message, "Subject"), url=url))


def _parsed(data: bytes, name: str) -> EmailMessage:
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # as the parser sees it
    head = data.lstrip(b"\n ")[:1000]
    if b":" not in head.partition(b"\n")[0] or b"\0" in head:
        raise NotText(f"“{shown(name)}” is no mail and no saved page.", _DAMAGED)
    headers = [len(found[0]) for found in _HEADER.finditer(data)]
    depth = data.lower().count(b"multipart/")
    if len(headers) > MAX_HEADERS or max(headers, default=0) > MAX_HEADER or depth > MAX_DEPTH:
        raise TooLarge(f"“{shown(name)}” has too many parts, or too long a header.", "Save its text instead.")
    try:
        return message_from_bytes(data, policy=policy.default)  # type: ignore[return-value,unused-ignore]
    except Exception as error:  # the parser's own, on headers no program would write
        raise NotText(f"“{shown(name)}” is damaged ({type(error).__name__}).", _DAMAGED) from error


def _part(message: EmailMessage, kind: str, name: str) -> bytes:
    """The first part of a kind that is no attachment, in UTF-8 and marked so; empty where there is none."""
    try:
        for part in message.walk():
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                content = part.get_payload(decode=True)
                return in_unicode(content if isinstance(content, bytes) else b"", part.get_content_charset())
    except ReadingError:
        raise
    except Exception as error:
        raise NotText(f"“{shown(name)}” is damaged ({type(error).__name__}).", _DAMAGED) from error
    return b""


def _header(message: EmailMessage, key: str) -> str:
    try:
        return line_of(str(message.get(key, "")))
    except Exception:  # the parser's own, on a header no program would write
        return ""


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "Date")).date()
    except (ValueError, TypeError, OverflowError):
        return None
