"""What of a text the fonts that every PDF reader has can show: they know the letters of Western Europe only.

A name in other letters is never lost: it stands exactly in the file that is attached to the receipt, and the paper says
so. PURE.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

CODEC = "windows-1252"
UNSHOWN = "?"

_CLOSE: Mapping[str, str] = {
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n", "Ŋ": "N", "ŧ": "t", "Ŧ": "T",
    "ș": "s", "Ș": "S", "ț": "t", "Ț": "T", "ə": "e", "Ə": "E", "−": "-", "‐": "-", "‑": "-", "\u2028": " ",
    "\u2029": " ", "→": "->", "←": "<-", "≥": ">=", "≤": "<=", "✓": "+", "✗": "x",
}  # fmt: skip
"""Letters that no rule of Unicode takes apart, and what stands for them on paper."""


def printable(text: str) -> tuple[str, bool]:
    """``text`` in letters that can be printed, and whether that is exactly what it says."""
    shown = "".join(map(_letter, unicodedata.normalize("NFC", text)))
    return shown, shown == text


def _letter(letter: str) -> str:
    if letter in "\n\t" or (letter.isprintable() and _is_known(letter)):
        return letter
    if letter in _CLOSE:
        return _CLOSE[letter]
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if base and all(map(_is_known, base)) and base.isprintable():
        return base
    return "" if unicodedata.category(letter) in ("Cf", "Mn", "Cc") else UNSHOWN


def _is_known(letter: str) -> bool:
    try:
        letter.encode(CODEC)
    except UnicodeEncodeError:
        return False
    return True
