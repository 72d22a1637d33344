"""The documents that let strangers check our signatures: DID documents, public keys and status lists.

They are public, the same for everybody, cacheable, and readable by scripts of any site. Fetching one never writes.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response
from flask_babel import gettext

from issuer import profile
from issuer.access import requires
from issuer.base import http
from issuer.base.errors import NotFound
from issuer.keys import history
from issuer.status import places
from issuer.status.publishing import TIME_TO_LIVE

blueprint = Blueprint("documents", __name__)

KEYS_CACHE = "public, max-age=300"
FOREVER = "public, max-age=31536000, immutable"
STATUS_CACHE = f"public, max-age={int(TIME_TO_LIVE.total_seconds())}"

CREDENTIAL_TYPES = ("application/vc", "application/ld+json", "application/json")


@blueprint.get("/issuers/<slug>/did.json")
@requires("public.read")
def did(slug: str) -> Response:
    document = profile.issuer_did_document(profile.find_organisation(slug))
    return _published_json(document, "application/did+json", cache_control=KEYS_CACHE)


@blueprint.get("/issuers/<slug>/did/history")
@requires("public.read")
def did_history(slug: str) -> Response:
    """Which versions of the DID document there have been, and since when."""
    listing = history.listing(profile.find_organisation(slug))
    return _published_json(listing, "application/json", cache_control=KEYS_CACHE)


@blueprint.get("/issuers/<slug>/did/<int:number>.json")
@requires("public.read")
def did_version(slug: str, number: int) -> Response:
    """One version, byte for byte as it was signed."""
    version = history.find_version(profile.find_organisation(slug), number)
    return http.published(version.document, "application/json", cache_control=FOREVER)


@blueprint.get("/.well-known/jwks.json")
@requires("public.read")
def jwks() -> Response:
    return _published_json(profile.jwk_set(), "application/jwk-set+json", cache_control=KEYS_CACHE)


@blueprint.get("/keys/<kid>")
@requires("public.read")
def key(kid: str) -> Response:
    return _published_json(profile.find_jwk(kid), "application/jwk+json", cache_control=KEYS_CACHE)


@blueprint.get("/status/<list_id>")
@requires("public.read")
def status_list(list_id: str) -> Response:
    """The bytes as they were signed, also when they are about to run out: renewing them is a job's work."""
    signed = places.find_list(list_id).signed
    if signed is None:
        raise NotFound("not_found", gettext("There is no such status list."))
    media_type = http.negotiate(CREDENTIAL_TYPES, default="application/vc") or "application/json"
    response = http.published(signed, media_type, cache_control=STATUS_CACHE)
    response.vary.add("Accept")
    return response


def _published_json(document: dict[str, Any], media_type: str, *, cache_control: str) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8")
    return http.published(body, media_type, cache_control=cache_control)
