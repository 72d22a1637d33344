"""How far a learner is in the catalogs of the own organisations, and the shortest way on."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from competencies.evidence.models import Completion
from competencies.frameworks.models import Competency
from competencies.learning.models import Module, ModuleCompetency, ModuleVersion
from issuer.base.db import db
from issuer.models import Membership, Organisation


@dataclass(frozen=True, slots=True)
class CatalogModule:
    """A module in its current version. ``proves``: public ids of competencies; ``prerequisites``: codes of modules."""

    module_id: str
    code: str
    title: str
    minutes: int
    is_open: bool
    prerequisites: frozenset[str]
    proves: frozenset[str]
    organisation: str
    organisation_name: str


@dataclass(frozen=True, slots=True)
class CatalogProgress:
    """``done`` of the ``total`` modules in an organisation's catalog, those only announced included."""

    organisation: str
    organisation_name: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means all."""
        return 100 * self.done // self.total


@dataclass(frozen=True, slots=True)
class Catalog:
    """What a learner's organisations offer, and the public ids of the modules ``done`` in any version."""

    modules: tuple[CatalogModule, ...]
    done: frozenset[str]

    def progress(self) -> tuple[CatalogProgress, ...]:
        """One entry for each organisation that offers anything."""
        names = dict.fromkeys((module.organisation, module.organisation_name) for module in self.modules)
        return tuple(self._progress_in(slug, name) for slug, name in names)

    def shortest_for(self, competency_id: str) -> CatalogModule | None:
        """The shortest open module, not done yet, that speaks of this competency."""
        return self._shortest([module for module in self.modules if competency_id in module.proves])

    def shortest_beyond(self, mastered: AbstractSet[str]) -> CatalogModule | None:
        """The shortest open module, not done yet, that speaks of a competency not ``mastered``."""
        return self._shortest([module for module in self.modules if not module.proves <= mastered])

    def _shortest(self, modules: list[CatalogModule]) -> CatalogModule | None:
        candidates = [module for module in modules if module.is_open and module.module_id not in self.done]
        return min(candidates, key=self._distance, default=None)

    def _distance(self, module: CatalogModule) -> tuple[bool, int, str]:
        """Modules whose prerequisites are done come first, then the fewest minutes."""
        ready = {
            each.code
            for each in self.modules
            if each.module_id in self.done and each.organisation == module.organisation
        }
        return not module.prerequisites <= ready, module.minutes, module.code

    def _progress_in(self, slug: str, name: str) -> CatalogProgress:
        offered = [module for module in self.modules if module.organisation == slug]
        done = sum(module.module_id in self.done for module in offered)
        return CatalogProgress(slug, name, done, len(offered))


def catalog_for(account_id: int) -> Catalog:
    """The catalogs of every organisation in which the learner has a place, by organisation and code. Two queries."""
    versions = aliased(ModuleVersion)
    newest = select(func.max(versions.number)).where(versions.module_id == Module.id).scalar_subquery()
    statement = (
        select(
            Module.public_id.label("module_id"),
            Module.code,
            Module.state,
            ModuleVersion.title,
            ModuleVersion.minutes,
            ModuleVersion.prerequisites,
            Organisation.slug,
            Organisation.name,
            Competency.public_id.label("competency_id"),
        )
        .select_from(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Module, Module.organisation_id == Organisation.id)
        .join(ModuleVersion, and_(ModuleVersion.module_id == Module.id, ModuleVersion.number == newest))
        .outerjoin(ModuleCompetency, ModuleCompetency.module_version_id == ModuleVersion.id)
        .outerjoin(Competency, Competency.id == ModuleCompetency.competency_id)
        .where(Membership.account_id == account_id, Module.state != "archived")
        .order_by(Organisation.name, Organisation.id, Module.code)
    )
    rows = db.session.execute(statement).all()
    proves: dict[str, set[str]] = {row.module_id: set() for row in rows}
    for row in rows:
        proves[row.module_id] |= {row.competency_id} - {None}
    modules = {
        row.module_id: CatalogModule(
            module_id=row.module_id,
            code=row.code,
            title=row.title,
            minutes=row.minutes,
            is_open=row.state == "open",
            prerequisites=frozenset(row.prerequisites),
            proves=frozenset(proves[row.module_id]),
            organisation=row.slug,
            organisation_name=row.name,
        )
        for row in rows
    }
    return Catalog(tuple(modules.values()), _done(account_id))


def _done(account_id: int) -> frozenset[str]:
    completed = (
        select(Module.public_id)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .join(Completion, Completion.module_version_id == ModuleVersion.id)
        .where(Completion.account_id == account_id)
    )
    return frozenset(db.session.scalars(completed))
