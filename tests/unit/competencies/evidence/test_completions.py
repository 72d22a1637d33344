"""Completions follow from evidence: once, from exactly the evidence that was needed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from competencies.evidence.completion import State
from competencies.evidence.completions import completion_of, standing
from competencies.evidence.models import Completion, Evidence
from competencies.learning.models import Module, ModuleCompetency, ModuleVersion
from issuer.base import facts
from issuer.base.db import db
from issuer.models import Account
from tests.factories.evidence import make_evidence
from tests.factories.frameworks import make_competency
from tests.factories.learning import NOON
from tests.factories.people import make_account, make_organisation

pytestmark = pytest.mark.usefixtures("ctx")

CHECK = {"kind": "knowledge_check", "min_score": 0.8, "min_trust": 2}
RUBRIC = {"kind": "facilitator_rubric", "min_trust": 3}


def make_version(rule: dict[str, Any], module: Module | None = None) -> ModuleVersion:
    """A version of a module that asks for ``rule`` and nothing else."""
    module = module or Module(organisation_id=make_organisation().id, code="M01", state="open")
    version = ModuleVersion(
        module=module,
        number=len(module.versions) + 1,
        title="Live call clinic",
        minutes=60,
        content_type="behavioural",
        delivery_mode="blended",
        cards=[],
        completion_rule=rule,
        digest="",
        competencies=[ModuleCompetency(competency=make_competency(), weight=1.0)],
    )
    db.session.add(version)
    db.session.flush()
    return version


def show(account: Account, version: ModuleVersion, **over: Any) -> Evidence:
    competencies = [(each.competency, each.weight) for each in version.competencies]
    return make_evidence(account, module_version=version, competencies=competencies, **over)


@pytest.fixture
def announced(ctx: Flask) -> list[Completion]:
    """The completions announced to the floors above."""
    heard: list[Completion] = []
    flow = dict(ctx.extensions["rosette_flow"])
    facts.install(ctx, flow | {"module.completed": [lambda completion: heard.append(completion)]})
    return heard


def test_the_evidence_that_meets_the_rule_completes_the_module(announced: list[Completion]) -> None:
    account, version = make_account(), make_version({"all": [CHECK]})
    evidence = show(account, version, earned_at=NOON)
    completion = completion_of(account.id, version)
    assert completion is not None
    assert (completion.completed_at, completion.evidence) == (NOON, [evidence.public_id])
    assert completion.rule == {"all": [CHECK]}
    assert announced == [completion]


def test_failed_evidence_completes_nothing(announced: list[Completion]) -> None:
    account, version = make_account(), make_version({"all": [CHECK]})
    show(account, version, score=0.4, met=False)
    assert completion_of(account.id, version) is None
    assert announced == []


def test_a_module_of_two_parts_waits_for_both(announced: list[Completion]) -> None:
    account, version = make_account(), make_version({"all": [CHECK, RUBRIC]})
    check = show(account, version, earned_at=NOON)
    assert standing(account.id, version).state is State.PENDING
    rubric = show(account, version, kind="facilitator_rubric", trust=3, earned_at=NOON + timedelta(days=2))
    completion = completion_of(account.id, version)
    assert completion is not None
    assert completion.evidence == [check.public_id, rubric.public_id]
    assert completion.completed_at == NOON + timedelta(days=2)
    assert len(announced) == 1


def test_passing_again_leaves_the_completion_as_it_was(announced: list[Completion]) -> None:
    account, version = make_account(), make_version({"all": [CHECK]})
    first = show(account, version)
    show(account, version, score=1.0, earned_at=NOON + timedelta(days=9))
    completion = completion_of(account.id, version)
    assert completion is not None
    assert completion.evidence == [first.public_id]
    assert len(announced) == 1


def test_evidence_of_an_older_version_does_not_complete_the_newer() -> None:
    account = make_account()
    first = make_version({"all": [CHECK]})
    second = make_version({"all": [CHECK, RUBRIC]}, first.module)
    show(account, first)
    assert completion_of(account.id, first) is not None
    assert completion_of(account.id, second) is None


def test_evidence_of_somebody_else_completes_nothing_for_me() -> None:
    account, version = make_account(), make_version({"all": [CHECK, RUBRIC]})
    show(make_account(), version, kind="facilitator_rubric", trust=3)
    show(account, version)
    assert completion_of(account.id, version) is None


def test_evidence_without_a_module_completes_nothing() -> None:
    make_evidence(module_version=None)
    assert db.session.scalar(select(func.count()).select_from(Completion)) == 0
