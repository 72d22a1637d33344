"""Where to go next: an exact path of this service, or its first page. Never another site."""

from __future__ import annotations

import re

LONGEST_PATH = 500

_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


def local_path(text: str | None) -> str:
    """``text`` if it is a path with an optional query of this service; else "/"."""
    if not text or len(text) > LONGEST_PATH or not _PATH.fullmatch(text):
        return "/"
    return text
