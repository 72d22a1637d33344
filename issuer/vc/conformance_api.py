"""The endpoints for test suites, /conformance/...: without authentication, and not there unless the setting says so."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from issuer.access import requires
from issuer.base.db import utc_now
from issuer.crypto.contexts import open_contexts
from issuer.vc import conformance, conformance_issuing, conformance_status, deriving
from issuer.vc.exchange import answer_in_json, made, member, options_of, read_body
from issuer.vc.status_changes import read_change
from issuer.vc.verify_api import answer_credential, answer_presentation
from issuer.vc.world import UNLISTED_EXAMPLE_ISSUERS

blueprint = Blueprint("conformance", __name__, url_prefix="/conformance")
answer_in_json(blueprint)
blueprint.before_request(conformance.require_conformance)


@blueprint.get("/manifest.json")
@requires("public.read")
def manifest() -> Response:
    return jsonify(conformance.manifest())


@blueprint.post("/issuers/<name>/credentials/issue")
@requires("public.read")
def issue(name: str) -> Response:
    issuer = conformance.find_issuer(name)
    body = read_body()
    credential, options = member(body, "credential"), options_of(body)
    return made(conformance_issuing.issue(issuer, credential, options=options, now=utc_now()))


@blueprint.post("/issuers/<name>/credentials/status")
@requires("public.read")
def status(name: str) -> Response:
    conformance.find_issuer(name)
    change = read_change(read_body())
    conformance_status.change(change.credential_id, change.purpose, status=change.status)
    return jsonify({"status": change.status})


@blueprint.get("/status/<purpose>")
@requires("public.read")
def status_list(purpose: str) -> Response:
    return jsonify(conformance_status.status_list(purpose, now=utc_now()))


@blueprint.post("/credentials/derive")
@requires("public.read")
def derive() -> Response:
    return made(deriving.derive(read_body(), contexts=open_contexts()))


@blueprint.post("/credentials/verify")
@requires("public.read")
def verify_credential() -> Response:
    """As /credentials/verify, but for the two things that docs/conformance.md names."""
    return answer_credential(contexts=open_contexts(), policy=UNLISTED_EXAMPLE_ISSUERS)


@blueprint.post("/presentations/verify")
@requires("public.read")
def verify_presentation() -> Response:
    return answer_presentation(contexts=open_contexts(), policy=UNLISTED_EXAMPLE_ISSUERS)
