"""Signing a badge in the words of Open Badges 2.0, as a compact JWS.

Nothing of it is written down here: the badge was recorded, signed and noted in the log when it was awarded, and its
twin may say nothing else. RS256 is deterministic, so the same twin is the same bytes as long as the key is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.access import settings
from issuer.base.db import db
from issuer.crypto.multikey import from_jwk
from issuer.crypto.signatures import verify_signature
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.vc_jwt import split_token
from issuer.keys import assertion_rules
from issuer.keys.keystore import active_key, backend
from issuer.keys.purposes import BADGE_JWT
from issuer.keys.refusing import refuse_if
from issuer.keys.statements import ASSERTION, NotSigned, Statement, content_of
from issuer.models import Organisation, SigningKey, StatusList
from issuer.profile import key_url
from issuer.status.places import entry_of

_SEAL = object()


class PreparedAssertion:
    """A checked Assertion and the key that may sign it. Made here only."""

    __slots__ = ("key", "statement")

    def __init__(self, seal: object, statement: Statement, key: SigningKey) -> None:
        if seal is not _SEAL:
            raise TypeError("An assertion is prepared by being checked, see issuer.signing.prepare_assertion.")
        self.statement = statement
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PreparedAssertion) and other.statement == self.statement

    def __hash__(self) -> int:
        return hash(self.statement)


def assertion_key(organisation: Organisation) -> SigningKey:
    """The key that signs assertions now. Raises Conflict when there is none yet."""
    return active_key(organisation, BADGE_JWT)


def prepare_assertion(
    assertion: Mapping[str, Any], *, organisation: Organisation, subject: str, now: datetime
) -> PreparedAssertion:
    """Check a signed Assertion against what is recorded of the award with public id ``subject``.

    Raises NotSigned, NotFound (it was never issued), Conflict (no key yet).
    """
    key, base_url = assertion_key(organisation), settings().base_url
    status_list = db.session.get_one(StatusList, entry_of(subject).status_list_id)
    refuse_if(status_list.organisation_id != organisation.id, "issuer")
    refuse_if(assertion.get("id") != f"{base_url}/badges/{subject}{assertion_rules.SIGNED_SUFFIX}", "id")
    assertion_rules.check(assertion, key_name=key_url(key), base_url=base_url, now=now)
    created = parse_timestamp(assertion["issuedOn"])
    content = content_of(assertion)
    return PreparedAssertion(_SEAL, Statement(key.purpose, key.kid, ASSERTION, content, created, key_url(key)), key)


def sign_assertion(prepared: PreparedAssertion, *, now: datetime) -> bytes:
    """The compact JWS, read back with the public key that we publish. Raises KeyUnusable, NotSigned."""
    token = backend().sign(prepared.statement, now=now)
    _header, payload, signature, signed = split_token(token)
    key = from_jwk(prepared.key.public_jwk)
    holds = verify_signature(key, signature, signed, alg=prepared.key.algorithm)
    if not holds or payload != prepared.statement.content:
        raise NotSigned("own_signature_refused", "Our own check refused the signature, so it was thrown away.")
    return token
