"""Publishing: versions are made once and stay, and only a module that can be completed is opened."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from competencies.frameworks.models import Competency
from competencies.learning import authoring
from competencies.learning.models import Item, ModuleVersion
from competencies.learning.publications import figure_of, find_module, module_of
from issuer.base.db import db
from issuer.base.errors import Conflict, Invalid, NotFound
from tests.factories import learning as make
from tests.factories.people import make_organisation

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def test_first_version_makes_the_module_and_lists_it(ctx: Flask) -> None:
    organisation = make_organisation()
    make.make_competencies(organisation, "PRO.1")
    made = authoring.publish_version(organisation, "M01", content=make.make_content(), actor="system")
    assert (made.is_new, made.module.state, made.version.number, len(made.version.items)) == (True, "listed", 1, 13)
    assert module_of(organisation, "M01") is made.module
    assert find_module(made.module.public_id) is made.module


def test_same_content_again_makes_no_version(ctx: Flask) -> None:
    module = make.make_module()
    again = authoring.publish_version(module.organisation, "M01", content=make.make_content(), actor="system")
    assert (again.is_new, again.version.number) == (False, 1)


def test_changed_content_makes_the_next_version_and_leaves_the_first(ctx: Flask) -> None:
    module = make.make_module()
    first = module.current
    authoring.publish_version(module.organisation, "M01", content=make.make_content(title="Anew"), actor="system")
    assert [version.title for version in module.versions] == ["Who belongs on your list", "Anew"]
    assert module.state == "open"
    assert first.number == 1
    assert {item.public_id for item in first.items}.isdisjoint(item.public_id for item in module.current.items)


def test_content_published_before_can_be_published_again_after_another(ctx: Flask) -> None:
    module = make.make_module()
    for title in ("Anew", "Who belongs on your list"):
        content = make.make_content(title=title)
        authoring.publish_version(module.organisation, "M01", content=content, actor="system")
    assert (module.current.number, module.current.digest) == (3, module.versions[0].digest)


def test_database_refuses_to_change_a_version(ctx: Flask) -> None:
    module = make.make_module()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        module.current.title = "Rewritten"
        db.session.flush()
    db.session.expire_all()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.delete(db.session.scalars(select(Item)).first())
        db.session.flush()


def test_competency_must_be_in_a_framework_of_the_organisation(ctx: Flask) -> None:
    organisation = make_organisation()
    make.make_competencies(make_organisation(), "PRO.1")
    with pytest.raises(Invalid) as refused:
        authoring.publish_version(organisation, "M01", content=make.make_content(), actor="system")
    assert list(refused.value.fields) == ["competencies[0].code"]


def test_deprecated_competency_can_no_longer_be_taught(ctx: Flask) -> None:
    organisation = make_organisation()
    make.make_competencies(organisation, "PRO.1")
    db.session.scalars(select(Competency)).one().state = "deprecated"
    with pytest.raises(Invalid):
        authoring.publish_version(organisation, "M01", content=make.make_content(), actor="system")


def test_code_of_two_frameworks_needs_its_case_identifier(ctx: Flask) -> None:
    module = make.make_module()
    organisation = module.organisation
    known = db.session.scalars(select(Competency)).one()
    make.make_competencies(organisation, "OTHER")
    other = db.session.scalars(select(Competency).filter_by(human_code="OTHER")).one()
    other.human_code = "PRO.1"
    content = make.make_content(code="M02")
    with pytest.raises(Invalid):
        authoring.publish_version(organisation, "M02", content=content, actor="system")
    content["competencies"][0]["case_identifier"] = other.case_identifier
    made = authoring.publish_version(organisation, "M02", content=content, actor="system")
    assert [share.competency for share in made.version.competencies] == [other]
    assert other is not known


def test_content_of_another_module_is_refused(ctx: Flask) -> None:
    module = make.make_module()
    with pytest.raises(Invalid):
        authoring.publish_version(module.organisation, "M02", content=make.make_content(), actor="system")
    with pytest.raises(NotFound):
        module_of(module.organisation, "M02")


@pytest.mark.parametrize(
    ("over", "obstacle"),
    [
        ({"cards": [], "check": {"items": [make.single_choice(f"Q{n}", card=None) for n in range(13)]}}, "cards"),
        ({"check": {"items": []}}, "items"),
        ({"completion_rule": {"kind": "assignment", "min_trust": 3}}, "evidence"),
        ({"completion_rule": {"all": [{"kind": "knowledge_check"}, {"kind": "attendance"}]}}, "evidence"),
    ],
)
def test_module_that_nobody_could_complete_is_not_opened(ctx: Flask, over: dict, obstacle: str) -> None:
    module = make.make_module(state="listed", **over)
    with pytest.raises(Conflict) as refused:
        authoring.open_module(module, actor="system")
    assert refused.value.code == "module_not_ready"
    assert obstacle in refused.value.detail
    assert module.state == "listed"


def test_module_with_one_way_that_can_be_gone_here_is_opened(ctx: Flask) -> None:
    rule = {"any": [{"kind": "facilitator_rubric", "min_trust": 3}, {"kind": "knowledge_check"}]}
    assert make.make_module(completion_rule=rule).state == "open"


def test_picture_is_found_in_its_version_only(ctx: Flask) -> None:
    module = make.make_module(figures={"a.svg": SVG})
    assert figure_of(module, 1, "a.svg").data == SVG
    for number, name in ((2, "a.svg"), (1, "b.svg")):
        with pytest.raises(NotFound):
            figure_of(module, number, name)


def test_every_publication_and_change_of_state_is_audited(ctx: Flask) -> None:
    module = make.make_module()
    authoring.archive_module(module, actor="system")
    authoring.archive_module(module, actor="system")
    actions = [entry["action"] for entry in db.session().info["audit_pending"] if entry["subject"] == module.public_id]
    assert actions == ["module.published", "module.open", "module.archived"]


def test_version_keeps_what_was_published(ctx: Flask) -> None:
    version = make.make_module().current
    assert isinstance(version, ModuleVersion)
    assert version.check_rule == {
        "draw": 5,
        "pass_mark": 0.8,
        "max_attempts": 3,
        "cooldown_hours": 4.0,
        "minutes_allowed": None,
    }
    assert version.completion_rule == {"all": [{"kind": "knowledge_check", "min_score": 0.8, "min_trust": 2}]}
    assert [share.weight for share in version.competencies] == [1.0]
