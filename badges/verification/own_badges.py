"""What this service knows of a badge of its own, beyond what it publishes: more checks for whoever asks here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from badges.models import Award, Credential
from badges.privacy.remains import erased_among
from badges.proven_age import is_proven_older
from badges.receipts.checking import KIND as RECEIPT
from badges.sharing.models import SignedForm
from badges.verification import editions
from badges.verification.logged import check_log
from badges.verification.our_records import Record, records_of
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome, Report
from competencies.evidence.ledger import is_unchanged
from competencies.evidence.models import Evidence
from issuer.base.db import db
from issuer.log.proofs import Inclusion, inclusions_of
from issuer.own_addresses import own_path

NAME = re.compile(r"/badges/([A-Za-z0-9_-]{1,64})")
ENDORSEMENT = re.compile(r"/endorsements/[A-Za-z0-9_-]{1,64}")
"""Signed by the same keys under rules of their own; what is known of them is asked by badges.endorsements."""

TWIN = re.compile(r"/badges/([A-Za-z0-9_-]{1,64})\.ob2\.(?:json|jws)")
"""A badge in the words of Open Badges 2.0: no edition of its own, made anew from the newest each time."""

NOBODY = ""
"""What no award is called."""

DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
EVIDENCE_SECTION = "Rosette: evidence chain"


def with_our_records(report: Report) -> Report:
    """The report, with the checks of our own records besides when what was checked names itself a badge of ours."""
    return each_with_our_records([report])[0]


def each_with_our_records(reports: Sequence[Report]) -> list[Report]:
    """The same of some hundreds of reports, in their order: their records are read together, now."""
    ids = [None if each.kind == RECEIPT else _own_id(each) for each in reports]
    records = records_of({each for each in ids if each is not None})
    erased = erased_among({each for each in ids if each is not None and each not in records})
    return [
        report
        if award_id is None
        else _forgotten(report)
        if award_id in erased
        else _compared(report, records.get(award_id))
        for report, award_id in zip(reports, ids, strict=True)
    ]


def own_award(report: Report) -> Award | None:
    """The award of this service that a checked badge is, or None; only of what a signature covers."""
    award_id = _own_id(report)
    return None if award_id is None else _award(award_id)


def was_before(given: Given, moment: datetime) -> bool:
    """Whether what was given says what an edition of a badge of ours says that is proved to be older than ``moment``.

    What counts is what it says: the proof of a badge in another form is made by the same keys.
    """
    award_id = _id_at(given.document.get("id"))
    award = None if award_id is None else _award(award_id)
    edition = editions.edition_of(award, given.document) if award is not None else None
    return edition is not None and is_proven_older(edition, moment)


def check_evidence(report: Report, award: Award, known: Iterable[Evidence] = ()) -> Check:
    """Every digest that the badge names is that of a record in the ledger, and the record is as it was written.

    ``known``: records that were read before; the ledger is asked for all others.
    """
    named = {
        digest
        for entry in (report.facts.evidence if report.facts else ())
        for digest in DIGEST.findall(str(entry.get("narrative", "")))
    }
    records = [each for each in known if each.digest in named and each.account_id == award.account_id]
    records += _in_the_ledger(named - {each.digest for each in records}, award)
    if named and {record.digest for record in records} == named and all(map(is_unchanged, records)):
        sentence = _l("Each piece of evidence it names is in the issuer's ledger, unchanged.")
        return Check("evidence", Outcome.PASS, sentence, EVIDENCE_SECTION)
    sentence = _l("The evidence it names is not what the issuer's ledger holds.")
    return Check("evidence", Outcome.FAIL, sentence, EVIDENCE_SECTION, code="evidence_changed")


def _compared(report: Report, record: Record | None) -> Report:
    if record is None or report.document is None:
        return replace(report, checks=(*report.checks, _never_awarded()))
    edition = editions.edition_of(record.award, report.document)
    known = editions.checks_known_here(report.checks, record=record, edition=edition)
    if edition is None:
        return replace(report, checks=(*known, editions.never_issued()))
    evidence = check_evidence(report, record.award, record.evidence)
    log = check_log(edition, record.inclusions if isinstance(edition, Credential) else _inclusion_of(edition))
    return replace(report, checks=(*known, evidence, log, record.criteria))


def _forgotten(report: Report) -> Report:
    """That the person is forgotten says nothing against what was signed, and nothing more can be said for it."""
    sentence = _l(
        "The person has asked to be forgotten, so the issuer keeps no record of this badge any more. What was signed"
        " still stands."
    )
    check = Check("evidence", Outcome.NOT_APPLICABLE, sentence, EVIDENCE_SECTION, code="record_erased")
    return replace(report, checks=(*report.checks, check))


def _inclusion_of(presentation: SignedForm) -> Mapping[bytes, Inclusion | None]:
    """Asked for by itself: only the editions are read with the record, and most badges have nothing else."""
    return inclusions_of([sha256(presentation.document).digest()])


def _in_the_ledger(digests: Collection[str], award: Award) -> Sequence[Evidence]:
    if not digests:
        return ()
    wanted = select(Evidence).where(Evidence.digest.in_(digests), Evidence.account_id == award.account_id)
    return db.session.scalars(wanted).all()


def _own_id(report: Report) -> str | None:
    """The public id of the award of ours that a report is about, as far as a signature covers it."""
    return None if report.facts is None else _id_at(report.facts.credential_id)


def _id_at(credential_id: object) -> str | None:
    """The public id that an address of ours ends with, NOBODY's for what is none; None for another's address and
    for that of an endorsement."""
    path = own_path(credential_id) if isinstance(credential_id, str) else None
    if path is None or ENDORSEMENT.fullmatch(path):
        return None
    if (twin := TWIN.fullmatch(path)) is not None and _award(twin.group(1)) is not None:
        return None
    found = NAME.fullmatch(path)
    return found.group(1) if found else NOBODY


def _award(award_id: str) -> Award | None:
    return db.session.scalar(select(Award).filter_by(public_id=award_id))


def _never_awarded() -> Check:
    sentence = _l("Its address is one of this service, which has no record of awarding it.")
    return Check("evidence", Outcome.FAIL, sentence, EVIDENCE_SECTION, code="award_unknown")
