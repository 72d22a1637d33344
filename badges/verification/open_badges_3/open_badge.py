"""What the standards ask of the document itself, before any signature: VC Data Model 2.0 and Open Badges 3.0.

PURE. Each rule is a small function from the document to the problems it finds; a rule never raises, whatever
the document holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from badges.verification.report import Check, Outcome
from issuer.crypto.errors import Malformed
from issuer.crypto.timestamps import parse_timestamp

VC2_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OB3_CONTEXT = re.compile(r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json$")
BADGE_TYPES = {"OpenBadgeCredential", "AchievementCredential"}

Problems = Iterator[str]
Rule = Callable[[Mapping[str, Any]], Problems]


def as_list(value: Any) -> list[Any]:
    """JSON-LD lets one value stand without its list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A string, or the @value of a language object, or ""."""
    if isinstance(value, Mapping):
        value = value.get("@value")
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    return value if isinstance(value, str) else ""


def is_url(value: Any) -> bool:
    """An absolute URL or URN: a scheme, something after it, and no white space."""
    if not isinstance(value, str) or not value or any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme) and bool(parts.netloc or parts.path)


def time_of(value: Any) -> datetime | None:
    """A dateTimeStamp as an aware datetime, or None when it is missing or malformed."""
    try:
        return parse_timestamp(value)
    except Malformed:
        return None


def _context(document: Mapping[str, Any]) -> Problems:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not contexts or contexts[0] != VC2_CONTEXT:
        yield f"@context must begin with {VC2_CONTEXT}."


def _types(document: Mapping[str, Any]) -> Problems:
    if "VerifiableCredential" not in as_list(document.get("type")):
        yield "type does not contain VerifiableCredential."


def _identifiers(document: Mapping[str, Any]) -> Problems:
    if "id" in document and not is_url(document["id"]):
        yield "id is not a single URL."
    issuer = document.get("issuer")
    if not is_url(issuer.get("id") if isinstance(issuer, Mapping) else issuer):
        yield "issuer is not a URL, nor an object with a URL as its id."


def _subject(document: Mapping[str, Any]) -> Problems:
    subjects = as_list(document.get("credentialSubject"))
    if not subjects or not all(isinstance(subject, Mapping) and subject for subject in subjects):
        yield "credentialSubject is missing, empty, or not an object."


def _dates(document: Mapping[str, Any]) -> Problems:
    times: dict[str, datetime | None] = {}
    for name in ("validFrom", "validUntil"):
        if name in document and (times.setdefault(name, time_of(document[name]))) is None:
            yield f"{name} is not a date and time with a zone."
    start, end = times.get("validFrom"), times.get("validUntil")
    if start and end and end < start:
        yield "validUntil is before validFrom."


def _typed_parts(document: Mapping[str, Any]) -> Problems:
    for name in ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence", "proof"):
        for part in as_list(document.get(name)):
            if not isinstance(part, Mapping) or not as_list(part.get("type")):
                yield f"{name} has an entry without a type."
    for part in as_list(document.get("credentialSchema")):
        if isinstance(part, Mapping) and not is_url(part.get("id")):
            yield "credentialSchema has an entry without an id."


DATA_MODEL_RULES: tuple[Rule, ...] = (_context, _types, _identifiers, _subject, _dates, _typed_parts)


def _badge_context(document: Mapping[str, Any]) -> Problems:
    contexts = as_list(document.get("@context"))
    if len(contexts) < 2 or not isinstance(contexts[1], str) or not OB3_CONTEXT.match(contexts[1]):
        yield "The second @context is not an Open Badges 3.0 context."


def _badge_basics(document: Mapping[str, Any]) -> Problems:
    if "id" not in document:
        yield "id is missing."
    if "validFrom" not in document:
        yield "validFrom is missing."
    issuer = document.get("issuer")
    if not isinstance(issuer, Mapping) or "Profile" not in as_list(issuer.get("type")):
        yield "issuer is not a Profile."


def _badge_subject(document: Mapping[str, Any]) -> Problems:
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping):
        yield "credentialSubject must be exactly one object."
        return
    if "AchievementSubject" not in as_list(subject.get("type")):
        yield "credentialSubject is not an AchievementSubject."
    if not subject.get("id") and not subject.get("identifier"):
        yield "credentialSubject has neither an id nor an identifier."
    for identifier in as_list(subject.get("identifier")):
        if not isinstance(identifier, Mapping) or "IdentityObject" not in as_list(identifier.get("type")):
            yield "An identifier of the subject is not an IdentityObject."


def _achievement(document: Mapping[str, Any]) -> Problems:
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    if not isinstance(achievement, Mapping):
        yield "The subject has no achievement."
        return
    if "Achievement" not in as_list(achievement.get("type")):
        yield "achievement is not an Achievement."
    for name in ("id", "name", "description"):
        if not text_of(achievement.get(name)):
            yield f"achievement has no {name}."
    criteria = achievement.get("criteria")
    if not isinstance(criteria, Mapping) or not (criteria.get("id") or criteria.get("narrative")):
        yield "criteria has neither an id nor a narrative."


def _results(document: Mapping[str, Any]) -> Problems:
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    if not isinstance(subject, Mapping) or not isinstance(achievement, Mapping):
        return
    descriptions = as_list(achievement.get("resultDescription"))
    known = set()
    for description in descriptions:
        if not isinstance(description, Mapping) or "ResultDescription" not in as_list(description.get("type")):
            yield "A resultDescription is not a ResultDescription."
        elif isinstance(description.get("id"), str):
            known.add(description["id"])
    for result in as_list(subject.get("result")):
        if not isinstance(result, Mapping) or "Result" not in as_list(result.get("type")):
            yield "A result is not a Result."
        elif "resultDescription" in result and str(result["resultDescription"]) not in known:
            yield "A result names a resultDescription that the achievement does not have."


def _evidence(document: Mapping[str, Any]) -> Problems:
    for entry in as_list(document.get("evidence")):
        if isinstance(entry, Mapping) and "Evidence" not in as_list(entry.get("type")):
            yield "An evidence entry is not Evidence."


BADGE_RULES: tuple[Rule, ...] = (_badge_context, _badge_basics, _badge_subject, _achievement, _results, _evidence)


def is_badge(document: Mapping[str, Any]) -> bool:
    """Whether the document calls itself an Open Badge of version 3."""
    return bool(BADGE_TYPES & {kind for kind in as_list(document.get("type")) if isinstance(kind, str)})


def check_data_model(document: Mapping[str, Any]) -> Check:
    """Well-formed as a W3C Verifiable Credential?"""
    return _follow(
        document,
        DATA_MODEL_RULES,
        name="data_model",
        good=_l("The document is a well-formed verifiable credential."),
        bad=_l("The document is not a well-formed verifiable credential."),
        section="W3C VC Data Model 2.0, 4",
    )


def check_open_badge(document: Mapping[str, Any]) -> Check:
    """Complete as an Open Badge?"""
    return _follow(
        document,
        BADGE_RULES,
        name="open_badge",
        good=_l("It has everything that an Open Badge must have."),
        bad=_l("It lacks something that an Open Badge must have."),
        section="Open Badges 3.0, B.1",
    )


def _follow(
    document: Mapping[str, Any], rules: tuple[Rule, ...], *, name: str, good: str, bad: str, section: str
) -> Check:
    problems = [problem for rule in rules for problem in rule(document)]
    if not problems:
        return Check(name, Outcome.PASS, good, section)
    return Check(name, Outcome.FAIL, bad, section, code=f"{name}_broken", reason=" ".join(problems))
