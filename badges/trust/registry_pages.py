"""Pages on which administrators look at registries of issuers, import them, and see how they stand."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.public_names import shaped
from badges.revoking.asking import asking_account
from badges.trust import registries, registry_sources
from badges.trust.asking import place_of
from badges.trust.pages import as_text, form_errors, sent_file
from badges.trust.registries import Changes
from badges.trust.registry_sources import Source
from badges.trust.taking_over import looked_at
from badges.trust.wording import form_words, kind_words, person_words, registry_words
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid, Malformed, ServiceError, TooLarge, Unavailable
from issuer.base.paging import USUAL
from issuer.models import Organisation
from issuer.policy import permits

pages = Blueprint("trust_registries", __name__, url_prefix="/admin/organisations/<organisation_id>/trust/registries")

SHOWN = 20
FIELDS = ("name", "address", "anchor_key")
REFUSALS = (Conflict, Invalid, Malformed, TooLarge, Unavailable)


@pages.get("")
@requires("trust.read")
def registries_list(organisation_id: str) -> ResponseReturnValue:
    return _page(place_of(organisation_id, "trust.read"))


@pages.post("")
@requires("trust.edit")
def import_registry(organisation_id: str) -> ResponseReturnValue:
    """Look first; then take over exactly what was looked at."""
    place, now = place_of(organisation_id), utc_now()
    data = sent_file("file", "content")
    form = request.form
    try:
        given = _source(data)
        if form.get("do") != "import":
            return _page(place, content=as_text(data), changes=registries.look(given, now=now))
        listing = looked_at(given, seen=form.get("seen"), now=now)
        registries.import_listing(
            place, form.get("name", ""), listing, address=given.address, by=asking_account(), now=now
        )
    except REFUSALS as error:
        return _page(place, content=as_text(data), error=error)
    flash(_("The registry is imported. Its issuers are known to you from now on."), "success")
    return redirect(url_for("trust_registries.registries_list", organisation_id=place.public_id), 303)


@pages.get("/<registry_id>")
@requires("trust.read")
def registry(organisation_id: str, registry_id: str) -> ResponseReturnValue:
    """What it lists, and how it stands."""
    place = place_of(organisation_id, "trust.read")
    found = registries.find(place, shaped(registry_id))
    after = request.args.get("after", "0")
    place_after = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    issuers, following = registries.issuers_of(found, limit=USUAL, after=place_after)
    return render_template(
        "badges/trust_registry.html",
        organisation=place,
        registry=found,
        standing=registry_words(found),
        form_words=form_words(found.form),
        added_by=person_words(found.added_by),
        count=registries.count_issuers(found),
        issuers=issuers,
        following=following,
        kind_words=kind_words,
        may_edit=permits(current_actor(), "trust.edit", organisation_id=place.id),
    )


@pages.post("/<registry_id>/refresh")
@requires("trust.edit")
def refresh(organisation_id: str, registry_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    found = registries.find(place, shaped(registry_id))
    trouble = registries.refresh(
        found.id, by=asking_account(), now=utc_now(), seconds=registry_sources.WHILE_SOMEBODY_WAITS
    )
    if trouble:
        flash(_("It could not be read, and stays as it was: %(trouble)s", trouble=trouble), "error")
    else:
        flash(_("The registry was read again."), "success")
    return redirect(url_for(".registry", organisation_id=organisation_id, registry_id=registry_id), 303)


@pages.post("/<registry_id>/remove")
@requires("trust.edit")
def remove(organisation_id: str, registry_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    registries.remove(registries.find(place, shaped(registry_id)), by=asking_account())
    flash(_("The registry is removed. Its issuers are not known to you by it any more."), "success")
    return redirect(url_for(".registries_list", organisation_id=organisation_id), 303)


def _source(data: bytes) -> Source:
    address = request.form.get("address", "")
    return registry_sources.source(
        address=address,
        data=data if data.strip() else None,
        anchor_key=request.form.get("anchor_key", ""),
    )


def _page(
    place: Organisation,
    *,
    content: str = "",
    changes: Changes | None = None,
    error: ServiceError | None = None,
) -> ResponseReturnValue:
    shown = render_template(
        "badges/trust_registries.html",
        organisation=place,
        rows=[(each, count, registry_words(each)) for each, count in registries.all_of(place)],
        form={name: request.form.get(name, "") for name in FIELDS},
        content=content,
        changes=changes,
        sample=changes.added[:SHOWN] if changes else (),
        kind_words=kind_words,
        form_words=form_words,
        errors=_errors(error),
        may_edit=permits(current_actor(), "trust.edit", organisation_id=place.id),
    )
    return shown, 422 if error else 200


def _errors(error: ServiceError | None) -> dict[str, str]:
    """What is wrong with a registry itself stands where it was named."""
    found = form_errors(error, field="address") if error is not None else {}
    return {"address" if name == "registry" else name: told for name, told in found.items()}
