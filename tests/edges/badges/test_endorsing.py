"""Organisations endorse each other and what they award; what others read of it is for those who are endorsed to say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from badges.endorsements.models import Endorsement
from badges.models import Achievement
from badges.verification import sources
from badges.verification.report import Finding
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.models import Organisation, StatusList
from issuer.profile import issuer_did
from issuer.status import publishing
from tests.edges.badges.badge_steps import HTML, held_badge
from tests.factories.badges import make_achievement
from tests.factories.people import Person, make_person, submit
from tests.journeys.foreign_issuer import ForeignIssuer, foreign_issuer

HERE = "http://localhost:8000"
WORDS = "We have hired people with this badge for years."
ELSEWHERE = "They set the bar for the whole region."


@pytest.fixture
def endorsed(app: Flask) -> Person:
    """An administrator of an organisation that awards something."""
    person = make_person(app, "administrator")
    with app.app_context():
        make_achievement(db.session.get_one(Organisation, person.organisation_id))
        db.session.commit()
    return person


@pytest.fixture
def foreign() -> Iterator[ForeignIssuer]:
    with foreign_issuer() as issuer:
        yield issuer


def paths_of(app: Flask, person: Person) -> tuple[str, str]:
    """The pages of the person's organisation and of what it awards."""
    with app.app_context():
        organisation = db.session.get_one(Organisation, person.organisation_id)
        awarded = db.session.scalars(select(Achievement.public_id).filter_by(organisation_id=organisation.id)).one()
        return f"/issuers/{organisation.slug}", f"/achievements/{awarded}"


def give(app: Flask, giver: Person, path: str, comment: str = WORDS) -> Any:
    with app.app_context():
        name = db.session.get_one(Organisation, giver.organisation_id).public_id
    form = {"organisation": name, "address": f"{HERE}{path}", "comment": comment}
    return submit(giver.client, "/admin/endorsements", form)


def names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Endorsement.public_id).order_by(Endorsement.id)))


def written_elsewhere(foreign: ForeignIssuer, of: str, **over: Any) -> dict[str, Any]:
    """An endorsement that an issuer on another host has signed."""
    subject = {"id": of, "type": ["EndorsementSubject"], "endorsementComment": ELSEWHERE}
    kind = ["VerifiableCredential", "EndorsementCredential"]
    return foreign.badge(type=kind, credentialSubject=subject, id=f"{foreign.base_url}/endorsements/1", **over)


def hand_in(person: Person, document: object) -> Any:
    return submit(person.client, "/admin/endorsements/import", {"input": json.dumps(document)})


@pytest.mark.parametrize("which", [0, 1], ids=["the issuer", "what it awards"])
def test_what_is_said_stands_on_its_page_verifies_and_is_hidden_and_withdrawn(
    app: Flask, client: FlaskClient, endorsed: Person, which: int
) -> None:
    path, giver = paths_of(app, endorsed)[which], make_person(app, "administrator")
    assert give(app, giver, path).status_code == 303
    name = names(app)[0]
    assert WORDS in client.get(path, headers=HTML).text
    document = client.get(f"/endorsements/{name}.json").data
    with app.test_request_context():
        assert sources.check(document).finding in (Finding.VALID, Finding.ISSUER_NOT_KNOWN)
        assert sources.check(document.replace(b"for years", b"for days")).finding is Finding.ALTERED
    assert f"/endorsements/{name}/hide" in endorsed.client.get("/admin/endorsements", headers=HTML).text
    assert submit(giver.client, f"/endorsements/{name}/hide").status_code == 404, "only for who is endorsed to say"
    submit(endorsed.client, f"/endorsements/{name}/hide")
    assert WORDS not in client.get(path, headers=HTML).text
    assert client.get(f"/endorsements/{name}").status_code == 404
    submit(endorsed.client, f"/endorsements/{name}/show")
    assert WORDS in client.get(path, headers=HTML).text
    assert submit(endorsed.client, f"/admin/endorsements/{name}/withdraw").status_code == 404
    submit(giver.client, f"/admin/endorsements/{name}/withdraw")
    assert WORDS not in client.get(path, headers=HTML).text
    with app.test_request_context():
        for list_id in db.session.scalars(select(StatusList.public_id)).all():
            publishing.publish(list_id)
        assert sources.check(document).finding is Finding.REVOKED


def test_what_is_said_of_the_issuer_stands_beside_its_badges_and_of_which_it_is(
    app: Flask, client: FlaskClient, endorsed: Person
) -> None:
    issuer, achievement = paths_of(app, endorsed)
    giver = make_person(app, "administrator")
    give(app, giver, issuer)
    give(app, giver, achievement, "What it asks for is what the work asks for.")
    page = client.get(achievement, headers=HTML).text
    assert WORDS in page and "Of the issuer" in page and "Of what the badge stands for" in page
    assert "Of what the badge stands for" not in client.get(issuer, headers=HTML).text


def test_of_a_badge_nobody_reads_it_before_its_holder_says_so(app: Flask, client: FlaskClient) -> None:
    badge, giver = held_badge(app), make_person(app, "administrator")
    assert give(app, giver, badge.path).status_code == 303
    assert WORDS not in client.get(badge.path, headers=HTML).text
    submit(badge.holder.client, f"/endorsements/{names(app)[0]}/show")
    assert WORDS in client.get(badge.path, headers=HTML).text


def test_nobody_endorses_themselves_twice_or_what_is_not_there(app: Flask, endorsed: Person) -> None:
    issuer, achievement = paths_of(app, endorsed)
    giver, hidden = make_person(app, "administrator"), held_badge(app, public=False)
    assert [give(app, endorsed, path).status_code for path in (issuer, achievement)] == [422, 422]
    assert give(app, giver, issuer).status_code == 303
    assert give(app, giver, issuer).status_code == 422
    for path in (hidden.path, "/issuers/nobody", "/verify", "/badges/../issuers", "//evil.example/issuers/x"):
        assert give(app, giver, path).status_code == 422
    assert give(app, giver, achievement, "Good.").status_code == 422
    assert give(app, make_person(app, "learner"), achievement).status_code == 403
    assert len(names(app)) == 1


@pytest.mark.parametrize("kind", ["issuer", "achievement"])
def test_one_signed_elsewhere_is_kept_as_it_is_and_shown_when_the_endorsed_say_so(
    app: Flask, client: FlaskClient, endorsed: Person, foreign: ForeignIssuer, kind: str
) -> None:
    path = paths_of(app, endorsed)[kind == "achievement"]
    with app.app_context():
        did = issuer_did(db.session.get_one(Organisation, endorsed.organisation_id))
    document = written_elsewhere(foreign, did if kind == "issuer" else f"{HERE}{path}")
    assert hand_in(endorsed, document).status_code == 303
    assert ELSEWHERE not in client.get(path, headers=HTML).text
    name = names(app)[0]
    submit(endorsed.client, f"/endorsements/{name}/show")
    assert ELSEWHERE in client.get(path, headers=HTML).text
    kept = client.get(f"/endorsements/{name}.json").data
    assert kept.decode() == json.dumps(document) and load_object(kept) == document
    assert hand_in(endorsed, document).status_code == 422, "it is here already"


def test_one_that_is_changed_or_of_something_else_is_refused(
    app: Flask, endorsed: Person, foreign: ForeignIssuer
) -> None:
    issuer, achievement = paths_of(app, endorsed)
    other = make_person(app, "administrator")
    good = written_elsewhere(foreign, f"{HERE}{achievement}")
    refused = [
        good | {"name": "Another"},
        foreign.badge(),
        written_elsewhere(foreign, f"{HERE}/achievements/nothing"),
        written_elsewhere(foreign, "https://evil.example/achievements/1"),
        written_elsewhere(foreign, f"{HERE}{issuer}/more"),
        {},
        "https://evil.example/endorsements/1",
    ]
    assert [hand_in(endorsed, each).status_code for each in refused] == [422] * len(refused)
    assert hand_in(other, good).status_code == 422, "not an organisation of theirs"
    assert hand_in(make_person(app, "learner"), good).status_code == 403
    assert names(app) == []
