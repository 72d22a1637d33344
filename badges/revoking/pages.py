"""Pages on which one administrator proposes to revoke many badges, and another one looks at it and confirms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import achievements
from badges.public_names import shaped
from badges.revoking import proposals, reading
from badges.revoking.asking import asking_account
from badges.revoking.criteria import Criteria, Named, asked, read_names
from badges.revoking.models import RevocationProposal
from badges.revoking.selection import Selection, select_badges
from badges.revoking.wording import criteria_words, left_out_words, outcome_words, state_words
from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Forbidden, Invalid, Malformed, TooLarge
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences
from issuer.models import Organisation
from issuer.status.reasons import REVOCATION_CODES, Reason, read_reason, words_of

pages = Blueprint("revocations", __name__)

ACHIEVEMENTS_OFFERED = 100


@pages.get("/admin/revocations")
@requires("awards.revoke")
def proposals_list() -> ResponseReturnValue:
    """What was proposed in one's organisations, and what became of it."""
    own = [place for place, roles in current_actor().roles.items() if "administrator" in roles]
    page = proposals.proposals_of(own, limit=USUAL, after=request.args.get("after"))
    now = utc_now()
    rows = [
        (proposal, *state_words(reading.state_of(proposal, now=now)), reading.name_of(proposal.proposed_by))
        for proposal in page.items
    ]
    return render_template(
        "badges/revocations.html", rows=rows, next=page.next, organisations=organisations.with_ids(own)
    )


@pages.get("/admin/organisations/<organisation_id>/revocations/new")
@requires("awards.revoke")
def ask(organisation_id: str) -> ResponseReturnValue:
    """The form. With ``badge`` in the address, the badge that is meant stands in it already."""
    return _form(_organisation(organisation_id), names=request.args.get("badge", ""))


@pages.post("/admin/organisations/<organisation_id>/revocations/new")
@requires("awards.revoke")
def propose(organisation_id: str) -> ResponseReturnValue:
    """Count first, as often as one likes; then propose. Neither revokes anything."""
    organisation, form = _organisation(organisation_id), request.form
    names: tuple[Named, ...] = ()
    try:
        names = _names_sent()
        criteria = _criteria(names)
        if form.get("do") == "count":
            return _form(organisation, names=_as_lines(names), counted=select_badges(organisation, criteria))
        proposal = proposals.propose(organisation, criteria, reason=_reason(), proposer=asking_account(), now=utc_now())
    except (Invalid, Malformed, TooLarge) as error:
        return _form(organisation, names=_as_lines(names) or form.get("badges", ""), error=error)
    flash(_("Proposed. Nothing is revoked until another administrator confirms it."), "success")
    return _to(proposal)


@pages.get("/admin/revocations/<proposal_id>")
@requires("awards.revoke")
def proposal(proposal_id: str) -> ResponseReturnValue:
    """Exactly who and what; and, for those who may, the button."""
    proposal, now = _own(proposal_id), utc_now()
    state = reading.state_of(proposal, now=now)
    is_own = proposal.proposed_by_id == current_actor().account_id
    return render_template(
        "badges/revocation.html",
        proposal=proposal,
        state=state,
        state_words=state_words(state),
        criteria=criteria_words(proposal),
        reason_words=words_of(proposal.reason_code),
        proposer=reading.name_of(proposal.proposed_by),
        confirmer=reading.name_of(proposal.confirmed_by) if proposal.confirmed_by else "",
        progress=reading.progress_of(proposal),
        page=reading.badges_page(proposal, limit=USUAL, after=request.args.get("after")),
        outcome_words=outcome_words,
        left_out_words=left_out_words,
        may_confirm=state == "proposed" and not is_own,
        may_withdraw=state == "proposed" and is_own,
    )


@pages.post("/admin/revocations/<proposal_id>/confirm")
@requires("awards.revoke")
def confirm(proposal_id: str) -> ResponseReturnValue:
    proposal = _own(proposal_id)
    if request.form.get("looked") != "yes":
        flash(_("Look at the list first, and say so with the tick."), "error")
        return _to(proposal)
    try:
        proposals.confirm(
            proposal.public_id, confirmer=asking_account(), now=utc_now(), seen=request.form.get("digest", "")
        )
    except (Conflict, Forbidden) as error:
        flash(error.detail, "error")
    else:
        flash(_("Confirmed. The badges are being revoked now; reload this page to see how far it is."), "success")
    return _to(proposal)


@pages.post("/admin/revocations/<proposal_id>/withdraw")
@requires("awards.revoke")
def withdraw(proposal_id: str) -> ResponseReturnValue:
    proposal = _own(proposal_id)
    try:
        proposals.withdraw(proposal.public_id, actor=asking_account(), now=utc_now())
    except (Conflict, Forbidden) as error:
        flash(error.detail, "error")
    else:
        flash(_("Withdrawn. Nothing was revoked."), "success")
    return _to(proposal)


def _form(
    organisation: Organisation,
    *,
    names: str,
    counted: Selection | None = None,
    error: Invalid | Malformed | TooLarge | None = None,
) -> ResponseReturnValue:
    offered = [
        each
        for state in ("open", "archived")
        for each in achievements.achievements_page(
            organisation=organisation.slug, state=state, limit=ACHIEVEMENTS_OFFERED, after=None
        ).items
    ]
    page = render_template(
        "badges/revocation_form.html",
        organisation=organisation,
        achievements=[(each.public_id, f"{each.code} · {each.current.name}") for each in offered],
        reason_codes=list(REVOCATION_CODES.items()),
        names=names,
        counted=counted,
        sample=reading.sample_from(counted) if counted else [],
        left_out_words=left_out_words,
        errors=_errors(error) if error else {},
    )
    return page, 422 if error else 200


def _errors(error: Invalid | Malformed | TooLarge) -> dict[str, str]:
    """What belongs to no field stands at the first one."""
    if not isinstance(error, Invalid):
        return {"badges": str(error.detail)}
    return {"achievement" if name == "form" else name: text for name, text in error_sentences(error).items()}


def _criteria(names: tuple[Named, ...]) -> Criteria:
    sent: dict[str, Any] = {
        name: request.form.get(name, "")
        for name in ("achievement", "awarded_from", "awarded_until", "key", "module", "evidence")
    }
    version = request.form.get("version", "").strip()
    if version and not (version.isascii() and version.isdigit() and len(version) < 7 and int(version)):
        sentence = _("Write a whole number, from 1.")
        raise Invalid("invalid", sentence, fields={"version": [sentence]})
    return asked(**sent, version=int(version) if version else None, named=names)


def _names_sent() -> tuple[Named, ...]:
    """The file if one was sent, else the lines of the form."""
    sent = request.files.get("badges_file")
    data = sent.read() if sent is not None and sent.filename else request.form.get("badges", "").encode("utf-8")
    return read_names(data)


def _as_lines(names: tuple[Named, ...]) -> str:
    return "\n".join(named.value for named in names)


def _reason() -> Reason:
    form = request.form
    return read_reason(
        form.get("reason", ""),
        form.get("reason_code", ""),
        REVOCATION_CODES,
        is_public=form.get("reason_public") == "yes",
    )


def _organisation(public_id: str) -> Organisation:
    place = organisations.get(shaped(public_id))
    authorise("awards.revoke", place.id)
    return place


def _own(proposal_id: str) -> RevocationProposal:
    found = proposals.find(shaped(proposal_id))
    authorise("awards.revoke", found.organisation_id)
    return found


def _to(proposal: RevocationProposal) -> ResponseReturnValue:
    return redirect(url_for("revocations.proposal", proposal_id=proposal.public_id), 303)
