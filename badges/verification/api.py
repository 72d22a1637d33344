"""Verification as JSON."""

from __future__ import annotations

from typing import Any

from badges.verification import sources
from badges.verification.report import as_json
from badges.verification.schemas import ReportSchema, VerificationBody
from issuer import limits
from issuer.access import requires
from issuer.base.json_bodies import ApiBlueprint

verifications_api = ApiBlueprint(
    "verifications_api", __name__, url_prefix="/api/v1/verifications", description="Is a badge real and still valid"
)


@verifications_api.route("", methods=["POST"])
@verifications_api.arguments(VerificationBody)
@verifications_api.response(200, ReportSchema)
@requires("verify")
def verify_badge(body: dict[str, Any]) -> dict[str, Any]:
    """Check a badge, or the badge at an address. Whatever the badge is worth, the answer is 200 with a verdict."""
    limits.spend("verifying", limits.client_address())
    given = body["input"].strip()
    is_address = given.startswith(("https://", "http://"))
    data = sources.bytes_at(given) if is_address else given.encode("utf-8", "surrogatepass")
    return as_json(sources.check(data))
