"""What the JSON API of this floor takes and gives. Unknown names are refused; nothing is given that is not named."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from issuer.base.paging import MOST, USUAL
from issuer.models import ROLES
from issuer.policy import SCOPES
from issuer.tokens import LONGEST_LABEL, MOST_DAYS


class StrictSchema(Schema):
    """Refuses names it does not know: nobody sets a field by guessing its name."""

    class Meta:
        unknown = RAISE


class PageQuerySchema(StrictSchema):
    """``?limit=1..100&after=cursor`` of every list."""

    limit = fields.Integer(load_default=USUAL, validate=validate.Range(1, MOST))
    after = fields.String(load_default=None, validate=validate.Length(1, 64))


class PlaceSchema(StrictSchema):
    """An organisation in which the caller has a place, and the roles there."""

    id = fields.String(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class MeSchema(StrictSchema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    language = fields.String(required=True)
    organisations = fields.List(fields.Nested(PlaceSchema), required=True)


class NewTokenSchema(StrictSchema):
    name = fields.String(required=True, validate=validate.Length(1, LONGEST_LABEL))
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True, validate=validate.Length(1))
    days = fields.Integer(load_default=90, validate=validate.Range(1, MOST_DAYS))


class TokenSchema(StrictSchema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class MadeTokenSchema(TokenSchema):
    """The one reply that holds the token itself."""

    token = fields.String(required=True)


class TokenListSchema(StrictSchema):
    items = fields.List(fields.Nested(TokenSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class OrganisationListSchema(StrictSchema):
    items = fields.List(fields.Nested(PlaceSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class OrganisationSchema(StrictSchema):
    id = fields.String(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    description = fields.String(required=True)


class OrganisationChangesSchema(StrictSchema):
    """What can change; a name that is left out stays as it is. An empty ``url`` or ``email`` removes it."""

    name = fields.String()
    url = fields.String()
    email = fields.String()
    description = fields.String()


class RolesSchema(StrictSchema):
    roles = fields.List(fields.String(validate=validate.OneOf(ROLES)), required=True, validate=validate.Length(1))


class NewMemberSchema(RolesSchema):
    email = fields.String(required=True)


class MemberSchema(StrictSchema):
    """``confirmed``: whether the person has proven the address."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    confirmed = fields.Boolean(required=True)
    roles = fields.List(fields.String(), required=True)


class MemberListSchema(StrictSchema):
    items = fields.List(fields.Nested(MemberSchema), required=True)
    next = fields.String(required=True, allow_none=True)
