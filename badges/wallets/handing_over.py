"""Handing a badge over to a wallet that has an access token, and hearing what it did with it.

OpenID for Verifiable Credential Issuance 1.0, sections 8 (credential endpoint) and 11 (notification endpoint).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from badges import awards
from badges.awards import Standing
from badges.models import Award, Credential
from badges.wallets import binding, nonces, refusing
from badges.wallets.configurations import CONFIGURATIONS, LDP_VC, Configuration, credential_issuer
from badges.wallets.key_proofs import check_proof
from badges.wallets.models import BoundForm, Handover, WalletAccess
from badges.wallets.redeeming import identifier_of
from badges.wallets.refusing import Refused, Unauthorised
from issuer import signing
from issuer.base import audit
from issuer.base.db import db
from issuer.base.errors import Unavailable
from issuer.keys.key_file import KeyUnusable
from issuer.secret_text import hash_of

MOST_HANDOVERS = 8
"""Credentials for one access token: two formats, and a wallet that tries again."""
EVENTS = ("credential_accepted", "credential_failure", "credential_deleted")
_READ = frozenset({"credential_configuration_id", "credential_identifier", "proofs"})
_ENCRYPTION = "credential_response_encryption"


@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """``proof`` is the one key proof, "" when there is none."""

    configuration: Configuration
    proof: str


@dataclass(frozen=True, slots=True)
class HandedOver:
    """``credential`` is JSON: the object that was signed, byte for byte, or the token as a text."""

    credential: bytes
    notification_id: str

    @property
    def response(self) -> bytes:
        """The Credential Response (section 8.3)."""
        return b'{"credentials":[{"credential":%b}],"notification_id":%b}' % (
            self.credential,
            json.dumps(self.notification_id).encode(),
        )


def find_access(secret: str, *, now: datetime) -> WalletAccess:
    """The access token, if it may be used now. Raises Unauthorised."""
    access = db.session.scalar(select(WalletAccess).filter_by(token_hash=hash_of(secret)))
    if access is None or access.expires_at <= now:
        raise Unauthorised(refusing.INVALID_TOKEN, "The access token is not known, or has run out.")
    return access


def hand_over(access: WalletAccess, body: Mapping[str, Any], *, now: datetime) -> HandedOver:
    """The badge in the form that is asked for. Raises Refused; Unavailable when it cannot be signed now."""
    asked = read_request(body, access)
    award = access.offer.award
    if awards.standing_of(award, now=now) is not Standing.VALID:
        raise Refused(refusing.REQUEST_DENIED, "The badge is not valid now.")
    given = select(func.count()).select_from(Handover).filter_by(access_id=access.id)
    if (db.session.scalar(given) or 0) >= MOST_HANDOVERS:
        raise Refused(refusing.REQUEST_DENIED, "The badge was fetched often enough with this token.")
    form = _bound(award, asked.proof, access, now=now) if asked.configuration.is_bound else awards.credential_of(award)
    handover = Handover(access_id=access.id, configuration=asked.configuration.name)
    db.session.add(handover)
    db.session.flush()
    audit.record("award.put_into_wallet", award.public_id, actor="wallet", configuration=asked.configuration.name)
    is_linked_data = asked.configuration.format == LDP_VC
    credential = form.document if is_linked_data else json.dumps(form.jwt.decode("ascii")).encode()
    return HandedOver(credential, handover.public_id)


def read_request(body: Mapping[str, Any], access: WalletAccess) -> CredentialRequest:
    """What the Credential Request (section 8.2) asks for. Raises Refused."""
    if _ENCRYPTION in body:
        raise Refused(refusing.INVALID_ENCRYPTION, "Responses are not encrypted here.")
    if unread := sorted(body.keys() - _READ):
        raise Refused(refusing.INVALID_CREDENTIAL_REQUEST, f"It is not known what {ascii(unread[0])[:40]} means.")
    configuration = _configuration(body, access)
    if not configuration.is_bound:
        if "proofs" in body:
            detail = "This configuration is not bound to a key, so the request has no proofs."
            raise Refused(refusing.INVALID_CREDENTIAL_REQUEST, detail)
        return CredentialRequest(configuration, "")
    return CredentialRequest(configuration, _proof_in(body))


def note_event(access: WalletAccess, body: Mapping[str, Any]) -> None:
    """Remember what the wallet did with a credential; the same twice is the same as once. Raises Refused."""
    notification_id, event = body.get("notification_id"), body.get("event")
    described = body.get("event_description", "")
    if not isinstance(notification_id, str) or event not in EVENTS or not isinstance(described, str):
        detail = "The request has a notification_id and one of the events that the standard names."
        raise Refused(refusing.INVALID_NOTIFICATION_REQUEST, detail)
    handover = db.session.scalar(select(Handover).filter_by(public_id=notification_id, access_id=access.id))
    if handover is None:
        raise Refused(refusing.INVALID_NOTIFICATION_ID, "There is no such notification_id for this token.")
    if handover.event != event:
        handover.event = event
        db.session.flush()
        audit.record(f"wallet.{event}", access.offer.award.public_id, actor="wallet", offer=access.offer.public_id)


def _configuration(body: Mapping[str, Any], access: WalletAccess) -> Configuration:
    """The configuration that is named in the one way that this access token allows."""
    by_id, by_identifier = body.get("credential_configuration_id"), body.get("credential_identifier")
    named = by_identifier if access.has_identifiers else by_id
    if (by_id is None) == (by_identifier is None) or (named is not None and not isinstance(named, str)):
        detail = "The request has either a credential_configuration_id or a credential_identifier."
        raise Refused(refusing.INVALID_CREDENTIAL_REQUEST, detail)
    if named is None and access.has_identifiers:
        detail = "The token came with credential_identifiers, so one of them is named."
        raise Refused(refusing.INVALID_CREDENTIAL_REQUEST, detail)
    offered = access.offer.configurations
    if access.has_identifiers or named is None:
        known = {identifier_of(access.offer, each): each for each in offered} if access.has_identifiers else {}
        if named not in known:
            raise Refused(refusing.UNKNOWN_IDENTIFIER, "There is no such credential_identifier for this token.")
        return CONFIGURATIONS[known[named]]
    if named not in CONFIGURATIONS:
        raise Refused(refusing.UNKNOWN_CONFIGURATION, "There is no such credential_configuration_id.")
    if named not in offered:
        raise Refused(refusing.REQUEST_DENIED, "The badge was not offered in this configuration.")
    return CONFIGURATIONS[named]


def _proof_in(body: Mapping[str, Any]) -> str:
    if "proofs" not in body:
        raise Refused(refusing.INVALID_PROOF, "The request has no proofs, and this configuration is bound to a key.")
    proofs = body["proofs"]
    if not isinstance(proofs, dict) or list(proofs) != ["jwt"] or not isinstance(proofs["jwt"], list):
        raise Refused(refusing.INVALID_PROOF, "The proofs are an object with an array of proofs of the type jwt.")
    if len(proofs["jwt"]) != 1 or not isinstance(proofs["jwt"][0], str):
        raise Refused(refusing.INVALID_CREDENTIAL_REQUEST, "There is one proof a request.")
    return str(proofs["jwt"][0])


def _bound(award: Award, proof: str, access: WalletAccess, *, now: datetime) -> BoundForm | Credential:
    audience = credential_issuer(award.achievement_version.achievement.organisation)
    shown = check_proof(proof, audience=audience, client_id=access.client_id, now=now)
    nonces.spend(shown.nonce, now=now)
    try:
        return binding.ensure_bound(award, shown.holder)
    except (KeyUnusable, signing.NotSigned) as error:
        raise Unavailable("not_signed_now", "The badge cannot be signed just now; try again later.") from error
