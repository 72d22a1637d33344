"""Processes that need keys at the same moment: each purpose ends with one key that signs, and nobody is turned away."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from issuer.base.db import db
from issuer.keys import keystore
from issuer.models import Organisation

PROCESSES = 4


def ensured_at_once(app: Flask, organisation_id: int | None, purpose: str) -> list[str]:
    """The kid that each of some processes finds active, after all of them have seen to it at once."""
    start = Barrier(PROCESSES)

    def ensure() -> str:
        with app.app_context():
            organisation = None if organisation_id is None else db.session.get(Organisation, organisation_id)
            db.session.rollback()
            start.wait(30)
            keystore.ensure_keys(organisation, purposes=(purpose,))
            kid = keystore.active_key(organisation, purpose).kid
            db.session.commit()
            return kid

    with ThreadPoolExecutor(PROCESSES) as processes:
        return [future.result() for future in [processes.submit(ensure) for _ in range(PROCESSES)]]


@pytest.mark.parametrize("purpose", ["badge_proof", "status_list", "credential_proof"])
def test_an_organisation_gets_one_key_from_processes_that_ensure_it_at_once(app: Flask, purpose: str) -> None:
    with app.app_context():
        organisation = Organisation(slug="north", name="North")
        db.session.add(organisation)
        db.session.commit()
        organisation_id = organisation.id
    assert len(set(ensured_at_once(app, organisation_id, purpose))) == 1
    with app.app_context():
        kept = keystore.keys_of(db.session.get_one(Organisation, organisation_id))
        assert Counter((key.purpose, key.state) for key in kept if key.purpose == purpose) == {(purpose, "active"): 1}


def test_the_instance_gets_one_key_from_processes_that_ensure_it_at_once(app: Flask) -> None:
    assert len(set(ensured_at_once(app, None, "log_checkpoint"))) == 1
    with app.app_context():
        assert [(key.purpose, key.state) for key in keystore.keys_of(None)] == [("log_checkpoint", "active")]
