"""The three kinds of status, what a list must be to be believed, and what the report keeps of it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from badges.verification.report import Finding, Outcome, Verdict
from issuer.crypto import jcs
from issuer.crypto.bitstring import encode, new_bits, set_bits
from issuer.crypto.contexts import VC1_CONTEXT, VC2_CONTEXT
from issuer.crypto.enveloped import envelope
from issuer.crypto.signatures import local_signer
from issuer.crypto.vc_jose import secure
from tests.unit.badges.verification.open_badges_3.making import (
    TROUBLE,
    WEB_ISSUER,
    badge_of,
    check,
    controller_document,
    faults,
    named,
    signed_by_fragment,
)
from tests.unit.issuer.crypto.making import make_key, make_signed

LIST = "https://school.example/status/1"
REVOCATIONS = "https://school.example/revocations"
METHOD = controller_document(1)["assertionMethod"][0]
PUBLISHED = {WEB_ISSUER: controller_document(1)}
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
STATUS_2021 = "https://w3id.org/vc/status-list/2021/v1"


def entry(**over: Any) -> dict[str, Any]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": LIST,
        **over,
    }


def listing(*indexes: int, seed: int = 1, subject: dict[str, Any] | None = None, **over: Any) -> dict[str, Any]:
    document = {
        "@context": [VC2_CONTEXT],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": WEB_ISSUER,
        "validFrom": "2026-02-01T00:00:00Z",
        "credentialSubject": {
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode(set_bits(new_bits(), indexes)),
            **(subject or {}),
        },
        **over,
    }
    return make_signed(document, key=make_key(seed), verification_method=METHOD)


def with_status(status: Any, documents: dict[str, Any], **over: Any) -> Any:
    return check(signed_by_fragment(credentialStatus=status, **over), PUBLISHED | documents)


def test_the_report_keeps_which_list_was_read_and_in_which_version() -> None:
    document = listing()
    (source,) = with_status(entry(), {LIST: document}).status_sources
    assert (source.url, source.sha256) == (LIST, hashlib.sha256(jcs.canonicalize(document)).hexdigest())
    assert source.issued_at is not None


@pytest.mark.parametrize(("index", "set_"), [(94567, 94567), ("94567", 94567)])
def test_a_number_for_a_place_is_read_with_a_remark(index: int | str, set_: int) -> None:
    status = entry(statusListIndex=index)
    report = with_status(status, {LIST: listing()})
    assert report.verdict is Verdict.VALID
    assert named(report, "status").code == ("status_index_number" if isinstance(index, int) else "")
    assert with_status(status, {LIST: listing(set_)}).finding is Finding.REVOKED


@pytest.mark.parametrize("index", [-1, "-1", "1e3", 2**63, str(2**63), 131072, 1.0, None, True, [1]])
def test_v43_a_place_that_is_none_is_out_of_range(index: object) -> None:
    report = check(_unsigned_status(entry(statusListIndex=index)), PUBLISHED | {LIST: listing()})
    assert report.verdict is not Verdict.VALID
    if report.verdict is Verdict.UNKNOWN:
        assert named(report, "status").code == "index_out_of_range"


def _unsigned_status(status: dict[str, Any]) -> dict[str, Any]:
    """Some of these cannot be signed: then the whole is altered."""
    try:
        return signed_by_fragment(credentialStatus=status)
    except Exception:
        return signed_by_fragment() | {"credentialStatus": status}


@pytest.mark.parametrize("found", [TROUBLE, None, {"message": "a page"}, {}])
def test_v39_a_list_that_is_not_there_is_no_answer(found: Any) -> None:
    report = with_status(entry(), {LIST: found})
    assert (report.verdict, named(report, "status").outcome) == (Verdict.UNKNOWN, Outcome.COULD_NOT_CHECK)


@pytest.mark.parametrize(
    "document",
    [
        listing(seed=2),
        listing(issuer="https://other.example/"),
        {name: value for name, value in listing().items() if name != "proof"},
        listing() | {"validFrom": "2026-02-02T00:00:00Z"},
        listing(subject={"statusPurpose": "suspension"}),
        listing(subject={"ttl": 0}),
        listing(validUntil="2026-02-28T00:00:00Z"),
    ],
    ids=["another key", "another issuer", "unsigned", "altered", "another purpose", "no time to live", "stale"],
)
def test_v40_a_list_that_cannot_be_believed_is_no_answer(document: dict[str, Any]) -> None:
    report = with_status(entry(), {LIST: document})
    assert (report.verdict, named(report, "status").code) == (Verdict.UNKNOWN, "status_untrusted")


def test_a_list_by_the_key_of_an_unproven_issuer_is_believed_and_by_another_is_not() -> None:
    badge = signed_by_fragment(credentialStatus=entry())
    assert check(badge, {LIST: listing(94567)}).finding is Finding.REVOKED
    assert check(badge, {LIST: listing(seed=2)}).verdict is Verdict.UNKNOWN


def test_a_list_in_a_token_is_read() -> None:
    document = {name: value for name, value in listing(94567).items() if name != "proof"}
    token = secure(document, signer=local_signer(make_key()), kid=METHOD, algorithm="EdDSA")
    assert with_status(entry(), {LIST: envelope(token)}).finding is Finding.REVOKED
    assert with_status(entry(), {LIST: envelope(token[:-8] + "AAAAAAAA")}).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("purpose", ["message", "refresh"])
def test_other_purposes_are_said_and_withdraw_nothing(purpose: str) -> None:
    document = listing(94567, subject={"statusPurpose": [purpose, "revocation"]})
    report = with_status(entry(statusPurpose=purpose), {LIST: document})
    assert (report.verdict, named(report, "status").code) == (Verdict.VALID, "status_set")


def test_v38_every_entry_counts() -> None:
    other = "https://school.example/status/2"
    suspended = listing(94567, id=other, subject={"statusPurpose": "suspension"})
    entries = [entry(), entry(statusPurpose="suspension", statusListCredential=other)]
    assert with_status(entries, {LIST: listing(), other: suspended}).finding is Finding.SUSPENDED
    assert with_status(entries, {LIST: listing(94567), other: suspended}).finding is Finding.REVOKED


def revocations(*items: dict[str, Any], **over: Any) -> dict[str, Any]:
    return {"id": REVOCATIONS, "issuer": WEB_ISSUER, "revokedCredential": list(items), **over}


def with_revocations(document: Any) -> Any:
    contexts = [*badge_of()["@context"], EXTENSIONS]
    status = {"id": REVOCATIONS, "type": "1EdTechRevocationList"}
    return with_status(status, {REVOCATIONS: document}, **{"@context": contexts})


def test_a_revocation_list_of_1edtech_names_what_is_withdrawn_and_why() -> None:
    badge_id = badge_of()["id"]
    assert with_revocations(revocations({"id": "urn:another"})).verdict is Verdict.VALID
    assert with_revocations(revocations({"id": badge_id, "revoked": False})).verdict is Verdict.VALID
    report = with_revocations(revocations({"id": badge_id, "revocationReason": "Awarded by mistake."}))
    assert (report.finding, named(report, "status").reason) == (Finding.REVOKED, "Awarded by mistake.")


@pytest.mark.parametrize(
    "document",
    [TROUBLE, None, {}, revocations(issuer="https://other.example/"), revocations() | {"revokedCredential": 1}],
)
def test_a_revocation_list_that_cannot_be_read_is_no_answer(document: Any) -> None:
    assert with_revocations(document).verdict is Verdict.UNKNOWN


def test_a_list_of_2021_is_read() -> None:
    def list_2021(*indexes: int) -> dict[str, Any]:
        document = {
            "@context": [VC1_CONTEXT, STATUS_2021, "https://w3id.org/security/data-integrity/v2"],
            "id": LIST,
            "type": ["VerifiableCredential", "StatusList2021Credential"],
            "issuer": WEB_ISSUER,
            "issuanceDate": "2026-02-01T00:00:00Z",
            "credentialSubject": {
                "id": f"{LIST}#list",
                "type": "StatusList2021",
                "statusPurpose": "revocation",
                "encodedList": encode(set_bits(new_bits(), indexes)).removeprefix("u"),
            },
        }
        return make_signed(document, key=make_key(), verification_method=METHOD)

    contexts = [*badge_of()["@context"], STATUS_2021]
    status = entry(type="StatusList2021Entry", id=f"{LIST}#94567")
    over = {"@context": contexts}
    assert with_status(status, {LIST: list_2021()}, **over).verdict is Verdict.VALID
    assert with_status(status, {LIST: list_2021(94567)}, **over).finding is Finding.REVOKED


def test_nothing_is_looked_up_for_a_badge_whose_signature_does_not_hold() -> None:
    addresses: list[str] = []
    altered = signed_by_fragment(credentialStatus=entry()) | {"name": "Another"}
    report = check(altered, PUBLISHED | {LIST: listing(94567)}, addresses=addresses)
    assert faults(report) == {"signature": "signature"}
    assert LIST not in addresses
