"""Erasing a person: in one transaction, once, and noted outside the database before it is committed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, text, update

from badges.bulk_checks.models import CheckSchedule
from badges.privacy import mentions, register
from badges.privacy.data_map import DATA_MAP, Fate
from badges.privacy.models import ErasedCredential, Erasure
from badges.privacy.traces import Traces, credential_hash, editions_of, traces_of
from badges.privacy.ways import rows_of
from issuer.base import audit
from issuer.base.append_only import opened_for_erasure
from issuer.base.db import Model, db, new_public_id, utc_now
from issuer.base.faults import fault_point
from issuer.models import Account
from issuer.secret_text import hash_of

REQUEST, ORDER, RETENTION = "request", "order", "retention"


def erase(account: Account, *, ground: str, actor: str, at: datetime | None = None) -> Erasure | None:
    """Forget the person; None when that has been done. Nothing counts before the caller commits.

    ``ground`` is one of badges.privacy.models.GROUNDS; ``at`` when it was first done, for a replay. What others saved
    is theirs, and a badge that was not revoked is not revoked by this: its holder's file still verifies.
    Raises OSError when the register cannot be written.
    """
    held = select(Account).filter_by(id=account.id).with_for_update().execution_options(populate_existing=True)
    account = db.session.scalars(held).one()
    if account.erased_at is not None:
        return None
    now, traces = utc_now(), traces_of(account)
    _keep_the_places(traces, ground=ground, now=at or now)
    db.session.flush()
    db.session.expunge_all()
    with opened_for_erasure():
        _overwrite_what_goes()
        mentions.forget_mentions(traces)
        _remove_rows(traces.account_id)
    _blank(traces.account_id, now=at or now)
    erasure = _noted(traces, ground=ground, now=at or now)
    audit.record("account.erased", traces.public_id, actor=actor, ground=ground, badges=len(traces.badges))
    register.write(traces.public_id, at=at or now, ground=ground)
    fault_point("privacy.after_register")
    return erasure


def account_named(public_id: str) -> Account | None:
    """Whose public id this is, or None."""
    return db.session.scalar(select(Account).filter_by(public_id=public_id))


def counted(account_id: int) -> dict[str, int]:
    """Table -> how many rows of the person an erasure removes, those that are found by what they say not among them."""
    counts = {name: _count(name, account_id) for name, held in DATA_MAP.items() if held.ways}
    return {name: count for name, count in counts.items() if count}


def _count(name: str, account_id: int) -> int:
    table = db.metadata.tables[name]
    rows = select(func.count()).select_from(table).where(rows_of(table, DATA_MAP[name].ways, account_id))
    return db.session.scalar(rows) or 0


def _keep_the_places(traces: Traces, *, ground: str, now: datetime) -> None:
    """Of each badge what has to be known for ever: that its address and its place in a list are not free."""
    for award, edition in editions_of(traces.account_id):
        db.session.add(
            ErasedCredential(
                credential_hash=credential_hash(award.public_id),
                code_hash=hash_of(award.code),
                organisation_id=award.achievement_version.achievement.organisation_id,
                status_list_id=edition.status_list_id if edition else None,
                status_index=edition.status_index if edition else None,
                valid_from=edition.valid_from if edition else None,
                valid_until=edition.valid_until if edition else None,
                erased_at=now,
                ground=ground,
            )
        )


def _overwrite_what_goes() -> None:
    """SQLite leaves removed rows in the file until their page is used again, unless it is told to overwrite them."""
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(text("PRAGMA secure_delete = ON"))


def _remove_rows(account_id: int) -> None:
    """What hangs on a row goes before it."""
    models = {mapper.local_table: mapper.class_ for mapper in Model.registry.mappers}
    for table in reversed(db.metadata.sorted_tables):
        held = DATA_MAP[table.name]
        if held.ways and held.fate is Fate.REMOVED:
            gone = delete(models[table]).where(rows_of(table, held.ways, account_id))
            db.session.execute(gone.execution_options(synchronize_session=False))


def _blank(account_id: int, *, now: datetime) -> None:
    """An empty account, under another name, on which others' records hang."""
    empty = {"name": "", "locale": "en", "password_hash": None, "public_id": new_public_id(), "erased_at": now}
    for statement in (
        update(Account).where(Account.id == account_id).values(**empty, created_at=now),
        update(CheckSchedule).where(CheckSchedule.account_id == account_id).values(is_active=False, mails=False),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


def _noted(traces: Traces, *, ground: str, now: datetime) -> Erasure:
    """A row of an earlier time stays: then this is the second time, after a backup had brought the person back."""
    account_hash = hash_of(traces.public_id)
    known = db.session.scalar(select(Erasure).filter_by(account_hash=account_hash))
    if known is not None:
        return known
    replayed = account_hash in register.read()
    erasure = Erasure(
        account_hash=account_hash, erased_at=now, ground=ground, badges=len(traces.badges), replayed=replayed
    )
    db.session.add(erasure)
    db.session.flush()
    return erasure
