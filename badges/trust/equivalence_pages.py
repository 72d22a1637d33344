"""Pages on which administrators say what outside badges count as."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges import achievements
from badges.public_names import shaped
from badges.revoking.asking import asking_account
from badges.trust import equivalences
from badges.trust.asking import place_of
from badges.trust.equivalences import ACHIEVEMENT, CODE, Wanted
from badges.trust.models import EquivalenceRule
from badges.trust.pages import form_errors
from badges.trust.wording import condition_words
from issuer.access import current_actor, requires
from issuer.base.errors import Conflict, Invalid, ServiceError, TooLarge
from issuer.base.paging import USUAL
from issuer.models import Organisation
from issuer.plain_text import refuse
from issuer.policy import permits

pages = Blueprint("equivalences", __name__, url_prefix="/admin/organisations/<organisation_id>/trust/equivalences")

ACHIEVEMENTS_OFFERED = 100
FIELDS = (
    "achievement_url",
    "achievement",
    "code",
    "minimum_result",
    "result_type",
    "most_days_old",
    "days_left",
    "note",
)


@pages.get("")
@requires("trust.read")
def rules(organisation_id: str) -> ResponseReturnValue:
    return _list_page(place_of(organisation_id, "trust.read"))


@pages.post("")
@requires("trust.edit")
def add(organisation_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    try:
        equivalences.add(place, _wanted(place), by=asking_account())
    except (Conflict, Invalid, TooLarge) as error:
        return _list_page(place, error)
    flash(_("The rule is made."), "success")
    return _to_list(organisation_id)


@pages.get("/<rule_id>")
@requires("trust.edit")
def rule(organisation_id: str, rule_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    return _rule_page(place, equivalences.find(place, shaped(rule_id)))


@pages.post("/<rule_id>")
@requires("trust.edit")
def edit(organisation_id: str, rule_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    kept = equivalences.find(place, shaped(rule_id))
    try:
        equivalences.edit(kept, _wanted(place), by=asking_account())
    except (Conflict, Invalid) as error:
        return _rule_page(place, kept, error)
    flash(_("The rule is changed."), "success")
    return _to_list(organisation_id)


@pages.post("/<rule_id>/remove")
@requires("trust.edit")
def remove(organisation_id: str, rule_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    equivalences.remove(equivalences.find(place, shaped(rule_id)), by=asking_account())
    flash(_("The rule is removed."), "success")
    return _to_list(organisation_id)


def _wanted(place: Organisation) -> Wanted:
    form = request.form
    code, achievement = form.get("code", "").strip(), form.get("achievement", "")
    if bool(code) == bool(achievement):
        raise refuse("achievement", _("Choose one of your achievements, or write a code: one of the two."))
    return equivalences.wanted(
        place,
        achievement_url=form.get("achievement_url", ""),
        requirement_kind=CODE if code else ACHIEVEMENT,
        requirement=code or achievement,
        trusted_only=form.get("trusted_only") == "yes",
        minimum_result=form.get("minimum_result", ""),
        result_type=form.get("result_type", ""),
        most_days_old=_days("most_days_old"),
        days_left=_days("days_left"),
        note=form.get("note", ""),
    )


def _days(field: str) -> int | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise refuse(field, _("Write a number of days, from 1."))
    return int(text)


def _list_page(place: Organisation, error: ServiceError | None = None) -> ResponseReturnValue:
    page = equivalences.page(place, limit=USUAL, after=request.args.get("after"))
    names = equivalences.names_of(place, page.items)
    form: dict[str, object] = {name: request.form.get(name, "") for name in FIELDS}
    shown = render_template(
        "badges/trust_equivalences.html",
        organisation=place,
        page=page,
        rows=[(each, names[each.public_id], condition_words(equivalences.conditions_of(each))) for each in page.items],
        achievements=_offered(place),
        form=form | {"trusted_only": not error or request.form.get("trusted_only") == "yes"},
        errors=_errors(error),
        may_edit=permits(current_actor(), "trust.edit", organisation_id=place.id),
    )
    return shown, 422 if error else 200


def _rule_page(place: Organisation, kept: EquivalenceRule, error: ServiceError | None = None) -> ResponseReturnValue:
    form: dict[str, object] = {name: request.form.get(name, "") for name in FIELDS}
    form["trusted_only"] = request.form.get("trusted_only") == "yes"
    shown = render_template(
        "badges/trust_equivalence.html",
        organisation=place,
        rule=kept,
        achievements=_offered(place),
        form=form if error else _as_form(kept),
        errors=_errors(error),
    )
    return shown, 422 if error else 200


def _as_form(kept: EquivalenceRule) -> dict[str, object]:
    same = ("achievement_url", "minimum_result", "result_type", "most_days_old", "days_left", "note", "trusted_only")
    values = {name: getattr(kept, name) for name in same}
    is_code = kept.requirement_kind == CODE
    requirement = {"code": kept.requirement if is_code else "", "achievement": "" if is_code else kept.requirement}
    return {name: "" if value is None else value for name, value in values.items()} | requirement


def _offered(place: Organisation) -> list[tuple[str, str]]:
    offered = achievements.achievements_page(
        organisation=place.slug, state="open", limit=ACHIEVEMENTS_OFFERED, after=None
    )
    return [(each.public_id, f"{each.code} · {each.current.name}") for each in offered.items]


def _errors(error: ServiceError | None) -> dict[str, str]:
    if error is None:
        return {}
    told = form_errors(error, field="achievement_url")
    return {"achievement" if name in ("requirement", "requirement_kind") else name: each for name, each in told.items()}


def _to_list(organisation_id: str) -> ResponseReturnValue:
    return redirect(url_for("equivalences.rules", organisation_id=organisation_id), 303)
