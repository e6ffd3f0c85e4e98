"""Addresses of the web as pages and feeds state them."""

from urllib.parse import urldefrag, urljoin, urlsplit

from index.formats.text import shown

MAX_ADDRESS = 8_000  # signs; servers take no longer ones


def joined(base: str, address: str) -> str:
    """What is stated at `base`, made whole and without its fragment; empty where it is no address of the web.

    One that no line can hold, for signs that are not seen or half characters, is none.
    """
    if not address.strip() or len(base) + len(address) > MAX_ADDRESS:
        return ""
    try:
        whole = urldefrag(urljoin(base, address.strip()))[0]
        parts = urlsplit(whole)
        return whole if parts.scheme in ("http", "https") and parts.hostname and shown(whole) == whole else ""
    except ValueError:
        return ""
