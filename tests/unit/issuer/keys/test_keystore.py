"""Private keys in their folder: one key one purpose, and a key that cannot be used stops signing and nothing else."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from issuer.base.audit import AuditEntry
from issuer.base.db import db
from issuer.base.errors import Conflict
from issuer.crypto.multikey import from_jwk
from issuer.crypto.signatures import verify_signature
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.keys.key_folder import KeyFiles
from issuer.keys.purposes import PURPOSES
from issuer.models import SigningKey
from tests.factories.keys import make_issuer, make_keys

PASSPHRASE = "a passphrase of some length"


def folder_of(app: Flask) -> Path:
    path: Path = app.config["ROSETTE"].data_dir / "keys"
    return path


def make_files(folder: Path, *, passphrase: str = PASSPHRASE) -> KeyFiles:
    """A place for keys, as a process that has just started sees it."""
    return KeyFiles(folder, passphrase=passphrase, scrypt_n=2**4)


def make_kept_key(folder: Path) -> tuple[str, Path]:
    kid = make_files(folder).add(ed25519.Ed25519PrivateKey.generate(), purpose="badge_proof")
    return kid, folder / f"{kid}.json"


def code_of_signing(files: KeyFiles, kid: str) -> str:
    with pytest.raises(KeyUnusable) as caught:
        files.open(kid)
    return caught.value.code


def test_an_organisation_gets_one_active_key_for_each_purpose(ctx: Flask) -> None:
    organisation = make_issuer()
    keys = {key.purpose: key for key in keystore.keys_of(organisation)}
    assert set(keys) == set(keystore.ORGANISATION_PURPOSES)
    assert keys["badge_proof"].algorithm == keys["status_list"].algorithm == "EdDSA"
    assert keys["badge_jwt"].algorithm == "RS256"
    assert isinstance(from_jwk(keys["badge_jwt"].public_jwk), rsa.RSAPublicKey)
    assert len({key.kid for key in keys.values()}) == len(keystore.ORGANISATION_PURPOSES)


def test_asking_again_makes_no_further_keys(ctx: Flask) -> None:
    organisation = make_issuer()
    before = [key.kid for key in keystore.keys_of(organisation)]
    make_keys(organisation)
    assert [key.kid for key in keystore.keys_of(organisation)] == before


def test_the_database_refuses_a_second_active_key_for_one_purpose(ctx: Flask) -> None:
    organisation = make_issuer()
    with pytest.raises(IntegrityError):
        keystore.adopt(organisation, "badge_proof", ed25519.Ed25519PrivateKey.generate())


def test_an_organisation_without_keys_is_told_so(ctx: Flask) -> None:
    organisation = make_issuer()
    db.session.query(SigningKey).delete()
    with pytest.raises(Conflict) as caught:
        keystore.active_key(organisation, "badge_proof")
    assert caught.value.code == "no_signing_key"


def test_a_kept_key_signs_for_its_public_half(ctx: Flask) -> None:
    key = keystore.active_key(make_issuer(), "badge_proof")
    signature = (
        make_files(folder_of(ctx), passphrase=ctx.config["ROSETTE"].key_passphrase).open(key.kid).signer(b"message")
    )
    assert verify_signature(from_jwk(key.public_jwk), signature, b"message", alg="EdDSA")


def test_a_process_started_later_signs_with_the_same_key(tmp_path: Path) -> None:
    kid, _ = make_kept_key(tmp_path)
    first, later = (make_files(tmp_path).open(kid).signer(b"message") for _ in range(2))
    assert first == later


def test_key_files_and_their_folder_are_for_the_owner_only(ctx: Flask) -> None:
    make_issuer()
    folder = folder_of(ctx)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == len(keystore.ORGANISATION_PURPOSES)


def test_neither_database_nor_audit_holds_a_private_key(ctx: Flask) -> None:
    organisation = make_issuer()
    db.session.commit()
    private_members = {"d", "p", "q", "dp", "dq", "qi", "k"}
    for key in keystore.keys_of(organisation):
        assert not private_members & key.public_jwk.keys()
    entries = db.session.scalars(select(AuditEntry).filter_by(action="key.created")).all()
    assert [set(entry.details) for entry in entries] == [{"organisation", "purpose"}] * len(
        keystore.ORGANISATION_PURPOSES
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    kid, path = make_kept_key(tmp_path)
    path.unlink()
    assert code_of_signing(make_files(tmp_path), kid) == "key_missing"


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    kid, path = make_kept_key(tmp_path)
    path.write_bytes(path.read_bytes()[:200])
    assert code_of_signing(make_files(tmp_path), kid) == "key_damaged"


def test_a_flipped_bit_is_named(tmp_path: Path) -> None:
    kid, path = make_kept_key(tmp_path)
    content = json.loads(path.read_text())
    text = content["cipher"]["text"]
    content["cipher"]["text"] = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]
    path.write_text(json.dumps(content))
    assert code_of_signing(make_files(tmp_path), kid) == "key_damaged"


def test_a_wrong_passphrase_is_named(tmp_path: Path) -> None:
    kid, _ = make_kept_key(tmp_path)
    assert code_of_signing(make_files(tmp_path, passphrase="another passphrase"), kid) == "key_locked"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_named(tmp_path: Path, mode: int) -> None:
    kid, path = make_kept_key(tmp_path)
    path.chmod(mode)
    assert code_of_signing(make_files(tmp_path), kid) == "key_exposed"


def test_another_key_under_the_same_id_is_named(tmp_path: Path) -> None:
    kid, path = make_kept_key(tmp_path)
    _, other = make_kept_key(tmp_path)
    path.write_bytes(other.read_bytes())
    assert code_of_signing(make_files(tmp_path), kid) == "key_mismatch"


def test_a_fault_that_comes_while_the_process_runs_stops_signing_at_once(tmp_path: Path) -> None:
    kid, path = make_kept_key(tmp_path)
    files = make_files(tmp_path)
    files.open(kid)
    path.chmod(0o644)
    assert code_of_signing(files, kid) == "key_exposed"


def test_signing_goes_on_without_a_restart_once_the_fault_is_mended(tmp_path: Path) -> None:
    kid, path = make_kept_key(tmp_path)
    content = path.read_bytes()
    files = make_files(tmp_path)
    path.write_bytes(content[:100])
    assert code_of_signing(files, kid) == "key_damaged"
    path.write_bytes(content)
    assert len(files.open(kid).signer(b"message")) == 64


def test_a_folder_that_cannot_be_written_makes_no_key(tmp_path: Path) -> None:
    blocked = tmp_path / "keys"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(KeyUnusable) as caught:
        make_files(blocked).add(ed25519.Ed25519PrivateKey.generate(), purpose="badge_proof")
    assert caught.value.code == "key_not_kept"


def test_public_documents_are_served_while_every_private_key_is_gone(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        slug = make_issuer().slug
        db.session.commit()
    for path in folder_of(app).iterdir():
        path.unlink()
    document = client.get(f"/issuers/{slug}/did.json")
    assert document.status_code == 200
    assert len(document.get_json()["assertionMethod"]) == len(keystore.ORGANISATION_PURPOSES)


def test_the_command_lists_keys_and_which_cannot_be_used(app: Flask) -> None:
    with app.app_context():
        organisation = make_issuer()
        broken = keystore.active_key(organisation, "status_list").kid
        db.session.commit()
    (folder_of(app) / f"{broken}.json").chmod(0o644)
    result = app.test_cli_runner().invoke(args=["keys", "list"])
    lines = {purpose: line for line in result.output.splitlines() for purpose in line.split() if purpose in PURPOSES}
    assert result.exit_code == 0
    assert "key_exposed" in lines["status_list"]
    assert lines["badge_proof"].endswith("usable") and lines["badge_jwt"].endswith("usable")
