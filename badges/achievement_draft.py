"""What an author says of an achievement, and whether it can be said so. PURE.

Open Badges 3.0, B.1.1 (Achievement) and B.2.1 (the vocabulary of achievementType).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from issuer.crypto.jcs import canonicalize
from issuer.plain_text import clean_line, clean_text

ACHIEVEMENT_TYPES = frozenset(
    {
        "Achievement",
        "ApprenticeshipCertificate",
        "Assessment",
        "Assignment",
        "AssociateDegree",
        "Award",
        "Badge",
        "BachelorDegree",
        "Certificate",
        "CertificateOfCompletion",
        "Certification",
        "CommunityService",
        "Competency",
        "Course",
        "CoCurricular",
        "Degree",
        "Diploma",
        "DoctoralDegree",
        "Fieldwork",
        "GeneralEducationDevelopment",
        "JourneymanCertificate",
        "LearningProgram",
        "License",
        "Membership",
        "ProfessionalDoctorate",
        "QualityAssuranceCredential",
        "MasterCertificate",
        "MasterDegree",
        "MicroCredential",
        "ResearchDoctorate",
        "SecondarySchoolDiploma",
    }
)
"""The standard's types; own types begin with "ext:"."""

_OWN_TYPE = re.compile(r"ext:[A-Za-z0-9._-]{1,60}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_MONOGRAM = re.compile(r"[^\W_]{1,3}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LINES = {"name": 200, "image_alt": 300, "level": 100}
_TEXTS = {"description": 5_000, "criteria_narrative": 20_000}
_MAY_BE_EMPTY = frozenset({"level"})
_LONGEST_VALIDITY_DAYS = 36_500
_LATER_CHOICES = ("may_be_suspended", "names_revocation_list", "picture")

NOT_ONE_OBJECT = _l(
    "Its badges say two things about their status. Verifiers of the W3C standard read that; a strict check against the"
    " Open Badges 3.0 schema, which knows only one, will report it."
)
"""For authors, beside either choice (VC Data Model 2.0, 4.10, against the JSON Schema of Open Badges 3.0)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementDraft:
    """What an author says of an achievement; becomes a version.

    ``criteria`` is the rule (see badges.criteria), ``criteria_narrative`` the same in plain words (Markdown).
    ``competencies`` are public ids; what the badge stands for, and what it is aligned to.
    ``valid_days`` None: an award is valid for ever.
    ``may_be_suspended``: its badges can be suspended for a while; ``names_revocation_list``: they name the
    organisation's 1EdTechRevocationList besides. See NOT_ONE_OBJECT for what either costs.
    ``picture``: the digest of a picture of the organisation, empty for the drawn rosette, None for what it had before.
    """

    name: str
    description: str
    achievement_type: str
    criteria: dict[str, Any]
    criteria_narrative: str
    competencies: tuple[str, ...]
    monogram: str
    image_alt: str
    level: str = ""
    language: str = "en"
    valid_days: int | None = None
    may_be_suspended: bool = False
    names_revocation_list: bool = False
    picture: str | None = None


def cleaned(draft: AchievementDraft) -> AchievementDraft:
    """The draft with its texts in one Unicode form. Raises Invalid for a text that is too long or cannot be shown."""
    texts: dict[str, Any] = {
        name: clean_line(getattr(draft, name), field=name, longest=most) for name, most in _LINES.items()
    }
    texts |= {name: clean_text(getattr(draft, name), field=name, longest=most) for name, most in _TEXTS.items()}
    return replace(draft, **texts)


def digest_of(draft: AchievementDraft) -> str:
    """SHA-256 (hex) of the canonical JSON (RFC 8785) of all of it: the same content has the same digest."""
    content = asdict(draft) | {"competencies": list(draft.competencies)}
    for choice in _LATER_CHOICES:
        if not content[choice]:
            del content[choice]  # a draft that says nothing of it has the digest that it always had
    return hashlib.sha256(canonicalize(content)).hexdigest()


def faults_in(code: str, draft: AchievementDraft) -> dict[str, list[str]]:
    """Field -> sentences about what is not acceptable; empty when all is well. The rule is checked elsewhere."""
    empty = (name for name in (*_LINES, *_TEXTS) if not getattr(draft, name) and name not in _MAY_BE_EMPTY)
    faults = {name: ["Please fill this in."] for name in empty}
    patterns = (
        ("code", _CODE, code, "Letters, digits, dot, dash and underscore; at most 64."),
        ("monogram", _MONOGRAM, draft.monogram, "One to three letters or digits."),
        ("language", _LANGUAGE, draft.language, "A language tag such as en or fr-CA."),
    )
    for name, pattern, text, sentence in patterns:
        if not pattern.fullmatch(text):
            faults[name] = [sentence]
    if draft.achievement_type not in ACHIEVEMENT_TYPES and not _OWN_TYPE.fullmatch(draft.achievement_type):
        faults["achievement_type"] = ["A type of Open Badges 3.0, or one of your own that begins with ext:."]
    if draft.valid_days is not None and not 1 <= draft.valid_days <= _LONGEST_VALIDITY_DAYS:
        faults["valid_days"] = [f"From 1 to {_LONGEST_VALIDITY_DAYS} days, or none for ever."]
    return faults
