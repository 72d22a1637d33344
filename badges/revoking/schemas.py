"""What the JSON API about revoking many badges takes and gives."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.revoking.criteria import LONGEST_NAME, MOST_ROWS
from badges.schemas import RevocationBodySchema, StrictBoolean
from issuer.schemas import StrictSchema

_NAME = validate.Length(max=LONGEST_NAME)
_DAY = {"description": "YYYY-MM-DD (UTC), or a moment with its zone. A day given as the end belongs to the time."}


class RevocationsBodySchema(RevocationBodySchema):
    """Which badges, of which organisation, and why. Every criterion that is given must hold."""

    organisation = fields.String(required=True, metadata={"description": "The short name of the organisation."})
    achievement = fields.String(load_default="", validate=_NAME)
    version = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 1_000_000))
    awarded_from = fields.String(load_default="", metadata=_DAY)
    awarded_until = fields.String(load_default="", metadata=_DAY)
    key = fields.String(load_default="", validate=_NAME, metadata={"description": "The kid of a key that signed it."})
    module = fields.String(load_default="", validate=_NAME, metadata={"description": "Code or id; it rests on it."})
    evidence = fields.String(
        load_default="", validate=_NAME, metadata={"description": "The badge rests on this piece."}
    )
    badges = fields.List(
        fields.String(validate=validate.Length(1, LONGEST_NAME)),
        load_default=[],
        validate=validate.Length(max=MOST_ROWS),
        metadata={"description": "Numbers of badges, or the addresses of their pages."},
    )
    badges_csv = fields.String(load_default="", metadata={"description": "The same as CSV, in the first column."})
    dry_run = StrictBoolean(load_default=False, metadata={"description": "Count and show; write nothing down."})


class ConfirmationBodySchema(StrictSchema):
    digest = fields.String(
        load_default=None,
        validate=validate.Length(equal=64),
        metadata={"description": "The digest of the set that was looked at: 409 if it is another one."},
    )


class ProposedBadgeSchema(StrictSchema):
    """``outcome``: waiting, revoked, or already (revoked by somebody else before)."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    learner = fields.String(required=True)
    achievement = fields.String(required=True)
    version = fields.Integer(required=True)
    awarded_at = fields.AwareDateTime(required=True)
    outcome = fields.String(required=True, allow_none=True)


class ProposedBadgeListSchema(StrictSchema):
    items = fields.List(fields.Nested(ProposedBadgeSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class LeftOutSchema(StrictSchema):
    """A badge that was named and is not in the set, with the row in which it stood."""

    row = fields.Integer(required=True)
    value = fields.String(required=True)
    reason = fields.String(required=True)


class ActorSchema(StrictSchema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class RevocationProgressSchema(StrictSchema):
    waiting = fields.Integer(required=True)
    revoked = fields.Integer(required=True)
    already = fields.Integer(required=True)


class ProposalSchema(StrictSchema):
    """``state``: dry_run (nothing was written down), proposed, expired, withdrawn, confirmed (being done) or done."""

    id = fields.String(required=True, allow_none=True)
    organisation = fields.String(required=True)
    state = fields.String(required=True)
    criteria = fields.Dict(required=True)
    reason = fields.String(required=True)
    reason_code = fields.String(required=True)
    reason_public = fields.Boolean(required=True)
    badges = fields.Integer(required=True)
    learners = fields.Integer(required=True)
    digest = fields.String(required=True)
    sample = fields.List(fields.Nested(ProposedBadgeSchema), required=True)
    left_out = fields.List(fields.Nested(LeftOutSchema), required=True)
    proposed_by = fields.Nested(ActorSchema, required=True, allow_none=True)
    proposed_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)
    confirmed_by = fields.Nested(ActorSchema, required=True, allow_none=True)
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    progress = fields.Nested(RevocationProgressSchema, required=True, allow_none=True)


class ProposalListSchema(StrictSchema):
    items = fields.List(fields.Nested(ProposalSchema), required=True)
    next = fields.String(required=True, allow_none=True)
