"""Addresses of the web as people, pages and feeds state them."""

import re
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
        found = urldefrag(urljoin(base, address.strip()))[0]
        parts = urlsplit(found)
        return found if parts.scheme in ("http", "https") and parts.hostname and shown(found) == found else ""
    except ValueError:
        return ""


def whole(address: str) -> str:
    """An address as it was typed, or stands in a list, with what it lacks."""
    url = address.strip().removeprefix("feed:").removeprefix("//")
    return (url if "://" in url else f"https://{url}").partition("#")[0]


def told(url: str) -> str:
    """An address as it can be told: without the password that may stand in it."""
    return shown(re.sub("//[^/?]*@", "//", url))
