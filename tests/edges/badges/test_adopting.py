"""A successor answers under the addresses of an issuer that is gone, from its archive and from nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges.afterlife import adopted_hosts, adopting
from tests.edges.badges.test_archive import badge_of, built, run

NEW = "https://new.example"
OLD = "http://localhost:8000"
HOST = "localhost:8000"


@pytest.fixture
def old(app: Flask, tmp_path: Path) -> tuple[Path, str]:
    """An archive and the id of a badge in it; since it was made, the service has another host of its own."""
    badge = badge_of(app)
    folder = built(app, tmp_path / "archive")
    app.config["ROSETTE"] = replace(app.config["ROSETTE"], base_url=NEW)
    adopted_hosts.init_app(app)
    return folder, badge.award_id


def test_old_addresses_answer_as_they_did_and_ours_are_as_before(
    app: Flask, client: FlaskClient, old: tuple[Path, str]
) -> None:
    folder, award_id = old
    path = f"/badges/{award_id}"
    before = client.get(f"{path}.json", base_url=OLD)
    done = run(app, "adopt", folder)
    assert (done.exit_code, HOST in done.output) == (0, True), done.output
    assert before.status_code == 200, "an unknown host is answered as this service"
    answer = client.get(f"{path}.json", base_url=OLD)
    assert answer.data == (folder / f"badges/{award_id}.json").read_bytes() and answer.mimetype == "application/ld+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer.headers
    page = client.get(path, base_url=OLD)
    assert page.mimetype == "text/html" and "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert client.get(f"{path}/", base_url=OLD).data == page.data
    assert client.get("/", base_url=OLD).mimetype == "text/html"
    head = client.head(f"{path}.json", base_url=OLD)
    assert (head.status_code, head.data) == (200, b"") and head.headers["ETag"] == answer.headers["ETag"]
    same = client.get(f"{path}.json", base_url=OLD, headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    for elsewhere in ("/sign-in", "/admin", "/api/v1/me", "/../MANIFEST.json", "/badges/%2e%2e/%2e%2e/etc/passwd"):
        assert client.get(elsewhere, base_url=OLD).status_code == 404
    assert client.post("/verify", base_url=OLD).status_code == 405
    assert client.get("/sign-in", base_url=NEW).status_code == 200
    assert run(app, "adopted").output.split() == [HOST]
    assert run(app, "release", HOST).exit_code == 0
    assert client.get("/sign-in", base_url=OLD).status_code == 200


def test_a_newer_archive_takes_the_place_of_an_older_one(
    app: Flask, client: FlaskClient, old: tuple[Path, str]
) -> None:
    folder, award_id = old
    run(app, "adopt", folder)
    (folder / "HOSTING.txt").write_text("newer")
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    manifest["files"]["HOSTING.txt"]["sha256"] = hashlib.sha256(b"newer").hexdigest()
    (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    assert run(app, "adopt", folder).exit_code == 0
    assert client.get("/HOSTING.txt", base_url=OLD).data == b"newer"
    assert client.get(f"/badges/{award_id}", base_url=OLD).status_code == 200
    place = adopting.adopted_folder(app.config["ROSETTE"].data_dir) / HOST.replace(":", "_")
    assert len([each for each in place.iterdir() if not each.is_symlink()]) == 1


def test_a_damaged_archive_or_our_own_is_not_taken(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    folder = built(app, tmp_path / "archive")
    own = run(app, "adopt", folder)
    assert own.exit_code == 2 and "this service itself" in own.output
    (folder / f"badges/{badge.award_id}.json").write_text("{}")
    damaged = run(app, "adopt", folder)
    assert damaged.exit_code == 2 and "Something is wrong" in damaged.output
    (folder / "MANIFEST.json").write_text('{"format": "rosette-archive/1", "files": {}, "service": "https://../x"}')
    assert run(app, "adopt", folder).exit_code == 2
    assert run(app, "release", "nobody.example").exit_code == 2


def test_hosts_that_are_no_names_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "adopted" / "current").mkdir(parents=True)
    for host in ("", "..", "../..", "a/b", "x" * 300, "old.example:99999999", "\x00"):
        assert adopting.folder_of_host(tmp_path, host) is None
