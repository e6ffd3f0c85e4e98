"""Addresses of the web as pages and feeds state them."""

from urllib.parse import urldefrag, urljoin, urlsplit


def joined(base: str, address: str) -> str:
    """What is stated at `base`, made whole and without its fragment; empty where it is no address of the web."""
    try:
        whole = urldefrag(urljoin(base, address.strip()))[0] if address.strip() else ""
        parts = urlsplit(whole)
        return whole if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""
