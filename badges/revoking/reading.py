"""What a proposal shows to the people who decide about it, as values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from badges.award_facts import badge_url
from badges.models import AchievementVersion, Award
from badges.revoking import carrying_out, proposals
from badges.revoking.models import RevocationItem, RevocationProposal
from badges.revoking.selection import Chosen, Selection
from issuer import accounts
from issuer.base.db import db
from issuer.base.paging import Page, oldest_first
from issuer.models import Account

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class ShownBadge:
    """One badge that is or would be revoked. ``learner`` is a name, or an address for somebody without one.

    ``outcome``: waiting, revoked, already; "" before anything was proposed.
    """

    award_id: str
    url: str
    learner: str
    achievement: str
    version: int
    awarded_at: datetime
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many badges wait, were revoked by this proposal, and had been revoked already by somebody else."""

    waiting: int
    revoked: int
    already: int

    @property
    def total(self) -> int:
        return self.waiting + self.revoked + self.already


def state_of(proposal: RevocationProposal, *, now: datetime) -> str:
    """proposed, expired, withdrawn, confirmed or done."""
    return "expired" if proposals.has_run_out(proposal, now=now) else proposal.state


def progress_of(proposal: RevocationProposal) -> Progress:
    """How far it is."""
    return Progress(**carrying_out.outcomes_of(proposal))


def badges_page(proposal: RevocationProposal, *, limit: int, after: str | None) -> Page:
    """Exactly which badges, the oldest first, as ShownBadge. Raises Invalid for a cursor that was never given."""
    query = (
        select(RevocationItem)
        .join(Award, Award.id == RevocationItem.award_id)
        .where(RevocationItem.proposal_id == proposal.id)
        .options(_with_all_shown(joinedload(RevocationItem.award)))
    )
    page = oldest_first(query, Award, limit=limit, after=after, name_of=lambda item: item.award.public_id)
    return Page([_shown(item.award, item.outcome) for item in page.items], page.next)


def sample_of(proposal: RevocationProposal) -> list[ShownBadge]:
    """The first few."""
    page: Page = badges_page(proposal, limit=SAMPLE, after=None)
    return page.items


def sample_from(selection: Selection) -> list[ShownBadge]:
    """The first few of what nobody has proposed yet."""
    return _awards(selection.chosen[:SAMPLE])


def name_of(account: Account) -> str:
    """How administrators know a person."""
    return account.name or accounts.primary_address(account) or account.public_id


def names_of(public_ids: Collection[str]) -> dict[str, str]:
    """Public id -> how administrators know that person; who is no person is left out."""
    people = select(Account).where(Account.public_id.in_(public_ids)).options(selectinload(Account.addresses))
    return {account.public_id: name_of(account) for account in db.session.scalars(people)}


def _awards(chosen: Sequence[Chosen]) -> list[ShownBadge]:
    query: Select[Any] = select(Award).where(Award.id.in_([each.award_id for each in chosen])).order_by(Award.id)
    shown = (
        joinedload(Award.achievement_version).joinedload(AchievementVersion.achievement),
        joinedload(Award.account).selectinload(Account.addresses),
    )
    return [_shown(award) for award in db.session.scalars(query.options(*shown))]


def _with_all_shown(award: Any) -> Any:
    return award.options(
        joinedload(Award.achievement_version).joinedload(AchievementVersion.achievement),
        joinedload(Award.account).options(selectinload(Account.addresses)),
    )


def _shown(award: Award, outcome: str = "") -> ShownBadge:
    version = award.achievement_version
    return ShownBadge(
        award_id=award.public_id,
        url=badge_url(award),
        learner=name_of(award.account),
        achievement=version.name,
        version=version.number,
        awarded_at=award.awarded_at,
        outcome=outcome,
    )
