"""The page on which a holder puts a badge into a wallet."""

from __future__ import annotations

import math

import segno
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from badges import awards, signed_forms
from badges.awards import Standing
from badges.public_names import shaped
from badges.wallets import offers, opening
from badges.wallets.binding import signed_for
from badges.wallets.offers import Stage
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base import http
from issuer.base.db import utc_now
from issuer.people import identifiers

pages = Blueprint("wallets", __name__)

NOT_KEPT = "private, no-store"


@pages.get("/badges/<award_id>/wallet")
@requires("awards.own")
def wallet(award_id: str) -> ResponseReturnValue:
    """The offer that was made last, as long as it is open, and the way to a new one."""
    award, now = awards.own_award(current_actor(), shaped(award_id)), utc_now()
    offer = offers.newest_of(award)
    stage = offers.stage_of(offer, now=now) if offer is not None else None
    is_open = offer is not None and stage is Stage.OPEN
    link = offers.wallet_link(offer) if offer is not None and is_open else ""
    return render_template(
        "badges/wallet.html",
        award_id=award.public_id,
        name=award.achievement_version.name,
        is_valid=awards.standing_of(award, now=now) is Standing.VALID,
        is_signed=award.credential is not None,
        offer=offer if is_open else None,
        stage=stage,
        minutes=math.ceil((offer.expires_at - now).total_seconds() / 60) if offer is not None and is_open else 0,
        link=link,
        qr=_qr_code(link) if link else "",
        identifiers=[(each.public_id, each.did) for each in identifiers.identifiers_of(award.account_id)],
        transaction_code=opening.transaction_code_of(offer.public_id) if offer is not None and is_open else "",
    )


@pages.post("/badges/<award_id>/wallet")
@requires("awards.hand_over")
def make_offer(award_id: str) -> ResponseReturnValue:
    actor = current_actor()
    limits.spend("wallet_offer", actor.public_id)
    offers.make(actor, shaped(award_id), form=request.form.get("form", "bound"))
    return redirect(url_for("wallets.wallet", award_id=award_id), 303)


@pages.post("/badges/<award_id>/for-identifier")
@requires("awards.hand_over")
def for_identifier(award_id: str) -> Response:
    """One's own badge as a file that names an identifier of one's own instead of the usual one."""
    actor = current_actor()
    award = awards.own_award(actor, shaped(award_id))
    held = identifiers.own_identifier(actor.account_id, shaped(request.form.get("identifier", "-")))
    limits.spend("wallet_offer", actor.public_id)
    form = signed_for(award, held.did)
    if request.form.get("form") == "jwt":
        response = http.published(form.jwt, "application/vc+jwt", cache_control=NOT_KEPT)
        return signed_forms.saved(response, award, ".jwt")
    response = http.published(form.document, "application/vc", cache_control=NOT_KEPT)
    return signed_forms.saved(response, award, ".json")


def _qr_code(text: str) -> Markup:
    """An SVG that says ``text``, black on white whatever the colours of the page."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, title=_("QR code of the offer"), lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn here, of an address of ours
