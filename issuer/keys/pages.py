"""Keys for the administrators of an organisation: what there is, and the ordinary change of one.

What is done in an emergency (a key that signs at once, a compromise) is for whoever runs the service: `flask keys`.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _

from issuer import organisations
from issuer.access import authorise, current_actor, requires
from issuer.base.db import utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.keys import keystore, life
from issuer.models import Organisation, SigningKey

pages = Blueprint("signing_keys", __name__)


@pages.get("/admin/organisations/<organisation_id>/keys")
@requires("organisation.administer")
def list_keys(organisation_id: str) -> ResponseReturnValue:
    place = _organisation(organisation_id)
    keys = keystore.keys_of(place)
    rows = [(purpose_words(key.purpose), state_words(key), key.kid) for key in keys]
    changeable = [(key, purpose_words(key.purpose)) for key in keys if _can_be_rotated(key)]
    overdue = [purpose_words(key.purpose) for key in keys if life.is_overdue(key, now=utc_now())]
    return render_template("issuer/keys.html", organisation=place, rows=rows, changeable=changeable, overdue=overdue)


@pages.get("/admin/organisations/<organisation_id>/keys/<kid>/rotate")
@requires("organisation.administer")
def confirm_rotation(organisation_id: str, kid: str) -> ResponseReturnValue:
    """What a rotation does, before it is begun."""
    place = _organisation(organisation_id)
    key = _key(place, kid)
    if not _can_be_rotated(key):
        return _to_keys(place)
    begins = utc_now() + life.LEAD
    words = {"purpose": purpose_words(key.purpose), "begins": format_datetime(begins, "long")}
    return render_template("issuer/key_rotation.html", organisation=place, key=key, **words)


@pages.post("/admin/organisations/<organisation_id>/keys/<kid>/rotate")
@requires("organisation.administer")
def rotate(organisation_id: str, kid: str) -> ResponseReturnValue:
    place = _organisation(organisation_id)
    try:
        life.rotate(_key(place, kid), actor=current_actor().public_id, now=utc_now())
    except Conflict:
        flash(_("Nothing was changed: this key is being replaced already, or signs no more."), "warning")
    else:
        flash(_("The new key is published. It signs from tomorrow on; until then the old one does."), "success")
    return _to_keys(place)


def purpose_words(purpose: str) -> str:
    """What a key is for, for people."""
    words = {
        keystore.BADGE_PROOF: _("Badges"),
        keystore.BADGE_JWT: _("Badges as tokens (JWT)"),
        keystore.STATUS_LIST: _("Lists of withdrawn badges"),
        keystore.CREDENTIAL_PROOF: _("Other credentials"),
        keystore.DID_HISTORY: _("History of the list of keys"),
    }
    return str(words.get(purpose, purpose))


def state_words(key: SigningKey) -> str:
    """What a key does now, for people."""
    if key.state == "announced" and key.activates_at is not None:
        return str(_("Published; signs from %(moment)s on", moment=format_datetime(key.activates_at, "long")))
    if key.state == "compromised" and key.compromised_since is not None:
        day = format_date(key.compromised_since, "long")
        return str(_("Compromised since %(day)s: it proves nothing any more", day=day))
    if key.state == "retired" and key.retired_at is not None:
        day = format_date(key.retired_at, "long")
        return str(_("Retired on %(day)s; what it signed stays valid", day=day))
    return str(_("Signs now"))


def _can_be_rotated(key: SigningKey) -> bool:
    return key.state == "active" and life.successor_of(key) is None


def _organisation(public_id: str) -> Organisation:
    place = organisations.get(public_id)
    authorise("organisation.administer", place.id)
    return place


def _key(place: Organisation, kid: str) -> SigningKey:
    """A key of this organisation. Raises NotFound, also for somebody else's."""
    key = life.find_key(kid)
    if key.organisation_id != place.id:
        raise NotFound("no_such_key", f"There is no key {kid}.")
    return key


def _to_keys(place: Organisation) -> ResponseReturnValue:
    return redirect(url_for("signing_keys.list_keys", organisation_id=place.public_id), 303)
