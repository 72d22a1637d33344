"""SD-JWT: what is hidden, what is shown, and everything that does not fit together."""

import base64
import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.crypto import sd_jwt, vc_jose
from issuer.crypto.errors import CryptoError, Malformed, TooDeep, UnsupportedFormat
from issuer.crypto.signatures import local_signer
from tests.fuzz.mutations import changed_bytes
from tests.unit.issuer.crypto.making import METHOD, make_credential, make_key

TAGS = "credentialSubject.achievement.tag"


def salts() -> Iterator[str]:
    return (f"salt-{number:020d}" for number in count())


def secure(*disclosable: str, document: dict[str, Any] | None = None) -> str:
    numbers = salts()
    return sd_jwt.secure(
        document or make_credential(),
        signer=local_signer(make_key()),
        kid=METHOD,
        algorithm="EdDSA",
        disclosable=disclosable,
        salts=lambda: next(numbers),
    )


def verified(text: str | bytes) -> dict[str, Any]:
    parsed = sd_jwt.parse(text, typ="vc+sd-jwt")
    vc_jose.check_signature(parsed.token, make_key().public_key())
    return dict(parsed.document)


def encode(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("disclosure", "digest"),
    [
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"),
    ],
)
def test_digests_are_those_that_the_standard_publishes(disclosure: str, digest: str) -> None:
    """RFC 9901, sections 4.2.3 and 4.2.2: a claim and an item of an array."""
    assert sd_jwt.digest(disclosure) == digest


def test_everything_is_there_while_every_disclosure_is_there() -> None:
    assert verified(secure("name", f"{TAGS}[0]", "credentialSubject.achievement.description")) == make_credential()


def test_the_holder_leaves_out_what_is_nobody_s_business() -> None:
    token = secure("name", f"{TAGS}[0]")
    first, *disclosures, end = token.split("~")
    assert (len(disclosures), end) == (2, "")
    hidden = verified(f"{first}~")
    assert "name" not in hidden
    assert hidden["credentialSubject"]["achievement"]["tag"] == ["discovery"]
    assert "Listening before proposing" not in str({**hidden, "credentialSubject": ""})


def test_a_part_of_what_is_hidden_can_be_hidden_in_turn() -> None:
    token = secure("credentialSubject.achievement", "credentialSubject.achievement.name")
    first, inner, outer, _ = token.split("~")
    assert verified(f"{first}~{inner}~{outer}~") == make_credential()
    assert "name" not in verified(f"{first}~{outer}~")["credentialSubject"]["achievement"]
    with pytest.raises(Malformed):
        verified(f"{first}~{inner}~")


def test_digests_stand_in_an_order_that_tells_nothing() -> None:
    token = vc_jose.parse(secure("name", "validUntil", "id").partition("~")[0], typ="vc+sd-jwt")
    assert token.payload["_sd"] == sorted(token.payload["_sd"])


@pytest.mark.parametrize(
    "path",
    [
        "missing",
        "name.x",
        "name[0]",
        "type.0",
        "issuer[0]",
        f"{TAGS}[9]",
        "",
        ".",
        "a..b",
        "[0]",
        "@context",
        "_sd",
        f"{TAGS}[x]",
        "name[",
    ],
)
def test_a_path_to_nothing_or_to_what_must_be_seen_is_refused(path: str) -> None:
    with pytest.raises(Malformed):
        secure(path)


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_document_that_uses_a_reserved_name_is_refused(name: str) -> None:
    with pytest.raises(Malformed):
        secure(document={**make_credential(), name: ["x"]})


def test_v14_a_plain_token_or_one_of_another_type_is_refused() -> None:
    with pytest.raises(UnsupportedFormat):
        sd_jwt.parse(secure().partition("~")[0], typ="vc+sd-jwt")
    with pytest.raises(UnsupportedFormat):
        sd_jwt.parse(secure(), typ="vp+sd-jwt")


def forged_disclosures() -> dict[str, list[str]]:
    return {
        "one that belongs nowhere": [encode(["salt", "honours", "first class"])],
        "the same twice": [encode(["s", "name", "A"]), encode(["s", "name", "A"])],
        "no array": [encode({"a": 1})],
        "one part": [encode(["salt"])],
        "four parts": [encode(["salt", "a", 1, 2])],
        "a salt that is no text": [encode([1, "a", 2])],
        "a name that is no text": [encode(["salt", 1, 2])],
        "a reserved name": [encode(["salt", "_sd", []])],
        "another reserved name": [encode(["salt", "...", "x"])],
        "the name of the algorithm": [encode(["salt", "_sd_alg", "md5"])],
        "no JSON": ["bm8"],
        "no base64url": ["***"],
        "nothing": [""],
    }


@pytest.mark.parametrize("name", forged_disclosures())
def test_a_forged_disclosure_is_refused(name: str) -> None:
    first = secure("name").partition("~")[0]
    with pytest.raises(Malformed):
        verified("~".join([first, *forged_disclosures()[name], ""]))


CLAIM, ITEM = encode(["salt", "name", "A"]), encode(["salt", "A"])


@pytest.mark.parametrize(
    ("payload", "disclosures"),
    [
        ({"_sd": [sd_jwt.digest(CLAIM)] * 2}, [CLAIM]),
        ({"_sd": [sd_jwt.digest(CLAIM)], "a": {"_sd": [sd_jwt.digest(CLAIM)]}}, [CLAIM]),
        ({"_sd": [sd_jwt.digest(CLAIM)], "name": "B"}, [CLAIM]),
        ({"_sd": [sd_jwt.digest(ITEM)]}, [ITEM]),
        ({"a": [{"...": sd_jwt.digest(CLAIM)}]}, [CLAIM]),
        ({"a": [{"...": sd_jwt.digest(ITEM), "b": 1}]}, [ITEM]),
        ({"_sd": sd_jwt.digest(CLAIM)}, []),
        ({"_sd": [1]}, []),
        ({"...": "x"}, []),
        ({"a": {"_sd_alg": "sha-256"}}, []),
        ({"a": [{"...": 1}]}, []),
        ({"_sd": ["unknown", "unknown"]}, []),
    ],
)
def test_digests_that_do_not_fit_are_refused(payload: dict[str, Any], disclosures: list[str]) -> None:
    with pytest.raises(Malformed):
        sd_jwt.disclosed(payload, disclosures)


def test_another_kind_of_digest_is_refused_and_decoys_are_not_seen() -> None:
    with pytest.raises(UnsupportedFormat):
        sd_jwt.disclosed({"_sd_alg": "md5"}, [])
    assert sd_jwt.disclosed({"_sd": ["decoy"], "a": [{"...": "another"}]}, []) == {"a": []}


@settings(max_examples=300, deadline=None, database=None)
@given(data=st.data())
def test_no_changed_token_says_anything_else(data: st.DataObject) -> None:
    original = secure("name", f"{TAGS}[0]", f"{TAGS}[1]")
    changed = data.draw(changed_bytes(original.encode()))
    try:
        said = verified(changed)
    except CryptoError:
        return
    whole = make_credential()
    assert said.items() <= whole.items() or set(said["credentialSubject"]["achievement"]["tag"]) <= {
        "listening",
        "discovery",
    }
    assert said.get("name", whole["name"]) == whole["name"]


def test_v17_disclosures_inside_disclosures_are_read_to_a_limit() -> None:
    inner = encode(["salt", "name", "A"])
    disclosures = [inner]
    for _ in range(500):
        inner = encode(["salt", "name", {"_sd": [sd_jwt.digest(inner)]}])
        disclosures.append(inner)
    with pytest.raises(TooDeep):
        sd_jwt.disclosed({"_sd": [sd_jwt.digest(inner)]}, disclosures)
