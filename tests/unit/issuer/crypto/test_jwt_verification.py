"""Checking credentials in JWTs: whose key it must be, and which algorithm goes with it."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.did import did_document, did_jwk_for, did_key_for, multikey_method
from issuer.crypto.errors import KeyUnavailable
from issuer.crypto.jsonld import to_quads
from issuer.crypto.jwt_verification import JwtResult, verify_jwt
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import PublicKey, to_jwk
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.crypto.vc_jwt import issue_jwt, parse_jwt
from issuer.crypto.verification_method import VerificationMethod
from tests.unit.issuer.crypto.making import (
    ISSUER,
    METHOD,
    NOW,
    make_credential,
    make_ec_key,
    make_key,
    make_method,
    make_rsa_key,
    resolver,
)


def sign(key: PrivateKey, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    """A token signed by `key` with any header and claims; by default the Open Badges form."""
    template = issue_jwt(make_credential(), signer=lambda data: b"", kid=METHOD)
    whole_header = {"alg": algorithm_of(key), "kid": METHOD, "typ": "JWT"} if header is None else header
    whole_claims = json.loads(decode_base64url(template.split(".")[1])) if claims is None else claims
    segments = [encode_base64url(json.dumps(part).encode()) for part in (whole_header, whole_claims)]
    data = ".".join(segments)
    return f"{data}.{encode_base64url(local_signer(key)(data.encode()))}"


def verify(token: str, **over: Any) -> JwtResult:
    options = {"resolve_key": resolver(make_method(make_ec_key())), "now": NOW, **over}
    return verify_jwt(parse_jwt(token), **options)


def no_key(method_id: str) -> VerificationMethod:
    raise AssertionError(f"{method_id} was asked for")


def resolve_listed(method_id: str) -> VerificationMethod:
    """What the issuer's own did:web document lists, and nothing else."""
    listed = multikey_method(METHOD, controller=ISSUER, key=make_ec_key().public_key())
    document = did_document(ISSUER, verification_methods=[listed], assertion_methods=[METHOD])
    return resolve_verification_method(method_id, fetch=lambda url: document)


def signing_keys() -> list[PrivateKey]:
    curves = (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1())
    return [make_rsa_key(), *(make_ec_key(curve) for curve in curves), make_key()]


def resolve_by_name(method_id: str) -> VerificationMethod:
    """What needs no fetch: did:key and did:jwk."""
    return resolve_verification_method(method_id, fetch=no_key)  # type: ignore[arg-type]


def test_tokens_of_every_allowed_algorithm_verify_with_the_issuers_key() -> None:
    for key in signing_keys():
        result = verify(sign(key), resolve_key=resolver(make_method(key)))
        assert (result.outcome, result.code, result.signature_valid) == ("verified", "", True)
        assert (result.algorithm, result.verification_method) == (algorithm_of(key), METHOD)


def test_tokens_verify_with_a_second_implementation() -> None:
    for key in (make_rsa_key(), make_ec_key()):
        token = issue_jwt(make_credential(), signer=local_signer(key), kid=METHOD, algorithm=algorithm_of(key))
        options = {"verify_nbf": False, "verify_exp": False}
        claims = pyjwt.decode(token, key.public_key(), algorithms=["RS256", "ES256"], options=options)
        assert claims["credentialSubject"] == make_credential()["credentialSubject"]


def test_tokens_of_a_second_implementation_verify() -> None:
    claims = json.loads(decode_base64url(sign(make_ec_key()).split(".")[1]))
    for key in signing_keys():
        token = pyjwt.encode(claims, key, algorithm=algorithm_of(key), headers={"kid": METHOD, "typ": "vc+jwt"})
        assert verify(token, resolve_key=resolver(make_method(key))).outcome == "verified"


def test_a_changed_claim_breaks_the_signature() -> None:
    header, claims, signature = sign(make_ec_key()).split(".")
    changed = {**json.loads(decode_base64url(claims)), "name": "Doctor of Everything"}
    forged = f"{header}.{encode_base64url(json.dumps(changed).encode())}.{signature}"
    result = verify(forged)
    assert (result.outcome, result.code, result.signature_valid) == ("invalid", "signature", False)


def test_v02_a_token_that_uses_the_public_key_as_a_secret_is_refused() -> None:
    key = make_rsa_key()
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, claims, _ = sign(key).split(".")
    data = f"{header}.{claims}"
    mac = encode_base64url(hmac.new(pem, data.encode(), hashlib.sha256).digest())
    assert verify(f"{data}.{mac}", resolve_key=resolver(make_method(key))).code == "signature"


def test_v02_the_key_decides_the_algorithm_not_the_header() -> None:
    keys = signing_keys()
    for key in keys:
        for other in keys:
            if algorithm_of(other) != algorithm_of(key):
                result = verify(sign(key), resolve_key=resolver(make_method(other)))
                assert (result.code, result.signature_valid) == ("alg_not_allowed", None)


def test_v04_a_key_in_the_header_is_no_authority() -> None:
    attacker = make_ec_key(seed=99)
    header = {"alg": "ES256", "jwk": to_jwk(attacker.public_key())}
    token = sign(attacker, header)
    assert verify(token, resolve_key=no_key).code == "key_not_bound"
    listed = [make_method(make_ec_key()), make_method()]
    assert verify(token, resolve_key=no_key, list_keys=lambda issuer: listed).code == "key_not_bound"


def test_a_key_in_the_header_may_point_at_one_that_the_issuer_lists() -> None:
    key = make_ec_key()
    token = sign(key, {"alg": "ES256", "jwk": to_jwk(key.public_key())})
    listed = {ISSUER: [make_method(), make_method(key)]}
    assert verify(token, resolve_key=no_key, list_keys=listed.__getitem__).outcome == "verified"


@pytest.mark.parametrize("jwk", [None, [], {}, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "n": "AQAB", "e": "AQ"}])
def test_a_broken_key_in_the_header_is_refused(jwk: object) -> None:
    result = verify(sign(make_ec_key(), {"alg": "ES256", "jwk": jwk}), resolve_key=no_key, list_keys=lambda issuer: [])
    assert result.outcome != "verified"


def test_v04_a_key_beside_a_kid_is_ignored() -> None:
    attacker = make_ec_key(seed=99)
    token = sign(attacker, {"alg": "ES256", "kid": METHOD, "jwk": to_jwk(attacker.public_key())})
    assert verify(token).code == "signature"


@pytest.mark.parametrize("name", [did_key_for, did_jwk_for])
def test_v04_a_key_that_is_its_own_name_speaks_for_nobody_else(name: Callable[[PublicKey], str]) -> None:
    key = make_ec_key(seed=99)
    did = name(key.public_key())
    header = {"alg": "ES256", "kid": f"{did}#{'0' if did.startswith('did:jwk:') else did.removeprefix('did:key:')}"}
    result = verify(sign(key, header), resolve_key=resolve_by_name)
    assert (result.code, result.signature_valid) == ("key_not_bound", True)
    own = {**make_credential(), "issuer": did}
    assert verify(sign(key, header, own), resolve_key=resolve_by_name).outcome == "verified"
    elsewhere = {"alg": "ES256", "kid": f"{ISSUER}#{did.removeprefix('did:key:')}"}
    found = verify(sign(key, elsewhere), resolve_key=resolve_listed)
    assert (found.code, found.signature_valid) == ("key_not_found", None)


@pytest.mark.parametrize("pointer", ["jku", "x5u", "x5c", "x5t"])
def test_v06_pointers_to_keys_are_never_followed(pointer: str) -> None:
    attacker = make_ec_key(seed=99)
    hint = ["MIIB"] if pointer == "x5c" else "http://169.254.169.254/latest/meta-data"
    assert verify(sign(attacker, {"alg": "ES256", "kid": METHOD, pointer: hint})).code == "signature"
    assert verify(sign(attacker, {"alg": "ES256", pointer: hint}), resolve_key=no_key).code == "key_not_found"


@pytest.mark.parametrize(
    "kid",
    ["https://attacker.example/keys/1", "did:web:attacker.example#key-1", "https://badges.example.org:8443/keys/1"],
)
def test_v05_a_kid_on_another_host_is_refused_without_a_fetch(kid: str) -> None:
    assert verify(sign(make_ec_key(), {"alg": "ES256", "kid": kid}), resolve_key=no_key).code == "key_not_bound"


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "' OR 1=1--", "k" * 5_000, "", 5, None, ["a"], "https://a.example/\n"]
)
def test_v07_a_kid_that_is_no_url_is_not_found(kid: object) -> None:
    assert verify(sign(make_ec_key(), {"alg": "ES256", "kid": kid}), resolve_key=no_key).code == "key_not_found"


def test_a_kid_that_is_a_fragment_belongs_to_the_issuer() -> None:
    asked = []

    def resolve(method_id: str) -> VerificationMethod:
        asked.append(method_id)
        return make_method(make_ec_key())

    assert verify(sign(make_ec_key(), {"alg": "ES256", "kid": "#key-1"}), resolve_key=resolve).outcome == "verified"
    assert asked == [METHOD]


def test_a_key_on_the_issuers_own_host_is_asked_for_and_must_be_listed() -> None:
    kid = "https://badges.example.org/keys/1"
    token = sign(make_ec_key(), {"alg": "ES256", "kid": kid})
    listed = make_method(make_ec_key(), id=kid)
    bare = make_method(make_ec_key(), id=kid, controller="", purposes=frozenset())
    assert verify(token, resolve_key=resolver(listed)).outcome == "verified"
    result = verify(token, resolve_key=resolver(bare))
    assert (result.code, result.signature_valid) == ("key_not_bound", True)


def test_v09_a_key_that_is_not_for_assertions_is_refused() -> None:
    method = make_method(make_ec_key(), purposes=frozenset({"authentication"}))
    assert verify(sign(make_ec_key()), resolve_key=resolver(method)).code == "purpose"


def test_v71_a_revoked_key_is_refused() -> None:
    method = make_method(make_ec_key(), revoked=NOW)
    assert verify(sign(make_ec_key()), resolve_key=resolver(method)).code == "key_revoked"


def test_v12_a_signed_token_whose_iss_is_somebody_else_is_refused() -> None:
    key = make_ec_key()
    claims = {**json.loads(decode_base64url(sign(key).split(".")[1])), "iss": "did:web:other.example"}
    result = verify(sign(key, claims=claims))
    assert (result.code, result.signature_valid) == ("claim_mismatch", True)


@pytest.mark.parametrize("size", [0, 63, 65, 72])
def test_v34_an_ecdsa_signature_of_another_size_is_refused(size: int) -> None:
    header, claims, _ = sign(make_ec_key()).split(".")
    assert verify(f"{header}.{claims}.{encode_base64url(bytes(size))}").code == "signature"


def test_v34_an_ecdsa_signature_in_der_is_refused() -> None:
    key = make_ec_key()
    header, claims, _ = sign(key).split(".")
    der = key.sign(f"{header}.{claims}".encode(), ec.ECDSA(SHA256()))
    assert verify(f"{header}.{claims}.{encode_base64url(der)}").code == "signature"


def test_a_key_that_cannot_be_fetched_leaves_the_token_unknown() -> None:
    def unavailable(method_id: str) -> VerificationMethod:
        raise KeyUnavailable("The issuer's document did not answer.")

    result = verify(sign(make_ec_key()), resolve_key=unavailable)
    assert (result.outcome, result.code, result.signature_valid) == ("unknown", "key_unavailable", None)


def test_the_credential_of_a_token_may_be_proved_again() -> None:
    """A parsed credential cannot be changed, and is read like any document."""
    assert to_quads(parse_jwt(sign(make_ec_key())).credential) == to_quads(make_credential())


def test_a_token_without_an_issuer_belongs_to_nobody() -> None:
    claims = {name: value for name, value in make_credential().items() if name != "issuer"}
    assert verify(sign(make_ec_key(), claims=claims), resolve_key=no_key).code == "key_not_bound"
