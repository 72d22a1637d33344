"""What a badge is worth once the key that signed it may be in other hands, and what the log can save."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from badges import awards, checking, resigning
from badges.resigning import Outlook
from badges.verification import sources
from badges.verification.report import Report, Verdict
from badges.verification.wording import sentence_of
from issuer.base.db import utc_now
from issuer.keys import life
from issuer.keys.compromise import compromise
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account
from tests.unit.badges.losing import (
    as_bytes,
    document_of,
    faults,
    forge,
    key_in_other_hands,
    key_of,
    logged,
    lose,
    publish_lists,
    sign_again,
    verify_a_day_after,
)


def test_a_badge_of_a_lost_key_stops_verifying_at_once_and_says_why(ctx: Flask) -> None:
    award = make_award()
    key = key_of(award)
    lose(key)
    with ctx.test_request_context():
        report = sources.check_award(award)
        assert (report.verdict, faults(report)) == (Verdict.INVALID, {"issuer": "key_compromised"})
        sentence = str(report.check("issuer").sentence)  # type: ignore[union-attr]
    assert "was compromised" in sentence
    assert "not proved that this badge is older" in sentence


def test_a_token_of_a_lost_jwt_key_stops_verifying_while_the_json_goes_on(ctx: Flask) -> None:
    award = make_award()
    lose(key_of(award, "badge_jwt"))
    with ctx.test_request_context():
        credential = awards.credential_of(award)
        assert faults(sources.check(credential.jwt)) == {"issuer": "key_compromised"}
        assert sources.check(credential.document).verdict is Verdict.VALID


def test_whoever_hands_in_the_old_file_is_told_of_the_new_one(ctx: Flask) -> None:
    award = make_award()
    old, key = awards.credential_of(award), key_of(award)
    lose(key)
    sign_again(key)
    with ctx.test_request_context():
        for data in (old.document, old.jwt):
            report = sources.check(data)
            assert report.verdict is Verdict.INVALID
            assert faults(report)["status"] == "superseded"
            assert "signed it again" in sentence_of(report)


def test_what_a_thief_signs_under_the_address_of_a_badge_was_never_issued(ctx: Flask) -> None:
    """Nobody knows yet that the key was copied: only the issuer's own record tells."""
    organisation = make_achievement().organisation
    stolen, private_key = key_in_other_hands(organisation)
    award = earn(make_account(), make_achievement(organisation))
    forged = forge(document_of(award), stolen, private_key, created=utc_now(), name="Grand Master")
    with ctx.test_request_context():
        assert faults(sources.check(as_bytes(forged))) == {"evidence": "never_issued"}
        assert sources.check_award(award).verdict is Verdict.VALID


def test_a_badge_that_the_log_had_before_still_verifies_until_it_is_signed_again(ctx: Flask) -> None:
    award = make_award()
    since = logged() + timedelta(seconds=1)
    key = key_of(award)
    compromise(key, since=since, actor="system", now=since)
    old = awards.credential_of(award)
    for form in (old.document, old.jwt):
        report = verify_a_day_after(form, since)
        assert (report.verdict, faults(report)) == (Verdict.VALID, {})
    assert "proved that this badge is older" in _sentence(ctx, verify_a_day_after(old.document, since))
    assert resigning.outlook_of(key, since=since) == Outlook(to_sign=1, learners=1, proven=1, ended=0)
    sign_again(key)
    assert award.edition == 2
    publish_lists()
    assert faults(verify_a_day_after(old.document, since)) == {"status": "revoked"}


@pytest.mark.parametrize("purpose", ["badge_proof", "badge_jwt"])
def test_a_badge_that_the_log_had_only_afterwards_is_not_older(ctx: Flask, purpose: str) -> None:
    award = make_award()
    since = logged() - timedelta(seconds=1)
    compromise(key_of(award, purpose), since=since, actor="system", now=utc_now())
    old = awards.credential_of(award)
    report = verify_a_day_after(old.document if purpose == "badge_proof" else old.jwt, since)
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"issuer": "key_revoked"})


def test_dates_inside_a_badge_prove_nothing_once_the_key_is_lost(ctx: Flask) -> None:
    """The thief signs today and writes a date of last year, under the address of a badge that the log does have."""
    organisation = make_achievement().organisation
    stolen, private_key = key_in_other_hands(organisation)
    award = earn(make_account(), make_achievement(organisation))
    since = logged() + timedelta(seconds=1)
    forged = forge(document_of(award), stolen, private_key, created=utc_now() - timedelta(days=365), name="Master")
    assert verify_a_day_after(as_bytes(forged), since).check("issuer").outcome == "pass"  # type: ignore[union-attr]
    compromise(stolen, since=since, actor="system", now=since)
    assert faults(verify_a_day_after(as_bytes(forged), since)) == {"issuer": "key_revoked"}
    assert verify_a_day_after(awards.credential_of(award).document, since).verdict is Verdict.VALID


def test_what_was_changed_is_not_saved_by_the_log(ctx: Flask) -> None:
    award = make_award()
    since = logged() + timedelta(seconds=1)
    compromise(key_of(award), since=since, actor="system", now=since)
    said = document_of(award)
    tampered = said | {"proof": [said["proof"][0] | {"created": "2020-01-01T00:00:00Z"}]}
    assert faults(verify_a_day_after(as_bytes(tampered), since)) == {"signature": "signature"}


def test_a_retired_key_that_nobody_lost_still_counts(ctx: Flask) -> None:
    """Case V71: the badge was recorded before the key was retired."""
    award = make_award()
    for purpose in ("badge_proof", "badge_jwt"):
        life.replace_now(key_of(award, purpose), actor="system", now=utc_now())
    with ctx.test_request_context():
        for form in (awards.credential_of(award).document, awards.credential_of(award).jwt):
            assert sources.check(form).verdict is Verdict.VALID
    assert checking.check_stored().faults == ()


def test_the_nightly_check_finds_only_what_still_has_to_be_signed_again(ctx: Flask) -> None:
    achievement = make_achievement()
    good, withdrawn = earn(make_account(), achievement), earn(make_account(), achievement)
    awards.revoke(withdrawn, reason="A mistake.", actor="system")
    key = key_of(good)
    lose(key)
    assert [fault.code for fault in checking.check_stored().faults] == ["key_revoked"]
    sign_again(key)
    assert checking.check_stored() == checking.StoredCheck(3, ())


def _sentence(app: Flask, report: Report) -> str:
    with app.test_request_context():
        return str(report.check("issuer").sentence)  # type: ignore[union-attr]
