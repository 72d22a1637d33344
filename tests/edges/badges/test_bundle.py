"""The holder's bundle: every form byte for byte, everything a check needs, and nobody else's."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from badges.verification import sources
from badges.verification.report import Finding
from issuer.base.db import db
from issuer.crypto.merkle import leaf_hash, verify_inclusion
from issuer.crypto.strict_json import load_object
from issuer.log import entries
from issuer.models import Organisation
from tests.edges.badges.badge_steps import HeldBadge, held_badge, pending_badge
from tests.factories import log
from tests.factories.bulk_checks import publish_lists
from tests.factories.people import Person, make_person, make_token

NAME = "Amara Okafor"


def badge_of(app: Flask, *, public: bool = False, name: str = NAME, **achievement: object) -> HeldBadge:
    """Of an issuer with an address, whose list and log are published."""
    holder = make_person(app, "learner", name=name)
    with app.app_context():
        db.session.get_one(Organisation, holder.organisation_id).email = "badges@school.example"
        db.session.commit()
    badge = held_badge(app, public=public, holder=holder, **achievement)
    with app.app_context():
        publish_lists()
        log.keep_up()
    return badge


def opened(person: Person, path: str = "/badges/bundle.zip") -> zipfile.ZipFile:
    answer = person.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_every_form_is_in_it_byte_for_byte(app: Flask) -> None:
    badge = badge_of(app)
    bundle, client = opened(badge.holder), badge.holder.client
    folder = f"badges/{badge.award_id}"
    assert bundle.read(f"{folder}/badge.json") == badge.document
    assert bundle.read(f"{folder}/badge.jwt") == badge.jwt
    for suffix in (".png", ".svg", ".pdf", ".ob2.json", ".ob2.jws", ".ob2.png", ".ob2.svg"):
        assert bundle.read(f"{folder}/badge{suffix}") == client.get(badge.path + suffix).data, suffix
    names = set(bundle.namelist())
    assert {"README.txt", "MANIFEST.json", "index.html", "index.fr.html", "log/keys.txt"} <= names
    assert {
        f"{folder}/{name}" for name in ("criteria.md", "evidence.json", "achievement.json", "log-proof.json")
    } <= names


def test_each_picture_and_paper_in_it_verifies_and_a_tampered_one_does_not(app: Flask) -> None:
    badge = badge_of(app)
    bundle = opened(badge.holder)
    with app.test_request_context():
        for suffix in ("json", "jwt", "png", "svg", "pdf"):
            body = bundle.read(f"badges/{badge.award_id}/badge.{suffix}")
            assert sources.check(body).finding is Finding.VALID, suffix
        changed = bundle.read(f"badges/{badge.award_id}/badge.json").replace(b"Target List", b"Target Lisp")
        assert sources.check(changed).finding is Finding.ALTERED


def test_the_manifest_has_the_digest_of_every_other_file(app: Flask) -> None:
    bundle = opened(badge_of(app).holder)
    digests = json.loads(bundle.read("MANIFEST.json"))["sha256"]
    assert set(digests) == set(bundle.namelist()) - {"MANIFEST.json"}
    assert all(hashlib.sha256(bundle.read(name)).hexdigest() == digest for name, digest in digests.items())


def test_the_proof_in_it_leads_to_the_checkpoint_in_it(app: Flask) -> None:
    badge = badge_of(app)
    proof = json.loads(opened(badge.holder).read(f"badges/{badge.award_id}/log-proof.json"))
    root = base64.b64decode(proof["checkpoint"].split("\n")[2])
    leaf = leaf_hash(entries.leaf_data(base64.b64decode(proof["blinding"]), hashlib.sha256(badge.document).digest()))
    path = [base64.b64decode(each) for each in proof["proof"]]
    known = {"leaf": leaf, "index": proof["number"], "size": proof["size"], "proof": path}
    assert verify_inclusion(**known, root_hash=root)
    assert not verify_inclusion(**known, root_hash=bytes(32))


def test_the_signed_list_and_the_keys_are_those_that_are_published(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    bundle = opened(badge.holder)
    address = load_object(badge.document)["credentialStatus"]["statusListCredential"]
    published = client.get(urlsplit(address).path)
    (listed,) = [name for name in bundle.namelist() if name.startswith("status/")]
    assert bundle.read(listed) == published.data
    did = load_object(badge.document)["issuer"]["id"]
    (known,) = [name for name in bundle.namelist() if name.endswith("/did.json")]
    assert json.loads(bundle.read(known))["id"] == did


def test_the_same_badges_make_the_same_bytes_but_for_the_moment(app: Flask) -> None:
    badge = badge_of(app)
    one, other = opened(badge.holder), opened(badge.holder)
    timeless = [name for name in one.namelist() if name.startswith(("badges/", "issuers/", "status/", "log/"))]
    assert one.namelist() == other.namelist()
    assert all(one.read(name) == other.read(name) for name in timeless)
    assert {entry.date_time for entry in one.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_one_badge_can_be_saved_alone_by_its_holder_and_by_nobody_else(app: Flask, client: FlaskClient) -> None:
    badge, stranger = badge_of(app, public=True), make_person(app, "learner")
    assert f"badges/{badge.award_id}/badge.json" in opened(badge.holder, f"{badge.path}/bundle.zip").namelist()
    assert stranger.client.get(f"{badge.path}/bundle.zip").status_code == 404
    assert client.get(f"{badge.path}/bundle.zip").status_code in (302, 303, 401)
    assert client.get("/badges/bundle.zip").status_code in (302, 303, 401)


def test_nobody_elses_badge_is_in_it(app: Flask) -> None:
    badge, other = badge_of(app), badge_of(app, name="Lin Zhao", public=True)
    bundle = opened(badge.holder)
    whole = b"".join(bundle.read(name) for name in bundle.namelist())
    assert b"Lin Zhao" not in whole and other.award_id.encode() not in whole


def test_whoever_has_no_signed_badge_is_told_so(app: Flask) -> None:
    nobody, waiting = make_person(app, "learner"), pending_badge(app)
    for client in (nobody.client, waiting.holder.client):
        answer = client.get("/badges/bundle.zip")
        assert (answer.status_code, answer.json["code"]) == (409, "nothing_to_save")


def test_a_program_needs_the_scope_to_read_badges(app: Flask, client: FlaskClient) -> None:
    badge = badge_of(app)
    allowed = make_token(app, badge.holder.account_id, "awards:read")
    refused = make_token(app, badge.holder.account_id, "learn")
    assert client.get("/badges/bundle.zip", headers=allowed).status_code == 200
    assert client.get("/badges/bundle.zip", headers=refused).status_code == 403


def test_what_somebody_wrote_cannot_leave_its_place_in_the_viewer(app: Flask) -> None:
    badge = badge_of(app, name="Eve </script><script>alert(1)</script>")
    bundle = opened(badge.holder)
    page, data = bundle.read("index.html").decode(), bundle.read("viewer/data.js")
    assert "<script>alert(1)" not in page
    assert data.isascii() and b"</" not in data


def test_every_name_in_it_is_a_plain_path(app: Flask) -> None:
    for name in opened(badge_of(app).holder).namelist():
        assert not name.startswith("/") and ".." not in name and "\\" not in name and name.isascii()
