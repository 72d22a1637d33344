"""What the JSON API about achievements, awards and badges takes and gives."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.achievement_draft import ACHIEVEMENT_TYPES
from badges.awards import VISIBILITIES
from badges.sharing.presenting import SHOWN_NAMES
from issuer.schemas import PageQuerySchema, StrictSchema
from issuer.status.reasons import LONGEST_REASON, OTHER, REVOCATION_CODES, SUSPENSION_CODES

_ARRAY = "credentialStatus of its badges is then an array, which W3C allows and the schema of Open Badges 3.0 does not."


class StrictBoolean(fields.Boolean):
    """true or false, and not 1, "yes" or "on"."""

    truthy = {True}
    falsy = {False}


class AchievementQuerySchema(PageQuerySchema):
    organisation = fields.String(load_default=None, validate=validate.Length(1, 64))
    state = fields.String(load_default="open", validate=validate.OneOf(("open", "archived")))


class AchievementBodySchema(StrictSchema):
    """What an author says of an achievement; badges.achievement_draft judges it."""

    name = fields.String(required=True)
    description = fields.String(required=True)
    achievement_type = fields.String(
        required=True, metadata={"description": f"One of {', '.join(sorted(ACHIEVEMENT_TYPES))}, or ext:..."}
    )
    criteria = fields.Dict(required=True, metadata={"description": "competency, module, all, any, or k_of with of."})
    criteria_narrative = fields.String(required=True, metadata={"description": "The same in plain words, Markdown."})
    competencies = fields.List(fields.String(), required=True, validate=validate.Length(1, 200))
    monogram = fields.String(required=True)
    image_alt = fields.String(required=True)
    picture = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "The SHA-256 of a picture handed in; empty for the drawn rosette, null to leave it."},
    )
    level = fields.String(load_default="")
    language = fields.String(load_default="en")
    valid_days = fields.Integer(load_default=None, allow_none=True, strict=True)
    may_be_suspended = StrictBoolean(
        load_default=False, metadata={"description": f"Its badges can be suspended and lifted again. {_ARRAY}"}
    )
    names_revocation_list = StrictBoolean(
        load_default=False, metadata={"description": f"They name the 1EdTechRevocationList besides. {_ARRAY}"}
    )


class NewAchievementBodySchema(AchievementBodySchema):
    organisation = fields.String(required=True, metadata={"description": "The short name of the organisation."})
    code = fields.String(required=True)


class AchievementSchema(StrictSchema):
    """An achievement in its current version."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    code = fields.String(required=True)
    organisation = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    digest = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    achievement_type = fields.String(required=True)
    criteria = fields.Dict(required=True)
    criteria_narrative = fields.String(required=True)
    competencies = fields.List(fields.String(), required=True)
    monogram = fields.String(required=True)
    image_alt = fields.String(required=True)
    picture = fields.String(
        required=True, metadata={"description": "The SHA-256 of its picture; empty for the drawn rosette."}
    )
    level = fields.String(required=True)
    language = fields.String(required=True)
    valid_days = fields.Integer(required=True, allow_none=True)
    may_be_suspended = fields.Boolean(required=True)
    names_revocation_list = fields.Boolean(required=True)
    notice = fields.String(
        required=True, allow_none=True, metadata={"description": "What the author should know of these choices."}
    )


class AchievementVersionSchema(StrictSchema):
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    digest = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class AchievementVersionListSchema(StrictSchema):
    items = fields.List(fields.Nested(AchievementVersionSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class AchievementListSchema(StrictSchema):
    items = fields.List(fields.Nested(AchievementSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class AwardedSchema(StrictSchema):
    """What was awarded, in the version it was awarded in."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    name = fields.String(required=True)
    achievement_type = fields.String(required=True)
    level = fields.String(required=True)
    version = fields.Integer(required=True)


class AwardIssuerSchema(StrictSchema):
    slug = fields.String(required=True)
    name = fields.String(required=True)


class SignedSchema(StrictSchema):
    """Where the signed files are, and the SHA-256 (hex) of the one in JSON."""

    json = fields.String(required=True)
    jwt = fields.String(required=True)
    sha256 = fields.String(required=True)
    signed_at = fields.AwareDateTime(required=True)


class AwardSchema(StrictSchema):
    """An award as its holder sees it. ``standing``: valid, suspended, expired, revoked or pending.

    ``visibility``: private, link, public or listed; ``shown_name``: full, initials or hidden; ``code``: for paper.
    """

    id = fields.String(required=True)
    url = fields.String(required=True)
    visibility = fields.String(required=True)
    shown_name = fields.String(required=True)
    code = fields.String(required=True)
    standing = fields.String(required=True)
    awarded_at = fields.AwareDateTime(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)
    valid_until = fields.AwareDateTime(required=True, allow_none=True)
    achievement = fields.Nested(AwardedSchema, required=True)
    issuer = fields.Nested(AwardIssuerSchema, required=True)
    signed = fields.Nested(SignedSchema, required=True, allow_none=True)


class AwardChangesSchema(StrictSchema):
    """``visibility``: who sees it; ``shown_name``: the name that others read in it, in what is signed too."""

    visibility = fields.String(validate=validate.OneOf(tuple(VISIBILITIES)))
    shown_name = fields.String(validate=validate.OneOf(SHOWN_NAMES))


class AwardListSchema(StrictSchema):
    items = fields.List(fields.Nested(AwardSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReasonBodySchema(StrictSchema):
    """``reason`` is for the holder, who is told; ``reason_public``: others may read it too."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))
    reason_public = StrictBoolean(load_default=False)


class RevocationBodySchema(ReasonBodySchema):
    reason_code = fields.String(load_default=OTHER, validate=validate.OneOf(tuple(REVOCATION_CODES)))


class SuspensionBodySchema(ReasonBodySchema):
    reason_code = fields.String(load_default=OTHER, validate=validate.OneOf(tuple(SUSPENSION_CODES)))


class LiftBodySchema(StrictSchema):
    """``reason`` is for the holder, who is told."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class RevocationSchema(StrictSchema):
    """``reason`` and ``revoked_at`` of the first revocation: a second one changes nothing."""

    id = fields.String(required=True)
    revoked_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    reason_code = fields.String(required=True)


class SuspensionSchema(StrictSchema):
    """What the last change left: suspended or not, since when, and why; null for what was never suspended."""

    id = fields.String(required=True)
    suspended = fields.Boolean(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    reason_code = fields.String(required=True, allow_none=True)
