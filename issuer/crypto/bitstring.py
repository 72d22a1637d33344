"""Bitstring Status List 1.0: many yes-or-no facts in one compressed list.

Index 0 is the left-most, most significant bit of the first byte (section 3.1). An entry may span several bits.
"""

import binascii
import gzip
import zlib
from collections.abc import Iterable

from issuer.crypto.errors import Malformed, StatusIndexOutOfRange, StatusListMalformed, StatusListTooShort
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.remembered import Remembered

MINIMUM_ENTRIES = 131_072
# 16 MiB hold 134 million entries; a longer list is a decompression bomb.
MAX_EXPANDED_BYTES = 16 * 1024 * 1024
MAX_STATUS_SIZE = 32
# Level 6 is twenty times faster than 9 on random bits and hardly longer.
_GZIP_LEVEL = 6
# Half a million entries of one bit, and about as many letters of random ones.
_LONGEST_REMEMBERED = 64 * 1024
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def new_bits(entries: int = MINIMUM_ENTRIES, *, status_size: int = 1) -> bytes:
    """All-zero bits for that many entries, whole bytes. Raises StatusListTooShort under 131,072 entries."""
    if entries < MINIMUM_ENTRIES:
        raise StatusListTooShort(f"A status list has at least {MINIMUM_ENTRIES} entries.")
    return bytes((entries * status_size + 7) // 8)


def set_bits(bits: bytes, indexes: Iterable[int]) -> bytes:
    """A copy of `bits` with the bit at each index set. Raises StatusIndexOutOfRange."""
    changed = bytearray(bits)
    for index in indexes:
        if not 0 <= index < len(bits) * 8:
            raise StatusIndexOutOfRange(f"The index {index} is not in the status list.")
        changed[index // 8] |= 0x80 >> (index % 8)
    return bytes(changed)


def encode(bits: bytes) -> str:
    """Bits (at least 16 KiB) -> "u" + base64url of GZIP, the same text for the same bits (section 3.3).

    Raises StatusListTooShort."""
    if len(bits) * 8 < MINIMUM_ENTRIES:
        raise StatusListTooShort(f"A status list has at least {MINIMUM_ENTRIES} entries.")
    return "u" + encode_base64url(gzip.compress(bits, compresslevel=_GZIP_LEVEL, mtime=0))


def expand(encoded_list: object, *, max_bytes: int = MAX_EXPANDED_BYTES) -> bytes:
    """encodedList -> bits (section 3.4). Raises StatusListMalformed, also when it expands beyond `max_bytes`."""
    if not isinstance(encoded_list, str) or not encoded_list.startswith("u"):
        raise StatusListMalformed('The encoded list does not begin with "u".')
    if len(encoded_list) > 2 * max_bytes:
        raise StatusListMalformed("The encoded list is too long.")
    if len(encoded_list) > _LONGEST_REMEMBERED:
        return _expanded(encoded_list, max_bytes)
    return _remembered_bits(encoded_list, max_bytes)


def read_status(bits: bytes, index: int | str, *, status_size: int = 1) -> int:
    """The status at an index, 0 to 2**status_size - 1 (section 3.2, steps 9 to 12).

    `index` is a whole number, or its base-10 text as in statusListIndex.
    Raises StatusListTooShort, StatusIndexOutOfRange.
    """
    if not 1 <= status_size <= MAX_STATUS_SIZE:
        raise StatusIndexOutOfRange("The status size is not between 1 and 32 bits.")
    entries = len(bits) * 8 // status_size
    if entries < MINIMUM_ENTRIES:
        raise StatusListTooShort(f"The status list has fewer than {MINIMUM_ENTRIES} entries.")
    first = _checked_index(index, entries) * status_size
    last = first + status_size - 1
    window = int.from_bytes(bits[first // 8 : last // 8 + 1], "big")
    return window >> (7 - last % 8) & ((1 << status_size) - 1)


def _checked_index(index: int | str, entries: int) -> int:
    text = str(index) if isinstance(index, int) and not isinstance(index, bool) else index
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) >= entries:
        raise StatusIndexOutOfRange("The status index is not a whole number inside the list.")
    return int(text)


def _gunzip(data: bytes, max_bytes: int) -> bytes:
    expander = zlib.decompressobj(_GZIP_WINDOW)
    bits = expander.decompress(data, max_bytes)
    if not expander.eof:
        raise StatusListMalformed(f"The status list is cut off, or expands beyond {max_bytes} bytes.")
    if expander.unused_data:
        raise StatusListMalformed("The encoded list has data after its end.")
    return bits


def _expanded(encoded_list: str, max_bytes: int) -> bytes:
    try:
        return _gunzip(decode_base64url(encoded_list[1:]), max_bytes)
    except (Malformed, zlib.error, binascii.Error) as error:
        raise StatusListMalformed("The encoded list is not base64url of GZIP data.") from error


# One list is asked for every badge on it.
_remembered_bits = Remembered(_expanded, results=64, longest=_LONGEST_REMEMBERED)
