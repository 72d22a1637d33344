"""Pages on which administrators keep their organisation's trust list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.public_names import shaped
from badges.revoking.asking import asking_account
from badges.revoking.criteria import read_moment
from badges.trust import lists, tables
from badges.trust.asking import place_of
from badges.trust.lists import Entry
from badges.trust.models import TrustedIssuer
from badges.trust.naming import KINDS
from badges.trust.wording import kind_words, period_words, person_words
from issuer.access import current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, Invalid, Malformed, ServiceError, TooLarge
from issuer.base.paging import USUAL
from issuer.identity_pages import error_sentences
from issuer.models import Organisation
from issuer.policy import permits

pages = Blueprint("trust", __name__, url_prefix="/admin/organisations/<organisation_id>/trust")

FIELDS = ("kind", "issuer", "name", "note", "since", "until")


@pages.get("")
@requires("trust.read")
def issuers(organisation_id: str) -> ResponseReturnValue:
    return _list_page(place_of(organisation_id, "trust.read"))


@pages.post("")
@requires("trust.edit")
def add(organisation_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    try:
        lists.add(place, _wanted(), by=asking_account())
    except (Conflict, Invalid, TooLarge) as error:
        return _list_page(place, error)
    flash(_("You trust this issuer from now on."), "success")
    return _to_list(place)


@pages.get("/issuers/<entry_id>")
@requires("trust.edit")
def issuer(organisation_id: str, entry_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    return _entry_page(place, lists.find(place, shaped(entry_id)))


@pages.post("/issuers/<entry_id>")
@requires("trust.edit")
def edit(organisation_id: str, entry_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    entry = lists.find(place, shaped(entry_id))
    try:
        lists.edit(entry, _wanted(), by=asking_account())
    except (Conflict, Invalid) as error:
        return _entry_page(place, entry, error)
    flash(_("The entry is changed."), "success")
    return _to_list(place)


@pages.post("/issuers/<entry_id>/remove")
@requires("trust.edit")
def remove(organisation_id: str, entry_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id)
    lists.remove(lists.find(place, shaped(entry_id)), by=asking_account())
    flash(_("The issuer is no longer on your list."), "success")
    return _to_list(place)


@pages.get("/import")
@requires("trust.edit")
def ask_for_list(organisation_id: str) -> ResponseReturnValue:
    return _import_page(place_of(organisation_id))


@pages.post("/import")
@requires("trust.edit")
def import_list(organisation_id: str) -> ResponseReturnValue:
    """Look first, as often as one likes; then take it over."""
    place = place_of(organisation_id)
    data = sent_file("file", "content")
    try:
        entries = tables.read_entries(data)
        if request.form.get("do") != "import":
            return _import_page(place, content=as_text(data), found=tables.compare(place, entries))
        found = tables.take_over(place, entries, by=asking_account())
    except (Invalid, Malformed, TooLarge) as error:
        return _import_page(place, content=as_text(data), error=error)
    counts = {"added": len(found.added), "changed": len(found.changed)}
    flash(_("Taken over: %(added)s new, %(changed)s changed.", **counts), "success")
    return _to_list(place)


@pages.get("/export.csv")
@requires("trust.read")
def export_csv(organisation_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id, "trust.read")
    return _file(tables.as_csv(lists.all_of(place)), "text/csv", f"trust-{place.slug}.csv")


@pages.get("/export.json")
@requires("trust.read")
def export_json(organisation_id: str) -> ResponseReturnValue:
    place = place_of(organisation_id, "trust.read")
    return _file(tables.as_json(lists.all_of(place)), "application/json", f"trust-{place.slug}.json")


def sent_file(file: str, text: str) -> bytes:
    """The file if one was sent, else the text of the form."""
    sent = request.files.get(file)
    if sent is not None and sent.filename:
        return bytes(sent.read())
    return request.form.get(text, "").encode("utf-8", "surrogatepass")


def as_text(data: bytes) -> str:
    """What was sent, to stand in the form again."""
    return data.decode("utf-8", "replace")


def form_errors(error: ServiceError, *, field: str) -> dict[str, str]:
    """Field -> sentence; what belongs to no field of the form stands at ``field``."""
    if not isinstance(error, Invalid):
        return {field: str(error.detail)}
    return {field if name in ("form", "subject") else name: told for name, told in error_sentences(error).items()}


def _wanted() -> Entry:
    form = request.form
    return lists.entry(
        kind=form.get("kind", ""),
        subject=form.get("issuer", ""),
        name=form.get("name", ""),
        note=form.get("note", ""),
        since=read_moment(form.get("since", "").strip(), field="since", end=False),
        until=read_moment(form.get("until", "").strip(), field="until", end=True),
    )


def _list_page(place: Organisation, error: ServiceError | None = None) -> ResponseReturnValue:
    page = lists.page(place, limit=USUAL, after=request.args.get("after"))
    now = utc_now()
    shown = render_template(
        "badges/trust.html",
        organisation=place,
        page=page,
        rows=[(entry, period_words(entry, now=now), person_words(entry.added_by)) for entry in page.items],
        count=lists.count(place),
        kinds=_kinds(),
        kind_words=kind_words,
        form=_form(),
        errors=form_errors(error, field="issuer") if error else {},
        may_edit=permits(current_actor(), "trust.edit", organisation_id=place.id),
    )
    return shown, 422 if error else 200


def _entry_page(place: Organisation, entry: TrustedIssuer, error: ServiceError | None = None) -> ResponseReturnValue:
    shown = render_template(
        "badges/trust_issuer.html",
        organisation=place,
        entry=entry,
        added_by=person_words(entry.added_by),
        kinds=_kinds(),
        form=_form() if error else _as_form(entry),
        errors=form_errors(error, field="issuer") if error else {},
    )
    return shown, 422 if error else 200


def _import_page(
    place: Organisation,
    *,
    content: str = "",
    found: tables.Import | None = None,
    error: ServiceError | None = None,
) -> ResponseReturnValue:
    shown = render_template(
        "badges/trust_import.html",
        organisation=place,
        content=content,
        found=found,
        kind_words=kind_words,
        columns=", ".join(tables.COLUMNS),
        errors=form_errors(error, field="file") if error else {},
        rows_wrong=error.fields.get("file", []) if error else [],
    )
    return shown, 422 if error else 200


def _kinds() -> list[tuple[str, str]]:
    return [(kind, kind_words(kind)) for kind in KINDS]


def _form() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _as_form(entry: TrustedIssuer) -> dict[str, Any]:
    last = entry.until - timedelta(microseconds=1) if entry.until else None
    return {
        "kind": entry.kind,
        "issuer": entry.subject,
        "name": entry.name,
        "note": entry.note,
        "since": f"{entry.since:%Y-%m-%d}" if entry.since else "",
        "until": f"{last:%Y-%m-%d}" if last else "",
    }


def _file(text: str, media_type: str, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(text, mimetype=media_type, headers={"Content-Disposition": disposition})


def _to_list(place: Organisation) -> ResponseReturnValue:
    return redirect(url_for("trust.issuers", organisation_id=place.public_id), 303)
