"""C02: whatever is wrong with a private key, nothing is signed, the fault has a name, and everything else is served."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from badges.models import Award
from issuer.base.db import db
from issuer.keys import keystore
from issuer.keys.key_folder import KeyFiles
from issuer.models import Organisation
from issuer.signing.models import SigningIntent
from tests.factories.badges import earn, make_achievement, make_award
from tests.factories.people import make_account


def _remove(path: Path) -> None:
    path.unlink()


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _open_to_all(path: Path) -> None:
    path.chmod(0o644)


def _put_another_key_there(path: Path) -> None:
    other = next(each for each in path.parent.iterdir() if each != path)
    path.write_bytes(other.read_bytes())


def _seal_under_another_passphrase(path: Path) -> None:
    elsewhere = KeyFiles(path.parent, passphrase="another passphrase, of some length", scrypt_n=2**4)
    elsewhere.add(keystore.generate("badge_proof"), purpose="badge_proof")
    made = max(path.parent.iterdir(), key=lambda each: each.stat().st_mtime_ns)
    content = json.loads(made.read_text())
    made.unlink()
    path.write_text(json.dumps(_relabelled(content, path.stem)))


def _relabelled(content: dict[str, object], kid: str) -> dict[str, object]:
    """The file under another kid, with a checksum that fits: to whoever has no passphrase all is in order."""
    without = {name: value for name, value in content.items() if name != "sha256"} | {"kid": kid}
    canonical = json.dumps(without, sort_keys=True, separators=(",", ":")).encode()
    return {**without, "sha256": hashlib.sha256(canonical).hexdigest()}


FAULTS = [
    ("missing", _remove, "key_missing"),
    ("truncated", _truncate, "key_damaged"),
    ("bit_flipped", _flip_a_bit, "key_damaged"),
    ("wrong_passphrase", _seal_under_another_passphrase, "key_locked"),
    ("mode_0644", _open_to_all, "key_exposed"),
    ("another_key_under_the_same_id", _put_another_key_there, "key_mismatch"),
]


def issuer_with_a_badge(app: Flask) -> tuple[Award, Path]:
    """A badge that was issued while all was well, and the file of the key of its issuer."""
    award = make_award()
    organisation: Organisation = award.achievement_version.achievement.organisation
    award.visibility = "public"
    kid = keystore.active_key(organisation, "badge_proof").kid
    return award, app.config["ROSETTE"].data_dir / "keys" / f"{kid}.json"


@pytest.mark.parametrize(("break_it", "code"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_c02_refuses_to_sign_with_a_named_error_while_pages_and_verification_serve(
    app: Flask, client: FlaskClient, break_it: Callable[[Path], None], code: str
) -> None:
    with app.app_context():
        issued, path = issuer_with_a_badge(app)
        assert issued.credential is not None
        document, page = issued.credential.document, f"/badges/{issued.public_id}"
        break_it(path)
        achievement = make_achievement(issued.achievement_version.achievement.organisation)
        waiting = earn(make_account(), achievement)
        db.session.commit()
        assert waiting.state == "pending" and waiting.credential is None
        assert db.session.scalars(db.select(SigningIntent.outcome).filter_by(subject=waiting.public_id)).one() == code
    assert client.get(page).status_code == 200
    verified = client.post("/api/v1/verifications", json={"input": document.decode()})
    assert (verified.status_code, verified.get_json()["verdict"]) == (200, "valid")
    ready = client.get("/readyz")
    assert ready.status_code == 200 and code in ready.get_json()["checks"]["keys"]
