from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.errors import UrlNotAllowed
from issuer.vc.report import Check, Outcome
from issuer.vc.verifying import verify_credential
from tests.factories.credentials import (
    LIST_URL,
    NOW,
    STATUS_ENTRY,
    STRANGER,
    make_status_list,
    make_vc,
    make_world,
    secured,
)

INDEX = int(STATUS_ENTRY["statusListIndex"])


def status_of(listing: Any = None, *, entry: Any = STATUS_ENTRY, **over: Any) -> list[Check]:
    """The checks of the status of a credential with that entry, while that list is published."""
    vc = secured(make_vc(credentialStatus=entry))
    published = {LIST_URL: make_status_list() if listing is None else listing}
    report = verify_credential(vc, make_world(published, **over))
    return [check for check in report.checks if check.name == "status"]


def only(checks: list[Check]) -> tuple[Outcome, str, str]:
    (check,) = checks
    return check.outcome, check.code, check.reason


def test_v38_what_the_list_says_decides() -> None:
    assert only(status_of()) == (Outcome.PASS, "", "")
    assert only(status_of(make_status_list(INDEX))) == (Outcome.FAIL, "CREDENTIAL_REVOKED", "revoked")
    assert only(status_of(make_status_list(INDEX + 1, INDEX - 1))) == (Outcome.PASS, "", "")


def test_v38_a_suspended_credential_is_refused_as_such() -> None:
    listing = make_status_list(INDEX, subject={"statusPurpose": "suspension"})
    found = only(status_of(listing, entry={**STATUS_ENTRY, "statusPurpose": "suspension"}))
    assert found == (Outcome.FAIL, "CREDENTIAL_SUSPENDED", "suspended")


def test_v38_every_entry_is_looked_at() -> None:
    suspension = {**STATUS_ENTRY, "statusPurpose": "suspension", "statusListIndex": "5"}
    listing = make_status_list(5, subject={"statusPurpose": ["revocation", "suspension"]})
    checks = status_of(listing, entry=[STATUS_ENTRY, suspension])
    assert [check.outcome for check in checks] == [Outcome.PASS, Outcome.FAIL]


def test_no_status_is_no_question() -> None:
    assert verify_credential(secured(make_vc()), make_world()).verified


def test_a_status_of_an_unknown_type_is_a_warning() -> None:
    entry = {"type": "https://example.org/#ExampleStatus"}
    assert only(status_of(entry=entry)) == (Outcome.WARN, "", "status_type_unknown")


@pytest.mark.parametrize("trouble", ["absent", "forbidden", "not a list"])
def test_v39_a_list_that_cannot_be_read_gives_no_verdict(trouble: str) -> None:
    def refused(url: str) -> dict[str, Any]:
        raise UrlNotAllowed("This address does not lead to the public Internet.")

    vc = secured(make_vc(credentialStatus=STATUS_ENTRY))
    world = {
        "absent": make_world(),
        "forbidden": make_world(fetch=refused),
        "not a list": make_world({LIST_URL: {"html": True}}),
    }[trouble]
    report = verify_credential(vc, world)
    assert not report.verified
    (check,) = report.hindrances
    assert check.outcome is Outcome.COULD_NOT_CHECK
    assert check.code == ("STATUS_VERIFICATION_ERROR" if trouble == "not a list" else "STATUS_RETRIEVAL_ERROR")


def unsigned() -> Any:
    return {name: value for name, value in make_status_list().items() if name != "proof"}


def tampered() -> Any:
    signed, revoked = make_status_list(), make_status_list(INDEX)
    return {**revoked, "proof": signed["proof"]}


@pytest.mark.parametrize(
    "listing",
    [
        pytest.param(unsigned(), id="unsigned"),
        pytest.param(tampered(), id="changed after signing"),
        pytest.param(make_status_list(by=STRANGER), id="of another issuer"),
        pytest.param(secured(unsigned(), STRANGER), id="signed by another"),
        pytest.param(make_status_list(subject={"statusPurpose": "suspension"}), id="for another purpose"),
        pytest.param(make_status_list(subject={"statusPurpose": None}), id="for no purpose"),
        pytest.param(make_status_list(type=["VerifiableCredential"]), id="no list credential"),
        pytest.param(make_status_list(id="https://status.example.org/lists/2"), id="from another address"),
        pytest.param(make_status_list(validUntil="2026-02-28T00:00:00Z"), id="out of date"),
        pytest.param(make_status_list(validFrom="2026-03-02T00:00:00Z"), id="not in force yet"),
        pytest.param(make_status_list(subject={"ttl": 0}), id="no time to live"),
        pytest.param(make_status_list(subject={"encodedList": "uAAAA"}), id="not gzip"),
        pytest.param(make_status_list(subject={"encodedList": None}), id="no list"),
        pytest.param(make_vc(id=LIST_URL), id="another credential"),
    ],
)
def test_v40_a_list_that_cannot_be_believed_gives_no_verdict(listing: Any) -> None:
    outcome, code, _ = only(status_of(listing))
    assert (outcome, code) == (Outcome.COULD_NOT_CHECK, "STATUS_VERIFICATION_ERROR")


def packed(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits)).rstrip(b"=").decode("ascii")


def test_a_list_that_is_too_short_gives_no_verdict() -> None:
    short = make_status_list(subject={"encodedList": packed(bytes(16 * 1024 - 1))})
    assert only(status_of(short))[:2] == (Outcome.COULD_NOT_CHECK, "STATUS_LIST_LENGTH_ERROR")


def test_a_list_that_expands_without_end_gives_no_verdict() -> None:
    bomb = make_status_list(subject={"encodedList": packed(bytes(17 * 1024 * 1024))})
    assert only(status_of(bomb))[0] is Outcome.COULD_NOT_CHECK


@pytest.mark.parametrize("index", ["-1", "1e3", str(2**63), "131072", "1.0", 1.0, "", " 5", None, True, ["5"]], ids=str)
def test_v43_an_index_outside_the_list_gives_no_verdict(index: Any) -> None:
    outcome, code, reason = only(status_of(entry={**STATUS_ENTRY, "statusListIndex": index}))
    assert (outcome, code, reason) == (Outcome.COULD_NOT_CHECK, "RANGE_ERROR", "index_out_of_range")


@pytest.mark.parametrize(
    "over",
    [
        {"statusListCredential": "https://"},
        {"statusListCredential": None},
        {"statusPurpose": None},
        {"statusPurpose": ["revocation"]},
        {"id": LIST_URL},
        {"statusSize": "1"},
        {"statusSize": 0},
    ],
)
def test_a_malformed_entry_gives_no_verdict(over: dict[str, Any]) -> None:
    entry = {name: value for name, value in {**STATUS_ENTRY, **over}.items() if value is not None}
    assert only(status_of(entry=entry))[0] is Outcome.COULD_NOT_CHECK


def test_a_message_is_told_and_hinders_nothing() -> None:
    entry = {
        **STATUS_ENTRY,
        "statusPurpose": "message",
        "statusMessage": [{"status": "0x0", "message": "pending"}, {"status": "0x1", "message": "delivered"}],
    }
    listing = make_status_list(INDEX, subject={"statusPurpose": "message"})
    (check,) = status_of(listing, entry=entry)
    assert check.outcome is Outcome.WARN
    assert "delivered" in check.detail


def test_nothing_is_looked_up_for_a_credential_that_is_not_what_was_signed() -> None:
    def forbidden(url: str) -> dict[str, Any]:
        raise AssertionError(url)

    vc = {**secured(make_vc(credentialStatus=STATUS_ENTRY)), "credentialSubject": {"id": "did:example:mallory"}}
    report = verify_credential(vc, make_world(fetch=forbidden))
    assert [check.outcome for check in report.checks if check.name == "status"] == [Outcome.NOT_APPLICABLE]


def test_a_credential_with_too_many_entries_is_not_followed() -> None:
    asked: list[str] = []

    def counting(url: str) -> dict[str, Any]:
        asked.append(url)
        return make_status_list()

    vc = secured(make_vc(credentialStatus=[STATUS_ENTRY] * 9))
    assert not verify_credential(vc, make_world(fetch=counting)).verified
    assert asked == []


def test_the_list_has_contexts_that_are_known() -> None:
    listing = {**make_status_list(), "@context": [VC2_CONTEXT, "https://attacker.example/v1"]}
    assert only(status_of(listing, now=NOW))[0] is Outcome.COULD_NOT_CHECK
