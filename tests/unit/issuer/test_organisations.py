from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from issuer import organisations
from issuer.base import audit
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.base.errors import Conflict, Forbidden, Invalid, NotFound
from issuer.models import BrowserSession, Membership, MembershipRole, Organisation
from tests.factories.people import make_account, make_member, make_organisation, sign_in


def test_an_organisation_is_found_by_its_short_name(ctx: Flask) -> None:
    made = organisations.create(slug="north-college", name=" North College ", url="https://north.example")
    assert organisations.by_slug("north-college") is made
    assert made.name == "North College"
    assert organisations.get(made.public_id) is made


@pytest.mark.parametrize("slug", ["", "North", "a b", "-a", "a-", "a/b", "ä", "a" * 65, "a\n"])
def test_a_short_name_that_cannot_stand_in_an_address_is_refused(ctx: Flask, slug: str) -> None:
    with pytest.raises(Invalid) as refusal:
        organisations.create(slug=slug, name="North")
    assert "slug" in refusal.value.fields


def test_a_short_name_belongs_to_one_organisation(ctx: Flask) -> None:
    make_organisation(slug="north")
    with pytest.raises(Conflict):
        make_organisation(slug="north")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "north.example", "https://", "https://a b", "ftp://a", "http://[", "https://u@h"]
)
def test_a_web_site_that_is_none_is_refused(ctx: Flask, url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make_organisation(url=url)
    assert "url" in refusal.value.fields


def test_seeding_twice_makes_one_organisation(ctx: Flask) -> None:
    first = organisations.ensure(slug="north", name="North")
    assert organisations.ensure(slug="north", name="Another name") is first
    assert first.name == "North"


def test_a_person_enrols_as_a_learner_once(ctx: Flask) -> None:
    account, organisation = make_account(), make_organisation()
    first = organisations.enrol(account.id, organisation)
    assert organisations.enrol(account.id, organisation) is first
    assert organisations.roles_of(first) == {"learner"}
    assert first.subject_urn.startswith("urn:uuid:")


def test_two_organisations_know_a_person_by_different_names(ctx: Flask) -> None:
    account = make_account()
    first = organisations.enrol(account.id, make_organisation())
    second = organisations.enrol(account.id, make_organisation())
    assert first.subject_urn != second.subject_urn


def test_joining_announces_a_new_place_and_only_a_new_one(app: Flask) -> None:
    seen: list[int] = []
    app.extensions["rosette_flow"]["account.joined"] = (lambda membership: seen.append(membership.id),)
    with app.app_context():
        account, organisation = make_account(), make_organisation()
        membership = organisations.enrol(account.id, organisation)
        organisations.enrol(account.id, organisation)
        assert seen == [membership.id]


def test_a_closed_organisation_takes_nobody_who_was_not_added(ctx: Flask) -> None:
    account, organisation = make_account(), make_organisation(open_enrolment=False)
    with pytest.raises(Forbidden):
        organisations.enrol(account.id, organisation)
    membership = make_member("author", account=account, organisation=organisation)
    assert organisations.enrol(account.id, organisation) is membership
    assert organisations.roles_of(membership) == {"author", "learner"}


def test_requests_at_the_same_moment_make_one_place(app: Flask) -> None:
    with app.app_context():
        account_id, organisation_id = make_account().id, make_organisation().id
        db.session.commit()

    def enrol(_: int) -> int:
        with app.app_context():
            place = db.session.get_one(Organisation, organisation_id)
            membership_id = organisations.enrol(account_id, place).id
            db.session.commit()
            return membership_id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(enrol, range(6)))) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Membership)) == 1
        assert db.session.scalar(select(func.count()).select_from(MembershipRole)) == 1
        assert audit.verify_chain().is_intact
        actions = db.session.scalars(select(AuditEntry.action)).all()
        assert actions.count("membership.made") == 1
        assert actions.count("membership.roles_changed") == 1


def test_changing_roles_gives_exactly_these_and_signs_out_everywhere(app: Flask) -> None:
    with app.app_context():
        membership = make_member("learner", "author")
        membership_id = membership.id
        sign_in(app.test_client(), membership.account)
    with app.app_context():
        membership = db.session.get_one(Membership, membership_id)
        organisations.change_roles(membership, ["assessor", "learner"], actor="system")
        assert organisations.roles_of(membership) == {"assessor", "learner"}
        assert db.session.scalars(select(BrowserSession.ended_at)).one() is not None


def test_giving_the_same_roles_changes_nothing(app: Flask) -> None:
    with app.app_context():
        membership = make_member("learner")
        sign_in(app.test_client(), membership.account)
        organisations.change_roles(membership, ["learner"], actor="system")
        assert db.session.scalars(select(BrowserSession.ended_at)).one() is None


@pytest.mark.parametrize("roles", [[], ["king"], ["learner", "king"]])
def test_unknown_roles_are_refused(ctx: Flask, roles: list[str]) -> None:
    membership = make_member("learner")
    with pytest.raises(Invalid):
        organisations.change_roles(membership, roles, actor="system")


def test_the_last_administrator_stays(ctx: Flask) -> None:
    last = make_member("administrator")
    with pytest.raises(Conflict) as refusal:
        organisations.change_roles(last, ["learner"], actor="system")
    assert refusal.value.code == "last_administrator"
    with pytest.raises(Conflict):
        organisations.leave(last, actor="system")
    make_member("administrator", organisation=make_organisation())
    with pytest.raises(Conflict):
        organisations.leave(last, actor="system")
    make_member("administrator", organisation=last.organisation)
    organisations.leave(last, actor="system")
    assert organisations.roles_of(last) == frozenset()


def test_two_administrators_who_step_back_at_once_leave_one(app: Flask) -> None:
    with app.app_context():
        first = make_member("administrator")
        second = make_member("administrator", organisation=first.organisation)
        ids = [first.id, second.id]
        organisation_id = first.organisation_id
        db.session.commit()

    def step_back(membership_id: int) -> bool:
        with app.app_context():
            try:
                organisations.leave(db.session.get_one(Membership, membership_id), actor="system")
                db.session.commit()
            except Conflict:
                db.session.rollback()
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(step_back, ids)) == [False, True]
    with app.app_context():
        places = select(Membership).filter_by(organisation_id=organisation_id)
        held = [organisations.roles_of(membership) for membership in db.session.scalars(places)]
        assert sorted(map(len, held)) == [0, 1]


def test_an_organisation_that_does_not_exist_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        organisations.get("nothing-here")
