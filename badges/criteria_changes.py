"""What changed between two versions of what an achievement asks for, in words. PURE.

An award keeps the version that it was made for; whoever checks it reads here how the demands have moved since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask_babel import gettext as _
from flask_babel import ngettext

from badges.criteria import CompetencyDemand, Group, ModuleDemand, Rule

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Asked:
    """What one version of an achievement asks for.

    ``narrative`` in plain words (Markdown), ``rule`` as it is evaluated, ``competencies`` by name in order,
    ``validity`` in words.
    """

    number: int
    narrative: str
    rule: Rule
    competencies: tuple[str, ...]
    level: str
    validity: str


@dataclass(frozen=True, slots=True)
class Change:
    """``gone`` stood in the older version only, ``new`` in the newer only; lines in their order."""

    what: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def changes_between(older: Asked, newer: Asked, *, names: Mapping[str, str]) -> tuple[Change, ...]:
    """What is asked differently; empty when both ask the same. ``names``: public id -> title or statement."""
    pairs = (
        (_("In words"), _sentences(older.narrative), _sentences(newer.narrative)),
        (_("The rule"), tuple(rule_lines(older.rule, names)), tuple(rule_lines(newer.rule, names))),
        (_("Competencies"), older.competencies, newer.competencies),
        (_("Level"), _lines(older.level), _lines(newer.level)),
        (_("Validity"), _lines(older.validity), _lines(newer.validity)),
    )
    return tuple(change for what, before, after in pairs if (change := _change(str(what), before, after)) is not None)


def rule_lines(rule: Rule, names: Mapping[str, str], *, indent: str = "") -> Iterator[str]:
    """A rule as an indented list of sentences."""
    if isinstance(rule, ModuleDemand):
        yield indent + _("Complete the module “%(name)s”.", name=names.get(rule.module, rule.module))
    elif isinstance(rule, CompetencyDemand):
        yield indent + _competency(rule, names)
    else:
        yield indent + _heading(rule)
        for member in rule.of:
            yield from rule_lines(member, names, indent=indent + _INDENT)


def _competency(demand: CompetencyDemand, names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "Master “%(name)s”, with evidence of trust level %(trust)s or better.",
            "Master “%(name)s”, with %(num)s pieces of evidence of trust level %(trust)s or better.",
            demand.min_evidence,
            name=names.get(demand.competency, demand.competency),
            trust=demand.min_trust,
        )
    )


def _heading(group: Group) -> str:
    if group.needed == len(group.of):
        return str(_("All of these:"))
    return str(ngettext("At least one of these:", "At least %(num)s of these:", group.needed))


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SENTENCE_ENDS.split(text) if part.strip())


def _lines(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _change(what: str, before: Sequence[str], after: Sequence[str]) -> Change | None:
    if tuple(before) == tuple(after):
        return None
    gone: list[str] = []
    new: list[str] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            gone += before[start:end]
            new += after[new_start:new_end]
    return Change(what, tuple(line.strip() for line in gone), tuple(line.strip() for line in new))
