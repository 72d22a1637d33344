"""The code of a badge for paper and telephone: twelve signs, the last of which proves that the rest was read right.

Eleven signs of Crockford's base32 are random (55 bits); the twelfth makes the sum of all twelve, each weighted with
another power of a generator of GF(32), zero. So one wrong sign is always noticed, and so are any two exchanged.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O, which look like 1 and 0, and U."""

LENGTH = 12
_GROUP = 4
_BITS = 5
_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2): the powers of x are all of GF(32) but zero."""

_READ_AS = str.maketrans("OIL", "011")
_BETWEEN = frozenset(" -\u00a0\u2010\u2011\u2012\u2013\u202f")
"""What people and word processors put between the groups."""

_LONGEST_TEXT = 40


def new_code() -> str:
    """A code as it is stored: twelve signs without hyphens."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return drawn + _check_sign(drawn)


def written(code: str) -> str:
    """As it is shown: ``"ABCDEFGHJKMN"`` -> ``"ABCD-EFGH-JKMN"``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def read(text: str) -> str | None:
    """The code that was meant, whatever the case, the blanks and hyphens, O for 0 and I or L for 1; else None."""
    if len(text) > _LONGEST_TEXT:
        return None
    signs = "".join(sign for sign in text.strip() if sign not in _BETWEEN).upper().translate(_READ_AS)
    if len(signs) != LENGTH or not set(signs) <= set(ALPHABET) or signs[-1] != _check_sign(signs[:-1]):
        return None
    return signs


def _check_sign(signs: str) -> str:
    total = 0
    for sign in signs:
        total = _times_x(total ^ ALPHABET.index(sign))
    return ALPHABET[total]


def _times_x(element: int) -> int:
    """In GF(32)."""
    doubled = element << 1
    return doubled ^ _POLYNOMIAL if doubled >> _BITS else doubled
