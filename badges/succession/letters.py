"""Holders are told when their issuer moves or closes, and how to keep what is theirs: one mail for each statement.

Who was told is written down with the mail, so whatever is killed in the middle goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import exists, select

from badges.models import Achievement, AchievementVersion, Award
from badges.succession.models import SuccessionLetter
from issuer import accounts, mail
from issuer.access import settings
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.base.faults import fault_point
from issuer.letters import Letter
from issuer.models import Account, Organisation
from issuer.succession.models import SuccessionStatement
from issuer.succession.standing import sentence_about

JOB = "succession.tell"
TOLD_AT_ONCE = 50


def begin(statement: SuccessionStatement) -> None:
    """Answers "succession.stated": have a worker tell the holders, unless the issuer is open."""
    if statement.state != "open":
        jobs.enqueue(JOB, f"{statement.id}:stated", statement_id=statement.id)


def request_unfinished() -> int:
    """Chore: go on with the newest statements whose holders were not all told; how many."""
    newest = (
        select(SuccessionStatement)
        .join(Organisation, Organisation.id == SuccessionStatement.organisation_id)
        .where(SuccessionStatement.number == Organisation.statement_number, SuccessionStatement.state != "open")
    )
    open_ones = [each for each in db.session.scalars(newest) if _untold(each, limit=1)]
    for statement in open_ones:
        jobs.enqueue(JOB, f"{statement.id}:{utc_now():%Y-%m-%dT%H}", statement_id=statement.id)
    return len(open_ones)


def tell(statement_id: int) -> Iterator[None]:
    """Job "succession.tell": every holder who was not told of it, in parts. A statement that a newer one has replaced
    is told to nobody any more."""
    while (statement := _held(statement_id)) and (holders := _untold(statement, limit=TOLD_AT_ONCE)):
        organisation = db.session.get_one(Organisation, statement.organisation_id)
        for account in holders:
            db.session.add(SuccessionLetter(statement_id=statement.id, account_id=account.id))
            _write(account, organisation)
        db.session.flush()
        fault_point("succession.after_mails")
        yield


def _held(statement_id: int) -> SuccessionStatement | None:
    """The statement while it counts; its organisation is nobody else's to change until the commit."""
    statement = db.session.get_one(SuccessionStatement, statement_id)
    locked = select(Organisation).filter_by(id=statement.organisation_id).with_for_update()
    organisation = db.session.scalars(locked.execution_options(populate_existing=True)).one()
    return statement if organisation.statement_number == statement.number else None


def _untold(statement: SuccessionStatement, *, limit: int) -> Sequence[Account]:
    """Those who hold a badge of the issuer that counts, and were not told."""
    holds = exists().where(
        Award.account_id == Account.id,
        Award.state == "issued",
        AchievementVersion.id == Award.achievement_version_id,
        Achievement.id == AchievementVersion.achievement_id,
        Achievement.organisation_id == statement.organisation_id,
    )
    told = exists().where(SuccessionLetter.statement_id == statement.id, SuccessionLetter.account_id == Account.id)
    query = select(Account).where(Account.erased_at.is_(None), holds, ~told).order_by(Account.id).limit(limit)
    return db.session.scalars(query).all()


def _write(account: Account, organisation: Organisation) -> None:
    address = accounts.primary_address(account)
    if address is None:
        return
    with force_locale(account.locale):
        parts = (
            sentence_about(organisation),
            _("Your badges stay yours. Save them now: one file holds them all, and can be checked without anybody."),
            f"{settings().base_url}/badges",
            _("You need not do anything else. Whoever checks one of them is told the same."),
        )
        mail.send(address, Letter(_("What becomes of your badges"), "\n\n".join(parts) + "\n"))
