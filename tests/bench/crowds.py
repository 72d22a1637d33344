"""Very many awards of very many other people, written straight into SQLite."""

from __future__ import annotations

from badges.models import AchievementVersion
from issuer.base.db import db
from tests.live import Instance

AWARDS = 1_000_000
EACH = 10
"""Awards a person, each of another achievement."""

_PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
INSERT INTO account (id, public_id, created_at, name, locale)
SELECT :first + i, 'crowd-' || i, :now, 'Somebody', 'en' FROM n
"""
_AWARDS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
INSERT INTO award
  (public_id, created_at, account_id, achievement_version_id, awarded_at, state, visibility, basis)
SELECT 'crowd-' || :version || '-' || i, :now, :first + i, :version, :now, 'issued', 'private', :basis FROM n
"""
_BASIS = '{"evidence": [], "completions": [], "competencies": []}'


def add_awards(instance: Instance) -> None:
    """A million awards of a hundred thousand people, in one transaction."""
    with instance.use_cases():
        now = db.session.scalar(db.text("SELECT created_at FROM account LIMIT 1"))
        first = db.session.scalar(db.text("SELECT max(id) FROM account"))
        people = AWARDS // EACH
        versions = db.session.scalars(db.select(AchievementVersion.id).limit(EACH)).all()
        if len(versions) < EACH:
            raise RuntimeError(f"The demonstration has fewer than {EACH} achievements.")
        db.session.execute(db.text(_PEOPLE), {"people": people, "first": first, "now": now})
        for version in versions:
            facts = {"people": people, "first": first, "now": now, "version": version, "basis": _BASIS}
            db.session.execute(db.text(_AWARDS), facts)
