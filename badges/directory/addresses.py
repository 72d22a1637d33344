"""The addresses of what may be found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from badges.directory.models import ACHIEVEMENT, BADGE, COMPETENCY, ISSUER, MODULE

_PAGES: Mapping[str, tuple[str, str]] = {
    BADGE: ("awards.badge", "award_id"),
    ACHIEVEMENT: ("achievements.achievement", "achievement_id"),
    MODULE: ("catalog.module", "module_id"),
    COMPETENCY: ("frameworks.competency", "competency_id"),
    ISSUER: ("issuers.issuer", "slug"),
}


def address_of(kind: str, name: str) -> str:
    """The path of its page."""
    endpoint, argument = _PAGES[kind]
    values: dict[str, Any] = {argument: name}
    return url_for(endpoint, **values)
