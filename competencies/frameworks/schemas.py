"""What the JSON API about frameworks takes and gives. The CASE package itself is a document of its standard."""

from __future__ import annotations

from marshmallow import fields, validate

from issuer.schemas import PageQuerySchema, StrictSchema


class CompetencyQuerySchema(PageQuerySchema):
    framework = fields.String(load_default=None, validate=validate.Length(1, 32))
    code = fields.String(load_default=None, validate=validate.Length(1, 100))


class ImportQuerySchema(StrictSchema):
    organisation = fields.String(required=True, validate=validate.Length(1, 64))


class FrameworkSchema(StrictSchema):
    id = fields.String(required=True)
    case_identifier = fields.String(required=True)
    uri = fields.String(required=True)
    title = fields.String(required=True)
    creator = fields.String(required=True)
    publisher = fields.String(required=True)
    description = fields.String(required=True)
    version = fields.String(required=True)
    language = fields.String(required=True)
    adoption_status = fields.String(required=True)
    competencies = fields.Integer(required=True)


class FrameworkListSchema(StrictSchema):
    items = fields.List(fields.Nested(FrameworkSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class MasteryRuleSchema(StrictSchema):
    """Mastered at this value, from so many pieces of evidence, of such weight together, trusted at least so."""

    threshold = fields.Float(required=True)
    count = fields.Integer(required=True)
    weight = fields.Float(required=True)
    trust = fields.Integer(required=True)


class CompetencySchema(StrictSchema):
    id = fields.String(required=True)
    framework = fields.String(required=True)
    case_identifier = fields.String(required=True)
    uri = fields.String(required=True)
    code = fields.String(required=True)
    statement = fields.String(required=True)
    short_statement = fields.String(required=True)
    type = fields.String(required=True)
    level = fields.String(required=True)
    language = fields.String(required=True)
    state = fields.String(required=True)
    mastery = fields.Nested(MasteryRuleSchema, required=True)


class CompetencyListSchema(StrictSchema):
    items = fields.List(fields.Nested(CompetencySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class NotTakenSchema(StrictSchema):
    part = fields.String(required=True)
    reason = fields.String(required=True)
    count = fields.Integer(required=True)
    identifiers = fields.List(fields.String(), required=True)


class ImportReportSchema(StrictSchema):
    framework = fields.String(required=True)
    title = fields.String(required=True)
    taken = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    deprecated = fields.List(fields.String(), required=True)
    associations = fields.Integer(required=True)
    rubrics = fields.Integer(required=True)
    not_taken = fields.List(fields.Nested(NotTakenSchema), required=True)
