"""What the API takes and gives for a verification."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from badges.verification.reading import MAX_BYTES


class VerificationBody(Schema):
    """One badge."""

    class Meta:
        unknown = RAISE

    input = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MAX_BYTES),
        metadata={"description": "A badge (JSON or compact JWS), or the address of one."},
    )


class CheckSchema(Schema):
    """One check of a report."""

    name = fields.String(metadata={"description": "What was asked: format, signature, issuer, status, ..."})
    outcome = fields.String(metadata={"description": "pass, warn, fail, could-not-check or not-applicable."})
    sentence = fields.String(metadata={"description": "The answer for a person."})
    reason = fields.String(metadata={"description": "The answer for an engineer."})
    code = fields.String(allow_none=True, metadata={"description": "A stable word for what is wrong, or null."})
    section = fields.String(metadata={"description": "Where the rule stands."})


class ReportSchema(Schema):
    """A report: the verdict and the checks it follows from."""

    verdict = fields.String(metadata={"description": "valid, invalid, unknown or unsupported."})
    checkedAt = fields.String(metadata={"description": "When, in UTC."})
    checks = fields.List(fields.Nested(CheckSchema))
