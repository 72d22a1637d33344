"""The edge over HTTP: one place that commits, one that knows status codes, one that sets headers.

A request that may change something runs in one transaction. It is committed here, after the view has
rendered its reply and before that reply is sent; a reply of 400 or above, or an exception, stores nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from issuer.base import body_sizes, headers, idempotency
from issuer.base.db import db, reads_only
from issuer.base.errors import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Malformed,
    NotFound,
    NotSignedIn,
    ServiceError,
    TooLarge,
    TooMany,
    Unavailable,
)
from issuer.base.faults import fault_point

log = structlog.get_logger("rosette.http")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PROBLEM_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="rosette"'
PROGRAM_PATHS = ("/api/", "/credentials/", "/presentations/", "/conformance/", "/wallets/")
"""Where only programs call: JSON whatever they say they like, a key for repeating a call, no form token."""

STATUS: dict[type[ServiceError], int] = {
    Malformed: 400,
    NotSignedIn: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}


class RosetteFlask(Flask):
    """Flask with one unit of work a request."""

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in SAFE_METHODS:
            return super().dispatch_request()
        key = idempotency.key_of(request) if request.path.startswith(PROGRAM_PATHS) else None
        caller = g.get("caller")
        if key is None or caller is None:  # nobody in particular: a key would mix up the replies of many
            return self._run_and_commit()
        digest = idempotency.digest_of(request)
        if (earlier := idempotency.earlier_reply(caller, key, digest)) is not None:
            return earlier
        try:
            return self._run_and_commit(caller=caller, key=key, digest=digest)
        except IntegrityError:
            db.session.rollback()
            if (earlier := idempotency.earlier_reply(caller, key, digest)) is not None:
                return earlier
            raise

    def _run_and_commit(self, *, caller: str = "", key: str = "", digest: str = "") -> Response:
        response = self.make_response(super().dispatch_request())
        if response.status_code >= 400 and not g.get("is_refusal_kept"):
            db.session.rollback()
            return response
        if key:
            idempotency.remember(caller, key, digest, response)
        fault_point("http.before_commit")
        db.session.commit()
        fault_point("http.after_commit")
        return response

    def handle_http_exception(self, error: HTTPException) -> Any:
        """A slash too many is answered without the host that the router took from the request."""
        if isinstance(error, RequestRedirect):
            return redirect(_own_path(error.new_url), 308)
        return super().handle_http_exception(error)


def init_app(app: Flask) -> None:
    """Request ids, read-only transactions for safe methods, security headers, error answers."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)
    app.register_error_handler(ServiceError, answer_service_error)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(ValidationError, answer_validation_error)
    app.register_error_handler(OperationalError, answer_database_trouble)
    app.register_error_handler(DataError, answer_unstorable)
    app.register_error_handler(RecursionError, answer_too_deep)
    app.register_error_handler(Exception, answer_unknown_error)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    body_sizes.allow()
    g.reads_only_token = reads_only.set(request.method in SAFE_METHODS)
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _forget(_error: BaseException | None) -> None:
    if (token := g.pop("reads_only_token", None)) is not None:
        reads_only.reset(token)
    structlog.contextvars.clear_contextvars()


def _finish(response: Response) -> Response:
    headers.protect(response)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if current_app.config["ROSETTE"].is_production:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    log.info("request", method=request.method, endpoint=request.endpoint, status=response.status_code)
    return response


def _own_path(url: str) -> str:
    parts = urlsplit(url)
    path = f"/{parts.path.lstrip('/')}"
    return f"{path}?{parts.query}" if parts.query else path


def wants_html() -> bool:
    """A person's browser asks: not the API, and HTML is what it likes best."""
    if request.path.startswith(PROGRAM_PATHS):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
    return best == "text/html"


def problem(status: int, error: ServiceError) -> Response:
    """RFC 9457 problem document, or a page saying the same, with the stable code and what to do."""
    if wants_html():
        page = render_template("errors/problem.html", status=status, error=error, request_id=g.get("request_id", ""))
        response = current_app.make_response(page)
    else:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": error.code.replace("_", " "),
            "status": status,
            "code": error.code,
            "detail": str(error.detail),
            "request_id": g.get("request_id", ""),
        }
        if error.fields:
            body["fields"] = error.fields
        response = jsonify(body)
        response.content_type = PROBLEM_TYPE
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def status_of(error: ServiceError) -> int:
    """The HTTP status that says what kind of error it is."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer_service_error(error: ServiceError) -> Response:
    db.session.rollback()
    return problem(status_of(error), error)


_HTTP_SENTENCES = {
    400: ("bad_request", lazy_gettext("The request could not be read.")),
    404: ("not_found", lazy_gettext("There is nothing at this address.")),
    405: ("method_not_allowed", lazy_gettext("This address does not take that method.")),
    406: ("not_acceptable", lazy_gettext("This cannot be given in any of the forms asked for.")),
    412: (
        "changed_meanwhile",
        lazy_gettext("Somebody else has changed this meanwhile. Read it again, then change it."),
    ),
    413: ("too_large", lazy_gettext("That is more than this service reads in one request.")),
    415: ("unsupported_media_type", lazy_gettext("Send this as application/json.")),
    416: ("range_not_satisfiable", lazy_gettext("There is no such part of this file.")),
    422: ("invalid", lazy_gettext("Some of the input is not acceptable.")),
    429: ("too_many_requests", lazy_gettext("Too many requests; wait a little and try again.")),
}


def answer_http_exception(error: HTTPException) -> ResponseReturnValue:
    """Routing, CSRF, body and limiter errors of the libraries, in our form."""
    db.session.rollback()
    if error.code is None or error.code < 400:
        return error.get_response()
    code, detail = _HTTP_SENTENCES.get(error.code, ("http_error", error.name))
    fields = _flatten(getattr(error, "data", {}).get("messages", {})) if error.code == 422 else {}
    if type(error).__name__ == "CSRFError":
        code = "csrf_failed"
        detail = gettext("This form is too old or was not sent from our page. Go back, reload, send again.")
    retry_after = 60 if error.code == 429 else None
    response = problem(error.code, ServiceError(code, str(detail), fields=fields, retry_after=retry_after))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def answer_validation_error(error: ValidationError) -> Response:
    db.session.rollback()
    messages = error.normalized_messages()  # type: ignore[no-untyped-call]
    return problem(422, Invalid("invalid", gettext("Some of the input is not acceptable."), fields=_flatten(messages)))


def answer_database_trouble(error: OperationalError) -> Response:
    """A lock held too long or a lost server: nothing was stored, and trying again is right."""
    db.session.rollback()
    log.error("database_unavailable", reason=type(error.orig).__name__)
    sentence = gettext("The service is very busy. Nothing was lost; try again in a moment.")
    return problem(503, Unavailable("database_unavailable", sentence, retry_after=2))


def answer_unstorable(_error: DataError) -> Response:
    """A NUL in a name, a number beyond its column: PostgreSQL refuses to compare with what it could not hold."""
    db.session.rollback()
    log.warning("unstorable")
    return problem(422, Invalid("unstorable", gettext("There is a character or number in this that cannot be used.")))


def answer_too_deep(_error: RecursionError) -> Response:
    """A body nested beyond what the reader of JSON can follow."""
    db.session.rollback()
    log.warning("too_deep")
    return problem(400, Malformed("too_deep", gettext("That is nested too deeply to be read.")))


def answer_unknown_error(error: Exception) -> Response:
    """Nothing to the caller, everything to the log."""
    db.session.rollback()
    log.exception("unknown_error")
    sentence = gettext("Something went wrong on our side. It has been written down.")
    return problem(500, ServiceError("internal_error", sentence))


def _flatten(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    if isinstance(messages, list):
        return {prefix: [str(message) for message in messages]}
    flat: dict[str, list[str]] = {}
    for name, inner in (messages or {}).items():
        path = str(name) if prefix in ("", "json", "query", "form", "files", "path") else f"{prefix}.{name}"
        flat |= _flatten(inner, path)
    return flat


def kept(refusal: Response) -> Response:
    """Have what the view has written committed although it refuses: a wrong guess counts."""
    g.is_refusal_kept = True
    return refusal


def with_etag(response: Response, tag: str, *, cache_control: str) -> Response:
    """Give ``response`` a strong ETag and answer 304 when the caller already has it."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = cache_control
    response.make_conditional(request)
    return response


def published(body: bytes, media_type: str, *, cache_control: str) -> Response:
    """A public document: the same for everybody, readable by scripts of any site, answered 304 when unchanged."""
    return published_as(body, media_type, tag=hashlib.sha256(body).hexdigest(), cache_control=cache_control)


def published_as(body: bytes, media_type: str, *, tag: str, cache_control: str) -> Response:
    """The same, with a tag that stands for the body."""
    response = current_app.make_response(body)
    response.content_type = media_type
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return with_etag(response, tag, cache_control=cache_control)


def negotiate(offers: Sequence[str], *, default: str) -> str | None:
    """The offered media type the caller likes best; ``default`` for */* or no Accept; None if none will do.

    RFC 9110, section 12.5.1: the most exact range that fits a type decides for it, so q=0 refuses it. Of types liked
    equally, one that was named goes before one that a range let in. Parameters of a range are not looked at.
    """
    if not request.accept_mimetypes:
        return default
    ordered = [default, *(offer for offer in offers if offer != default)]
    liking, _exactness, place = max((*_liking(offer), -place) for place, offer in enumerate(ordered))
    return ordered[-place] if liking > 0 else None


def _liking(offer: str) -> tuple[float, int]:
    """How much the caller likes a media type, 0..1, and how exactly the range that says so names it, 0..2."""
    ranges = ("*/*", f"{offer.partition('/')[0]}/*", offer)
    found = [
        (ranges.index(kind), quality)
        for accepted, quality in request.accept_mimetypes
        if (kind := accepted.partition(";")[0].strip().lower()) in ranges
    ]
    exactness, quality = max(found, default=(0, 0.0))
    return quality, exactness
