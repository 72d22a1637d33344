"""Badges as text: what is accepted as one, and the one sentence for each thing that is none."""

from __future__ import annotations

import base64
import codecs
import json

import pytest

from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from badges.verification.inputs.sentences import REFUSALS, error_of
from badges.verification.report import Check, Outcome
from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.crypto import sd_jwt
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.signatures import local_signer
from tests.factories.baking import document_bytes, international, make_document, make_png, token_text
from tests.factories.credentials import HOLDER, ISSUER, enveloped, make_token, make_vc, make_vp

EMPTY_HEADER = encode_base64url(b'{"alg":"EdDSA","kid":"x"}')


def refusal_of(data: bytes | str) -> Check:
    found, check = read(data.encode() if isinstance(data, str) else data)
    assert found is None
    assert check.outcome is Outcome.FAIL
    return check


def code_of(data: bytes | str) -> str:
    return refusal_of(data).code


def test_json_is_read() -> None:
    found, check = read(document_bytes())
    assert isinstance(found, Given)
    assert (found.document, found.container, check.outcome) == (make_document(), "json", Outcome.PASS)


def test_where_it_was_found_goes_with_it() -> None:
    found, _ = read(document_bytes(), address="https://issuer.example/1")
    assert isinstance(found, Given)
    assert found.address == "https://issuer.example/1"


@pytest.mark.parametrize(
    "around", [(b"", b"\n"), (b"\r\n\t ", b" "), (codecs.BOM_UTF8, b""), (b"\xc2\xa0", b"\xe2\x80\xa8")]
)
def test_blanks_and_a_byte_order_mark_around_it_do_no_harm(around: tuple[bytes, bytes]) -> None:
    for text in (document_bytes(), token_text().encode()):
        assert isinstance(read(around[0] + text + around[1])[0], Given)


@pytest.mark.parametrize("control", [b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"\x0b", b"\x0c", b"\x00"])
def test_a_control_sign_before_it_is_no_blank(control: bytes) -> None:
    """RFC 8259, section 2: white space is space, tab, line feed and carriage return."""
    found = read(control + document_bytes())[0]
    assert not isinstance(found, Given), found


def test_a_token_is_read() -> None:
    found, _ = read(token_text().encode())
    assert isinstance(found, Given)
    assert (found.container, found.token) == ("jwt", token_text())
    assert found.jwt is not None


def test_a_token_in_an_envelope_is_read() -> None:
    found, _ = read(json.dumps(enveloped(token_text())).encode())
    assert isinstance(found, Given)
    assert found.token == token_text()


def test_a_presentation_as_a_token_is_read() -> None:
    token = make_token(make_vp(make_document()), HOLDER, typ="vp+jwt")
    found, _ = read(token.encode())
    assert isinstance(found, Given)
    assert (found.document["type"], found.token) == (["VerifiablePresentation"], token)


def test_a_token_of_which_only_a_part_is_shown_is_read() -> None:
    credential = make_vc(credentialSubject={"id": "did:example:alice", "name": "Alice"})
    text = sd_jwt.secure(
        credential,
        signer=local_signer(ISSUER.key),
        kid=ISSUER.method_id,
        algorithm="EdDSA",
        disclosable=["credentialSubject.name"],
        salts=lambda: "salt-00000000000000000001",
    )
    shown, _ = read(text.encode())
    hidden, _ = read(f"{text.partition('~')[0]}~".encode())
    assert isinstance(shown, Given)
    assert isinstance(hidden, Given)
    assert (shown.document["credentialSubject"]["name"], shown.token) == ("Alice", text)
    assert "name" not in hidden.document["credentialSubject"]


@pytest.mark.parametrize("wrap", [lambda c: {"credential": c}, lambda c: {"verifiableCredential": [c]}, lambda c: [c]])
def test_what_interfaces_wrap_around_a_credential_is_taken_off(wrap: object) -> None:
    found, _ = read(json.dumps(wrap(make_document())).encode())  # type: ignore[operator]
    assert isinstance(found, Given)
    assert found.document == make_document()


def test_a_token_as_a_text_of_json_is_read() -> None:
    assert isinstance(read(json.dumps(token_text()).encode())[0], Given)


def test_an_assertion_of_the_first_version_has_no_context_and_is_read() -> None:
    old = {"uid": "1", "recipient": {"identity": "a@example.org"}, "badge": "https://issuer.example/class"}
    assert isinstance(read(json.dumps(old).encode())[0], Given)


@pytest.mark.parametrize(
    "url",
    [
        b"data:application/json;base64," + base64.b64encode(document_bytes()),
        b"data:application/vc+jwt," + token_text().encode(),
        b"data:image/png;base64," + base64.b64encode(make_png(international("openbadgecredential", document_bytes()))),
    ],
)
def test_data_urls_are_read(url: bytes) -> None:
    assert isinstance(read(url)[0], Given)


def test_an_address_is_a_link() -> None:
    assert read(b" https://issuer.example/badges/1 \n")[0] == Link("https://issuer.example/badges/1")


@pytest.mark.parametrize("algorithm", ["none", "NoNe", "none ", "HS256"])
def test_a_forgeable_token_is_a_badge_with_a_failed_signature(algorithm: str) -> None:
    header = encode_base64url(json.dumps({"alg": algorithm}).encode())
    found, check = read(f"{header}.{encode_base64url(json.dumps(make_vc()).encode())}.AAAA".encode())
    assert isinstance(found, Given)
    assert found.fault is not None
    assert (check.outcome, found.fault.name, found.fault.code) == (Outcome.PASS, "signature", "alg_not_allowed")


PARTS = encode_base64url(b"{}")
UNSUPPORTED = {
    "two parts": f"{EMPTY_HEADER}.{PARTS}",
    "four parts": f"{EMPTY_HEADER}.{PARTS}.{PARTS}.{PARTS}",
    "encrypted": f"{encode_base64url(b'{}')}.{PARTS}.{PARTS}.{PARTS}.{PARTS}",
    "two signatures in JSON": json.dumps({"payload": PARTS, "signatures": [{"signature": "x"}, {"signature": "y"}]}),
    "one signature in JSON": json.dumps({"payload": PARTS, "protected": EMPTY_HEADER, "signature": "x"}),
    "encrypted in JSON": json.dumps({"protected": EMPTY_HEADER, "ciphertext": "x", "iv": "y", "tag": "z"}),
}


@pytest.mark.parametrize("text", UNSUPPORTED.values(), ids=UNSUPPORTED.keys())
def test_tokens_of_other_kinds_are_not_supported(text: str) -> None:
    assert code_of(text) == "unsupported_format"


def test_a_header_of_300_kib_is_too_large() -> None:
    header = encode_base64url(json.dumps({"alg": "EdDSA", "kid": "x" * 300_000}).encode())
    assert code_of(f"{header}.{PARTS}.AAAA") == "too_large"


@pytest.mark.parametrize("size", [600_000, 5 * 1024 * 1024])
def test_a_token_of_megabytes_is_too_large(size: int) -> None:
    assert code_of(f"{EMPTY_HEADER}.{'A' * size}.AAAA") == "too_large"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_are_none_are_no_json(value: str) -> None:
    assert code_of('{"@context": [], "type": ["VerifiableCredential"], "x": ' + value + "}") == "invalid_json"


@pytest.mark.parametrize("signs", ["[]", "{}"])
def test_a_hundred_thousand_levels_are_too_deep(signs: str) -> None:
    opened = "[" * 100_000 if signs == "[]" else '{"a":' * 100_000
    assert code_of('{"@context": ' + opened) in ("too_deep", "invalid_json")
    closed = opened + ("1" if signs == "{}" else "") + signs[1] * 100_000
    assert code_of('{"@context": ' + closed + "}") == "too_deep"


BLANK = {
    "nothing": b"",
    "blanks": b" \r\n\t ",
    "a byte order mark": codecs.BOM_UTF8,
    "UTF-16": document_bytes().decode().encode("utf-16"),
    "UTF-16 without a mark": document_bytes().decode().encode("utf-16-le"),
    "UTF-32": document_bytes().decode().encode("utf-32"),
    "Latin-1": '{"@context": "é"}'.encode("latin-1"),
    "a NUL": b'{"@context": "\x00"}',
}


@pytest.mark.parametrize("data", BLANK.values(), ids=BLANK.keys())
def test_what_is_no_text_in_utf_8_is_malformed(data: bytes) -> None:
    check = refusal_of(data)
    assert check.code == "invalid_json"
    assert isinstance(error_of(check), Malformed)


def test_fifty_megabytes_are_too_large() -> None:
    check = refusal_of(b'{"@context": "' + b"x" * 50 * 1024 * 1024 + b'"}')
    assert check.code == "too_large"
    assert isinstance(error_of(check), TooLarge)


@pytest.mark.parametrize("text", ["{}", "[]", "[1, 2]", "null", "12", '"a"', '{"name": "x"}', "Well done!", "a,b\n1,2"])
def test_what_is_no_badge_is_said_to_be_none(text: str) -> None:
    check = refusal_of(text)
    assert check.code in ("no_badge_found", "invalid_json")
    assert str(check.sentence)


def test_several_credentials_are_to_be_checked_together() -> None:
    check = refusal_of(json.dumps([make_document(), make_document()]))
    assert check.code == "several_badges"
    assert isinstance(error_of(check), Invalid)


def test_a_table_is_to_be_checked_as_a_list() -> None:
    found, check = read(b"name,badge\nAda,x\n", name="cohort.CSV")
    assert (found, check.code) == (None, "several_badges")


def test_wrapping_without_end_leads_nowhere() -> None:
    text = json.dumps({"credential": {"credential": {"credential": {"credential": {"credential": make_document()}}}}})
    assert code_of(text) == "no_badge_found"


def test_a_data_url_in_a_data_url_leads_nowhere() -> None:
    url = document_bytes()
    for _ in range(5):
        url = b"data:text/plain;base64," + base64.b64encode(url)
    assert code_of(url) == "no_badge_found"


@pytest.mark.parametrize("url", [b"data:", b"data:application/json;base64", b"data:;base64,%%%"])
def test_a_broken_data_url_is_malformed(url: bytes) -> None:
    assert code_of(url) in ("malformed", "invalid_json")


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    sentences = [str(refusal.sentence) for refusal in REFUSALS.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
