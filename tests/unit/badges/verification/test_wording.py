"""What a report says to people."""

from __future__ import annotations

from flask import Flask

from badges.verification.sources import check_award
from badges.verification.wording import title_of
from issuer.base.db import db
from tests.factories.badges import make_award


def test_every_check_of_a_badge_asks_its_question_in_words(ctx: Flask) -> None:
    award = make_award()
    db.session.commit()
    names = [check.name for check in check_award(award).checks]
    with ctx.test_request_context():
        assert [name for name in names if not title_of(name).endswith("?")] == []
    assert names[-3:] == ["evidence", "log", "criteria"]
