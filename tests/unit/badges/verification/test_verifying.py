"""The walk over a badge of a stranger: what each fault does to the verdict, and which check says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.verification.report import Outcome, Report, Verdict
from badges.verification.verifying import verify
from badges.verification.wording import kind_of, sentence_of
from badges.verification.world import World
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.signatures import local_signer
from issuer.crypto.vc_jwt import issue_jwt
from tests.unit.badges.verification.strangers import (
    DID_URL,
    INDEX,
    LIST_URL,
    issuer_document,
    speaking_english,
    status_entry,
    status_list,
    world,
)
from tests.unit.issuer.crypto.making import METHOD, make_credential, make_ec_key, make_key, make_signed


def check(document: dict[str, Any], at: World | None = None) -> Report:
    with speaking_english():
        return verify(json.dumps(document).encode(), at or world())


def said(report: Report) -> tuple[str, str]:
    """The one sentence and its kind."""
    with speaking_english():
        return sentence_of(report), kind_of(report)


def faults(report: Report) -> dict[str, str]:
    """Check -> code, of those that failed or could not be made."""
    troubled = (Outcome.FAIL, Outcome.COULD_NOT_CHECK)
    return {each.name: each.code for each in report.checks if each.outcome in troubled}


def test_a_stranger_s_badge_is_genuine_and_whether_one_knows_the_stranger_is_left_open() -> None:
    report = check(make_signed())
    assert (report.verdict, faults(report)) == (Verdict.VALID, {})
    assert report.check("trust").outcome is Outcome.WARN  # type: ignore[union-attr]
    sentence, kind = said(report)
    assert "Harbour Sales School, is for you to say" in sentence
    assert kind == "warn"


def test_a_badge_of_a_known_issuer_is_simply_valid() -> None:
    report = check(make_signed(), world(known=True))
    assert said(report) == ("Genuine and valid. Issued by Harbour Sales School, and not changed since.", "good")


def test_what_is_shown_is_what_the_signature_covers() -> None:
    facts = check(make_signed()).facts
    assert facts is not None
    assert (facts.name, facts.issuer_name) == ("Listening before proposing", "Harbour Sales School")
    assert facts.valid_until == datetime(2028, 2, 1, 9, 30, tzinfo=UTC)


def test_a_key_of_somebody_else_is_not_the_issuer_s() -> None:
    """The forger signs with a key of their own and writes a respected issuer into the badge."""
    did = did_key_for(make_key(9).public_key())
    forged = make_signed(key=make_key(9), verification_method=did_key_method_id(did))
    report = check(forged)
    assert report.verdict is Verdict.INVALID
    assert faults(report) == {"issuer": "key_not_bound"}
    assert said(report) == ("Not from the issuer it names.", "bad")


def test_another_key_under_the_issuer_s_name_does_not_match() -> None:
    report = check(make_signed(key=make_key(9)))
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"signature": "signature"})
    assert report.facts is None


def test_a_key_that_the_issuer_has_taken_out_of_its_document_signs_nothing_any_more() -> None:
    report = check(make_signed(verification_method=f"{METHOD}9"))
    assert report.verdict is Verdict.INVALID
    assert faults(report)["issuer"] == "key_not_found"


def test_an_issuer_out_of_reach_is_no_answer() -> None:
    report = check(make_signed(), world({}))
    assert report.verdict is Verdict.UNKNOWN
    assert faults(report) == {"signature": "key_unavailable", "issuer": "key_unavailable"}
    assert report.facts is None
    assert said(report)[1] == "unknown"


def test_a_badge_without_proof_proves_nothing() -> None:
    assert faults(check(make_credential()))["signature"] == "no_proof"


@pytest.mark.parametrize(
    ("now", "code", "sentence"),
    [
        (datetime(2028, 2, 1, 9, 30, 1, tzinfo=UTC), "expired", "Genuine, but expired on February 1, 2028."),
        (datetime(2026, 2, 1, 9, 29, 59, tzinfo=UTC), "not_yet_valid", "Genuine, but not valid yet."),
    ],
)
def test_outside_its_period_a_badge_is_genuine_and_not_valid(now: datetime, code: str, sentence: str) -> None:
    signed = make_signed(created=datetime(2026, 1, 1, tzinfo=UTC))
    report = check(signed, world(now=now))
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"period": code})
    assert said(report) == (sentence, "warn")
    assert report.facts is not None


@pytest.mark.parametrize("now", [datetime(2028, 2, 1, 9, 30, tzinfo=UTC), datetime(2026, 2, 1, 9, 30, tzinfo=UTC)])
def test_the_first_and_the_last_moment_belong_to_the_period(now: datetime) -> None:
    signed = make_signed(created=datetime(2026, 1, 1, tzinfo=UTC))
    assert check(signed, world(now=now)).check("period").outcome is Outcome.PASS  # type: ignore[union-attr]


def with_status(listing: dict[str, Any] | None, **entry: Any) -> Report:
    """A badge that names a status list, in a world where the list is this."""
    signed = make_signed(make_credential(credentialStatus=status_entry(**entry)))
    documents = {DID_URL: issuer_document()} | ({} if listing is None else {LIST_URL: listing})
    return check(signed, world(documents))


def test_a_bit_that_is_not_set_withdraws_nothing() -> None:
    report = with_status(status_list(INDEX - 1, INDEX + 1))
    assert (report.verdict, faults(report)) == (Verdict.VALID, {})


def test_a_set_bit_withdraws_for_good() -> None:
    report = with_status(status_list(INDEX))
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"status": "revoked"})
    assert said(report) == ("Genuine once, but withdrawn by its issuer.", "bad")


def test_a_suspension_is_for_now() -> None:
    report = with_status(status_list(INDEX, purpose="suspension"), statusPurpose="suspension")
    assert faults(report) == {"status": "suspended"}
    assert said(report)[1] == "warn"


def test_of_two_lists_the_worse_answer_counts() -> None:
    entries = [status_entry(statusPurpose="suspension"), status_entry()]
    signed = make_signed(make_credential(credentialStatus=entries))
    report = check(signed, world({DID_URL: issuer_document(), LIST_URL: status_list(INDEX)}))
    assert faults(report) == {"status": "revoked"}


@pytest.mark.parametrize(
    "listing",
    [
        None,
        {},
        status_list(key_seed=9),
        status_list(issuer="did:web:elsewhere.example"),
        status_list(type=["VerifiableCredential"]),
        status_list(validUntil="2026-02-28T00:00:00Z"),
        status_list(purpose="suspension"),
        status_list() | {"validUntil": "2030-01-01T00:00:00Z"},
    ],
    ids=["unreachable", "empty", "forged", "foreign", "no list", "stale", "other purpose", "altered"],
)
def test_a_list_that_cannot_be_believed_is_no_answer_either_way(listing: dict[str, Any] | None) -> None:
    report = with_status(listing)
    assert report.verdict is Verdict.UNKNOWN
    assert list(faults(report)) == ["status"]


def test_a_list_of_the_issuer_under_another_id_is_believed_with_a_remark() -> None:
    report = with_status(status_list(id=f"{LIST_URL}0"))
    assert (report.verdict, report.check("status").code) == (Verdict.VALID, "list_id_differs")  # type: ignore[union-attr]
    revoked = with_status(status_list(INDEX, id=f"{LIST_URL}0"))
    assert faults(revoked) == {"status": "revoked"}


@pytest.mark.parametrize("index", ["-1", "131072", "1.5", "", "9" * 40, None, True])
def test_a_place_outside_the_list_is_no_answer(index: object) -> None:
    assert list(faults(with_status(status_list(), statusListIndex=index)))[-1] == "status"


def test_a_badge_that_cannot_be_withdrawn_says_so() -> None:
    assert check(make_signed()).check("status").outcome is Outcome.NOT_APPLICABLE  # type: ignore[union-attr]


def token() -> str:
    return issue_jwt(make_credential(), signer=local_signer(make_ec_key()), kid=f"{METHOD}", algorithm="ES256")


def test_a_token_with_a_key_that_the_issuer_does_not_list_is_not_the_issuer_s() -> None:
    with speaking_english():
        report = verify(token().encode(), world())
    assert report.verdict is Verdict.INVALID
    assert report.facts is None


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("data_model", {"@context": ["https://www.w3.org/2018/credentials/v1"]}),
    ("data_model", {"@context": None}),
    ("data_model", {"issuer": {"id": "harbour", "type": ["Profile"]}}),
    ("data_model", {"credentialSubject": []}),
    ("data_model", {"validFrom": "yesterday"}),
    ("data_model", {"validFrom": "2026-02-01T09:30:00"}),
    ("data_model", {"validUntil": "2020-01-01T00:00:00Z"}),
    ("data_model", {"id": "has space"}),
    ("data_model", {"credentialStatus": {"id": "urn:x"}}),
    ("data_model", {"evidence": ["text"]}),
    ("open_badge", {"id": None}),
    ("open_badge", {"validFrom": None}),
    ("open_badge", {"issuer": "did:web:badges.example.org:issuers:harbour"}),
    ("open_badge", {"@context": ["https://www.w3.org/ns/credentials/v2"]}),
    ("open_badge", {"credentialSubject": {"type": ["AchievementSubject"], "achievement": {"type": ["Achievement"]}}}),
    ("open_badge", {"credentialSubject": {"id": "urn:x:y", "type": ["AchievementSubject"]}}),
    ("open_badge", {"evidence": {"type": ["Something"]}}),
]


@pytest.mark.parametrize(("name", "over"), FAULTS)
def test_a_document_against_the_standard_fails_the_check_that_is_about_it(name: str, over: dict[str, Any]) -> None:
    report = check(make_credential(**over))
    found = report.check(name)
    assert found is not None
    assert (found.outcome, bool(found.reason)) == (Outcome.FAIL, True)
    assert report.verdict is Verdict.INVALID


def test_a_credential_that_is_no_badge_but_speaks_its_language_lacks_the_type() -> None:
    report = check(make_signed(make_credential(type=["VerifiableCredential"])))
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"open_badge": "open_badge_broken"})


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject", "credentialStatus")


@settings(max_examples=150, deadline=None)
@given(over=st.dictionaries(st.sampled_from((*MEMBERS, "proof", "evidence", "credentialSchema")), JSON_VALUES))
def test_no_document_whatever_makes_it_stumble_or_say_valid(over: dict[str, Any]) -> None:
    document = (
        make_signed() | {"name": "Something else", "type": ["VerifiableCredential", "OpenBadgeCredential"]} | over
    )
    assert check(document).verdict is not Verdict.VALID


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=200))
def test_no_bytes_whatever_make_it_stumble_or_say_valid(data: bytes) -> None:
    unreached = {Verdict.UNKNOWN} if data.strip().lower().startswith(b"http") else set()
    with speaking_english():
        assert verify(data, world()).verdict in {Verdict.UNSUPPORTED, Verdict.INVALID} | unreached
