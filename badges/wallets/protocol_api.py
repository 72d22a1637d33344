"""The endpoints that wallets call. OpenID for Verifiable Credential Issuance 1.0; RFC 6749, 6750 and 8414.

Wallets run in browsers too, so scripts of any site may call; nothing here looks at a cookie.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from badges.public_names import shaped
from badges.wallets import handing_over, nonces, offers, redeeming, refusing
from badges.wallets.configurations import issuer_metadata, server_metadata
from badges.wallets.models import WalletAccess
from badges.wallets.refusing import Refused, Unauthorised, WrongTransactionCode
from issuer import limits
from issuer.access import requires, with_own_token
from issuer.base import http
from issuer.base.db import db, utc_now
from issuer.base.errors import NotSignedIn, ServiceError
from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_object
from issuer.profile import find_organisation

blueprint = Blueprint("wallet_protocol", __name__)

METADATA_CACHE = "public, max-age=300"
LONGEST_BODY = 64 * 1024
_FORM = "application/x-www-form-urlencoded"
_BEARER = "bearer "
_CREDENTIALS_OF_A_CLIENT = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


@blueprint.get("/.well-known/openid-credential-issuer/issuers/<slug>")
@blueprint.get("/issuers/<slug>/.well-known/openid-credential-issuer")
@requires("public.read")
def issuer(slug: str) -> Response:
    """The metadata of an organisation as a credential issuer: at the standard's place, and where drafts had it."""
    return _metadata(issuer_metadata(find_organisation(shaped(slug))))


@blueprint.get("/.well-known/oauth-authorization-server")
@requires("public.read")
def authorization_server() -> Response:
    return _metadata(server_metadata())


@blueprint.get("/wallets/offers/<name>")
@requires("wallets.fetch")
def offer(name: str) -> Response:
    _count_call()
    return jsonify(offers.offer_document(offers.find_open(name, now=utc_now())))


@blueprint.post("/wallets/token")
@with_own_token
@requires("wallets.fetch")
def token() -> Response:
    """A wrong transaction code is refused, and counted."""
    _count_call()
    _refuse_client_credentials()
    try:
        granted = redeeming.redeem(redeeming.read_request(_form()), now=utc_now())
    except WrongTransactionCode as error:
        return http.kept(_answer(error))
    reply: dict[str, Any] = {
        "access_token": granted.secret,
        "token_type": "Bearer",
        "expires_in": int(redeeming.LIFETIME.total_seconds()),
    }
    return jsonify(reply | ({"authorization_details": granted.details} if granted.details else {}))


@blueprint.post("/wallets/nonce")
@with_own_token
@requires("wallets.fetch")
def nonce() -> Response:
    _count_call()
    return jsonify({"c_nonce": nonces.new_nonce(now=utc_now())})


@blueprint.post("/wallets/credential")
@with_own_token
@requires("wallets.fetch")
def credential() -> Response:
    _count_call()
    access = _access()
    handed = handing_over.hand_over(access, _body(refusing.INVALID_CREDENTIAL_REQUEST), now=utc_now())
    return Response(handed.response, content_type="application/json")


@blueprint.post("/wallets/notification")
@with_own_token
@requires("wallets.fetch")
def notification() -> Response:
    _count_call()
    handing_over.note_event(_access(), _body(refusing.INVALID_NOTIFICATION_REQUEST))
    return Response(status=204)


@blueprint.after_request
def _for_scripts_of_any_site(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
    return response


@blueprint.errorhandler(ServiceError)
def _answer(error: ServiceError) -> Response:
    """The members ``error`` and ``error_description`` of RFC 6749, 5.2."""
    if not isinstance(error, WrongTransactionCode):
        db.session.rollback()
    response = jsonify({"error": error.code, "error_description": str(error.detail)})
    response.status_code = http.status_of(error)
    response.headers["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = _challenge(error)
    return response


@blueprint.errorhandler(HTTPException)
def _answer_http_exception(error: HTTPException) -> Response:
    return _answer(Refused(refusing.INVALID_REQUEST, error.name))


def _challenge(error: ServiceError) -> str:
    if error.code == refusing.INVALID_CLIENT:
        return 'Basic realm="rosette"'
    named = f', error="{error.code}"' if _bearer_token() else ""
    return f"{http.CHALLENGE}{named}"


def _metadata(document: dict[str, Any]) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8")
    return http.published(body, "application/json", cache_control=METADATA_CACHE)


def _count_call() -> None:
    limits.spend("wallet_from_one_place", limits.client_address())


def _form() -> dict[str, str]:
    """The form, each name of which stands in it once (RFC 6749, 3.2). Raises Refused."""
    if request.mimetype != _FORM:
        raise Refused(refusing.INVALID_REQUEST, f"The request is sent as {_FORM}.")
    named = request.form.to_dict(flat=False)
    if repeated := [name for name, values in named.items() if len(values) != 1]:
        raise Refused(refusing.INVALID_REQUEST, f"The request says {ascii(repeated[0])[:40]} more than once.")
    return {name: values[0] for name, values in named.items()}


def _refuse_client_credentials() -> None:
    """Wallets are not registered here: one that proves who it is takes this for another server."""
    if "Authorization" in request.headers or _CREDENTIALS_OF_A_CLIENT & request.form.keys():
        raise Unauthorised(refusing.INVALID_CLIENT, "No client is registered here; send no credentials of one.")


def _bearer_token() -> str:
    header = request.headers.get("Authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def _access() -> WalletAccess:
    secret = _bearer_token()
    if not secret:
        raise Unauthorised(refusing.INVALID_TOKEN, "The request has no access token.")
    return handing_over.find_access(secret, now=utc_now())


def _body(error: str) -> dict[str, Any]:
    """The JSON object of the request. Raises Refused with ``error``."""
    if request.mimetype != "application/json":
        raise Refused(error, "The request is sent as application/json.")
    try:
        return load_object(request.get_data(), max_bytes=LONGEST_BODY)
    except CryptoError as refusal:
        raise Refused(error, refusal.detail) from refusal
