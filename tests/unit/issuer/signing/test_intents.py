"""What is going to be signed is written down first, and used once, whoever asks and however often."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from issuer import signing
from issuer.base.db import db, utc_now
from issuer.crypto.strict_json import load_object
from issuer.keys.key_file import KeyUnusable
from issuer.models import Organisation, SigningKey
from issuer.signing.models import SigningIntent
from tests.factories.keys import make_issuer
from tests.unit.issuer.signing.test_signatures import NOW, SUBJECT, make_document, prepare


def intent_of(prepared: signing.Prepared) -> SigningIntent:
    recorded = db.session.scalars(select(SigningIntent).filter_by(token=prepared.token)).one()
    db.session.refresh(recorded)
    return recorded


def lock(app: Flask, prepared: signing.Prepared, mode: int) -> None:
    kid = prepared.intent.proof_key.kid
    (app.config["ROSETTE"].data_dir / "keys" / f"{kid}.json").chmod(mode)


def test_the_exact_bytes_stand_there_before_the_key_is_touched(ctx: Flask) -> None:
    organisation = make_issuer()
    document = make_document(organisation)
    recorded = intent_of(prepare(organisation, document))
    assert recorded.content is not None and load_object(recorded.content) == document
    assert recorded.sha256 == hashlib.sha256(recorded.content).hexdigest()
    assert (recorded.purpose, recorded.subject, recorded.outcome) == ("badge_proof", SUBJECT, "prepared")
    assert recorded.created == NOW and recorded.redeemed_at is None
    assert recorded.status_index == int(document["credentialStatus"]["statusListIndex"])
    assert len({recorded.proof_kid, recorded.jwt_kid}) == 2


def test_what_was_signed_is_closed_and_its_digest_stays(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation))
    before = intent_of(prepared).sha256
    signing.sign(prepared, now=NOW)
    after = intent_of(prepared)
    assert (after.outcome, after.redeemed_at, after.content, after.sha256) == ("signed", NOW, None, before)
    assert signing.resume(SUBJECT) is None


def test_what_could_not_be_signed_is_signed_later_with_the_same_bytes(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation))
    lock(ctx, prepared, 0o644)
    with pytest.raises(KeyUnusable):
        signing.sign(prepared, now=NOW)
    assert intent_of(prepared).outcome == "key_exposed"
    lock(ctx, prepared, 0o600)
    resumed = signing.resume(SUBJECT)
    assert resumed is not None and resumed.statements == prepared.statements
    later = signing.sign(resumed, now=NOW + timedelta(days=3))
    assert load_object(later.document)["proof"][0]["created"] == "2026-03-04T05:06:07Z"
    assert later.signed_at == NOW + timedelta(days=3)


def test_what_must_not_be_signed_is_closed_with_the_reason(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation, honours="summa cum laude"))
    for _ in range(2):
        with pytest.raises(signing.NotSigned):
            signing.sign(prepared, now=NOW)
    assert intent_of(prepared).outcome == "not_signable_unsigned_property"
    assert signing.resume(SUBJECT) is None


def test_what_was_prepared_for_a_key_that_has_ended_is_prepared_again(ctx: Flask) -> None:
    organisation = make_issuer()
    prepared = prepare(organisation, make_document(organisation))
    key = db.session.get_one(SigningKey, prepared.intent.proof_key.id)
    key.state = "retired"
    db.session.flush()
    assert signing.resume(SUBJECT) is None
    assert intent_of(prepared).outcome == "abandoned"
    with pytest.raises(signing.NotSigned):
        signing.sign(prepared, now=NOW)


def test_i21_a_clock_behind_the_last_signature_of_the_key_stops_it_and_nothing_is_lost(ctx: Flask) -> None:
    organisation = make_issuer()
    signing.sign(prepare(organisation, make_document(organisation)), now=NOW)
    waiting = "Award0000000000000002A"
    document = make_document(organisation, subject=waiting)
    prepared = signing.prepare_badge(document, organisation=organisation, subject=waiting, now=NOW)
    with pytest.raises(KeyUnusable) as caught:
        signing.sign(prepared, now=NOW - timedelta(minutes=1))
    assert caught.value.code == "clock_behind"
    assert intent_of(prepared).outcome == "prepared"
    resumed = signing.resume(waiting)
    assert resumed is not None
    signing.sign(resumed, now=NOW + timedelta(seconds=1))


def test_a_clock_a_few_seconds_behind_is_as_good(ctx: Flask) -> None:
    organisation = make_issuer()
    signing.sign(prepare(organisation, make_document(organisation)), now=NOW)
    signing.sign(prepare(organisation, make_document(organisation)), now=NOW - timedelta(seconds=4))


def test_i21_an_operator_can_say_that_the_clock_is_right_now_and_was_wrong_before(app: Flask) -> None:
    with app.app_context():
        organisation = make_issuer()
        late = utc_now() + timedelta(days=400)
        signing.sign(prepare(organisation, make_document(organisation)), now=late)
        db.session.commit()
        with pytest.raises(KeyUnusable):
            signing.sign(prepare(organisation, make_document(organisation)), now=utc_now())
        db.session.rollback()
    said = app.test_cli_runner().invoke(args=["signing", "accept-clock"])
    assert (said.exit_code, said.output) == (0, "1 signatures were made ahead of the clock\n")
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        signing.sign(prepare(organisation, make_document(organisation)), now=utc_now())


def test_of_two_processes_one_signs(app: Flask) -> None:
    with app.app_context():
        organisation = make_issuer()
        token = prepare(organisation, make_document(organisation)).token
        db.session.commit()
    start = Barrier(2)

    def redeem() -> str:
        with app.app_context():
            prepared = signing.resume(SUBJECT)
            db.session.rollback()
            start.wait(30)
            if prepared is None:
                return "nothing"
            try:
                prepared.redeem(now=utc_now())
            except signing.NotSigned as error:
                return error.code
            db.session.commit()
            return "redeemed"

    with ThreadPoolExecutor(2) as processes:
        said = sorted(future.result() for future in [processes.submit(redeem) for _ in range(2)])
    assert said == ["already_signed", "redeemed"]
    with app.app_context():
        assert db.session.scalars(select(SigningIntent.outcome).filter_by(token=token)).one() == "signed"


def test_an_intent_of_another_organisation_is_its_own(ctx: Flask) -> None:
    first, second = make_issuer(), make_issuer()
    prepared = prepare(first, make_document(first))
    assert isinstance(prepared.intent.organisation, Organisation)
    assert intent_of(prepared).organisation_id == first.id != second.id
