"""After a key was compromised: every good badge that it signed is signed again, and its holder told.

The new edition says what the old one said, of the same award and achievement, with the same awardedDate; its validFrom
is the moment of signing (the newer one supersedes: Open Badges 3.0, section 9), and it has a place of its own in a
status list. The old place is withdrawn, so that whoever holds the key cannot make use of it. Good is a badge that was
neither withdrawn nor has run out. A batch is a job; what it did is seen in the badges themselves, so whatever was
killed in the middle goes on, and nothing is done twice. All badges of a learner are one part: one change, one mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask_babel import force_locale
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from badges import issuing
from badges.models import Award, Credential
from badges.proven_age import is_digest_proven_older
from badges.sharing import shown_forms
from issuer import accounts, letters, mail, signing
from issuer.access import settings
from issuer.base import audit, jobs
from issuer.base.db import db, utc_now
from issuer.base.faults import fault_point
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import format_timestamp
from issuer.keys import keystore, life
from issuer.models import Account, Organisation, SigningKey, StatusEntry, StatusList
from issuer.status import places, superseding
from issuer.status.reasons import OTHER

log = structlog.get_logger("rosette.resigning")

RESIGN_JOB = "award.resign"
BATCH = 500
"""Badges in one job."""
PART = 25
"""Badges in one transaction, or those of one learner: others wait for it a third of a second."""
REASON = "Signed again, because the key of this edition was compromised."

_PURPOSES = (keystore.BADGE_PROOF, keystore.BADGE_JWT)


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the awards that a key signed: ``again`` were signed again, ``waiting`` are to be, ``ended`` had been withdrawn
    or had run out and stay as they are."""

    again: int
    waiting: int
    ended: int

    @property
    def total(self) -> int:
        return self.again + self.waiting + self.ended


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a compromise would mean: how many badges of how many learners would be signed again, how many of them are
    ``proven`` to be older and so verify until then, and how many had ``ended``."""

    to_sign: int
    learners: int
    proven: int
    ended: int


def begin(key: SigningKey) -> None:
    """Have the first batch signed again. Answers key.compromised."""
    if key.purpose in _PURPOSES:
        _request(key.kid, after=0, run=utc_now().isoformat())


def request_resigning() -> int:
    """Chore: go on with what still waits, because a key could not be used or a badge not be signed; how many keys."""
    compromised = select(SigningKey).where(SigningKey.state == "compromised", SigningKey.purpose.in_(_PURPOSES))
    keys = [key for key in db.session.scalars(compromised) if progress_of(key).waiting]
    for key in keys:
        _request(key.kid, after=0, run=f"{utc_now():%Y-%m-%dT%H}")
    return len(keys)


def progress_of(key: SigningKey) -> Progress:
    """How far the re-signing of what ``key`` signed is, counted from the badges themselves."""
    unchanged = _count(key, Credential.edition == Award.edition)
    waiting = _count(key, Credential.edition == Award.edition, _is_good(utc_now()))
    again = _count(key, Credential.edition < Award.edition)
    return Progress(again=again, waiting=waiting, ended=unchanged - waiting)


def outlook_of(key: SigningKey, *, since: datetime) -> Outlook:
    """What would follow if ``key`` were compromised since that moment."""
    waiting = _waiting(key, select(Award.account_id, Credential.sha256))
    learners, proven, to_sign = set(), 0, 0
    for account_id, sha256 in db.session.execute(waiting.execution_options(yield_per=1000)):
        learners.add(account_id)
        to_sign += 1
        proven += is_digest_proven_older(sha256, since)
    unchanged = _count(key, Credential.edition == Award.edition)
    return Outlook(to_sign, len(learners), proven, unchanged - to_sign)


def resign(kid: str, after: int, run: str) -> Iterator[None]:
    """Job "award.resign": the badges of the next learners, by account id, in parts; then the next batch is asked for.

    Raises KeyUnusable, to be tried again. A badge that cannot be signed stays as it is, and is logged.
    """
    key = life.find_key(kid)
    organisation = life.owner_of(key)
    assert organisation is not None
    batch = _next_accounts(key, after=after)
    for part in _parts(batch):
        _resign_part(key, part, organisation=organisation)
        fault_point("resigning.after_part")
        yield
    if batch:
        last = batch[-1][0]
        _publish_changed_lists(organisation, because=f"{run}:{last}")
        _request(kid, after=last, run=run)


def _request(kid: str, *, after: int, run: str) -> None:
    jobs.enqueue(RESIGN_JOB, f"{kid}:{run}:{after}", kid=kid, after=after, run=run)


def _count(key: SigningKey, *which: ColumnElement[bool]) -> int:
    awards = select(func.count(Award.id.distinct())).join(Credential, Credential.award_id == Award.id)
    return db.session.scalar(awards.where(_signed_by(key), *which)) or 0


def _signed_by(key: SigningKey) -> ColumnElement[bool]:
    """A key has one purpose, so a badge names it in one of two places."""
    named = Credential.proof_kid if key.purpose == keystore.BADGE_PROOF else Credential.jwt_kid
    return named == key.kid


def _is_good(now: datetime) -> ColumnElement[bool]:
    revoked = (
        select(StatusEntry.id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusEntry.subject == Award.public_id, StatusEntry.is_set, StatusList.purpose == places.REVOCATION)
    )
    in_force = or_(Credential.valid_until.is_(None), Credential.valid_until > now)
    return and_(in_force, ~revoked.exists())


def _newest_by(key: SigningKey, query: Any) -> Any:
    newest = and_(Credential.award_id == Award.id, Credential.edition == Award.edition)
    return query.join(Credential, newest).where(_signed_by(key))


def _waiting(key: SigningKey, query: Any) -> Any:
    return _newest_by(key, query).where(_is_good(utc_now()))


def _next_accounts(key: SigningKey, *, after: int) -> Sequence[tuple[int, int]]:
    """(account id, badges) of the next learners, until a batch is full: from the indexes alone, so that the hundredth
    batch is found as fast as the first. Badges that have ended are among them; a part leaves them out."""
    query = _newest_by(key, select(Award.account_id, func.count(Award.id))).where(Award.account_id > after)
    rows = db.session.execute(query.group_by(Award.account_id).order_by(Award.account_id).limit(BATCH))
    batch, badges = [], 0
    for account_id, count in rows:
        if badges >= BATCH:
            break
        batch.append((account_id, count))
        badges += count
    return batch


def _parts(batch: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """The accounts of a batch in parts of about PART badges."""
    part: list[int] = []
    badges = 0
    for account_id, count in batch:
        part.append(account_id)
        badges += count
        if badges >= PART:
            yield part
            part, badges = [], 0
    if part:
        yield part


def _resign_part(key: SigningKey, account_ids: Sequence[int], *, organisation: Organisation) -> None:
    """The badges as they are now, nobody else's to change until the commit: another worker may have been here."""
    held = select(Award).where(Award.account_id.in_(account_ids)).order_by(Award.account_id, Award.id)
    loaded = joinedload(Award.account).selectinload(Account.addresses), joinedload(Award.credential)
    locked = held.options(*loaded).with_for_update(of=Award).execution_options(populate_existing=True)
    awards = db.session.scalars(locked).all()
    superseding.hold_lists(organisation)  # nobody can withdraw one of them between the look and the signature
    told: dict[Account, int] = {}
    for award in _good_ones(awards, key=key):
        try:
            with db.session.begin_nested():
                _sign_again(award, organisation=organisation)
        except signing.NotSigned as error:
            log.error("award_not_signed_again", award=award.public_id, code=error.code)
        else:
            told[award.account] = told.get(award.account, 0) + 1
    for account, badges in told.items():
        _tell(account, badges, organisation=organisation)


def _good_ones(awards: Sequence[Award], *, key: SigningKey) -> list[Award]:
    """Those whose newest edition ``key`` signed, and which were neither withdrawn nor have run out: as ``_waiting``
    says, asked from the awards' side, for SQLite would read all that the key signed to find a few."""
    revoked = set(
        db.session.scalars(
            select(StatusEntry.subject)
            .join(StatusList, StatusList.id == StatusEntry.status_list_id)
            .where(StatusEntry.subject.in_([award.public_id for award in awards]))
            .where(StatusEntry.is_set, StatusList.purpose == places.REVOCATION)
        )
    )
    now = utc_now()
    return [
        award
        for award in awards
        if (newest := award.credential) is not None
        and key.kid in (newest.proof_kid, newest.jwt_kid)
        and (newest.valid_until is None or newest.valid_until > now)
        and award.public_id not in revoked
    ]


def _sign_again(award: Award, *, organisation: Organisation) -> None:
    now = utc_now()
    assert award.credential is not None
    said = _said_by(award.credential)
    suspension = superseding.supersede(award.public_id, edition=award.edition, reason=REASON, actor="system")
    status = issuing.give_places(award)
    if suspension is not None:
        _suspend_again(award, suspension)
    document = issuing.linted({**said, "validFrom": format_timestamp(now), "credentialStatus": status})
    prepared = signing.prepare_badge(document, organisation=organisation, subject=award.public_id, now=now)
    signed = signing.sign(prepared, now=now)
    award.edition += 1
    edition = issuing.kept(signed, prepared.intent, edition=award.edition)
    edition.award_id = award.id
    db.session.add(edition)
    db.session.flush()
    db.session.expire(award, ["credential"])
    audit.record("award.reissued", award.public_id, actor="system", edition=award.edition, key=signed.proof_kid)
    shown_forms.follow_edition(award)


def _suspend_again(award: Award, before: StatusEntry) -> None:
    """What was suspended stays so in the new edition."""
    reason, code = before.reason or "", before.reason_code or OTHER
    is_public = before.reason_is_public
    places.suspend(award.public_id, reason=reason, actor="system", code=code, is_public=is_public)


def _said_by(credential: Credential) -> dict[str, Any]:
    """What the badge says, without its proof. Raises NotSigned when the bytes are not those that were stored."""
    if hashlib.sha256(credential.document).hexdigest() != credential.sha256:
        raise signing.NotSigned("bytes_changed", "The stored badge is not what was signed, so it is not signed again.")
    return {name: value for name, value in load_object(credential.document).items() if name != "proof"}


def _tell(account: Account, badges: int, *, organisation: Organisation) -> None:
    address = accounts.primary_address(account)
    if address is None:
        return
    with force_locale(account.locale):
        letter = letters.signed_again_letter(f"{settings().base_url}/badges", organisation.name, badges)
    mail.send(address, letter)


def _publish_changed_lists(organisation: Organisation, *, because: str) -> None:
    withdrawn = (
        select(StatusEntry.id)
        .where(StatusEntry.status_list_id == StatusList.id, StatusEntry.is_set)
        .where(or_(StatusList.signed_at.is_(None), StatusEntry.set_at > StatusList.signed_at))
    )
    changed = select(StatusList).filter_by(organisation_id=organisation.id).where(withdrawn.exists())
    for status_list in db.session.scalars(changed):
        places.request_publication(status_list, because=because)
