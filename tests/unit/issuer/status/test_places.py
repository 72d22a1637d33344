"""Places in status lists: unique for ever, set once, never cleared."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.base.errors import Conflict, NotFound
from issuer.models import Organisation, StatusEntry, StatusList
from issuer.status import places
from tests.factories.keys import make_issuer


def in_parallel(app: Flask, count: int, work: Callable[[int], None]) -> list[Exception]:
    """Run ``work(n)`` in ``count`` threads at once, each with a session of its own; the errors that came."""
    barrier, errors = threading.Barrier(count), []

    def run(number: int) -> None:
        with app.app_context():
            try:
                barrier.wait()
                work(number)
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_a_subject_has_one_place_however_often_it_asks(ctx: Flask) -> None:
    organisation = make_issuer()
    first_list, first = places.allocate(organisation, "award")
    again_list, again = places.allocate(organisation, "award")
    assert (first_list.id, first) == (again_list.id, again)
    assert first_list.next_counter == 1


def test_subjects_of_one_organisation_share_a_list_and_no_place(ctx: Flask) -> None:
    organisation = make_issuer()
    given = [places.allocate(organisation, f"award-{number}") for number in range(100)]
    assert len({status_list.id for status_list, _ in given}) == 1
    assert len({index for _, index in given}) == 100
    assert all(0 <= index < 131_072 for _, index in given)


def test_organisations_do_not_share_lists(ctx: Flask) -> None:
    first, _ = places.allocate(make_issuer(), "award-1")
    second, _ = places.allocate(make_issuer(), "award-2")
    assert first.id != second.id
    assert first.index_key != second.index_key


def test_i14_a_full_list_is_followed_by_a_new_one_and_no_place_is_given_twice(ctx: Flask) -> None:
    organisation = make_issuer()
    given = [places.allocate(organisation, f"award-{number}", size=4) for number in range(11)]
    assert [status_list.number for status_list, _ in given] == [1] * 4 + [2] * 4 + [3] * 3
    assert len({(status_list.id, index) for status_list, index in given}) == 11


def test_places_given_at_the_same_time_are_all_different(app: Flask) -> None:
    with app.app_context():
        organisation_id = make_issuer().id
        db.session.commit()

    def take(number: int) -> None:
        places.allocate(db.session.get_one(Organisation, organisation_id), f"award-{number}", size=5)

    assert in_parallel(app, 12, take) == []
    with app.app_context():
        taken = db.session.execute(select(StatusEntry.status_list_id, StatusEntry.index)).all()
        numbers = db.session.scalars(select(StatusList.number).order_by(StatusList.number)).all()
    assert len(taken) == len(set(taken)) == 12
    assert numbers == [1, 2, 3]


def test_the_database_refuses_a_place_that_is_taken(ctx: Flask) -> None:
    status_list, index = places.allocate(make_issuer(), "award")
    db.session.add(StatusEntry(status_list_id=status_list.id, index=index, subject="another"))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_revoking_sets_the_bit_and_says_who_and_why(ctx: Flask) -> None:
    places.allocate(make_issuer(), "award")
    places.revoke("award", reason="Issued in error.", actor="administrator-1")
    db.session.commit()
    entry = places.entry_of("award")
    assert entry.is_set and entry.reason == "Issued in error." and entry.set_at is not None
    recorded = db.session.scalars(select(AuditEntry).filter_by(action="credential.revoked")).one()
    assert (recorded.subject, recorded.actor) == ("award", "administrator-1")
    assert "Issued in error." not in str(recorded.details)


def test_i16_revoking_twice_changes_nothing(ctx: Flask) -> None:
    places.allocate(make_issuer(), "award")
    first = places.revoke("award", reason="First.", actor="a")
    set_at = first.set_at
    again = places.revoke("award", reason="Second.", actor="b")
    db.session.commit()
    assert (again.reason, again.set_at) == ("First.", set_at)
    assert len(db.session.scalars(select(AuditEntry).filter_by(action="credential.revoked")).all()) == 1


def test_revoking_what_is_not_there_is_not_found(ctx: Flask) -> None:
    with pytest.raises(NotFound):
        places.revoke("nothing", reason="None.", actor="a")


def test_only_the_revoked_subject_is_revoked(ctx: Flask) -> None:
    organisation = make_issuer()
    for subject in ("award-1", "award-2"):
        places.allocate(organisation, subject)
    places.revoke("award-1", reason="Issued in error.", actor="a")
    assert places.is_revoked("award-1")
    assert not places.is_revoked("award-2")
    assert not places.is_revoked("never given")


def test_a_status_reference_holds_what_the_standard_asks_for(ctx: Flask) -> None:
    status_list, index = places.allocate(make_issuer(), "award")
    reference = places.status_reference(status_list, index)
    assert reference["type"] == "BitstringStatusListEntry"
    assert reference["statusPurpose"] == "revocation"
    assert reference["statusListIndex"] == str(index)
    assert reference["id"] != reference["statusListCredential"]
    assert reference["statusListCredential"] == f"http://localhost:8000/status/{status_list.public_id}"


def give_both(subject: str = "award") -> Organisation:
    organisation = make_issuer()
    places.allocate(organisation, subject)
    places.allocate(organisation, subject, purpose=places.SUSPENSION)
    db.session.commit()
    return organisation


def test_a_subject_has_a_place_of_its_own_for_each_purpose(ctx: Flask) -> None:
    organisation = give_both()
    revocation, _ = places.allocate(organisation, "award")
    suspension, _ = places.allocate(organisation, "award", purpose=places.SUSPENSION)
    assert (revocation.purpose, suspension.purpose) == ("revocation", "suspension")
    assert revocation.id != suspension.id


def test_a_suspension_can_be_lifted_and_set_again_and_the_audit_tells(ctx: Flask) -> None:
    give_both()
    since = places.suspend("award", reason="A complaint.", actor="a").set_at
    assert places.suspended_since("award") == since
    assert not places.is_revoked("award")
    places.lift("award", reason="It was unfounded.", actor="b")
    assert places.suspended_since("award") is None
    places.suspend("award", reason="Another.", actor="a")
    db.session.commit()
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)).all()
    told = [action for action in actions if action.startswith("credential.")]
    assert told == ["credential.suspended", "credential.suspension_lifted", "credential.suspended"]


def test_suspending_twice_changes_nothing(ctx: Flask) -> None:
    give_both()
    first = places.suspend("award", reason="First.", actor="a").set_at
    assert places.suspend("award", reason="Second.", actor="a").set_at == first
    places.lift("award", reason="Over.", actor="a")
    lifted = places.lift("award", reason="Again.", actor="a")
    assert lifted.reason == "Over."


def test_what_has_no_place_for_it_cannot_be_suspended(ctx: Flask) -> None:
    places.allocate(make_issuer(), "award")
    with pytest.raises(Conflict) as refused:
        places.suspend("award", reason="A complaint.", actor="a")
    assert refused.value.code == "cannot_be_suspended"
    assert places.suspended_since("award") is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE status_entry SET is_set = false WHERE subject = 'award'",
        'UPDATE status_entry SET "index" = "index" + 1 WHERE subject = \'award\'',
        "UPDATE status_entry SET status_list_id = status_list_id + 1 WHERE subject = 'award'",
        "DELETE FROM status_entry WHERE subject = 'award'",
    ],
)
def test_the_database_takes_no_revocation_back_and_moves_no_place(ctx: Flask, statement: str) -> None:
    give_both()
    places.revoke("award", reason="Issued in error.", actor="a")
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert places.is_revoked("award")
