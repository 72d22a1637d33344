"""Saving the receipt of a check that was just made."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from badges.receipts import making, paper
from badges.receipts.holding import held
from issuer import limits
from issuer.access import requires
from issuer.base.errors import Invalid

pages = Blueprint("receipts", __name__)

FORMS = {"json": "application/json", "pdf": "application/pdf"}


@pages.post("/verify/receipt")
@requires("verify")
def save() -> ResponseReturnValue:
    """Sign the report that the form carries, and hand it over as a file; nothing of it is kept."""
    limits.spend("verifying", limits.client_address())
    form = request.form.get("form", "")
    if form not in FORMS:
        raise Invalid("unknown_form", _("A receipt is saved as JSON or as PDF."))
    receipt = making.sign(held(request.form.get("held", "")))
    body = making.as_file(receipt) if form == "json" else paper.as_pdf(receipt)
    response = Response(body, mimetype=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="rosette-receipt-{receipt.receipt_id}.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response
