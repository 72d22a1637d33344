"""The pages of trust: kept by administrators, read by authors and assessors, not there for anybody else."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from badges.trust import equivalences, lists
from badges.trust.models import EquivalenceRule, RegisteredIssuer, TrustedIssuer, TrustRegistry
from issuer.base.db import db
from issuer.models import Organisation
from tests.edges.badges.badge_steps import HTML
from tests.factories.people import Person, make_person, submit
from tests.factories.trust import MEMBERS, known_dids, make_registry, make_trusted

DID = "did:web:badges.example.org"
ISSUER = {"kind": "id", "issuer": DID, "name": "Harbour Sales School"}
URL = "https://badges.example.org/achievements/1"
RULE = {"achievement_url": URL, "code": "ONBOARDING-3", "trusted_only": "yes"}
KEPT = (TrustedIssuer, TrustRegistry, RegisteredIssuer, EquivalenceRule)


@dataclass(frozen=True, slots=True)
class Scene:
    """An administrator, with an entry, a registry and a rule of the organisation, by their public ids."""

    person: Person
    entry: str
    registry: str
    rule: str

    def at(self, path: str = "") -> str:
        return f"/admin/organisations/{self.person.organisation}/trust{path}"

    def readable(self) -> list[str]:
        paths = ("", "/export.csv", "/export.json", "/registries", f"/registries/{self.registry}", "/equivalences")
        return [self.at(path) for path in paths]

    def changing(self) -> dict[str, dict[str, object]]:
        return {
            self.at(): {**ISSUER, "issuer": "did:web:new.example.org"},
            self.at(f"/issuers/{self.entry}"): {**ISSUER, "name": "Changed"},
            self.at(f"/issuers/{self.entry}/remove"): {},
            self.at("/import"): {"content": "issuer,name\nnew.example.org,New", "do": "import"},
            self.at("/registries"): {"name": "New", "content": known_dids().decode(), "do": "import"},
            self.at(f"/registries/{self.registry}/refresh"): {},
            self.at(f"/registries/{self.registry}/remove"): {},
            self.at("/equivalences"): {**RULE, "code": "NEW"},
            self.at(f"/equivalences/{self.rule}"): {**RULE, "code": "CHANGED"},
            self.at(f"/equivalences/{self.rule}/remove"): {},
        }


@pytest.fixture
def scene(app: Flask) -> Scene:
    person = make_person(app, "administrator")
    with app.app_context():
        place = db.session.get_one(Organisation, person.organisation_id)
        entry = make_trusted(place, DID)
        registry = make_registry(place)
        wanted = equivalences.wanted(place, achievement_url=URL, requirement_kind="code", requirement="ONBOARDING-3")
        rule = equivalences.add(place, wanted, by=None)
        made = Scene(person, entry.public_id, registry.public_id, rule.public_id)
        db.session.commit()
    return made


def kept(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that is about trust, by its table."""
    with app.app_context():
        return {
            model.__tablename__: [tuple(row) for row in db.session.execute(select(model.__table__)).all()]
            for model in KEPT
        }


def count(app: Flask, model: type[Any]) -> int:
    with app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def seen(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize("role", ["author", "assessor"])
def test_authors_and_assessors_read_and_change_nothing(app: Flask, scene: Scene, role: str) -> None:
    reader = make_person(app, role, organisation_id=scene.person.organisation_id).client
    before = kept(app)
    assert 'action="/admin/' in seen(scene.person.client, scene.at())
    for path in scene.readable():
        assert 'action="/admin/' not in seen(reader, path)
    for path, form in scene.changing().items():
        assert submit(reader, path, form).status_code == 403, path
    assert kept(app) == before


def test_for_other_organisations_and_learners_there_is_nothing(app: Flask, scene: Scene) -> None:
    outsider = make_person(app, "administrator").client
    learner = make_person(app, "learner", organisation_id=scene.person.organisation_id).client
    before = kept(app)
    for path in scene.readable():
        assert outsider.get(path, headers=HTML).status_code == 404, path
        assert learner.get(path, headers=HTML).status_code in (403, 404), path
    for path, form in scene.changing().items():
        assert submit(outsider, path, form).status_code == 404, path
        assert submit(learner, path, form).status_code in (403, 404), path
    assert kept(app) == before


def test_what_belongs_to_one_organisation_is_not_reached_through_another(app: Flask, scene: Scene) -> None:
    other = make_person(app, "administrator")
    before = kept(app)
    for path, form in scene.changing().items():
        own = path.replace(scene.person.organisation, other.organisation)
        if any(each in path for each in (scene.entry, scene.registry, scene.rule)):
            assert submit(other.client, own, form).status_code == 404, own
    assert kept(app) == before


def test_a_visitor_is_asked_to_sign_in(app: Flask, client: FlaskClient, scene: Scene) -> None:
    for path in scene.readable():
        assert client.get(path, headers=HTML).status_code in (302, 303, 401), path


def test_a_form_that_was_not_shown_changes_nothing(app: Flask, scene: Scene) -> None:
    before = kept(app)
    for path, form in scene.changing().items():
        answer = scene.person.client.post(path, data=form, headers=HTML)
        assert answer.status_code in (400, 403), path
    assert kept(app) == before


def test_an_administrator_adds_changes_and_removes_an_issuer(app: Flask, scene: Scene) -> None:
    client = scene.person.client
    added = submit(client, scene.at(), {**ISSUER, "issuer": "did:web:new.example.org", "until": "2026-12-31"})
    assert added.status_code == 303
    page = seen(client, scene.at())
    assert "did:web:new.example.org" in page
    found = re.findall(r"/trust/issuers/([^\"/]+)", page)
    new = next(each for each in found if each != scene.entry)
    assert 'value="2026-12-31"' in seen(client, scene.at(f"/issuers/{new}"))
    assert submit(client, scene.at(f"/issuers/{new}"), {**ISSUER, "issuer": DID}).status_code == 422
    assert submit(client, scene.at(f"/issuers/{new}/remove")).status_code == 303
    assert submit(client, scene.at(f"/issuers/{new}/remove")).status_code == 404
    assert count(app, TrustedIssuer) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"issuer": ""},
        {"issuer": DID},
        {"issuer": "did:web:a\u0000b"},
        {"issuer": "did:web:" + "a" * 5000},
        {"issuer": "did:web:n.example.org", "kind": "<script>"},
        {"issuer": "did:web:n.example.org", "name": "\u202egnp.exe"},
        {"issuer": "did:web:n.example.org", "name": ""},
        {"issuer": "did:web:n.example.org", "note": "n" * 5000},
        {"issuer": "did:web:n.example.org", "since": "'; DROP TABLE"},
        {"issuer": "did:web:n.example.org", "until": "99999-99-99"},
        {"issuer": "did:web:n.example.org", "since": "2026-02-02", "until": "2026-02-01"},
    ],
)
def test_a_wrong_issuer_is_refused_with_a_sentence_and_what_was_typed(
    app: Flask, scene: Scene, over: dict[str, str]
) -> None:
    form: dict[str, object] = {**ISSUER, **over}
    for path in (scene.at(), scene.at(f"/issuers/{scene.entry}")):
        if over == {"issuer": DID} and path != scene.at():
            continue
        before = kept(app)
        answer = submit(scene.person.client, path, form)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert 'role="alert"' in page or 'class="error' in page
        assert "<script>" not in page
        assert kept(app) == before


def test_a_list_is_looked_at_and_then_taken_over(app: Flask, scene: Scene) -> None:
    content = f"kind,issuer,name\nid,{DID},Renamed\ndomain,new.example.org,New\n"
    before = kept(app)
    looked = submit(scene.person.client, scene.at("/import"), {"content": content, "do": "look"})
    assert looked.status_code == 200
    assert "new.example.org" in looked.get_data(as_text=True)
    assert kept(app) == before
    assert submit(scene.person.client, scene.at("/import"), {"content": content, "do": "import"}).status_code == 303
    with app.app_context():
        place = db.session.get_one(Organisation, scene.person.organisation_id)
        assert {row.subject: row.name for row in lists.all_of(place)} == {DID: "Renamed", "new.example.org": "New"}


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"kind,issuer,name\nid,nobody,A\ndomain,b.example.org,B", b"[[[[", b"{}", b"a,b\n"],
)
def test_a_wrong_file_is_refused_and_nothing_of_it_is_kept(app: Flask, scene: Scene, content: bytes) -> None:
    before = kept(app)
    for do in ("look", "import"):
        file = (io.BytesIO(content), "list.csv")
        answer = submit(scene.person.client, scene.at("/import"), {"file": file, "do": do})
        assert answer.status_code == 422
    assert kept(app) == before


def test_the_list_is_saved_without_formulas(app: Flask, scene: Scene) -> None:
    submit(scene.person.client, scene.at(), {**ISSUER, "issuer": "did:web:f.example.org", "name": "=HYPERLINK(1)"})
    saved = scene.person.client.get(scene.at("/export.csv"))
    assert saved.mimetype == "text/csv"
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    assert "'=HYPERLINK(1)" in saved.get_data(as_text=True)
    assert ",=HYPERLINK" not in saved.get_data(as_text=True)
    told = json.loads(scene.person.client.get(scene.at("/export.json")).get_data())
    assert {each["issuer"] for each in told} == {DID, "did:web:f.example.org"}


def test_a_registry_is_looked_at_and_then_taken_over_as_it_was_seen(app: Flask, scene: Scene) -> None:
    client, content = scene.person.client, known_dids().decode()
    looked = submit(client, scene.at("/registries"), {"name": "New", "content": content, "do": "look"})
    digest = re.search(r'name="seen" value="([0-9a-f]{64})"', looked.get_data(as_text=True))
    assert digest is not None
    assert count(app, TrustRegistry) == 1
    form = {"name": "New", "seen": digest[1], "do": "import"}
    other = known_dids(**{"did:web:evil.example.org": {"name": "Slipped in"}}).decode()
    assert submit(client, scene.at("/registries"), {**form, "content": other}).status_code == 422
    assert count(app, TrustRegistry) == 1
    assert submit(client, scene.at("/registries"), {**form, "content": content}).status_code == 303
    assert submit(client, scene.at("/registries"), {**form, "content": content}).status_code == 422
    assert count(app, RegisteredIssuer) == 2 * len(MEMBERS)


@pytest.mark.parametrize(
    "over",
    [
        {"content": ""},
        {"content": "nonsense"},
        {"content": "[]"},
        {"content": '{"registry": {"did:web:a.example.org": {"name": "A"}, "nobody": {"name": "B"}}}'},
        {"content": "ey.ey.ey"},
        {"name": ""},
        {"name": "Consortium"},
        {"name": "A\u0000B"},
        {"anchor_key": "no key"},
        {"address": "https://registry.example.org/list.json"},
        {"content": "", "address": "http://169.254.169.254/latest"},
        {"content": "", "address": "https://localhost/registry.json"},
        {"content": "", "address": "file:///etc/passwd"},
        {"content": "", "address": "https://" + "a" * 600},
        {"content": "", "address": "https://[broken"},
    ],
)
def test_a_wrong_registry_is_refused_and_nothing_of_it_is_kept(app: Flask, scene: Scene, over: dict[str, str]) -> None:
    before = kept(app)
    form = {"name": "New", "content": known_dids().decode(), "do": "import", **over}
    answer = submit(scene.person.client, scene.at("/registries"), form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "root:" not in page
    for field in re.findall(r'href="#(f-[a-z_]+)"', page):
        assert f'id="{field}"' in page
    assert kept(app) == before


def test_a_registry_that_cannot_be_read_again_keeps_its_issuers_and_says_so(app: Flask, scene: Scene) -> None:
    with app.app_context():
        place = db.session.get_one(Organisation, scene.person.organisation_id)
        registry = make_registry(place, name="Gone", address="https://127.0.0.1/registry.json").public_id
        db.session.commit()
    before = count(app, RegisteredIssuer)
    assert submit(scene.person.client, scene.at(f"/registries/{registry}/refresh")).status_code == 303
    page = seen(scene.person.client, scene.at(f"/registries/{registry}"))
    assert "The last try failed" in page
    assert "North University" in page
    assert count(app, RegisteredIssuer) == before
    assert submit(scene.person.client, scene.at(f"/registries/{registry}/remove")).status_code == 303
    assert count(app, RegisteredIssuer) == before - len(MEMBERS)


def test_an_administrator_makes_changes_and_removes_a_rule(app: Flask, scene: Scene) -> None:
    client = scene.person.client
    assert submit(client, scene.at("/equivalences"), {**RULE, "code": "SECOND", "days_left": "30"}).status_code == 303
    page = seen(client, scene.at("/equivalences"))
    assert "SECOND" in page
    assert "valid for 30 more days" in page
    assert submit(client, scene.at(f"/equivalences/{scene.rule}"), {**RULE, "code": "THIRD"}).status_code == 303
    assert 'value="THIRD"' in seen(client, scene.at(f"/equivalences/{scene.rule}"))
    assert submit(client, scene.at(f"/equivalences/{scene.rule}/remove")).status_code == 303
    assert count(app, EquivalenceRule) == 1


@pytest.mark.parametrize(
    "over",
    [
        {"code": "SECOND"},
        {"code": ""},
        {"code": "A", "achievement": "b"},
        {"code": "", "achievement": "nowhere"},
        {"code": "", "achievement": "a\u0000"},
        {"code": "A" * 500},
        {"achievement_url": "nowhere"},
        {"achievement_url": "https://a.example/\u0000"},
        {"days_left": "soon"},
        {"days_left": "-1"},
        {"most_days_old": "0"},
        {"most_days_old": "\u0663"},
        {"most_days_old": "9" * 400},
        {"minimum_result": "\u0007"},
        {"note": "n" * 5000},
    ],
)
def test_a_wrong_rule_is_refused_and_nothing_is_kept_of_it(app: Flask, scene: Scene, over: dict[str, str]) -> None:
    submit(scene.person.client, scene.at("/equivalences"), {**RULE, "code": "SECOND"})
    before = kept(app)
    for path in (scene.at("/equivalences"), scene.at(f"/equivalences/{scene.rule}")):
        assert submit(scene.person.client, path, {**RULE, **over}).status_code == 422
    assert kept(app) == before


@pytest.mark.parametrize("hostile", ["%00", "..%2f..", "a" * 300, "%F0%9F%8E%93", "'%20OR%201=1", "-1"])
def test_hostile_addresses_lead_nowhere(app: Flask, scene: Scene, hostile: str) -> None:
    client = scene.person.client
    for path in (f"/issuers/{hostile}", f"/registries/{hostile}", f"/equivalences/{hostile}"):
        assert client.get(scene.at(path), headers=HTML).status_code == 404, path
    assert client.get(f"/admin/organisations/{hostile}/trust", headers=HTML).status_code == 404
    for path in ("", "/equivalences", f"/registries/{scene.registry}"):
        assert client.get(scene.at(f"{path}?after={hostile}"), headers=HTML).status_code in (200, 422), path
