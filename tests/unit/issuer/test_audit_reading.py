from __future__ import annotations

from flask import Flask

from issuer import audit_reading
from issuer.base import audit
from issuer.base.db import db
from tests.factories.people import make_organisation


def test_the_only_organisation_reads_every_entry(ctx: Flask) -> None:
    organisation = make_organisation()
    audit.record("award.issued", "award-1", actor="system")
    db.session.commit()
    assert [entry.action for entry in audit_reading.newest([organisation.id])] == [
        "award.issued",
        "organisation.created",
    ]


def test_of_several_each_reads_only_what_names_it(ctx: Flask) -> None:
    mine, other = make_organisation(), make_organisation()
    audit.record("award.issued", "award-1", actor="system", organisation=mine.public_id)
    audit.record("award.issued", "award-2", actor="system", organisation=other.public_id)
    audit.record("award.issued", "award-3", actor="system")
    db.session.commit()
    read = {(entry.action, entry.subject) for entry in audit_reading.newest([mine.id])}
    assert read == {("award.issued", "award-1"), ("organisation.created", mine.public_id)}
    assert audit_reading.newest([]) == []
