"""How the endpoints of the VC API read a request and refuse one: strict JSON in, one form of refusal out.

A refusal is JSON whatever went wrong: ``verified`` false, ``errors`` as an array of texts, and ``problemDetails`` as
the specifications ask (RFC 9457).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from issuer.base import http
from issuer.base.db import db
from issuer.base.errors import Malformed, NotSignedIn, ServiceError, TooLarge
from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_object
from issuer.vc import report
from issuer.vc.report import Check, failed, problem_of

_REQUEST = "VC API"
_NAMES = {
    "malformed": report.MALFORMED,
    "invalid_json": report.PARSING,
    "too_deep": report.PARSING,
    "unsigned_property": report.DATA_LOSS,
    "context_not_allowed": report.PROOF_TRANSFORMATION,
    "context_unavailable": report.PROOF_TRANSFORMATION,
    "canonicalization_budget": report.PROOF_TRANSFORMATION,
}


class Refused(Malformed):
    """A request or a document that is not acceptable, with every reason as a check."""

    def __init__(self, hindrances: Sequence[Check]) -> None:
        first = hindrances[0]
        super().__init__(first.reason or "not_acceptable", first.detail)
        self.hindrances = tuple(hindrances)


def unreadable(detail: str, *, reason: str = "bad_request") -> Refused:
    """A request that is not one of this API."""
    return Refused((failed("request", _REQUEST, detail, code=report.PARSING, reason=reason),))


def not_secured(error: CryptoError) -> Refused:
    """Why no proof was made, in the standards' words."""
    code = _NAMES.get(error.code, report.PROOF_GENERATION)
    return Refused((failed("proof", "Data Integrity 1.0, 4.2", error.detail, code=code, reason=error.code),))


def read_body() -> dict[str, Any]:
    """The request's JSON object, whatever type it says it has. Raises Refused."""
    data = request.get_data()
    try:
        return load_object(data, max_bytes=len(data))
    except CryptoError as error:
        raise unreadable(error.detail, reason=error.code) from error


def member(body: dict[str, Any], name: str) -> dict[str, Any]:
    """A member that must be an object. Raises Refused."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise unreadable(gettext("The request has no object %(name)s.", name=name))
    return value


def options_of(body: dict[str, Any]) -> dict[str, Any]:
    """The member ``options``, which may be left out; names in it that mean nothing here are ignored. Raises Refused."""
    return {} if body.get("options") is None else member(body, "options")


def texts_of(options: dict[str, Any], name: str) -> tuple[str, ...]:
    """An option that is an array of texts, empty when it is left out. Raises Refused."""
    value = options.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise unreadable(gettext("%(name)s must be an array of texts.", name=name))
    return tuple(value)


def made(document: Mapping[str, Any]) -> Response:
    """The answer that gives what was made, with its members in their order."""
    return given(json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8"))


def given(document: bytes) -> Response:
    """The answer that gives what was made, byte for byte."""
    return Response(document, status=201, content_type="application/json")


def answer_in_json(blueprint: Blueprint) -> None:
    """Have every error of the blueprint's views answered in that form."""
    blueprint.register_error_handler(ServiceError, _answer_service_error)
    blueprint.register_error_handler(HTTPException, _answer_http_exception)


def _answer_service_error(error: ServiceError) -> Response:
    db.session.rollback()
    checks = error.hindrances if isinstance(error, Refused) else ()
    ours = {"type": "about:blank", "title": error.code.replace("_", " "), "detail": str(error.detail)}
    response = jsonify(
        {
            "verified": False,
            "errors": [f"{check.code}: {check.detail}" for check in checks] or [f"{error.code}: {error.detail}"],
            "problemDetails": [problem_of(check) for check in checks] or [ours],
            "code": error.code,
            "fields": error.fields,
            "request_id": g.get("request_id", ""),
        }
    )
    response.status_code = http.status_of(error)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = http.CHALLENGE
    return response


def _answer_http_exception(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _answer_service_error(TooLarge("too_large", gettext("That is more than this service reads.")))
    return _answer_service_error(unreadable(gettext("The request could not be read.")))
