"""What the JSON API of sharing takes and gives."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.sharing.links import LONGEST_LABEL, MOST_BADGES, MOST_DAYS, USUAL_DAYS
from badges.sharing.problems import KINDS
from issuer.schemas import PageQuerySchema, StrictSchema


class LinkBodySchema(StrictSchema):
    """``badges``: public ids of one's own; ``days`` until it ends; ``label`` for oneself."""

    badges = fields.List(fields.String(), required=True, validate=validate.Length(1, MOST_BADGES))
    days = fields.Integer(load_default=USUAL_DAYS, strict=True, validate=validate.Range(1, MOST_DAYS))
    shows_evidence = fields.Boolean(load_default=False)
    label = fields.String(load_default="", validate=validate.Length(0, LONGEST_LABEL))


class LinkSchema(StrictSchema):
    """``working``: neither ended nor expired; ``seen`` counts how often others opened it."""

    id = fields.String(required=True)
    badges = fields.List(fields.String(), required=True)
    label = fields.String(required=True)
    shows_evidence = fields.Boolean(required=True)
    working = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    revoked_at = fields.AwareDateTime(required=True, allow_none=True)
    seen = fields.Integer(required=True)
    last_seen_at = fields.AwareDateTime(required=True, allow_none=True)


class MadeLinkSchema(LinkSchema):
    """The one reply that holds the address itself."""

    url = fields.String(required=True)


class LinkListSchema(StrictSchema):
    items = fields.List(fields.Nested(LinkSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class EvidenceRequestBodySchema(StrictSchema):
    """``email``: where a link is sent if the holder agrees; ``sentence``: who asks, and why."""

    email = fields.String(required=True)
    sentence = fields.String(required=True)


class EvidenceRequestSchema(StrictSchema):
    """A question as the holder reads it. ``state``: open, agreed or declined."""

    id = fields.String(required=True)
    badge = fields.String(required=True)
    email = fields.String(required=True)
    sentence = fields.String(required=True)
    state = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class EvidenceRequestListSchema(StrictSchema):
    items = fields.List(fields.Nested(EvidenceRequestSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ProblemBodySchema(StrictSchema):
    """``email`` may be left out by whoever wants no answer."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    words = fields.String(required=True)
    email = fields.String(load_default="")


class TicketSchema(StrictSchema):
    ticket = fields.String(required=True)


class ProblemQuerySchema(PageQuerySchema):
    state = fields.String(load_default="open", validate=validate.OneOf(("open", "closed")))


class ProblemSchema(StrictSchema):
    """``email`` is null when none was left, and once the ticket is closed."""

    id = fields.String(required=True)
    ticket = fields.String(required=True)
    badge = fields.String(required=True)
    organisation = fields.String(required=True)
    kind = fields.String(required=True)
    words = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    answer = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class ProblemListSchema(StrictSchema):
    items = fields.List(fields.Nested(ProblemSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ClosingBodySchema(StrictSchema):
    """``answer`` is sent to whoever left an address; it may be empty."""

    answer = fields.String(load_default="")
