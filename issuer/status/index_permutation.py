"""Counter to status list index: a keyed permutation, so that an index is unique by construction and tells no order.

Bitstring Status List 1.0, section 5.1, asks for indexes given at random; drawing at random would meet taken places ever
more often. A Feistel network permutes the numbers of an even count of bits, whatever its round function; a number that
lands outside the list is permuted again until it lands inside (cycle walking), which keeps it a permutation.
"""

from __future__ import annotations

import hashlib

ROUNDS = 10
KEY_BYTES = 32


def permute(key: bytes, counter: int, *, size: int) -> int:
    """0 <= counter < size -> index in the same range; a bijection for each key. ``size`` is 2 or more.

    Raises IndexError for a counter outside the range: such a list is full.
    """
    if not 0 <= counter < size:
        raise IndexError("The counter is outside the list.")
    half_bits = ((size - 1).bit_length() + 1) // 2
    index = _feistel(key, counter, half_bits)
    while index >= size:
        index = _feistel(key, index, half_bits)
    return index


def _feistel(key: bytes, number: int, half_bits: int) -> int:
    mask = (1 << half_bits) - 1
    left, right = number >> half_bits, number & mask
    for round_number in range(ROUNDS):
        left, right = right, left ^ (_round(key, round_number, right) & mask)
    return left << half_bits | right


def _round(key: bytes, round_number: int, half: int) -> int:
    """A keyed pseudo-random function of half a number (BLAKE2b in keyed mode, RFC 7693)."""
    message = round_number.to_bytes(1, "big") + half.to_bytes(8, "big")
    return int.from_bytes(hashlib.blake2b(message, key=key, digest_size=8).digest(), "big")
