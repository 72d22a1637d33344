"""Achievements come in versions that never change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from badges import achievements
from badges.models import Achievement, AchievementVersion
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, NotFound
from issuer.models import Organisation
from tests.factories.badges import make_achievement, make_draft
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_organisation


def make_place() -> tuple[Organisation, Any]:
    organisation = make_organisation()
    return organisation, make_competency(make_framework(organisation))


def ensure(organisation: Organisation, draft: Any, code: str = "B01") -> Achievement:
    return achievements.ensure_achievement(organisation, code, draft, actor="author-1")


def test_a_draft_becomes_version_one(ctx: Flask) -> None:
    organisation, competency = make_place()
    achievement = ensure(organisation, make_draft(competency))
    version = achievement.current
    assert (achievement.code, achievement.state, version.number, version.name) == ("B01", "open", 1, "Target List")
    assert [each.competency for each in version.competencies] == [competency]


def test_the_same_content_again_makes_no_new_version(ctx: Flask) -> None:
    organisation, competency = make_place()
    first = ensure(organisation, make_draft(competency))
    again = ensure(organisation, make_draft(competency))
    assert again.id == first.id
    assert len(again.versions) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another name"},
        {"description": "Another description."},
        {"criteria_narrative": "Another narrative."},
        {"valid_days": 365},
        {"level": "Advanced"},
        {"image_alt": "Another picture."},
        {"monogram": "X"},
        {"language": "fr"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_change_makes_a_new_version_and_leaves_the_old_one(ctx: Flask, change: dict[str, Any]) -> None:
    organisation, competency = make_place()
    draft = make_draft(competency)
    ensure(organisation, draft)
    achievement = ensure(organisation, replace(draft, **change))
    assert [version.number for version in achievement.versions] == [1, 2]
    name = next(iter(change))
    assert getattr(achievement.versions[0], name) == getattr(draft, name)
    assert getattr(achievement.versions[1], name) == change[name]


def test_a_version_cannot_be_changed_in_the_database(ctx: Flask) -> None:
    achievement = make_achievement()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(
            update(AchievementVersion).where(AchievementVersion.achievement_id == achievement.id).values(name="Other")
        )


def test_two_organisations_may_use_the_same_code(ctx: Flask) -> None:
    first = ensure(*[part if n == 0 else make_draft(part) for n, part in enumerate(make_place())])
    second = ensure(*[part if n == 0 else make_draft(part) for n, part in enumerate(make_place())])
    assert first.id != second.id


def test_versions_are_on_record_with_who_made_them(ctx: Flask) -> None:
    organisation, competency = make_place()
    achievement = ensure(organisation, make_draft(competency))
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).filter_by(subject=achievement.public_id)).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("achievement.created", "author-1"),
        ("achievement.versioned", "author-1"),
    ]


def test_an_archived_achievement_stays_as_it_is_and_gets_no_new_version(ctx: Flask) -> None:
    organisation, competency = make_place()
    achievement = ensure(organisation, make_draft(competency))
    achievements.archive(achievement, actor="author-1")
    assert achievements.find_achievement(achievement.public_id).state == "archived"
    with pytest.raises(Conflict) as caught:
        ensure(organisation, make_draft(competency, name="Another"))
    assert caught.value.code == "achievement_archived"


def test_archiving_twice_is_recorded_once(ctx: Flask) -> None:
    achievement = make_achievement()
    for _ in range(2):
        achievements.archive(achievement, actor="author-1")
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).filter_by(action="achievement.archived")).all()
    assert len(entries) == 1


def test_an_unknown_achievement_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        achievements.find_achievement("nothing")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("name", "line\nbreak"),
        ("name", "nul\x00"),
        ("description", ""),
        ("description", "nul\x00"),
        ("criteria_narrative", "x" * 20_001),
        ("image_alt", ""),
        ("monogram", ""),
        ("monogram", "ABCD"),
        ("monogram", "<b>"),
        ("language", "english please"),
        ("achievement_type", "Medal"),
        ("achievement_type", "ext:"),
        ("valid_days", 0),
        ("valid_days", 100_000),
        ("competencies", ("unknown",)),
        ("criteria", {"competency": "unknown"}),
        ("criteria", {"module": "unknown"}),
        ("criteria", {}),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_said_is_refused_with_the_name_of_the_field(ctx: Flask, field: str, value: Any) -> None:
    organisation, competency = make_place()
    with pytest.raises(Invalid) as caught:
        ensure(organisation, make_draft(competency, **{field: value}))
    assert set(caught.value.fields) == {field}
    assert db.session.scalars(select(Achievement)).all() == []


@pytest.mark.parametrize("code", ["", "-x", "a b", "x" * 65, "../x", "é"])
def test_a_code_that_is_no_code_is_refused(ctx: Flask, code: str) -> None:
    organisation, competency = make_place()
    with pytest.raises(Invalid) as caught:
        ensure(organisation, make_draft(competency), code=code)
    assert set(caught.value.fields) == {"code"}


def test_an_own_type_begins_with_ext(ctx: Flask) -> None:
    organisation, competency = make_place()
    assert ensure(organisation, make_draft(competency, achievement_type="ext:SkillPin")).current


def test_competencies_of_another_organisation_cannot_be_used(ctx: Flask) -> None:
    organisation, _ = make_place()
    _, foreign = make_place()
    with pytest.raises(Invalid) as caught:
        ensure(organisation, make_draft(foreign))
    assert set(caught.value.fields) == {"competencies", "criteria"}
