"""What the search takes and gives to programs."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.directory.models import KINDS
from badges.directory.searching import MOST_RESULTS, ON_A_PAGE
from issuer.schemas import StrictSchema

LONGEST_ASKED = 16_384


class SearchQuerySchema(StrictSchema):
    """``?q=words&kind=badge&limit=1..50&after=cursor``."""

    q = fields.String(required=True, validate=validate.Length(1, LONGEST_ASKED))
    kind = fields.String(load_default="", validate=validate.OneOf(("", *KINDS)))
    limit = fields.Integer(load_default=ON_A_PAGE, validate=validate.Range(1, 50))
    after = fields.String(load_default=None, validate=validate.Length(1, 64))


class FoundSchema(StrictSchema):
    """``id``: of an issuer its short name. ``holder`` as the holder of a badge chose to be named; "" for all others."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    id = fields.String(required=True)
    url = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    language = fields.String(required=True)
    issuer = fields.String(required=True)
    holder = fields.String(required=True)
    notes = fields.List(fields.String(), required=True)


class FoundListSchema(StrictSchema):
    """The best first; never more than 200 in all pages together."""

    items = fields.List(fields.Nested(FoundSchema), required=True, validate=validate.Length(max=MOST_RESULTS))
    next = fields.String(required=True, allow_none=True)
