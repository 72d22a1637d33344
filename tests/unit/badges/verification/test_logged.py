"""What the issuance log says of a badge of ours."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from badges.verification.report import Check, Outcome, Verdict
from badges.verification.sources import check_award
from issuer.base.db import db
from issuer.log import entries
from tests.factories.badges import make_award
from tests.factories.log import keep_up


def log_check_of(award: object) -> Check:
    with_log = check_award(award).check("log")  # type: ignore[arg-type]
    assert with_log is not None
    return with_log


def test_a_badge_is_in_the_log_from_the_next_checkpoint_on(ctx: Flask) -> None:
    award = make_award()
    db.session.commit()
    waiting = log_check_of(award)
    assert (waiting.outcome, waiting.code) == (Outcome.NOT_APPLICABLE, "log_waiting")
    db.session.commit()
    keep_up()
    found = log_check_of(award)
    assert found.outcome is Outcome.PASS
    assert "1" in str(found.sentence)
    assert check_award(award).verdict is Verdict.VALID


def test_a_badge_whose_mark_was_erased_is_still_valid(ctx: Flask) -> None:
    award = make_award()
    db.session.commit()
    keep_up()
    entries.erase(award.public_id, actor="administrator")
    db.session.commit()
    assert log_check_of(award).code == "not_in_the_log"
    assert check_award(award).verdict is Verdict.VALID


def test_a_log_that_was_rewritten_is_noticed_on_the_badge(ctx: Flask) -> None:
    award = make_award()
    db.session.commit()
    keep_up()
    db.session.execute(text("UPDATE log_blinding SET blinding = credential_sha256"))
    db.session.commit()
    db.session.expire_all()
    found = log_check_of(award)
    assert (found.outcome, found.code) == (Outcome.WARN, "log_broken")
