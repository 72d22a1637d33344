"""The parts of a CASE package as rows, and the rows as parts again: one table for both directions.

A member with a column goes into it; all others stay together in ``other``, so that the export says
everything that was taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from competencies.frameworks.case_package import CFAssociation, CFItem, CFPackage, CFRubric
from competencies.frameworks.case_shapes import link, links, plain_link, read_time
from competencies.frameworks.models import Association, Competency, Framework, Rubric

Row = dict[str, Any]
Part = dict[str, Any]

_IDENTITY = {"identifier": "case_identifier", "uri": "uri"}
_DOCUMENT = _IDENTITY | {
    "title": "title",
    "creator": "creator",
    "publisher": "publisher",
    "description": "description",
    "version": "version",
    "language": "language",
    "adoptionStatus": "adoption_status",
}
_ITEM = _IDENTITY | {
    "fullStatement": "full_statement",
    "abbreviatedStatement": "abbreviated_statement",
    "humanCodingScheme": "human_code",
    "CFItemType": "item_type",
    "language": "language",
}
_RUBRIC = _IDENTITY | {"title": "title", "description": "description", "CFRubricCriteria": "criteria"}
_LONGEST_LEVEL = 100


def framework_row(package: CFPackage) -> Row:
    """``other`` is {"document": further members, "package": CFDefinitions and extensions}."""
    row = _row(package.document.members, _DOCUMENT)
    last_change_at = read_time(row["other"]["lastChangeDateTime"])
    return row | {
        "last_change_at": last_change_at,
        "other": {"document": row["other"], "package": dict(package.rest)},
    }


def document_part(framework: Framework) -> Part:
    """The CFDocument of a package in CASE 1.1 form."""
    return {**_part(framework, _DOCUMENT, framework.other.get("document", {})), "caseVersion": "1.1"}


def item_row(item: CFItem) -> Row:
    row = _row(item.members, _ITEM)
    levels = row["other"].get("educationLevel", [])
    if len(levels) == 1 and len(levels[0]) <= _LONGEST_LEVEL:
        del row["other"]["educationLevel"]
    return row | {
        "level": levels[0][:_LONGEST_LEVEL] if levels else "",
        "last_change_at": read_time(row["other"]["lastChangeDateTime"]),
    }


def item_part(competency: Competency) -> Part:
    part = _part(competency, _ITEM, competency.other)
    return part if not competency.level or "educationLevel" in part else part | {"educationLevel": [competency.level]}


def association_row(association: CFAssociation) -> Row:
    """Both ends have columns, but for the origin's title and the ends' target types."""
    known = {"identifier", "associationType", "sequenceNumber", "originNodeURI", "destinationNodeURI"}
    other = {name: value for name, value in association.members.items() if name not in known}
    ends = {
        "origin": {"title": association.origin.title} | _target_type(association.members["originNodeURI"]),
        "destination": _target_type(association.members["destinationNodeURI"]),
    }
    return {
        "case_identifier": association.identifier,
        "association_type": association.association_type,
        "origin_identifier": association.origin.identifier,
        "origin_uri": association.origin.uri,
        "destination_identifier": association.destination.identifier,
        "destination_uri": association.destination.uri,
        "destination_title": association.destination.title,
        "sequence_number": association.sequence_number,
        "other": _plain(other) | {"ends": ends},
    }


def association_part(association: Association) -> Part:
    other = dict(association.other)
    ends = other.pop("ends", {"origin": {}, "destination": {}})
    origin = {"identifier": association.origin_identifier, "uri": association.origin_uri}
    destination = {
        "title": association.destination_title,
        "identifier": association.destination_identifier,
        "uri": association.destination_uri,
    }
    part = {
        "identifier": association.case_identifier,
        "associationType": association.association_type,
        "originNodeURI": origin | ends["origin"],
        "destinationNodeURI": destination | ends["destination"],
        **other,
    }
    if association.sequence_number is not None:
        part["sequenceNumber"] = association.sequence_number
    return part


def rubric_row(rubric: CFRubric) -> Row:
    return _row(rubric.members, _RUBRIC)


def rubric_part(rubric: Rubric) -> Part:
    return _part(rubric, _RUBRIC, rubric.other)


def _row(members: Mapping[str, Any], columns: Mapping[str, str]) -> Row:
    row: Row = {column: members.get(name, "") for name, column in columns.items()}
    return row | {"other": _plain({name: value for name, value in members.items() if name not in columns})}


def _part(row: Any, columns: Mapping[str, str], other: Mapping[str, Any]) -> Part:
    said = {name: value for name, column in columns.items() if (value := getattr(row, column)) != ""}
    return {**said, **other}


def _plain(members: Mapping[str, Any]) -> dict[str, Any]:
    """Members with their links reduced to what CASE 1.1 knows of a link."""
    return {name: _plain_links(value) if name.endswith("URI") else value for name, value in members.items()}


def _plain_links(value: Any) -> Any:
    if link(value) is None:
        return plain_link(value)
    return [plain_link(each) for each in value] if links(value) is None else value


def _target_type(node: Mapping[str, Any]) -> dict[str, Any]:
    return {"targetType": node["targetType"]} if "targetType" in node else {}
