"""The answer in one sentence, for somebody who will never read the checks; and why."""

from __future__ import annotations

import re

from flask_babel import format_date

from badges.verification.report import Check, Finding, Outcome, Report, Verdict
from badges.verification.wording.questions import thing_of
from badges.verification.wording.speech import _

KINDS = {
    Finding.VALID: "good",
    Finding.ISSUER_NOT_KNOWN: "warn",
    Finding.ISSUER_UNPROVEN: "warn",
    Finding.EXPIRED: "warn",
    Finding.NOT_YET_VALID: "warn",
    Finding.SUSPENDED: "warn",
    Finding.SUPERSEDED: "warn",
    Finding.REVOKED: "bad",
    Finding.ALTERED: "bad",
    Finding.NOT_VALID: "bad",
    Finding.COULD_NOT_CHECK: "unknown",
    Finding.NOT_A_BADGE: "neutral",
}

_SAYS_MORE = frozenset(
    {
        *(Finding.ISSUER_UNPROVEN, Finding.NOT_YET_VALID, Finding.SUSPENDED, Finding.REVOKED, Finding.SUPERSEDED),
        *(Finding.NOT_VALID, Finding.COULD_NOT_CHECK),
    }
)
_FUTURES = frozenset({"issuer_closed", "issuer_moving"})
_SAID_ALREADY = frozenset({"no_proof"})

_HOST = re.compile(r"\b(?:localhost|(?:[a-z0-9-]{1,63}\.){1,9}[a-z][a-z0-9-]{1,62})(?::\d{1,5})?\b", re.IGNORECASE)
_READ_OF_A_REASON = 500


def kind_of(report: Report) -> str:
    """The colour class that repeats the words: good, warn, bad, unknown, neutral."""
    said = report.check("said")
    if said is not None and said.outcome is Outcome.WARN:
        return "warn"
    return KINDS[report.finding]


def mark_of(report: Report) -> str:
    """The finding in one to four words, for a list or a small place."""
    marks = {
        Finding.VALID: _("Genuine and valid"),
        Finding.ISSUER_NOT_KNOWN: _("Genuine, issuer not known"),
        Finding.ISSUER_UNPROVEN: _("Not altered, issuer not proved"),
        Finding.EXPIRED: _("Genuine, expired"),
        Finding.NOT_YET_VALID: _("Genuine, not valid yet"),
        Finding.SUSPENDED: _("Genuine, suspended"),
        Finding.REVOKED: _("Withdrawn"),
        Finding.SUPERSEDED: _("An older copy"),
        Finding.ALTERED: _("Altered"),
        Finding.NOT_VALID: _("Not valid"),
        Finding.COULD_NOT_CHECK: _("Could not be checked"),
        Finding.NOT_A_BADGE: _("Not a badge"),
    }
    if report.check("said") is not None and report.verdict is Verdict.VALID:
        return _("A genuine receipt")
    if _unconfirmed(report):
        return _("Not confirmed by its issuer")
    return marks[report.finding]


def sentence_of(report: Report) -> str:
    """One sentence that answers: is it real, and does it still count? Of a receipt: what it said when it was made."""
    finding = report.finding
    if (said := report.check("said")) is not None and report.verdict is Verdict.VALID:
        return str(said.sentence)
    if finding is Finding.VALID:
        return _with_future(_valid(report), report)
    if finding in (Finding.ISSUER_NOT_KNOWN, Finding.ISSUER_UNPROVEN):
        return _with_future(_issuer_is_open(report), report)
    if finding is Finding.COULD_NOT_CHECK:
        return _could_not_check(report)
    if finding is Finding.NOT_A_BADGE:
        failure = report.failure()
        return str(failure.sentence) if failure is not None else _("This is not a badge.")
    if finding is Finding.NOT_VALID:
        return _not_valid(report)
    return _standing(report)


def more_of(report: Report) -> str:
    """The second sentence: what the check that decides says of it; "" when the first has said it all."""
    check = _deciding(report)
    if check is None or report.finding not in _SAYS_MORE or check.code in _SAID_ALREADY:
        return ""
    words = str(check.sentence)
    return "" if words in sentence_of(report) else words


def host_in(report: Report) -> str:
    """The host that did not answer, as far as the check that could not be made names one; "" otherwise."""
    check = _deciding(report)
    if check is None or report.finding is not Finding.COULD_NOT_CHECK:
        return ""
    found = _HOST.search(check.reason[:_READ_OF_A_REASON])
    return found.group(0) if found else ""


def _valid(report: Report) -> str:
    facts = report.facts
    if facts is None or not facts.issuer_name:
        return _("Genuine and valid.")
    if facts.holder:
        return _(
            "Genuine and valid. Issued by %(issuer)s to %(holder)s, and not changed since.",
            issuer=facts.issuer_name,
            holder=facts.holder,
        )
    return _("Genuine and valid. Issued by %(issuer)s, and not changed since.", issuer=facts.issuer_name)


def _with_future(sentence: str, report: Report) -> str:
    """What became of the issuer stands beside the answer: the badge is genuine all the same."""
    future = report.check("succession")
    return sentence if future is None or future.code not in _FUTURES else f"{sentence} {future.sentence}"


def _issuer_is_open(report: Report) -> str:
    """Not altered; the rest is whether its issuer is who it says, or somebody the reader knows."""
    issuer = report.facts.issuer_name if report.facts else ""
    if unconfirmed := _unconfirmed(report):
        return unconfirmed
    if report.finding is Finding.ISSUER_UNPROVEN:
        return _("Not altered, but only the badge itself says whose signature it bears.")
    if not issuer:
        return _("Genuine and not altered. Whether you know the issuer is for you to say.")
    return _("Genuine and not altered. Whether you know the issuer, %(issuer)s, is for you to say.", issuer=issuer)


def _unconfirmed(report: Report) -> str:
    """What is said of a hosted badge of which the issuer's copy was not read, as it may be altered; else ""."""
    hosted = report.check("hosted")
    unproven = report.finding is Finding.ISSUER_UNPROVEN and hosted is not None and hosted.code == "issuer_unproven"
    return str(hosted.sentence) if unproven and hosted is not None else ""


def _standing(report: Report) -> str:
    """What became of a genuine badge, or that it is not what was signed."""
    until = report.facts.valid_until if report.facts else None
    sentences = {
        Finding.EXPIRED: _("Genuine, but expired on %(day)s.", day=format_date(until, "long"))
        if until
        else _("Genuine, but expired."),
        Finding.NOT_YET_VALID: _("Genuine, but not valid yet."),
        Finding.SUSPENDED: _("Genuine, but suspended by its issuer."),
        Finding.REVOKED: _("Genuine once, but withdrawn by its issuer."),
        Finding.SUPERSEDED: _("An older copy of a genuine badge. The issuer has signed it again: save the new one."),
        Finding.ALTERED: _("Altered: this is not what the issuer signed."),
    }
    return sentences[report.finding]


def _could_not_check(report: Report) -> str:
    if report.verdict is Verdict.INVALID and (failure := report.failure()) is not None:
        return _(
            "Whether it is genuine could not be checked. Even if it is, it does not count: %(reason)s",
            reason=str(failure.sentence),
        )
    if host := host_in(report):
        return _("It could not be checked, because %(host)s did not answer. This says nothing against it.", host=host)
    return _("It could not be checked. This says nothing against it: try again later.")


def _not_valid(report: Report) -> str:
    check = _deciding(report)
    code = check.code if check is not None else ""
    sentences = {
        "key_compromised": _("Not to be relied on: the key that signed it was compromised."),
        "key_revoked": _("Not to be relied on: its issuer has revoked the key that signed it."),
        "no_proof": _("Not signed: it proves nothing."),
        "key_not_bound": _("Not from the issuer it names."),
        "key_not_found": _("Not from the issuer it names."),
        "never_issued": _("Not genuine: the issuer it names never issued this."),
        "award_unknown": _("Not genuine: the issuer it names never issued this."),
        "recipient_mismatch": _("It does not belong to whom you asked about."),
        "hosted_id_mismatch": _("Not genuine: it is not what its issuer publishes."),
    }
    if code in sentences:
        return sentences[code]
    return _("Not valid: %(reason)s", reason=str(check.sentence) if check is not None else thing_of(report.kind))


def _deciding(report: Report) -> Check | None:
    """The check that is worth saying first. That there is a newer copy helps more than what became of an old one; and
    what makes a badge worthless more than what is merely wrong with its form."""
    finding = report.finding
    if finding in (Finding.ISSUER_NOT_KNOWN, Finding.ISSUER_UNPROVEN):
        wanted = "issuer_unproven" if finding is Finding.ISSUER_UNPROVEN else "issuer_unknown"
        return next((check for check in report.checks if check.code == wanted), None)
    failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
    for found in (
        next((check for check in failed if check.code == finding.value), None),
        next(
            (check for check in failed if check.name in ("signature", "hosted", "issuer", "evidence", "recipient")),
            None,
        ),
    ):
        if found is not None and finding is not Finding.COULD_NOT_CHECK:
            return found
    if finding is Finding.COULD_NOT_CHECK:
        return next(check for check in report.checks if check.outcome is Outcome.COULD_NOT_CHECK)
    return report.failure()
