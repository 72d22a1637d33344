"""What to do with an answer, for whoever has to decide something."""

from __future__ import annotations

from badges.verification.report import Finding, Report, Verdict
from badges.verification.wording.speech import _


def advice_of(report: Report) -> str:
    """What to do now; "" when there is nothing to do."""
    if report.finding is Finding.NOT_A_BADGE:
        return _instead(report)
    if report.kind == "receipt" and report.finding is Finding.VALID:
        return _("It says what was found at the time it names. For today, check the badge itself.")
    if report.finding is Finding.ISSUER_NOT_KNOWN and report.check("hosted") is not None:
        return _(
            "The issuer's own host says the same. Look at its address below: is it an organisation that you know, at"
            " the address that you know?"
        )
    if report.finding is Finding.COULD_NOT_CHECK and report.verdict is Verdict.INVALID:
        return _("Do not rely on it. To learn whether it is genuine, try again in a few minutes, or ask the issuer.")
    return _by_finding()[report.finding]


def _by_finding() -> dict[Finding, str]:
    return {
        Finding.VALID: "",
        Finding.ISSUER_NOT_KNOWN: _(
            "The signature is good, and the key belongs to the issuer. Look at the issuer's address below: is it an"
            " organisation that you know, at the address that you know?"
        ),
        Finding.ISSUER_UNPROVEN: _(
            "Anybody can make a key and write any name beside it. Ask the issuer named in it, through an address that"
            " you know already, or ask the holder for a copy that the issuer hosts."
        ),
        Finding.EXPIRED: _("It was good until that day. Ask the holder whether it has been renewed."),
        Finding.NOT_YET_VALID: _("Check it again after that day."),
        Finding.SUSPENDED: _("Do not count on it until then. The issuer can say more."),
        Finding.REVOKED: _("Do not rely on it. Whoever wants to know more asks the issuer or the holder."),
        Finding.SUPERSEDED: _("Ask the holder for the new copy, and check that."),
        Finding.ALTERED: _(
            "Do not rely on it. A file can be damaged on its way: ask the holder for it as it was issued, or for the"
            " address of its page."
        ),
        Finding.NOT_VALID: _("Do not rely on it. Ask the holder for it as it was issued, or ask the issuer."),
        Finding.COULD_NOT_CHECK: _(
            "Nothing speaks for it or against it until all checks can be made. Try again in a few minutes; if it stays"
            " so, ask the issuer."
        ),
    }


def _instead(report: Report) -> str:
    """What to hand in instead."""
    failure = report.failure()
    code = failure.code if failure is not None else ""
    hints = {
        "too_large": _(
            "A badge is a few kilobytes, with its picture at most a few megabytes. Hand in the badge alone."
        ),
        "pixel_limit": _("Hand in the picture in the size in which it was issued."),
        "bad_image": _(
            "Ask the holder for the picture as it was issued: copies and screenshots lose the badge inside."
        ),
        "ambiguous_bake": _("Ask the holder for the picture as it was issued, with one badge inside."),
        "unsupported_type": _("Ask whoever gave it to you for the badge that it is meant to be."),
    }
    default = _(
        "Paste the address of the badge's page, or choose the file as it was issued: JSON, JWT, a picture (PNG, SVG) or"
        " a PDF with the badge inside. A screenshot or a plain certificate has no badge inside."
    )
    return hints.get(code, default)
