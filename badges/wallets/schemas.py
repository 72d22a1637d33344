"""What the JSON API of offers takes and gives."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.wallets.offers import FORMS
from issuer.schemas import StrictSchema


class OfferBodySchema(StrictSchema):
    """``form``: for the key of the wallet, or exactly as the badge was signed."""

    form = fields.String(load_default="bound", validate=validate.OneOf(list(FORMS)))


class OfferSchema(StrictSchema):
    """An open offer. ``link`` is for the wallet; ``transaction_code`` is told to the holder by another way."""

    link = fields.String(required=True)
    credential_offer_uri = fields.Url(required=True, require_tld=False)
    transaction_code = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
