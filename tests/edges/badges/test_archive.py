"""The issuer's archive: what is public and nothing else, as plain files, and whether it is whole."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from badges import awards
from badges.endorsements import giving
from badges.models import Award
from issuer.base.db import db
from issuer.crypto.strict_json import load_object
from issuer.models import Organisation
from issuer.policy import Actor
from issuer.profile import issuer_url
from tests.edges.badges.badge_steps import HeldBadge, held_badge
from tests.factories import log
from tests.factories.bulk_checks import publish_lists
from tests.factories.people import make_organisation, make_person, submit
from tests.factories.pictures import raster

NAME, SECRET = "Amara Okafor", "Zsofia Hidden"


def badge_of(app: Flask, *, public: bool = True, name: str = NAME) -> HeldBadge:
    holder = make_person(app, "learner", name=name)
    with app.app_context():
        db.session.get_one(Organisation, holder.organisation_id).email = "badges@school.example"
        db.session.commit()
    badge = held_badge(app, public=public, holder=holder)
    with app.app_context():
        publish_lists()
        log.keep_up()
    return badge


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["archive", *map(str, arguments)])


def built(app: Flask, folder: Path, *options: str) -> Path:
    done = run(app, "build", folder, *options)
    assert done.exit_code == 0, done.output
    return folder


def test_every_document_is_byte_for_byte_what_the_service_answers(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    badge = badge_of(app)
    archive = built(app, tmp_path / "archive")
    assert (archive / f"badges/{badge.award_id}.json").read_bytes() == badge.document
    assert (archive / f"badges/{badge.award_id}.jwt").read_bytes() == badge.jwt
    manifest = json.loads((archive / "MANIFEST.json").read_text())
    base = manifest["service"]
    documents = {name: said for name, said in manifest["files"].items() if said["mediaType"] != "text/html"}
    compared = 0
    for name, said in documents.items():
        if "url" in said and not name.startswith("log/entries"):
            assert client.get(said["url"].removeprefix(base)).data == (archive / name).read_bytes(), name
            compared += 1
    assert compared > 20


def test_the_page_of_a_badge_is_there_without_what_needs_a_service(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    page = (built(app, tmp_path / "archive") / f"badges/{badge.award_id}/index.html").read_text()
    assert NAME in page and "Genuine and valid." in page and "This page is from an archive of" in page
    assert "<form" not in page and "/sign-in" not in page and 'href="/verify' not in page


def test_what_a_page_needs_is_in_the_archive(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    archive = built(app, tmp_path / "archive")
    for name in ("static/rosette.css", "static/check_here.js", "static/mark.svg", "index.html", "HOSTING.txt"):
        assert (archive / name).is_file(), name
    status = load_object(badge.document)["credentialStatus"]["statusListCredential"].rpartition("/")[2]
    assert (archive / "status" / status).is_file()


def test_a_private_badge_is_in_no_byte_of_it(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    private = badge_of(app, public=False, name=SECRET)
    archive = built(app, tmp_path / "archive")
    for place in archive.rglob("*"):
        if place.is_file():
            content = place.read_bytes()
            assert private.award_id.encode() not in content and SECRET.encode() not in content, place


def test_one_issuer_can_be_archived_alone(app: Flask, tmp_path: Path) -> None:
    mine, other = badge_of(app), badge_of(app, name="Lin Zhao")
    with app.app_context():
        slug = db.session.get_one(Organisation, mine.holder.organisation_id).slug
    archive = built(app, tmp_path / "archive", "--organisation", slug)
    assert (archive / f"badges/{mine.award_id}.json").is_file()
    assert not (archive / f"badges/{other.award_id}.json").exists()


def test_a_whole_archive_passes_and_says_how_much_it_checked(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    checked = run(app, "check", built(app, tmp_path / "archive"))
    assert checked.exit_code == 0, checked.output
    assert checked.output.startswith("whole: ") and "2 signed files of badges (0 withdrawn" in checked.output


def test_pictures_that_were_handed_in_and_what_others_say_of_the_issuer_are_in_it(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    administrator = make_person(app, "administrator", organisation_id=badge.holder.organisation_id)
    logo, picture = raster(size=(64, 64)), raster(size=(96, 96))
    places = {f"/admin/organisations/{administrator.organisation}/logo": logo}
    places[f"/achievements/{badge.achievement_id}/picture"] = picture
    for place, data in places.items():
        form = {"picture": (io.BytesIO(data), "drawn.png"), "image_alt": "A square"}
        assert submit(administrator.client, place, form).status_code == 303
    with app.app_context():
        organisation = db.session.get_one(Organisation, badge.holder.organisation_id)
        slug, address = organisation.slug, issuer_url(organisation)
        said = giving.endorse(Actor(), make_organisation(), address=address, comment="They mean what they sign.")
        db.session.commit()
        endorsement = said.public_id
    archive = built(app, tmp_path / "archive")
    page = (archive / f"issuers/{slug}/index.html").read_text()
    assert "They mean what they sign." in page and f"/endorsements/{endorsement}" in page
    assert load_object((archive / f"endorsements/{endorsement}.json").read_bytes())["credentialSubject"]["id"]
    shown = [name for name in (archive / "pictures").iterdir() if f"/pictures/{name.name}" in page]
    assert len(list((archive / "pictures").iterdir())) == 2 and len(shown) == 1
    checked = run(app, "check", archive)
    assert checked.exit_code == 0, checked.output
    shown[0].write_bytes(shown[0].read_bytes() + b" ")
    assert run(app, "check", archive).exit_code == 1


def test_a_revoked_badge_is_withdrawn_and_the_archive_whole(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    with app.app_context():
        awards.revoke(db.session.scalars(select(Award)).one(), reason="A mistake.", actor="system")
        publish_lists()
        db.session.commit()
    checked = run(app, "check", built(app, tmp_path / "archive"))
    assert checked.exit_code == 0 and "(2 withdrawn" in checked.output


def spoil(archive: Path, name: str, old: bytes, new: bytes, *, in_manifest: bool = False) -> None:
    """Change a file; ``in_manifest``: and its digest, as somebody would who wants not to be found out."""
    place = archive / name
    assert old in place.read_bytes()
    before = hashlib.sha256(place.read_bytes()).hexdigest()
    place.write_bytes(place.read_bytes().replace(old, new))
    if in_manifest:
        manifest = archive / "MANIFEST.json"
        after = hashlib.sha256(place.read_bytes()).hexdigest()
        manifest.write_text(manifest.read_text().replace(before, after))


@pytest.mark.parametrize("in_manifest", [False, True], ids=["clumsy", "with its digest"])
def test_a_forged_badge_is_named(app: Flask, tmp_path: Path, *, in_manifest: bool) -> None:
    badge = badge_of(app)
    archive = built(app, tmp_path / "archive")
    spoil(archive, f"badges/{badge.award_id}.json", b"Target List", b"Target Lisp", in_manifest=in_manifest)
    checked = run(app, "check", archive)
    assert checked.exit_code == 1 and f"badges/{badge.award_id}.json" in checked.output


def test_a_log_that_was_rewritten_is_named(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    archive = built(app, tmp_path / "archive")
    items = json.loads((archive / "log/entries").read_text())["items"]
    spoil(archive, "log/entries", items[0].encode(), b"A" * 43 + b"=", in_manifest=True)
    checked = run(app, "check", archive)
    assert checked.exit_code == 1 and "log/entries" in checked.output


def test_a_file_that_is_gone_and_one_that_came_from_elsewhere_are_named(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    archive = built(app, tmp_path / "archive")
    (archive / "index.html").unlink()
    (archive / "extra.html").write_text("hello")
    checked = run(app, "check", archive)
    assert checked.exit_code == 1
    assert "index.html: is missing." in checked.output and "extra.html: is not in the manifest." in checked.output


def test_a_badge_that_is_gone_does_not_keep_the_rest_from_being_checked(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    archive = built(app, tmp_path / "archive")
    (archive / f"badges/{badge.award_id}.json").unlink()
    (archive / "extra.html").write_text("hello")
    checked = run(app, "check", archive)
    assert checked.exit_code == 1
    assert f"{badge.award_id}.json: is missing." in checked.output and "extra.html" in checked.output


def test_a_link_out_of_the_archive_is_not_read(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    archive = built(app, tmp_path / "archive")
    place = archive / f"badges/{badge.award_id}.json"
    outside = tmp_path / "outside.json"
    place.rename(outside)
    place.symlink_to(outside)
    checked = run(app, "check", archive)
    assert checked.exit_code == 1 and "leads out of the archive" in checked.output


@pytest.mark.parametrize("items", ["[7]", '["%%%"]', '"no list"', "{"], ids=["number", "not base64", "text", "cut off"])
def test_a_log_that_cannot_be_read_is_a_line(app: Flask, tmp_path: Path, items: str) -> None:
    badge_of(app)
    archive = built(app, tmp_path / "archive")
    (archive / "log/entries").write_text(f'{{"start": 0, "items": {items}, "next": null}}')
    checked = run(app, "check", archive)
    assert checked.exit_code == 1 and "log" in checked.output and "Traceback" not in checked.output


@pytest.mark.parametrize("files", ['{"index.html": "x"}', "[]", '{"index.html": {"sha256": 7}}', "null"])
def test_a_manifest_of_another_shape_is_bad_input(app: Flask, tmp_path: Path, files: str) -> None:
    (tmp_path / "MANIFEST.json").write_text(f'{{"format": "rosette-archive/1", "files": {files}}}')
    assert run(app, "check", tmp_path).exit_code == 2


def test_a_manifest_that_leads_out_of_the_archive_is_not_followed(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    archive = built(app, tmp_path / "archive")
    (tmp_path / "outside.txt").write_text("hello")
    manifest = json.loads((archive / "MANIFEST.json").read_text())
    manifest["files"]["../outside.txt"] = {"sha256": "0" * 64, "mediaType": "text/plain"}
    (archive / "MANIFEST.json").write_text(json.dumps(manifest))
    checked = run(app, "check", archive)
    assert checked.exit_code == 1 and "leads out of the archive" in checked.output


def test_an_older_archive_is_replaced_and_another_folder_is_left_alone(app: Flask, tmp_path: Path) -> None:
    badge_of(app)
    place = tmp_path / "place"
    archive = built(app, place / "archive")
    (archive / "left-over.txt").write_text("from before")
    built(app, archive)
    assert not (archive / "left-over.txt").exists()
    mine = place / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    refused = run(app, "build", mine)
    assert refused.exit_code == 2 and (mine / "letter.txt").read_text() == "dear"
    assert {each.name for each in place.iterdir()} == {"archive", "mine"}


def test_bad_input_is_a_line_and_code_2(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "MANIFEST.json").write_text("{")
    assert run(app, "check", tmp_path).exit_code == 2
    assert run(app, "check", tmp_path / "nowhere").exit_code == 2
    assert run(app, "build", tmp_path / "new", "--organisation", "nobody").exit_code == 2
    assert not (tmp_path / "new").exists()


def test_lists_can_be_signed_to_be_believed_for_years(app: Flask, tmp_path: Path) -> None:
    badge = badge_of(app)
    archive = built(app, tmp_path / "archive", "--lists-valid-for", "20")
    status = load_object(badge.document)["credentialStatus"]["statusListCredential"].rpartition("/")[2]
    said = load_object((archive / "status" / status).read_bytes())
    assert int(said["validUntil"][:4]) - int(said["validFrom"][:4]) in (19, 20)
    assert run(app, "check", archive).exit_code == 0


def test_no_header_makes_a_page_one_of_an_archive(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    headers = {"Accept": "text/html", "Rosette.archived-at": "2026-01-01", "X-Rosette-Archived-At": "2026-01-01"}
    assert "This page is from an archive" not in client.get(badge.path, headers=headers).text
