"""A framework as a CASE 1.1 CFPackage: everything that was taken of it, written the strict way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from competencies.frameworks.case_rows import association_part, document_part, item_part, rubric_part
from competencies.frameworks.case_shapes import DEFINITION_LISTS
from competencies.frameworks.models import Association, Competency, Framework, Rubric
from issuer.base.db import db

_REQUIRED_OF_A_DEFINITION = {
    "CFConcepts": ("title", "hierarchyCode"),
    "CFSubjects": ("title", "hierarchyCode"),
    "CFLicenses": ("title", "licenseText"),
    "CFItemTypes": ("title", "description", "hierarchyCode"),
    "CFAssociationGroupings": ("title",),
}


def package_of(framework: Framework) -> dict[str, Any]:
    """The CFPackage document. An item that fell out of the framework is not part of it any more; one that
    was replaced is, with the association that says so."""
    associations = db.session.scalars(
        select(Association).filter_by(framework_id=framework.id).order_by(Association.id)
    ).all()
    replaced = {each.origin_identifier for each in associations if each.association_type == "replacedBy"}
    items = db.session.scalars(
        select(Competency).filter_by(framework_id=framework.id).order_by(Competency.position, Competency.id)
    )
    rubrics = db.session.scalars(select(Rubric).filter_by(framework_id=framework.id).order_by(Rubric.id)).all()
    kept = framework.other.get("package", {})
    package = {
        "CFDocument": document_part(framework),
        "CFItems": [item_part(item) for item in items if item.state == "active" or item.case_identifier in replaced],
        "CFAssociations": [association_part(each) for each in associations],
        **kept,
        "CFDefinitions": _definitions(kept.get("CFDefinitions", {})),
    }
    if rubrics:
        package["CFRubrics"] = [rubric_part(each) for each in rubrics]
    return package


def _definitions(kept: dict[str, Any]) -> dict[str, Any]:
    """CASE 1.0 asked less of a definition; what 1.1 wants besides is written as an empty text."""
    return {
        name: [dict.fromkeys(_REQUIRED_OF_A_DEFINITION[name], "") | each for each in kept.get(name, [])]
        for name in DEFINITION_LISTS
    }
