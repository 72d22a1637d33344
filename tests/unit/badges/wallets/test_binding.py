"""A badge for the key of a wallet says what the badge says, is kept as it was signed, and follows the edition."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from flask import Flask
from sqlalchemy import text

from badges import checking
from badges.verification import sources
from badges.verification.report import Verdict
from badges.wallets import binding
from badges.wallets.bound import bound_editions
from issuer.base.db import db, utc_now
from issuer.crypto.did import did_key_for
from issuer.crypto.strict_json import load_object
from tests.factories.badges import make_award
from tests.unit.badges.losing import as_bytes, document_of, forge, key_in_other_hands, key_of, lose, sign_again


def new_holder() -> str:
    return did_key_for(ed25519.Ed25519PrivateKey.generate().public_key())


def test_only_the_subject_is_another(ctx: Flask) -> None:
    award, holder = make_award(valid_days=365), new_holder()
    before, after = document_of(award), load_object(binding.ensure_bound(award, holder).document)
    assert after.pop("proof") != before.pop("proof")
    assert before["credentialSubject"].pop("id") != after["credentialSubject"].pop("id") == holder
    assert before == after


def test_each_holder_has_one_form_of_an_edition(ctx: Flask) -> None:
    award, first, second = make_award(), new_holder(), new_holder()
    forms = [binding.ensure_bound(award, holder) for holder in (first, second, first)]
    assert [form.holder for form in bound_editions(award)] == [second, first]
    assert forms[0] is forms[2]


def test_a_form_for_a_wallet_is_checked_with_all_that_is_stored(ctx: Flask) -> None:
    form = binding.ensure_bound(make_award(), new_holder())
    assert (checking.check_stored().checked, checking.check_stored().faults) == (2, ())
    overwrite(form.id, form.document.replace(b"Target List", b"Chief Seller"))
    assert [fault.code for fault in checking.check_stored().faults] == ["bytes_changed"]


def overwrite(form_id: int, document: bytes) -> None:
    """Change it behind the service's back, as somebody with the database in hand could."""
    guard = (
        "DROP TRIGGER bound_form_no_update"
        if db.session.get_bind().dialect.name == "sqlite"
        else "ALTER TABLE bound_form DISABLE TRIGGER ALL"
    )
    db.session.execute(text(guard))
    changed = text("UPDATE bound_form SET document = :document WHERE id = :id")
    db.session.execute(changed, {"document": document, "id": form_id})
    db.session.expire_all()


def test_a_form_whose_own_key_was_lost_is_signed_anew(ctx: Flask) -> None:
    award, holder = make_award(), new_holder()
    first_key = key_of(award)
    key_in_other_hands(award.achievement_version.achievement.organisation)
    form = binding.ensure_bound(award, holder)
    assert form.proof_kid != first_key.kid
    lose(key_of(award))
    again = binding.ensure_bound(award, holder)
    assert again.proof_kid not in (form.proof_kid, first_key.kid)
    assert sources.check(again.document).verdict is Verdict.VALID
    assert sources.check(form.document).verdict is Verdict.INVALID


def test_the_form_of_an_older_edition_is_not_handed_out_again(ctx: Flask) -> None:
    award, holder = make_award(), new_holder()
    old, key = binding.ensure_bound(award, holder), key_of(award)
    lose(key)
    sign_again(key)
    new = binding.ensure_bound(award, holder)
    assert (old.edition, new.edition) == (1, 2)
    assert sources.check(new.document).verdict is Verdict.VALID
    codes = {check.code for check in sources.check(old.document).checks}
    assert "superseded" in codes


def test_a_form_that_somebody_signed_with_our_key_was_never_issued(ctx: Flask) -> None:
    award = make_award()
    key, private_key = key_in_other_hands(award.achievement_version.achievement.organisation)
    document = load_object(binding.ensure_bound(award, new_holder()).document)
    subject = {**document["credentialSubject"], "id": new_holder()}
    forged = forge(document, key, private_key, created=utc_now(), credentialSubject=subject)
    report = sources.check(as_bytes(forged))
    assert report.verdict is Verdict.INVALID
    assert "never_issued" in {check.code for check in report.checks}


@pytest.mark.parametrize("name", ["document", "jwt"])
def test_both_formats_are_valid(ctx: Flask, name: str) -> None:
    form = binding.ensure_bound(make_award(), new_holder())
    assert sources.check(getattr(form, name)).verdict is Verdict.VALID
