"""Keys that are lost and badges that are signed again, for the tests of both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from badges import awards, resigning
from badges.models import Award
from badges.verification import sources
from badges.verification.report import Report
from badges.verification.verifying import verify
from issuer import profile
from issuer.base.db import db, utc_now
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.signatures import PrivateKey, local_signer
from issuer.crypto.strict_json import load_object
from issuer.keys import keystore, life
from issuer.keys.compromise import compromise
from issuer.log import sequencing
from issuer.log.models import LogCheckpoint
from issuer.models import Organisation, SigningKey, StatusList
from issuer.status import publishing


def key_of(award: Award, purpose: str = "badge_proof") -> SigningKey:
    return keystore.active_key(award.achievement_version.achievement.organisation, purpose)


def lose(*keys: SigningKey, since: datetime | None = None) -> None:
    for key in keys:
        compromise(key, since=since or utc_now() - timedelta(days=30), actor="system", now=utc_now())


def sign_again(key: SigningKey) -> None:
    """All batches, one after the other, as the jobs do them."""
    for _part in resigning.resign(key.kid, 0, "a run"):
        db.session.flush()


def document_of(award: Award) -> dict[str, Any]:
    return load_object(awards.credential_of(award).document)


def faults(report: Report) -> dict[str, str]:
    return {check.name: check.code for check in report.checks if check.outcome == "fail"}


def publish_lists() -> None:
    for status_list in db.session.scalars(select(StatusList)):
        publishing.publish(status_list.public_id)


def logged() -> datetime:
    """Has the log take up what was issued; when it was signed."""
    sequencing.number_entries()
    sequencing.sign_checkpoint()
    return db.session.scalars(select(LogCheckpoint.signed_at).order_by(LogCheckpoint.size.desc())).first() or utc_now()


def verify_a_day_after(data: bytes, moment: datetime) -> Report:
    """What a stranger who can ask our log finds then, with the key's revocation in force."""
    return verify(data, replace(sources.this_world(), now=moment + timedelta(days=1)))


def key_in_other_hands(organisation: Organisation) -> tuple[SigningKey, PrivateKey]:
    """The organisation's key for badges, of which somebody has a copy."""
    private_key = keystore.generate("badge_proof")
    life.end(keystore.active_key(organisation, "badge_proof"), actor="system", now=utc_now())
    return keystore.adopt(organisation, "badge_proof", private_key), private_key


def forge(
    document: dict[str, Any], key: SigningKey, private_key: PrivateKey, *, created: datetime, **over: Any
) -> dict[str, Any]:
    said = {name: value for name, value in document.items() if name != "proof"} | over
    method = profile.method_id(key, document["issuer"]["id"])
    return add_proof(said, signer=local_signer(private_key), verification_method=method, created=created)


def as_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
