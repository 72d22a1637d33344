"""Text that people type: kept as they wrote it, in one Unicode form, without what can deceive a reader.

Refused are NUL and control characters, lone surrogates, line and paragraph separators, and the marks that
turn the reading direction of what follows: a name must not be able to re-order the sentence it stands in.
"""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from issuer.base.errors import Invalid

LONGEST_NAME = 200

_DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_LAYOUT = frozenset("\n\t")


def refuse(field: str, sentence: str, code: str = "invalid") -> Invalid:
    """The error for one field of a form or document: ``field`` -> ``sentence``."""
    return Invalid(code, sentence, fields={field: [sentence]})


def clean_line(text: str, *, field: str, longest: int = LONGEST_NAME) -> str:
    """One line in NFC without surrounding blanks; may be empty. Raises Invalid naming ``field``."""
    return _checked(unicodedata.normalize("NFC", text).strip(), field, longest, frozenset())


def clean_text(text: str, *, field: str, longest: int) -> str:
    """Several lines in NFC, ended by LF; may be empty. Raises Invalid naming ``field``."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return _checked(lines, field, longest, _LAYOUT)


def required_line(text: str, *, field: str, longest: int = LONGEST_NAME) -> str:
    """Like ``clean_line``, and not empty."""
    line = clean_line(text, field=field, longest=longest)
    if not line:
        raise refuse(field, _("Please fill this in."))
    return line


def is_plain(text: str) -> bool:
    """Whether ``text``, of several lines perhaps, holds nothing that is refused here."""
    return not any(_is_refused(character) and character not in _LAYOUT for character in text)


def _checked(text: str, field: str, longest: int, allowed: frozenset[str]) -> str:
    if len(text) > longest:
        raise refuse(field, _("This is too long: at most %(longest)s characters.", longest=longest))
    if any(_is_refused(character) and character not in allowed for character in text):
        raise refuse(field, _("This contains characters that cannot be shown. Please type it again."))
    return text


def _is_refused(character: str) -> bool:
    return character in _DIRECTION_MARKS or unicodedata.category(character) in _REFUSED_CATEGORIES
