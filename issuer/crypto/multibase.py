"""Multibase as in Controlled Identifiers 1.0, section 2.4: base58btc ("z") and base64url without padding ("u").

Decoding is strict: one text for one value, so that a proof value cannot be respelled.
"""

import base64
import binascii
import re

from issuer.crypto.errors import Malformed

_BASE58_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUES = {letter: value for value, letter in enumerate(_BASE58_ALPHABET)}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
# Base58 decoding takes quadratic time; the longest value read here is an RSA key of 8,192 bits (about 1,420 letters).
MAX_BASE58_LETTERS = 2048


def encode_base58btc(data: bytes) -> str:
    """Bytes -> base58 text with the Bitcoin alphabet, no prefix."""
    number = int.from_bytes(data, "big")
    letters = []
    while number:
        number, remainder = divmod(number, 58)
        letters.append(_BASE58_ALPHABET[remainder])
    leading_zeros = len(data) - len(data.lstrip(b"\0"))
    return _BASE58_ALPHABET[0] * leading_zeros + "".join(reversed(letters))


def decode_base58btc(text: str) -> bytes:
    """The bytes of base58 text without prefix, at most 2,048 letters. Raises Malformed."""
    if len(text) > MAX_BASE58_LETTERS:
        raise Malformed("The base58 value is too long.")
    number = 0
    for letter in text:
        value = _BASE58_VALUES.get(letter)
        if value is None:
            raise Malformed("The base58 value has a letter outside its alphabet.")
        number = number * 58 + value
    leading_zeros = len(text) - len(text.lstrip(_BASE58_ALPHABET[0]))
    return b"\0" * leading_zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_base64url(data: bytes) -> str:
    """Bytes -> base64url text without padding (RFC 4648, section 5), no prefix."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """The bytes of base64url text. Padding, spaces, other letters and stray trailing bits raise Malformed."""
    if not _BASE64URL.fullmatch(text):
        raise Malformed("The base64url value has a character outside its alphabet.")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Malformed("The base64url value has an impossible length.") from error
    if encode_base64url(data) != text:
        raise Malformed("The base64url value has stray bits at its end.")
    return data


def encode_multibase(data: bytes) -> str:
    """Bytes -> "z" + base58btc, the form that cryptosuites write."""
    return "z" + encode_base58btc(data)


def decode_multibase(text: str) -> bytes:
    """The bytes of "z" + base58btc or "u" + base64url. Any other prefix raises Malformed."""
    if text[:1] == "z":
        return decode_base58btc(text[1:])
    if text[:1] == "u":
        return decode_base64url(text[1:])
    raise Malformed('The value is not multibase with the prefix "z" or "u".')
