"""Kinds of what is found, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from badges.directory.models import ACHIEVEMENT, BADGE, COMPETENCY, ISSUER, MODULE

_ONE: Mapping[str, LazyString] = {
    BADGE: lazy_gettext("Badge of a person"),
    ACHIEVEMENT: lazy_gettext("Badge to earn"),
    MODULE: lazy_gettext("Module"),
    COMPETENCY: lazy_gettext("Competency"),
    ISSUER: lazy_gettext("Issuer"),
}
_MANY: Mapping[str, LazyString] = {
    "": lazy_gettext("Everything"),
    BADGE: lazy_gettext("Badges of people"),
    ACHIEVEMENT: lazy_gettext("Badges to earn"),
    MODULE: lazy_gettext("Modules"),
    COMPETENCY: lazy_gettext("Competencies"),
    ISSUER: lazy_gettext("Issuers"),
}


def kind_words(kind: str) -> str:
    return str(_ONE[kind])


def kinds_words(kind: str) -> str:
    """For a choice; "" is all of them."""
    return str(_MANY[kind])
