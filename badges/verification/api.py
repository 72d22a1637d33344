"""Verification as JSON."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify, request, url_for

from badges.receipts.making import as_json, receipt_of
from badges.trust.counted import counted_for
from badges.trust.wording import equivalences_as_json
from badges.verification import doors, later
from badges.verification.answers import as_answer
from badges.verification.asking import (
    FORM,
    JSON,
    MOST_BYTES,
    Asked,
    asked_as_file,
    asked_as_form,
    asked_as_json,
    prefers_later,
)
from badges.verification.models import AskedVerification
from badges.verification.schemas import AskedVerificationSchema, ReportSchema, VerificationBody
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.body_sizes import takes_up_to
from issuer.base.json_bodies import ApiBlueprint

verifications_api = ApiBlueprint(
    "verifications_api", __name__, url_prefix="/api/v1/verifications", description="Is a badge real and still valid"
)

ROOM_FOR_FIELDS = 64 * 1024
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FORM_FIELDS = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        **{name: {"type": "string"} for name in ("input", "recipient", "async", "receipt")},
    },
}
_FILE_TYPES = (
    *("application/octet-stream", "application/vc", "application/vc+jwt", "application/jwt", "image/png"),
    *("image/svg+xml", "image/jpeg", "application/pdf", "application/zip", "text/plain"),
)
BODY = {
    "required": True,
    "content": {
        JSON: {"schema": VerificationBody},
        FORM: {"schema": _FORM_FIELDS},
        **dict.fromkeys(_FILE_TYPES, _FILE),
    },
}
PREFER = {
    "in": "header",
    "name": "Prefer",
    "schema": {"type": "string"},
    "description": "respond-async: answer 202 at once; the report is at Location for 24 hours.",
}


@verifications_api.route("", methods=["POST"])
@verifications_api.doc(requestBody=BODY, parameters=[PREFER])
@verifications_api.response(200, ReportSchema)
@verifications_api.alt_response(202, schema=AskedVerificationSchema, description="Asked for; ask again at Location.")
@takes_up_to(MOST_BYTES + ROOM_FOR_FIELDS)
@requires("verify")
def verify_badge() -> Any:
    """Check a badge, or the badge at an address. Whatever the badge is worth, the answer is 200 with a verdict.

    What is no badge at all is a problem: 400 when it cannot be read, 413 when it is too large, 422 when nothing to
    check was found in it or it leads to an address that is not of the public web. Nothing handed in is kept.
    """
    limits.spend("verifying", limits.client_address())
    asked = _asked()
    if asked.later or prefers_later(request):
        return _later(asked)
    report = doors.answer(asked.data, recipient=asked.recipient, name=asked.name)
    answer = {**as_answer(report), "countsAs": equivalences_as_json(counted_for(current_actor(), report))}
    if not asked.receipt:
        return answer
    return {**answer, "receipt": as_json(receipt_of(report, hashlib.sha256(asked.data).hexdigest()))}


@verifications_api.route("/<verification_id>", methods=["GET"])
@verifications_api.response(200, AskedVerificationSchema)
@requires("verify")
def asked_verification(verification_id: str) -> dict[str, Any]:
    """How a verification is going that was asked for with respond-async, and its report once it is done."""
    return _progress(later.find(verification_id, current_actor()))


def _asked() -> Asked:
    """Raises Malformed, Invalid, ValidationError."""
    if request.mimetype == JSON:
        body = verifications_api.ARGUMENTS_PARSER.parse(VerificationBody, request, location="json")
        return asked_as_json(body)
    return asked_as_form(request) if request.mimetype == FORM else asked_as_file(request)


def _later(asked: Asked) -> Response:
    row = later.ask(asked, current_actor())
    response = jsonify(AskedVerificationSchema().dump(_progress(row)))
    response.status_code = 202
    response.headers["Location"] = url_for("verifications_api.asked_verification", verification_id=row.public_id)
    response.headers["Preference-Applied"] = "respond-async"
    return response


def _progress(row: AskedVerification) -> dict[str, Any]:
    return {
        "id": row.public_id,
        "state": row.state,
        "done": 0 if row.state == "waiting" else 1,
        "of": 1,
        "expiresAt": row.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "report": (row.answer or {}).get("report"),
        "problem": (row.answer or {}).get("problem"),
    }
