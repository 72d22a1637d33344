"""A receipt as a PDF: the answer, what it is about, the checks, and a QR code to check the paper by.

The same receipt is always the same bytes. The text is real text, the language is named, the picture has words, and the
JSON receipt is attached: whoever hands in the PDF hands in the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _

from badges.documents.rosette import SERVICE_IDENTITY, draw_rosette
from badges.receipts.making import Receipt, as_file
from badges.receipts.sheet import WIDTH, Sheet
from badges.verification.report import Finding
from badges.verification.wording.findings import KINDS
from badges.verification.wording.questions import title_of

FILE_NAME = "receipt.json"
MARK_SIZE = 30.0
CODE_SIZE = 52.0


def as_pdf(receipt: Receipt) -> bytes:
    """The receipt on paper; its words in the language of the reader, what was found in that of the check."""
    claims = receipt.claims
    made = datetime.fromtimestamp(claims["iat"], UTC)
    service = claims["service"]
    sheet = Sheet(
        language=str(claims["language"]),
        title=_("Receipt of a check"),
        made=made,
        foot=_("Receipt %(number)s of %(service)s", number=receipt.receipt_id, service=service["url"]),
    )
    mark = draw_rosette(SERVICE_IDENTITY, monogram="R", level=1, title="Rosette")
    sheet.mark(mark, size=MARK_SIZE, words=_("The rosette of this service"))
    _head(sheet, claims, made)
    _subject(sheet, claims)
    _checks(sheet, claims["checks"])
    _behind(sheet, claims)
    sheet.code(receipt.address, size=CODE_SIZE, words=_how_to_check(service["url"]))
    if not sheet.is_exact:
        sheet.paragraph(_exact_words(), size=9, muted=True)
    sheet.embed_file(
        bytes=as_file(receipt),
        basename=FILE_NAME,
        modification_date=made,
        creation_date=made,
        mime_type="application/json",
        desc=_("The same receipt for programs, signed"),
        associated_file_relationship="SOURCE",
    )
    return bytes(sheet.output())


def _head(sheet: Sheet, claims: Mapping[str, Any], made: datetime) -> None:
    beside = WIDTH - MARK_SIZE - 6
    service = claims["service"]
    sheet.set_y(22)
    sheet.heading(_("Receipt of a check"), size=24, width=beside)
    when = _("Checked on %(moment)s UTC by %(service)s", moment=f"{made:%Y-%m-%d %H:%M:%S}", service=service["url"])
    sheet.paragraph(when, width=beside, muted=True)
    sheet.set_y(max(sheet.get_y() + 8, 22 + MARK_SIZE + 4))
    finding = Finding(claims["finding"])
    sheet.answer(_mark(claims["verdict"]), str(claims["sentence"]), KINDS[finding])


def _mark(verdict: str) -> str:
    words = {
        "valid": _("Valid"),
        "invalid": _("Not valid"),
        "unknown": _("Could not be checked"),
        "unsupported": _("Not a badge"),
    }
    return str(words[verdict])


def _subject(sheet: Sheet, claims: Mapping[str, Any]) -> None:
    sheet.heading(_("What was checked"), size=14)
    sheet.ln(2)
    said = claims["credential"] or {}
    unnamed = _("The badge names nobody")
    if said:
        sheet.fact(_("Badge"), said["name"] or "–")
        sheet.fact(_("Awarded to"), said["holder"] or unnamed)
        sheet.fact(_("Issued by"), said["issuerName"] or "–")
        for label, name in ((_("Its number"), "id"), (_("The issuer's number"), "issuerId")):
            sheet.fact(label, said[name] or "–", is_code=True)
        if said["achievementId"]:
            sheet.fact(_("What was achieved"), said["achievementId"], is_code=True)
    else:
        sheet.paragraph(_("Nothing of what it says is shown here, because nothing vouches for it."), muted=True)
        sheet.ln(2)
    sheet.fact(_("SHA-256 of what was handed in"), claims["given"]["sha256"], is_code=True)
    if claims["given"]["documentSha256"]:
        sheet.fact(_("SHA-256 of the badge in it"), claims["given"]["documentSha256"], is_code=True)
    sheet.ln(4)


def _checks(sheet: Sheet, checks: Sequence[Mapping[str, Any]]) -> None:
    words = {
        "pass": _("Yes"),
        "warn": _("Look closely"),
        "fail": _("No"),
        "could-not-check": _("Could not be checked"),
        "not-applicable": _("Does not apply"),
    }
    sheet.heading(_("What was asked, and the answers"), size=14)
    sheet.ln(2)
    for check in checks:
        detail = [line for line in (check["sentence"], check["reason"], check["section"]) if line]
        sheet.finding(words[check["outcome"]], title_of(check["name"]), detail)
    sheet.ln(4)


def _behind(sheet: Sheet, claims: Mapping[str, Any]) -> None:
    service = claims["service"]
    if claims["statusLists"]:
        sheet.heading(_("Lists of withdrawn badges that were read"), size=14)
        sheet.ln(2)
        for source in claims["statusLists"]:
            sheet.fact(source["issuedAt"] or "–", f"{source['url']}\nSHA-256 {source['sha256']}", is_code=True)
        sheet.ln(4)
    sheet.fact(_("Receipt"), str(claims["jti"]), is_code=True)
    sheet.fact(_("Software"), f"{service['name']} {service['version']}")


def _how_to_check(url: str) -> tuple[str, ...]:
    return (
        _("Scan this to check the paper itself: does it say what was signed?"),
        _("It holds the answer, the names and the digest above, signed. The check needs no copy of this receipt."),
        _(
            "Or hand in this PDF at %(address)s: the whole receipt is attached to it.",
            address=f"{url}/verify",
        ),
        _(
            "This service has kept neither this receipt nor the badge. What it says was true when it was made; a badge"
            " may be withdrawn later."
        ),
    )


def _exact_words() -> str:
    return str(
        _("Some names have letters that this paper cannot show. They stand exactly in the file attached to this PDF.")
    )
