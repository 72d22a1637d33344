"""What the API of checks, schedules, webhooks and watches takes and gives."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.bulk_checks.reading import MOST_ROWS
from badges.bulk_checks.results import FACTS, FILTERS
from badges.bulk_checks.schedules import EVERY
from badges.bulk_checks.watches import LONGEST_PURPOSE
from badges.bulk_checks.webhooks import LONGEST_URL
from issuer.schemas import PageQuerySchema, StrictSchema

_ORGANISATION = {"description": "The short name of the organisation; not needed by who has only one."}
_COUNTS = {"description": 'How many rows by finding; and "waiting", "retried" (waiting, a host was in the way).'}


def _organisation() -> fields.String:
    return fields.String(load_default="", validate=validate.Length(max=64), metadata=_ORGANISATION)


class CheckBodySchema(StrictSchema):
    """``inputs`` or ``csv``: one of them. A file (CSV or ZIP) is sent as multipart/form-data instead."""

    organisation = _organisation()
    name = fields.String(load_default="", validate=validate.Length(max=200))
    inputs = fields.List(
        fields.String(validate=validate.Length(1, 1024 * 1024)),
        load_default=[],
        validate=validate.Length(max=MOST_ROWS),
        metadata={"description": "Addresses, codes or credentials."},
    )
    csv = fields.String(load_default="", metadata={"description": "A table; the column with the badges is found."})


class ScheduleSchema(StrictSchema):
    id = fields.String(required=True)
    every = fields.String(required=True)
    next_at = fields.AwareDateTime(required=True)
    mails = fields.Boolean(required=True)
    active = fields.Boolean(required=True)


class BulkCheckSchema(StrictSchema):
    """``state``: waiting (being checked), cancelled or done."""

    id = fields.String(required=True)
    organisation = fields.String(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    columns = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, metadata=_COUNTS)
    input_sha256 = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(required=True)
    schedule = fields.Nested(ScheduleSchema, required=True, allow_none=True)


class BulkCheckListSchema(StrictSchema):
    items = fields.List(fields.Nested(BulkCheckSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ResultsQuerySchema(PageQuerySchema):
    finding = fields.String(load_default=None, validate=validate.OneOf(FILTERS))


class ResultSchema(StrictSchema):
    row = fields.Integer(required=True)
    input = fields.List(fields.String(), required=True)
    notice = fields.String(required=True, allow_none=True)
    verdict = fields.String(required=True, allow_none=True)
    finding = fields.String(required=True, allow_none=True)
    sentence = fields.String(required=True, allow_none=True)
    checked_at = fields.String(required=True, allow_none=True)
    issuer, achievement, issued, expires, holder = (fields.String(required=True, allow_none=True) for _ in FACTS)


class ResultListSchema(StrictSchema):
    items = fields.List(fields.Nested(ResultSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class SignedResultsSchema(StrictSchema):
    """``statement``: compact JWS that holds the counts and the SHA-256 of ``results`` (sorted names, no blanks)."""

    results = fields.List(fields.Nested(ResultSchema), required=True)
    statement = fields.String(required=True)


class ScheduleBodySchema(StrictSchema):
    every = fields.String(required=True, validate=validate.OneOf(list(EVERY)))
    mails = fields.Boolean(load_default=True)


class WebhookBodySchema(StrictSchema):
    organisation = _organisation()
    url = fields.String(required=True, validate=validate.Length(1, LONGEST_URL))


class WebhookSchema(StrictSchema):
    id = fields.String(required=True)
    organisation = fields.String(required=True)
    url = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class MadeWebhookSchema(WebhookSchema):
    """The one reply that holds the secret."""

    secret = fields.String(required=True)


class WebhookListSchema(StrictSchema):
    items = fields.List(fields.Nested(WebhookSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class WatchBodySchema(StrictSchema):
    organisation = _organisation()
    badge = fields.String(required=True, validate=validate.Length(1, 2048))
    purpose = fields.String(required=True, validate=validate.Length(1, LONGEST_PURPOSE))


class WatchSchema(StrictSchema):
    """``state``: asked, accepted, declined, withdrawn or stopped. ``standing``: as of ``looked_at``, once accepted."""

    id = fields.String(required=True)
    organisation = fields.String(required=True)
    badge = fields.String(required=True)
    purpose = fields.String(required=True)
    state = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    looked_at = fields.AwareDateTime(required=True, allow_none=True)
    standing = fields.String(required=True, allow_none=True)


class WatchListSchema(StrictSchema):
    items = fields.List(fields.Nested(WatchSchema), required=True)
    next = fields.String(required=True, allow_none=True)
