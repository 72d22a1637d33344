"""The page on which a holder puts a badge into a wallet."""

from __future__ import annotations

import math

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from badges import awards
from badges.awards import Standing
from badges.public_names import shaped
from badges.wallets import offers, opening
from badges.wallets.offers import Stage
from issuer import limits
from issuer.access import current_actor, requires
from issuer.base.db import utc_now

pages = Blueprint("wallets", __name__)


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
        transaction_code=opening.transaction_code_of(offer.public_id) if offer is not None and is_open else "",
    )


@pages.post("/badges/<award_id>/wallet")
@requires("awards.hand_over")
def make_offer(award_id: str) -> ResponseReturnValue:
    actor = current_actor()
    limits.spend("wallet_offer", actor.public_id)
    offers.make(actor, shaped(award_id), form=request.form.get("form", "bound"))
    return redirect(url_for("wallets.wallet", award_id=award_id), 303)


def _qr_code(text: str) -> Markup:
    """An SVG that says ``text``, black on white whatever the colours of the page."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, title=_("QR code of the offer"), lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn here, of an address of ours
