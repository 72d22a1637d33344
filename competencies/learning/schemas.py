"""The JSON of modules and attempts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from competencies.learning.content import CONTENT_TYPES, DELIVERY_MODES
from issuer.schemas import PageQuerySchema, StrictSchema

STATES = ("open", "listed", "archived")


class ModuleQuerySchema(PageQuerySchema):
    text = fields.String(load_default="", validate=validate.Length(max=200))
    competency = fields.String(load_default="", validate=validate.Length(max=100))
    mode = fields.String(load_default="", validate=validate.OneOf(("", *DELIVERY_MODES)))
    content_type = fields.String(load_default="", validate=validate.OneOf(("", *CONTENT_TYPES)))
    max_minutes = fields.Integer(load_default=None, validate=validate.Range(1, 1440))
    organisation = fields.String(load_default="", validate=validate.Length(max=64))


class ContentBodySchema(StrictSchema):
    """An author's document; competencies.learning.content says what may stand in it, and judges it."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    minutes = fields.Integer(required=True, strict=True)
    content_type = fields.String(required=True)
    delivery_mode = fields.String(required=True)
    format = fields.String()
    competencies = fields.List(fields.Dict(), required=True)
    cards = fields.List(fields.Dict())
    check = fields.Dict(allow_none=True)
    completion_rule = fields.Dict()
    prerequisites = fields.List(fields.String())
    refresh_after_days = fields.Integer(strict=True, allow_none=True)
    figures = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "File name to picture in base64."}
    )


class NewModuleBodySchema(ContentBodySchema):
    organisation = fields.String(required=True, metadata={"description": "The short name of the organisation."})


class ModuleStateBodySchema(StrictSchema):
    state = fields.String(required=True, validate=validate.OneOf(STATES))


class AnswerBodySchema(StrictSchema):
    response = fields.Raw(required=True, allow_none=True, metadata={"description": "Its shape depends on the kind."})


class ModuleCompetencySchema(Schema):
    id = fields.String(attribute="competency_id")
    code = fields.String()
    statement = fields.String()
    weight = fields.Float()


class KnowledgeCheckSchema(Schema):
    draw = fields.Integer()
    pass_mark = fields.Float()
    max_attempts = fields.Integer()
    cooldown_hours = fields.Float()
    minutes_allowed = fields.Integer(allow_none=True)


class StartObstacleSchema(Schema):
    code = fields.String()
    detail = fields.String(attribute="sentence")
    until = fields.AwareDateTime(allow_none=True)


class ModuleProgressSchema(Schema):
    state = fields.String()
    card = fields.Integer(allow_none=True)
    attempt = fields.String(attribute="attempt_id", allow_none=True)
    attempts_left = fields.Function(lambda progress: progress.standing.left if progress.standing else None)
    passed_at = fields.AwareDateTime(attribute="standing.passed_at", allow_none=True)
    obstacle = fields.Nested(StartObstacleSchema, attribute="standing.obstacle", allow_none=True)


class ModuleSchema(Schema):
    id = fields.String(attribute="module_id")
    code = fields.String()
    title = fields.String()
    summary = fields.String()
    minutes = fields.Integer()
    content_type = fields.String()
    delivery_mode = fields.String()
    format = fields.String()
    language = fields.String()
    state = fields.String()
    organisation = fields.String(attribute="organisation_slug")
    version = fields.Integer(attribute="version_number")
    cards = fields.Integer(attribute="card_count")
    check = fields.Nested(KnowledgeCheckSchema, attribute="check_rule", allow_none=True)
    prerequisites = fields.List(fields.String())
    refresh_after_days = fields.Integer(allow_none=True)
    competencies = fields.List(fields.Nested(ModuleCompetencySchema))
    progress = fields.Nested(ModuleProgressSchema, allow_none=True)


class ModulePageSchema(Schema):
    items = fields.List(fields.Nested(ModuleSchema))
    next = fields.String(allow_none=True)


class ModuleVersionSchema(Schema):
    id = fields.String(attribute="public_id")
    number = fields.Integer()
    title = fields.String()
    digest = fields.String()
    created_at = fields.AwareDateTime()


class ModuleVersionPageSchema(Schema):
    items = fields.List(fields.Nested(ModuleVersionSchema))
    next = fields.String(allow_none=True)


class ModulePublicationSchema(Schema):
    module = fields.String(attribute="module.public_id")
    version = fields.Nested(ModuleVersionSchema)
    is_new = fields.Boolean()
    advice = fields.List(fields.String())


class _Choices(fields.Field[Any]):
    """(key, text) pairs as objects, in the order shown."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> list[dict[str, str]]:
        return [{"key": key, "text": text} for key, text in value]


class ShownItemSchema(Schema):
    id = fields.String(attribute="item_id")
    number = fields.Integer()
    kind = fields.String()
    prompt = fields.String()
    options = _Choices()
    lefts = _Choices()
    unit = fields.String()
    response = fields.Raw(allow_none=True)
    saved_at = fields.AwareDateTime(allow_none=True)


class MarkedItemSchema(Schema):
    id = fields.String(attribute="item_id")
    number = fields.Integer()
    kind = fields.String()
    prompt = fields.String()
    given = fields.List(fields.String())
    correct = fields.Boolean()
    feedback = fields.List(fields.String())
    right = fields.List(fields.String())
    card = fields.Integer(allow_none=True)


class AttemptEvidenceSchema(Schema):
    id = fields.String(attribute="public_id")
    kind = fields.String()
    score = fields.Float(allow_none=True)
    met = fields.Boolean()
    trust = fields.Integer()
    earned_at = fields.AwareDateTime()
    digest = fields.String()


class AttemptResultSchema(Schema):
    """``evidence`` is added by the edge: what the ledger recorded of this attempt."""

    id = fields.String(attribute="attempt_id")
    module = fields.String(attribute="module_id")
    state = fields.String()
    number = fields.Integer()
    marked_at = fields.AwareDateTime(allow_none=True)
    score = fields.Float(allow_none=True)
    passed = fields.Boolean(allow_none=True)
    right = fields.Integer()
    total = fields.Integer()
    needed = fields.Integer()
    attempts_left = fields.Integer()
    obstacle = fields.Nested(StartObstacleSchema, allow_none=True)
    items = fields.List(fields.Nested(MarkedItemSchema))
    competencies = fields.List(fields.Nested(ModuleCompetencySchema))
    evidence = fields.List(fields.Nested(AttemptEvidenceSchema))


class AttemptSchema(Schema):
    """``result`` is null until the attempt is marked or expired."""

    id = fields.String(attribute="attempt_id")
    module = fields.String(attribute="module_id")
    title = fields.String()
    number = fields.Integer()
    state = fields.String()
    opened_at = fields.AwareDateTime()
    deadline_at = fields.AwareDateTime()
    items = fields.List(fields.Nested(ShownItemSchema))
    result = fields.Nested(AttemptResultSchema, allow_none=True)


class SavedAnswerSchema(Schema):
    item = fields.String(attribute="item.public_id")
    response = fields.Raw()
    saved_at = fields.AwareDateTime()
