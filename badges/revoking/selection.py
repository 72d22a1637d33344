"""From criteria to badges: exactly which ones of an organisation would be revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select

from badges.models import Achievement, AchievementVersion, Award, Credential
from badges.revoking.criteria import Criteria, Named, public_id_in
from competencies.evidence.models import Evidence
from competencies.learning.models import Module, ModuleVersion
from issuer.access import settings
from issuer.base.db import db
from issuer.base.errors import Invalid
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.status.places import REVOCATION

MOST_BADGES = 100_000
ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """A badge that would be revoked: internal ids of the award and its holder, and its number."""

    award_id: int
    account_id: int
    public_id: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A badge that was named and would not be revoked.

    ``reason``: unknown, named_twice, already_revoked, not_signed, or not_meant (another criterion does not hold).
    """

    row: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The badges, in the order of their making."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def learners(self) -> int:
        return len({each.account_id for each in self.chosen})

    @property
    def digest(self) -> str:
        return digest_of(each.public_id for each in self.chosen)


def digest_of(public_ids: Iterable[str]) -> str:
    """SHA-256 (hex) over which badges, in whatever order."""
    return hashlib.sha256("\n".join(sorted(public_ids)).encode("ascii")).hexdigest()


def select_badges(organisation: Organisation, criteria: Criteria) -> Selection:
    """The signed badges of the organisation that meet all criteria and are not revoked.

    Raises Invalid for an achievement, module or evidence that the organisation does not know, and for too many badges.
    """
    query = _by_criteria(organisation, criteria)
    if criteria.named:
        return _among_the_named(organisation, criteria, query)
    chosen = [_chosen(row) for row in _rows(query)]
    return Selection(_not_too_many(chosen))


def _among_the_named(organisation: Organisation, criteria: Criteria, query: Select[Any]) -> Selection:
    base_url = settings().base_url
    first: dict[str, Named] = {}
    left_out = []
    for named in criteria.named:
        public_id = public_id_in(named.value, base_url=base_url)
        if public_id in first:
            left_out.append(LeftOut(named.row, named.value, "named_twice"))
        first.setdefault(public_id, named)
    chosen: list[Chosen] = []
    for names in _parts(list(first)):
        rows = list(_rows(query.where(Award.public_id.in_(names))))
        chosen += map(_chosen, rows)
        missing = set(names) - {row.public_id for row in rows}
        reasons = _reasons(organisation, missing)
        left_out += [LeftOut(first[name].row, first[name].value, reasons[name]) for name in missing]
    chosen.sort(key=lambda each: each.award_id)
    return Selection(_not_too_many(chosen), tuple(sorted(left_out, key=lambda each: each.row)))


def _by_criteria(organisation: Organisation, criteria: Criteria) -> Select[Any]:
    wanted = [Award.state == "issued", ~_is_revoked()]
    if criteria.achievement:
        achievement = _known(Achievement, organisation, "achievement", Achievement.public_id == criteria.achievement)
        wanted.append(AchievementVersion.achievement_id == achievement)
    if criteria.version is not None:
        wanted.append(AchievementVersion.number == criteria.version)
    if criteria.awarded_from is not None:
        wanted.append(Award.awarded_at >= criteria.awarded_from)
    if criteria.awarded_before is not None:
        wanted.append(Award.awarded_at < criteria.awarded_before)
    if criteria.kid:
        wanted.append(_signed_by(criteria.kid))
    if criteria.module or criteria.evidence:
        wanted.append(_rests_on(organisation, criteria))
    return _of(organisation).where(*wanted).order_by(Award.id)


def _of(organisation: Organisation) -> Select[Any]:
    awards: Any = select(Award.id, Award.account_id, Award.public_id)
    found: Select[Any] = (
        awards.join(AchievementVersion, AchievementVersion.id == Award.achievement_version_id)
        .join(Achievement, Achievement.id == AchievementVersion.achievement_id)
        .where(Achievement.organisation_id == organisation.id)
    )
    return found


def _is_revoked() -> ColumnElement[bool]:
    revoked = (
        select(StatusEntry.id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusEntry.subject == Award.public_id, StatusEntry.is_set, StatusList.purpose == REVOCATION)
    )
    return revoked.exists()


def _signed_by(kid: str) -> ColumnElement[bool]:
    """The edition that is served now: what another key signed again is not meant."""
    newest = and_(Credential.award_id == Award.id, Credential.edition == Award.edition)
    signed = select(Credential.id).where(newest, or_(Credential.proof_kid == kid, Credential.jwt_kid == kid))
    return signed.exists()


def _known(model: Any, organisation: Organisation, field: str, *which: ColumnElement[bool]) -> int:
    found = db.session.scalar(select(model.id).where(model.organisation_id == organisation.id, *which))
    if found is None:
        sentence = _("There is no such thing in this organisation.")
        raise Invalid("invalid", sentence, fields={field: [sentence]})
    return int(found)


def _rests_on(organisation: Organisation, criteria: Criteria) -> ColumnElement[bool]:
    """The award's own record of what it rests on names such a piece of evidence of its holder."""
    basis = cast(Award.basis, Text)
    named = func.replace(basis, Evidence.public_id, "") != basis
    meant = select(Evidence.id).where(Evidence.account_id == Award.account_id, named)
    if criteria.module:
        names = or_(Module.public_id == criteria.module, Module.code == criteria.module)
        module = _known(Module, organisation, "module", names)
        meant = meant.where(Evidence.module_version_id.in_(select(ModuleVersion.id).filter_by(module_id=module)))
    if criteria.evidence:
        meant = meant.where(Evidence.public_id == criteria.evidence)
    return meant.exists()


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + ASKED_AT_ONCE] for start in range(0, len(names), ASKED_AT_ONCE))


def _rows(query: Select[Any]) -> Iterator[Any]:
    return iter(db.session.execute(query.execution_options(yield_per=1000)))


def _chosen(row: Any) -> Chosen:
    return Chosen(row.id, row.account_id, row.public_id)


def _not_too_many(chosen: Sequence[Chosen]) -> tuple[Chosen, ...]:
    if len(chosen) > MOST_BADGES:
        sentence = _("That is more than %(most)s badges. Choose fewer at once.", most=MOST_BADGES)
        raise Invalid("too_many_badges", sentence)
    return tuple(chosen)


def _reasons(organisation: Organisation, names: Iterable[str]) -> Mapping[str, str]:
    """Why badges that were named are not in the set; one of another organisation is unknown."""
    names = list(names)
    reasons = dict.fromkeys(names, "unknown")
    found = _of(organisation).where(Award.public_id.in_(names)).add_columns(Award.state, _is_revoked().label("gone"))
    for row in db.session.execute(found):
        reasons[row.public_id] = (
            "not_signed" if row.state != "issued" else "already_revoked" if row.gone else "not_meant"
        )
    return reasons
