"""`flask keys compromise`: one command from the loss of a key to every badge signed again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from badges import checking
from badges.models import Award
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.keys import history, keystore, life
from issuer.profile import find_organisation
from tests.factories.badges import earn, make_achievement
from tests.factories.people import make_account

SINCE = "2026-01-31T09:00:00Z"


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=["keys", "compromise", *args])


@pytest.fixture
def kids(app: Flask) -> tuple[str, str]:
    """The keys for badges and for JWTs that have signed three badges of two learners."""
    with app.app_context():
        organisation = make_achievement().organisation
        one, other = make_account(), make_account()
        for learner in (one, one, other):
            earn(learner, make_achievement(organisation))
        found = tuple(keystore.active_key(organisation, purpose).kid for purpose in ("badge_proof", "badge_jwt"))
        db.session.commit()
    return found[0], found[1]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(app: Flask, kids: tuple[str, str]) -> None:
    result = run(app, kids[0], "--since", SINCE, "--dry-run")
    assert result.exit_code == 0
    assert "3 badges of 2 learners would be signed again" in result.output
    assert "0 of them are in the log from before" in result.output
    with app.app_context():
        assert life.find_key(kids[0]).state == "active"
        assert {award.edition for award in db.session.query(Award)} == {1}


def test_one_command_and_a_worker_sign_everything_again(app: Flask, kids: tuple[str, str]) -> None:
    result = run(app, *kids, "--since", SINCE)
    assert result.exit_code == 0
    assert f"{kids[0]}\tcompromised since {SINCE}" in result.output
    assert "0 of 3 signed again, 3 to go" in result.output
    jobs.drain(app)
    assert "3 of 3 signed again, 0 to go" in run(app, kids[0], "--status").output
    with app.app_context():
        assert {award.edition for award in db.session.query(Award)} == {2}


def test_all_keys_lost_together_leave_nothing_signed_by_any_of_them(app: Flask, kids: tuple[str, str]) -> None:
    with app.app_context():
        organisation = life.owner_of(life.find_key(kids[0]))
        lost = [key.kid for key in keystore.keys_of(organisation)]
        slug = organisation.slug  # type: ignore[union-attr]
    assert run(app, *lost, "--since", SINCE).exit_code == 0
    jobs.drain(app)
    with app.app_context():
        organisation = find_organisation(slug)
        assert checking.check_stored().faults == ()
        newest = history.versions_of(organisation)[0]
        assert history.refusal(newest, organisation=organisation, now=utc_now()) == ""
        assert newest.signed_kid not in lost


def test_saying_it_again_changes_nothing(app: Flask, kids: tuple[str, str]) -> None:
    run(app, kids[0], "--since", SINCE)
    jobs.drain(app)
    listed = app.test_cli_runner().invoke(args=["keys", "list", "--json"]).output
    assert run(app, kids[0], "--since", SINCE).exit_code == 0
    assert json.loads(app.test_cli_runner().invoke(args=["keys", "list", "--json"]).output) == json.loads(listed)


def test_the_status_of_a_key_that_is_well_says_so(app: Flask, kids: tuple[str, str]) -> None:
    assert "active: nothing is signed again" in run(app, kids[0], "--status").output


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["KID"],
        ["nobody", "--since", SINCE],
        ["KID", "--since", "yesterday"],
        ["KID", "--since", "2026-01-31"],
        ["KID", "--since", "2026-01-31T09:00:00"],
        ["KID", "--since", "LATER"],
        ["KID", "nobody", "--since", SINCE],
    ],
)
def test_what_makes_no_sense_is_refused_with_code_2_and_changes_nothing(
    app: Flask, kids: tuple[str, str], args: list[str]
) -> None:
    later = f"{utc_now() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    result = run(app, *[{"KID": kids[0], "LATER": later}.get(part, part) for part in args])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    with app.app_context():
        assert life.find_key(kids[0]).state == "active"
