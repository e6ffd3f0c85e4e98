"""Where feeds are: those that a page names, and those in a list (OPML)."""

from index.formats.address import joined
from index.formats.archive import local
from index.formats.mended import mended_xml
from index.formats.text import shown
from index.schema import NotText

MAX_HEAD = 500_000  # bytes of a page that are searched
MAX_LISTED = 2000

KINDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")


def named_feed(data: bytes, url: str) -> str:
    """The address of the first feed that a page found at `url` names in its head; empty where it names none."""
    from lxml import etree  # 0.02 s

    try:
        root = etree.fromstring(data[:MAX_HEAD], etree.HTMLParser(no_network=True, recover=True))
    except (etree.XMLSyntaxError, ValueError):  # nothing of a page
        return ""
    for link in () if root is None else root.iter("link"):
        kind = link.get("type", "").partition(";")[0].strip().lower()
        if "alternate" in link.get("rel", "").lower().split() and kind in KINDS:
            return joined(url, link.get("href", ""))
    return ""


def outlined(data: bytes, name: str) -> list[str]:
    """The addresses of the feeds in a list, however nested, each once. Raises NotText or TooLarge."""
    root = mended_xml(data, name)
    found = (each.get("xmlUrl") or each.get("xmlurl") or "" for each in root.iter("outline"))
    addresses = [*dict.fromkeys(address.strip() for address in found if address.strip())][:MAX_LISTED]
    if local(root).lower() != "opml" or not addresses:
        raise NotText(f"“{shown(name)}” is no list of feeds (OPML).", "Export the list again from where it comes from.")
    return addresses
