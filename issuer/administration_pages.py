"""Pages for the administrators of an organisation: its profile, its members, the audit record."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from issuer import audit_reading, identity, members, organisations
from issuer.access import authorise, current_actor, requires
from issuer.base import audit
from issuer.base.errors import Conflict, Invalid
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences
from issuer.models import ROLES, Membership, Organisation

pages = Blueprint("administration", __name__)


@pages.get("/admin")
@requires("organisation.administer")
def home() -> ResponseReturnValue:
    return render_template("issuer/administration.html", organisations=_administered())


@pages.get("/admin/organisations/<organisation_id>")
@requires("organisation.administer")
def organisation(organisation_id: str) -> ResponseReturnValue:
    return _profile_page(_organisation(organisation_id))


@pages.post("/admin/organisations/<organisation_id>")
@requires("organisation.administer")
def edit_organisation(organisation_id: str) -> ResponseReturnValue:
    place = _organisation(organisation_id)
    fields = {name: request.form.get(name, "") for name in ("name", "url", "email", "description")}
    try:
        organisations.edit(place, **fields, actor=current_actor().public_id)
    except Invalid as error:
        return _profile_page(place, error)
    flash(_("The profile is saved. The next badges carry it."), "success")
    return redirect(url_for("administration.organisation", organisation_id=organisation_id), 303)


@pages.get("/admin/organisations/<organisation_id>/members")
@requires("organisation.administer")
def list_members(organisation_id: str) -> ResponseReturnValue:
    return _members_page(_organisation(organisation_id))


@pages.post("/admin/organisations/<organisation_id>/members")
@requires("organisation.administer")
def add_member(organisation_id: str) -> ResponseReturnValue:
    place, form = _organisation(organisation_id), request.form
    try:
        members.add(place, form.get("email", ""), form.getlist("roles"), actor=current_actor().public_id)
    except Invalid as error:
        return _members_page(place, error)
    except Conflict as error:
        return _not_done(place, error)
    flash(_("The person was added and gets a mail."), "success")
    return _to_members(place)


@pages.post("/admin/organisations/<organisation_id>/members/<account_id>/roles")
@requires("organisation.administer")
def change_roles(organisation_id: str, account_id: str) -> ResponseReturnValue:
    place = _organisation(organisation_id)
    membership = members.find(place, account_id)
    try:
        organisations.change_roles(membership, request.form.getlist("roles"), actor=current_actor().public_id)
    except (Conflict, Invalid) as error:
        return _not_done(place, error)
    _stay_signed_in(membership)
    flash(_("The roles are changed."), "success")
    return _to_members(place)


@pages.post("/admin/organisations/<organisation_id>/members/<account_id>/remove")
@requires("organisation.administer")
def remove_member(organisation_id: str, account_id: str) -> ResponseReturnValue:
    """The person can do nothing more here; badges earned stay."""
    place = _organisation(organisation_id)
    membership = members.find(place, account_id)
    try:
        organisations.leave(membership, actor=current_actor().public_id)
    except Conflict as error:
        return _not_done(place, error)
    _stay_signed_in(membership)
    flash(_("The person is no longer a member. Badges already earned stay."), "success")
    return _to_members(place)


@pages.get("/admin/audit", endpoint="audit")
@requires("audit.read")
def audit_record() -> ResponseReturnValue:
    report = audit.verify_chain() if request.args.get("check") else None
    entries = audit_reading.newest([place.id for place in _administered()])
    return render_template("issuer/audit.html", entries=entries, report=report)


def _administered() -> list[Organisation]:
    roles = current_actor().roles
    return organisations.with_ids([place for place, held in roles.items() if "administrator" in held])


def _organisation(public_id: str) -> Organisation:
    place = organisations.get(public_id)
    authorise("organisation.administer", place.id)
    return place


def _profile_page(place: Organisation, error: Invalid | None = None) -> ResponseReturnValue:
    errors = error_sentences(error) if error else {}
    return render_template("issuer/organisation.html", organisation=place, errors=errors), 422 if error else 200


def _members_page(place: Organisation, error: Invalid | None = None) -> ResponseReturnValue:
    page = render_template(
        "issuer/members.html",
        organisation=place,
        page=members.page(place, limit=USUAL, after=request.args.get("after")),
        roles=_roles_in_words(),
        errors=error_sentences(error) if error else {},
    )
    return page, 422 if error else 200


def _roles_in_words() -> list[tuple[str, str]]:
    words = {
        "administrator": _("Administrator"),
        "author": _("Author"),
        "assessor": _("Assessor"),
        "learner": _("Learner"),
    }
    return [(role, words[role]) for role in ROLES]


def _stay_signed_in(membership: Membership) -> None:
    """Whose rights change is signed out everywhere; who changed the own rights gets a new session here."""
    if membership.account_id == current_actor().account_id:
        identity.enter(membership.account)


def _not_done(place: Organisation, error: Conflict | Invalid) -> ResponseReturnValue:
    flash(error.detail, "error")
    return _to_members(place)


def _to_members(place: Organisation) -> ResponseReturnValue:
    return redirect(url_for("administration.list_members", organisation_id=place.public_id), 303)
