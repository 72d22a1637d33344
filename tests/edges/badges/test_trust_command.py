"""`flask trust`: kept whole or not at all, and what is wrong is said in a sentence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from badges.trust import lists, registries
from badges.trust.models import TrustRegistry
from badges.trust.naming import Named
from issuer.base.db import db, utc_now
from issuer.models import Organisation
from tests.factories.people import make_organisation
from tests.factories.trust import MEMBERS, Federation, known_dids
from tests.unit.issuer.crypto.making import make_ec_key

DID = "did:web:badges.example.org"
ADD = ("add", DID, "--name", "Harbour")


@pytest.fixture
def slug(app: Flask) -> str:
    with app.app_context():
        made = make_organisation().slug
        db.session.commit()
    return made


def run(app: Flask, slug: str, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["trust", *arguments, "--organisation", slug])


def refused(app: Flask, slug: str, *arguments: str) -> str:
    result = run(app, slug, *arguments)
    assert result.exit_code == 2 or result.exit_code == 1
    assert "Traceback" not in result.output
    assert isinstance(result.exception, SystemExit)
    return result.output


def names(app: Flask, slug: str) -> dict[str, str]:
    with app.app_context():
        place = db.session.scalars(select(Organisation).filter_by(slug=slug)).one()
        return {row.subject: row.name for row in lists.all_of(place)}


def known(app: Flask, slug: str) -> dict[str, int]:
    with app.app_context():
        place = db.session.scalars(select(Organisation).filter_by(slug=slug)).one()
        return {registry.name: count for registry, count in registries.all_of(place)}


def saved(folder: Path, data: bytes) -> str:
    path = folder / "given"
    path.write_bytes(data)
    return str(path)


def test_an_issuer_is_added_shown_and_removed(app: Flask, slug: str) -> None:
    assert run(app, slug, *ADD).exit_code == 0
    assert DID in run(app, slug, "list").output
    with app.app_context():
        place = db.session.scalars(select(Organisation).filter_by(slug=slug)).one()
        assert lists.find_named(place, Named("id", DID)).added_by is None
    assert run(app, slug, "remove", DID).exit_code == 0
    assert names(app, slug) == {}


def test_an_issuer_is_added_once(app: Flask, slug: str) -> None:
    run(app, slug, *ADD)
    assert "on the list already" in refused(app, slug, "add", DID, "--name", "Another name")
    assert names(app, slug) == {DID: "Harbour"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "no issuer", "--name", "A"),
        ("add", DID, "--name", " "),
        ("add", DID, "--name", "A", "--kind", "domain"),
        ("add", DID),
        ("remove", DID),
        ("remove", "no issuer"),
        ("import", "/nowhere/list.csv"),
        ("import", "/"),
        ("import", "/nowhere/registry.json", "--registry", "Consortium"),
        ("import", "https://127.0.0.1/registry.json", "--registry", "Consortium"),
        ("import", "http://169.254.169.254/", "--registry", "Consortium"),
        ("show", "Nobody", "--to", "everybody"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_kept(app: Flask, slug: str, arguments: tuple[str, ...]) -> None:
    assert refused(app, slug, *arguments).strip()
    assert (names(app, slug), known(app, slug)) == ({}, {})


def test_an_organisation_that_is_not_there_is_said_to_be_none(app: Flask, slug: str) -> None:
    for arguments in (ADD, ("list",), ("remove", DID)):
        assert refused(app, f"{slug}-x", *arguments).strip()
    assert names(app, slug) == {}


def test_a_list_goes_from_one_organisation_to_another(app: Flask, slug: str, tmp_path: Path) -> None:
    run(app, slug, "add", DID, "--name", "=1+1", "--note", "We met")
    with app.app_context():
        other = make_organisation().slug
        db.session.commit()
    for form in ("csv", "json"):
        file = saved(tmp_path, run(app, slug, "list", "--format", form).output.encode())
        looked = run(app, other, "import", file, "--dry-run")
        assert "nothing was changed" in looked.output
        assert names(app, other) == {} or form == "json"
        assert run(app, other, "import", file).exit_code == 0
        assert names(app, other) == {DID: "=1+1"}
    assert "0 new, 0 changed, 1 as before" in run(app, other, "import", file).output


def test_a_list_shown_as_a_table_holds_no_formula(app: Flask, slug: str) -> None:
    run(app, slug, "add", DID, "--name", "=1+1")
    (row,) = csv.DictReader(io.StringIO(run(app, slug, "list", "--format", "csv").output))
    assert row["name"] == "'=1+1"
    assert json.loads(run(app, slug, "list", "--format", "json").output)[0]["name"] == "=1+1"


def test_a_file_with_one_wrong_row_changes_nothing(app: Flask, slug: str, tmp_path: Path) -> None:
    file = saved(tmp_path, b"issuer,name\ngood.example.org,Good\nnobody,Wrong\n")
    assert "Row 3" in refused(app, slug, "import", file)
    assert names(app, slug) == {}


def test_a_registry_is_looked_at_imported_and_shown_to_everybody(app: Flask, slug: str, tmp_path: Path) -> None:
    file = saved(tmp_path, known_dids())
    assert "nothing was changed" in run(app, slug, "import", file, "--registry", "Consortium", "--dry-run").output
    assert known(app, slug) == {}
    assert run(app, slug, "import", file, "--registry", "Consortium").exit_code == 0
    assert known(app, slug) == {"Consortium": len(MEMBERS)}
    assert "already" in refused(app, slug, "import", file, "--registry", "Consortium")
    for whom, is_public in (("everybody", True), ("organisation", False)):
        assert run(app, slug, "show", "Consortium", "--to", whom).exit_code == 0
        with app.app_context():
            assert db.session.scalars(select(TrustRegistry.is_public)).one() is is_public


def test_a_federation_is_held_to_the_key_that_its_keeper_told(app: Flask, slug: str, tmp_path: Path) -> None:
    federation, stranger = Federation(utc_now()), Federation(utc_now(), key=make_ec_key(seed=9))
    told = ("--registry", "Consortium", "--anchor-key", federation.thumbprint)
    refused(app, slug, "import", saved(tmp_path, stranger.uploaded()), *told)
    refused(app, slug, "import", saved(tmp_path, known_dids()), *told)
    assert known(app, slug) == {}
    result = run(app, slug, "import", saved(tmp_path, federation.uploaded()), *told)
    assert (result.exit_code, federation.thumbprint in result.output) == (0, True)
    assert known(app, slug) == {"Consortium": len(MEMBERS)}
