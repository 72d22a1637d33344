"""Every stored credential is checked again: a changed byte or a missing key does not stay unseen."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask
from sqlalchemy import text

from badges import checking
from badges.models import Award
from issuer.base.db import db
from issuer.models import SigningKey
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account


def overwrite(award: Award, column: str, value: bytes | str) -> None:
    """Change a stored credential behind the service's back, as somebody with the database in hand could."""
    dialect = db.session.get_bind().dialect.name
    if dialect == "sqlite":
        db.session.execute(text("DROP TRIGGER IF EXISTS credential_no_update"))
    else:
        db.session.execute(text("ALTER TABLE credential DISABLE TRIGGER ALL"))
    assert award.credential is not None
    db.session.execute(
        text(f"UPDATE credential SET {column} = :value WHERE id = :id"), {"value": value, "id": award.credential.id}
    )
    db.session.expire_all()


def test_untouched_credentials_all_verify(ctx: Flask) -> None:
    for _ in range(2):
        make_award()
    found = checking.check_stored()
    assert (found.checked, found.faults) == (2, ())


@pytest.mark.parametrize("column", ["document", "jwt"])
def test_a_changed_byte_is_found_and_named(ctx: Flask, column: str) -> None:
    achievement = make_achievement()
    first, second = (earn(make_account(), achievement) for _ in range(2))
    data = getattr(second.credential, column)
    overwrite(second, column, data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
    found = checking.check_stored()
    assert found.checked == 2
    assert [fault.credential_id for fault in found.faults] == [f"http://localhost:8000/badges/{second.public_id}"]
    assert first.credential is not None


def test_a_credential_exchanged_together_with_its_digest_is_found(ctx: Flask) -> None:
    award = make_award()
    forged = award.credential.document.replace(b"Target List", b"Chief Seller")  # type: ignore[union-attr]
    overwrite(award, "document", forged)
    overwrite(award, "sha256", hashlib.sha256(forged).hexdigest())
    assert [fault.code for fault in checking.check_stored().faults] == ["signature"]


def test_a_jwt_of_another_badge_is_found(ctx: Flask) -> None:
    achievement = make_achievement()
    first, second = (earn(make_account(), achievement) for _ in range(2))
    overwrite(second, "jwt", first.credential.jwt)  # type: ignore[union-attr]
    assert [fault.code for fault in checking.check_stored().faults] == ["forms_differ"]


def test_a_key_that_is_no_longer_published_is_noticed(ctx: Flask) -> None:
    make_award()
    db.session.query(SigningKey).filter_by(purpose="badge_proof").delete()
    assert [fault.code for fault in checking.check_stored().faults] == ["key_not_found"]


def test_a_retired_key_still_verifies_what_it_signed(ctx: Flask) -> None:
    make_award()
    db.session.query(SigningKey).update({"state": "retired"})
    assert checking.check_stored().faults == ()
