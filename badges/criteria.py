"""The rule of an achievement: which competencies must be mastered and which modules completed. PURE.

A rule is a demand or a group of rules:

    {"competency": public id, "min_trust": 2, "min_evidence": 1}      {"module": public id}
    {"all": [rule, ...]}   {"any": [rule, ...]}   {"k_of": 2, "of": [rule, ...]}

A competency counts when it is mastered and at least ``min_evidence`` pieces of evidence that met their own
requirement have trust ``min_trust`` (0..3) or better. The same module or competency may be named in several places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from issuer.base.errors import Invalid

LOWEST_TRUST = 2
DEEPEST_RULE = 8
MOST_DEMANDS = 200
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class CompetencyDemand:
    """A competency, mastered, with this much evidence of at least this trust."""

    competency: str
    min_trust: int = LOWEST_TRUST
    min_evidence: int = 1


@dataclass(frozen=True, slots=True)
class ModuleDemand:
    """A module, verified complete in any of its versions."""

    module: str


@dataclass(frozen=True, slots=True)
class Group:
    """``needed`` of ``of`` must be met."""

    needed: int
    of: tuple[Rule, ...]


Demand = CompetencyDemand | ModuleDemand
Rule = Demand | Group


@dataclass(frozen=True, slots=True)
class Shown:
    """What a learner has shown of one competency: the trust of each piece of evidence that met its requirement."""

    mastered: bool
    trusts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one learner: competency public id -> Shown, and the public ids of completed modules."""

    competencies: Mapping[str, Shown]
    modules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One demand and whether it is met; ``wanting`` is how many more pieces of evidence it needs, if that is all."""

    demand: Demand
    met: bool
    wanting: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Whether the whole rule is met, and each of its demands in order, each once."""

    met: bool
    findings: tuple[Finding, ...]

    @property
    def missing(self) -> tuple[Finding, ...]:
        """The demands that are not met; under "any" and "k_of" not all of them are needed."""
        return tuple(finding for finding in self.findings if not finding.met)


def read_rule(document: Any) -> Rule:
    """The rule of a document. Raises Invalid("bad_criteria") for anything that is not exactly one."""
    rule = _read(document, depth=1)
    if sum(1 for _demand in _walk(rule)) > MOST_DEMANDS:
        raise _bad(f"A rule has at most {MOST_DEMANDS} demands.")
    return rule


def demands(rule: Rule) -> tuple[Demand, ...]:
    """Every demand of a rule, in order, each once."""
    return tuple(dict.fromkeys(_walk(rule)))


def evaluate(rule: Rule, record: Record) -> Evaluation:
    """What ``record`` says of ``rule``."""
    findings = {demand: _find(demand, record) for demand in demands(rule)}
    return Evaluation(_is_met(rule, findings), tuple(findings.values()))


def missing_words(finding: Finding, names: Mapping[str, str]) -> str:
    """What is still to do for one demand, as a sentence. ``names``: public id -> title or statement."""
    if isinstance(finding.demand, ModuleDemand):
        return str(_("Complete the module “%(name)s”.", name=_named(names, finding.demand.module)))
    name = _named(names, finding.demand.competency)
    if finding.wanting:
        sentence = ngettext(
            "Show “%(name)s” once more, with evidence of trust level %(trust)s or better.",
            "Show “%(name)s” %(num)s more times, with evidence of trust level %(trust)s or better.",
            finding.wanting,
            name=name,
            trust=finding.demand.min_trust,
        )
        return str(sentence)
    return str(_("Master “%(name)s”.", name=name))


def _named(names: Mapping[str, str], public_id: str) -> str:
    return names.get(public_id, public_id)


def _walk(rule: Rule) -> Iterator[Demand]:
    if isinstance(rule, Group):
        for member in rule.of:
            yield from _walk(member)
    else:
        yield rule


def _is_met(rule: Rule, findings: Mapping[Demand, Finding]) -> bool:
    if isinstance(rule, Group):
        return sum(_is_met(member, findings) for member in rule.of) >= rule.needed
    return findings[rule].met


def _find(demand: Demand, record: Record) -> Finding:
    if isinstance(demand, ModuleDemand):
        return Finding(demand, demand.module in record.modules)
    shown = record.competencies.get(demand.competency, Shown(mastered=False))
    enough = sum(trust >= demand.min_trust for trust in shown.trusts)
    wanting = max(0, demand.min_evidence - enough)
    if not shown.mastered:
        return Finding(demand, met=False)
    return Finding(demand, met=wanting == 0, wanting=wanting)


def _read(document: Any, *, depth: int) -> Rule:
    if not isinstance(document, Mapping) or depth > DEEPEST_RULE:
        raise _bad("A rule is an object with competency, module, all, any or k_of.")
    if "competency" in document:
        return _read_competency(document)
    if "module" in document:
        _only(document, {"module"})
        return ModuleDemand(_public_id(document["module"]))
    return _read_group(document, depth=depth)


def _read_competency(document: Mapping[str, Any]) -> CompetencyDemand:
    _only(document, {"competency", "min_trust", "min_evidence"})
    min_trust, min_evidence = document.get("min_trust", LOWEST_TRUST), document.get("min_evidence", 1)
    if not _is_whole(min_trust) or not 0 <= min_trust <= 3:
        raise _bad("min_trust is a whole number from 0 to 3.")
    if not _is_whole(min_evidence) or not 1 <= min_evidence <= 100:
        raise _bad("min_evidence is a whole number from 1 to 100.")
    return CompetencyDemand(_public_id(document["competency"]), min_trust, min_evidence)


def _read_group(document: Mapping[str, Any], *, depth: int) -> Group:
    names = set(document)
    if names not in ({"all"}, {"any"}, {"k_of", "of"}):
        raise _bad("A group of rules has exactly one of all, any, and k_of with of.")
    members = document["of"] if "of" in names else document[next(iter(names))]
    if not isinstance(members, Sequence) or isinstance(members, str) or not 1 <= len(members) <= MOST_DEMANDS:
        raise _bad("A group of rules lists at least one rule.")
    rules = tuple(_read(member, depth=depth + 1) for member in members)
    needed = document.get("k_of", 1 if "any" in names else len(rules))
    if not _is_whole(needed) or not 1 <= needed <= len(rules):
        raise _bad("k_of is a whole number from 1 to the number of rules in of.")
    return Group(needed, rules)


def _only(document: Mapping[str, Any], allowed: set[str]) -> None:
    if unknown := set(document) - allowed:
        raise _bad(f"A demand has no {', '.join(sorted(map(str, unknown)))[:100]}.")


def _public_id(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID:
        raise _bad("A competency or module is named by its public id.")
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bad(detail: str) -> Invalid:
    return Invalid("bad_criteria", detail, fields={"criteria": [detail]})
