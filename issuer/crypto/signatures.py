"""Raw signatures by algorithm name. The key decides which algorithms may be used with it, never the message.

RFC 7518 (RS256, ES256, ES384, ES512: ECDSA as r || s), RFC 8032 and 8037 (EdDSA with Ed25519).
"""

from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from issuer.crypto.errors import AlgorithmRefused, KeyRefused
from issuer.crypto.multikey import MIN_RSA_BITS, PublicKey, curve_name

# Bytes to sign -> raw signature. The private key may live elsewhere: a file, a token, another process.
Signer = Callable[[bytes], bytes]
PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_ALGORITHM_OF_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_HASH_OF_ALGORITHM: dict[str, hashes.HashAlgorithm] = {
    "ES256": hashes.SHA256(),
    "ES384": hashes.SHA384(),
    "ES512": hashes.SHA512(),
}
_ED25519_BYTES = 64
_LONGEST_REMEMBERED = 128
_COORDINATE_BYTES = {"ES256": 32, "ES384": 48, "ES512": 66}


def algorithm_of(key: PublicKey | PrivateKey) -> str:
    """The one JOSE algorithm for this key: "EdDSA", "ES256", "ES384", "ES512" or "RS256". Raises UnsupportedKey."""
    if isinstance(key, ed25519.Ed25519PublicKey | ed25519.Ed25519PrivateKey):
        return "EdDSA"
    if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return "RS256"
    return _ALGORITHM_OF_CURVE[curve_name(key)]


def local_signer(key: PrivateKey) -> Signer:
    """Private key in memory -> Signer for the algorithm of that key."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < MIN_RSA_BITS:
            raise KeyRefused(f"An RSA key has at least {MIN_RSA_BITS} bits.")
        rsa_key = key
        return lambda data: rsa_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    ec_key, algorithm = key, algorithm_of(key)
    return lambda data: _sign_ecdsa(ec_key, algorithm, data)


def verify_signature(key: PublicKey, signature: bytes, data: bytes, *, alg: str) -> bool:
    """Whether `signature` over `data` was made with `key`. Raises AlgorithmRefused when `alg` is not the key's own."""
    if algorithm_of(key) != alg:
        raise AlgorithmRefused(f"The algorithm {alg!r} does not belong to this key.")
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            size = _COORDINATE_BYTES[alg]
            if len(signature) != 2 * size:
                return False
            r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_HASH_OF_ALGORITHM[alg]))
    except InvalidSignature:
        return False
    return True


def verify_again(key: PublicKey, signature: bytes, data: bytes, *, alg: str) -> bool:
    """As `verify_signature`, for what may come again soon: one status list is checked for every badge on it."""
    is_short = len(signature) == _ED25519_BYTES and len(data) <= _LONGEST_REMEMBERED
    if isinstance(key, ed25519.Ed25519PublicKey) and alg == "EdDSA" and is_short:
        return _ed25519_holds(key.public_bytes_raw(), signature, data)
    return verify_signature(key, signature, data, alg=alg)


# The answer follows from these bytes alone. As many as there are canonical documents that are remembered.
@lru_cache(maxsize=128)
def _ed25519_holds(key: bytes, signature: bytes, data: bytes) -> bool:
    return verify_signature(ed25519.Ed25519PublicKey.from_public_bytes(key), signature, data, alg="EdDSA")


def _sign_ecdsa(key: ec.EllipticCurvePrivateKey, algorithm: str, data: bytes) -> bytes:
    size = _COORDINATE_BYTES[algorithm]
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(_HASH_OF_ALGORITHM[algorithm])))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")
