"""The JSON API of sharing: links, requests for evidence, and reports of problems."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale

from badges import awards
from badges.public_names import shaped
from badges.sharing import evidence_requests, links, problems
from badges.sharing.models import EvidenceRequest, ProblemReport, ShareLink
from badges.sharing.schemas import (
    ClosingBodySchema,
    EvidenceRequestBodySchema,
    EvidenceRequestListSchema,
    EvidenceRequestSchema,
    LinkBodySchema,
    LinkListSchema,
    LinkSchema,
    MadeLinkSchema,
    ProblemBodySchema,
    ProblemListSchema,
    ProblemQuerySchema,
    ProblemSchema,
    TicketSchema,
)
from competencies.profiles.asking import own_account_id
from issuer import limits
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.json_bodies import ApiBlueprint
from issuer.schemas import PageQuerySchema

share_links_api = ApiBlueprint(
    "share_links_api", __name__, url_prefix="/api/v1/share-links", description="Links to badges of one's own."
)
asked_api = ApiBlueprint("asked_api", __name__, url_prefix="/api/v1", description="What visitors ask of a badge.")
problems_api = ApiBlueprint(
    "problems_api", __name__, url_prefix="/api/v1/problems", description="What was reported about badges."
)


@share_links_api.get("")
@share_links_api.arguments(PageQuerySchema, location="query")
@share_links_api.response(200, LinkListSchema)
@requires("awards.own")
def list_links(query: dict[str, Any]) -> dict[str, Any]:
    """One's own links, ended ones too, the newest first."""
    page = links.links_of(own_account_id(), limit=query["limit"], after=query["after"])
    return {"items": [_link(link) for link in page.items], "next": page.next}


@share_links_api.post("")
@share_links_api.arguments(LinkBodySchema)
@share_links_api.response(201, MadeLinkSchema)
@requires("awards.publish")
def make_link(body: dict[str, Any]) -> dict[str, Any]:
    """A new link; its address is in this reply and never again. A private badge becomes visible by link."""
    names = [shaped(name) for name in body.pop("badges")]
    link, secret = links.make(current_actor(), names, **body)
    return _link(link) | {"url": links.link_url(secret)}


@share_links_api.delete("/<link_id>")
@share_links_api.response(200, LinkSchema)
@requires("awards.publish")
def revoke_link(link_id: str) -> dict[str, Any]:
    """End it at once and for good. Asking again changes nothing."""
    return _link(links.revoke(current_actor(), shaped(link_id)))


@asked_api.post("/badges/<award_id>/evidence-requests")
@asked_api.arguments(EvidenceRequestBodySchema)
@asked_api.response(202)
@requires("badges.ask")
def ask_evidence(body: dict[str, Any], award_id: str) -> None:
    """Ask the holder to show the evidence. Whether they agree is told by mail, if they do, and not otherwise."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    limits.spend("asking", limits.client_address())
    evidence_requests.ask(award, **body, locale=str(get_locale()))


@asked_api.post("/badges/<award_id>/problems")
@asked_api.arguments(ProblemBodySchema)
@asked_api.response(201, TicketSchema)
@requires("badges.ask")
def report_problem(body: dict[str, Any], award_id: str) -> dict[str, Any]:
    """Report a problem to the issuer."""
    award = awards.visible_award(current_actor(), shaped(award_id))
    limits.spend("asking", limits.client_address())
    return {"ticket": problems.report(award, **body, locale=str(get_locale())).ticket}


@asked_api.get("/evidence-requests")
@asked_api.response(200, EvidenceRequestListSchema)
@requires("awards.own")
def list_requests() -> dict[str, Any]:
    """What one was asked for and has not answered; there are at most twenty for each badge, so there is one page."""
    return {"items": [_request(each) for each in evidence_requests.requests_to(own_account_id())], "next": None}


@asked_api.post("/evidence-requests/<request_id>/agree")
@asked_api.response(200, EvidenceRequestSchema)
@requires("awards.publish")
def agree(request_id: str) -> dict[str, Any]:
    """Send whoever asked a link that shows the evidence for 30 days."""
    return _request(evidence_requests.agree(current_actor(), shaped(request_id)))


@asked_api.post("/evidence-requests/<request_id>/decline")
@asked_api.response(200, EvidenceRequestSchema)
@requires("awards.publish")
def decline(request_id: str) -> dict[str, Any]:
    """Whoever asked is told nothing."""
    return _request(evidence_requests.decline(current_actor(), shaped(request_id)))


@problems_api.get("")
@problems_api.arguments(ProblemQuerySchema, location="query")
@problems_api.response(200, ProblemListSchema)
@requires("problems.handle")
def list_problems(query: dict[str, Any]) -> dict[str, Any]:
    """What was reported to one's organisations, the newest first."""
    own = [place for place, roles in current_actor().roles.items() if "administrator" in roles]
    page = problems.reports_of(own, state=query["state"], limit=query["limit"], after=query["after"])
    return {"items": [_problem(each) for each in page.items], "next": page.next}


@problems_api.post("/<report_id>/close")
@problems_api.arguments(ClosingBodySchema)
@problems_api.response(200, ProblemSchema)
@requires("problems.handle")
def close_problem(body: dict[str, Any], report_id: str) -> dict[str, Any]:
    """Close a ticket; the answer goes to whoever left an address, which is forgotten then."""
    report = problems.find(shaped(report_id))
    actor = authorise("problems.handle", report.organisation_id)
    return _problem(problems.close(report, answer=body["answer"], actor=actor))


def _link(link: ShareLink) -> dict[str, Any]:
    return {
        "id": link.public_id,
        "badges": [award.public_id for award in link.awards],
        "label": link.label,
        "shows_evidence": link.shows_evidence,
        "working": links.is_working(link, now=utc_now()),
        "created_at": link.created_at,
        "expires_at": link.expires_at,
        "revoked_at": link.revoked_at,
        "seen": link.seen,
        "last_seen_at": link.last_seen_at,
    }


def _request(request: EvidenceRequest) -> dict[str, Any]:
    return {
        "id": request.public_id,
        "badge": request.award.public_id,
        "email": request.email,
        "sentence": request.sentence,
        "state": request.state,
        "created_at": request.created_at,
    }


def _problem(problem: ProblemReport) -> dict[str, Any]:
    return {
        "id": problem.public_id,
        "ticket": problem.ticket,
        "badge": problem.award.public_id,
        "organisation": problem.organisation.slug,
        "kind": problem.kind,
        "words": problem.words,
        "email": problem.email,
        "state": problem.state,
        "answer": problem.answer,
        "created_at": problem.created_at,
        "closed_at": problem.closed_at,
    }
