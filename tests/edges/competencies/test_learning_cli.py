"""Publishing from the command line."""

from __future__ import annotations

from pathlib import Path

import yaml
from flask import Flask

from competencies.learning.models import Module
from issuer.base.db import db
from tests.factories import learning as make
from tests.factories.people import make_organisation


def prepare(app: Flask, folder: Path, **over: object) -> None:
    with app.app_context():
        make.make_competencies(make_organisation(slug="north"), "PRO.1")
        db.session.commit()
    (folder / "module.yaml").write_text(yaml.safe_dump(make.make_content(**over), allow_unicode=True))


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["module", "publish", *words])
    return result.exit_code, result.output


def test_folder_is_published_and_opened(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "M01"
    folder.mkdir()
    prepare(app, folder)
    code, output = run(app, str(folder), "--organisation", "north", "--open")
    assert code == 0
    assert "M01 published as version 1" in output
    assert "is the same as version 1" in run(app, str(folder), "--organisation", "north")[1]
    with app.app_context():
        assert db.session.query(Module).one().state == "open"


def test_faults_are_listed_and_nothing_is_stored(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "M01"
    folder.mkdir()
    prepare(app, folder, minutes=0, language="?")
    code, output = run(app, str(folder), "--organisation", "north")
    assert code == 2
    assert "minutes: must be a whole number from 1 to 240." in output
    assert "language:" in output
    with app.app_context():
        assert db.session.query(Module).count() == 0


def test_unknown_organisation_is_said(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "M01"
    folder.mkdir()
    prepare(app, folder)
    code, output = run(app, str(folder), "--organisation", "south")
    assert code == 2
    assert "There is no organisation 'south'." in output
