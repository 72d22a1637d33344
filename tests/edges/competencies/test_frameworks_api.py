"""The JSON API about frameworks, and the command that imports a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from competencies.frameworks.importing import import_package
from competencies.frameworks.models import Framework
from issuer.base.db import db
from issuer.models import Organisation
from tests.factories.frameworks import as_bytes, association, identifier_of, make_package
from tests.factories.people import Person, make_organisation, make_person, make_token

API = "/api/v1/frameworks"


@pytest.fixture
def framework(app: Flask) -> str:
    with app.app_context():
        report = import_package(make_organisation(), as_bytes(make_package()))
        db.session.commit()
    return report.framework


def author_with_token(app: Flask, *scopes: str) -> tuple[Person, dict[str, str], str]:
    person = make_person(app, "author")
    headers = make_token(app, person.account_id, *(scopes or ("frameworks:write",)))
    with app.app_context():
        slug = db.session.get_one(Organisation, person.organisation_id).slug
    return person, headers, slug


def post(app: Flask, slug: str, data: bytes, headers: dict[str, str]) -> Any:
    return app.test_client().post(
        f"{API}?organisation={slug}", data=data, content_type="application/json", headers=headers
    )


def test_anybody_reads_a_framework_and_its_competencies(client: FlaskClient, framework: str) -> None:
    listed = client.get(API).get_json()
    assert [each["id"] for each in listed["items"]] == [framework]
    assert client.get(f"{API}/{framework}").get_json()["competencies"] == 3
    found = client.get(f"/api/v1/competencies?framework={framework}&code=T.2").get_json()["items"]
    assert [(each["code"], each["statement"], each["level"]) for each in found] == [
        ("T.2", "Can do thing 2.", "Foundation")
    ]
    one = client.get(f"/api/v1/competencies/{found[0]['id']}").get_json()
    assert one == found[0]
    assert one["mastery"]["trust"] == 2


def test_lists_come_in_pages(client: FlaskClient, framework: str) -> None:
    first = client.get(f"/api/v1/competencies?framework={framework}&limit=2").get_json()
    rest = client.get(f"/api/v1/competencies?framework={framework}&limit=2&after={first['next']}").get_json()
    assert [each["code"] for each in first["items"] + rest["items"]] == ["T.1", "T.2", "T.3"]
    assert rest["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "after=nothing"])
def test_a_wrong_question_is_refused_by_name(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{API}?{query}")
    assert answer.status_code == 422
    assert list(answer.get_json()["fields"]) == [query.partition("=")[0]]


def test_the_package_is_case_1_1_and_known_by_its_etag(client: FlaskClient, framework: str) -> None:
    answer = client.get(f"{API}/{framework}/package")
    package = answer.get_json()
    assert package["CFDocument"]["caseVersion"] == "1.1"
    assert [each["identifier"] for each in package["CFItems"]] == [identifier_of(number) for number in (1, 2, 3)]
    again = client.get(f"{API}/{framework}/package", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_not_there_is_a_problem_document(client: FlaskClient) -> None:
    for path in (f"{API}/nothing", f"{API}/nothing/package", "/api/v1/competencies/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_program_imports_a_package_and_gets_the_report(app: Flask) -> None:
    _, headers, slug = author_with_token(app)
    package = make_package()
    package["CFItems"][0]["colour"] = "red"
    answer = post(app, slug, as_bytes(package), headers)
    assert answer.status_code == 200
    report = answer.get_json()
    assert (report["taken"], report["updated"], report["unchanged"], report["deprecated"]) == (3, 0, 0, [])
    (lost,) = report["not_taken"]
    assert (lost["part"], lost["count"], lost["identifiers"]) == ("CFItem.colour", 1, [identifier_of(1)])
    again = post(app, slug, as_bytes(package), headers).get_json()
    assert (again["taken"], again["unchanged"], again["framework"]) == (0, 3, report["framework"])


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b'{"CFDocument": ', 400, "invalid_json"),
        (b'{"CFDocument": {"a": 1, "a": 2}}', 400, "invalid_json"),
        (b"[" * 100_000, 422, "too_deep"),
        (b"[]", 422, "not_a_package"),
        (as_bytes(make_package(CFItems={})), 422, "package_refused"),
        (b" " * (21 * 1024 * 1024), 413, "too_large"),
        (b" " * (50 * 1024 * 1024), 413, "too_large"),
    ],
    ids=["empty", "truncated", "key twice", "deep", "no package", "wrong type", "21 MiB", "50 MiB"],
)
def test_a_hostile_body_is_refused_and_takes_nothing(app: Flask, data: bytes, status: int, code: str) -> None:
    _, headers, slug = author_with_token(app)
    answer = post(app, slug, data, headers)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Framework)) == 0


def test_a_cycle_is_refused_with_the_identifiers(app: Flask) -> None:
    _, headers, slug = author_with_token(app)
    package = make_package()
    package["CFAssociations"] += [association(201, "isChildOf", 1, 2), association(202, "isChildOf", 2, 1)]
    answer = post(app, slug, as_bytes(package), headers)
    assert answer.status_code == 422
    assert set(answer.get_json()["fields"]) == {identifier_of(1), identifier_of(2)}


def test_a_token_without_the_scope_imports_nothing(app: Flask) -> None:
    _, headers, slug = author_with_token(app, "learn")
    assert post(app, slug, as_bytes(make_package()), headers).status_code == 403


def test_nobody_imports_into_an_organisation_of_others(app: Flask) -> None:
    _, headers, _ = author_with_token(app)
    _, _, other = author_with_token(app)
    assert post(app, other, as_bytes(make_package()), headers).status_code == 404
    assert post(app, "no-such-organisation", as_bytes(make_package()), headers).status_code == 404


def test_the_command_imports_a_file_and_says_what_became_of_it(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_organisation(slug="guild")
        db.session.commit()
    file = tmp_path / "package.json"
    file.write_bytes(as_bytes(make_package()))
    result = app.test_cli_runner().invoke(args=["framework", "import", str(file), "--organisation", "guild"])
    assert result.exit_code == 0, result.output
    assert "items: 3 taken, 0 updated, 0 unchanged, 0 deprecated" in result.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Framework)) == 1


def test_the_command_refuses_a_broken_file_with_exit_code_two(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_organisation(slug="guild")
        db.session.commit()
    package = make_package()
    package["CFAssociations"].append(association(201, "isChildOf", 1, 1))
    file = tmp_path / "package.json"
    file.write_text(json.dumps(package))
    result = app.test_cli_runner().invoke(args=["framework", "import", str(file), "--organisation", "guild"])
    assert result.exit_code == 2
    assert identifier_of(1) in result.output
    unknown = app.test_cli_runner().invoke(args=["framework", "import", str(file), "--organisation", "nobody"])
    assert unknown.exit_code == 2
