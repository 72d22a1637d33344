"""What a checked badge proves and what it does not, in plain words."""

from __future__ import annotations

from badges.verification.report import RECEIPT, Finding, Outcome, Report
from badges.verification.wording.speech import _

GENUINE = frozenset(
    {
        *(Finding.VALID, Finding.ISSUER_NOT_KNOWN, Finding.EXPIRED, Finding.NOT_YET_VALID),
        *(Finding.SUSPENDED, Finding.REVOKED, Finding.SUPERSEDED),
    }
)
"""What may be said of something that its issuer really made."""


def proves_of(report: Report) -> tuple[str, ...]:
    """What follows from the checks that passed; empty when nothing does. The maker of a receipt is not the issuer."""
    if report.facts is None:
        return ()
    passed = {check.name for check in report.checks if check.outcome is Outcome.PASS}
    issuer = report.facts.issuer_name
    said = []
    if "signature" in passed:
        said.append(_("Nobody has changed it since it was signed."))
    if report.kind == RECEIPT and report.finding in GENUINE and "issuer" in passed:
        said.append(_("The service that signed it checked the badge at the time it names, and found what it says."))
    elif report.finding in GENUINE and "issuer" in passed and issuer:
        said.append(_("It comes from %(issuer)s, which says so with its own key.", issuer=issuer))
    if "period" in passed and "status" in passed:
        said.append(_("At the time of this check it was in force."))
    if "recipient" in passed:
        said.append(_("It was made out to whom you asked about."))
    return tuple(said)


def limits_of(report: Report) -> tuple[str, ...]:
    """What the check does not tell, however good its outcome."""
    if report.facts is None:
        return (
            _(
                "A check that fails or cannot be made says nothing about the person: a copy may be damaged, and a"
                " host may be out of reach."
            ),
        )
    if report.kind == RECEIPT:
        return (
            _("Not that the badge is as good today: check the badge itself."),
            _("Not who made the badge: that is what the service found, and you take its word for it."),
        )
    said = []
    recipient = report.check("recipient")
    if recipient is None or recipient.outcome is not Outcome.PASS:
        said.append(_("Not that the person in front of you is the one it names: compare the name with a document."))
    else:
        said.append(_("Not that the person in front of you is that person: compare the name with a document."))
    status = report.check("status")
    if status is None or status.outcome is Outcome.NOT_APPLICABLE:
        said.append(_("Not whether the issuer would still stand by it: it keeps no list of withdrawn badges."))
    said.append(_("Not how good the issuer's assessment was: read how it was earned, and judge that."))
    said.append(_("Not what the person can do today: it says what was shown at that time."))
    return tuple(said)
