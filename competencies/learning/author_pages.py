"""The authors' page: every module, its state, and how hard its check is to guess."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from competencies.learning import authoring
from competencies.learning.catalog_state import states_for
from competencies.learning.pages import pages
from competencies.learning.publications import find_module
from issuer.access import authorise, current_actor, requires
from issuer.base.errors import Conflict, Invalid

__all__ = ["pages"]


@pages.get("/admin/catalog")
@requires("modules.edit")
def catalog_state() -> ResponseReturnValue:
    return render_template("competencies/catalog_state.html", modules=states_for(current_actor()))


@pages.post("/admin/catalog/<module_id>/state")
@requires("modules.edit")
def change_state(module_id: str) -> ResponseReturnValue:
    """Open, list or archive a module."""
    module = find_module(module_id)
    actor = authorise("modules.edit", module.organisation_id)
    change = authoring.CHANGES.get(request.form.get("state", ""))
    if change is None:
        raise Invalid("bad_state", gettext("Choose open, listed or archived."))
    try:
        change(module, actor=actor.public_id)
        flash(gettext("%(code)s is saved.", code=module.code), "success")
    except Conflict as error:
        flash(f"{module.code}: {error.detail}", "warning")
    return redirect(url_for("learning.catalog_state"), 303)
