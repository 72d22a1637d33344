"""Holders of a badge whose issuer is gone can be given that of its successor, and it says where it is from."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from badges.models import Achievement, Award
from badges.succession import reissuing
from badges.trust import equivalences
from badges.trust.models import EquivalenceRule
from badges.verification.report import Verdict
from badges.verification.sources import check_award
from competencies.evidence.models import Evidence
from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import Conflict, Forbidden
from issuer.models import Organisation, OutgoingMail
from issuer.profile import issuer_did
from issuer.status import places
from issuer.succession import stating
from tests.factories.badges import earn, make_achievement
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import Person, make_account, make_organisation, make_person, submit

HTML = {"Accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Two:
    """An issuer that is going, its badge, and an administrator of the one that comes after it."""

    theirs: int
    rule: str
    person: Person


def rule_of(two: Two) -> EquivalenceRule:
    return db.session.scalars(select(EquivalenceRule).filter_by(public_id=two.rule)).one()


def ours(two: Two) -> list[Award]:
    wanted = rule_of(two).requirement
    return [each for each in db.session.scalars(select(Award)) if _achievement(each).public_id == wanted]


def _achievement(award: Award) -> Achievement:
    return award.achievement_version.achievement


def name_successor(two: Two) -> None:
    going = db.session.get_one(Achievement, two.theirs).organisation
    place = db.session.get_one(Organisation, two.person.organisation_id)
    said = stating.wanted(
        going, state="moving", since="2026-01-01", successor_id=issuer_did(place), successor_name=place.name
    )
    stating.state(going, said, actor="system")
    db.session.commit()


def carry_out(two: Two) -> None:
    for _part in reissuing.carry_out(two.rule):
        db.session.commit()


@pytest.fixture
def two(app: Flask) -> Two:
    person = make_person(app, "administrator")
    with app.app_context():
        place = db.session.get_one(Organisation, person.organisation_id)
        theirs = make_achievement(make_organisation(name="Old Institute"), name="Old Badge")
        mine = make_achievement(place, make_competency(make_framework(place)), name="New Badge")
        for _ in range(3):
            earn(make_account(), theirs)
        rule = equivalences.add(
            place,
            equivalences.wanted(
                place,
                achievement_url=f"{settings().base_url}/achievements/{theirs.public_id}",
                requirement_kind="achievement",
                requirement=mine.public_id,
            ),
            by=None,
        )
        db.session.commit()
        return Two(theirs.id, rule.public_id, person)


def test_only_the_successor_that_the_issuer_has_named_may_do_so(app: Flask, two: Two) -> None:
    path = f"/admin/organisations/{two.person.organisation}/trust/equivalences/{two.rule}/reissue"
    assert "has not named" in two.person.client.get(path, headers=HTML).text
    submit(two.person.client, path)
    with app.app_context():
        with pytest.raises(Forbidden):
            reissuing.request(rule_of(two), actor="x")
        carry_out(two)
        assert ours(two) == []
        name_successor(two)
        reissuing.request(rule_of(two), actor="x")
    page = two.person.client.get(path, headers=HTML).text
    assert "Give it to them" in page
    other = make_person(app, "administrator")
    assert submit(other.client, path).status_code in (403, 404)


def test_every_holder_gets_it_once_with_its_provenance_signed_into_it(app: Flask, two: Two) -> None:
    with app.app_context():
        name_successor(two)
        mails = db.session.query(OutgoingMail).count()
        carry_out(two)
        carry_out(two)
        given = ours(two)
        assert len(given) == 3 == db.session.query(OutgoingMail).count() - mails
        for award in given:
            assert award.credential is not None and award.visibility == "private"
            said = json.loads(award.credential.document)
            (evidence,) = said["evidence"]
            old = db.session.scalars(select(Award).filter_by(account_id=award.account_id).order_by(Award.id)).first()
            assert old is not None and old.credential is not None
            for words in ("“Old Badge” of Old Institute", old.credential.credential_id, "found valid on", "sha256-"):
                assert words in evidence["narrative"]
            report = check_award(award)
            assert report.verdict is Verdict.VALID and report.check("evidence").outcome == "pass"  # type: ignore[union-attr]
        assert db.session.query(Evidence).filter_by(kind="waiver").count() == 3
        assert reissuing.reach_of(rule_of(two)) == reissuing.Reach(holders=3, served=3)


def test_a_badge_that_does_not_count_gives_nothing(app: Flask, two: Two) -> None:
    with app.app_context():
        name_successor(two)
        awards = [each for each in db.session.scalars(select(Award)) if _achievement(each).id == two.theirs]
        places.revoke(awards[0].public_id, reason="Given by mistake.", actor="x", code="other")
        db.session.commit()
        assert [missing for _award, missing in reissuing.would_get(rule_of(two))] == [("not_valid",), (), ()]
        assert ours(two) == [], "looking gives nothing"
        carry_out(two)
        assert {each.account_id for each in ours(two)} == {each.account_id for each in awards[1:]}


def test_a_rule_about_strangers_or_an_archived_achievement_cannot_be_carried_out(app: Flask, two: Two) -> None:
    with app.app_context():
        name_successor(two)
        rule = rule_of(two)
        for url in ("https://elsewhere.example/achievements/1", f"{settings().base_url}/achievements/nothing"):
            rule.achievement_url = url
            with pytest.raises(Conflict, match="of this service"):
                reissuing.request(rule, actor="x")
        db.session.rollback()
        mine = db.session.scalars(select(Achievement).filter_by(public_id=rule_of(two).requirement)).one()
        mine.state = "archived"
        db.session.commit()
        with pytest.raises(Conflict, match="archived"):
            reissuing.request(rule_of(two), actor="x")
        carry_out(two)
        assert ours(two) == []


def test_whoever_runs_the_service_can_look_first_and_then_do_it(app: Flask, two: Two) -> None:
    with app.app_context():
        name_successor(two)
        slug = db.session.get_one(Organisation, two.person.organisation_id).slug
    run = app.test_cli_runner()
    arguments = ["trust", "reissue", two.rule, "--organisation", slug]
    assert "3 would be given it" in run.invoke(args=[*arguments, "--dry-run"]).output
    assert "3 were given it, 0 had it" in run.invoke(args=arguments).output
    assert "0 were given it, 3 had it" in run.invoke(args=arguments).output
    assert run.invoke(args=["trust", "reissue", "nothing", "--organisation", slug]).exit_code == 2
