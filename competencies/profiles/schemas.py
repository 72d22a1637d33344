"""What the JSON API about a learner's own profile gives."""

from __future__ import annotations

from marshmallow import fields

from issuer.schemas import StrictSchema


class NextModuleSchema(StrictSchema):
    module = fields.String(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)


class FreshnessSchema(StrictSchema):
    """``state`` fresh, due or stale; ``retention`` 0..1."""

    state = fields.String(required=True)
    retention = fields.Float(required=True)
    last_shown_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)


class PieceSchema(StrictSchema):
    """``counts``: whether it counts towards the skill; ``weight``: how much of it is about the skill, 0..1."""

    evidence = fields.String(required=True)
    kind = fields.String(required=True)
    module_code = fields.String(required=True)
    module_title = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    score = fields.Float(required=True, allow_none=True)
    met = fields.Boolean(required=True)
    counts = fields.Boolean(required=True)
    trust = fields.Integer(required=True)
    weight = fields.Float(required=True)
    earned_at = fields.AwareDateTime(required=True)
    digest = fields.String(required=True)


class SkillSchema(StrictSchema):
    """``level_words``: how far the learner is, in words."""

    competency = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    level_words = fields.String(required=True)
    framework = fields.String(required=True)
    framework_title = fields.String(required=True)
    value = fields.Float(required=True)
    threshold = fields.Float(required=True)
    count = fields.Integer(required=True)
    mastered_at = fields.AwareDateTime(required=True, allow_none=True)
    freshness = fields.Nested(FreshnessSchema, required=True, allow_none=True)
    evidence = fields.List(fields.Nested(PieceSchema), required=True)
    next_step = fields.Nested(NextModuleSchema, required=True, allow_none=True)


class ProgressSchema(StrictSchema):
    """``percent``: whole percent of the modules in the organisation's catalog, rounded down."""

    organisation = fields.String(required=True)
    organisation_name = fields.String(required=True)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    percent = fields.Integer(required=True)


class ProfileSchema(StrictSchema):
    skills = fields.List(fields.Nested(SkillSchema), required=True)
    progress = fields.List(fields.Nested(ProgressSchema), required=True)
    next_step = fields.Nested(NextModuleSchema, required=True, allow_none=True)


class ShareSchema(StrictSchema):
    competency = fields.String(required=True)
    code = fields.String(required=True)
    weight = fields.Float(required=True)


class EvidenceSchema(StrictSchema):
    """``record`` is the canonical JSON whose SHA-256 is ``digest``."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    module = fields.String(required=True, allow_none=True)
    module_code = fields.String(required=True)
    module_title = fields.String(required=True)
    version = fields.Integer(required=True, allow_none=True)
    competencies = fields.List(fields.Nested(ShareSchema), required=True)
    score = fields.Float(required=True, allow_none=True)
    met = fields.Boolean(required=True)
    trust = fields.Integer(required=True)
    source = fields.String(required=True)
    earned_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    digest = fields.String(required=True)
    record = fields.String(required=True)


class EvidenceListSchema(StrictSchema):
    items = fields.List(fields.Nested(EvidenceSchema), required=True)
    next = fields.String(required=True, allow_none=True)
