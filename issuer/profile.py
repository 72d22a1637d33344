"""What the world sees of an organisation as an issuer: its Profile, its DID document and its public keys.

Open Badges 3.0, B.1.21 (Profile); DID Core 1.0 and the did:web method; RFC 7517 (JWK Set). The Ed25519 keys are named
by themselves (DID#z6Mk...), so a verifier that knows only the method's id already has the key; the JWT key is named by
the URL that answers with it as one bare JWK (Open Badges 3.0, section 8.2.1), and listed in the DID document as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import NotFound
from issuer.crypto.controller_documents import method_in
from issuer.crypto.did import did_document, did_web_for, json_web_key_method, multikey_method
from issuer.crypto.multikey import from_jwk
from issuer.crypto.timestamps import format_timestamp
from issuer.crypto.verification_method import ResolveKey, VerificationMethod
from issuer.keys.keystore import BADGE_JWT, VERIFICATION_RECEIPT, keys_of
from issuer.models import Organisation, SigningKey
from issuer.pictures.keeping import address_of


def find_organisation(slug: str) -> Organisation:
    """The organisation with that slug. Raises NotFound."""
    organisation = db.session.scalar(select(Organisation).filter_by(slug=slug))
    if organisation is None:
        raise NotFound("not_found", gettext("There is no such issuer."))
    return organisation


def issuer_url(organisation: Organisation) -> str:
    """The page that says who the issuer is."""
    return f"{settings().base_url}/issuers/{organisation.slug}"


def issuer_did(organisation: Organisation) -> str:
    """did:web:HOST:issuers:SLUG; never changes, because badges carry it."""
    return did_web_for(settings().base_url, "issuers", organisation.slug)


def issuer_profile(organisation: Organisation) -> dict[str, Any]:
    """The organisation as an Open Badges 3.0 Profile (B.1.21)."""
    profile = {
        "id": issuer_did(organisation),
        "type": ["Profile"],
        "name": organisation.name,
        "url": organisation.url or issuer_url(organisation),
        "email": organisation.email,
        "description": organisation.description,
        "image": {"id": logo_url(organisation), "type": "Image"},
    }
    return {name: value for name, value in profile.items() if value}


def logo_url(organisation: Organisation) -> str:
    """The logo, under an address that is always this picture; the drawn emblem when there is none."""
    return address_of(organisation.logo) if organisation.logo else f"{issuer_url(organisation)}/image.png"


def method_id(key: SigningKey, did: str) -> str:
    """The verification method of a key in the DID document of its organisation."""
    return f"{did}#{key.kid if key.purpose == BADGE_JWT else key.public_multibase}"


def key_url(key: SigningKey) -> str:
    """Where a key is published as one JWK: the ``kid`` of the JWTs it signs."""
    return f"{settings().base_url}/keys/{key.kid}"


def issuer_did_document(organisation: Organisation) -> dict[str, Any]:
    """The DID document: every key from its announcement on, the retired ones too, as badges outlive keys.

    A compromised key stays, with ``revoked``: from then on no proof by it is accepted, whenever it says it was made.
    """
    return _document_of(organisation, keys_of(organisation))


def _document_of(organisation: Organisation, keys: Sequence[SigningKey]) -> dict[str, Any]:
    did = issuer_did(organisation)
    methods = [_method_entry(key, did) for key in keys]
    document = did_document(
        did, verification_methods=methods, assertion_methods=[str(method["id"]) for method in methods]
    )
    known = {**document, "alsoKnownAs": [issuer_url(organisation)]}
    return {**known, "service": [_succession_service(organisation, did)]} if organisation.statement_number else known


def _succession_service(organisation: Organisation, did: str) -> dict[str, str]:
    """Where the issuer says what becomes of it (issuer.succession); only once it has said something."""
    endpoint = f"{issuer_url(organisation)}/succession.json"
    return {"id": f"{did}#succession", "type": "IssuerSuccession", "serviceEndpoint": endpoint}


def _method_entry(key: SigningKey, did: str) -> dict[str, Any]:
    make = json_web_key_method if key.purpose == BADGE_JWT else multikey_method
    entry = make(method_id(key, did), controller=did, key=from_jwk(key.public_jwk))
    if key.compromised_since is None:
        return entry
    return {**entry, "revoked": format_timestamp(key.compromised_since)}


def published_jwk(key: SigningKey, did: str) -> dict[str, Any]:
    """A JWT key as its bare JWK, saying whose it is (Open Badges 3.0 implementation guide: kid and iss), and since when
    it proves nothing, if it was compromised (``revoked`` as in OpenID Federation 1.0, historical keys)."""
    published = {
        **key.public_jwk,
        "kid": key_url(key),
        "alg": key.algorithm,
        "use": "sig",
        "iss": did,
        "controller": did,
    }
    if key.compromised_since is None:
        return published
    ended = {"revoked_at": int(key.compromised_since.timestamp()), "reason": "compromised"}
    return {**published, "revoked": ended}


def find_jwk(kid: str) -> dict[str, Any]:
    """The published JWK of a key that signs badges as JWT, or of one that signs receipts. Raises NotFound."""
    found = db.session.execute(_jwt_keys().where(SigningKey.kid == kid)).first()
    if found is None:
        return _find_receipt_jwk(kid)
    key, organisation = found
    return published_jwk(key, issuer_did(organisation))


def _find_receipt_jwk(kid: str) -> dict[str, Any]:
    """The instance speaks for itself: its address is who it is. What the key is for stands with it, as a badge must not
    be believed because of it."""
    key = db.session.scalar(select(SigningKey).filter_by(kid=kid, organisation_id=None, purpose=VERIFICATION_RECEIPT))
    if key is None:
        raise NotFound("not_found", gettext("There is no such key."))
    words = "Signs receipts of verifications that this service has made, and no badge."
    return {**published_jwk(key, settings().base_url), "purpose": key.purpose, "description": words}


def jwk_set() -> dict[str, Any]:
    """All JWT keys of this host (RFC 7517, section 5): what a verifier checks a kid against. None that was compromised:
    readers of key sets look at nothing but the keys."""
    trusted = _jwt_keys().where(SigningKey.state != "compromised")
    found = db.session.execute(trusted.order_by(SigningKey.id)).all()
    return {"keys": [published_jwk(key, issuer_did(organisation)) for key, organisation in found]}


def _jwt_keys() -> Any:
    joined = select(SigningKey, Organisation).join(Organisation, Organisation.id == SigningKey.organisation_id)
    return joined.where(SigningKey.purpose == BADGE_JWT)


def key_resolver(organisation: Organisation) -> ResolveKey:
    """What a stranger who reads our documents finds under the name of one of the organisation's keys.

    A key is named by a verification method of the DID document, or by the URL of a published JWK.
    """
    did, keys = issuer_did(organisation), keys_of(organisation)
    document = _document_of(organisation, keys)
    jwk_urls = {key_url(key): method_id(key, did) for key in keys if key.purpose == BADGE_JWT}

    def resolve(named: str) -> VerificationMethod:
        return method_in(document, jwk_urls.get(named, named), subject=did)

    return resolve
