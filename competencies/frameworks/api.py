"""The JSON API about frameworks: reading them, their CASE package, and importing one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from competencies.frameworks import queries
from competencies.frameworks.case_package import MAX_BYTES
from competencies.frameworks.exporting import package_of
from competencies.frameworks.importing import ImportReport, import_package
from competencies.frameworks.models import Competency, Framework
from competencies.frameworks.schemas import (
    CompetencyListSchema,
    CompetencyQuerySchema,
    CompetencySchema,
    FrameworkListSchema,
    FrameworkSchema,
    ImportQuerySchema,
    ImportReportSchema,
)
from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.errors import NotFound
from issuer.base.http import with_etag
from issuer.base.json_bodies import ApiBlueprint
from issuer.schemas import PageQuerySchema

frameworks_api = ApiBlueprint(
    "frameworks_api", __name__, url_prefix="/api/v1/frameworks", description="Frameworks of competencies, as CASE."
)
competencies_api = ApiBlueprint(
    "competencies_api", __name__, url_prefix="/api/v1/competencies", description="What can be shown and proved."
)

PACKAGE_BODY = {
    "required": True,
    "description": "A CASE 1.0 or 1.1 CFPackage.",
    "content": {"application/json": {"schema": {"type": "object", "required": ["CFDocument"]}}},
}


@frameworks_api.url_value_preprocessor
def _let_a_package_through(endpoint: str | None, _values: dict[str, str] | None) -> None:
    # Before anything reads the body: a package may be larger than other requests.
    if endpoint == "frameworks_api.import_framework":
        request.max_content_length = MAX_BYTES


@frameworks_api.get("")
@frameworks_api.arguments(PageQuerySchema, location="query")
@frameworks_api.response(200, FrameworkListSchema)
@requires("public.read")
def list_frameworks(query: dict[str, Any]) -> dict[str, Any]:
    page = queries.frameworks_page(current_actor(), limit=query["limit"], after=query["after"])
    counts = queries.counts([framework.id for framework in page.items])
    return {"items": [_framework(each, counts.get(each.id, 0)) for each in page.items], "next": page.next}


@frameworks_api.get("/<framework_id>")
@frameworks_api.response(200, FrameworkSchema)
@requires("public.read")
def show_framework(framework_id: str) -> dict[str, Any]:
    framework = queries.framework_of(framework_id, actor=current_actor())
    return _framework(framework, queries.counts([framework.id]).get(framework.id, 0))


@frameworks_api.get("/<framework_id>/package")
@frameworks_api.response(200, description="The framework as a CASE 1.1 CFPackage.")
@requires("public.read")
def show_package(framework_id: str) -> Response:
    framework = queries.framework_of(framework_id, actor=current_actor())
    body = json.dumps(package_of(framework), ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, content_type="application/json")
    is_draft = framework.adoption_status == queries.PRIVATE_DRAFT
    cache = "private, no-cache" if is_draft else "public, max-age=300"
    return with_etag(response, hashlib.sha256(body).hexdigest(), cache_control=cache)


@frameworks_api.post("")
@frameworks_api.arguments(ImportQuerySchema, location="query")
@frameworks_api.response(200, ImportReportSchema)
@frameworks_api.doc(requestBody=PACKAGE_BODY)
@requires("frameworks.import")
def import_framework(query: dict[str, Any]) -> dict[str, Any]:
    """Take a CASE package. Taking the same one again changes nothing."""
    organisation = organisations.by_slug(query["organisation"])
    if organisation is None:
        raise NotFound("not_found", _("There is no such organisation."))
    actor = authorise("frameworks.import", organisation.id)
    return _report(import_package(organisation, request.get_data(), actor=actor.public_id))


@competencies_api.get("")
@competencies_api.arguments(CompetencyQuerySchema, location="query")
@competencies_api.response(200, CompetencyListSchema)
@requires("public.read")
def list_competencies(query: dict[str, Any]) -> dict[str, Any]:
    page = queries.competencies_page(current_actor(), **query)
    return {"items": [_competency(each) for each in page.items], "next": page.next}


@competencies_api.get("/<competency_id>")
@competencies_api.response(200, CompetencySchema)
@requires("public.read")
def show_competency(competency_id: str) -> dict[str, Any]:
    return _competency(queries.competency_of(competency_id, actor=current_actor()))


def _framework(framework: Framework, competencies: int) -> dict[str, Any]:
    names = ("case_identifier", "uri", "title", "creator", "publisher", "description", "version", "language")
    return {
        "id": framework.public_id,
        **{name: getattr(framework, name) for name in names},
        "adoption_status": framework.adoption_status,
        "competencies": competencies,
    }


def _competency(competency: Competency) -> dict[str, Any]:
    return {
        "id": competency.public_id,
        "framework": competency.framework.public_id,
        "case_identifier": competency.case_identifier,
        "uri": competency.uri,
        "code": competency.human_code,
        "statement": competency.full_statement,
        "short_statement": competency.abbreviated_statement,
        "type": competency.item_type,
        "level": competency.level,
        "language": competency.language,
        "state": competency.state,
        "mastery": {
            "threshold": competency.mastery_threshold,
            "count": competency.mastery_count,
            "weight": competency.mastery_weight,
            "trust": competency.mastery_trust,
        },
    }


def _report(report: ImportReport) -> dict[str, Any]:
    counted = ("framework", "title", "taken", "updated", "unchanged", "associations", "rubrics")
    return {
        **{name: getattr(report, name) for name in counted},
        "deprecated": list(report.deprecated),
        "not_taken": [
            {"part": each.part, "reason": each.reason, "count": each.count, "identifiers": list(each.identifiers)}
            for each in report.not_taken
        ],
    }
