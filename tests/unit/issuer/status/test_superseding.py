"""The place of an older edition is withdrawn for ever, and the name is free for the place of the next."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from issuer.base.db import db
from issuer.models import StatusEntry
from issuer.status import places
from issuer.status.superseding import former, supersede
from tests.factories.keys import make_issuer


def test_the_old_place_is_withdrawn_and_the_next_is_another(ctx: Flask) -> None:
    organisation = make_issuer()
    _list, old = places.allocate(organisation, "badge")
    supersede("badge", edition=1, reason="Signed again.", actor="system")
    assert not places.is_revoked("badge")
    _list, new = places.allocate(organisation, "badge")
    assert (new != old, places.is_revoked("badge")) == (True, False)
    entry = places.entry_of(former("badge", 1))
    assert (entry.index, entry.is_set, entry.reason) == (old, True, "Signed again.")


def test_each_edition_keeps_a_place_of_its_own(ctx: Flask) -> None:
    organisation = make_issuer()
    indexes = []
    for edition in (1, 2, 3):
        indexes.append(places.allocate(organisation, "badge")[1])
        supersede("badge", edition=edition, reason="Signed again.", actor="system")
    kept = select(StatusEntry.subject, StatusEntry.index).order_by(StatusEntry.id)
    wanted = [(f"badge#{edition}", index) for edition, index in zip((1, 2, 3), indexes, strict=True)]
    assert [tuple(row) for row in db.session.execute(kept)] == wanted


def test_the_reason_of_an_earlier_withdrawal_stands(ctx: Flask) -> None:
    places.allocate(make_issuer(), "badge")
    places.revoke("badge", reason="A mistake.", actor="system")
    supersede("badge", edition=1, reason="Signed again.", actor="system")
    assert places.entry_of(former("badge", 1)).reason == "A mistake."


def test_the_place_of_a_suspension_goes_with_the_edition_and_is_not_set(ctx: Flask) -> None:
    organisation = make_issuer()
    places.give(organisation, "badge", purposes=(places.REVOCATION, places.SUSPENSION))
    supersede("badge", edition=1, reason="Signed again.", actor="system")
    assert places.references_of("badge") == []
    assert not places.entry_of(former("badge", 1), places.SUSPENSION).is_set
    assert places.entry_of(former("badge", 1), places.REVOCATION).is_set


def test_others_are_untouched(ctx: Flask) -> None:
    organisation = make_issuer()
    _list, index = places.allocate(organisation, "other")
    places.allocate(organisation, "badge")
    supersede("badge", edition=1, reason="Signed again.", actor="system")
    assert (places.entry_of("other").index, places.is_revoked("other")) == (index, False)
