"""What each class of Open Badges 3.0 and CLR 2.0 must have, and what lies where in it: a table, and a walk through it.

PURE. Open Badges 3.0, annex B.1; CLR 2.0, annex B.1. One value may stand without its array, as in compacted JSON-LD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from badges.verification.open_badges_3.values import as_list, time_of, types_of

MOST_PROBLEMS = 20
_EXTENSION = re.compile(r"ext:[a-zA-Z0-9.|_-]+")


@dataclass(frozen=True, slots=True)
class Shape:
    """``required``: members that must be there. ``parts``: member -> class of what is in it. ``single``: members that
    hold one object, never an array. ``words``: member -> the words that it may hold, besides extensions where
    ``extensible``. ``is_typed``: whether an object names its class. ``closed``: whether it has no other members."""

    required: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    single: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    is_typed: bool = True
    closed: bool = False

    @property
    def members(self) -> frozenset[str]:
        own = (*self.required, *self.parts, *self.texts, *self.numbers, *self.booleans, *self.moments, *self.words)
        return frozenset({*own, "id", "type", "@context"})


_IDENTITY_TYPES = frozenset(
    [
        "name",
        "sourcedId",
        "systemId",
        "productId",
        "userName",
        "accountId",
        "emailAddress",
        "nationalIdentityNumber",
        "isbn",
        "issn",
        "lisSourcedId",
        "oneRosterSourcedId",
        "sisSourcedId",
        "ltiContextId",
        "ltiDeploymentId",
        "ltiToolId",
        "ltiPlatformId",
        "ltiUserId",
        "identifier",
    ]
)
_TARGET_TYPES = frozenset(
    [
        "ceasn:Competency",
        "ceterms:Credential",
        "CFItem",
        "CFRubric",
        "CFRubricCriterion",
        "CFRubricCriterionLevel",
        "CTDL",
    ]
)
_RESULT_TYPES = frozenset(
    [
        "GradePointAverage",
        "LetterGrade",
        "Percent",
        "PerformanceLevel",
        "PredictedScore",
        "RawScore",
        "Result",
        "RubricCriterion",
        "RubricCriterionLevel",
        "RubricScore",
        "ScaledScore",
        "Status",
    ]
)
_STATUSES = frozenset(["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"])
_ASSOCIATION_TYPES = frozenset(
    ["exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy"]
)
_CLOSED_WORDS = frozenset({"status", "associationType"})

SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "AchievementSubject": Shape(
            required=("achievement",),
            parts={
                "achievement": "Achievement",
                "identifier": "IdentityObject",
                "image": "Image",
                "result": "Result",
                "source": "Profile",
            },
            single=("achievement", "image", "source"),
            texts=("licenseNumber", "narrative", "role", "term"),
            numbers=("creditsEarned",),
            moments=("activityStartDate", "activityEndDate"),
        ),
        "ClrSubject": Shape(
            required=("verifiableCredential",),
            parts={"identifier": "IdentityObject", "achievement": "Achievement", "association": "Association"},
        ),
        "EndorsementSubject": Shape(required=("id",), texts=("endorsementComment",)),
        "Achievement": Shape(
            required=("id", "name", "description", "criteria"),
            parts={
                "alignment": "Alignment",
                "creator": "Profile",
                "criteria": "Criteria",
                "image": "Image",
                "otherIdentifier": "IdentifierEntry",
                "related": "Related",
                "resultDescription": "ResultDescription",
            },
            single=("creator", "criteria", "image"),
            texts=("name", "description", "fieldOfStudy", "humanCode", "specialization", "version"),
            numbers=("creditsAvailable",),
        ),
        "Association": Shape(
            required=("associationType", "sourceId", "targetId"), words={"associationType": _ASSOCIATION_TYPES}
        ),
        "Alignment": Shape(
            required=("targetName", "targetUrl"),
            texts=("targetName", "targetUrl", "targetCode", "targetDescription", "targetFramework"),
            words={"targetType": _TARGET_TYPES},
        ),
        "Criteria": Shape(texts=("id", "narrative"), is_typed=False),
        "Evidence": Shape(texts=("narrative", "name", "description", "genre", "audience")),
        "IdentifierEntry": Shape(
            required=("identifier", "identifierType"),
            texts=("identifier",),
            words={"identifierType": _IDENTITY_TYPES},
            closed=True,
        ),
        "IdentityObject": Shape(
            required=("hashed", "identityHash", "identityType"),
            texts=("identityHash", "salt"),
            booleans=("hashed",),
            words={"identityType": _IDENTITY_TYPES},
            closed=True,
        ),
        "Image": Shape(required=("id",), texts=("id", "caption"), closed=True),
        "Profile": Shape(
            required=("id",),
            parts={
                "address": "Address",
                "image": "Image",
                "otherIdentifier": "IdentifierEntry",
                "parentOrg": "Profile",
            },
            single=("address", "image", "parentOrg"),
            texts=("name", "url", "phone", "description", "email", "official"),
        ),
        "Address": Shape(parts={"geo": "GeoCoordinates"}, single=("geo",)),
        "GeoCoordinates": Shape(required=("latitude", "longitude"), numbers=("latitude", "longitude")),
        "Related": Shape(required=("id",)),
        "Result": Shape(
            parts={"alignment": "Alignment"},
            texts=("achievedLevel", "resultDescription", "value"),
            words={"status": _STATUSES},
        ),
        "ResultDescription": Shape(
            required=("id", "name", "resultType"),
            parts={"alignment": "Alignment", "rubricCriterionLevel": "RubricCriterionLevel"},
            texts=("name", "requiredLevel", "requiredValue", "valueMin", "valueMax"),
            words={"resultType": _RESULT_TYPES},
        ),
        "RubricCriterionLevel": Shape(
            required=("id", "name"),
            parts={"alignment": "Alignment"},
            texts=("name", "description", "level", "points"),
        ),
    }
)


def problems_of(value: Any, class_name: str, where: str) -> Iterator[str]:
    """What is wrong with a value that should be of a class, and with everything in it, as sentences."""
    if not isinstance(value, Mapping):
        yield f"{where} is not an object."
        return
    shape = SHAPES[class_name]
    if shape.is_typed and class_name not in types_of(value):
        yield f"type of {where} does not contain {class_name}."
    for name in shape.required:
        if value.get(name) in (None, "", []):
            yield f"{where} has no {name}."
    yield from _problems_of_values(value, shape, where)
    if shape.closed:
        for name in sorted(value.keys() - shape.members):
            yield f"{where} has a member that is not allowed there: {ascii(name)[:60]}."
    for name, part_class in shape.parts.items():
        yield from _problems_of_parts(value, name, part_class, where, single=name in shape.single)


def _problems_of_parts(
    value: Mapping[str, Any], name: str, part_class: str, where: str, *, single: bool
) -> Iterator[str]:
    if name not in value:
        return
    parts = as_list(value[name])
    if single and isinstance(value[name], list) and len(parts) != 1:
        yield f"{name} of {where} is not a single object."
    for part in parts:
        yield from problems_of(part, part_class, name if where in ("credentialSubject",) else f"{name} of {where}")


def _problems_of_values(value: Mapping[str, Any], shape: Shape, where: str) -> Iterator[str]:
    for name in shape.texts:
        if name in value and not isinstance(value[name], str | Mapping | list):
            yield f"{name} of {where} is not a text."
    for name in shape.numbers:
        if name in value and (isinstance(value[name], bool) or not isinstance(value[name], int | float)):
            yield f"{name} of {where} is not a number."
    for name in shape.booleans:
        if name in value and not isinstance(value[name], bool):
            yield f"{name} of {where} is neither true nor false."
    for name in shape.moments:
        if name in value and time_of(value[name]) is None:
            yield f"{name} of {where} is not a date and time with a time zone."
    for name, words in shape.words.items():
        if name in value and not _is_word(value[name], words, extensible=name not in _CLOSED_WORDS):
            yield f"{name} of {where} is {ascii(value[name])[:60]}, which is not one of the words for it."


def _is_word(value: Any, words: frozenset[str], *, extensible: bool) -> bool:
    if not isinstance(value, str):
        return False
    return value in words or (extensible and _EXTENSION.fullmatch(value) is not None)
