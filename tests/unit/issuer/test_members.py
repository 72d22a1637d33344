from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from issuer import accounts, members, organisations
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.models import OneTimeLink, OutgoingMail
from tests.factories.people import make_account, make_member, make_organisation


def test_somebody_new_is_invited_by_mail_with_a_link(ctx: Flask) -> None:
    membership = members.add(make_organisation(), "new@example.org", ["author"], actor="system")
    assert organisations.roles_of(membership) == {"author"}
    assert membership.account.addresses[0].verified_at is None
    link = db.session.scalars(select(OneTimeLink)).one()
    assert link.lookup == "new@example.org"
    assert "/sign-in/link/" in db.session.scalars(select(OutgoingMail.body)).one()


def test_somebody_known_is_told_without_a_link_that_signs_in(ctx: Flask) -> None:
    account = make_account(email="ann@example.org")
    membership = members.add(make_organisation(), "ANN@example.org", ["learner"], actor="system")
    assert membership.account is account
    assert db.session.scalars(select(OneTimeLink)).all() == []
    assert db.session.scalars(select(OutgoingMail.recipient)).one() == "ann@example.org"


def test_a_member_is_not_added_twice(ctx: Flask) -> None:
    membership = make_member("learner")
    address = accounts.primary_address(membership.account) or ""
    with pytest.raises(Conflict) as refusal:
        members.add(membership.organisation, address, ["administrator"], actor="system")
    assert refusal.value.code == "already_member"
    assert organisations.roles_of(membership) == {"learner"}


def test_somebody_who_left_can_be_added_again_and_keeps_the_name_on_badges(ctx: Flask) -> None:
    membership = make_member("learner")
    urn = membership.subject_urn
    organisations.leave(membership, actor="system")
    address = accounts.primary_address(membership.account) or ""
    again = members.add(membership.organisation, address, ["learner"], actor="system")
    assert again.subject_urn == urn


def test_the_list_gives_every_member_once_in_pages(ctx: Flask) -> None:
    organisation = make_organisation()
    made = [make_member("learner", organisation=organisation).account.public_id for _ in range(5)]
    make_member("learner")
    organisations.leave(make_member("learner", organisation=organisation), actor="system")
    seen: list[str] = []
    after = None
    while True:
        page = members.page(organisation, limit=2, after=after)
        seen += [membership.account.public_id for membership in page.items]
        after = page.next
        if after is None:
            break
    assert seen == made


@pytest.mark.parametrize("cursor", ["nothing", "", "a" * 100, "\x00"])
def test_a_made_up_cursor_is_refused(ctx: Flask, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        members.page(make_organisation(), limit=2, after=cursor)
    assert refusal.value.code == "bad_cursor"


def test_a_person_of_another_organisation_is_not_found(ctx: Flask) -> None:
    elsewhere = make_member("learner")
    with pytest.raises(NotFound):
        members.find(make_organisation(), elsewhere.account.public_id)
    assert members.find(elsewhere.organisation, elsewhere.account.public_id) is elsewhere
