"""The walk: from bytes to a report, in the order of Open Badges 3.0, section 9.

1 format   2 data model   3 Open Badge rules   4 signature   5 issuer's key   6 period   7 status   8 trust
Later checks still run when an earlier one fails, as far as they can say something; the verdict looks at all.
Not done here: endorsements inside the badge and the refresh service are not followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.keys import IssuerKeys
from badges.verification.open_badge import as_list, check_data_model, check_open_badge, is_badge, text_of, time_of
from badges.verification.proof import check_proof
from badges.verification.reading import Given, read
from badges.verification.report import BadgeFacts, Check, Outcome, Report
from badges.verification.standing import check_period, check_status
from badges.verification.world import Signatory, Trust, World


def verify(data: bytes, world: World) -> Report:
    """Check what a person handed in. Never raises for anything in ``data``."""
    given, form = read(data)
    if given is None:
        return Report((form,), world.now)
    document = given.document
    if not is_badge(document):
        sentence = _l("It is a credential, but not an Open Badge of version 3.")
        unread = Check("format", Outcome.FAIL, sentence, form.section, code="unsupported_type")
        return Report((unread,), world.now, document=document)
    keys = IssuerKeys(_issuer_id(document), world.fetch, world.allow_loopback_http)
    signature, issuer = check_proof(given, keys=keys, now=world.now, was_before=world.was_before)
    checks = (
        form,
        check_data_model(document),
        check_open_badge(document),
        signature,
        issuer,
        check_period(document, now=world.now),
        check_status(document, keys=keys, now=world.now),
        _check_trust(document, world.trust),
    )
    shown = signature.outcome is Outcome.PASS
    return Report(checks, world.now, facts=facts_of(given) if shown else None, document=document)


def _issuer_id(document: Mapping[str, Any]) -> str:
    issuer = document.get("issuer")
    identifier = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return identifier if isinstance(identifier, str) else ""


def _check_trust(document: Mapping[str, Any], trust: Trust) -> Check:
    known = trust(Signatory(_issuer_id(document)))
    section = "Rosette: trust"
    if known is None:
        sentence = _l("This service does not know the issuer. Ask yourself whether you do.")
        return Check("trust", Outcome.WARN, sentence, section, code="issuer_unknown")
    return Check("trust", Outcome.PASS, _l("The issuer is known here: %(how)s.", how=known), section)


def facts_of(given: Given) -> BadgeFacts:
    """What a badge says, for showing; only ever called on what a signature covers."""
    document = given.document
    subject, issuer = _object(document.get("credentialSubject")), _object(document.get("issuer"))
    achievement = _object(subject.get("achievement"))
    return BadgeFacts(
        credential_id=text_of(document.get("id")),
        name=text_of(achievement.get("name")) or text_of(document.get("name")),
        description=text_of(achievement.get("description")),
        holder=_holder(subject),
        issuer_id=_issuer_id(document),
        issuer_name=text_of(issuer.get("name")) or _issuer_id(document),
        achievement_id=text_of(achievement.get("id")),
        achievement_type=text_of(as_list(achievement.get("achievementType"))),
        issued_at=time_of(document.get("awardedDate")) or time_of(document.get("validFrom")),
        valid_until=time_of(document.get("validUntil")),
        skills=tuple(text_of(_object(entry).get("targetName")) for entry in as_list(achievement.get("alignment"))),
        evidence=tuple(dict(entry) for entry in as_list(document.get("evidence")) if isinstance(entry, Mapping)),
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _holder(subject: Mapping[str, Any]) -> str:
    for identifier in as_list(subject.get("identifier")):
        entry = _object(identifier)
        if entry.get("identityType") == "name" and entry.get("hashed") is False:
            return text_of(entry.get("identityHash"))
    return ""
