"""A key was compromised: what it signed stops counting, and whoever earned a badge has it again under another key."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select

from badges import awards, resigning
from badges.awards import Standing
from badges.models import Award, Credential
from badges.resigning import Progress
from badges.verification import sources
from badges.verification.report import Verdict
from issuer import accounts, letters
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.crypto.bitstring import expand, read_status
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import parse_timestamp
from issuer.keys import life
from issuer.keys.key_file import KeyUnusable
from issuer.models import OutgoingMail, StatusEntry, StatusList
from issuer.status import places, publishing
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account
from tests.unit.badges.losing import (
    document_of,
    faults,
    key_of,
    lose,
    publish_lists,
    sign_again,
)


def editions_of(award: Award) -> list[Credential]:
    return list(db.session.scalars(select(Credential).filter_by(award_id=award.id).order_by(Credential.edition)))


def list_of(credential: Credential) -> StatusList:
    return db.session.get_one(StatusList, credential.status_list_id)


def test_the_new_edition_says_the_same_of_the_same_award(ctx: Flask) -> None:
    award = make_award(valid_days=365)
    before, key = document_of(award), key_of(award)
    lose(key)
    sign_again(key)
    after = document_of(award)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed - {"validFrom"} == {"credentialStatus", "proof"}
    assert after["awardedDate"] == before["awardedDate"]
    assert parse_timestamp(after["validFrom"]) >= parse_timestamp(before["validFrom"])
    assert abs(parse_timestamp(after["validFrom"]) - utc_now()) < timedelta(minutes=1)


def test_the_new_edition_is_signed_by_the_new_key_and_verifies(ctx: Flask) -> None:
    award = make_award()
    key = key_of(award)
    lose(key)
    sign_again(key)
    assert award.credential is not None
    assert (award.credential.edition, award.credential.proof_kid) == (2, key_of(award).kid)
    with ctx.test_request_context():
        assert sources.check_award(award).verdict is Verdict.VALID
        assert sources.check(award.credential.jwt).verdict is Verdict.VALID


def test_the_first_edition_is_kept_byte_for_byte(ctx: Flask) -> None:
    award = make_award()
    before, key = awards.credential_of(award).document, key_of(award)
    lose(key)
    sign_again(key)
    assert [edition.edition for edition in editions_of(award)] == [1, 2]
    assert editions_of(award)[0].document == before


def test_the_old_place_is_withdrawn_in_the_published_list_and_the_new_one_is_not(ctx: Flask) -> None:
    award = make_award()
    old, key = awards.credential_of(award), key_of(award)
    lose(key)
    sign_again(key)
    new = awards.credential_of(award)
    publishing.publish(list_of(new).public_id)
    assert (old.status_list_id, old.status_index) != (new.status_list_id, new.status_index)
    bits = expand(load_object(list_of(new).signed or b"")["credentialSubject"]["encodedList"])
    assert (read_status(bits, old.status_index), read_status(bits, new.status_index)) == (1, 0)
    reason = db.session.scalars(select(StatusEntry.reason).filter_by(index=old.status_index)).one()
    assert reason == resigning.REASON
    assert awards.standing_of(award, now=utc_now()) is Standing.VALID


def test_a_badge_signed_again_can_still_be_withdrawn(ctx: Flask) -> None:
    award = make_award()
    key = key_of(award)
    lose(key)
    sign_again(key)
    awards.revoke(award, reason="A mistake.", actor="system")
    assert awards.standing_of(award, now=utc_now()) is Standing.REVOKED
    with ctx.test_request_context():
        assert faults(sources.check_award(award)) == {"status": "revoked"}


def test_what_was_withdrawn_or_has_run_out_is_not_signed_again(ctx: Flask) -> None:
    achievement = make_achievement(valid_days=1)
    good, withdrawn = earn(make_account(), achievement), earn(make_account(), achievement)
    awards.revoke(withdrawn, reason="A mistake.", actor="system")
    key = key_of(good)
    lose(key)
    assert resigning.progress_of(key) == Progress(again=0, waiting=1, ended=1)
    sign_again(key)
    assert ([good.edition, withdrawn.edition], resigning.progress_of(key)) == ([2, 1], Progress(1, 0, 1))


def test_a_badge_that_has_run_out_is_not_signed_again(ctx: Flask) -> None:
    award = make_award()
    key = key_of(award)
    _let_run_out(award)
    lose(key)
    sign_again(key)
    assert (award.credential.valid_until is not None, award.edition) == (True, 2)  # type: ignore[union-attr]
    assert resigning.progress_of(key).waiting == 0


def _let_run_out(award: Award) -> None:
    """As if it had been signed long ago for a short time: its newest edition ended an hour ago."""
    names = [column.key for column in Credential.__table__.columns if column.key != "id"]
    values = {name: getattr(awards.credential_of(award), name) for name in names}
    ended = utc_now() - timedelta(hours=1)
    db.session.add(Credential(**values | {"edition": 2, "valid_until": ended}))
    award.edition = 2
    db.session.flush()
    db.session.expire(award, ["credential"])


def test_badges_of_other_keys_are_left_alone(ctx: Flask) -> None:
    award, other = make_award(), make_award()
    key = key_of(award)
    lose(key)
    sign_again(key)
    assert (award.edition, other.edition) == (2, 1)


def test_badges_signed_after_the_takeover_are_left_alone(ctx: Flask) -> None:
    achievement = make_achievement()
    first = earn(make_account(), achievement)
    key = key_of(first)
    lose(key)
    second = earn(make_account(), achievement)
    sign_again(key)
    assert (first.edition, second.edition) == (2, 1)


def test_two_keys_lost_together_mean_one_new_edition_and_one_mail(ctx: Flask) -> None:
    award = make_award()
    keys = key_of(award), key_of(award, "badge_jwt")
    lose(*keys)
    for key in keys:
        sign_again(key)
    assert [edition.edition for edition in editions_of(award)] == [1, 2]
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1
    with ctx.test_request_context():
        assert sources.check(awards.credential_of(award).jwt).verdict is Verdict.VALID


def test_a_second_compromise_makes_a_third_edition(ctx: Flask) -> None:
    award = make_award()
    for _ in range(2):
        key = key_of(award)
        lose(key)
        sign_again(key)
    assert [edition.edition for edition in editions_of(award)] == [1, 2, 3]
    subjects = sorted(db.session.scalars(select(StatusEntry.subject)))
    assert subjects == sorted([award.public_id, f"{award.public_id}#1", f"{award.public_id}#2"])
    with ctx.test_request_context():
        assert sources.check_award(award).verdict is Verdict.VALID
        for old in editions_of(award)[:2]:
            assert faults(sources.check(old.document))["status"] == "superseded"


def test_doing_it_twice_signs_nothing_twice_and_writes_no_second_mail(ctx: Flask) -> None:
    award = make_award()
    key = key_of(award)
    lose(key)
    for _ in range(2):
        sign_again(key)
    assert [edition.edition for edition in editions_of(award)] == [1, 2]
    assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1


def test_a_learner_gets_one_mail_for_all_badges(ctx: Flask) -> None:
    organisation = make_achievement().organisation
    learner = make_account()
    held = [earn(learner, make_achievement(organisation)) for _ in range(3)]
    key = key_of(held[0])
    lose(key)
    sign_again(key)
    (mail,) = db.session.scalars(select(OutgoingMail))
    assert mail.recipient == accounts.primary_address(learner)
    assert mail.subject == "Your badges were signed again"
    assert "3 badges of yours" in mail.body
    assert "http://localhost:8000/badges" in mail.body
    assert [award.edition for award in held] == [2, 2, 2]


def test_each_learner_is_written_to_in_the_own_language(ctx: Flask) -> None:
    achievement = make_achievement()
    for locale in ("en", "fr"):
        learner = make_account()
        accounts.choose_language(learner, locale)
        award = earn(learner, achievement)
    key = key_of(award)
    lose(key)
    sign_again(key)
    written = [(mail.subject, mail.body) for mail in db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]
    wanted = []
    for locale in ("en", "fr"):
        with force_locale(locale):
            letter = letters.signed_again_letter("http://localhost:8000/badges", achievement.organisation.name, 1)
        wanted.append((letter.subject, letter.body))
    assert written == wanted


def test_a_suspended_badge_is_signed_again_and_stays_suspended(ctx: Flask) -> None:
    award = make_award(may_be_suspended=True)
    places.suspend(award.public_id, reason="Under review.", actor="system")
    key = key_of(award)
    lose(key)
    sign_again(key)
    assert award.edition == 2
    with ctx.test_request_context():
        assert faults(sources.check_award(award)) == {"status": "suspended"}
    places.lift(award.public_id, reason="All is well.", actor="system")
    publish_lists()
    with ctx.test_request_context():
        assert sources.check_award(award).verdict is Verdict.VALID


def test_a_badge_whose_bytes_were_changed_is_not_signed_again(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        bad, good = earn(make_account(), achievement), earn(make_account(), achievement)
        _change_in_the_database(bad)
        key = key_of(good)
        lose(key)
        sign_again(key)
        assert (bad.edition, good.edition) == (1, 2)
        assert resigning.progress_of(key) == Progress(again=1, waiting=1, ended=0)
        assert db.session.scalar(select(func.count(OutgoingMail.id))) == 1
        db.session.rollback()


def _change_in_the_database(award: Award) -> None:
    """What only somebody with all rights over the database can do: take the guard away, and write."""
    credential = awards.credential_of(award)
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("DROP TRIGGER credential_no_update")
    else:
        db.session.connection().exec_driver_sql("ALTER TABLE credential DISABLE TRIGGER USER")
    credential.document = credential.document.replace(b"Target List", b"Target Lost")
    db.session.flush()


def test_what_was_done_before_a_crash_is_not_done_again(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        held = [earn(make_account(), achievement).id for _ in range(resigning.PART + 5)]
        key = key_of(db.session.get_one(Award, held[0]))
        lose(key)
        db.session.commit()
        kid = key.kid
    with app.app_context():
        parts = resigning.resign(kid, 0, "a run")
        next(parts)
        db.session.commit()
        next(parts)
        db.session.rollback()
    with app.app_context():
        assert resigning.progress_of(life.find_key(kid)) == Progress(again=resigning.PART, waiting=5, ended=0)
        db.session.rollback()
    jobs.drain(app)
    with app.app_context():
        assert resigning.progress_of(life.find_key(kid)) == Progress(again=len(held), waiting=0, ended=0)
        _assert_once_each(held)
        _assert_lists_are_published()


def test_two_workers_at_once_sign_every_badge_once(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        held = [earn(make_account(), achievement).id for _ in range(6)]
        key = key_of(db.session.get_one(Award, held[0]))
        lose(key)
        db.session.commit()
        kid = key.kid
    gate, troubles = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                for _part in resigning.resign(kid, 0, "a run"):
                    db.session.commit()
                db.session.commit()
            except Exception as error:
                troubles.append(error)
                db.session.rollback()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    with app.app_context():
        _assert_once_each(held)


def test_a_learner_with_more_badges_than_a_part_is_one_part(ctx: Flask) -> None:
    assert list(resigning._parts([(1, 3), (2, 60), (3, 20), (4, 5), (5, 1)])) == [[1, 2], [3, 4], [5]]


def test_what_could_not_be_signed_is_asked_for_again_every_hour(ctx: Flask) -> None:
    award = make_award()
    key = key_of(award)
    lose(key)
    file = ctx.config["ROSETTE"].data_dir / "keys" / f"{key_of(award).kid}.json"
    kept = file.read_bytes()
    file.unlink()
    with pytest.raises(KeyUnusable):
        sign_again(key)
    db.session.expire_all()
    file.write_bytes(kept)
    file.chmod(0o600)
    assert resigning.request_resigning() == 1
    sign_again(key)
    assert (award.edition, resigning.request_resigning()) == (2, 0)


def _assert_once_each(award_ids: list[int]) -> None:
    counts = select(Credential.award_id, func.count(Credential.id)).group_by(Credential.award_id)
    assert dict(db.session.execute(counts).all()) == dict.fromkeys(award_ids, 2)  # type: ignore[arg-type]
    mails = select(OutgoingMail.recipient, func.count(OutgoingMail.id)).group_by(OutgoingMail.recipient)
    assert sorted(count for _recipient, count in db.session.execute(mails)) == [1] * len(award_ids)


def _assert_lists_are_published() -> None:
    for status_list in db.session.scalars(select(StatusList)):
        withdrawn = set(db.session.scalars(select(StatusEntry.index).filter_by(is_set=True)))
        bits = expand(load_object(status_list.signed or b"")["credentialSubject"]["encodedList"])
        assert withdrawn
        assert all(read_status(bits, index) == 1 for index in withdrawn)
