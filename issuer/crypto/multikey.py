"""Public keys as Multikey and as JWK, and their thumbprints.

Controlled Identifiers 1.0, section 2.2.2 (Multikey); RFC 7517, 7518, 8037 (JWK); RFC 7638 (thumbprint).
"""

import hashlib
from functools import lru_cache
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from issuer.crypto.ed25519_points import is_usable_point
from issuer.crypto.errors import KeyRefused, Malformed, UnsupportedKey
from issuer.crypto.jcs import canonicalize
from issuer.crypto.multibase import decode_base64url, decode_multibase, encode_base64url, encode_multibase

PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

MIN_RSA_BITS = 2048
MAX_RSA_BITS = 8192
MAX_RSA_EXPONENT_BITS = 64

# Multicodec prefixes as unsigned varints, from the multicodec table that Controlled Identifiers 1.0 refers to.
_ED25519_PREFIX = b"\xed\x01"
_RSA_PREFIX = b"\x85\x24"
_PREFIX_OF_CURVE = {"P-256": b"\x80\x24", "P-384": b"\x81\x24", "P-521": b"\x82\x24"}
_CURVE_OF_PREFIX = {prefix: curve for curve, prefix in _PREFIX_OF_CURVE.items()}
_UNSUPPORTED_PREFIXES = {
    b"\xe7\x01": "secp256k1",
    b"\xec\x01": "X25519",
    b"\xeb\x01": "BLS12-381",
}
_CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# The names in "alg" that a key of each kind may be meant for (RFC 7518, 3.1; RFC 8037, 3.1; RFC 9864, 2.2).
_ALGORITHMS = {
    "Ed25519": ("EdDSA", "Ed25519"),
    "P-256": ("ES256",),
    "P-384": ("ES384",),
    "P-521": ("ES512",),
    "RSA": ("RS256",),
}
_THUMBPRINT_MEMBERS = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}


def to_multikey(key: PublicKey) -> str:
    """Public key -> publicKeyMultibase, "z" + base58btc of multicodec prefix and key."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return encode_multibase(_ED25519_PREFIX + key.public_bytes_raw())
    if isinstance(key, rsa.RSAPublicKey):
        return encode_multibase(_RSA_PREFIX + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    compressed = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return encode_multibase(_PREFIX_OF_CURVE[curve_name(key)] + compressed)


def from_multikey(text: str) -> PublicKey:
    """publicKeyMultibase -> public key. Raises Malformed, KeyRefused, UnsupportedKey."""
    data = decode_multibase(text)
    prefix, encoded = data[:2], data[2:]
    if prefix == _ED25519_PREFIX:
        return ed25519_key(encoded)
    if prefix in _CURVE_OF_PREFIX:
        return _ec_key_from_compressed(_CURVE_OF_PREFIX[prefix], encoded)
    if prefix == _RSA_PREFIX:
        return _rsa_key_from_der(encoded)
    name = _UNSUPPORTED_PREFIXES.get(prefix, "unknown")
    raise UnsupportedKey(f"Keys of the type {name} are not supported.")


def to_jwk(key: PublicKey) -> dict[str, str]:
    """Public key -> JWK with the required members only (no kid, alg or use)."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(key.public_bytes_raw())}
    if isinstance(key, rsa.RSAPublicKey):
        rsa_numbers = key.public_numbers()
        return {"kty": "RSA", "n": _encode_integer(rsa_numbers.n), "e": _encode_integer(rsa_numbers.e)}
    curve = curve_name(key)
    size = (key.curve.key_size + 7) // 8
    ec_numbers = key.public_numbers()
    x, y = (encode_base64url(coordinate.to_bytes(size, "big")) for coordinate in (ec_numbers.x, ec_numbers.y))
    return {"kty": "EC", "crv": curve, "x": x, "y": y}


def from_jwk(jwk: Any) -> PublicKey:
    """Public JWK -> public key. A private member, a use other than signing, or an "alg" that such a key is not used
    with here, raises KeyRefused.

    Raises Malformed, KeyRefused, UnsupportedKey."""
    if not isinstance(jwk, dict):
        raise Malformed("A JWK is a JSON object.")
    if _PRIVATE_MEMBERS & jwk.keys():
        raise KeyRefused("The JWK holds private or symmetric key material.")
    operations = jwk.get("key_ops", ["verify"])
    if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        raise KeyRefused("The JWK is not meant for checking signatures.")
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            _check_algorithm(jwk, "Ed25519")
            return ed25519_key(_member(jwk, "x"))
        case "EC", ("P-256" | "P-384" | "P-521") as curve:
            _check_algorithm(jwk, curve)
            return _ec_key_from_coordinates(curve, _member(jwk, "x"), _member(jwk, "y"))
        case "RSA", _:
            _check_algorithm(jwk, "RSA")
            modulus, exponent = (int.from_bytes(_member(jwk, name), "big") for name in ("n", "e"))
            return _rsa_key(modulus, exponent)
    raise UnsupportedKey("The key type and curve of the JWK are not supported.")


def thumbprint(key: PublicKey) -> str:
    """SHA-256 JWK thumbprint, base64url (RFC 7638)."""
    jwk = to_jwk(key)
    return _thumbprint(tuple((name, jwk[name]) for name in _THUMBPRINT_MEMBERS[jwk["kty"]]))


# Whose key it is, is asked several times in one check, and with each badge of an issuer.
@lru_cache(maxsize=1024)
def _thumbprint(required: tuple[tuple[str, str], ...]) -> str:
    return encode_base64url(hashlib.sha256(canonicalize(dict(required))).digest())


def curve_name(key: ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey) -> str:
    """P-256, P-384 or P-521, of an elliptic curve key. Any other curve raises UnsupportedKey."""
    for name, curve in _CURVES.items():
        if key.curve.name == curve.name:
            return name
    raise UnsupportedKey(f"The elliptic curve {key.curve.name} is not supported.")


def ed25519_key(encoded: bytes) -> ed25519.Ed25519PublicKey:
    """32 bytes -> Ed25519 public key. Raises KeyRefused off the curve or for a point of small order."""
    if not is_usable_point(encoded):
        raise KeyRefused("The Ed25519 public key is not a usable point on its curve.")
    return ed25519.Ed25519PublicKey.from_public_bytes(encoded)


def _check_algorithm(jwk: dict[str, Any], kind: str) -> None:
    if "alg" in jwk and jwk["alg"] not in _ALGORITHMS[kind]:
        raise KeyRefused("The JWK is meant for another algorithm.")


def _ec_key_from_compressed(curve: str, encoded: bytes) -> ec.EllipticCurvePublicKey:
    if encoded[:1] not in (b"\x02", b"\x03"):
        raise KeyRefused(f"The {curve} public key is not a compressed point.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve], encoded)
    except ValueError as error:
        raise KeyRefused(f"The {curve} public key is not a point on its curve.") from error


def _ec_key_from_coordinates(curve: str, x: bytes, y: bytes) -> ec.EllipticCurvePublicKey:
    size = (_CURVES[curve].key_size + 7) // 8
    if len(x) != size or len(y) != size:
        raise KeyRefused(f"The coordinates of a {curve} key are {size} bytes long.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[curve], b"\x04" + x + y)
    except ValueError as error:
        raise KeyRefused(f"The {curve} public key is not a point on its curve.") from error


def _rsa_key_from_der(encoded: bytes) -> rsa.RSAPublicKey:
    try:
        key = load_der_public_key(encoded)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyRefused("The RSA public key is not readable.") from error
    if not isinstance(key, rsa.RSAPublicKey) or key.public_bytes(Encoding.DER, PublicFormat.PKCS1) != encoded:
        raise KeyRefused("The RSA public key is not in PKCS#1 form.")
    numbers = key.public_numbers()
    return _rsa_key(numbers.n, numbers.e)


def _rsa_key(modulus: int, exponent: int) -> rsa.RSAPublicKey:
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS:
        raise KeyRefused(f"An RSA key has between {MIN_RSA_BITS} and {MAX_RSA_BITS} bits.")
    if modulus % 2 == 0 or exponent % 2 == 0 or exponent < 3 or exponent.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise KeyRefused("The RSA modulus or public exponent is not usable.")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise KeyRefused("The RSA public key is not usable.") from error


def _member(jwk: dict[str, Any], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise Malformed(f'The JWK has no text member "{name}".')
    return decode_base64url(text)


def _encode_integer(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
