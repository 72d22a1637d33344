"""The demonstration loads once, plays the real use cases, and its commands keep their word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from badges.demonstration.catalog import catalog_badges, provable_competencies, read_catalog
from badges.demonstration.people import PEOPLE
from badges.models import Achievement, Award, Credential
from competencies.evidence.models import Evidence
from competencies.learning.models import Module, ModuleVersion
from issuer.base import jobs
from issuer.base.audit import AuditEntry
from issuer.base.db import db

LEARNER = PEOPLE[0].email


@pytest.fixture
def app(demonstration_app: Flask) -> Flask:
    """The application with the demonstration loaded."""
    return demonstration_app


@pytest.fixture
def commands(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def learn(commands: FlaskCliRunner, module: str, answers: str = "right") -> dict[str, Any]:
    result = commands.invoke(args=["learn", "--learner", LEARNER, "--module", module, "--answers", answers])
    assert result.exit_code == 0, result.output
    played: dict[str, Any] = json.loads(result.output)
    return played


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(model)) or 0


def test_seed_loads_the_whole_catalog(app: Flask, commands: FlaskCliRunner) -> None:
    with app.app_context():
        states = list(db.session.scalars(db.select(Module.state)))
        kinds = {achievement.current.achievement_type for achievement in db.session.scalars(db.select(Achievement))}
    assert (len(states), states.count("open")) == (28, 12)
    assert count(app, Achievement) == 38 + 9
    assert kinds == {"Competency", "MicroCredential"}


def test_seeding_again_changes_nothing(app: Flask, commands: FlaskCliRunner) -> None:
    before = [count(app, model) for model in (AuditEntry, ModuleVersion, Achievement)]
    assert commands.invoke(args=["seed"]).exit_code == 0
    assert [count(app, model) for model in (AuditEntry, ModuleVersion, Achievement)] == before


def test_right_answers_earn_exactly_the_badge_of_the_competency(app: Flask, commands: FlaskCliRunner) -> None:
    played = learn(commands, "M01")
    assert played["attempt"]["passed"] is True
    assert [(entry["kind"], entry["trust"], entry["met"]) for entry in played["evidence"]] == [
        ("knowledge_check", "T2", True)
    ]
    assert [(mastery["competency"], mastery["mastered"]) for mastery in played["masteries"]] == [("PRO.1", True)]
    assert [(award["achievement"], award["state"], award["visibility"]) for award in played["awards"]] == [
        ("Target List", "issued", "private")
    ]
    assert count(app, Credential) == 1


def test_wrong_answers_are_evidence_and_earn_nothing(app: Flask, commands: FlaskCliRunner) -> None:
    played = learn(commands, "M01", "wrong")
    assert (played["attempt"]["score"], played["attempt"]["passed"]) == (0.0, False)
    assert [entry["met"] for entry in played["evidence"]] == [False]
    assert (played["masteries"], played["awards"]) == ([], [])
    assert (count(app, Evidence), count(app, Award)) == (1, 0)


def test_the_last_module_of_a_micro_credential_earns_it_too(commands: FlaskCliRunner) -> None:
    for module in ("M01", "M02", "M03"):
        names = [award["achievement"] for award in learn(commands, module)["awards"]]
        assert "Prospecting Starter" not in names
    names = [award["achievement"] for award in learn(commands, "M06")["awards"]]
    assert names.count("Prospecting Starter") == 1
    assert {"Target List", "Prospect Research", "Outreach Writing", "Message Rules", "Qualifying"} < set(names)


@pytest.mark.parametrize("badge", ["B01", "B06", "B09"])
def test_three_micro_credentials_can_be_earned_by_asynchronous_work_alone(commands: FlaskCliRunner, badge: str) -> None:
    wanted = next(entry for entry in catalog_badges(read_catalog()) if entry.code == badge)
    names: list[str] = []
    for module in wanted.modules:
        names = [award["achievement"] for award in learn(commands, module)["awards"]]
    assert wanted.name in names


def test_every_demand_of_a_micro_credential_can_be_met_by_some_module() -> None:
    catalog = read_catalog()
    provable = provable_competencies(catalog)
    assert {code for badge in catalog_badges(catalog) for code in badge.competencies} <= provable.keys()


def test_an_exported_badge_verifies_and_a_changed_one_does_not(commands: FlaskCliRunner, tmp_path: Path) -> None:
    award = learn(commands, "M01")["awards"][0]["id"]
    for kind in ("json", "jwt"):
        out = tmp_path / f"badge.{kind}"
        assert commands.invoke(args=["badge", "export", award, "--format", kind, "--out", str(out)]).exit_code == 0
        assert commands.invoke(args=["verify", str(out)]).exit_code == 0
    document = (tmp_path / "badge.json").read_text(encoding="utf-8")
    (tmp_path / "changed.json").write_text(document.replace("Target List", "Target Last"), encoding="utf-8")
    result = commands.invoke(args=["verify", str(tmp_path / "changed.json"), "--json"])
    assert result.exit_code == 1
    report = json.loads(result.output)
    assert report["verdict"] == "invalid"
    assert {check["name"]: check["outcome"] for check in report["checks"]}["signature"] == "fail"


def test_a_revoked_badge_is_invalid_and_says_so(app: Flask, commands: FlaskCliRunner, tmp_path: Path) -> None:
    award, out = learn(commands, "M01")["awards"][0]["id"], tmp_path / "badge.json"
    commands.invoke(args=["badge", "export", award, "--format", "json", "--out", str(out)])
    assert commands.invoke(args=["badge", "revoke", award, "--reason", "Given by mistake"]).exit_code == 0
    jobs.drain(app)
    result = commands.invoke(args=["verify", str(out), "--json"])
    assert result.exit_code == 1
    assert "revoked" in [check["code"] for check in json.loads(result.output)["checks"]]


@pytest.mark.parametrize("content", [b"", b"not a badge", b"{}", b"\xff\xfe\x00", b"a.b.c"])
def test_what_is_no_badge_is_bad_input(commands: FlaskCliRunner, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert commands.invoke(args=["verify", str(tmp_path / "x")]).exit_code == 2


def test_a_file_that_is_not_there_is_bad_input(commands: FlaskCliRunner, tmp_path: Path) -> None:
    assert commands.invoke(args=["verify", str(tmp_path / "missing.json")]).exit_code == 2


def test_a_host_that_does_not_answer_leaves_the_question_open(commands: FlaskCliRunner) -> None:
    assert commands.invoke(args=["verify", "http://localhost:9/badge.json"]).exit_code == 3


def test_learning_for_nobody_or_nothing_is_refused(commands: FlaskCliRunner) -> None:
    assert commands.invoke(args=["learn", "--learner", "nobody@example.org", "--module", "M01"]).exit_code == 2
    assert commands.invoke(args=["learn", "--learner", LEARNER, "--module", "M99"]).exit_code == 1
    assert commands.invoke(args=["learn", "--learner", LEARNER, "--module", "M05"]).exit_code == 1


def test_the_demonstration_prints_what_other_tools_read(commands: FlaskCliRunner) -> None:
    first, second = (commands.invoke(args=["demo", "--no-serve"]).output for _ in range(2))
    lines = first.splitlines()
    for part in ("badge", "learner", "author", "assessor", "administrator"):
        assert len([line for line in lines if line.startswith(f"{part}: ")]) == 1
    assert next(line for line in lines if line.startswith("badge: ")).startswith("badge: http://localhost:8000/badges/")
    assert len(next(line for line in lines if line.startswith("learner: ")).split()) == 3
    assert any(line.startswith("verification: valid") for line in lines)
    assert second.splitlines()[:6] == lines[:6]
