"""Credentials as compact JWS: every algorithm, every type, and what must not pass."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.crypto import vc_jose
from issuer.crypto.errors import (
    AlgorithmRefused,
    ClaimMismatch,
    CryptoError,
    Malformed,
    SignatureInvalid,
    TooLarge,
    UnsupportedFormat,
)
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from tests.fuzz.mutations import changed_tokens
from tests.unit.issuer.crypto.making import METHOD, make_credential, make_ec_key, make_key, make_rsa_key

KEYS: dict[str, PrivateKey] = {
    "EdDSA": make_key(),
    "ES256": make_ec_key(),
    "ES384": make_ec_key(ec.SECP384R1()),
    "ES512": make_ec_key(ec.SECP521R1()),
}


def secure(document: dict[str, Any] | None = None, *, key: PrivateKey | None = None, typ: str = "vc+jwt") -> str:
    signing_key = key or make_key()
    return vc_jose.secure(
        document or make_credential(),
        signer=local_signer(signing_key),
        kid=METHOD,
        algorithm=algorithm_of(signing_key),
        typ=typ,
    )


def with_header(token: str, **over: Any) -> str:
    """The token with other header members, signed again by the same key."""
    header, payload, _ = token.split(".")
    members = json.loads(base64.urlsafe_b64decode(header + "==")) | over
    kept = {name: value for name, value in members.items() if value is not None}
    encoded = base64.urlsafe_b64encode(json.dumps(kept).encode()).rstrip(b"=").decode()
    signature = make_key().sign(f"{encoded}.{payload}".encode())
    return f"{encoded}.{payload}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize("algorithm", KEYS)
def test_every_algorithm_signs_what_its_key_verifies_and_no_other_does(algorithm: str) -> None:
    key = KEYS[algorithm]
    token = vc_jose.parse(secure(key=key), typ="vc+jwt")
    vc_jose.check_signature(token, key.public_key())
    assert dict(token.payload) == make_credential()
    assert token.algorithm == algorithm
    for other in KEYS.values():
        if other is not key:
            with pytest.raises(AlgorithmRefused):
                vc_jose.check_signature(token, other.public_key())


def test_the_header_names_the_key_and_both_types() -> None:
    assert dict(vc_jose.parse(secure(), typ="vc+jwt").header) == {
        "alg": "EdDSA",
        "kid": METHOD,
        "typ": "vc+jwt",
        "cty": "vc",
    }


def test_another_key_of_the_same_kind_does_not_verify() -> None:
    with pytest.raises(SignatureInvalid):
        vc_jose.check_signature(vc_jose.parse(secure(), typ="vc+jwt"), make_key(2).public_key())


def test_an_rsa_key_does_not_secure_credentials_of_this_form() -> None:
    with pytest.raises(AlgorithmRefused):
        secure(key=make_rsa_key())


def test_a_token_names_its_key_and_what_is_in_it() -> None:
    signer = local_signer(make_key())
    with pytest.raises(Malformed):
        vc_jose.secure(make_credential(), signer=signer, kid="", algorithm="EdDSA")
    with pytest.raises(UnsupportedFormat):
        vc_jose.secure(make_credential(), signer=signer, kid=METHOD, algorithm="EdDSA", typ="at+jwt")


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "vp+jwt", "vc+sd-jwt", "bad+typ", "", None, 7])
def test_a_token_of_another_type_is_refused(typ: Any) -> None:
    with pytest.raises(UnsupportedFormat):
        vc_jose.parse(with_header(secure(), typ=typ), typ="vc+jwt")


def test_the_type_may_be_written_whole_and_the_content_type_left_out() -> None:
    token = vc_jose.parse(with_header(secure(), typ="application/VC+JWT", cty=None), typ="vc+jwt")
    vc_jose.check_signature(token, make_key().public_key())


@pytest.mark.parametrize("over", [{"cty": "vp"}, {"cty": 1}])
def test_another_content_type_is_refused(over: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormat):
        vc_jose.parse(with_header(secure(), **over), typ="vc+jwt")


@pytest.mark.parametrize(
    "over", [{"alg": "none"}, {"alg": "HS256"}, {"alg": ["EdDSA"]}, {"crit": ["x"]}, {"b64": False}]
)
def test_v01_algorithms_and_demands_off_the_list_are_refused(over: dict[str, Any]) -> None:
    with pytest.raises(AlgorithmRefused):
        vc_jose.parse(with_header(secure(), **over), typ="vc+jwt")


@pytest.mark.parametrize("name", ["vc", "vp"])
def test_the_document_does_not_stand_in_a_claim(name: str) -> None:
    with pytest.raises(Malformed):
        secure({**make_credential(), name: {}})
    with pytest.raises(Malformed):
        vc_jose.check_claims({**make_credential(), name: {}})


def test_v12_an_iss_that_is_not_the_issuer_is_refused() -> None:
    with pytest.raises(ClaimMismatch):
        secure({**make_credential(), "iss": "https://somebody.example"})


@pytest.mark.parametrize("text", ["", ".", "a.b", "a.b.c.d", "e30.e30", '{"payload": ""}', "é.é.é", "e30.e30.é"])
def test_v14_what_is_no_compact_token_is_refused(text: str) -> None:
    with pytest.raises(CryptoError):
        vc_jose.parse(text, typ="vc+jwt")


def test_v15_a_token_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        vc_jose.parse("a" * 600_000, typ="vc+jwt")


@settings(max_examples=300, deadline=None, database=None)
@given(data=st.data())
def test_no_changed_token_is_verified(data: st.DataObject) -> None:
    original = secure()
    changed = data.draw(changed_tokens(original))
    try:
        token = vc_jose.parse(changed, typ="vc+jwt")
        vc_jose.check_signature(token, make_key().public_key())
    except CryptoError:
        return
    assert changed.strip() == original.encode()
