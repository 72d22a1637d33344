"""A holder hands in an endorsement signed elsewhere: kept byte for byte, if it verifies and names the badge."""

from __future__ import annotations

import hashlib

from flask_babel import gettext as _
from sqlalchemy import select

from badges.award_facts import badge_url
from badges.awards import credential_of, own_award
from badges.endorsements.models import Endorsement, SignedEndorsement
from badges.models import Award
from badges.verification import doors, outward, sources
from badges.verification.report import Report, Verdict
from badges.verification.wording import sentence_of
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, TooMany
from issuer.own_addresses import own_path
from issuer.plain_text import is_plain, refuse
from issuer.policy import Actor

MOST_BYTES = 64 * 1024
MOST_IMPORTED = 20
LONGEST_COMMENT = 2000
LOOKED_AT = 20
DAY_SECONDS = 86_400


def take_in(actor: Actor, award_id: str, data: bytes) -> Endorsement:
    """Keep an EndorsementCredential (JSON with an embedded proof, or a JWT) of one's own badge, shown to nobody yet.

    Raises NotFound, Conflict for one that is here already, Invalid for one that does not verify or is of something
    else, TooMany, Unavailable.
    """
    data = data.strip()
    if not data or len(data) > MOST_BYTES:
        raise refuse("input", _("Paste the endorsement: at most 64 kB of JSON, or a JWT."))
    if data.startswith((b"http://", b"https://")):
        raise refuse("input", _("Paste the endorsement itself, not its address."))
    named = badge_url(own_award(actor, award_id))
    db.session.rollback()  # nobody waits for a turn to write while a foreign host takes its time
    report = doors.answer(data)
    subject = _read(report, named)
    award = own_award(actor, award_id)
    credential_of(award)
    digest = hashlib.sha256(data).hexdigest()
    _refuse_more(award, digest)
    assert report.facts is not None
    endorsement = Endorsement(
        origin="imported",
        award=award,
        who=report.facts.issuer_name[:200],
        comment=_comment(subject),
        skills=[],
        is_shown=False,
        endorsed_at=report.facts.issued_at or utc_now(),
        verdict=report.finding.value,
        checked_at=utc_now(),
    )
    is_json = data.startswith(b"{")
    endorsement.signed = SignedEndorsement(
        document=data if is_json else None, jwt=None if is_json else data, sha256=digest, signed_at=utc_now()
    )
    db.session.add(endorsement)
    db.session.flush()
    audit.record("endorsement.imported", endorsement.public_id, actor=actor.public_id, badge=award.public_id)
    return endorsement


def look_again() -> int:
    """Chore: the imported ones that were looked at longest ago are checked again, twenty an hour; how many."""
    oldest = select(Endorsement.id).filter_by(origin="imported").order_by(Endorsement.checked_at).limit(LOOKED_AT)
    rows = db.session.execute(
        select(Endorsement.id, SignedEndorsement.document, SignedEndorsement.jwt)
        .join(SignedEndorsement, SignedEndorsement.endorsement_id == Endorsement.id)
        .where(Endorsement.id.in_(oldest))
    ).all()
    db.session.rollback()
    with outward.passage():
        found = {row.id: sources.check(row.document or row.jwt).finding for row in rows}
    for endorsement in db.session.scalars(select(Endorsement).where(Endorsement.id.in_(found))):
        endorsement.verdict, endorsement.checked_at = found[endorsement.id].value, utc_now()
    db.session.flush()
    return len(found)


def _read(report: Report, named: str) -> dict[str, object]:
    """The credentialSubject of a valid endorsement of the badge that is called ``named``."""
    document = report.document or {}
    subject = document.get("credentialSubject")
    if report.kind != "endorsement" or not isinstance(subject, dict):
        raise refuse("input", _("This is not an endorsement."), "not_an_endorsement")
    if report.verdict is not Verdict.VALID or report.facts is None:
        raise refuse("input", sentence_of(report), "not_valid")
    if subject.get("id") != named:
        raise refuse("input", _("It endorses something else, not this badge."), "other_subject")
    if own_path(report.facts.credential_id) is not None:
        raise refuse("input", _("It was signed here, and is here already."), "from_here")
    return subject


def _comment(subject: dict[str, object]) -> str:
    """What is shown of the words; the whole stands in the signed bytes."""
    words = subject.get("endorsementComment")
    return words[:LONGEST_COMMENT] if isinstance(words, str) and is_plain(words) else ""


def _refuse_more(award: Award, digest: str) -> None:
    db.session.execute(select(Award.id).filter_by(id=award.id).with_for_update())
    known = db.session.scalars(
        select(SignedEndorsement.sha256)
        .join(Endorsement, Endorsement.id == SignedEndorsement.endorsement_id)
        .where(Endorsement.award_id == award.id, Endorsement.origin == "imported")
    ).all()
    if digest in known:
        raise Conflict("already_here", _("This endorsement is here already."))
    if len(known) >= MOST_IMPORTED:
        raise TooMany("too_many_imports", _("There are enough imported endorsements."), retry_after=DAY_SECONDS)
