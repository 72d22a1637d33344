"""How a competency relates to other items, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import or_, select

from competencies.frameworks.attribution import source_of
from competencies.frameworks.models import Association, Competency
from issuer.base.db import db

_FROM_ORIGIN: Mapping[str, LazyString] = {
    "exactMatchOf": lazy_gettext("The same as"),
    "exemplar": lazy_gettext("Shown by"),
    "hasSkillLevel": lazy_gettext("Has the level"),
    "isPartOf": lazy_gettext("Part of"),
    "isPeerOf": lazy_gettext("Beside"),
    "isRelatedTo": lazy_gettext("Related to"),
    "isTranslationOf": lazy_gettext("Translates"),
    "precedes": lazy_gettext("Comes before"),
    "replacedBy": lazy_gettext("Replaced by"),
}
_FROM_DESTINATION: Mapping[str, LazyString] = {
    "exactMatchOf": lazy_gettext("The same as"),
    "exemplar": lazy_gettext("Shows"),
    "hasSkillLevel": lazy_gettext("Level of"),
    "isPartOf": lazy_gettext("Has the part"),
    "isPeerOf": lazy_gettext("Beside"),
    "isRelatedTo": lazy_gettext("Related to"),
    "isTranslationOf": lazy_gettext("Translated as"),
    "precedes": lazy_gettext("Comes after"),
    "replacedBy": lazy_gettext("Replaces"),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """``competency_id`` is the public id when the other item is in the same framework; ``href`` leads to an
    outside item, and is None for one whose URI is only a name or is no web address."""

    words: str
    title: str
    uri: str
    source: str
    href: str | None
    competency_id: str | None


def relations_of(competency: Competency) -> tuple[Relation, ...]:
    """Every association of the competency but those of the tree, inside items first."""
    identifier = competency.case_identifier
    associations = db.session.scalars(
        select(Association)
        .filter_by(framework_id=competency.framework_id)
        .where(
            Association.association_type != "isChildOf",
            or_(Association.origin_identifier == identifier, Association.destination_identifier == identifier),
        )
        .order_by(Association.id)
    ).all()
    others = {_other_end(each, identifier)[0] for each in associations}
    inside = {
        item.case_identifier: item
        for item in db.session.scalars(
            select(Competency)
            .filter_by(framework_id=competency.framework_id)
            .where(Competency.case_identifier.in_(others))
        )
    }
    relations = [_relation(each, identifier, inside) for each in associations]
    return tuple(sorted(relations, key=lambda relation: relation.competency_id is None))


def _other_end(association: Association, identifier: str) -> tuple[str, str, str]:
    """Identifier, URI and title of the end that is not ``identifier``."""
    if association.origin_identifier == identifier:
        return association.destination_identifier, association.destination_uri, association.destination_title
    title = association.other.get("ends", {}).get("origin", {}).get("title", "")
    return association.origin_identifier, association.origin_uri, title


def _relation(association: Association, identifier: str, inside: Mapping[str, Competency]) -> Relation:
    other, uri, title = _other_end(association, identifier)
    words = _FROM_ORIGIN if association.origin_identifier == identifier else _FROM_DESTINATION
    item, source = inside.get(other), source_of(uri)
    leads_somewhere = uri.startswith(("https://", "http://")) and (source is None or source.resolves)
    return Relation(
        words=str(words.get(association.association_type, association.association_type.removeprefix("ext:"))),
        title=item.full_statement if item else title or uri,
        uri=uri,
        source=source.name if source else "",
        href=uri if leads_somewhere and item is None else None,
        competency_id=item.public_id if item else None,
    )
