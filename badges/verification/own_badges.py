"""What this service knows of a badge of its own, beyond what it publishes: more checks for whoever asks here."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from badges.models import Award
from badges.proven_age import is_proven_older
from badges.receipts.checking import KIND as RECEIPT
from badges.sharing.models import SignedForm
from badges.verification import editions
from badges.verification.criteria_since import check_criteria
from badges.verification.logged import check_log
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome, Report
from competencies.evidence.ledger import is_unchanged
from competencies.evidence.models import Evidence
from issuer.base.db import db
from issuer.own_addresses import own_path

LONGEST_ID = 64
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
EVIDENCE_SECTION = "Rosette: evidence chain"


def with_our_records(report: Report) -> Report:
    """The report, with the checks of our own records besides when what was checked names itself a badge of ours."""
    if report.kind == RECEIPT or not _is_named_here(report):
        return report
    award = own_award(report)
    if award is None or report.document is None:
        return replace(report, checks=(*report.checks, _never_awarded()))
    edition = editions.edition_of(award, report.document)
    known = editions.checks_known_here(report.checks, award=award, edition=edition)
    if edition is None:
        return replace(report, checks=(*known, editions.never_issued()))
    return replace(report, checks=(*known, *_of_our_records(report, award, edition)))


def own_award(report: Report) -> Award | None:
    """The award of this service that a checked badge is, or None; only of what a signature covers."""
    if report.facts is None or not _is_named_here(report):
        return None
    return _award_at(report.facts.credential_id)


def was_before(given: Given, moment: datetime) -> bool:
    """Whether what was given says what an edition of a badge of ours says that is proved to be older than ``moment``.

    What counts is what it says: the proof of a badge in another form is made by the same keys.
    """
    award = _award_at(given.document.get("id"))
    edition = editions.edition_of(award, given.document) if award is not None else None
    return edition is not None and is_proven_older(edition, moment)


def check_evidence(report: Report, award: Award) -> Check:
    """Every digest that the badge names is that of a record in the ledger, and the record is as it was written."""
    named = {
        digest
        for entry in (report.facts.evidence if report.facts else ())
        for digest in DIGEST.findall(str(entry.get("narrative", "")))
    }
    records = db.session.scalars(
        select(Evidence).where(Evidence.digest.in_(named), Evidence.account_id == award.account_id)
    ).all()
    if named and {record.digest for record in records} == named and all(map(is_unchanged, records)):
        sentence = _l("Each piece of evidence it names is in the issuer's ledger, unchanged.")
        return Check("evidence", Outcome.PASS, sentence, EVIDENCE_SECTION)
    sentence = _l("The evidence it names is not what the issuer's ledger holds.")
    return Check("evidence", Outcome.FAIL, sentence, EVIDENCE_SECTION, code="evidence_changed")


def _of_our_records(report: Report, award: Award, edition: SignedForm) -> tuple[Check, ...]:
    return check_evidence(report, award), check_log(edition), check_criteria(award)


def _award_at(credential_id: object) -> Award | None:
    path = own_path(credential_id) if isinstance(credential_id, str) else None
    if path is None:
        return None
    return db.session.scalar(select(Award).filter_by(public_id=path.removeprefix("/badges/")[:LONGEST_ID]))


def _is_named_here(report: Report) -> bool:
    return report.facts is not None and own_path(report.facts.credential_id) is not None


def _never_awarded() -> Check:
    sentence = _l("Its address is one of this service, which has no record of awarding it.")
    return Check("evidence", Outcome.FAIL, sentence, EVIDENCE_SECTION, code="award_unknown")
