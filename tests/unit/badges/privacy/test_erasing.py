"""After an erasure no row of any table says who the person was; all that must be kept is kept."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from badges.models import Award, Credential
from badges.privacy.data_map import DATA_MAP, Fate
from badges.privacy.erasing import REQUEST, counted, erase
from badges.privacy.models import ErasedCredential, Erasure
from badges.privacy.traces import traces_of
from competencies.evidence.models import Evidence
from issuer.base import audit
from issuer.base.append_only import opened_for_erasure
from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.models import Account, StatusEntry
from issuer.people.models import AccountDid
from tests.factories.badges import make_award
from tests.factories.privacy import DID, EMAIL, NAME, SECOND, WALLET, everything, make_somebody


def needles_of(account: Account) -> tuple[str, ...]:
    traces = traces_of(account)
    return (NAME, EMAIL, SECOND, DID, WALLET, *traces.lookups, *traces.identifiers)


def found_in_the_database(needles: tuple[str, ...]) -> set[tuple[str, str]]:
    forms = {form: needle for needle in needles for form in (needle.casefold(), ascii(needle)[1:-1].casefold())}
    return {
        (table, needle) for table, words in everything() for form, needle in forms.items() if form in words.casefold()
    }


def test_everything_of_a_person_is_there_before(ctx: Flask) -> None:
    """So that the next test cannot pass because nothing was."""
    account = make_somebody()
    tables = {table for table, _ in found_in_the_database(needles_of(account))}
    assert {"account", "email_address", "credential", "shown_form", "bound_form", "outgoing_mail", "bulk_row"} <= tables
    assert set(counted(account.id)) == {name for name, held in DATA_MAP.items() if held.ways}


def test_no_row_of_any_table_names_an_erased_person(ctx: Flask) -> None:
    account = make_somebody()
    needles, account_id = needles_of(account), account.id
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    assert found_in_the_database(needles) == set()
    gone = {name for name, held in DATA_MAP.items() if held.ways and held.fate is Fate.REMOVED}
    assert gone & set(counted(account_id)) == set()


def test_the_index_of_words_forgets_the_badge(ctx: Flask) -> None:
    account = make_somebody()
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    badges = select(func.count()).select_from(text("search_entry")).where(text("kind = 'badge'"))
    assert db.session.scalar(badges) == 0


def test_what_must_be_known_for_ever_is_kept(ctx: Flask) -> None:
    account = make_somebody()
    credential = db.session.scalars(select(Credential)).one()
    place = credential.status_list_id, credential.status_index
    public_id = credential.award.public_id
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    kept = db.session.scalars(select(ErasedCredential)).one()
    assert (kept.status_list_id, kept.status_index) == place
    entry = db.session.scalars(select(StatusEntry).filter_by(status_list_id=place[0], index=place[1])).one()
    assert entry.is_set and entry.subject != public_id and entry.reason is None
    assert audit.verify_chain().is_intact
    assert db.session.scalar(
        select(AuditEntry.id if hasattr(AuditEntry, "id") else AuditEntry.sequence).filter_by(action="account.erased")
    )


def test_somebody_else_loses_nothing(ctx: Flask) -> None:
    account, other = make_somebody(), make_award()
    before = counted(other.account_id)
    document = other.credential.document if other.credential else b""
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    assert counted(other.account_id) == before
    kept = db.session.get_one(Award, other.id)
    assert kept.credential and kept.credential.document == document


def test_a_second_erasure_changes_nothing(ctx: Flask) -> None:
    account = make_somebody()
    account_id = account.id
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    assert erase(db.session.get_one(Account, account_id), ground=REQUEST, actor="system") is None
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(Erasure)) == 1
    done = select(func.count()).select_from(AuditEntry).filter_by(action="account.erased")
    assert db.session.scalar(done) == 1


@pytest.mark.parametrize("model", [Credential, Evidence])
def test_rows_that_only_grow_go_through_the_door_alone(ctx: Flask, model: type) -> None:
    make_award()
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(delete(model))
    db.session.rollback()
    with pytest.raises(IntegrityError), opened_for_erasure():
        db.session.execute(
            update(model).values(sha256="x") if model is Credential else update(model).values(digest="x")
        )
    db.session.rollback()
    with pytest.raises(IntegrityError), opened_for_erasure():
        db.session.execute(delete(AuditEntry))
    db.session.rollback()


def test_the_door_is_shut_after_an_erasure(ctx: Flask) -> None:
    account, _other = make_somebody(), make_award()
    erase(account, ground=REQUEST, actor="system")
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(delete(Credential))
    db.session.rollback()


def test_an_erasure_that_is_given_up_leaves_everything(ctx: Flask) -> None:
    account = make_somebody()
    account_id, before = account.id, counted(account.id)
    erase(account, ground=REQUEST, actor="system")
    db.session.rollback()
    assert counted(account_id) == before
    assert db.session.scalar(select(AccountDid.did).filter_by(account_id=account_id)) == DID
