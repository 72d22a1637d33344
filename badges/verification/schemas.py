"""What the API takes and gives for a verification."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from badges.trust.schemas import CountsAsSchema

LONGEST_RECIPIENT = 320


def _is_input(value: Any) -> None:
    if isinstance(value, str):
        validate.Length(min=1)(value)
    elif not isinstance(value, dict):
        raise ValidationError("A text, or a JSON object.")


class VerificationBody(Schema):
    """One badge."""

    class Meta:
        unknown = RAISE

    input = fields.Raw(
        required=True,
        validate=_is_input,
        metadata={
            "type": ["string", "object"],
            "description": "A badge (a JSON object, the same as text, or a compact JWS), its address, or its number.",
        },
    )
    recipient = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST_RECIPIENT),
        metadata={"description": "Does it belong to this name, e-mail address or DID? Compared and not kept."},
    )
    asynchronous = fields.Boolean(
        data_key="async",
        load_default=False,
        metadata={"description": "Answer 202 at once; the report is at Location for 24 hours."},
    )
    receipt = fields.Boolean(
        load_default=False, metadata={"description": "Give a signed receipt of the check with the report."}
    )


class CheckSchema(Schema):
    """One check of a report."""

    name = fields.String(metadata={"description": "What was asked: format, signature, issuer, status, ..."})
    outcome = fields.String(metadata={"description": "pass, warn, fail, could-not-check or not-applicable."})
    sentence = fields.String(metadata={"description": "The answer for a person."})
    reason = fields.String(metadata={"description": "The answer for an engineer."})
    code = fields.String(allow_none=True, metadata={"description": "A stable word for what is wrong, or null."})
    section = fields.String(metadata={"description": "Where the rule stands."})


class AnswerSchema(Schema):
    """What is said of one credential: the verdict, the finding, and the checks both follow from."""

    verdict = fields.String(metadata={"description": "valid, invalid, unknown or unsupported."})
    finding = fields.String(
        metadata={
            "description": "What a person is told: valid, issuer_not_known, issuer_unproven, expired, not_yet_valid,"
            " suspended, revoked, superseded, altered, not_valid, could_not_check or not_a_badge."
        }
    )
    kind = fields.String(allow_none=True, metadata={"description": "open_badge_3, open_badge_2, clr, ..., or null."})
    checkedAt = fields.String(metadata={"description": "When, in UTC."})
    checks = fields.List(fields.Nested(CheckSchema))
    parts = fields.List(
        fields.Nested(lambda: PartSchema()),
        metadata={"description": "Credentials inside: each with an answer of its own."},
    )


class PartSchema(AnswerSchema):
    """A credential inside another one."""

    role = fields.String(metadata={"description": "endorsement or credential."})


class ReportSchema(AnswerSchema):
    """A report."""

    sentence = fields.String(metadata={"description": "The answer in one sentence, for a person."})
    countsAs = fields.List(
        fields.Nested(CountsAsSchema),
        metadata={"description": "What it counts as for the caller's organisation, by the organisation's own rules."},
    )
    receipt = fields.Raw(metadata={"description": "The signed receipt, when one was asked for."})


class VerificationProblemSchema(Schema):
    """Why there is no report: the problem that asking at once would have had."""

    status = fields.Integer()
    code = fields.String()
    detail = fields.String()


class AskedVerificationSchema(Schema):
    """A verification that was asked for, until a day later."""

    id = fields.String(metadata={"description": "128 random bits: whoever holds them may ask."})
    state = fields.String(metadata={"description": "waiting, done or failed."})
    done = fields.Integer(metadata={"description": "How many have been checked."})
    of = fields.Integer(metadata={"description": "How many there are."})
    expiresAt = fields.String(metadata={"description": "When it is forgotten, in UTC."})
    report = fields.Nested(ReportSchema, allow_none=True)
    problem = fields.Nested(VerificationProblemSchema, allow_none=True)
