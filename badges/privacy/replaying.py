"""A restored backup brings people back who were erased since it was made: the register says who, and they go again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from badges.privacy import register
from badges.privacy.erasing import erase
from badges.privacy.models import Erasure
from badges.privacy.register import Line
from issuer.base.db import db
from issuer.models import Account
from issuer.secret_text import hash_of


def replay() -> int:
    """Chore: erase again whoever the register names and the database knows; how many. Twice is as once."""
    missing = _not_noted()
    if not missing:
        return 0
    returned = _returned(missing)
    for account_id, account_hash in returned.items():
        line = missing[account_hash]
        account = db.session.get_one(Account, account_id)
        erase(account, ground=line.ground, actor="system", at=line.at)
    for account_hash in missing.keys() - set(returned.values()):
        _note_absent(missing[account_hash])
    db.session.flush()
    return len(returned)


def nobody_is_back() -> str | None:
    """For whoever watches the service: a sentence while people stand in the database who were erased, else None."""
    missing = _not_noted()
    back = len(_returned(missing)) if missing else 0
    return f"{back} erased people are in the database. Run: flask privacy replay" if back else None


def _not_noted() -> Mapping[str, Line]:
    """What the register says and this database does not: all of it just after a restore, else next to nothing."""
    noted = set(db.session.scalars(select(Erasure.account_hash)))
    return {account: line for account, line in register.read().items() if account not in noted}


def _returned(missing: Mapping[str, Line]) -> dict[int, str]:
    accounts = db.session.execute(select(Account.id, Account.public_id).where(Account.erased_at.is_(None)))
    hashes = {account.id: hash_of(account.public_id) for account in accounts}
    return {account_id: digest for account_id, digest in hashes.items() if digest in missing}


def _note_absent(line: Line) -> None:
    """The backup is older than the person: there is nobody to erase, and no need to look again."""
    row = Erasure(account_hash=line.account, erased_at=line.at, ground=line.ground, badges=0, replayed=True)
    db.session.add(row)
