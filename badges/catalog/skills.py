"""What the catalog can be narrowed to: a competency, or a domain, which is all that stands under it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from competencies.frameworks.models import Association, Competency, Framework
from competencies.frameworks.queries import PRIVATE_DRAFT
from issuer.base.db import db
from issuer.policy import Actor

MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Domain:
    """A group of competencies; ``members`` their public ids."""

    domain_id: str
    code: str
    name: str
    members: tuple[str, ...]


def domains(actor: Actor) -> tuple[Domain, ...]:
    """The groups of every framework that ``actor`` may see, in the frameworks' order. One query."""
    group, member = aliased(Competency), aliased(Competency)
    query = (
        select(group.public_id, group.human_code, group.abbreviated_statement, group.full_statement, member.public_id)
        .select_from(Association)
        .join(
            group,
            and_(
                group.framework_id == Association.framework_id,
                group.case_identifier == Association.destination_identifier,
            ),
        )
        .join(
            member,
            and_(
                member.framework_id == Association.framework_id,
                member.case_identifier == Association.origin_identifier,
            ),
        )
        .join(Framework, Framework.id == group.framework_id)
        .where(
            Association.association_type == "isChildOf",
            group.state == "active",
            or_(Framework.adoption_status != PRIVATE_DRAFT, Framework.organisation_id.in_(list(actor.roles))),
        )
        .order_by(group.framework_id, group.position, group.id, member.position, member.id)
        .limit(MOST_SHOWN)
    )
    found: dict[str, tuple[str, str, list[str]]] = {}
    for domain_id, code, short, full, member_id in db.session.execute(query):
        found.setdefault(domain_id, (code, short or full, []))[2].append(member_id)
    return tuple(Domain(domain_id, code, name, tuple(members)) for domain_id, (code, name, members) in found.items())


def domain_named(known: tuple[Domain, ...], skill: str) -> Domain | None:
    """The domain with that public id or human code."""
    return next((domain for domain in known if skill and skill in (domain.domain_id, domain.code)), None)
