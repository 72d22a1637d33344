"""Which 32 bytes are an Ed25519 public key worth trusting (RFC 8032, section 5.1.3).

OpenSSL accepts any 32 bytes. A key of small order would let one signature hold for many messages, so it is refused,
and so are encodings that are not on the curve or not the one canonical spelling of a point.
"""

from functools import lru_cache

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SIGN_BIT = 1 << 255


def is_usable_point(encoded: bytes) -> bool:
    """Whether 32 bytes are the canonical encoding of a point on edwards25519 whose order is not 1, 2, 4 or 8."""
    return len(encoded) == 32 and _is_usable(encoded)


# The keys of an issuer come again with each of its badges.
@lru_cache(maxsize=1024)
def _is_usable(encoded: bytes) -> bool:
    number = int.from_bytes(encoded, "little")
    y = number & (_SIGN_BIT - 1)
    if y >= _P:
        return False
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if x_squared == 0:  # y is 1 or -1: order 1 or 2
        return False
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        return False
    return not _has_small_order(x_squared, y)


def _has_small_order(x_squared: int, y: int) -> bool:
    """Order 4 has y = 0; order 8 doubles to a point with y = 0, and y(2P) is (y^2 + x^2) / (1 - d x^2 y^2)."""
    return y == 0 or (y * y + x_squared) % _P == 0
