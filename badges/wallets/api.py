"""The JSON API of offers to wallets: what the holder's page does, for programs of the holder."""

from __future__ import annotations

from typing import Any

from badges.public_names import shaped
from badges.wallets import offers, opening
from badges.wallets.schemas import OfferBodySchema, OfferSchema
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.json_bodies import ApiBlueprint

wallet_offers_api = ApiBlueprint(
    "wallet_offers_api", __name__, url_prefix="/api/v1/awards", description="Putting one's badges into wallets."
)


@wallet_offers_api.post("/<award_id>/wallet-offers")
@wallet_offers_api.arguments(OfferBodySchema)
@wallet_offers_api.response(201, OfferSchema)
@requires("awards.hand_over")
def make_offer(body: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Offer one's own badge to a wallet for five minutes; an offer made before is over. 409 when it is not valid."""
    actor = current_actor()
    limits.spend("wallet_offer", actor.public_id)
    offer = offers.make(actor, shaped(award_id), form=body["form"])
    return {
        "link": offers.wallet_link(offer),
        "credential_offer_uri": offers.offer_address(offer),
        "transaction_code": opening.transaction_code_of(offer.public_id),
        "expires_at": offer.expires_at,
    }
