"""A badge as a certificate on one sheet of A4: to be printed, filed and read aloud, with the signed badge attached.

It is in the language of the achievement, whoever asks, so the same badge is the same bytes as long as it counts. What
is on it stands in the credential that is attached, except for the code, and for what has become of the badge since it
was signed; the paper itself proves nothing, and says where to check.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from badges import artwork
from badges.award_facts import badge_url
from badges.awards import Standing, standing_of
from badges.documents.certificate_sheet import EDGE, SANS, CertificateSheet
from badges.models import Award
from badges.receipts.sheet import MUTED
from badges.sharing.human_codes import written
from badges.sharing.models import SignedForm
from badges.showcase import shown_issuer
from issuer.base.db import utc_now
from issuer.base.languages import LANGUAGES
from issuer.crypto.strict_json import load_object

FILE_NAME = "badge.json"
DISC = 60.0
DISC_BESIDE_NEWS = 50.0
NEWS = (150, 30, 20)
PRINTED = 1200
CODE_SIZE = 42.0
CODE_TOP = 226.0
NAME_SIZES = (34, 30, 26, 22, 18)
HOLDER_SIZES = (28, 24, 20, 16)
DESCRIPTION_SIZE = 10.0
MOST_LINES = 3
MOST_SKILLS = 3


def certificate_of(award: Award, form: SignedForm) -> bytes:
    """The PDF of a signed badge as ``form`` presents it."""
    written_in = award.achievement_version.language
    spoken = written_in.partition("-")[0]
    language = spoken if spoken in LANGUAGES else LANGUAGES[0]
    with force_locale(language):
        return _printed(award, form, language=language, written_in=written_in)


def holder_in(credential: Mapping[str, Any]) -> str:
    """The name that a credential gives its subject, or ""."""
    identifiers = credential["credentialSubject"].get("identifier", [])
    names = [each["identityHash"] for each in identifiers if each.get("identityType") == "name" and not each["hashed"]]
    return str(names[0]) if names else ""


def _printed(award: Award, form: SignedForm, *, language: str, written_in: str) -> bytes:
    said = load_object(form.document)
    holder = holder_in(said)
    title = f"{said['name']} – {holder}" if holder else said["name"]
    sheet = CertificateSheet(language=language, title=title, made=form.signed_at.replace(microsecond=0))
    version = award.achievement_version
    sheet.set_y(25)
    news = _what_became_of(award)
    if news:
        sheet.line_of(news, size=13, colour=NEWS)
        sheet.ln(3)
    described = version.image_alt or _("The rosette of %(name)s", name=version.name)
    drawn = artwork.png_of(version, size=PRINTED) if version.picture else artwork.drawing_of(version)
    sheet.picture(drawn, size=DISC_BESIDE_NEWS if news else DISC, words=described)
    # What was written in another language than the certificate's own is read out in its own.
    foreign = written_in if written_in.partition("-")[0] != language else ""
    _statement(sheet, said, holder, language=foreign)
    _skills(sheet, said, language=foreign)
    _issued(sheet, award, form)
    _how_to_check(sheet, award)
    _attach(sheet, form)
    return sheet.finished()


def _what_became_of(award: Award) -> str:
    """Why the badge does not count on the day on which the paper is made; "" while it does."""
    match standing_of(award, now=utc_now()):
        case Standing.REVOKED:
            return str(_("This badge was withdrawn. It does not count any more."))
        case Standing.SUSPENDED:
            return str(_("This badge is suspended. It does not count for now."))
        case Standing.EXPIRED:
            return str(_("This badge has expired."))
    return ""


def _statement(sheet: CertificateSheet, said: Mapping[str, Any], holder: str, *, language: str) -> None:
    sheet.ln(5)
    if holder:
        sheet.fitted(holder, sizes=HOLDER_SIZES, most_lines=2)
        sheet.ln(2)
        sheet.line_of(_("has been awarded"), size=11, colour=MUTED)
    else:
        sheet.line_of(_("The holder of this badge has been awarded"), size=11, colour=MUTED)
    sheet.ln(3)
    sheet.fitted(said["name"], role="H1", sizes=NAME_SIZES, most_lines=2, language=language)
    sheet.ln(4)
    described = sheet.cut(said["description"], face=SANS, size=DESCRIPTION_SIZE, most_lines=MOST_LINES)
    sheet.line_of(described, size=DESCRIPTION_SIZE, language=language)


def _skills(sheet: CertificateSheet, said: Mapping[str, Any], *, language: str) -> None:
    """The skills that the badge stands for, by name: the first few, one line each."""
    names = [each["targetName"] for each in said["credentialSubject"]["achievement"].get("alignment", [])]
    if not names:
        return
    sheet.ln(3)
    sheet.line_of(_("Skills"), size=9, colour=MUTED)
    sheet.ln(0.5)
    shown = [sheet.cut(name, face=SANS, size=DESCRIPTION_SIZE, most_lines=1) for name in names[:MOST_SKILLS]]
    sheet.items(shown, size=DESCRIPTION_SIZE, language=language)
    if len(names) > MOST_SKILLS:
        rest = len(names) - MOST_SKILLS
        sheet.line_of(ngettext("and %(num)s more skill", "and %(num)s more skills", rest), size=9, colour=MUTED)


def _issued(sheet: CertificateSheet, award: Award, form: SignedForm) -> None:
    issuer = shown_issuer(award.achievement_version.achievement.organisation)
    sheet.ln(6)
    by = _("Issued by %(issuer)s", issuer=issuer.name)
    sheet.line_of(sheet.cut(by, face=SANS, size=13, most_lines=2), size=13)
    sheet.ln(1)
    sheet.line_of(issuer.domain, size=10, colour=MUTED)
    sheet.ln(4)
    sheet.line_of(_("Awarded on %(day)s", day=format_date(form.valid_from, "long")), size=11)
    sheet.ln(1)
    if form.valid_until is None:
        until = _("It does not expire")
    else:
        until = _("Valid until %(day)s", day=format_date(form.valid_until, "long"))
    sheet.line_of(until, size=11)


def _how_to_check(sheet: CertificateSheet, award: Award) -> None:
    address, left, top = badge_url(award), EDGE + CODE_SIZE + 6, max(CODE_TOP, sheet.get_y() + 7)
    sheet.set_y(top - 3)
    sheet.rule()
    sheet.set_y(top)
    sheet.code(address, size=CODE_SIZE, words=_("QR code of the page of this badge: %(address)s", address=address))
    sheet.set_y(top + 4)
    sheet.fact(
        _("Check it here: the page also says whether the badge still counts."), address, left=left, address=address
    )
    sheet.fact(_("Its code, to read out or type in:"), written(award.code), left=left)
    sheet.note(
        _(
            "This paper proves nothing by itself. The signed badge is attached to the file, as %(name)s.",
            name=FILE_NAME,
        ),
        left=left,
    )
    if not sheet.is_exact:
        sheet.note(_("Some names have letters that this paper cannot show. They stand exactly in it."), left=left)


def _attach(sheet: CertificateSheet, form: SignedForm) -> None:
    signed = form.signed_at.replace(microsecond=0)
    sheet.embed_file(
        bytes=form.document,
        basename=FILE_NAME,
        modification_date=signed,
        creation_date=signed,
        mime_type="application/vc+ld+json",
        desc=_("The same badge for programs, signed"),
        associated_file_relationship="SOURCE",
    )
