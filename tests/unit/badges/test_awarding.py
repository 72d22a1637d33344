"""Evidence leads to awards: when the rule is met, once, and with what it rests on."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from badges import achievements
from badges.models import Achievement, Award
from competencies.evidence.models import Completion, Evidence
from competencies.frameworks.models import Competency
from competencies.learning.models import Module
from issuer.base.audit import AuditEntry
from issuer.base.db import db, utc_now
from issuer.models import Account, StatusEntry
from tests.factories.badges import earn, make_achievement, make_award, make_draft
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.learning import make_marked_attempt, make_module
from tests.factories.people import make_account, make_organisation


def awards_of(account: Account) -> list[Award]:
    return list(db.session.scalars(select(Award).filter_by(account_id=account.id).order_by(Award.id)))


def competency_of(module: Module) -> Competency:
    return module.current.competencies[0].competency


def test_passing_the_check_of_a_module_gives_the_badge_of_its_competency(ctx: Flask) -> None:
    organisation = make_organisation()
    module = make_module(organisation)
    achievement = make_achievement(organisation, competency_of(module))
    learner = make_account()
    make_marked_attempt(learner, module, right=5)
    award = awards_of(learner)[0]
    assert award.achievement_version == achievement.current
    assert award.state == "issued"
    assert award.visibility == "private"


def test_failing_the_check_gives_nothing(ctx: Flask) -> None:
    organisation = make_organisation()
    module = make_module(organisation)
    make_achievement(organisation, competency_of(module))
    learner = make_account()
    make_marked_attempt(learner, module, right=3)
    assert awards_of(learner) == []


def test_an_award_records_exactly_the_evidence_and_completions_it_rests_on(ctx: Flask) -> None:
    organisation = make_organisation()
    module = make_module(organisation)
    competency = competency_of(module)
    rule = {"all": [{"module": module.public_id}, {"competency": competency.public_id}]}
    make_achievement(organisation, competency, criteria=rule)
    learner, other = make_account(), make_account()
    make_marked_attempt(other, module, right=5)
    make_marked_attempt(learner, module, right=4)
    evidence = db.session.scalars(select(Evidence.public_id).filter_by(account_id=learner.id)).all()
    completions = db.session.scalars(select(Completion.public_id).filter_by(account_id=learner.id)).all()
    basis = awards_of(learner)[0].basis
    assert basis["evidence"] == evidence
    assert basis["completions"] == completions
    assert basis["competencies"] == [{"competency": competency.public_id, "value": 0.8}]


def test_a_badge_of_several_modules_waits_for_the_last(ctx: Flask) -> None:
    organisation = make_organisation()
    modules = [make_module(organisation, code=code) for code in ("M01", "M02", "M03")]
    rule = {"all": [{"module": module.public_id} for module in modules]}
    make_achievement(organisation, competency_of(modules[0]), criteria=rule, achievement_type="MicroCredential")
    learner = make_account()
    for module in modules[:2]:
        make_marked_attempt(learner, module, right=5)
    assert awards_of(learner) == []
    make_marked_attempt(learner, modules[2], right=5)
    assert len(awards_of(learner)) == 1


def test_one_piece_of_evidence_may_bring_several_badges(ctx: Flask) -> None:
    organisation = make_organisation()
    module = make_module(organisation)
    competency = competency_of(module)
    make_achievement(organisation, competency)
    make_achievement(organisation, competency, criteria={"module": module.public_id}, name="Module done")
    learner = make_account()
    make_marked_attempt(learner, module, right=5)
    assert {award.achievement_version.name for award in awards_of(learner)} == {"Target List", "Module done"}
    assert {award.state for award in awards_of(learner)} == {"issued"}


def test_further_evidence_of_a_mastered_competency_brings_a_badge_that_asks_for_more(ctx: Flask) -> None:
    organisation = make_organisation()
    competency = make_competency(make_framework(organisation))
    rule = {"competency": competency.public_id, "min_evidence": 2}
    make_achievement(organisation, competency, criteria=rule)
    learner = make_account()
    make_evidence(learner, competency)
    assert awards_of(learner) == []
    make_evidence(learner, competency)
    assert len(awards_of(learner)[0].basis["evidence"]) == 2


def test_better_trusted_evidence_of_a_mastered_competency_brings_a_badge_that_asks_for_it(ctx: Flask) -> None:
    organisation = make_organisation()
    competency = make_competency(make_framework(organisation))
    make_achievement(organisation, competency, criteria={"competency": competency.public_id, "min_trust": 3})
    learner = make_account()
    make_evidence(learner, competency)
    assert awards_of(learner) == []
    observed = make_evidence(learner, competency, trust=3)
    assert awards_of(learner)[0].basis["evidence"] == [observed.public_id]


@pytest.mark.parametrize("trust", [0, 1])
def test_evidence_below_the_trust_of_the_badge_never_brings_it(ctx: Flask, trust: int) -> None:
    organisation = make_organisation()
    competency = make_competency(make_framework(organisation), mastery_trust=0)
    make_achievement(organisation, competency)
    learner = make_account()
    for _ in range(3):
        make_evidence(learner, competency, trust=trust, kind="xapi")
    assert awards_of(learner) == []


def test_a_badge_is_given_once_however_often_it_is_earned(ctx: Flask) -> None:
    achievement = make_achievement()
    learner = make_account()
    earn(learner, achievement)
    earn(learner, achievement)
    assert len(awards_of(learner)) == 1


def test_the_database_refuses_a_second_award_of_the_same_version(ctx: Flask) -> None:
    award = make_award()
    twin = Award(
        account_id=award.account_id,
        achievement_version_id=award.achievement_version_id,
        awarded_at=utc_now(),
        basis={},
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_holder_of_an_earlier_version_is_not_awarded_the_new_one_besides(ctx: Flask) -> None:
    organisation = make_organisation()
    competency = make_competency(make_framework(organisation))
    make_achievement(organisation, competency, code="B01")
    learner, newcomer = make_account(), make_account()
    make_evidence(learner, competency)
    achievements.ensure_achievement(organisation, "B01", make_draft(competency, name="Rewritten"), actor="system")
    make_evidence(learner, competency)
    make_evidence(newcomer, competency)
    assert [award.achievement_version.number for award in awards_of(learner)] == [1]
    assert [award.achievement_version.number for award in awards_of(newcomer)] == [2]


def test_an_archived_achievement_is_not_awarded(ctx: Flask) -> None:
    organisation = make_organisation()
    competency = make_competency(make_framework(organisation))
    achievements.archive(make_achievement(organisation, competency), actor="system")
    learner = make_account()
    make_evidence(learner, competency)
    assert awards_of(learner) == []


def test_a_rule_of_an_earlier_version_is_not_asked_any_more(ctx: Flask) -> None:
    organisation = make_organisation()
    framework = make_framework(organisation)
    first, second = make_competency(framework), make_competency(framework, human_code="PRO.2")
    make_achievement(organisation, first, code="B01")
    both = {"all": [{"competency": first.public_id}, {"competency": second.public_id}]}
    achievements.ensure_achievement(organisation, "B01", make_draft(first, criteria=both), actor="system")
    learner = make_account()
    make_evidence(learner, first)
    assert awards_of(learner) == []


def test_an_award_is_on_record_by_ids_only(ctx: Flask) -> None:
    award = make_award(account=make_account(name="Amara Okafor"))
    db.session.commit()
    entries = db.session.scalars(select(AuditEntry).filter_by(subject=award.public_id)).all()
    assert [entry.action for entry in entries] == ["award.made", "award.issued"]
    assert "Amara" not in str([entry.details for entry in entries])


def test_fifty_submissions_at_the_same_time_give_one_award(app: Flask) -> None:
    with app.app_context():
        achievement = make_achievement()
        competency_id, achievement_id = achievement.current.competencies[0].competency_id, achievement.id
        learner_id = make_account().id
        db.session.commit()
    barrier, errors = threading.Barrier(50), []

    def submit() -> None:
        with app.app_context():
            barrier.wait()
            for _ in range(20):
                try:
                    make_evidence(
                        db.session.get_one(Account, learner_id), db.session.get_one(Competency, competency_id)
                    )
                    db.session.commit()
                    return
                except Exception as error:
                    db.session.rollback()
                    if "locked" not in str(error) and "QueuePool" not in str(error):
                        errors.append(error)
                        return

    threads = [threading.Thread(target=submit) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with app.app_context():
        awards = db.session.scalars(select(Award)).all()
        assert [(award.account_id, award.achievement_version.achievement_id) for award in awards] == [
            (learner_id, achievement_id)
        ]
        assert awards[0].credential is not None
        assert len(db.session.scalars(select(StatusEntry)).all()) == 1
        assert len(db.session.scalars(select(Evidence)).all()) == 50


def test_two_halves_shown_at_the_same_time_give_the_badge_of_both(app: Flask) -> None:
    """Neither transaction sees what the other has not committed; the second one must still see the whole."""
    with app.app_context():
        organisation = make_organisation()
        framework = make_framework(organisation)
        halves = [make_competency(framework, human_code=f"PRO.{number}") for number in (1, 2)]
        rule = {"all": [{"competency": half.public_id} for half in halves]}
        make_achievement(organisation, halves[0], criteria=rule)
        half_ids, learner_id = [half.id for half in halves], make_account().id
        db.session.commit()
    barrier = threading.Barrier(2)

    def show(competency_id: int) -> None:
        with app.app_context():
            learner, competency = (
                db.session.get_one(Account, learner_id),
                db.session.get_one(Competency, competency_id),
            )
            db.session.rollback()
            barrier.wait()
            make_evidence(learner, competency)
            db.session.commit()

    threads = [threading.Thread(target=show, args=(competency_id,)) for competency_id in half_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert len(db.session.scalars(select(Award)).all()) == 1


def test_achievements_of_other_organisations_are_not_touched(ctx: Flask) -> None:
    learner = make_account()
    earned, foreign = make_achievement(), make_achievement()
    earn(learner, earned)
    assert {award.achievement_version.achievement_id for award in awards_of(learner)} == {earned.id}
    assert isinstance(foreign, Achievement)
