"""`flask keys`: what an operator sees and does."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric import ed25519
from flask import Flask

from issuer.base.db import db, utc_now
from issuer.crypto.multikey import thumbprint
from issuer.keys import keystore, life
from issuer.models import Organisation
from tests.factories.keys import make_issuer


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["keys", *args])


def listed(app: Flask) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(app, "list", "--json").output)
    return found


@pytest.fixture
def kid(app: Flask) -> str:
    """The key for badges of the issuer "guild"."""
    with app.app_context():
        found = keystore.active_key(make_issuer(slug="guild"), "badge_proof").kid
        db.session.commit()
    return found


def test_the_list_says_of_each_key_whose_it_is_what_for_and_whether_it_works(app: Flask, kid: str) -> None:
    head, *rows = run(app, "list").output.splitlines()
    assert head.split() == ["ORGANISATION", "PURPOSE", "ALGORITHM", "STATE", "KEY", "CONDITION"]
    assert len(rows) == len(keystore.ORGANISATION_PURPOSES)
    (row,) = [row for row in rows if kid in row]
    assert row.split() == ["guild", "badge_proof", "EdDSA", "active", kid, "usable"]


def test_the_list_is_there_for_programs_with_all_dates(app: Flask, kid: str) -> None:
    run(app, "rotate", kid)
    by_state = {key["state"]: key for key in listed(app) if key["purpose"] == "badge_proof"}
    assert by_state["active"]["kid"] == kid
    assert by_state["announced"]["organisation"] == "guild"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", by_state["announced"]["activates_at"])


def test_the_list_of_one_issuer_leaves_out_the_others(app: Flask, kid: str) -> None:
    with app.app_context():
        make_issuer(slug="school")
        db.session.commit()
    rows = run(app, "list", "--organisation", "school").output.splitlines()[1:]
    assert {row.split()[0] for row in rows} == {"school"}
    assert run(app, "list", "--organisation", "nobody").exit_code == 2


def test_a_key_whose_file_is_gone_is_listed_with_the_fault(app: Flask, kid: str) -> None:
    (app.config["ROSETTE"].data_dir / "keys" / f"{kid}.json").unlink()
    (row,) = [row for row in run(app, "list").output.splitlines() if kid in row]
    assert "key_missing" in row


def test_a_key_that_has_signed_for_more_than_a_year_is_pointed_out(app: Flask, kid: str) -> None:
    with app.app_context():
        life.find_key(kid).created_at = utc_now() - timedelta(days=366)
        db.session.commit()
    (row,) = [row for row in run(app, "list").output.splitlines() if kid in row]
    assert "rotate it" in row


def test_create_gives_an_issuer_the_keys_that_it_lacks_once(app: Flask) -> None:
    with app.app_context():
        db.session.add(Organisation(slug="fresh", name="Fresh"))
        db.session.commit()
    made = run(app, "create", "fresh")
    assert made.exit_code == 0
    assert [line.split()[0] for line in made.output.splitlines()] == list(keystore.ORGANISATION_PURPOSES)
    assert "Nothing to do" in run(app, "create", "fresh").output
    assert len(listed(app)) == len(keystore.ORGANISATION_PURPOSES)


def test_create_gives_the_instance_its_own_key(app: Flask) -> None:
    assert run(app, "create", "--instance").output.startswith("log_checkpoint\t")
    assert listed(app)[0]["organisation"] is None
    assert run(app, "list").output.splitlines()[1].startswith("(instance)")


@pytest.mark.parametrize(
    "args",
    [
        ["create"],
        ["create", "guild", "--instance"],
        ["create", "guild", "--purpose", "log_checkpoint"],
        ["create", "--instance", "--purpose", "badge_proof"],
        ["create", "guild", "--purpose", "anything"],
        ["create", "nobody"],
        ["rotate"],
        ["rotate", "nobody"],
        ["retire", "nobody"],
        ["rotate", "KID", "--lead-hours", "0"],
    ],
)
def test_what_makes_no_sense_is_refused_with_code_2_and_changes_nothing(app: Flask, kid: str, args: list[str]) -> None:
    before = listed(app)
    result = run(app, *[kid if part == "KID" else part for part in args])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert listed(app) == before


def test_rotate_announces_and_says_when(app: Flask, kid: str) -> None:
    result = run(app, "rotate", kid, "--lead-hours", "48")
    assert result.exit_code == 0
    successor = result.output.split("\t")[0]
    with app.app_context():
        key = life.find_key(successor)
        assert key.state == "announced"
        assert f"{key.activates_at:%Y-%m-%d %H:%M} UTC" in result.output
        assert timedelta(hours=47) < key.activates_at - utc_now() < timedelta(hours=49)  # type: ignore[operator]


def test_rotate_a_second_time_says_that_it_is_under_way(app: Flask, kid: str) -> None:
    run(app, "rotate", kid)
    result = run(app, "rotate", kid)
    assert result.exit_code == 2
    assert "is announced" in result.output


def test_rotate_now_has_the_new_key_sign_at_once(app: Flask, kid: str) -> None:
    result = run(app, "rotate", kid, "--now")
    assert "from now" in result.output
    states = {key["kid"]: key["state"] for key in listed(app)}
    assert (states[kid], states[result.output.split("\t")[0]]) == ("retired", "active")


def test_retire_takes_an_announcement_back(app: Flask, kid: str) -> None:
    successor = run(app, "rotate", kid).output.split("\t")[0]
    assert run(app, "retire", successor).exit_code == 0
    states = {key["kid"]: key["state"] for key in listed(app)}
    assert (states[kid], states[successor]) == ("active", "retired")


def test_retire_of_the_key_that_signs_says_what_to_do_instead(app: Flask, kid: str) -> None:
    result = run(app, "retire", kid)
    assert result.exit_code == 2
    assert "Rotate it" in result.output


def test_a_key_that_cannot_be_made_is_code_1(app: Flask, kid: str) -> None:
    folder = app.config["ROSETTE"].data_dir / "keys"
    kept = folder.with_name("kept")
    folder.rename(kept)
    folder.write_text("a file where the folder was")
    result = run(app, "rotate", kid)
    folder.unlink()
    kept.rename(folder)
    assert result.exit_code == 1
    assert len(listed(app)) == len(keystore.ORGANISATION_PURPOSES)


def test_a_key_whose_name_begins_with_a_dash_is_an_argument_and_no_option(app: Flask) -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    while not thumbprint(private_key.public_key()).startswith("-"):
        private_key = ed25519.Ed25519PrivateKey.generate()
    with app.app_context():
        organisation = make_issuer()
        life.end(keystore.active_key(organisation, "badge_proof"), actor="system", now=utc_now())
        kid = keystore.adopt(organisation, "badge_proof", private_key).kid
        db.session.commit()
    assert run(app, "rotate", kid).exit_code == 0
