"""When a module is verified complete: a rule over evidence, and what it says of the evidence there is.

A rule is a requirement or a group of rules:

    {"kind": "knowledge_check", "min_score": 0.8, "min_trust": 2, "count": 1}
    {"all": [rule, ...]}   {"any": [rule, ...]}   {"k_of": {"k": 2, "of": [rule, ...]}}

``min_score`` 0..1 (without it any result that met its own requirement will do), ``min_trust`` 0..3 (default 2),
``count`` pieces of evidence (default 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from issuer.base.errors import Invalid

KINDS = (
    "knowledge_check",
    "assignment",
    "facilitator_rubric",
    "attendance",
    "participation",
    "application",
    "cmi5",
    "xapi",
    "lti_score",
    "waiver",
)
LOWEST_TRUST = 2
DEEPEST_RULE = 8
TOLERANCE = 1e-9


class State(StrEnum):
    """``pending``: something counts towards it already, and more or better trusted evidence is needed."""

    MET = "met"
    PENDING = "pending"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as a rule sees it. ``name`` is its public id."""

    name: str
    kind: str
    score: float | None
    met: bool
    trust: int
    earned_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """Evidence of one kind, good enough, trusted enough, often enough."""

    kind: str
    min_score: float | None = None
    min_trust: int = LOWEST_TRUST
    count: int = 1

    def accepts(self, piece: Piece) -> bool:
        return piece.trust >= self.min_trust and self._good_enough(piece)

    def touches(self, piece: Piece) -> bool:
        """Of this kind and good, whoever says so."""
        return piece.kind == self.kind and piece.met

    def _good_enough(self, piece: Piece) -> bool:
        if self.min_score is None:
            return True
        return piece.score is not None and piece.score >= self.min_score - TOLERANCE


@dataclass(frozen=True, slots=True)
class Group:
    """``needed`` of ``of`` must be met."""

    needed: int
    of: tuple[Rule, ...]


Rule = Requirement | Group


@dataclass(frozen=True, slots=True)
class Finding:
    """What the evidence says of one requirement; ``evidence`` are the public ids that were used for it."""

    requirement: Requirement
    state: State
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``completed_at``: when the last piece of evidence that was needed was earned; None unless met."""

    state: State
    completed_at: datetime | None
    evidence: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_rule(document: Any, *, depth: int = 1) -> Rule:
    """The rule of a document. Raises Invalid for anything that is not exactly one."""
    if not isinstance(document, Mapping) or depth > DEEPEST_RULE:
        raise _bad_rule("A rule is an object with kind, all, any or k_of.")
    if "kind" in document:
        return _read_requirement(document)
    if len(document) != 1 or (name := next(iter(document))) not in ("all", "any", "k_of"):
        raise _bad_rule("A group of rules has exactly one of all, any and k_of.")
    members: Any = document[name]
    needed: Any = None
    if name == "k_of":
        if not isinstance(members, Mapping) or set(members) != {"k", "of"}:
            raise _bad_rule("k_of needs k and of.")
        members, needed = members["of"], members["k"]
    if not isinstance(members, Sequence) or isinstance(members, str) or not members:
        raise _bad_rule("A group of rules lists at least one rule.")
    rules = tuple(read_rule(member, depth=depth + 1) for member in members)
    if name == "k_of" and not (_is_integer(needed) and 1 <= needed <= len(rules)):
        raise _bad_rule("k is a whole number from 1 to the number of rules in of.")
    return Group({"all": len(rules), "any": 1}.get(name, needed), rules)


def _read_requirement(document: Mapping[str, Any]) -> Requirement:
    if unknown := set(document) - {"kind", "min_score", "min_trust", "count"}:
        raise _bad_rule(f"A requirement has no {', '.join(sorted(map(str, unknown)))}.")
    kind, min_score = document["kind"], document.get("min_score")
    min_trust, count = document.get("min_trust", LOWEST_TRUST), document.get("count", 1)
    if kind not in KINDS:
        raise _bad_rule(f"kind is one of {', '.join(KINDS)}.")
    if min_score is not None and not (_is_number(min_score) and 0 <= min_score <= 1):
        raise _bad_rule("min_score is a number from 0 to 1.")
    if not _is_integer(min_trust) or not 0 <= min_trust <= 3:
        raise _bad_rule("min_trust is a whole number from 0 to 3.")
    if not _is_integer(count) or count < 1:
        raise _bad_rule("count is a whole number from 1.")
    return Requirement(kind, min_score, min_trust, count)


def evaluate(rule: Rule, evidence: Iterable[Piece]) -> Evaluation:
    """What ``evidence`` says of ``rule``. The earliest evidence that will do is used, so later evidence of
    the same thing changes neither the time of completion nor the evidence it rests on."""
    return _evaluate(rule, sorted(evidence, key=lambda piece: (piece.earned_at, piece.digest)))


def _evaluate(rule: Rule, ordered: Sequence[Piece]) -> Evaluation:
    return _evaluate_group(rule, ordered) if isinstance(rule, Group) else _evaluate_requirement(rule, ordered)


def _evaluate_requirement(requirement: Requirement, ordered: Sequence[Piece]) -> Evaluation:
    touching = [piece for piece in ordered if requirement.touches(piece)]
    used = [piece for piece in touching if requirement.accepts(piece)][: requirement.count]
    is_met = len(used) == requirement.count
    state = State.MET if is_met else State.PENDING if touching else State.MISSING
    names = tuple(piece.name for piece in used)
    finding = Finding(requirement, state, names)
    return Evaluation(state, used[-1].earned_at if is_met else None, names, (finding,))


def _evaluate_group(group: Group, ordered: Sequence[Piece]) -> Evaluation:
    parts = [_evaluate(rule, ordered) for rule in group.of]
    findings = tuple(finding for part in parts for finding in part.findings)
    done = sorted((part.completed_at, place) for place, part in enumerate(parts) if part.completed_at is not None)
    if len(done) < group.needed:
        touched = any(part.state is not State.MISSING for part in parts)
        names = _together(parts)
        return Evaluation(State.PENDING if touched else State.MISSING, None, names, findings)
    chosen = done[: group.needed]
    names = _together(parts[place] for place in sorted(place for _, place in chosen))
    return Evaluation(State.MET, chosen[-1][0], names, findings)


def _together(parts: Iterable[Evaluation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts for name in part.evidence))


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad_rule(detail: str) -> Invalid:
    return Invalid("bad_completion_rule", detail)
