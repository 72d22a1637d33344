"""Which addresses are our own: what lies there is read from our own records, never by a request to ourselves."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from issuer.access import settings
from issuer.base.fetch import LOOPBACK_NAMES


def own_path(url: str) -> str | None:
    """The path of a URL under our own address, or None for somebody else's.

    On loopback http and https are one: did:web says nothing of the scheme, and resolves to http there.
    """
    base = settings().base_url
    authority = base.partition("://")[2]
    if urlsplit(base).hostname in LOOPBACK_NAMES and url.startswith(f"http://{authority}/"):
        base = f"http://{authority}"
    if url != base and not url.startswith(f"{base}/"):
        return None
    return unquote(urlsplit(url).path)
