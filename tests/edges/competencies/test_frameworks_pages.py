"""The pages about frameworks and competencies, and importing a file through a form."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from competencies.frameworks.case_package import MAX_BYTES
from competencies.frameworks.importing import import_package
from competencies.frameworks.models import Competency, Framework
from issuer.base.db import db
from issuer.models import Organisation
from tests.factories.frameworks import as_bytes, association, document, identifier_of, item, link, make_package
from tests.factories.learning import make_module
from tests.factories.people import make_organisation, make_person, submit

HTML = {"Accept": "text/html"}


def imported(app: Flask, package: Any = None) -> tuple[str, dict[str, str]]:
    """A framework in an organisation of its own: its public id, and code -> public id of its competencies."""
    with app.app_context():
        report = import_package(make_organisation(), as_bytes(package or make_package()))
        codes = {each.human_code: each.public_id for each in db.session.scalars(select(Competency))}
        db.session.commit()
    return report.framework, codes


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def upload(client: FlaskClient, organisation: str, data: bytes) -> Any:
    form = {"organisation": organisation, "package": (io.BytesIO(data), "package.json")}
    return submit(client, "/frameworks/import", form, content_type="multipart/form-data")


def slug_of(app: Flask, organisation_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Organisation, organisation_id).slug


def test_a_framework_shows_its_domains_and_competencies_with_their_levels(app: Flask, client: FlaskClient) -> None:
    domain = item(1, CFItemType="Domain", abbreviatedStatement="Prospecting", educationLevel=[])
    below = [association(102, "isChildOf", 2, 1), association(103, "isChildOf", 3, 1)]
    framework, codes = imported(app, make_package(CFItems=[domain, item(2), item(3)], CFAssociations=below))
    shown = page(client, f"/frameworks/{framework}")
    assert "<h2>Prospecting</h2>" in shown
    assert f'href="/competencies/{codes["T.2"]}"' in shown
    assert "Foundation" in shown


def test_text_of_a_package_is_shown_as_text(app: Flask, client: FlaskClient) -> None:
    hostile = "<script>alert(1)</script> [click](javascript:alert(1)) <img src=x onerror=alert(1)>"
    outward = association(
        200,
        "isRelatedTo",
        1,
        999,
        destinationNodeURI={"title": hostile, "identifier": "x", "uri": "javascript:alert(1)"},
    )
    package = make_package(
        CFDocument=document(title=hostile, description=hostile, creator=hostile),
        CFItems=[item(1, fullStatement=hostile, humanCodingScheme="<b>1", abbreviatedStatement=hostile)],
        CFAssociations=[association(101, "isChildOf", 1, 0), outward],
    )
    framework, codes = imported(app, package)
    for path in ("/frameworks", f"/frameworks/{framework}", f"/competencies/{codes['<b>1']}"):
        shown = page(client, path)
        assert "<script>alert" not in shown
        assert "<img" not in shown.replace('<img src="/static', "")
        assert 'href="javascript:' not in shown
        assert "&lt;script&gt;" in shown


def test_a_competency_says_what_it_is_and_where_it_belongs(app: Flask, client: FlaskClient) -> None:
    below = [association(102, "isChildOf", 2, 1), association(110, "precedes", 2, 3)]
    framework, codes = imported(app, make_package(CFAssociations=below))
    shown = page(client, f"/competencies/{codes['T.2']}")
    for words in ("Can do thing 2.", "T.2", "Foundation", "What a guild can do", "Part of", "Comes before"):
        assert words in shown
    assert f'href="/frameworks/{framework}"' in shown
    assert f'href="/competencies/{codes["T.3"]}"' in shown


def test_outside_items_are_shown_with_the_sentence_their_owner_asks_for(app: Flask, client: FlaskClient) -> None:
    esco = {"title": "customer segmentation", "identifier": "e", "uri": "http://data.europa.eu/esco/skill/136e0cab"}
    onet = {"title": "Identify customers.", "identifier": "o", "uri": "https://www.onetcenter.org/dictionary/dwa#4.A"}
    related = [
        association(200, "isRelatedTo", 1, 9, destinationNodeURI=esco),
        association(201, "isRelatedTo", 1, 9, destinationNodeURI=onet),
    ]
    _, codes = imported(app, make_package(CFAssociations=related))
    shown = page(client, f"/competencies/{codes['T.1']}")
    assert "This service uses the ESCO classification of the European Commission." in shown
    assert "O*NET(R) is a trademark of USDOL/ETA" in shown
    assert f'href="{esco["uri"]}"' in shown
    assert f'href="{onet["uri"]}"' not in shown, "that address is only a name and leads nowhere"
    assert "European Commission" not in page(client, f"/competencies/{codes['T.2']}")


def test_a_competency_lists_the_modules_that_prove_it(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        module = make_module()
        competency, path = module.current.competencies[0].competency.public_id, f"/modules/{module.public_id}"
        db.session.commit()
    shown = page(client, f"/competencies/{competency}")
    assert f'href="{path}"' in shown
    assert "Who belongs on your list" in shown


def test_a_deprecated_competency_says_so(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        organisation = make_organisation()
        report = import_package(organisation, as_bytes(make_package()))
        import_package(organisation, as_bytes(make_package(items=2)))
        gone = db.session.scalars(select(Competency.public_id).filter_by(case_identifier=identifier_of(3))).one()
        db.session.commit()
    assert "no longer part of its framework" in page(client, f"/competencies/{gone}")
    assert "No longer part of this framework" in page(client, f"/frameworks/{report.framework}")


def test_a_private_draft_is_shown_to_members_only(app: Flask, client: FlaskClient) -> None:
    person = make_person(app, "learner")
    with app.app_context():
        organisation = db.session.get_one(Organisation, person.organisation_id)
        package = make_package(CFDocument=document(adoptionStatus="Private Draft"))
        report = import_package(organisation, as_bytes(package))
        competency = db.session.scalars(select(Competency.public_id)).first()
        db.session.commit()
    for path in (f"/frameworks/{report.framework}", f"/competencies/{competency}"):
        assert client.get(path, headers=HTML).status_code == 404
        assert person.client.get(path, headers=HTML).status_code == 200
    assert "What a guild can do" not in page(client, "/frameworks")


def test_a_large_framework_is_shown_in_pages(app: Flask, client: FlaskClient) -> None:
    framework, _ = imported(app, make_package(items=450))
    first, last = page(client, f"/frameworks/{framework}"), page(client, f"/frameworks/{framework}?page=3")
    assert "Can do thing 200." in first and "Can do thing 201." not in first
    assert "Can do thing 450." in last
    assert "Can do thing 450." in page(client, f"/frameworks/{framework}?page=999999999999999999999")


@pytest.mark.parametrize("path", ["/frameworks/nothing", "/competencies/nothing"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize("path", ["/frameworks/%00", "/competencies/%00", "/api/v1/competencies?code=%00"])
def test_a_name_that_no_database_keeps_is_no_trouble_of_ours(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code in (200, 404, 422)


def test_an_author_imports_a_file_and_reads_what_became_of_it(app: Flask) -> None:
    author = make_person(app, "author")
    package = make_package()
    package["CFItems"][0]["colour"] = "<b>red</b>"
    answer = upload(author.client, slug_of(app, author.organisation_id), as_bytes(package))
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "CFItem.colour" in shown and identifier_of(1) in shown
    with app.app_context():
        framework = db.session.scalars(select(Framework)).one()
        assert framework.organisation_id == author.organisation_id
        assert f"/frameworks/{framework.public_id}" in shown


def test_a_refused_file_names_the_parts_and_takes_nothing(app: Flask) -> None:
    author = make_person(app, "author")
    package = make_package()
    package["CFAssociations"].append(association(200, "isChildOf", 1, 1))
    answer = upload(author.client, slug_of(app, author.organisation_id), as_bytes(package))
    assert answer.status_code == 422
    assert identifier_of(1) in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Framework)) == 0


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"PK\x03\x04", as_bytes(make_package())[:-9]])
def test_a_broken_file_is_answered_with_the_form(app: Flask, data: bytes) -> None:
    author = make_person(app, "author")
    answer = upload(author.client, slug_of(app, author.organisation_id), data)
    assert answer.status_code == 422
    assert "<form" in answer.get_data(as_text=True)


def test_a_file_larger_than_other_requests_may_be_is_taken(app: Flask) -> None:
    author = make_person(app, "author")
    package = make_package(items=4_000, CFAssociations=[])
    for each in package["CFItems"]:
        each["notes"] = "n" * 1_000
    data = as_bytes(package)
    assert app.config["MAX_CONTENT_LENGTH"] < len(data) < MAX_BYTES
    assert upload(author.client, slug_of(app, author.organisation_id), data).status_code == 200


def test_a_file_of_fifty_mebibytes_is_too_large(app: Flask) -> None:
    author = make_person(app, "author")
    answer = upload(author.client, slug_of(app, author.organisation_id), b" " * (50 * 1024 * 1024))
    assert answer.status_code == 413


def test_an_author_of_one_organisation_imports_nothing_into_another(app: Flask) -> None:
    author, other = make_person(app, "author"), make_person(app, "author")
    answer = upload(author.client, slug_of(app, other.organisation_id), as_bytes(make_package()))
    assert answer.status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Framework)) == 0


@pytest.mark.parametrize("role", ["learner", "assessor"])
def test_others_do_not_import(app: Flask, role: str) -> None:
    person = make_person(app, role)
    assert person.client.get("/frameworks/import", headers=HTML).status_code == 403
    answer = upload(person.client, slug_of(app, person.organisation_id), as_bytes(make_package()))
    assert answer.status_code == 403


def test_the_link_of_an_inside_relation_stays_inside(app: Flask, client: FlaskClient) -> None:
    related = [association(200, "isRelatedTo", 1, 2, destinationNodeURI=link(identifier_of(2)))]
    _, codes = imported(app, make_package(CFAssociations=related))
    assert f'href="/competencies/{codes["T.2"]}"' in page(client, f"/competencies/{codes['T.1']}")
