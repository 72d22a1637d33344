"""What is kept of people: how much, for how long, and why. Counts only."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from badges.privacy import register
from badges.privacy.data_map import DATA_MAP, Fate
from badges.privacy.models import Erasure, ErasureRequest
from badges.sharing.evidence_requests import KEPT as QUESTIONS_STAY
from issuer.base.db import db
from issuer.forgetting import LINKS_STAY, MAILS_STAY, SESSIONS_STAY
from issuer.models import Account

_RETENTION = {
    "outgoing_mail": MAILS_STAY,
    "one_time_link": LINKS_STAY,
    "browser_session": SESSIONS_STAY,
    "evidence_request": QUESTIONS_STAY,
}
_UNTIL_ERASED = "until the person is erased"


def lines() -> Iterator[str]:
    """The report, a line for each table and what was erased at its end."""
    for name, held in sorted(DATA_MAP.items()):
        if held.fate is not Fate.NOT_PERSONAL:
            days = _RETENTION.get(name)
            stays = f"{days.days} days at most" if days else _UNTIL_ERASED if held.fate is not Fate.KEPT else "kept"
            note = f" ({held.why})" if held.why else ""
            yield f"{name}: {_count(name)} rows, {stays}, then {held.fate}{note}"
    people = select(func.count()).select_from(Account)
    yield f"people: {db.session.scalar(people.where(Account.erased_at.is_(None)))}"
    yield f"erasures asked and waiting: {db.session.scalar(select(func.count()).select_from(ErasureRequest))}"
    erased = db.session.scalar(select(func.count()).select_from(Erasure))
    yield f"erased: {erased}, in the register: {len(register.read())}"


def _count(name: str) -> int:
    return db.session.scalar(select(func.count()).select_from(db.metadata.tables[name])) or 0
