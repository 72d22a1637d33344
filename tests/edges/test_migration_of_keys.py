"""A service that has issued under the first schema goes on under the second, and what it signed stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import IntegrityError

from issuer.base.db import db
from tests import databases as places
from tests.conftest import Databases
from wsgi import create_app

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("organisation", {"id": 1, "slug": "guild", "name": "Guild", "description": "", "open_enrolment": True}),
    ("account", {"id": 1, "name": "Ada", "locale": "en"}),
    ("achievement", {"id": 1, "organisation_id": 1, "code": "a", "state": "open"}),
    (
        "achievement_version",
        {
            **{"id": 1, "achievement_id": 1, "number": 1, "name": "A", "description": "A", "achievement_type": "Badge"},
            **{"criteria": "{}", "criteria_narrative": "A", "level": "", "monogram": "A", "image_alt": "A"},
            **{"language": "en", "digest": "0" * 64},
        },
    ),
    (
        "award",
        {
            **{"id": 1, "account_id": 1, "achievement_version_id": 1, "awarded_at": WHEN, "state": "issued"},
            **{"visibility": "private", "basis": "{}"},
        },
    ),
    (
        "status_list",
        {
            **{"id": 1, "organisation_id": 1, "purpose": "revocation", "number": 1, "size": 131072},
            **{"index_key": b"k", "next_counter": 1},
        },
    ),
    (
        "signing_key",
        {
            **{"id": 1, "kid": "K1", "organisation_id": 1, "purpose": "badge_proof", "algorithm": "EdDSA"},
            **{"public_jwk": "{}", "state": "active"},
        },
    ),
    (
        "credential",
        {
            **{"id": 1, "award_id": 1, "credential_id": "https://x/badges/1", "document": b"{}", "jwt": b"e.e.e"},
            **{"sha256": "0" * 64, "proof_kid": "K1", "jwt_kid": "K2", "status_list_id": 1, "status_index": 7},
            **{"valid_from": WHEN, "signed_at": WHEN},
        },
    ),
)


@pytest.fixture
def lived_in(databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database that issued one badge under schema 0001 and was then brought up to date."""
    url = databases.make_empty(tmp_path)
    app = create_app(places.test_settings(tmp_path, url))
    with app.app_context():
        upgrade(revision="0001")
        tables = sa.MetaData()
        tables.reflect(db.engine, only=[name for name, _ in ROWS])
        with db.engine.begin() as connection:
            for name, values in ROWS:
                table = tables.tables[name]
                given = {"public_id": f"{name}-1", "created_at": WHEN}
                known = {column: value for column, value in given.items() if column in table.c}
                connection.execute(table.insert().values(**known, **_as_kept(table, values)))
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)


def _as_kept(table: sa.Table, values: dict[str, Any]) -> dict[str, Any]:
    """JSON columns take an object where others take text."""
    return {name: {} if isinstance(table.c[name].type, sa.JSON) else value for name, value in values.items()}


def row_of(table: str) -> dict[str, Any]:
    return dict(db.session.execute(sa.text(f"SELECT * FROM {table}")).mappings().one())


def test_what_was_signed_is_its_first_edition_byte_for_byte(lived_in: Flask) -> None:
    credential, award = row_of("credential"), row_of("award")
    assert (credential["edition"], award["edition"]) == (1, 1)
    assert bytes(credential["document"]) == b"{}"
    assert (credential["status_index"], credential["proof_kid"]) == (7, "K1")


def test_what_was_signed_still_cannot_be_changed(lived_in: Flask) -> None:
    for statement in ("UPDATE credential SET edition = 2", "DELETE FROM credential"):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(sa.text(statement))


def test_a_key_of_before_goes_on_signing(lived_in: Flask) -> None:
    key = row_of("signing_key")
    assert (key["kid"], key["state"], key["activates_at"], key["compromised_since"]) == ("K1", "active", None, None)


@pytest.mark.parametrize("organisation", [1, None])
@pytest.mark.parametrize("state", ["active", "announced"])
def test_one_key_at_a_time_is_active_and_one_announced(lived_in: Flask, state: str, organisation: int | None) -> None:
    insert = sa.text(
        "INSERT INTO signing_key (id, kid, organisation_id, purpose, algorithm, public_jwk, state, created_at)"
        " VALUES (:id, :kid, :organisation, 'log_checkpoint', 'EdDSA', '{}', :state, :at)"
    )
    given = {"organisation": organisation, "state": state, "at": WHEN.replace(tzinfo=None)}
    db.session.execute(insert, {"id": 2, "kid": "first", **given})
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert, {"id": 3, "kid": "second", **given})


def test_a_badge_has_an_edition_once(lived_in: Flask) -> None:
    columns = "award_id, credential_id, document, jwt, sha256, proof_kid, jwt_kid, status_list_id, status_index"
    into = f"INSERT INTO credential (id, edition, {columns}, valid_from, signed_at)"
    copy = sa.text(f"{into} SELECT :id, 2, {columns}, valid_from, signed_at FROM credential WHERE edition = 1")
    db.session.execute(copy, {"id": 2})
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(copy, {"id": 3})


def test_the_step_can_be_taken_back_while_nothing_new_was_written(lived_in: Flask) -> None:
    downgrade(revision="0001")
    assert "edition" not in row_of("credential")
    assert "compromised_at" not in row_of("signing_key")
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(sa.text("DELETE FROM credential"))
