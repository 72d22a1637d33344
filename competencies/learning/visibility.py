"""Who may see a module, and who may read it."""

from __future__ import annotations

from sqlalchemy import select

from competencies.learning.models import Attempt, Module
from issuer.base.db import db
from issuer.policy import Actor, permits


def may_see(actor: Actor, module: Module) -> bool:
    """Everybody sees what an open organisation offers, its members what a closed one does, authors everything."""
    if permits(actor, "modules.edit", organisation_id=module.organisation_id):
        return True
    in_reach = module.organisation.open_enrolment or module.organisation_id in actor.roles
    return in_reach and module.state != "archived"


def may_read(actor: Actor, module: Module) -> bool:
    """Cards can be read once the module is open; by its authors before, by its learners after."""
    if permits(actor, "modules.edit", organisation_id=module.organisation_id):
        return True
    if module.state == "open":
        return may_see(actor, module)
    begun = select(Attempt.id).filter_by(account_id=actor.account_id, module_id=module.id).limit(1)
    return actor.account_id is not None and db.session.scalar(begun) is not None
