"""Revoking many badges over HTTP and at the command line: two administrators, and nobody else."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges import awards
from issuer.base import jobs
from issuer.base.db import db, utc_now
from issuer.models import Account, Organisation
from tests.edges.badges.badge_steps import HTML
from tests.factories.badges import earn, make_achievement
from tests.factories.people import Person, make_account, make_person, make_token, submit

API = "/api/v1/revocations"


@dataclass(frozen=True, slots=True)
class Scene:
    """An organisation with two administrators and three badges of one achievement, one of them of ``learner``."""

    first: Person
    second: Person
    learner: Person
    slug: str
    achievement_id: str
    badges: tuple[str, ...]


@pytest.fixture
def scene(app: Flask) -> Scene:
    first = make_person(app, "administrator", name="Ingrid")
    second = make_person(app, "administrator", organisation_id=first.organisation_id, name="Mateus")
    learner = make_person(app, "learner", organisation_id=first.organisation_id, name="Amara")
    with app.app_context():
        organisation = db.session.get_one(Organisation, first.organisation_id)
        achievement = make_achievement(organisation)
        holders = [db.session.get_one(Account, learner.account_id), make_account(), make_account()]
        badges = tuple(earn(holder, achievement).public_id for holder in holders)
        db.session.commit()
        return Scene(first, second, learner, organisation.slug, achievement.public_id, badges)


def body(scene: Scene, **over: Any) -> dict[str, Any]:
    return {
        "organisation": scene.slug,
        "achievement": scene.achievement_id,
        "reason": "The check had leaked.",
        "reason_code": "evidence_not_valid",
        **over,
    }


def headers(app: Flask, person: Person) -> dict[str, str]:
    return make_token(app, person.account_id, "awards:revoke")


def standings(app: Flask, scene: Scene) -> set[str]:
    with app.app_context():
        return {awards.standing_of(awards.find_award(name), now=utc_now()).value for name in scene.badges}


def test_a_dry_run_counts_and_writes_nothing_down(app: Flask, client: FlaskClient, scene: Scene) -> None:
    caller = headers(app, scene.first)
    counted = client.post(API, json=body(scene, dry_run=True), headers=caller)
    assert counted.status_code == 200
    told = counted.get_json()
    assert (told["state"], told["id"], told["badges"], told["learners"]) == ("dry_run", None, 3, 3)
    assert {badge["id"] for badge in told["sample"]} == set(scene.badges)
    assert client.get(API, headers=caller).get_json() == {"items": [], "next": None}


def test_one_proposes_and_another_confirms_and_then_it_is_done(app: Flask, client: FlaskClient, scene: Scene) -> None:
    first, second = headers(app, scene.first), headers(app, scene.second)
    made = client.post(API, json=body(scene), headers=first)
    assert made.status_code == 201
    proposal = made.get_json()
    path = f"{API}/{proposal['id']}"
    assert (proposal["state"], proposal["badges"], proposal["proposed_by"]["name"]) == ("proposed", 3, "Ingrid")
    assert standings(app, scene) == {"valid"}

    alone = client.post(f"{path}/confirm", json={}, headers=first)
    assert (alone.status_code, alone.get_json()["code"]) == (403, "separation_of_duties")
    other = client.post(f"{path}/confirm", json={"digest": "0" * 64}, headers=second)
    assert (other.status_code, other.get_json()["code"]) == (409, "set_changed")
    agreed = client.post(f"{path}/confirm", json={"digest": proposal["digest"]}, headers=second)
    assert (agreed.status_code, agreed.get_json()["state"]) == (200, "confirmed")

    jobs.drain(app, timeout=60)
    assert standings(app, scene) == {"revoked"}
    done = client.get(path, headers=first).get_json()
    assert (done["state"], done["progress"]) == ("done", {"waiting": 0, "revoked": 3, "already": 0})
    badges = client.get(f"{path}/badges", query_string={"limit": 2}, headers=first).get_json()
    assert [badge["outcome"] for badge in badges["items"]] == ["revoked", "revoked"]
    rest = client.get(f"{path}/badges", query_string={"after": badges["next"]}, headers=first).get_json()
    assert (len(rest["items"]), rest["next"]) == (1, None)


def test_the_proposer_withdraws_it(app: Flask, client: FlaskClient, scene: Scene) -> None:
    first, second = headers(app, scene.first), headers(app, scene.second)
    path = f"{API}/{client.post(API, json=body(scene), headers=first).get_json()['id']}"
    assert client.post(f"{path}/withdraw", headers=second).status_code == 403
    assert client.post(f"{path}/withdraw", headers=first).get_json()["state"] == "withdrawn"
    late = client.post(f"{path}/confirm", json={}, headers=second)
    assert (late.status_code, late.get_json()["code"]) == (409, "proposal_closed")


def test_a_list_that_names_badges_says_which_rows_it_left_out(app: Flask, client: FlaskClient, scene: Scene) -> None:
    lines = f"id\n{scene.badges[0]}\nnothing\n{scene.badges[0]}\n"
    only = {"achievement": "", "badges_csv": lines, "dry_run": True}
    told = client.post(API, json=body(scene, **only), headers=headers(app, scene.first)).get_json()
    assert told["badges"] == 1
    assert [(row["row"], row["reason"]) for row in told["left_out"]] == [(3, "unknown"), (4, "named_twice")]


@pytest.mark.parametrize(
    ("over", "status"),
    [
        ({"achievement": ""}, 422),
        ({"achievement": "nothing"}, 422),
        ({"reason": " "}, 422),
        ({"reason_code": "envy"}, 422),
        ({"version": 0}, 422),
        ({"awarded_from": "yesterday"}, 422),
        ({"module": "nothing"}, 422),
        ({"dry_run": "yes"}, 422),
        ({"everything": True}, 422),
        ({"badges_csv": '"open'}, 422),
        ({"organisation": "nothing"}, 404),
        ({"awarded_until": "2001-01-01"}, 422),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    app: Flask, client: FlaskClient, scene: Scene, over: dict[str, Any], status: int
) -> None:
    assert client.post(API, json=body(scene, **over), headers=headers(app, scene.first)).status_code == status


def test_administrators_of_another_organisation_find_nothing(app: Flask, client: FlaskClient, scene: Scene) -> None:
    path = f"{API}/{client.post(API, json=body(scene), headers=headers(app, scene.first)).get_json()['id']}"
    elsewhere = make_person(app, "administrator")
    foreign = headers(app, elsewhere)
    assert client.post(API, json=body(scene), headers=foreign).status_code == 404
    for answer in (
        client.get(path, headers=foreign),
        client.get(f"{path}/badges", headers=foreign),
        client.post(f"{path}/confirm", json={}, headers=foreign),
        client.post(f"{path}/withdraw", headers=foreign),
        elsewhere.client.get(f"/admin/revocations/{path.rpartition('/')[2]}", headers=HTML),
    ):
        assert answer.status_code == 404
    assert client.get(API, headers=foreign).get_json()["items"] == []


def propose_on_page(scene: Scene, **form: object) -> str:
    path = f"/admin/organisations/{scene.first.organisation}/revocations/new"
    sent = {"achievement": scene.achievement_id, "reason": "The check had leaked.", "reason_code": "other"}
    answer = submit(scene.first.client, path, sent | {"do": "propose"} | form)
    assert answer.status_code == 303
    return str(answer.location)


def test_on_the_pages_one_proposes_and_another_looks_and_confirms(app: Flask, scene: Scene) -> None:
    path = propose_on_page(scene)
    own = scene.first.client.get(path, headers=HTML).get_data(as_text=True)
    assert "somebody else has to confirm it" in own and "for good</button>" not in own
    page = scene.second.client.get(path, headers=HTML).get_data(as_text=True)
    assert "Revoke 3 badges for good" in page and "Amara" in page
    digest = page.partition('name="digest" value="')[2][:64]
    submit(scene.second.client, f"{path}/confirm", {"digest": digest})
    assert standings(app, scene) == {"valid"}
    submit(scene.first.client, f"{path}/confirm", {"digest": digest, "looked": "yes"})
    jobs.drain(app, timeout=60)
    assert standings(app, scene) == {"valid"}
    submit(scene.second.client, f"{path}/confirm", {"digest": digest, "looked": "yes"})
    assert "Being done" in scene.first.client.get(path, headers=HTML).get_data(as_text=True)
    jobs.drain(app, timeout=60)
    assert standings(app, scene) == {"revoked"}
    assert "Done" in scene.first.client.get("/admin/revocations", headers=HTML).get_data(as_text=True)


def test_counting_first_shows_who_is_meant_and_keeps_what_was_sent(app: Flask, scene: Scene) -> None:
    path = f"/admin/organisations/{scene.first.organisation}/revocations/new"
    file = (io.BytesIO(f"badge\n{scene.badges[0]}\nnothing\n".encode()), "badges.csv")
    answer = submit(scene.first.client, path, {"do": "count", "badges_file": file})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Amara" in page and "No badge of this organisation has this number" in page
    assert f"{scene.badges[0]}\nnothing</textarea>" in page
    listed = scene.first.client.get("/admin/revocations", headers=HTML).get_data(as_text=True)
    assert "Nothing was proposed yet" in listed


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"achievement": ""}, "achievement"),
        ({"version": "two"}, "version"),
        ({"awarded_from": "2026-02-31"}, "awarded_from"),
        ({"reason": ""}, "reason"),
        ({"reason_code": "envy"}, "reason_code"),
        ({"module": "nothing"}, "module"),
    ],
    ids=str,
)
def test_a_form_that_makes_no_sense_comes_back_with_the_field(scene: Scene, form: dict[str, str], field: str) -> None:
    path = f"/admin/organisations/{scene.first.organisation}/revocations/new"
    sent = {"achievement": scene.achievement_id, "reason": "Leaked.", "reason_code": "other", "do": "propose"}
    answer = submit(scene.first.client, path, sent | form)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.get_data(as_text=True)


def test_the_proposer_withdraws_on_the_page(app: Flask, scene: Scene) -> None:
    path = propose_on_page(scene)
    submit(scene.second.client, f"{path}/withdraw")
    assert "Waits for a second" in scene.second.client.get(path, headers=HTML).get_data(as_text=True)
    submit(scene.first.client, f"{path}/withdraw")
    assert "Withdrawn by who proposed it" in scene.second.client.get(path, headers=HTML).get_data(as_text=True)


def run(app: Flask, *args: str) -> Any:
    return app.test_cli_runner().invoke(args=["badge", *args])


def test_at_the_command_line_it_takes_two_administrators_as_well(app: Flask, scene: Scene, tmp_path: Path) -> None:
    which = ["revoke-many", "--organisation", scene.slug, "--achievement", scene.achievement_id]
    why = ["--reason", "The check had leaked.", "--reason-code", "evidence_not_valid"]
    dry = run(app, *which, "--dry-run")
    assert dry.exit_code == 0 and dry.output.startswith("3 badges of 3 learners\n")
    assert "nothing was changed" in dry.output
    one = ["--proposed-by", scene.first.email]
    for bad in (
        [*which, *why],
        [*which, *one],
        [*which, *why, *one, "--confirmed-by", scene.first.email],
        [*which, *why, "--proposed-by", scene.learner.email],
        [*which, *why, "--proposed-by", "nobody@example.org"],
        ["revoke-many", "--organisation", scene.slug, *why, *one],
    ):
        assert run(app, *bad).exit_code == 2
    assert standings(app, scene) == {"valid"}
    assert run(app, *which, *why, *one, "--confirmed-by", scene.second.email).exit_code == 0
    jobs.drain(app, timeout=60)
    assert standings(app, scene) == {"revoked"}


def test_a_proposal_made_at_the_command_line_is_confirmed_later(app: Flask, scene: Scene, tmp_path: Path) -> None:
    file = tmp_path / "badges.csv"
    file.write_text("\n".join(scene.badges))
    why = ["--reason", "The check had leaked.", "--proposed-by", scene.first.email]
    made = run(app, "revoke-many", "--organisation", scene.slug, "--badges", str(file), *why)
    assert made.exit_code == 0
    proposal_id = made.output.splitlines()[-1].partition("\t")[0]
    assert run(app, "revocation", proposal_id, "--confirmed-by", scene.first.email).exit_code == 2
    assert run(app, "revocation", proposal_id, "--confirmed-by", scene.second.email).exit_code == 0
    jobs.drain(app, timeout=60)
    assert "3 revoked, 0 to go" in run(app, "revocation", proposal_id).output
    assert run(app, "revocation", "nothing").exit_code == 2
