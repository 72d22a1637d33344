"""The catalog as its authors need it: the state of each module, and how good its check is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from competencies.learning.authoring import obstacle_to_opening
from competencies.learning.checks import (
    GENEROUS_POOL,
    CheckRule,
    chance_of_passing_by_guessing,
    chance_over_attempts,
)
from competencies.learning.models import Module, ModuleVersion
from competencies.learning.pools import pool_of
from issuer.base.db import db
from issuer.policy import Actor, permits


@dataclass(frozen=True, slots=True)
class CheckState:
    """``guess_once`` and ``guess_overall``: the chance 0..1 of passing by guessing, once and over all attempts."""

    pool: int
    draw: int
    needed: int
    guess_once: float
    guess_overall: float
    is_generous: bool


@dataclass(frozen=True, slots=True)
class ModuleState:
    """One module for its authors. ``obstacle``: why it cannot be opened, None when it can."""

    module_id: str
    code: str
    title: str
    organisation: str
    state: str
    version: int
    cards: int
    check: CheckState | None
    obstacle: str | None


def states_for(actor: Actor) -> tuple[ModuleState, ...]:
    """The modules of every organisation in which ``actor`` may edit modules, by code: four queries."""
    organisations = [key for key in actor.roles if permits(actor, "modules.edit", organisation_id=key)]
    newest = (
        select(ModuleVersion.module_id, func.max(ModuleVersion.number).label("number"))
        .group_by(ModuleVersion.module_id)
        .subquery()
    )
    versions = db.session.scalars(
        select(ModuleVersion)
        .join(newest, and_(newest.c.module_id == ModuleVersion.module_id, newest.c.number == ModuleVersion.number))
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(Module.organisation_id.in_(organisations))
        .options(
            joinedload(ModuleVersion.module).joinedload(Module.organisation),
            selectinload(ModuleVersion.items),
            selectinload(ModuleVersion.competencies),
        )
        .order_by(Module.code, Module.id)
    )
    return _states(versions.all())


def _states(versions: Sequence[ModuleVersion]) -> tuple[ModuleState, ...]:
    return tuple(
        ModuleState(
            module_id=version.module.public_id,
            code=version.module.code,
            title=version.title,
            organisation=version.module.organisation.name,
            state=version.module.state,
            version=version.number,
            cards=len(version.cards),
            check=_check_state(version),
            obstacle=obstacle_to_opening(version),
        )
        for version in versions
    )


def _check_state(version: ModuleVersion) -> CheckState | None:
    if not version.check_rule or not version.items:
        return None
    rule = CheckRule.of(version.check_rule)
    pool, weights = pool_of(version)
    once = chance_of_passing_by_guessing(pool, weights, rule)
    return CheckState(
        pool=len(pool),
        draw=rule.draw,
        needed=rule.needed,
        guess_once=once,
        guess_overall=chance_over_attempts(once, rule.max_attempts),
        is_generous=len(pool) >= GENEROUS_POOL * rule.draw,
    )
