"""An endorsement signed elsewhere is handed in: kept byte for byte, if it verifies and names what it is handed in for.

A holder does it for a badge; an administrator for an organisation and its achievements.
"""

from __future__ import annotations

import hashlib
import re

from flask_babel import gettext as _
from sqlalchemy import select

from badges.award_facts import badge_url
from badges.awards import credential_of, own_award
from badges.endorsements.models import Endorsement, SignedEndorsement
from badges.models import Achievement, Award
from badges.verification import doors, outward, sources
from badges.verification.report import Report, Verdict
from badges.verification.wording import sentence_of
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, TooMany
from issuer.models import Organisation
from issuer.own_addresses import own_path
from issuer.plain_text import is_plain, refuse
from issuer.policy import Actor, permits
from issuer.profile import issuer_did, issuer_url

MOST_BYTES = 64 * 1024
MOST_IMPORTED = 20
LONGEST_COMMENT = 2000
LOOKED_AT = 20
DAY_SECONDS = 86_400

_ACHIEVEMENT = re.compile(r"/achievements/([A-Za-z0-9_-]{1,64})")


def take_in(actor: Actor, award_id: str, data: bytes) -> Endorsement:
    """Keep an EndorsementCredential (JSON with an embedded proof, or a JWT) of one's own badge, shown to nobody yet.

    Raises NotFound, Conflict for one that is here already, Invalid for one that does not verify or is of something
    else, TooMany, Unavailable.
    """
    data = _pasted(data)
    named = badge_url(own_award(actor, award_id))
    report = _checked(data)
    if _endorsed_in(report) != named:
        raise refuse("input", _("It endorses something else, not this badge."), "other_subject")
    award = own_award(actor, award_id)
    credential_of(award)
    db.session.execute(select(Award.id).filter_by(id=award.id).with_for_update())
    return _keep(Endorsement(award=award), report, data, actor=actor)


def take_in_as_issuer(actor: Actor, data: bytes) -> Endorsement:
    """The same of an organisation that one administers, or of an achievement of it; it says itself of which.

    Raises as ``take_in``.
    """
    data = _pasted(data)
    report = _checked(data)
    endorsement = _administered(actor, _endorsed_in(report))
    held = endorsement.profile or (endorsement.achievement and endorsement.achievement.organisation)
    assert held is not None
    db.session.execute(select(Organisation.id).filter_by(id=held.id).with_for_update())
    return _keep(endorsement, report, data, actor=actor)


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


def _pasted(data: bytes) -> bytes:
    data = data.strip()
    if not data or len(data) > MOST_BYTES:
        raise refuse("input", _("Paste the endorsement: at most 64 kB of JSON, or a JWT."))
    if data.startswith((b"http://", b"https://")):
        raise refuse("input", _("Paste the endorsement itself, not its address."))
    return data


def _checked(data: bytes) -> Report:
    """The report on a valid endorsement that was not signed here."""
    db.session.rollback()  # nobody waits for a turn to write while a foreign host takes its time
    report = doors.answer(data)
    if report.kind != "endorsement" or not isinstance((report.document or {}).get("credentialSubject"), dict):
        raise refuse("input", _("This is not an endorsement."), "not_an_endorsement")
    if report.verdict is not Verdict.VALID or report.facts is None:
        raise refuse("input", sentence_of(report), "not_valid")
    if own_path(report.facts.credential_id) is not None:
        raise refuse("input", _("It was signed here, and is here already."), "from_here")
    return report


def _subject(report: Report) -> dict[str, object]:
    assert report.document is not None
    subject: dict[str, object] = report.document["credentialSubject"]
    return subject


def _endorsed_in(report: Report) -> str:
    named = _subject(report).get("id")
    return named if isinstance(named, str) else ""


def _administered(actor: Actor, named: str) -> Endorsement:
    """An endorsement, empty so far, of what is called that way in signed documents and is the caller's to show."""
    own = [place for place in actor.roles if permits(actor, "endorsements.give", organisation_id=place)]
    for organisation in db.session.scalars(select(Organisation).where(Organisation.id.in_(own))):
        if named in (issuer_did(organisation), issuer_url(organisation)):
            return Endorsement(profile=organisation)
    found = _ACHIEVEMENT.fullmatch(own_path(named) or "")
    named_one = select(Achievement).filter_by(public_id=found[1]) if found else None
    achievement = db.session.scalar(named_one) if named_one is not None else None
    if achievement is None or achievement.organisation_id not in own:
        sentence = _("It endorses neither an organisation that you administer nor one of its achievements.")
        raise refuse("input", sentence, "other_subject")
    return Endorsement(achievement=achievement)


def _keep(endorsement: Endorsement, report: Report, data: bytes, *, actor: Actor) -> Endorsement:
    assert report.facts is not None
    digest = hashlib.sha256(data).hexdigest()
    _refuse_more(endorsement, digest)
    endorsement.origin, endorsement.who = "imported", report.facts.issuer_name[:200]
    endorsement.comment, endorsement.skills = _comment(_subject(report)), []
    endorsement.is_shown, endorsement.verdict = False, report.finding.value
    endorsement.endorsed_at, endorsement.checked_at = report.facts.issued_at or utc_now(), utc_now()
    is_json = data.startswith(b"{")
    endorsement.signed = SignedEndorsement(
        document=data if is_json else None, jwt=None if is_json else data, sha256=digest, signed_at=utc_now()
    )
    db.session.add(endorsement)
    db.session.flush()
    thing = endorsement.award or endorsement.achievement or endorsement.profile
    assert thing is not None
    audit.record("endorsement.imported", endorsement.public_id, actor=actor.public_id, of=thing.public_id)
    return endorsement


def _comment(subject: dict[str, object]) -> str:
    """What is shown of the words; the whole stands in the signed bytes."""
    words = subject.get("endorsementComment")
    return words[:LONGEST_COMMENT] if isinstance(words, str) and is_plain(words) else ""


def _refuse_more(endorsement: Endorsement, digest: str) -> None:
    """What is endorsed is held by the caller, so that two at a time do not both find room."""
    things = endorsement.endorsed_columns()
    with db.session.no_autoflush:
        known = db.session.scalars(
            select(SignedEndorsement.sha256)
            .join(Endorsement, Endorsement.id == SignedEndorsement.endorsement_id)
            .where(Endorsement.origin == "imported", *(getattr(Endorsement, name) == things[name] for name in things))
        ).all()
    if digest in known:
        raise Conflict("already_here", _("This endorsement is here already."))
    if len(known) >= MOST_IMPORTED:
        raise TooMany("too_many_imports", _("There are enough imported endorsements."), retry_after=DAY_SECONDS)
