"""Giving a framework out again: nothing that was taken is lost, and the document is CASE 1.1."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from sqlalchemy import select

from competencies.frameworks.exporting import package_of
from competencies.frameworks.importing import import_package
from competencies.frameworks.models import Framework
from issuer.base.db import db
from tests.factories.frameworks import as_bytes, association, identifier_of, link, make_package
from tests.factories.people import make_organisation
from tests.oracles import needs_shared, shared_json, shared_path

pytestmark = pytest.mark.usefixtures("ctx")

SCHEMA = "standards/schemas/case1.1/case_v1p1_cfpackage-jsonschema1.json"


def round_trip(data: bytes) -> dict[str, Any]:
    report = import_package(make_organisation(), data)
    framework = db.session.scalars(select(Framework).filter_by(public_id=report.framework)).one()
    exported: dict[str, Any] = json.loads(json.dumps(package_of(framework)))
    return exported


def by_identifier(parts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {part["identifier"]: part for part in parts}


@needs_shared
def test_our_own_framework_comes_back_as_it_went_in() -> None:
    data = shared_path("data/sales_competencies.case.json").read_bytes()
    before, after = json.loads(data), round_trip(data)
    assert after["CFDocument"] == before["CFDocument"]
    assert after["CFDefinitions"] == before["CFDefinitions"]
    for part in ("CFItems", "CFAssociations", "CFRubrics"):
        assert by_identifier(after[part]) == by_identifier(before[part])


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        "sales_competencies.case.json",
        "case_v1p0_smarterbalanced_dok.json",
        "case_v1p0_smarterbalanced_item_types.json",
    ],
)
def test_whatever_came_in_goes_out_as_strict_case_1_1(name: str) -> None:
    package = round_trip(shared_path(f"data/{name}").read_bytes())
    validator = jsonschema_rs.Draft201909Validator(shared_json(SCHEMA))
    assert [str(error) for error in validator.iter_errors(package)] == []


@needs_shared
def test_every_member_of_case_1_1_survives_the_round_trip() -> None:
    rich = {
        "alternativeLabel": "Other words",
        "listEnumeration": "a)",
        "conceptKeywords": ["phone", "cold"],
        "conceptKeywordsURI": link(identifier_of(500)),
        "notes": "A note.",
        "subject": ["Sales"],
        "subjectURI": [link(identifier_of(501))],
        "language": "fr-CA",
        "educationLevel": ["Foundation", "Practitioner"],
        "licenseURI": link(identifier_of(502)),
        "statusStartDate": "2026-01-01",
        "statusEndDate": "2027-01-01",
        "extensions": {"ours": {"deep": [1, 2]}},
    }
    package = make_package(extensions={"made": "by us"})
    package["CFItems"][0] |= rich
    package["CFAssociations"][0] |= {"notes": "Why", "CFAssociationGroupingURI": link(identifier_of(503))}
    package["CFDocument"] |= {"notes": "N", "frameworkType": "List", "officialSourceURL": "https://example.org"}
    after = round_trip(as_bytes(package))
    assert by_identifier(after["CFItems"]) == by_identifier(package["CFItems"])
    assert by_identifier(after["CFAssociations"]) == by_identifier(package["CFAssociations"])
    assert after["CFDocument"] == {**package["CFDocument"], "caseVersion": "1.1"}
    assert after["extensions"] == {"made": "by us"}
    validator = jsonschema_rs.Draft201909Validator(shared_json(SCHEMA))
    assert [str(error) for error in validator.iter_errors(after)] == []


def test_an_export_can_be_imported_again_and_changes_nothing() -> None:
    organisation = make_organisation()
    report = import_package(organisation, as_bytes(make_package()))
    framework = db.session.scalars(select(Framework)).one()
    again = import_package(organisation, as_bytes(package_of(framework)))
    assert (again.taken, again.updated, again.unchanged, again.deprecated) == (0, 0, report.taken, ())


def test_an_item_that_fell_out_is_not_exported_and_a_replaced_one_is() -> None:
    organisation = make_organisation()
    import_package(organisation, as_bytes(make_package()))
    newer = make_package(items=2)
    newer["CFAssociations"].append(association(200, "replacedBy", 1, 2))
    import_package(organisation, as_bytes(newer))
    framework = db.session.scalars(select(Framework)).one()
    assert set(by_identifier(package_of(framework)["CFItems"])) == {identifier_of(1), identifier_of(2)}
