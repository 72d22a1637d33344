"""Modules and attempts as JSON, for programs and for the player of somebody else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import gettext

from competencies.learning import attempts, authoring
from competencies.learning.authored import refusal
from competencies.learning.models import Answer, Attempt, Module
from competencies.learning.proof import evidence_of
from competencies.learning.publications import find_module
from competencies.learning.queries import Filters, browse, entry_of
from competencies.learning.results import result_of
from competencies.learning.schemas import (
    AnswerBodySchema,
    AttemptResultSchema,
    AttemptSchema,
    ContentBodySchema,
    ModulePageSchema,
    ModulePublicationSchema,
    ModuleQuerySchema,
    ModuleSchema,
    ModuleStateBodySchema,
    ModuleVersionPageSchema,
    NewModuleBodySchema,
    SavedAnswerSchema,
)
from competencies.learning.sheets import sheet_of
from competencies.learning.standing import is_open
from competencies.learning.visibility import may_see
from issuer import accounts, limits, organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import NotFound
from issuer.base.json_bodies import ApiBlueprint

modules_api = ApiBlueprint(
    "modules_api", __name__, url_prefix="/api/v1/modules", description="Modules and their versions"
)
attempts_api = ApiBlueprint("attempts_api", __name__, url_prefix="/api/v1/attempts", description="Knowledge checks")


@modules_api.route("", methods=["GET"])
@modules_api.arguments(ModuleQuerySchema, location="query")
@modules_api.response(200, ModulePageSchema)
@requires("public.read")
def list_modules(query: dict[str, Any]) -> Any:
    """The open and listed modules, by code."""
    limit, after = query.pop("limit"), query.pop("after")
    entries = browse(Filters(**query), actor=current_actor(), now=utc_now(), limit=limit + 1, after=after)
    more = len(entries) > limit
    return {"items": entries[:limit], "next": entries[limit - 1].module_id if more else None}


@modules_api.route("", methods=["POST"])
@modules_api.arguments(NewModuleBodySchema)
@modules_api.response(201, ModulePublicationSchema)
@requires("modules.edit")
def publish_module(body: dict[str, Any]) -> Any:
    """Publish a module, or a new version of it: the first one lists it."""
    organisation = organisations.by_slug(body.pop("organisation"))
    if organisation is None:
        raise NotFound("no_such_organisation", gettext("There is no such organisation."))
    actor = authorise("modules.edit", organisation.id)
    publication = authoring.publish_version(
        organisation, body["code"], content=_with_pictures(body), actor=actor.public_id
    )
    return publication, 201 if publication.is_new else 200


@modules_api.route("/<module_id>", methods=["GET"])
@modules_api.response(200, ModuleSchema)
@requires("public.read")
def show_module(module_id: str) -> Any:
    return entry_of(module_id, actor=current_actor(), now=utc_now())


@modules_api.route("/<module_id>/versions", methods=["GET"])
@modules_api.response(200, ModuleVersionPageSchema)
@requires("public.read")
def list_versions(module_id: str) -> Any:
    """Every version, newest first."""
    return {"items": list(reversed(_seen(module_id).versions)), "next": None}


@modules_api.route("/<module_id>/versions", methods=["POST"])
@modules_api.arguments(ContentBodySchema)
@modules_api.response(201, ModulePublicationSchema)
@requires("modules.edit")
def publish_version(body: dict[str, Any], module_id: str) -> Any:
    """Publish the next version; the same content again is answered 200 and makes none."""
    module = find_module(module_id)
    actor = authorise("modules.edit", module.organisation_id)
    publication = authoring.publish_version(
        module.organisation, module.code, content=_with_pictures(body), actor=actor.public_id
    )
    return publication, 201 if publication.is_new else 200


@modules_api.route("/<module_id>/state", methods=["PUT"])
@modules_api.arguments(ModuleStateBodySchema)
@modules_api.response(200, ModuleSchema)
@requires("modules.edit")
def change_state(body: dict[str, Any], module_id: str) -> Any:
    """Open, list or archive a module."""
    module = find_module(module_id)
    actor = authorise("modules.edit", module.organisation_id)
    authoring.CHANGES[body["state"]](module, actor=actor.public_id)
    return entry_of(module_id, actor=actor, now=utc_now())


@modules_api.route("/<module_id>/attempts", methods=["POST"])
@modules_api.response(201, AttemptSchema)
@requires("learn")
def start(module_id: str) -> Any:
    """Start the check; an attempt that is open already is answered 200."""
    limits.spend("answering", current_actor().public_id)
    started = attempts.start(_learner(), _seen(module_id), now=utc_now())
    return _shown(started.attempt), 200 if started.resumed else 201


@attempts_api.route("/<attempt_id>", methods=["GET"])
@attempts_api.response(200, AttemptSchema)
@requires("learn")
def show_attempt(attempt_id: str) -> Any:
    return _shown(attempts.find_attempt(_learner(), attempt_id))


@attempts_api.route("/<attempt_id>/answers/<item_id>", methods=["PUT"])
@attempts_api.arguments(AnswerBodySchema)
@attempts_api.response(200, SavedAnswerSchema)
@requires("learn")
def save_answer(body: dict[str, Any], attempt_id: str, item_id: str) -> Answer:
    """Save the answer to one question; it may be given again until the attempt is submitted."""
    limits.spend("answering", current_actor().public_id)
    return attempts.save_answer(_learner(), attempt_id, item_id, body["response"], now=utc_now())


@attempts_api.route("/<attempt_id>/submit", methods=["POST"])
@attempts_api.response(200, AttemptResultSchema)
@requires("learn")
def submit(attempt_id: str) -> Any:
    """Have the attempt marked. Asked again, it answers the same."""
    limits.spend("answering", current_actor().public_id)
    return _result(attempts.submit(_learner(), attempt_id, now=utc_now()))


def _learner() -> int:
    account_id = current_actor().account_id
    if account_id is None:
        raise NotFound("no_such_attempt", gettext("There is no such attempt."))
    return account_id


def _seen(module_id: str) -> Module:
    module = find_module(module_id)
    if not may_see(current_actor(), module):
        raise NotFound("no_such_module", gettext("There is no such module."))
    return module


def _shown(attempt: Attempt) -> dict[str, Any]:
    sheet = sheet_of(attempt)
    over = not is_open(attempt, utc_now())
    fields = {name: getattr(sheet, name) for name in ("attempt_id", "module_id", "title", "number", "items")}
    return fields | {
        "state": "expired" if over and attempt.state == "open" else attempt.state,
        "opened_at": sheet.opened_at,
        "deadline_at": sheet.deadline_at,
        "result": _result(attempt) if over else None,
    }


def _result(attempt: Attempt) -> dict[str, Any]:
    result = result_of(attempt, accounts.get(attempt.account_id))
    return asdict(result) | {"evidence": evidence_of(attempt)}


def _with_pictures(body: Mapping[str, Any]) -> dict[str, Any]:
    """The content with its pictures as bytes."""
    content = dict(body)
    if "figures" in content:
        content["figures"] = {name: _decoded(text, f"figures.{name[:80]}") for name, text in body["figures"].items()}
    return content


def _decoded(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise refusal(where, "must be base64.") from None
