"""Raw signatures: the key decides the algorithm, and one wrong bit is enough."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from issuer.crypto.errors import AlgorithmRefused, KeyRefused, UnsupportedKey
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer, verify_again, verify_signature
from tests.unit.issuer.crypto.making import make_ec_key, make_key, make_rsa_key

KEYS = {
    "EdDSA": (make_key(), 64),
    "ES256": (make_ec_key(), 64),
    "ES384": (make_ec_key(ec.SECP384R1()), 96),
    "RS256": (make_rsa_key(), 256),
}
EVERY_KEY = pytest.mark.parametrize(("alg", "key", "size"), [(alg, key, size) for alg, (key, size) in KEYS.items()])


@EVERY_KEY
def test_a_signature_holds_for_its_bytes_and_key_only(alg: str, key: PrivateKey, size: int) -> None:
    signature = local_signer(key)(b"a badge")
    assert algorithm_of(key) == algorithm_of(key.public_key()) == alg
    assert len(signature) == size
    assert verify_signature(key.public_key(), signature, b"a badge", alg=alg)
    assert not verify_signature(key.public_key(), signature, b"a badgf", alg=alg)
    assert not verify_signature(key.public_key(), signature[:-1] + bytes([signature[-1] ^ 1]), b"a badge", alg=alg)


@EVERY_KEY
def test_a_signature_of_another_length_does_not_hold(alg: str, key: PrivateKey, size: int) -> None:
    signature = local_signer(key)(b"a badge")
    for other in (b"", signature[:-1], signature + b"\0", b"\0" + signature, b"\0" * size, b"\xff" * size):
        assert not verify_signature(key.public_key(), other, b"a badge", alg=alg)


@EVERY_KEY
def test_an_algorithm_that_is_not_the_keys_own_is_refused(alg: str, key: PrivateKey, size: int) -> None:
    for other in ("none", "HS256", "PS256", "RS512", *KEYS):
        if other != alg:
            with pytest.raises(AlgorithmRefused):
                verify_signature(key.public_key(), b"\0" * size, b"a badge", alg=other)


def test_a_key_on_another_curve_signs_nothing() -> None:
    with pytest.raises(UnsupportedKey):
        local_signer(make_ec_key(ec.SECP256K1()))


def test_a_short_rsa_key_signs_nothing() -> None:
    with pytest.raises(KeyRefused):
        local_signer(rsa.generate_private_key(public_exponent=65537, key_size=1024))


def test_a_signature_that_held_a_moment_ago_says_nothing_of_another() -> None:
    key, other = make_key(1), make_key(2)
    signature = key.sign(b"digests")
    for _ in range(2):
        assert verify_again(key.public_key(), signature, b"digests", alg="EdDSA")
        assert not verify_again(key.public_key(), signature, b"Digests", alg="EdDSA")
        assert not verify_again(key.public_key(), signature[:-1] + b"\x00", b"digests", alg="EdDSA")
        assert not verify_again(other.public_key(), signature, b"digests", alg="EdDSA")
        with pytest.raises(AlgorithmRefused):
            verify_again(key.public_key(), signature, b"digests", alg="ES256")
