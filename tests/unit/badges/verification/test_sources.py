"""Where a verification gets its documents: our own without a request to ourselves, all others through the guard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from badges.models import Award
from badges.verification import sources
from badges.verification.report import Outcome, Verdict
from badges.verification.world import Signatory
from issuer import profile
from issuer.base.db import db, new_public_id
from issuer.crypto.errors import KeyUnavailable, UrlNotAllowed
from issuer.crypto.strict_json import load_object
from issuer.models import Organisation, StatusList
from issuer.status.publishing import publish
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account, make_organisation

BASE = "http://localhost:8000"


def own_addresses(organisation: Organisation) -> list[str]:
    """The DID document, a JWT key and a status list of the organisation."""
    kid = str(profile.jwk_set()["keys"][0]["kid"])
    status_list = db.session.query(StatusList).filter_by(organisation_id=organisation.id).one()
    publish(status_list.public_id)
    return [f"{BASE}/issuers/{organisation.slug}/did.json", kid, f"{BASE}/status/{status_list.public_id}"]


def test_our_own_documents_are_those_that_a_stranger_gets(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        award = make_award()
        addresses = own_addresses(award.achievement_version.achievement.organisation)
        db.session.commit()
        with app.test_request_context():
            ours = [sources.this_world().fetch(address) for address in addresses]
    theirs = [load_object(client.get(address).data) for address in addresses]
    assert ours == theirs


@pytest.mark.parametrize(
    "path", ["/issuers/nobody/did.json", "/keys/none", "/status/none", "/", "/account", "/badges/x"]
)
def test_what_is_no_document_of_ours_is_trouble_and_never_a_request(ctx: Flask, path: str) -> None:
    with pytest.raises(KeyUnavailable):
        sources.this_world().fetch(f"{BASE}{path}")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/did.json",
        "https://127.0.0.1/did.json",
        "https://10.0.0.1/did.json",
        "https://example.org:8443/did.json",
        "https://user@example.org/did.json",
        "file:///etc/passwd",
        "https://exa mple.org/",
        "",
    ],
)
def test_an_address_that_is_not_of_the_public_web_is_refused(ctx: Flask, url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        sources.this_world().fetch(url)


@pytest.mark.parametrize("address", [f"{BASE}.example.org/did.json", f"{BASE}@example.org/did.json"])
def test_an_address_that_only_begins_like_ours_is_not_ours(ctx: Flask, address: str) -> None:
    with pytest.raises(UrlNotAllowed):
        sources.this_world().fetch(address)


def test_one_verification_asks_other_hosts_only_so_often(ctx: Flask) -> None:
    world = sources.this_world()
    reasons = []
    for number in range(sources.MOST_FETCHES + 1):
        with pytest.raises(KeyUnavailable) as trouble:
            world.fetch(f"https://nowhere.invalid/{number}/did.json")
        reasons.append(trouble.value.detail)
    assert [f"More than {sources.MOST_FETCHES}" in reason for reason in reasons] == [False] * 6 + [True]


def test_only_issuers_of_this_service_are_known(ctx: Flask) -> None:
    did = profile.issuer_did(make_organisation(slug="northbridge"))
    trust = sources.this_world().trust
    assert trust(Signatory(did))
    for other in (f"{did}/", did.upper(), did.replace("northbridge", "southbridge"), "did:key:z6Mk", ""):
        assert trust(Signatory(other)) is None


def test_an_untouched_award_is_valid_down_to_its_evidence(ctx: Flask) -> None:
    report = sources.check_award(make_award())
    assert report.verdict is Verdict.VALID
    assert [check.name for check in report.checks[-3:]] == ["evidence", "log", "criteria"]
    assert report.checks[-3].outcome is Outcome.PASS


def test_evidence_that_the_ledger_does_not_hold_is_found(ctx: Flask) -> None:
    award = make_award()
    report = sources.check_award(award)
    assert report.facts is not None
    entry = report.facts.evidence[0]
    invented = {**entry, "narrative": str(entry["narrative"]).rsplit(" ", 1)[0] + " " + "ab" * 32 + "."}
    for evidence in ((invented,), (entry, invented), ()):
        check = sources.check_evidence(replace(report, facts=replace(report.facts, evidence=evidence)), award)
        assert (check.outcome, check.code) == (Outcome.FAIL, "evidence_changed")


def test_evidence_of_somebody_else_proves_nothing(ctx: Flask) -> None:
    achievement = make_achievement()
    own, other = earn(make_account(), achievement), earn(make_account(), achievement)
    report = sources.check_award(other)
    assert sources.check_evidence(report, other).outcome is Outcome.PASS
    assert sources.check_evidence(report, own).outcome is Outcome.FAIL


def test_a_badge_that_the_service_has_no_record_of_is_not_valid(ctx: Flask) -> None:
    award = make_award()
    document = awards.credential_of(award).document
    award.public_id = new_public_id()
    db.session.flush()
    report = sources.check(document)
    assert report.verdict is Verdict.INVALID
    failed = [(check.name, check.code) for check in report.checks if check.outcome is Outcome.FAIL]
    assert failed == [("evidence", "award_unknown")]


def test_a_withdrawal_counts_before_and_after_its_list_is_published(ctx: Flask) -> None:
    award = make_award()
    listing = db.session.query(StatusList).one()
    publish(listing.public_id)
    assert sources.check_award(award).verdict is Verdict.VALID
    awards.revoke(award, reason="A mistake.", actor="system")
    before = sources.check_award(award).check("status")
    publish(listing.public_id)
    after = sources.check_award(award).check("status")
    assert before is not None and after is not None
    assert (before.code, after.code) == ("revoked", "revoked")
    assert before.reason and not after.reason


def _published() -> Award:
    award = make_award()
    award.visibility = "public"
    db.session.flush()
    return award
