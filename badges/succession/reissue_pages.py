"""The page on which an administrator gives a badge to all who hold another one that counts as it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.public_names import shaped
from badges.succession import reissuing
from badges.trust import equivalences
from badges.trust.asking import place_of
from issuer.access import current_actor, requires
from issuer.base.errors import Conflict, Forbidden

pages = Blueprint("reissues", __name__, url_prefix="/admin/organisations/<organisation_id>/trust/equivalences")


@pages.get("/<rule_id>/reissue")
@requires("trust.edit")
def reissue(organisation_id: str, rule_id: str) -> ResponseReturnValue:
    """Whom it would reach, or why it cannot be done."""
    place = place_of(organisation_id)
    rule = equivalences.find(place, shaped(rule_id))
    try:
        reach, why_not = reissuing.reach_of(rule), ""
    except (Conflict, Forbidden) as error:
        reach, why_not = None, str(error.detail)
    return render_template(
        "badges/reissue.html",
        organisation=place,
        rule=rule,
        requirement=equivalences.names_of(place, [rule])[rule.public_id],
        reach=reach,
        why_not=why_not,
    )


@pages.post("/<rule_id>/reissue")
@requires("trust.edit")
def begin(organisation_id: str, rule_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    rule = equivalences.find(place, shaped(rule_id))
    try:
        reissuing.request(rule, actor=current_actor().public_id)
    except (Conflict, Forbidden) as error:
        flash(error.detail, "error")
    else:
        flash(_("A worker checks each badge, and gives yours to whoever holds a valid one. Look again later."))
    return redirect(url_for("reissues.reissue", organisation_id=organisation_id, rule_id=rule_id), 303)
