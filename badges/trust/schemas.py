"""What the JSON API of trust takes and gives."""

from __future__ import annotations

from marshmallow import fields, validate

from badges.schemas import StrictBoolean
from badges.trust.equivalences import ACHIEVEMENT, CODE
from badges.trust.naming import KINDS, LONGEST
from badges.trust.registry_sources import LONGEST_ADDRESS
from badges.trust.tables import MOST_BYTES
from issuer.schemas import StrictSchema

_NAME = validate.Length(1, 200)
_SUBJECT = validate.Length(1, LONGEST)
_TEXT = validate.Length(max=1000)


class TrustedIssuerBodySchema(StrictSchema):
    """An issuer to be trusted. ``until`` is the first moment at which it does not count any more."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    issuer = fields.String(
        required=True,
        validate=_SUBJECT,
        metadata={"description": "A DID or https id; a host; or an RFC 7638 thumbprint or Multikey."},
    )
    name = fields.String(required=True, validate=_NAME)
    note = fields.String(load_default="", validate=_TEXT)
    since = fields.AwareDateTime(load_default=None, allow_none=True)
    until = fields.AwareDateTime(load_default=None, allow_none=True)


class TrustedIssuerSchema(StrictSchema):
    id = fields.String(required=True)
    kind = fields.String(required=True)
    issuer = fields.String(required=True, metadata={"description": "As it is compared: a domain in punycode."})
    name = fields.String(required=True)
    note = fields.String(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    added_by = fields.String(required=True, allow_none=True, metadata={"description": "The account's id."})
    added_at = fields.AwareDateTime(required=True)


class TrustedIssuerListSchema(StrictSchema):
    items = fields.List(fields.Nested(TrustedIssuerSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class TrustImportBodySchema(StrictSchema):
    content = fields.String(
        required=True,
        validate=validate.Length(1, MOST_BYTES),
        metadata={"description": "CSV with the columns kind, issuer, name, note, since, until; or the same as JSON."},
    )
    dry_run = StrictBoolean(load_default=False)


class TrustImportSchema(StrictSchema):
    """How many entries are new, were changed, and were as the file says already."""

    dry_run = fields.Boolean(required=True)
    added = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)


class RegistryBodySchema(StrictSchema):
    """A registry by its ``address``, or as the text that it publishes: exactly one of the two."""

    name = fields.String(required=True, validate=_NAME)
    address = fields.String(load_default="", validate=validate.Length(max=LONGEST_ADDRESS))
    content = fields.String(load_default=None, validate=validate.Length(1, 1024 * 1024))
    anchor_key = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST),
        metadata={"description": "Thumbprint or Multikey of the federation's key; else the one it has now is pinned."},
    )
    dry_run = StrictBoolean(load_default=False)
    seen = fields.String(
        load_default=None,
        validate=validate.Length(equal=64),
        metadata={"description": "The digest of a dry run: 409 when the registry says something else by now."},
    )


class ListedIssuerSchema(StrictSchema):
    kind = fields.String(required=True)
    issuer = fields.String(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)


class RegistryChangesSchema(StrictSchema):
    """What importing would do: counts, and the first hundred of each."""

    dry_run = fields.Boolean(required=True)
    form = fields.String(required=True)
    anchor_keys = fields.List(fields.String(), required=True)
    digest = fields.String(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    added = fields.List(fields.Nested(ListedIssuerSchema), required=True)
    changed = fields.List(fields.Nested(ListedIssuerSchema), required=True)
    removed = fields.List(fields.Nested(ListedIssuerSchema), required=True)


class RegistrySchema(StrictSchema):
    """``trouble``: why the last attempt to read it failed, or null; what it listed before then still counts."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    form = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    anchor_keys = fields.List(fields.String(), required=True)
    issuers = fields.Integer(required=True)
    shown_to_everybody = fields.Boolean(required=True)
    imported_at = fields.AwareDateTime(required=True)
    tried_at = fields.AwareDateTime(required=True)
    trouble = fields.String(required=True, allow_none=True)


class RegistryListSchema(StrictSchema):
    items = fields.List(fields.Nested(RegistrySchema), required=True)
    next = fields.String(required=True, allow_none=True)


class EquivalenceBodySchema(StrictSchema):
    """An outside achievement, and what it counts as here. Conditions that are left out ask nothing."""

    achievement = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"description": "The id of the outside achievement."}
    )
    requirement_kind = fields.String(load_default=ACHIEVEMENT, validate=validate.OneOf((ACHIEVEMENT, CODE)))
    requirement = fields.String(
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "The id of one of the organisation's achievements, or a code of its own."},
    )
    trusted_only = StrictBoolean(load_default=True)
    minimum_result = fields.String(load_default="", validate=validate.Length(max=100))
    result_type = fields.String(load_default="", validate=validate.Length(max=100))
    most_days_old = fields.Integer(load_default=None, allow_none=True, strict=True)
    days_left = fields.Integer(load_default=None, allow_none=True, strict=True)
    note = fields.String(load_default="", validate=_TEXT)


class EquivalenceSchema(StrictSchema):
    id = fields.String(required=True)
    achievement = fields.String(required=True)
    requirement_kind = fields.String(required=True)
    requirement = fields.String(required=True)
    requirement_name = fields.String(required=True)
    trusted_only = fields.Boolean(required=True)
    minimum_result = fields.String(required=True)
    result_type = fields.String(required=True)
    most_days_old = fields.Integer(required=True, allow_none=True)
    days_left = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)


class EquivalenceListSchema(StrictSchema):
    items = fields.List(fields.Nested(EquivalenceSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class CountsAsSchema(StrictSchema):
    """What a checked badge counts as, for whoever shows a report as JSON."""

    rule = fields.String(required=True)
    requirementKind = fields.String(required=True)
    requirement = fields.String(required=True)
    name = fields.String(required=True)
    counts = fields.Boolean(required=True)
    missing = fields.List(fields.String(), required=True)
    sentence = fields.String(required=True)
