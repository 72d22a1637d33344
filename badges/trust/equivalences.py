"""What the badges of others count as in an organisation: its rules, and what they say of a checked badge."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from badges.models import Achievement
from badges.trust.counting import Conditions, missing
from badges.trust.lists import LONGEST_NOTE, SYSTEM
from badges.trust.models import EquivalenceRule
from badges.verification.report import Report
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound, TooLarge
from issuer.base.paging import Page, newest_first
from issuer.models import Account, Organisation
from issuer.plain_text import clean_line, clean_text, refuse, required_line

ACHIEVEMENT, CODE = "achievement", "code"
MOST_RULES = 1000
MOST_DAYS = 36_500
LONGEST_URL = 500
LONGEST_CODE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rule as somebody wants it: read and found good, not kept yet."""

    achievement_url: str
    requirement_kind: str
    requirement: str
    conditions: Conditions
    note: str = ""


@dataclass(frozen=True, slots=True)
class Equivalence:
    """What one rule says of a badge. ``requirement``: public id of our achievement, or the organisation's own code;
    ``requirement_name``: in words. ``missing``: conditions that are not met, see badges.trust.counting."""

    rule_id: str
    organisation: str
    achievement_url: str
    requirement_kind: str
    requirement: str
    requirement_name: str
    missing: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        return not self.missing


def counts_as(
    report: Report, organisation: Organisation | None, *, now: datetime | None = None
) -> tuple[Equivalence, ...]:
    """The requirements of ``organisation`` that a checked badge meets; none for nobody. One query, two if any does.

    The report must have been made in a world whose trust is the organisation's (badges.trust.knowing.trust_of).
    """
    return tuple(each for each in weigh(report, organisation, now=now) if each.counts)


def weigh(report: Report, organisation: Organisation | None, *, now: datetime | None = None) -> tuple[Equivalence, ...]:
    """What every rule about the badge's achievement says of it, those that are not met with the reasons."""
    url = report.facts.achievement_id if report.facts is not None else ""
    if organisation is None or not _can_be_kept(url):
        return ()
    query = select(EquivalenceRule).filter_by(organisation_id=organisation.id, achievement_url=url)
    rules = list(db.session.scalars(query.order_by(EquivalenceRule.id)))
    names = names_of(organisation, rules)
    return tuple(
        Equivalence(
            rule_id=rule.public_id,
            organisation=organisation.name,
            achievement_url=rule.achievement_url,
            requirement_kind=rule.requirement_kind,
            requirement=rule.requirement,
            requirement_name=names[rule.public_id],
            missing=missing(report, conditions_of(rule), now=now or utc_now()),
        )
        for rule in rules
    )


def names_of(organisation: Organisation, rules: list[EquivalenceRule]) -> dict[str, str]:
    """Public id of each rule -> its requirement in words: the achievement's name, or the code as it is."""
    ids = {rule.requirement for rule in rules if rule.requirement_kind == ACHIEVEMENT}
    query = select(Achievement).where(Achievement.public_id.in_(ids), Achievement.organisation_id == organisation.id)
    ours = {each.public_id: each.current.name for each in db.session.scalars(query)} if ids else {}
    return {rule.public_id: ours.get(rule.requirement, rule.requirement) for rule in rules}


def conditions_of(rule: EquivalenceRule) -> Conditions:
    return Conditions(
        trusted_only=rule.trusted_only,
        minimum_result=rule.minimum_result,
        result_type=rule.result_type,
        most_days_old=rule.most_days_old,
        days_left=rule.days_left,
    )


def wanted(
    organisation: Organisation,
    *,
    achievement_url: str,
    requirement_kind: str,
    requirement: str,
    trusted_only: bool = True,
    minimum_result: str = "",
    result_type: str = "",
    most_days_old: int | None = None,
    days_left: int | None = None,
    note: str = "",
) -> Wanted:
    """What somebody wrote -> a rule as it could be kept. Raises Invalid naming the field."""
    conditions = Conditions(
        trusted_only=trusted_only,
        minimum_result=clean_line(minimum_result, field="minimum_result", longest=LONGEST_CODE),
        result_type=clean_line(result_type, field="result_type", longest=LONGEST_CODE),
        most_days_old=_days(most_days_old, "most_days_old"),
        days_left=_days(days_left, "days_left"),
    )
    return Wanted(
        achievement_url=_achievement_url(achievement_url),
        requirement_kind=requirement_kind,
        requirement=_requirement(organisation, requirement_kind, requirement),
        conditions=conditions,
        note=clean_text(note, field="note", longest=LONGEST_NOTE),
    )


def add(organisation: Organisation, rule: Wanted, *, by: Account | None) -> EquivalenceRule:
    """Keep a rule. Raises Conflict for one about the same two things, TooLarge for too many."""
    db.session.execute(select(Organisation.id).filter_by(id=organisation.id).with_for_update())
    if _count(organisation) >= MOST_RULES:
        raise TooLarge("too_many_rules", _("An organisation has at most %(most)s such rules.", most=MOST_RULES))
    made = EquivalenceRule(organisation=organisation, added_by_id=by.id if by else None)
    _keep(made, rule)
    _record("trust.equivalence_added", made, by)
    return made


def edit(kept: EquivalenceRule, rule: Wanted, *, by: Account | None) -> None:
    """Change a rule. Raises Conflict when there is another about the same two things."""
    try:
        _keep(kept, rule)
    except Conflict:
        db.session.refresh(kept)
        raise
    _record("trust.equivalence_changed", kept, by)


def remove(kept: EquivalenceRule, *, by: Account | None) -> None:
    """Forget a rule."""
    _record("trust.equivalence_removed", kept, by)
    db.session.delete(kept)
    db.session.flush()


def find(organisation: Organisation, public_id: str) -> EquivalenceRule:
    """The rule of that organisation. Raises NotFound."""
    query = select(EquivalenceRule).filter_by(public_id=public_id, organisation_id=organisation.id)
    kept = db.session.scalar(query)
    if kept is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    return kept


def page(organisation: Organisation, *, limit: int, after: str | None) -> Page:
    """The rules, the newest first. Raises Invalid for a cursor that was never given."""
    query = select(EquivalenceRule).filter_by(organisation_id=organisation.id)
    return newest_first(query, EquivalenceRule, limit=limit, after=after)


def _keep(row: EquivalenceRule, rule: Wanted) -> None:
    """Write it within a savepoint of its own, so that a rule that is there already undoes nothing else."""
    try:
        with db.session.begin_nested(), db.session.no_autoflush:
            _write(row, rule)
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise Conflict("equivalence_known", _("There is a rule about these two already.")) from error


def _write(row: EquivalenceRule, rule: Wanted) -> None:
    row.achievement_url, row.note = rule.achievement_url, rule.note
    row.requirement_kind, row.requirement = rule.requirement_kind, rule.requirement
    for name, value in asdict(rule.conditions).items():
        setattr(row, name, value)


def _count(organisation: Organisation) -> int:
    query = select(func.count()).select_from(EquivalenceRule).filter_by(organisation_id=organisation.id)
    return int(db.session.scalar(query) or 0)


def _achievement_url(text: str) -> str:
    text = text.strip()
    scheme, colon, rest = text.partition(":")
    if len(text) > LONGEST_URL:
        raise refuse("achievement_url", _("This is too long: at most %(longest)s characters.", longest=LONGEST_URL))
    if not colon or not rest or not scheme.isalpha() or not _can_be_kept(text):
        raise refuse("achievement_url", _("This is not the id of an achievement: an address, or a urn."))
    return text


def _can_be_kept(url: str) -> bool:
    """Whether it can stand in a rule; any badge may say anything, NUL included, and databases refuse that."""
    return 0 < len(url) <= LONGEST_URL and url.isascii() and url.isprintable() and " " not in url


def _requirement(organisation: Organisation, kind: str, text: str) -> str:
    if kind == CODE:
        return required_line(text, field="requirement", longest=LONGEST_CODE)
    if kind != ACHIEVEMENT:
        raise refuse("requirement_kind", _("A requirement is one of your achievements, or a code of your own."))
    query = select(Achievement.id).filter_by(public_id=text.strip()[:64], organisation_id=organisation.id)
    if not text.isprintable() or db.session.scalar(query) is None:
        raise refuse("requirement", _("There is no such achievement in this organisation."))
    return text.strip()


def _days(number: int | None, field: str) -> int | None:
    if number is None:
        return None
    if not 1 <= number <= MOST_DAYS:
        raise Invalid("invalid", _("A number of days."), fields={field: [_("Write a number of days, from 1.")]})
    return number


def _record(action: str, rule: EquivalenceRule, by: Account | None) -> None:
    actor = by.public_id if by else SYSTEM
    audit.record(action, rule.public_id, actor=actor, organisation=rule.organisation.public_id)
