"""Keys in their three forms, and the keys that are refused."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from issuer.crypto.ed25519_points import is_usable_point
from issuer.crypto.errors import CryptoError, KeyRefused, Malformed, UnsupportedKey
from issuer.crypto.multibase import decode_base64url, encode_base64url, encode_multibase
from issuer.crypto.multikey import PublicKey, from_jwk, from_multikey, thumbprint, to_jwk, to_multikey
from issuer.crypto.signatures import PrivateKey
from tests.oracles import needs_shared, shared_json
from tests.unit.issuer.crypto.making import make_ec_key, make_key, make_rsa_key

P = 2**255 - 19
# y of the eight points of small order, and the same with the sign bit or above the field: RFC 8032 and 7748, section 7.
ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303021022


def keys() -> list[PublicKey]:
    return [
        make_key().public_key(),
        make_ec_key().public_key(),
        make_ec_key(ec.SECP384R1()).public_key(),
        make_ec_key(ec.SECP521R1()).public_key(),
        make_rsa_key().public_key(),
    ]


def same(one: PublicKey, other: PublicKey) -> bool:
    return to_jwk(one) == to_jwk(other)


def test_every_key_survives_multikey_and_jwk() -> None:
    for key in keys():
        assert same(from_multikey(to_multikey(key)), key)
        assert same(from_jwk(to_jwk(key)), key)


@needs_shared
def test_did_key_vectors_decode_to_the_published_keys() -> None:
    for vector in shared_json("standards/vectors/did-key/did-key.json")["vectors"]:
        text = vector["publicKeyMultibase"]
        if vector["multicodec"] not in ("ed25519-pub", "p256-pub", "p384-pub"):
            with pytest.raises(UnsupportedKey):
                from_multikey(text)
            continue
        key = from_multikey(text)
        assert to_multikey(key) == text
        if "publicKeyJwk" in vector:
            assert to_jwk(key) == vector["publicKeyJwk"]


def test_the_rsa_thumbprint_of_rfc_7638_is_reproduced() -> None:
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM"
        "stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5"
        "hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = from_jwk({"kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    assert thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_the_ed25519_thumbprint_of_rfc_8037_is_reproduced() -> None:
    key = from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("y", [0, 1, P - 1, ORDER_8_Y, P - ORDER_8_Y, P, P + 1])
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_ed25519_keys_of_small_order_are_refused(y: int, sign: int) -> None:
    encoded = (y | sign).to_bytes(32, "little")
    assert not is_usable_point(encoded)
    with pytest.raises(KeyRefused):
        from_multikey(encode_multibase(b"\xed\x01" + encoded))


@pytest.mark.parametrize("y", [2, 7, 8, 12])
def test_ed25519_bytes_off_the_curve_are_refused(y: int) -> None:
    assert not is_usable_point(y.to_bytes(32, "little"))


@pytest.mark.parametrize("y", [3, 4, 5, 6])
def test_ed25519_points_of_large_order_are_usable(y: int) -> None:
    assert is_usable_point(y.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_ed25519_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(KeyRefused):
        from_multikey(encode_multibase(b"\xed\x01" + b"\x01" * length))


def test_elliptic_curve_points_off_the_curve_are_refused() -> None:
    jwk = to_jwk(make_ec_key().public_key())
    with pytest.raises(KeyRefused):
        from_jwk({**jwk, "y": jwk["x"]})
    with pytest.raises(KeyRefused):
        from_multikey(encode_multibase(b"\x80\x24\x02" + b"\xff" * 32))


def test_an_uncompressed_point_is_not_a_multikey() -> None:
    jwk = to_jwk(make_ec_key().public_key())
    coordinates = [base64.urlsafe_b64decode(jwk[name] + "=") for name in ("x", "y")]
    with pytest.raises(KeyRefused):
        from_multikey(encode_multibase(b"\x80\x24\x04" + b"".join(coordinates)))


def test_short_rsa_keys_are_refused() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    with pytest.raises(KeyRefused):
        from_jwk(to_jwk(key))
    with pytest.raises(KeyRefused):
        from_multikey(to_multikey(key))


@pytest.mark.parametrize("exponent", ["AQ", "Ag", "AAAA", "AQABAQABAQABAQAB"], ids=["1", "2", "0", "96 bits"])
def test_rsa_exponents_that_sign_nothing_are_refused(exponent: str) -> None:
    with pytest.raises(KeyRefused):
        from_jwk({**to_jwk(make_rsa_key().public_key()), "e": exponent})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"d": "AAAA"}, KeyRefused),
        ({"k": "AAAA"}, KeyRefused),
        ({"use": "enc"}, KeyRefused),
        ({"key_ops": ["encrypt"]}, KeyRefused),
        ({"key_ops": 1}, KeyRefused),
        ({"alg": "ES256"}, KeyRefused),
        ({"alg": "none"}, KeyRefused),
        ({"alg": ["EdDSA"]}, KeyRefused),
        ({"x": None}, Malformed),
        ({"x": "a=b"}, Malformed),
        ({"x": ""}, KeyRefused),
        ({"crv": "X25519"}, UnsupportedKey),
        ({"crv": ["Ed25519"]}, UnsupportedKey),
        ({"kty": "oct"}, UnsupportedKey),
        ({"kty": "EC", "crv": "secp256k1", "y": "AA"}, UnsupportedKey),
    ],
)
def test_a_jwk_that_is_no_public_signing_key_is_refused(change: dict[str, Any], error: type[CryptoError]) -> None:
    with pytest.raises(error):
        from_jwk({**to_jwk(make_key().public_key()), **change})


@pytest.mark.parametrize(
    ("key", "alg", "other"),
    [
        (make_key(), "EdDSA", "ES512"),
        (make_key(), "Ed25519", "Ed448"),
        (make_ec_key(), "ES256", "ES384"),
        (make_ec_key(ec.SECP384R1()), "ES384", "ECDH-ES"),
        (make_ec_key(ec.SECP521R1()), "ES512", "ES521"),
        (make_rsa_key(), "RS256", "PS256"),
    ],
)
def test_a_jwk_is_used_with_the_algorithm_that_it_names_only(key: PrivateKey, alg: str, other: str) -> None:
    jwk = to_jwk(key.public_key())
    assert from_jwk({**jwk, "alg": alg}) == key.public_key()
    with pytest.raises(KeyRefused):
        from_jwk({**jwk, "alg": other})


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
@pytest.mark.parametrize("change", [b"", b"\x00", b"\x00\x00"], ids=["shorter", "a zero more", "two zeros more"])
def test_coordinates_of_another_length_are_refused(curve: ec.EllipticCurve, change: bytes) -> None:
    jwk = to_jwk(make_ec_key(curve).public_key())
    for name in ("x", "y"):
        coordinate = decode_base64url(jwk[name])
        changed = change + coordinate if change else coordinate[1:]
        with pytest.raises(KeyRefused):
            from_jwk({**jwk, name: encode_base64url(changed)})


def test_the_p521_key_that_did_key_publishes_is_read() -> None:
    """The did:key Method v0.9, test vectors."""
    key = from_multikey(
        "z2J9gaYxrKVpdoG9A4gRnmpnRCcxU6agDtFVVBVdn1JedouoZN7SzcyREXXzWgt3gGiwpoHq7K68X4m32D8HgzG8wv3sY5j7"
    )
    assert to_jwk(key) == {
        "kty": "EC",
        "crv": "P-521",
        "x": "ASUHPMyichQ0QbHZ9ofNx_l4y7luncn5feKLo3OpJ2nSbZoC7mffolj5uy7s6KSKXFmnNWxGJ42IOrjZ47qqwqyS",
        "y": "AW9ziIC4ZQQVSNmLlp59yYKrjRY0_VqO-GOIYQ9tYpPraBKUloEId6cI_vynCzlZWZtWpgOM3HPhYEgawQ703RjC",
    }


@pytest.mark.parametrize("jwk", [None, [], "key", 1])
def test_a_jwk_is_an_object(jwk: object) -> None:
    with pytest.raises(Malformed):
        from_jwk(jwk)


def test_v36_a_secp256k1_key_is_unsupported_not_wrong() -> None:
    with pytest.raises(UnsupportedKey) as refusal:
        from_multikey("zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme")
    assert not refusal.value.conclusive


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "did:key:z6Mk", "z6Mk0OIl", "m7QE"])
def test_text_that_is_no_multikey_is_refused(text: str) -> None:
    with pytest.raises(CryptoError):
        from_multikey(text)
