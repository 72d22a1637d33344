"""What must hold of the stored state after any death of any process, looked at from beside the service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import exists, select

from badges.checking import check_stored
from badges.models import Award, Credential
from competencies.evidence import ledger, mastery_state
from competencies.evidence.models import Completion, Evidence, Mastery
from competencies.learning.models import Attempt
from issuer.base import audit
from issuer.base.db import db
from issuer.models import Account, StatusEntry
from issuer.status.superseding import former
from tests.learners import Learner
from tests.live import Instance


def broken(instance: Instance) -> list[str]:
    """A sentence for everything that is half-made, doubled or changed; empty when all is well."""
    with instance.use_cases():
        return [*_attempts(), *_evidence(), *_masteries(), *_awards(), *_credentials(), *_audit()]


def awards_of(instance: Instance, learner: Learner) -> list[str]:
    """The codes of the achievements that the learner holds, each as often as it was awarded."""
    return everybodys_awards(instance).get(learner.account_id, [])


def everybodys_awards(instance: Instance) -> dict[str, list[str]]:
    """The same of every learner who holds one, by the public id of the account."""
    held: dict[str, list[str]] = defaultdict(list)
    with instance.use_cases():
        for award in db.session.scalars(select(Award)):
            held[award.account.public_id].append(award.achievement_version.achievement.code)
    return {account_id: sorted(codes) for account_id, codes in held.items()}


def state_of(instance: Instance, learner: Learner) -> str:
    """The state of the learner's attempt."""
    with instance.use_cases():
        return db.session.scalars(select(Attempt.state).filter_by(public_id=learner.attempt_id)).one()


def _attempts() -> Iterator[str]:
    for attempt in db.session.scalars(select(Attempt).where(Attempt.state != "expired")):
        known = select(Evidence).filter_by(idempotency_key=f"attempt:{attempt.public_id}")
        recorded = db.session.scalars(known).all()
        if len(recorded) != (attempt.state == "marked"):
            yield f"attempt {attempt.public_id} is {attempt.state} and has {len(recorded)} pieces of evidence"
        if attempt.state == "open" and (attempt.score, attempt.passed, attempt.marked_at) != (None, None, None):
            yield f"attempt {attempt.public_id} is open and has a score"


def _evidence() -> Iterator[str]:
    for evidence in db.session.scalars(select(Evidence)):
        if not ledger.is_unchanged(evidence):
            yield f"evidence {evidence.public_id} was changed"
        if not evidence.competencies:
            yield f"evidence {evidence.public_id} speaks of nothing"
    recorded = set(db.session.scalars(select(Evidence.public_id)))
    for completion in db.session.scalars(select(Completion)):
        if not completion.evidence or not set(completion.evidence) <= recorded:
            yield f"completion {completion.public_id} rests on evidence that is not there"


def _masteries() -> Iterator[str]:
    """What is stored is what the ledger alone gives."""
    stored = _mastery_rows()
    for account in db.session.scalars(select(Account)):
        mastery_state.rebuild(account)
    if stored != _mastery_rows():
        yield "masteries are not those that the ledger gives"
    db.session.rollback()


def _mastery_rows() -> list[tuple[object, ...]]:
    columns = (Mastery.account_id, Mastery.competency_id, Mastery.value, Mastery.count, Mastery.mastered_at)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns[:2]))]


def _awards() -> Iterator[str]:
    signed = exists().where(Credential.award_id == Award.id)
    for award in db.session.scalars(select(Award).where(~signed | (Award.state != "issued"))):
        has = "no credential" if award.credential is None else "a credential"
        yield f"award {award.public_id} is {award.state} and has {has}"
    completed, recorded = (set(db.session.scalars(select(kind.public_id))) for kind in (Completion, Evidence))
    for award in db.session.scalars(select(Award)):
        if not set(award.basis["evidence"]) <= recorded or not set(award.basis["completions"]) <= completed:
            yield f"award {award.public_id} rests on what is not there"


def _credentials() -> Iterator[str]:
    yield from (f"{fault.credential_id} does not verify: {fault.code}" for fault in check_stored().faults)
    for credential in db.session.scalars(select(Credential)):
        place = {"status_list_id": credential.status_list_id, "index": credential.status_index}
        entry = db.session.scalar(select(StatusEntry).filter_by(**place))
        award = credential.award
        is_newest = credential.edition == award.edition
        wanted = award.public_id if is_newest else former(award.public_id, credential.edition)
        if entry is None or entry.subject != wanted:
            yield f"{credential.credential_id} has a place in a status list that is not its own"


def _audit() -> Iterator[str]:
    if not (report := audit.verify_chain()).is_intact:
        yield f"audit entry {report.broken_at}: {report.reason}"
    for action in ("award.made", "award.issued"):
        said = db.session.scalars(select(audit.AuditEntry.subject).filter_by(action=action)).all()
        if sorted(said) != sorted(db.session.scalars(select(Award.public_id))):
            yield f"the audit record says {action} of other awards than there are"
