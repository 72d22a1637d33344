"""Does this belong to ...: what a verifier types against the ways in which badges name their holders."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from badges.verification.recipient import check_recipient
from badges.verification.report import Check
from badges.verification.verifying import verify
from issuer.crypto.identity_hash import identity_hash
from tests.unit.badges.verification.strangers import DID_URL, issuer_document, speaking_english, world
from tests.unit.issuer.crypto.making import make_credential, make_signed


def badge_2(identity: str, *, kind: str = "email", hashed: bool = False, **over: Any) -> dict[str, Any]:
    return {"recipient": {"type": kind, "identity": identity, "hashed": hashed, **over}}


def badge_3(*identifiers: dict[str, Any], **subject: Any) -> dict[str, Any]:
    return {"credentialSubject": {"identifier": list(identifiers), **subject}}


def identifier(value: str, kind: str = "emailAddress", *, hashed: bool = False, **over: Any) -> dict[str, Any]:
    return {"type": "IdentityObject", "identityHash": value, "identityType": kind, "hashed": hashed, **over}


def ask(document: dict[str, Any], typed: str) -> Check:
    with speaking_english():
        found = check_recipient(document, typed)
        assert found is not None
        str(found.sentence)
        return found


SALTED = identity_hash("ada@example.org", salt="deadsea")
OLD = "md5$" + hashlib.md5(b"ada@example.orgdeadsea").hexdigest()


@pytest.mark.parametrize(
    "document",
    [
        badge_2("ada@example.org"),
        badge_2(SALTED, hashed=True, salt="deadsea"),
        badge_2(OLD, hashed=True, salt="deadsea"),
        badge_2(identity_hash("ada@example.org"), hashed=True),
        badge_3(identifier("ada@example.org")),
        badge_3(identifier(SALTED.upper().replace("SHA", "sha"), hashed=True, salt="deadsea")),
        badge_3(identifier("x", "studentId"), identifier(SALTED, hashed=True, salt="deadsea")),
    ],
)
def test_an_address_is_found_and_a_near_one_is_not(document: dict[str, Any]) -> None:
    assert ask(document, " ada@example.org ").outcome == "pass"
    for other in ("eve@example.org", "ada@example.com", "ada@example.org.evil.example", "ada@example.orgdeadsea"):
        found = ask(document, other)
        assert (found.outcome, found.code) == ("fail", "recipient_mismatch")


@pytest.mark.parametrize("document", [badge_2("ada@example.org"), badge_2(SALTED, hashed=True, salt="deadsea")])
def test_capital_letters_in_an_address_are_said(document: dict[str, Any]) -> None:
    assert "small letters" in str(ask(document, "Ada@Example.ORG").sentence)
    assert "small letters" not in str(ask(document, "ada@example.org").sentence)


def test_a_hash_of_an_address_in_capitals_is_found_as_it_was_typed() -> None:
    document = badge_2(identity_hash("Ada@example.org"), hashed=True)
    assert ask(document, "Ada@example.org").outcome == "pass"
    assert ask(document, "ada@example.org").outcome == "fail"


@pytest.mark.parametrize("hashed", [True, False])
def test_a_mail_domain_is_the_same_in_unicode_and_in_punycode(hashed: bool) -> None:
    for written, typed in (
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ):
        document = badge_2(identity_hash(written) if hashed else written, hashed=hashed)
        assert ask(document, typed).outcome == "pass"
        assert ask(document, "ada@bucher.example").outcome == "fail"


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("Zoë Étienne", "pass"),
        ("zoe etienne", "pass"),
        ("ÉTIENNE, Zoë", "pass"),
        ("Zoe\u0308 E\u0301tienne", "pass"),
        ("Z. Étienne", "warn"),
        ("Étienne", "warn"),
        ("Zoë A. Étienne", "warn"),
        ("Zoë Martin", "fail"),
        ("X. Étienne", "fail"),
    ],
)
def test_names_are_tolerant_of_spelling_and_not_of_guesses(typed: str, outcome: str) -> None:
    assert ask(badge_3(identifier("Zoë Étienne", "name")), typed).outcome == outcome


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("did:example:ada", "pass"),
        ("did:example:ada#key-1", "pass"),
        ("did:example:eve", "fail"),
        ("did:example:ADA", "fail"),
        ("ada@example.org", "could-not-check"),
        ("Ada", "could-not-check"),
        ("https://ada.example", "could-not-check"),
    ],
)
def test_a_did_is_compared_with_the_subject(typed: str, outcome: str) -> None:
    assert ask(badge_3(id="did:example:ada"), typed).outcome == outcome


@pytest.mark.parametrize(
    ("document", "typed", "outcome"),
    [
        (badge_2("https://ada.example/", kind="url"), "https://ADA.example", "pass"),
        (badge_2("https://ada.example/", kind="url"), "https://eve.example", "fail"),
        (badge_2(identity_hash("https://ada.example/"), kind="url", hashed=True), "https://ada.example/", "pass"),
        (badge_2("+14155552671", kind="telephone"), "+1 (415) 555-2671", "pass"),
        (badge_2("+14155552671", kind="telephone"), "+1 415 555 2672", "fail"),
        (badge_2(identity_hash("+14155552671"), kind="telephone", hashed=True), "+1 415 555-2671", "pass"),
        (badge_2("https://ada.example/id", kind="id"), "https://ada.example/id", "pass"),
    ],
)
def test_addresses_of_the_web_and_telephones_are_compared_as_what_they_are(
    document: dict[str, Any], typed: str, outcome: str
) -> None:
    assert ask(document, typed).outcome == outcome


@pytest.mark.parametrize("typed", ["", "  ", "\n"])
def test_nothing_asked_is_nothing_checked(typed: str) -> None:
    assert check_recipient(badge_2("ada@example.org"), typed) is None


@pytest.mark.parametrize("document", [{}, {"recipient": None}, badge_3(), badge_2("ada@example.org", kind="url")])
def test_a_badge_that_names_nobody_comparable_is_unknown(document: dict[str, Any]) -> None:
    found = ask(document, "ada@example.org")
    assert (found.outcome, found.code) == ("could-not-check", "recipient")


@pytest.mark.parametrize("document", [badge_2("ada@example.org"), badge_2(SALTED, hashed=True, salt="deadsea"), {}])
def test_what_was_typed_is_in_no_answer(document: dict[str, Any]) -> None:
    for typed in ("ada@example.org", "mallory@example.net"):
        found = ask(document, typed)
        assert typed not in f"{found.sentence} {found.reason}"


@pytest.mark.parametrize(
    "hostile",
    [
        {"recipient": 7},
        {"recipient": [[]]},
        {"recipient": {"type": 7, "identity": {}, "hashed": "x", "salt": []}},
        {"recipient": {"type": "email", "identity": "sha256$zz", "hashed": True}},
        {"recipient": {"type": "email", "identity": "sha1$" + "0" * 40, "hashed": True}},
        {"recipient": {"type": "email", "identity": "x" * 1_000_000, "hashed": True}},
        {"credentialSubject": [7, {"id": 7, "identifier": [7, {"identityHash": 7}]}] * 10_000},
        badge_3(identifier("name " * 100_000, "name")),
        badge_2("ada@" + "ü" * 1000 + ".example"),
    ],
)
@pytest.mark.parametrize(
    "typed", ["ada@example.org", "Ada", "did:x:y", "\ud800@x", "a" * 100_000 + "@x", "ada@" + "ü" * 90]
)
def test_no_document_and_nothing_typed_breaks_the_comparison(hostile: dict[str, Any], typed: str) -> None:
    assert ask(hostile, typed).outcome in ("fail", "could-not-check")


@pytest.mark.parametrize(
    ("typed", "verdict"), [("did:example:nobody", "unknown"), ("", "valid"), ("a@x.org", "unknown")]
)
def test_a_badge_of_version_3_is_asked_whose_it_is(typed: str, verdict: str) -> None:
    data = json.dumps(make_signed(make_credential())).encode()
    here = replace(world({DID_URL: issuer_document()}), recipient=typed)
    with speaking_english():
        report = verify(data, here)
    assert report.verdict.value == verdict
    assert (report.check("recipient") is None) is (not typed)
