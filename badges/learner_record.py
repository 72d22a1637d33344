"""What the evidence rooms know of one learner, as far as one rule asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select

from badges.criteria import CompetencyDemand, Evaluation, ModuleDemand, Record, Rule, Shown, demands
from competencies.evidence.models import Completion, Evidence, EvidenceCompetency, Mastery
from competencies.frameworks.models import Competency
from competencies.learning.models import Module, ModuleVersion
from issuer.base.db import db


def record_of(account_id: int, rule: Rule) -> Record:
    """The learner's record of everything that ``rule`` names."""
    wanted = demands(rule)
    competencies = {demand.competency for demand in wanted if isinstance(demand, CompetencyDemand)}
    modules = {demand.module for demand in wanted if isinstance(demand, ModuleDemand)}
    trusts = _trusts(account_id, competencies)
    mastered = {public_id for public_id, mastery in _masteries(account_id, competencies) if mastery.mastered_at}
    return Record(
        competencies={
            public_id: Shown(mastered=public_id in mastered, trusts=tuple(trusts[public_id]))
            for public_id in competencies
        },
        modules=frozenset(module for module, _completion in _completions(account_id, modules)),
    )


def basis_of(account_id: int, evaluation: Evaluation) -> dict[str, list[object]]:
    """What an award rests on, for every demand that is met:

    {"evidence": [public id, ...], "completions": [public id, ...],
     "competencies": [{"competency": public id, "value": 0..1}, ...]}
    """
    met = [finding.demand for finding in evaluation.findings if finding.met]
    mildest_last = sorted(
        (demand for demand in met if isinstance(demand, CompetencyDemand)), key=lambda demand: -demand.min_trust
    )
    least_trust = {demand.competency: demand.min_trust for demand in mildest_last}
    modules = {demand.module for demand in met if isinstance(demand, ModuleDemand)}
    completions = [completion for _module, completion in _completions(account_id, modules)]
    evidence = [piece for completion in completions for piece in completion.evidence]
    evidence += [
        piece.public_id
        for competency, piece in _met_evidence(account_id, least_trust)
        if piece.trust >= least_trust[competency]
    ]
    values = {public_id: mastery.value for public_id, mastery in _masteries(account_id, least_trust)}
    return {
        "evidence": list(dict.fromkeys(evidence)),
        "completions": [completion.public_id for completion in completions],
        "competencies": [{"competency": public_id, "value": values[public_id]} for public_id in least_trust],
    }


def _trusts(account_id: int, competencies: Collection[str]) -> dict[str, list[int]]:
    trusts: dict[str, list[int]] = defaultdict(list)
    for competency, piece in _met_evidence(account_id, competencies):
        trusts[competency].append(piece.trust)
    return trusts


def _met_evidence(account_id: int, competencies: Collection[str]) -> list[tuple[str, Evidence]]:
    """(competency public id, evidence that met its own requirement), in the order in which it was earned."""
    query = (
        select(Competency.public_id, Evidence)
        .join(EvidenceCompetency, EvidenceCompetency.competency_id == Competency.id)
        .join(Evidence, Evidence.id == EvidenceCompetency.evidence_id)
        .where(Evidence.account_id == account_id, Evidence.met, Competency.public_id.in_(competencies))
        .order_by(Evidence.earned_at, Evidence.id)
    )
    return [(public_id, evidence) for public_id, evidence in db.session.execute(query)]


def _masteries(account_id: int, competencies: Collection[str]) -> list[tuple[str, Mastery]]:
    query = (
        select(Competency.public_id, Mastery)
        .join(Mastery, Mastery.competency_id == Competency.id)
        .where(Mastery.account_id == account_id, Competency.public_id.in_(competencies))
    )
    return [(public_id, mastery) for public_id, mastery in db.session.execute(query)]


def _completions(account_id: int, modules: Collection[str]) -> list[tuple[str, Completion]]:
    """(module public id, completion), the first completion of each module."""
    query = (
        select(Module.public_id, Completion)
        .join(ModuleVersion, ModuleVersion.module_id == Module.id)
        .join(Completion, Completion.module_version_id == ModuleVersion.id)
        .where(Completion.account_id == account_id, Module.public_id.in_(modules))
        .order_by(Completion.id)
    )
    first: dict[str, Completion] = {}
    for public_id, completion in db.session.execute(query):
        first.setdefault(public_id, completion)
    return list(first.items())
