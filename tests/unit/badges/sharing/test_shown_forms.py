"""Others are given a badge under the name that its holder chose, signed, and it is as genuine as the full one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from badges import awards
from badges.models import Award
from badges.sharing import renewing, shown_forms
from badges.sharing.models import ShownForm
from badges.verification import sources
from badges.verification.report import Verdict
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.crypto.strict_json import load_object
from issuer.log.models import LogBlinding
from issuer.models import SigningKey
from issuer.policy import ANONYMOUS, Actor
from issuer.status import places
from tests.factories.badges import make_award
from tests.factories.people import make_account
from tests.unit.badges.losing import faults, forge, key_in_other_hands, key_of, lose, sign_again

NAME = "Amara Okafor"


def named_award(**over: Any) -> Award:
    return make_award(make_account(name=NAME), **over)


def holder_of(award: Award) -> Actor:
    return Actor(award.account_id, award.account.public_id)


def choose(award: Award, shown_name: str) -> None:
    shown_forms.choose_name(holder_of(award), award.public_id, shown_name)


def shown_to_a_stranger(award: Award) -> dict[str, Any]:
    return load_object(shown_forms.credential_shown(award, ANONYMOUS).document)


def names_in(document: dict[str, Any]) -> list[str]:
    return [each["identityHash"] for each in document["credentialSubject"].get("identifier", [])]


@pytest.mark.parametrize(("shown_name", "names"), [("full", [NAME]), ("initials", ["A. O."]), ("hidden", [])])
def test_a_stranger_reads_the_name_that_was_chosen_in_both_signed_forms(
    ctx: Flask, shown_name: str, names: list[str]
) -> None:
    award = named_award()
    choose(award, shown_name)
    form = shown_forms.credential_shown(award, ANONYMOUS)
    assert names_in(load_object(form.document)) == names
    with ctx.test_request_context():
        for data in (form.document, form.jwt):
            report = sources.check(data)
            assert (report.verdict, faults(report)) == (Verdict.VALID, {})
            assert report.facts is not None
            assert report.facts.holder == "".join(names)


def test_all_but_the_name_is_the_same(ctx: Flask) -> None:
    award = named_award(valid_days=365)
    choose(award, "hidden")
    full, shown = load_object(awards.credential_of(award).document), shown_to_a_stranger(award)
    assert {name for name in full if full[name] != shown.get(name)} == {"credentialSubject", "proof"}
    assert set(full["credentialSubject"]) - set(shown["credentialSubject"]) == {"identifier"}
    assert NAME.encode() not in shown_forms.credential_shown(award, ANONYMOUS).document


def test_the_holder_keeps_the_full_one(ctx: Flask) -> None:
    award = named_award()
    choose(award, "hidden")
    assert names_in(load_object(shown_forms.credential_shown(award, holder_of(award)).document)) == [NAME]


def test_what_was_saved_under_another_name_stays_genuine(ctx: Flask) -> None:
    award = named_award()
    saved = []
    for shown_name in ("full", "initials", "hidden", "full"):
        choose(award, shown_name)
        saved.append(shown_forms.credential_shown(award, ANONYMOUS).document)
    with ctx.test_request_context():
        assert [sources.check(data).verdict for data in saved] == [Verdict.VALID] * 4


def test_choosing_a_name_again_signs_nothing_again(ctx: Flask) -> None:
    award = named_award()
    for shown_name in ("initials", "hidden", "initials", "initials"):
        choose(award, shown_name)
    assert [form.shown_name for form in shown_forms.forms_of(award)] == ["initials", "hidden"]


def test_a_name_that_nobody_chose_was_never_issued(ctx: Flask) -> None:
    award = named_award()
    key, copy = key_in_other_hands(award.achievement_version.achievement.organisation)
    choose(award, "initials")
    subject = shown_to_a_stranger(award)["credentialSubject"]
    subject["identifier"][0]["identityHash"] = "B. O."
    forged = forge(shown_to_a_stranger(award), key, copy, created=utc_now(), credentialSubject=subject)
    with ctx.test_request_context():
        report = sources.check(json.dumps(forged).encode())
    assert report.verdict is Verdict.INVALID
    assert faults(report) == {"evidence": "never_issued"}


def test_whoever_gave_no_name_needs_no_second_signature(ctx: Flask) -> None:
    award = make_award(make_account(name=""))
    choose(award, "hidden")
    assert award.shown_name == "hidden"
    assert shown_forms.forms_of(award) == []
    assert shown_forms.credential_shown(award, ANONYMOUS) is award.credential


def test_a_revocation_holds_for_every_presentation(ctx: Flask) -> None:
    award = named_award()
    choose(award, "initials")
    awards.revoke(award, reason="By mistake.", actor="system")
    form = shown_forms.credential_shown(award, ANONYMOUS)
    assert (form.status_list_id, form.status_index) == (
        places.entry_of(award.public_id).status_list_id,
        places.entry_of(award.public_id).index,
    )
    with ctx.test_request_context():
        assert faults(sources.check(form.document))["status"] == "revoked"


def test_each_presentation_is_noted_in_the_log(ctx: Flask) -> None:
    award = named_award()
    choose(award, "hidden")
    form = shown_forms.credential_shown(award, ANONYMOUS)
    noted = db.session.scalars(select(LogBlinding.credential_sha256).filter_by(subject=award.public_id)).all()
    assert bytes.fromhex(form.sha256) in noted
    assert len(noted) == 2


def test_a_presentation_is_never_changed_nor_removed(ctx: Flask) -> None:
    award = named_award()
    choose(award, "hidden")
    (form,) = shown_forms.forms_of(award)
    for statement in (ShownForm.__table__.update().values(shown_name="initials"), ShownForm.__table__.delete()):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(statement.where(ShownForm.id == form.id))


def test_nobody_chooses_for_another(ctx: Flask) -> None:
    award, other = named_award(), make_account()
    for actor in (Actor(other.id, other.public_id), ANONYMOUS):
        with pytest.raises(NotFound):
            shown_forms.choose_name(actor, award.public_id, "hidden")
    assert award.shown_name == "full"


def test_there_are_three_names_to_choose_from(ctx: Flask) -> None:
    award = named_award()
    for word in ("", "Full", "nickname", "\0"):
        with pytest.raises(Invalid):
            choose(award, word)


def test_a_badge_signed_again_is_signed_under_the_chosen_name_too(ctx: Flask) -> None:
    award = named_award()
    choose(award, "initials")
    old, key = shown_forms.credential_shown(award, ANONYMOUS), key_of(award)
    lose(key)
    sign_again(key)
    new = shown_forms.credential_shown(award, ANONYMOUS)
    assert (old.edition, new.edition, new.proof_kid) == (1, 2, key_of(award).kid)
    assert names_in(load_object(new.document)) == ["A. O."]
    with ctx.test_request_context():
        assert sources.check(new.document).verdict is Verdict.VALID
        assert faults(sources.check(old.document))["status"] == "superseded"


def test_a_presentation_alone_that_a_lost_key_signed_is_signed_again(ctx: Flask) -> None:
    award = named_award()
    key, _copy = key_in_other_hands(award.achievement_version.achievement.organisation)
    choose(award, "hidden")
    assert shown_forms.credential_shown(award, ANONYMOUS).proof_kid == key.kid
    lose(key)
    for _part in renewing.renew(key.kid):
        db.session.flush()
    new = shown_forms.credential_shown(award, ANONYMOUS)
    successor = db.session.scalars(select(SigningKey).filter_by(kid=new.proof_kid)).one()
    assert (new.edition, successor.state) == (1, "active")
    with ctx.test_request_context():
        assert sources.check(new.document).verdict is Verdict.VALID
    assert list(renewing.renew(key.kid)) == []


def test_without_a_presentation_others_get_nothing_rather_than_the_full_name(ctx: Flask) -> None:
    award = named_award()
    award.shown_name = "hidden"
    db.session.flush()
    with pytest.raises(Conflict):
        shown_forms.credential_shown(award, ANONYMOUS)
