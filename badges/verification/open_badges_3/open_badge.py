"""What 1EdTech asks of a badge, an endorsement or a comprehensive learner record, before any signature. PURE.

Open Badges 3.0, annex B.1; CLR 2.0, annex B.1. Each rule goes from the document to the problems it finds; a rule never
raises, whatever the document holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.kinds import BADGE_TYPES, CLR, DRAFTS, OPEN_BADGES, Kind
from badges.verification.open_badges_3.shapes import MOST_PROBLEMS, problems_of
from badges.verification.open_badges_3.values import as_list, as_object, text_of, types_of
from badges.verification.report import Check, Outcome
from issuer.crypto.contexts import CLR2_CONTEXT, OB3_CONTEXT
from issuer.vc.identifiers import is_version_1

Problems = Iterator[str]

_SUBJECTS = {Kind.BADGE: "AchievementSubject", Kind.ENDORSEMENT: "EndorsementSubject", Kind.CLR: "ClrSubject"}
_SECTIONS = {
    Kind.BADGE: "Open Badges 3.0, B.1",
    Kind.ENDORSEMENT: "Open Badges 3.0, B.1.5",
    Kind.CLR: "CLR 2.0, B.1",
}
_CURRENT = frozenset({OB3_CONTEXT, CLR2_CONTEXT})


def check_open_badge(document: Mapping[str, Any], kind: Kind = Kind.BADGE) -> Check:
    """Complete as an Open Badge, or as the endorsement or learner record that it says it is?"""
    problems = [problem for _, problem in zip(range(MOST_PROBLEMS), _problems(document, kind), strict=False)]
    section = _SECTIONS[kind]
    if not problems:
        sentence = _l("It has everything that an Open Badge must have.")
        if kind is not Kind.BADGE:
            sentence = _l("It has everything that a document of its kind must have.")
        return Check("open_badge", Outcome.PASS, sentence, section)
    sentence = _l("It lacks something that an Open Badge must have.")
    if any(isinstance(context, str) and context.startswith(DRAFTS) for context in as_list(document.get("@context"))):
        sentence = _l("It follows a draft of Open Badges that was never final. Ask its issuer for a current edition.")
    return Check("open_badge", Outcome.FAIL, sentence, section, code="open_badge_broken", reason=" ".join(problems))


def check_context(document: Mapping[str, Any]) -> Check | None:
    """Whether the contexts are those of now; None where there is nothing to say."""
    named = [context for context in as_list(document.get("@context")) if isinstance(context, str)]
    old = [each for each in named if (OPEN_BADGES.fullmatch(each) or CLR.fullmatch(each)) and each not in _CURRENT]
    if not old and not is_version_1(document):
        return None
    sentence = _l("It follows an earlier edition of the standard, which is still accepted.")
    reason = f"Outdated context: {', '.join(old) or named[0]}."
    return Check("context", Outcome.WARN, sentence, "Open Badges 3.0, B.1", "context_outdated", reason)


def _problems(document: Mapping[str, Any], kind: Kind) -> Problems:
    yield from _contexts(document, kind)
    if kind is Kind.BADGE and not types_of(document) & BADGE_TYPES:
        yield "type contains neither OpenBadgeCredential nor AchievementCredential."
    yield from _basics(document, kind)
    yield from _subject(document, kind)
    if kind is Kind.BADGE:
        yield from _results(document)
    for entry in as_list(document.get("evidence")):
        yield from problems_of(entry, "Evidence", "evidence")


def _contexts(document: Mapping[str, Any], kind: Kind) -> Problems:
    contexts = as_list(document.get("@context"))
    expected = [("CLR 2.0", CLR)] if kind is Kind.CLR else []
    for place, (name, pattern) in enumerate([*expected, ("Open Badges 3.0", OPEN_BADGES)], start=1):
        if not _matches(contexts[place : place + 1], pattern):
            yield f"@context number {place + 1} is not a context of {name}."


def _matches(contexts: list[Any], pattern: re.Pattern[str]) -> bool:
    return bool(contexts) and isinstance(contexts[0], str) and pattern.fullmatch(contexts[0]) is not None


def _basics(document: Mapping[str, Any], kind: Kind) -> Problems:
    required = ["id", "issuanceDate" if is_version_1(document) else "validFrom"]
    if kind is not Kind.BADGE:
        required.append("name")
    for name in required:
        if not text_of(document.get(name)):
            yield f"{name} is missing."
    if "issuer" not in document:
        yield "issuer is missing."
    else:
        yield from problems_of(document["issuer"], "Profile", "issuer")
    if "image" in document:
        yield from problems_of(document["image"], "Image", "image")
    for service in as_list(document.get("refreshService")):
        if not text_of(as_object(service).get("id")):
            yield "refreshService has no id."


def _subject(document: Mapping[str, Any], kind: Kind) -> Problems:
    subjects = as_list(document.get("credentialSubject"))
    if len(subjects) != 1:
        yield "credentialSubject is not a single object."
        return
    subject = subjects[0]
    yield from problems_of(subject, _SUBJECTS[kind], "credentialSubject")
    if not isinstance(subject, Mapping):
        return
    if kind is not Kind.ENDORSEMENT and not subject.get("id") and not subject.get("identifier"):
        yield "credentialSubject has neither an id nor an identifier."
    for achievement in as_list(subject.get("achievement")):
        criteria = as_object(as_object(achievement).get("criteria"))
        if not criteria.get("id") and not criteria.get("narrative"):
            yield "criteria has neither an id nor a narrative."


def _results(document: Mapping[str, Any]) -> Problems:
    """A result names one of the result descriptions of its own achievement."""
    for subject in as_list(document.get("credentialSubject")):
        achievement = as_object(as_object(subject).get("achievement"))
        described = [as_object(each) for each in as_list(achievement.get("resultDescription"))]
        known = {each.get("id") for each in described if isinstance(each.get("id"), str)}
        for result in as_list(as_object(subject).get("result")):
            named = as_object(result).get("resultDescription")
            if isinstance(named, str) and named not in known:
                yield "A result names a resultDescription that the achievement does not have."
