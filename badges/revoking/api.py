"""The JSON API of revoking many badges: one administrator proposes, another one confirms."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from badges.public_names import shaped
from badges.revoking import proposals, reading
from badges.revoking.asking import asking_account
from badges.revoking.criteria import Criteria, asked, named_in, read_names
from badges.revoking.models import RevocationProposal
from badges.revoking.reading import ShownBadge
from badges.revoking.schemas import (
    ConfirmationBodySchema,
    ProposalListSchema,
    ProposalSchema,
    ProposedBadgeListSchema,
    RevocationsBodySchema,
)
from badges.revoking.selection import select_badges
from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import NotFound
from issuer.base.json_bodies import ApiBlueprint
from issuer.models import Account, Organisation
from issuer.schemas import PageQuerySchema
from issuer.status.reasons import REVOCATION_CODES, Reason, read_reason

revocations_api = ApiBlueprint(
    "revocations_api", __name__, url_prefix="/api/v1/revocations", description="Revoking many badges, by two people."
)


@revocations_api.post("")
@revocations_api.arguments(RevocationsBodySchema)
@revocations_api.response(201, ProposalSchema)
@requires("awards.revoke")
def propose(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Propose it: count and sample of exactly what another administrator may confirm. Nothing is revoked by this."""
    organisation = organisations.by_slug(body["organisation"])
    if organisation is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    authorise("awards.revoke", organisation.id)
    criteria = _criteria(body)
    reason = read_reason(body["reason"], body["reason_code"], REVOCATION_CODES, is_public=body["reason_public"])
    if body["dry_run"]:
        return _dry_run(organisation, criteria, reason), 200
    made = proposals.propose(organisation, criteria, reason=reason, proposer=asking_account(), now=utc_now())
    return _told(made), 201


@revocations_api.get("")
@revocations_api.arguments(PageQuerySchema, location="query")
@revocations_api.response(200, ProposalListSchema)
@requires("awards.revoke")
def list_proposals(query: dict[str, Any]) -> dict[str, Any]:
    """The proposals of one's organisations, the newest first."""
    own = [place for place, roles in current_actor().roles.items() if "administrator" in roles]
    page = proposals.proposals_of(own, limit=query["limit"], after=query["after"])
    return {"items": [_told(proposal) for proposal in page.items], "next": page.next}


@revocations_api.get("/<proposal_id>")
@revocations_api.response(200, ProposalSchema)
@requires("awards.revoke")
def show_proposal(proposal_id: str) -> dict[str, Any]:
    """What was proposed, by whom, and how far it is."""
    return _told(_own(proposal_id))


@revocations_api.get("/<proposal_id>/badges")
@revocations_api.arguments(PageQuerySchema, location="query")
@revocations_api.response(200, ProposedBadgeListSchema)
@requires("awards.revoke")
def list_badges(query: dict[str, Any], proposal_id: str) -> dict[str, Any]:
    """Exactly which badges, each with what became of it."""
    page = reading.badges_page(_own(proposal_id), limit=query["limit"], after=query["after"])
    return {"items": [_badge(badge) for badge in page.items], "next": page.next}


@revocations_api.post("/<proposal_id>/confirm")
@revocations_api.arguments(ConfirmationBodySchema)
@revocations_api.response(200, ProposalSchema)
@requires("awards.revoke")
def confirm(body: dict[str, Any], proposal_id: str) -> dict[str, Any]:
    """Agree to what another administrator has proposed: it is then done, for good. 403 for who proposed it."""
    proposal = _own(proposal_id)
    return _told(proposals.confirm(proposal.public_id, confirmer=asking_account(), now=utc_now(), seen=body["digest"]))


@revocations_api.post("/<proposal_id>/withdraw")
@revocations_api.response(200, ProposalSchema)
@requires("awards.revoke")
def withdraw(proposal_id: str) -> dict[str, Any]:
    """Take one's own proposal back, while nobody has confirmed it."""
    return _told(proposals.withdraw(_own(proposal_id).public_id, actor=asking_account(), now=utc_now()))


def _criteria(body: dict[str, Any]) -> Criteria:
    named = named_in(body["badges"]) + read_names(body["badges_csv"].encode("utf-8"))
    alone = ("achievement", "version", "awarded_from", "awarded_until", "key", "module", "evidence")
    return asked(**{name: body[name] for name in alone}, named=named)


def _own(proposal_id: str) -> RevocationProposal:
    proposal = proposals.find(shaped(proposal_id))
    authorise("awards.revoke", proposal.organisation_id)
    return proposal


def _dry_run(organisation: Organisation, criteria: Criteria, reason: Reason) -> dict[str, Any]:
    selection = select_badges(organisation, criteria)
    nobody = ("id", "proposed_by", "proposed_at", "expires_at", "confirmed_by", "confirmed_at", "ended_at", "progress")
    return {
        **dict.fromkeys(nobody),
        "organisation": organisation.slug,
        "state": "dry_run",
        "criteria": criteria.as_json(),
        "reason": reason.sentence,
        "reason_code": reason.code,
        "reason_public": reason.is_public,
        "badges": len(selection.chosen),
        "learners": selection.learners,
        "digest": selection.digest,
        "sample": [_badge(badge) for badge in reading.sample_from(selection)],
        "left_out": proposals.left_out_as_json(selection),
    }


def _told(proposal: RevocationProposal) -> dict[str, Any]:
    progress = reading.progress_of(proposal)
    return {
        "id": proposal.public_id,
        "organisation": proposal.organisation.slug,
        "state": reading.state_of(proposal, now=utc_now()),
        "criteria": proposal.criteria,
        "reason": proposal.reason,
        "reason_code": proposal.reason_code,
        "reason_public": proposal.reason_is_public,
        "badges": proposal.badges,
        "learners": proposal.learners,
        "digest": proposal.set_digest,
        "sample": [_badge(badge) for badge in reading.sample_of(proposal)],
        "left_out": proposal.left_out,
        "proposed_by": _person(proposal.proposed_by),
        "proposed_at": proposal.created_at,
        "expires_at": proposal.expires_at,
        "confirmed_by": _person(proposal.confirmed_by) if proposal.confirmed_by else None,
        "confirmed_at": proposal.confirmed_at,
        "ended_at": proposal.ended_at,
        "progress": {"waiting": progress.waiting, "revoked": progress.revoked, "already": progress.already},
    }


def _person(account: Account) -> dict[str, str]:
    return {"id": account.public_id, "name": reading.name_of(account)}


def _badge(badge: ShownBadge) -> dict[str, Any]:
    return {
        "id": badge.award_id,
        "url": badge.url,
        "learner": badge.learner,
        "achievement": badge.achievement,
        "version": badge.version,
        "awarded_at": badge.awarded_at,
        "outcome": badge.outcome or None,
    }
