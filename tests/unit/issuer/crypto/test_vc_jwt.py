"""Credentials as compact JWS: the Open Badges form, and every way to cheat with a header."""

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto.contexts import VC1_CONTEXT
from issuer.crypto.errors import (
    AlgorithmRefused,
    ClaimMismatch,
    CryptoError,
    InvalidJson,
    Malformed,
    TooDeep,
    TooLarge,
    UnsupportedFormat,
)
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.signatures import local_signer
from issuer.crypto.vc_jwt import check_claims, issue_jwt, parse_jwt
from tests.oracles import needs_shared, shared_text
from tests.unit.issuer.crypto.making import ISSUER, METHOD, make_credential, make_ec_key, make_rsa_key


def issue(credential: dict[str, Any] | None = None, **over: Any) -> str:
    options: dict[str, Any] = {"signer": local_signer(make_ec_key()), "kid": METHOD, "algorithm": "ES256", **over}
    return issue_jwt(credential or make_credential(), **options)


def make_token(header: Any, claims: Any, signature: bytes = b"\x01" * 64) -> str:
    """A token of any header and claims, well-formed or not."""
    segments = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    return ".".join(encode_base64url(segment) for segment in [*segments, signature])


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(decode_base64url(token.split(".")[1]))
    return claims


def test_the_header_holds_exactly_alg_kid_and_typ() -> None:
    header = json.loads(decode_base64url(issue().split(".")[0]))
    assert header == {"alg": "ES256", "kid": METHOD, "typ": "JWT"}


def test_the_claims_are_the_credential_and_the_five_that_repeat_it() -> None:
    credential = make_credential()
    assert claims_of(issue(credential)) == {
        **credential,
        "iss": ISSUER,
        "jti": credential["id"],
        "nbf": 1769938200,
        "sub": credential["credentialSubject"]["id"],
        "exp": 1833010200,
    }


def test_a_credential_without_end_has_no_exp() -> None:
    assert "exp" not in claims_of(issue(make_credential(validUntil=None)))


def test_a_token_gives_back_the_credential_it_was_made_of() -> None:
    credential = make_credential(name="Écoute 🌿")
    jwt = parse_jwt(issue(credential))
    assert dict(jwt.credential) == credential
    check_claims(jwt)


@pytest.mark.parametrize(
    "over",
    [
        {"id": None},
        {"validFrom": None},
        {"credentialSubject": {"type": ["AchievementSubject"]}},
        {"credentialSubject": [{"id": "urn:uuid:1"}, {"id": "urn:uuid:2"}]},
        {"validFrom": "2026-02-01T09:30:00.500Z"},
        {"validFrom": "2026-02-01"},
        {"validUntil": "2026-02-01T09:30:00.25Z"},
        {"proof": []},
        {"iss": ISSUER},
        {"exp": 5},
        {"name": float("nan")},
    ],
    ids=lambda over: next(iter(over)),
)
def test_what_a_jwt_cannot_carry_is_not_issued(over: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        issue(make_credential(**over))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "PS256", "ES384", "EdDSA", ""])
def test_only_the_algorithms_of_open_badges_are_issued(algorithm: str) -> None:
    with pytest.raises(AlgorithmRefused):
        issue(algorithm=algorithm)


def test_rs256_tokens_are_issued_by_default() -> None:
    token = issue_jwt(make_credential(), signer=local_signer(make_rsa_key()), kid=METHOD)
    assert parse_jwt(token).algorithm == "RS256"


@pytest.mark.parametrize(
    "alg", ["none", "NoNe", "none ", "HS256", "HS512", "PS256", "ES256K", "ES256K", "", None, 5, ["RS256"], {}]
)
def test_v01_v02_algorithms_off_the_allow_list_are_refused(alg: object) -> None:
    with pytest.raises(AlgorithmRefused):
        parse_jwt(make_token({"alg": alg, "kid": METHOD}, make_credential()))


@pytest.mark.parametrize(
    ("alg", "name"),
    [("RS256", "RS256"), ("ES256", "ES256"), ("ES384", "ES384"), ("EdDSA", "EdDSA"), ("Ed25519", "EdDSA")],
)
def test_the_allowed_algorithms_are_read(alg: str, name: str) -> None:
    assert parse_jwt(make_token({"alg": alg, "kid": METHOD}, make_credential())).algorithm == name


@pytest.mark.parametrize("extension", [{"crit": ["exp"]}, {"crit": []}, {"b64": False}, {"b64": True}, {"crit": None}])
def test_tokens_that_demand_an_extension_are_refused(extension: dict[str, Any]) -> None:
    with pytest.raises(AlgorithmRefused):
        parse_jwt(make_token({"alg": "ES256", "kid": METHOD, **extension}, make_credential()))


@pytest.mark.parametrize("media_type", ["JWT", "jwt", "vc+jwt", "application/vc+jwt", "vc+ld+jwt"])
def test_tokens_of_the_credential_types_are_read(media_type: str) -> None:
    assert parse_jwt(make_token({"alg": "ES256", "kid": METHOD, "typ": media_type}, make_credential())).credential


@pytest.mark.parametrize("media_type", ["at+jwt", "openid4vci-proof+jwt", "vp+jwt", "dpop+jwt", "", 5, None])
def test_tokens_made_for_something_else_are_refused(media_type: object) -> None:
    with pytest.raises(UnsupportedFormat):
        parse_jwt(make_token({"alg": "ES256", "kid": METHOD, "typ": media_type}, make_credential()))


def test_v14_what_is_not_a_jws_of_three_parts_is_refused() -> None:
    token = issue()
    header, claims, signature = token.split(".")
    serialized = json.dumps({"payload": claims, "signatures": [{"protected": header, "signature": signature}] * 2})
    for text in [
        "",
        ".",
        "..",
        f"{header}.{claims}",
        f"{token}.a",
        f"{token}.a.b",
        f".{claims}.{signature}",
        serialized,
        "é.é.é",
    ]:
        with pytest.raises(UnsupportedFormat):
            parse_jwt(text)


def test_v15_a_long_header_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(TooLarge):
        parse_jwt("!" * 300_000 + ".e30.AA")


def test_v15_a_long_token_is_refused_before_it_is_split() -> None:
    with pytest.raises(TooLarge):
        parse_jwt("." * 5 * 1024 * 1024)


@pytest.mark.parametrize("character", ["=", " ", "\n", "+", "/", "\u00e9"])
def test_v34_padded_or_spaced_segments_are_refused(character: str) -> None:
    header, claims, signature = issue().split(".")
    for segments in ([header + character, claims, signature], [header, claims + character, signature]):
        with pytest.raises((InvalidJson, UnsupportedFormat)):
            parse_jwt(".".join(segments))


@pytest.mark.parametrize(
    "part", [b"[]", b"null", b"5", b"{", b'{"alg": "ES256", "alg": "none"}', b"\xff", b'{"a": NaN}']
)
def test_v16_a_header_or_claims_set_that_is_no_object_is_refused(part: bytes) -> None:
    with pytest.raises(InvalidJson):
        parse_jwt(make_token(part, make_credential()))
    with pytest.raises(InvalidJson):
        parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, part))


def test_v17_deep_claims_are_refused() -> None:
    deep = b'{"a":' * 1_000 + b"1" + b"}" * 1_000
    with pytest.raises(TooDeep):
        parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, deep))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iss", "did:web:other.example"),
        ("iss", None),
        ("iss", {"id": ISSUER}),
        ("jti", "urn:uuid:other"),
        ("sub", "urn:uuid:somebody-else"),
        ("nbf", 1769938201),
        ("nbf", "1769938200"),
        ("nbf", True),
        ("exp", 4102444800),
        ("exp", None),
    ],
)
def test_v12_a_claim_that_contradicts_the_credential_is_refused(name: str, value: object) -> None:
    claims = {**claims_of(issue()), name: value}
    with pytest.raises(ClaimMismatch):
        check_claims(parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, claims)))


def test_v12_a_claim_that_the_credential_does_not_make_is_refused() -> None:
    claims = claims_of(issue())
    for name in ("validUntil", "id"):
        lacking = {key: value for key, value in claims.items() if key != name}
        with pytest.raises(ClaimMismatch):
            check_claims(parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, lacking)))


def test_fractions_of_a_second_do_not_make_a_claim_contradict() -> None:
    claims = {**claims_of(issue()), "validFrom": "2026-02-01T09:30:00.750Z"}
    check_claims(parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, claims)))
    check_claims(parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, {**claims, "nbf": 1769938200.75})))


def test_a_version_1_credential_is_read_from_its_vc_claim() -> None:
    credential = make_credential(validFrom=None, validUntil=None, issuanceDate="2026-02-01T09:30:00Z")
    credential["@context"] = [VC1_CONTEXT]
    jwt = parse_jwt(make_token({"alg": "RS256", "kid": METHOD}, {"vc": credential, "iss": ISSUER, "nbf": 1769938200}))
    assert dict(jwt.credential) == credential
    check_claims(jwt)


@pytest.mark.parametrize(
    "claims", [{"vc": make_credential()}, {"vp": {}}, {"vc": "text"}, {"vc": {}}, {"vc": {"@context": 5}}]
)
def test_wrapped_version_2_credentials_and_presentations_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedFormat):
        parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, claims))


def test_nothing_in_a_parsed_token_can_be_changed() -> None:
    jwt = parse_jwt(issue())
    for part in (jwt.header, jwt.claims, jwt.credential):
        with pytest.raises(TypeError):
            part["iss"] = "somebody else"  # type: ignore[index]


@needs_shared
@pytest.mark.parametrize("name", ["ob30/simple.jwt", "clr20/simple.jwt"])
def test_sample_tokens_are_parsed(name: str) -> None:
    jwt = parse_jwt(shared_text("standards/samples/" + name))
    assert "VerifiableCredential" in jwt.credential["type"]


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_a_signer_makes_raw_pairs(curve: ec.EllipticCurve) -> None:
    assert len(local_signer(make_ec_key(curve))(b"text")) == curve.key_size // 4


def test_hostile_claims_raise_only_our_errors() -> None:
    shapes: list[Any] = [None, 1, "a", [], {}, [{}], {"id": 5}, {"id": None}, True]
    for name in ["issuer", "validFrom", "validUntil", "credentialSubject", "id", "iss", "nbf", "exp", "sub", "jti"]:
        for shape in shapes:
            jwt = parse_jwt(make_token({"alg": "ES256", "kid": METHOD}, {**claims_of(issue()), name: shape}))
            with pytest.raises(CryptoError):
                check_claims(jwt)
