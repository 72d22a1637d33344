"""Words in the reader's language, as plain text."""

from __future__ import annotations

from flask_babel import gettext


def _(text: str, **values: str) -> str:
    return str(gettext(text, **values))
