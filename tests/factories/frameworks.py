"""Frameworks, competencies and CASE packages for tests. Every ``over`` replaces a field of a working default."""

from __future__ import annotations

import json
import uuid
from typing import Any

from competencies.frameworks.models import Competency, Framework
from issuer.base.db import db
from issuer.models import Organisation
from tests.factories.people import make_organisation

CHANGED = "2026-03-02T12:00:00+00:00"


def make_framework(organisation: Organisation | None = None, **over: Any) -> Framework:
    """A framework without competencies."""
    identifier = str(uuid.uuid4())
    fields = {
        "organisation_id": (organisation or make_organisation()).id,
        "case_identifier": identifier,
        "uri": uri_of(identifier),
        "title": "Everyday selling",
        **over,
    }
    framework = Framework(**fields)
    db.session.add(framework)
    db.session.flush()
    return framework


def make_competency(framework: Framework | None = None, **over: Any) -> Competency:
    """An active competency of the level Foundation."""
    identifier = str(uuid.uuid4())
    framework = framework or make_framework()
    fields = {
        "framework_id": framework.id,
        "case_identifier": identifier,
        "uri": uri_of(identifier),
        "human_code": "PRO.1",
        "full_statement": "Builds a target list and can say why each name is on it.",
        "item_type": "Competency",
        "level": "Foundation",
        **over,
    }
    competency = Competency(**fields)
    db.session.add(competency)
    db.session.flush()
    return competency


def uri_of(identifier: str) -> str:
    return f"https://frameworks.example.org/case/{identifier}"


def identifier_of(number: int) -> str:
    """A UUID that a test can tell by its number."""
    return f"00000000-0000-4000-8000-{number:012}"


def link(identifier: str, title: str = "Somewhere") -> dict[str, Any]:
    return {"title": title, "identifier": identifier, "uri": uri_of(identifier)}


def document(number: int = 0, **over: Any) -> dict[str, Any]:
    return {**_identity(number), "creator": "A guild", "title": "What a guild can do", **over}


def item(number: int, **over: Any) -> dict[str, Any]:
    return {
        **_identity(number),
        "fullStatement": f"Can do thing {number}.",
        "humanCodingScheme": f"T.{number}",
        "CFItemType": "Competency",
        "educationLevel": ["Foundation"],
        **over,
    }


def association(number: int, kind: str, origin: int, destination: int, **over: Any) -> dict[str, Any]:
    return {
        **_identity(number),
        "associationType": kind,
        "originNodeURI": link(identifier_of(origin)),
        "destinationNodeURI": link(identifier_of(destination)),
        **over,
    }


def make_package(*, items: int = 3, **over: Any) -> dict[str, Any]:
    """A package of items 1..n under document 0, each with its isChildOf association (100 + number)."""
    return {
        "CFDocument": document(),
        "CFItems": [item(number) for number in range(1, items + 1)],
        "CFAssociations": [
            association(100 + number, "isChildOf", number, 0, sequenceNumber=number) for number in range(1, items + 1)
        ],
        **over,
    }


def as_bytes(package: Any) -> bytes:
    return json.dumps(package).encode()


def _identity(number: int) -> dict[str, Any]:
    identifier = identifier_of(number)
    return {"identifier": identifier, "uri": uri_of(identifier), "lastChangeDateTime": CHANGED}
