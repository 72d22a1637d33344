"""The answer in one sentence, for somebody who will never read the checks."""

from __future__ import annotations

from flask_babel import gettext

from badges.verification.report import Check, Outcome, Report, Verdict


def _(text: str, **values: str) -> str:
    return str(gettext(text, **values))


KINDS = {Verdict.VALID: "good", Verdict.INVALID: "bad", Verdict.UNKNOWN: "unknown", Verdict.UNSUPPORTED: "neutral"}


def title_of(name: str) -> str:
    """What a check asks, as the heading over its answer."""
    titles = {
        "format": _("Can it be read?"),
        "data_model": _("Is it well-formed?"),
        "open_badge": _("Is it a complete badge?"),
        "signature": _("Is it unchanged?"),
        "issuer": _("Did the issuer sign it?"),
        "period": _("Is it valid today?"),
        "status": _("Has it been withdrawn?"),
        "trust": _("Do we know the issuer?"),
        "evidence": _("Does the evidence stand?"),
        "log": _("Is it in the issuance log?"),
    }
    return titles.get(name, name)


def kind_of(report: Report) -> str:
    """The colour class that repeats the words: good, warn, bad, unknown, neutral."""
    failure = _deciding(report)
    if failure is not None and failure.code in ("expired", "not_yet_valid", "suspended", "superseded"):
        return "warn"
    trust = report.check("trust")
    if report.verdict is Verdict.VALID and trust is not None and trust.outcome is Outcome.WARN:
        return "warn"
    return KINDS[report.verdict]


def sentence_of(report: Report) -> str:
    """One sentence that answers: is it real, and does it still count?"""
    if report.verdict is Verdict.VALID:
        return _valid(report)
    failure = _deciding(report)
    code = failure.code if failure is not None else ""
    if report.verdict is Verdict.UNKNOWN:
        return _("It could not be checked. This says nothing against it: try again later.")
    if report.verdict is Verdict.UNSUPPORTED:
        return str(failure.sentence) if failure is not None else _("This is not a badge.")
    sentences = {
        "expired": _("Genuine, but expired."),
        "not_yet_valid": _("Genuine, but not valid yet."),
        "revoked": _("Genuine once, but withdrawn by its issuer."),
        "suspended": _("Genuine, but suspended by its issuer."),
        "superseded": _("An older copy of a genuine badge. The issuer has signed it again: save the new one."),
        "key_compromised": _("Not to be relied on: the key that signed it was compromised."),
        "signature": _("Altered: this is not what the issuer signed."),
        "no_proof": _("Not signed: it proves nothing."),
        "key_not_bound": _("Not from the issuer it names."),
    }
    return sentences.get(code, _("Not valid: %(reason)s", reason=str(failure.sentence) if failure else ""))


def _deciding(report: Report) -> Check | None:
    """The check that is worth saying first: that there is a newer copy helps more than what became of an old one."""
    older = next((check for check in report.checks if check.code == "superseded"), None)
    return older or report.failure()


def _valid(report: Report) -> str:
    facts, trust = report.facts, report.check("trust")
    if facts is None:
        return _("Genuine and valid.")
    if trust is not None and trust.outcome is Outcome.WARN:
        return _(
            "Genuine and not altered. Whether you know the issuer, %(issuer)s, is for you to say.",
            issuer=facts.issuer_name,
        )
    if facts.holder:
        return _(
            "Genuine and valid. Issued by %(issuer)s to %(holder)s, and not changed since.",
            issuer=facts.issuer_name,
            holder=facts.holder,
        )
    return _("Genuine and valid. Issued by %(issuer)s, and not changed since.", issuer=facts.issuer_name)
