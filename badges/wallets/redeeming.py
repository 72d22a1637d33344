"""From a pre-authorised code to an access token: once, for whoever knows the number on the holder's page.

OpenID for Verifiable Credential Issuance 1.0, section 6; RFC 6749, 5; RFC 9396, 5 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from badges import awards
from badges.awards import Standing
from badges.wallets import opening, refusing
from badges.wallets.models import WalletAccess, WalletOffer
from badges.wallets.offers import GRANT_TYPE, MOST_TRIES
from badges.wallets.refusing import Refused, WrongTransactionCode
from issuer.base import audit
from issuer.base.db import db
from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_json
from issuer.secret_text import hash_of, new_secret

LIFETIME = timedelta(minutes=10)
LONGEST_CLIENT_ID = 255
DETAILS_TYPE = "openid_credential"
_GRANT, _CODE, _TRANSACTION_CODE, _DETAILS = "grant_type", "pre-authorized_code", "tx_code", "authorization_details"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """``wanted``: the configurations for which the wallet asks for identifiers, None when it asks for none."""

    code: str
    transaction_code: str | None
    client_id: str
    wanted: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Granted:
    """``secret`` is the access token; it is kept as a hash only."""

    secret: str
    details: tuple[dict[str, Any], ...] = ()


def read_request(form: Mapping[str, str]) -> TokenRequest:
    """The members of the form, each of which stands in it once. Raises Refused."""
    if _GRANT not in form:
        raise Refused(refusing.INVALID_REQUEST, "The request has no grant_type.")
    if form[_GRANT] != GRANT_TYPE:
        raise Refused(refusing.UNSUPPORTED_GRANT_TYPE, "Only the pre-authorized code is taken here.")
    if not form.get(_CODE):
        raise Refused(refusing.INVALID_REQUEST, "The request has no pre-authorized_code.")
    client_id = form.get("client_id", "")
    if len(client_id) > LONGEST_CLIENT_ID or not client_id.isprintable():
        raise Refused(refusing.INVALID_REQUEST, "The client_id cannot be read.")
    wanted = _wanted(form[_DETAILS]) if _DETAILS in form else None
    return TokenRequest(form[_CODE], form.get(_TRANSACTION_CODE), client_id, wanted)


def redeem(asked: TokenRequest, *, now: datetime) -> Granted:
    """Exchange the code. Of two that come at once, one gets the token.

    Raises Refused; WrongTransactionCode for a guess, which the caller must keep: the fifth ends the offer.
    """
    offer = db.session.scalar(select(WalletOffer).filter_by(code_hash=hash_of(asked.code)))
    if offer is None:
        raise _no_grant()
    if asked.transaction_code is None:
        raise Refused(refusing.INVALID_REQUEST, "The offer asks for a transaction code, and the request has none.")
    if not set(asked.wanted or ()) <= set(offer.configurations):
        raise Refused(refusing.INVALID_AUTHORIZATION_DETAILS, "The offer does not have all that is asked for.")
    _count_try(offer, now=now)
    if not opening.is_transaction_code(asked.transaction_code, offer.public_id):
        audit.record("award.wallet_code_wrong", offer.award.public_id, actor="wallet", offer=offer.public_id)
        raise WrongTransactionCode()
    if awards.standing_of(offer.award, now=now) is not Standing.VALID:
        raise _no_grant()
    return _grant(offer, asked, now=now)


def identifier_of(offer: WalletOffer, configuration: str) -> str:
    """The credential_identifier of an offered badge in one form."""
    return f"{offer.award.public_id}.{configuration}"


def _count_try(offer: WalletOffer, *, now: datetime) -> None:
    """One statement, so that however many guess at once, no more than five are heard."""
    may_be_tried = (
        WalletOffer.id == offer.id,
        WalletOffer.redeemed_at.is_(None),
        WalletOffer.expires_at > now,
        WalletOffer.tries < MOST_TRIES,
    )
    counted = db.session.execute(update(WalletOffer).where(*may_be_tried).values(tries=WalletOffer.tries + 1))
    if counted.rowcount != 1:  # type: ignore[attr-defined]
        raise _no_grant()


def _grant(offer: WalletOffer, asked: TokenRequest, *, now: datetime) -> Granted:
    secret = new_secret()
    access = WalletAccess(
        offer_id=offer.id,
        token_hash=hash_of(secret),
        client_id=asked.client_id,
        has_identifiers=asked.wanted is not None,
        expires_at=now + LIFETIME,
    )
    try:
        with db.session.begin_nested():
            db.session.add(access)
    except IntegrityError:
        raise _no_grant() from None
    offer.redeemed_at = now
    db.session.flush()
    audit.record("award.wallet_code_redeemed", offer.award.public_id, actor="wallet", offer=offer.public_id)
    details = tuple(
        {
            "type": DETAILS_TYPE,
            "credential_configuration_id": name,
            "credential_identifiers": [identifier_of(offer, name)],
        }
        for name in asked.wanted or ()
    )
    return Granted(secret, details)


def _wanted(text: str) -> tuple[str, ...]:
    """The configurations that authorization_details names. Raises Refused."""
    try:
        details = load_json(text)
    except CryptoError as error:
        raise Refused(refusing.INVALID_AUTHORIZATION_DETAILS, "They are not JSON.") from error
    named: list[str] = []
    for each in details if isinstance(details, list) else [None]:
        asked = each if isinstance(each, dict) else {}
        name = asked.get("credential_configuration_id")
        if not isinstance(name, str) or asked.get("type") != DETAILS_TYPE:
            raise Refused(refusing.INVALID_AUTHORIZATION_DETAILS, "They are not an array of openid_credential.")
        named.append(name)
    if not named or len(set(named)) != len(named):
        raise Refused(refusing.INVALID_AUTHORIZATION_DETAILS, "They name nothing, or the same twice.")
    return tuple(named)


def _no_grant() -> Refused:
    """One answer for a code that was never given, was used, has run out, or was guessed at too often."""
    return Refused(refusing.INVALID_GRANT, "The pre-authorized code is not valid, or not any more.")
