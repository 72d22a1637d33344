"""Twelve modules, three of them done: the badges that these three prove, and nothing waits for the twelfth."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select

from badges.achievements import ensure_achievement
from badges.demonstration.learning import Played, play
from badges.models import Award
from badges.verification.report import Verdict
from badges.verification.sources import check_award
from competencies.learning import authoring
from competencies.learning.models import Module
from competencies.profiles.profile import skill_profile
from issuer.base.db import db, utc_now
from issuer.keys import keystore
from issuer.models import Organisation
from tests.factories.badges import make_draft
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import make_content, single_choice
from tests.factories.people import make_account, make_organisation, sign_in

CODES = tuple(f"T.{number}" for number in range(1, 13))


def course(organisation: Organisation) -> list[Module]:
    """Twelve open modules, each about one competency, and a badge for each competency."""
    framework = make_framework(organisation)
    keystore.ensure_keys(organisation)
    modules = []
    for number, code in enumerate(CODES, start=1):
        competency = make_competency(framework, human_code=code, full_statement=f"Does step {number} unaided.")
        ensure_achievement(organisation, f"badge-{code}", make_draft(competency, name=f"Step {number}"), actor="system")
        modules.append(_module(organisation, number, code))
    return modules


def _module(organisation: Organisation, number: int, competency: str) -> Module:
    items = [single_choice(f"Q{question}", competency=competency) for question in range(1, 14)]
    content = make_content(
        code=f"S{number:02}",
        title=f"Step {number}",
        competencies=[{"code": competency, "weight": 1}],
        check={"items": items},
    )
    module = authoring.publish_version(organisation, content["code"], content=content, actor="system").module
    authoring.open_module(module, actor="system")
    return module


def codes_of(held: Sequence[Award]) -> set[str]:
    return {award.achievement_version.achievement.code for award in held}


def test_three_of_twelve_modules_give_exactly_their_three_badges(ctx: Flask) -> None:
    organisation, learner = make_organisation(), make_account()
    modules = course(organisation)
    played: list[Played] = [play(learner, module, answers="right", now=utc_now()) for module in modules[:3]]

    held = db.session.scalars(select(Award).filter_by(account_id=learner.id)).all()
    assert codes_of(held) == {"badge-T.1", "badge-T.2", "badge-T.3"}
    assert len(held) == 3
    assert [award.state for award in held] == ["issued"] * 3
    assert codes_of(played[0].awards) == {"badge-T.1"}, "the first badge does not wait for the second module"


def test_progress_is_a_quarter_and_the_skills_are_those_shown(ctx: Flask) -> None:
    organisation, learner = make_organisation(), make_account()
    for module in course(organisation)[:3]:
        play(learner, module, answers="right", now=utc_now())

    profile = skill_profile(learner.id, now=utc_now())
    assert [(each.done, each.total, each.percent) for each in profile.progress] == [(3, 12, 25)]
    assert {skill.code for skill in profile.skills if skill.is_mastered} == {"T.1", "T.2", "T.3"}
    assert profile.next_step is not None

    browser = sign_in(ctx.test_client(), learner)
    page = browser.get("/skills", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "3 of 12 modules done: 25 %" in page.get_data(as_text=True)


def test_whom_a_badge_is_shown_finds_it_valid_though_the_course_is_not_done(ctx: Flask) -> None:
    organisation, learner = make_organisation(), make_account()
    play(learner, course(organisation)[0], answers="right", now=utc_now())
    (award,) = db.session.scalars(select(Award).filter_by(account_id=learner.id)).all()
    assert check_award(award).verdict is Verdict.VALID


def test_a_failed_module_gives_no_badge_and_counts_for_no_progress(ctx: Flask) -> None:
    organisation, learner = make_organisation(), make_account()
    first, second, *_ = course(organisation)
    play(learner, first, answers="wrong", now=utc_now())
    play(learner, second, answers="right", now=utc_now())

    assert codes_of(db.session.scalars(select(Award).filter_by(account_id=learner.id)).all()) == {"badge-T.2"}
    (progress,) = skill_profile(learner.id, now=utc_now()).progress
    assert (progress.done, progress.percent) == (1, 8)


def test_a_competency_shown_in_two_modules_gives_one_badge(ctx: Flask) -> None:
    organisation, learner = make_organisation(), make_account()
    first, *_ = course(organisation)
    again = _module(organisation, 13, CODES[0])
    play(learner, first, answers="right", now=utc_now())
    play(learner, again, answers="right", now=utc_now())

    assert codes_of(db.session.scalars(select(Award).filter_by(account_id=learner.id)).all()) == {"badge-T.1"}
