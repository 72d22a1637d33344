"""From what a catalog says a module requires to the completion rule that is checked.

A catalog speaks of teaching (pass mark, presence, what to hand in); a rule speaks of evidence (kind, score,
trust). Work that a person assesses needs trust level 3, a marked check 2; presence is what a list says, 1,
and a facilitator's own word on participation stands for two noted events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from competencies.evidence.completion import read_rule
from issuer.base.errors import Invalid

Document = dict[str, Any]


def rule_from_catalog(evidence_required: Sequence[Mapping[str, Any]]) -> Document:
    """``evidence_required`` of a catalog module -> ``{"all": [...]}``. Raises Invalid for what no rule can say."""
    requirements: list[Document] = []
    for wanted in evidence_required:
        translate = _TRANSLATIONS.get(str(wanted.get("kind")))
        if translate is None:
            raise Invalid("unknown_evidence_kind", f"No rule for evidence of the kind {wanted.get('kind')!r}.")
        requirements += translate(wanted)
    rule = {"all": requirements}
    read_rule(rule)
    return rule


def _knowledge_check(wanted: Mapping[str, Any]) -> list[Document]:
    return [{"kind": "knowledge_check", "min_score": wanted.get("pass_mark", 0.8), "min_trust": 2}]


def _cmi5(wanted: Mapping[str, Any]) -> list[Document]:
    rule: Document = {"kind": "cmi5", "min_trust": 2}
    if wanted.get("move_on") in ("Passed", "CompletedAndPassed"):
        rule["min_score"] = wanted.get("mastery_score", 0.8)
    return [rule]


def _lti_score(wanted: Mapping[str, Any]) -> list[Document]:
    return [{"kind": "lti_score", "min_score": wanted.get("min_score", 0.8), "min_trust": 2}]


def _attendance(wanted: Mapping[str, Any]) -> list[Document]:
    rules: list[Document] = [{"kind": "attendance", "min_score": wanted.get("min_presence", 0.75), "min_trust": 1}]
    if events := wanted.get("min_participation_events"):
        noted = {"kind": "participation", "min_trust": 1, "count": events}
        rules.append({"any": [noted, {"kind": "participation", "min_trust": 3}]})
    return rules


def _assessed(wanted: Mapping[str, Any]) -> list[Document]:
    return [{"kind": wanted["kind"], "min_trust": 3}]


_TRANSLATIONS: Mapping[str, Callable[[Mapping[str, Any]], list[Document]]] = {
    "knowledge_check": _knowledge_check,
    "cmi5": _cmi5,
    "lti_score": _lti_score,
    "attendance": _attendance,
    "facilitator_rubric": _assessed,
    "assignment": _assessed,
    "application": _assessed,
}
