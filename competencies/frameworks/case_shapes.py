"""Which members the parts of a CASE package have, and of which type (CASE 1.1, data model; 1.0 where it differs).

A checker answers what is wrong with a value, in words that follow the member's name, or None. Lengths are
those of our columns; a text is taken verbatim or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

Checker = Callable[[Any], str | None]

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_LARGEST_INTEGER = 2**31 - 1
LINK_MEMBERS = frozenset({"title", "identifier", "uri", "targetType"})


def text(longest: int) -> Checker:
    """A text of at most ``longest`` characters, without NUL (no database keeps one)."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return "must be a text"
        if "\x00" in value:
            return "holds a NUL character"
        return f"is longer than {longest} characters" if len(value) > longest else None

    return check


def uuid(value: Any) -> str | None:
    return None if isinstance(value, str) and _UUID.fullmatch(value) else "must be a UUID"


def uri(value: Any) -> str | None:
    """An absolute URI; that it leads anywhere is not asked."""
    fault = text(1_000)(value)
    return fault or (None if _ABSOLUTE.fullmatch(value) else "must be an absolute URI")


def integer(value: Any) -> str | None:
    is_integer = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_INTEGER
    return None if is_integer else "must be a whole number"


def number(value: Any) -> str | None:
    return None if isinstance(value, int | float) and not isinstance(value, bool) else "must be a number"


def time(value: Any) -> str | None:
    return None if isinstance(value, str) and read_time(value) is not None else "must be a date and time"


def day(value: Any) -> str | None:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return "must be a date"
    return None


def texts(value: Any) -> str | None:
    if not isinstance(value, list):
        return "must be a list of texts"
    return next((fault for each in value if (fault := text(1_000)(each))), None)


def link(value: Any) -> str | None:
    """LinkURI or LinkGenURI: identifier and URI; the title may be missing in CASE 1.0 packages."""
    if not isinstance(value, dict):
        return "must be a link with title, identifier and uri"
    faults = (
        uri(value.get("uri")),
        text(300)(value.get("identifier")),
        text(20_000)(value.get("title", "")),
    )
    return next((fault for fault in faults if fault), None)


def links(value: Any) -> str | None:
    if not isinstance(value, list):
        return "must be a list of links"
    return next((fault for each in value if (fault := link(each))), None)


def anything(value: Any) -> str | None:
    """An object whose inside is its author's own business, kept for the export."""
    return None if isinstance(value, dict) else "must be an object"


def parts(value: Any) -> str | None:
    return None if isinstance(value, list) else "must be a list"


def read_time(value: str) -> datetime | None:
    """ISO 8601 -> UTC; without a zone it is taken as UTC. None when it is no time this service can keep."""
    try:
        found = datetime.fromisoformat(value)
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Shape:
    """``required`` and ``optional`` members; ``dropped`` ones are known, and said again elsewhere in the package."""

    required: Mapping[str, Checker]
    optional: Mapping[str, Checker]
    dropped: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """``members`` that are right, ``faults`` (sentences), and the names of members nobody knows."""

    members: Mapping[str, Any]
    faults: tuple[str, ...]
    unknown: tuple[str, ...]


def check(shape: Shape, document: Mapping[str, Any]) -> Checked:
    """Hold one part of a package against its shape. A member that is null counts as absent."""
    present = {name: value for name, value in document.items() if value is not None}
    known = {**shape.required, **shape.optional}
    faults = [f"{name} is missing" for name in shape.required if name not in present]
    members, unknown = {}, []
    for name, value in present.items():
        if name in known:
            fault = known[name](value)
            if fault:
                faults.append(f"{name} {fault}")
                continue
            unknown += [f"{name}.{inner}" for inner in _spare_in_links(known[name], value)]
            members[name] = value
        elif name not in shape.dropped:
            unknown.append(name)
    return Checked(members, tuple(faults), tuple(unknown))


def plain_link(value: Mapping[str, Any]) -> dict[str, Any]:
    """A link with the members every version knows: title, identifier, uri and targetType where there is one."""
    return {"title": value.get("title", "")} | {name: value[name] for name in LINK_MEMBERS if name in value}


def _spare_in_links(checker: Checker, value: Any) -> set[str]:
    found = [value] if checker is link else value if checker is links else []
    return {name for each in found for name in each} - LINK_MEMBERS


_IDENTITY: Mapping[str, Checker] = {"identifier": uuid, "uri": uri, "lastChangeDateTime": time}
_STATUS: Mapping[str, Checker] = {"statusStartDate": day, "statusEndDate": day}
_SUBJECT: Mapping[str, Checker] = {"subject": texts, "subjectURI": links}

DOCUMENT = Shape(
    required={**_IDENTITY, "title": text(500), "creator": text(500)},
    optional={
        **_STATUS,
        **_SUBJECT,
        "publisher": text(500),
        "description": text(50_000),
        "version": text(64),
        "language": text(35),
        "adoptionStatus": text(64),
        "frameworkType": text(1_000),
        "officialSourceURL": text(1_000),
        "licenseURI": link,
        "notes": text(50_000),
        "extensions": anything,
    },
    dropped=frozenset({"CFPackageURI", "caseVersion"}),
)
ITEM = Shape(
    required={**_IDENTITY, "fullStatement": text(50_000)},
    optional={
        **_STATUS,
        **_SUBJECT,
        "abbreviatedStatement": text(500),
        "humanCodingScheme": text(100),
        "CFItemType": text(200),
        "CFItemTypeURI": link,
        "educationLevel": texts,
        "language": text(35),
        "alternativeLabel": text(1_000),
        "listEnumeration": text(1_000),
        "conceptKeywords": texts,
        "conceptKeywordsURI": link,
        "licenseURI": link,
        "notes": text(50_000),
        "extensions": anything,
    },
    dropped=frozenset({"CFDocumentURI"}),
)
ASSOCIATION = Shape(
    required={**_IDENTITY, "associationType": text(64), "originNodeURI": link, "destinationNodeURI": link},
    optional={
        "sequenceNumber": integer,
        "CFAssociationGroupingURI": link,
        "notes": text(50_000),
        "extensions": anything,
    },
    dropped=frozenset({"CFDocumentURI"}),
)
RUBRIC = Shape(
    required=_IDENTITY,
    optional={
        "title": text(500),
        "description": text(50_000),
        "CFRubricCriteria": parts,
        "extensions": anything,
    },
)
CRITERION = Shape(
    required=_IDENTITY,
    optional={
        "category": text(1_000),
        "description": text(50_000),
        "CFItemURI": link,
        "weight": number,
        "position": integer,
        "rubricId": uuid,
        "CFRubricCriterionLevels": parts,
        "extensions": anything,
    },
)
CRITERION_LEVEL = Shape(
    required=_IDENTITY,
    optional={
        "description": text(50_000),
        "quality": text(1_000),
        "score": number,
        "feedback": text(50_000),
        "position": integer,
        "rubricCriterionId": uuid,
        "extensions": lambda value: None if isinstance(value, dict | list) else "must be an object",
    },
)
_DEFINITION: Mapping[str, Checker] = {
    "title": text(1_000),
    "description": text(50_000),
    "hierarchyCode": text(1_000),
    "typeCode": text(1_000),
    "keywords": text(50_000),
    "licenseText": text(200_000),
    "extensions": anything,
}
DEFINITION = Shape(required=_IDENTITY, optional=_DEFINITION)
DEFINITION_LISTS = ("CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings")

ASSOCIATION_TYPES = frozenset(
    {
        "isChildOf",
        "isPeerOf",
        "isPartOf",
        "exactMatchOf",
        "precedes",
        "isRelatedTo",
        "replacedBy",
        "exemplar",
        "hasSkillLevel",
        "isTranslationOf",
    }
)
EXTENDED_TYPE = re.compile(r"ext:[A-Za-z0-9._|-]+")
