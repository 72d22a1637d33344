"""Offering a badge to a wallet: what the holder makes, what the wallet reads, and what became of it.

OpenID for Verifiable Credential Issuance 1.0, section 4.1. An offer lasts five minutes and is taken once; a badge has
one open offer at a time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask_babel import force_locale, gettext
from sqlalchemy import CursorResult, delete, select, update

from badges import awards
from badges.awards import Standing
from badges.models import Award
from badges.wallets import opening
from badges.wallets.configurations import AS_SIGNED, BOUND, credential_issuer
from badges.wallets.models import SpentNonce, WalletOffer
from issuer.access import settings
from issuer.base import audit
from issuer.base.db import db, new_public_id, utc_now
from issuer.base.errors import Conflict, Gone, NotFound
from issuer.plain_text import refuse
from issuer.policy import Actor
from issuer.secret_text import hash_of

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5
OFFERS_STAY = timedelta(days=1)

FORMS = {"bound": BOUND, "as_signed": AS_SIGNED}
"""What a holder may choose: for the key of the wallet, or exactly as the badge was signed."""


class Stage(StrEnum):
    """What may be said of an offer now."""

    OPEN = "open"
    TAKEN = "taken"
    DEAD = "dead"
    OVER = "over"


def make(actor: Actor, award_id: str, *, form: str = "bound") -> WalletOffer:
    """Offer one's own badge, private or not; the one offered before is over.

    Raises NotFound for somebody else's, Conflict for one that is pending or does not count now, Invalid for an unknown
    form.
    """
    award = awards.own_award(actor, award_id)
    if form not in FORMS:
        raise refuse("form", gettext("Choose one of the forms."))
    awards.credential_of(award)
    now = utc_now()
    if awards.standing_of(award, now=now) is not Standing.VALID:
        raise Conflict("badge_not_valid", gettext("This badge is not valid now, so it cannot be put into a wallet."))
    _end_open_offers(award, now=now)
    offer_id = new_public_id()
    offer = WalletOffer(
        public_id=offer_id,
        award_id=award.id,
        configurations=[each.name for each in FORMS[form]],
        name_hash=hash_of(opening.name_of(offer_id)),
        code_hash=hash_of(opening.code_of(offer_id)),
        expires_at=now + LIFETIME,
    )
    db.session.add(offer)
    db.session.flush()
    audit.record("award.offered_to_wallet", award.public_id, actor=actor.public_id, offer=offer_id, form=form)
    return offer


def newest_of(award: Award) -> WalletOffer | None:
    """The offer that was made last."""
    made = select(WalletOffer).filter_by(award_id=award.id).order_by(WalletOffer.id.desc())
    return db.session.scalar(made.limit(1))


def find_open(name: str, *, now: datetime) -> WalletOffer:
    """The offer at that address. Raises NotFound for none, Gone for one that is over."""
    offer = db.session.scalar(select(WalletOffer).filter_by(name_hash=hash_of(name)))
    if offer is None:
        raise NotFound("not_found", "There is no such offer.")
    if stage_of(offer, now=now) is not Stage.OPEN:
        raise Gone("offer_over", "This offer was taken, or is too old. The holder can make a new one.")
    return offer


def stage_of(offer: WalletOffer, *, now: datetime) -> Stage:
    """Taken before all else: what a wallet has fetched stays fetched."""
    if offer.redeemed_at is not None:
        return Stage.TAKEN
    if offer.tries >= MOST_TRIES:
        return Stage.DEAD
    return Stage.OPEN if offer.expires_at > now else Stage.OVER


def offer_document(offer: WalletOffer) -> dict[str, Any]:
    """The Credential Offer (section 4.1.1)."""
    with force_locale(offer.award.account.locale):
        description = gettext("The six digits that stand on the page of your badge.")
    transaction_code = {
        "input_mode": "numeric",
        "length": opening.TRANSACTION_CODE_DIGITS,
        "description": description,
    }
    return {
        "credential_issuer": credential_issuer(offer.award.achievement_version.achievement.organisation),
        "credential_configuration_ids": offer.configurations,
        "grants": {
            GRANT_TYPE: {"pre-authorized_code": opening.code_of(offer.public_id), "tx_code": transaction_code},
        },
    }


def offer_address(offer: WalletOffer) -> str:
    """Where a wallet reads the offer."""
    return f"{settings().base_url}/wallets/offers/{opening.name_of(offer.public_id)}"


def wallet_link(offer: WalletOffer) -> str:
    """What opens the wallet on this device, and what the QR code says to another."""
    return f"openid-credential-offer://?{urlencode({'credential_offer_uri': offer_address(offer)})}"


def forget_old() -> int:
    """Chore: delete offers of which a day has passed since they were open, and nonces that have run out; how many."""
    now = utc_now()
    gone = (
        delete(WalletOffer).where(WalletOffer.expires_at < now - OFFERS_STAY),
        delete(SpentNonce).where(SpentNonce.expires_at < now),
    )
    results = [db.session.execute(statement) for statement in gone]
    return sum(result.rowcount for result in results if isinstance(result, CursorResult))


def _end_open_offers(award: Award, *, now: datetime) -> None:
    still_open = (WalletOffer.award_id == award.id, WalletOffer.redeemed_at.is_(None), WalletOffer.expires_at > now)
    db.session.execute(update(WalletOffer).where(*still_open).values(expires_at=now))
