"""An issuer moves or closes: two people say so, it is signed, and whoever looks at a badge reads it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from badges.models import Award
from badges.succession import letters
from badges.succession.models import SuccessionLetter
from badges.verification.sources import check_award
from badges.verification.verifying import verify
from badges.verification.wording import sentence_of
from badges.verification.world import World
from issuer.base import audit
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Forbidden
from issuer.crypto.errors import NothingPublished
from issuer.keys import history
from issuer.models import Account, Organisation, OutgoingMail
from issuer.profile import issuer_did, issuer_did_document
from issuer.succession import standing, stating
from issuer.succession.statement import Succession
from tests.factories.badges import earn, make_achievement
from tests.factories.people import Person, make_account, make_person, submit

HTML = {"Accept": "text/html"}
SUCCESSOR = {
    "successor_id": "did:web:next.example",
    "successor_name": "Next Institute",
    "successor_url": "https://next.example/",
}


def closing(**over: Any) -> dict[str, Any]:
    return {"state": "closed", "since": f"{utc_now():%Y-%m-%d}", **SUCCESSOR, **over}


def place_of(person: Person) -> Organisation:
    return db.session.get_one(Organisation, person.organisation_id)


def path_of(person: Person) -> str:
    return f"/admin/organisations/{person.organisation}/succession"


def stated(app: Flask, organisation_id: int, **over: Any) -> None:
    organisation = db.session.get_one(Organisation, organisation_id)
    stating.state(organisation, stating.wanted(organisation, **closing(**over)), actor="system")
    db.session.commit()


@pytest.fixture
def two(app: Flask) -> tuple[Person, Person]:
    """Two administrators of one organisation, which has awarded a badge."""
    first = make_person(app, "administrator")
    second = make_person(app, "administrator", organisation_id=first.organisation_id)
    with app.app_context():
        earn(make_account(), make_achievement(place_of(first)))
        db.session.commit()
    return first, second


def award_of(person: Person) -> Award:
    awards = [each for each in db.session.scalars(select(Award)) if _of(each) == person.organisation_id]
    return awards[0]


def person_of(person: Person) -> Account:
    return db.session.get_one(Account, person.account_id)


def _of(award: Award) -> int:
    return award.achievement_version.achievement.organisation_id


def test_one_proposes_another_confirms_and_everybody_reads_it(
    app: Flask, client: FlaskClient, two: tuple[Person, Person]
) -> None:
    first, second = two
    assert submit(first.client, path_of(first), closing(takes_over="yes")).status_code == 303
    page = first.client.get(path_of(first), headers=HTML).text
    assert "somebody else has to confirm it" in page
    with app.app_context():
        slug, proposal = place_of(first).slug, stating.waiting(place_of(first))
        assert proposal is not None and standing.newest(place_of(first)) is None
        confirm = f"{path_of(first)}/{proposal.public_id}/confirm"
    assert client.get(f"/issuers/{slug}/succession.json").status_code == 404
    submit(first.client, confirm, {"read": "yes"})
    assert client.get(f"/issuers/{slug}/succession.json").status_code == 404, "nobody confirms their own"
    submit(second.client, confirm, {})
    assert client.get(f"/issuers/{slug}/succession.json").status_code == 404, "it has to be read first"
    submit(second.client, confirm, {"read": "yes"})

    answer = client.get(f"/issuers/{slug}/succession.json")
    said = json.loads(answer.data)
    assert said["succession"]["state"] == "closed" and said["succession"]["successor"]["takesOverAddresses"] is True
    assert client.get(f"/issuers/{slug}/succession/1.json").data == answer.data
    sentence = "closed on"
    assert sentence in client.get(f"/issuers/{slug}", headers=HTML).text
    with app.app_context():
        award = award_of(first)
        award.visibility = "public"
        db.session.commit()
        public_id = award.public_id
        assert "Next Institute, which answers for its badges" in sentence_of(check_award(award))
        assert audit.verify_chain().is_intact
    badge = client.get(f"/badges/{public_id}", headers=HTML).text
    assert "Genuine and valid." in badge and "Next Institute" in badge


def test_what_another_person_confirmed_is_decided(app: Flask, two: tuple[Person, Person]) -> None:
    first, second = two
    with app.app_context():
        place = place_of(first)
        proposal = stating.propose(place, stating.wanted(place, **closing()), proposer=person_of(first))
        with pytest.raises(Conflict, match="waits"):
            stating.propose(place, stating.wanted(place, **closing()), proposer=person_of(second))
        with pytest.raises(Forbidden):
            stating.confirm(proposal, confirmer=person_of(first))
        with pytest.raises(Forbidden):
            stating.confirm(proposal, confirmer=make_account())
        stating.withdraw(proposal, actor=person_of(second))
        with pytest.raises(Conflict):
            stating.confirm(proposal, confirmer=person_of(second))
        assert place.statement_number == 0


def test_who_closed_issues_nothing_more_and_may_open_again(app: Flask, two: tuple[Person, Person]) -> None:
    first, _second = two
    with app.app_context():
        place, achievement = place_of(first), award_of(first).achievement_version.achievement
        later = f"{utc_now() + timedelta(days=30):%Y-%m-%d}"
        stated(app, first.organisation_id, since=later)
        assert "closes on" in standing.sentence_about(place)
        assert earn(make_account(), achievement) is not None, "until that day it goes on"
        stated(app, first.organisation_id)
        with pytest.raises(NoResultFound):
            earn(make_account(), achievement)
        with pytest.raises(Conflict, match="issues nothing any more"):
            make_achievement(place)
        stated(app, first.organisation_id, state="open")
        assert earn(make_account(), achievement) is not None
        assert standing.sentence_about(place) == ""
        texts = [json.loads(standing.find(place.slug, number).document) for number in (1, 2, 3)]
        assert [each["succession"]["state"] for each in texts] == ["closed", "closed", "open"]
        assert texts[2]["previousVersion"]["id"] == texts[1]["id"]
        assert len(history.versions_of(place)) >= 2, "the DID document that leads to it is a version of its own"


def test_each_holder_gets_one_mail_however_often_the_worker_is_ended(app: Flask, two: tuple[Person, Person]) -> None:
    first, _second = two
    with app.app_context():
        achievement = award_of(first).achievement_version.achievement
        for _ in range(3):
            earn(make_account(), achievement)
        db.session.commit()
        before = db.session.query(OutgoingMail).count()
        stated(app, first.organisation_id)
        statement = standing.newest(place_of(first))
        assert statement is not None
        for _ in range(2):
            for _part in letters.tell(statement.id):
                db.session.commit()
        letters_written = db.session.query(SuccessionLetter).count()
        assert letters_written == 4 == db.session.query(OutgoingMail).count() - before
        assert letters.request_unfinished() == 0
        mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
        assert mail is not None and "Next Institute" in mail.body and "Save them now" in mail.body


def elsewhere(person: Person, statement: dict[str, Any] | None) -> World:
    """The world of a verifier that knows the issuer only by what it publishes."""
    place = place_of(person)
    own = standing.newest(place)
    assert own is not None
    host = issuer_did_document(place)["service"][0]["serviceEndpoint"]
    did_url = host.replace("/succession.json", "/did.json")
    published = {
        did_url: issuer_did_document(place),
        host: json.loads(own.document) if statement is None else statement,
    }
    lists = {each["statusListCredential"] for each in _entries(json.loads(award_of(person).credential.document))}

    def fetch(url: str) -> dict[str, Any]:
        if url in published:
            return published[url]
        assert url in lists
        raise NothingPublished("not asked here")

    return World(fetch=fetch, trust=lambda _who: "you know it", now=utc_now(), allow_loopback_http=True)


def _entries(document: dict[str, Any]) -> list[dict[str, Any]]:
    status = document["credentialStatus"]
    return [each for each in (status if isinstance(status, list) else [status]) if "statusListCredential" in each]


def test_another_verifier_reads_it_and_believes_only_what_the_issuer_signed(
    app: Flask, two: tuple[Person, Person]
) -> None:
    first, _second = two
    with app.app_context():
        stated(app, first.organisation_id)
        own = standing.newest(place_of(first))
        assert own is not None
        honest, badge = json.loads(own.document), award_of(first).credential.document
        report = verify(badge, elsewhere(first, None))
        check = report.check("succession")
        assert check is not None and (check.code, "Next Institute" in str(check.sentence)) == ("issuer_closed", True)
        for tampered in (
            {**honest, "succession": {**honest["succession"], "successor": {"id": "did:web:evil", "name": "Evil"}}},
            {**honest, "issuer": "did:web:evil.example"},
            {key: value for key, value in honest.items() if key != "proof"},
            json.loads(history.versions_of(place_of(first))[0].document),
            {},
        ):
            check = verify(badge, elsewhere(first, tampered)).check("succession")
            assert check is not None and check.code == "succession_not_signed", tampered
            assert "Evil" not in str(check.sentence)


BAD = [
    ({"state": "gone"}, "state"),
    ({"since": "tomorrow"}, "since"),
    ({"since": "0001-01-01"}, "since"),
    ({"state": "moving", "successor_id": ""}, "successor_id"),
    ({"successor_id": "javascript:alert(1)"}, "successor_id"),
    ({"successor_id": "x" * 301}, "successor_id"),
    ({"successor_name": ""}, "successor_name"),
    ({"successor_url": "http://[::1"}, "successor_url"),
    ({"note": "a\x00b"}, "note"),
]


def test_what_makes_no_sense_is_said_at_its_field_and_nothing_is_kept(app: Flask, two: tuple[Person, Person]) -> None:
    first, _second = two
    for over, field in BAD:
        answer = submit(first.client, path_of(first), closing(**over))
        assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text, (over, answer.status_code)
    with app.app_context():
        assert stating.waiting(place_of(first)) is None
        did = issuer_did(place_of(first))
    assert "cannot succeed itself" in submit(first.client, path_of(first), closing(successor_id=did)).text


def test_whoever_runs_the_service_states_it_for_an_issuer_without_people(
    app: Flask, two: tuple[Person, Person]
) -> None:
    first, _second = two
    with app.app_context():
        slug = place_of(first).slug
    run = app.test_cli_runner()
    arguments = ["succession", "state", slug, "--state", "closed", "--since", "2026-01-31"]
    assert "closed on January 31, 2026" in run.invoke(args=[*arguments, "--dry-run"]).output
    assert run.invoke(args=["succession", "show", slug]).exit_code == 1
    assert run.invoke(args=arguments).exit_code == 0
    assert json.loads(run.invoke(args=["succession", "show", slug]).output)["succession"]["since"] == "2026-01-31"
    assert (
        run.invoke(args=["succession", "state", "nobody", "--state", "closed", "--since", "2026-01-31"]).exit_code == 2
    )
    assert run.invoke(args=[*arguments[:-1], "soon"]).exit_code == 2


def test_it_is_for_administrators_of_that_organisation(app: Flask, two: tuple[Person, Person]) -> None:
    first, _second = two
    other = make_person(app, "administrator")
    author = make_person(app, "author", organisation_id=first.organisation_id)
    for person in (other, author):
        assert person.client.get(path_of(first), headers=HTML).status_code in (403, 404)
        assert submit(person.client, path_of(first), closing()).status_code in (403, 404)


def test_a_key_that_signs_it_signs_nothing_else_in_its_place(app: Flask, two: tuple[Person, Person]) -> None:
    """A statement for another issuer, or that is a badge too, is refused by whoever holds the key."""
    from issuer.signing import NotSigned, prepare_succession

    first, _second = two
    with app.app_context():
        place = place_of(first)
        document = stating._compose(place, Succession("closed", utc_now()), number=1, now=utc_now())
        for bad in (
            {**document, "issuer": "did:web:localhost:issuers:other"},
            {**document, "id": str(document["id"]).replace("/succession/", "/did/")},
            {**document, "type": ["VerifiableCredential"]},
            {**document, "didDocument": {"id": document["issuer"]}},
            {**document, "succession": {"state": "for sale"}},
        ):
            with pytest.raises(NotSigned):
                prepare_succession(bad, organisation=place, now=utc_now())
