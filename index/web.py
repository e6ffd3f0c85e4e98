"""A page on the web -> an `Article`; see `index.asking` for how it is asked for."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from index.asking import Answer, Asker, host_of
from index.formats.address import joined
from index.formats.feed import is_feed
from index.formats.page import is_page
from index.formats.text import in_unicode, shown
from index.parts import Part
from index.reading import MAX_BYTES, SUFFIXES, suffix_of
from index.schema import Article, Stopped, UnsupportedFormat, never

_KINDS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
          "application/pdf": ".pdf"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was found at `url` in the end; `kind` is the suffix that says how it is read."""

    url: str
    data: bytes
    kind: str
    etag: str = ""
    modified: str = ""

    def read(self) -> Article:
        """Its article, with the page's own address where it states one. Raises a leaf of ReadingError."""
        article = Part("", self.url, self.kind, self.data).read()
        url = joined(self.url, article.url) or self.url
        return replace(article, url=url, source=article.source or host_of(url))


def fetch(
    url: str, *, allow_private: bool = False, stopped: Stopped = never, etag: str = "", modified: str = ""
) -> Page | None:
    """The page at an address; None where it is still the version that `etag` and `modified` name.

    Raises Unreachable, TooLarge or UnsupportedFormat. `allow_private` lets addresses of this machine and its network be
    asked; once `stopped` says so, no server is waited for.
    """
    return fetch_by(Asker(allow_private, stopped), url, etag=etag, modified=modified)


def fetch_by(asker: Asker, url: str, *, etag: str = "", modified: str = "") -> Page | None:
    """The same by one who may know the server's rules already."""
    answer = asker.ask(url, list(_KINDS), MAX_BYTES, etag=etag, modified=modified)
    if answer is None:
        return None
    kind = _kind(answer)
    data = answer.data if kind == ".pdf" else in_unicode(answer.data, answer.charset)
    return Page(answer.url, data, kind, answer.etag, answer.modified)


def completed(article: Article, known: Article | None) -> Article:
    """A page's article with what is on record of the same text where the page does not say it, such as its feed did."""
    if known is None:
        return article
    return replace(
        article,
        author=article.author or known.author,
        published=article.published or known.published,
        source=known.source or article.source,
    )


def _kind(answer: Answer) -> str:
    if is_feed(answer.data):
        raise UnsupportedFormat(f"“{shown(answer.url)}” is a feed, no page: follow it instead.",
                                f"`assistant follow {shown(answer.url)}` does.")  # fmt: skip
    suffix = suffix_of(urlsplit(answer.url).path)
    if kind := _KINDS.get(answer.kind):
        return kind
    if answer.kind in ("", "application/octet-stream", "binary/octet-stream"):
        if is_page(answer.data):
            return ".html"
        if suffix in _KINDS.values() and suffix in SUFFIXES:
            return suffix
    sentence = f"“{shown(answer.url)}” is no page but {shown(answer.kind) or 'of an unknown kind'}."
    raise UnsupportedFormat(sentence, "Save it, and add the file.")
