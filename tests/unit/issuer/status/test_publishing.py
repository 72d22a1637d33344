"""Status lists as signed documents: they say what is recorded, and are renewed before they run out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.base.errors import NotFound
from issuer.crypto.bitstring import MINIMUM_ENTRIES, expand, read_status
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import parse_timestamp
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.models import Organisation, StatusList
from issuer.profile import issuer_did, key_resolver, method_id
from issuer.status import places, publishing
from tests.factories.keys import make_issuer


def make_published(organisation: Organisation | None = None, *subjects: str) -> StatusList:
    """A published list with places for ``subjects``."""
    organisation = organisation or make_issuer()
    for subject in subjects or ("award",):
        status_list, _ = places.allocate(organisation, subject)
    publishing.publish(status_list.public_id)
    return status_list


def document_of(status_list: StatusList) -> dict[str, Any]:
    assert status_list.signed is not None
    return load_object(status_list.signed)


def status_of(status_list: StatusList, subject: str) -> int:
    bits = expand(document_of(status_list)["credentialSubject"]["encodedList"])
    return read_status(bits, places.entry_of(subject).index)


def test_a_published_list_is_a_bitstring_status_list_credential(ctx: Flask) -> None:
    organisation = make_issuer()
    document = document_of(make_published(organisation))
    subject = document["credentialSubject"]
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["issuer"] == issuer_did(organisation)
    assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
    assert len(expand(subject["encodedList"])) * 8 == MINIMUM_ENTRIES
    assert subject["id"] != document["id"]


def test_it_is_signed_with_the_key_for_status_lists(ctx: Flask) -> None:
    organisation = make_issuer()
    document = document_of(make_published(organisation))
    key = keystore.active_key(organisation, "status_list")
    assert document["proof"][0]["verificationMethod"] == method_id(key, issuer_did(organisation))
    assert verify_proof(document, resolve_key=key_resolver(organisation), now=utc_now()).verified


def test_a_changed_list_does_not_verify(ctx: Flask) -> None:
    organisation = make_issuer()
    document = document_of(make_published(organisation))
    document["validUntil"] = "2099-01-01T00:00:00Z"
    assert not verify_proof(document, resolve_key=key_resolver(organisation), now=utc_now()).verified


def test_it_is_valid_for_a_week(ctx: Flask) -> None:
    status_list = make_published()
    document = document_of(status_list)
    start, end = (parse_timestamp(document[name]) for name in ("validFrom", "validUntil"))
    assert end - start == timedelta(days=7)
    assert status_list.valid_until == end


def test_a_revocation_is_in_the_next_list_and_concerns_nobody_else(ctx: Flask) -> None:
    status_list = make_published(None, "award-1", "award-2", "award-3")
    assert [status_of(status_list, f"award-{number}") for number in (1, 2, 3)] == [0, 0, 0]
    places.revoke("award-2", reason="Issued in error.", actor="a")
    publishing.publish(status_list.public_id)
    assert [status_of(status_list, f"award-{number}") for number in (1, 2, 3)] == [0, 1, 0]


def test_a_set_bit_stays_set_through_every_later_publication(ctx: Flask) -> None:
    status_list = make_published(None, "award-1", "award-2")
    for subject in ("award-1", "award-2"):
        places.revoke(subject, reason="Issued in error.", actor="a")
        publishing.publish(status_list.public_id)
    assert [status_of(status_list, f"award-{number}") for number in (1, 2)] == [1, 1]


def test_a_list_that_says_it_all_is_not_signed_again(ctx: Flask) -> None:
    status_list = make_published()
    before = status_list.signed
    assert not publishing.publish(status_list.public_id)
    assert status_list.signed == before


def test_a_new_place_does_not_change_the_published_list(ctx: Flask) -> None:
    organisation = make_issuer()
    status_list = make_published(organisation)
    places.allocate(organisation, "another")
    assert not publishing.publish(status_list.public_id)


@pytest.mark.parametrize(
    ("left", "due"), [(timedelta(days=4), False), (timedelta(days=2), True), (-timedelta(1), True)]
)
def test_a_list_is_renewed_before_it_runs_out(ctx: Flask, left: timedelta, due: bool) -> None:
    status_list = make_published()
    status_list.valid_until = utc_now() + left
    db.session.flush()
    assert publishing.publish(status_list.public_id) is due
    if due:
        assert status_list.valid_until > utc_now() + timedelta(days=6)


def test_a_locked_key_leaves_the_published_list_as_it_was(ctx: Flask) -> None:
    organisation = make_issuer()
    status_list = make_published(organisation)
    before = status_list.signed
    kid = keystore.active_key(organisation, "status_list").kid
    (ctx.config["ROSETTE"].data_dir / "keys" / f"{kid}.json").unlink()
    places.revoke("award", reason="Issued in error.", actor="a")
    with pytest.raises(KeyUnusable):
        publishing.publish(status_list.public_id)
    assert status_list.signed == before


def test_an_unknown_list_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        publishing.publish("nothing")


def test_a_revocation_is_published_by_a_worker(app: Flask) -> None:
    with app.app_context():
        list_id = make_published(None, "award").public_id
        db.session.commit()
        places.revoke("award", reason="Issued in error.", actor="a")
        db.session.commit()
    jobs.drain(app)
    with app.app_context():
        assert status_of(places.find_list(list_id), "award") == 1


def test_a_revocation_that_is_rolled_back_is_not_published(app: Flask) -> None:
    with app.app_context():
        list_id = make_published(None, "award").public_id
        db.session.commit()
        places.revoke("award", reason="Issued in error.", actor="a")
        db.session.rollback()
    jobs.drain(app)
    with app.app_context():
        assert status_of(places.find_list(list_id), "award") == 0
        assert not places.is_revoked("award")


def test_a_revocation_whose_publication_was_given_up_is_found_again(app: Flask) -> None:
    with app.app_context():
        status_list = make_published(None, "award")
        entry = places.entry_of("award")
        entry.is_set, entry.set_at = True, utc_now()
        db.session.commit()
        list_id = status_list.public_id
        assert publishing.request_renewals() == 1
        db.session.commit()
    jobs.drain(app)
    with app.app_context():
        assert status_of(places.find_list(list_id), "award") == 1
        assert publishing.request_renewals() == 0


def test_the_command_has_lists_renewed_that_are_due(app: Flask) -> None:
    with app.app_context():
        due, fresh = make_published(None, "award-1"), make_published(None, "award-2")
        due.valid_until = utc_now() + timedelta(days=1)
        kept = fresh.signed
        db.session.commit()
        due_id, fresh_id = due.public_id, fresh.public_id
    result = app.test_cli_runner().invoke(args=["status", "renew"])
    assert result.output == "1 to publish\n"
    jobs.drain(app)
    with app.app_context():
        lists = {each.public_id: each for each in db.session.scalars(select(StatusList))}
        assert not publishing.is_due(lists[due_id], now=utc_now())
        assert lists[fresh_id].signed == kept
