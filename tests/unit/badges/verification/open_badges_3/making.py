"""Badges of issuers of several kinds, signed in several ways, and worlds in which a few documents exist."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from badges.verification.report import Check, Outcome, Report
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.crypto.errors import KeyUnavailable, NothingPublished
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk, to_multikey
from issuer.crypto.signatures import local_signer
from issuer.crypto.vc_jwt import issue_jwt
from tests.unit.badges.verification.strangers import speaking_english
from tests.unit.issuer.crypto.making import make_credential, make_key, make_rsa_key, make_signed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEB_ISSUER = "https://school.example/issuers/1"
KEY_SET = "https://school.example/.well-known/jwks.json"
RSA = make_rsa_key()

TROUBLE = object()
"""Stands in a world for an address that does not answer."""


def asked(documents: Mapping[str, Any], addresses: list[str] | None = None, **over: Any) -> World:
    """A world in which these documents exist and nothing else; ``addresses`` notes what was asked for."""

    def fetch(url: str) -> dict[str, Any]:
        if addresses is not None:
            addresses.append(url)
        found = documents.get(url)
        if found is TROUBLE:
            raise KeyUnavailable(f"{url} does not answer.")
        if found is None:
            raise NothingPublished(f"There is nothing at {url}.")
        return dict(found)

    return World(**{"fetch": fetch, "trust": lambda _: None, "now": NOW, **over})


def check(badge: Any, documents: Mapping[str, Any] | None = None, **over: Any) -> Report:
    data = badge if isinstance(badge, str) else json.dumps(badge)
    with speaking_english():
        return verify(data.encode(), asked(documents or {}, **over))


def named(report: Report, name: str) -> Check:
    found = report.check(name)
    assert found is not None, [each.name for each in report.checks]
    return found


def faults(report: Report) -> dict[str, str]:
    return {each.name: each.code for each in report.checks if each.outcome is Outcome.FAIL}


def profile(issuer_id: str = WEB_ISSUER) -> dict[str, Any]:
    return {"id": issuer_id, "type": ["Profile"], "name": "School"}


def badge_of(issuer_id: str = WEB_ISSUER, **over: Any) -> dict[str, Any]:
    return make_credential(issuer=profile(issuer_id), **over)


def signed_by_fragment(issuer_id: str = WEB_ISSUER, seed: int = 1, **over: Any) -> dict[str, Any]:
    """A badge whose key stands in the fragment of its issuer's id."""
    key = make_key(seed)
    method = f"{issuer_id}#{to_multikey(key.public_key())}"
    return make_signed(badge_of(issuer_id, **over), key=key, verification_method=method)


def controller_document(*seeds: int, issuer_id: str = WEB_ISSUER) -> dict[str, Any]:
    """A document in which an issuer lists Ed25519 keys."""
    keys = [to_multikey(make_key(seed).public_key()) for seed in seeds]
    methods = [
        {"id": f"{issuer_id}#{key}", "type": "Multikey", "controller": issuer_id, "publicKeyMultibase": key}
        for key in keys
    ]
    return {"id": issuer_id, "verificationMethod": methods, "assertionMethod": [each["id"] for each in methods]}


def key_set(*keys: Any, **over: Any) -> dict[str, Any]:
    return {"keys": [{**to_jwk(key.public_key()), **over} for key in keys]}


def token(credential: dict[str, Any] | None = None, *, key: Any = RSA, kid: str = f"{WEB_ISSUER}#k") -> str:
    return issue_jwt(credential or badge_of(), signer=local_signer(key), kid=kid, algorithm="RS256")


def raw_token(header: Mapping[str, Any], claims: Mapping[str, Any], key: Any = RSA) -> str:
    """A token with any header and any claims, signed."""
    segments = [encode_base64url(json.dumps(part).encode()) for part in (header, claims)]
    signed = ".".join(segments)
    return f"{signed}.{encode_base64url(local_signer(key)(signed.encode()))}"


def claims_of(credential: dict[str, Any], **over: Any) -> dict[str, Any]:
    """The claims of a token around a credential, as Open Badges 3.0 asks for them; None leaves one out."""
    claims = {
        **credential,
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "nbf": int(datetime.fromisoformat(credential["validFrom"]).timestamp()),
        "exp": int(datetime.fromisoformat(credential["validUntil"]).timestamp()),
        "sub": credential["credentialSubject"]["id"],
        **over,
    }
    return {name: value for name, value in claims.items() if value is not None}


def poisoned(size: int = 9) -> dict[str, Any]:
    """A badge in which things without a name are each related to all others: too many orders to try."""
    related = [
        {
            "id": f"_:n{one}",
            "type": ["Achievement"],
            "related": [{"id": f"_:n{other}"} for other in range(size) if other != one],
        }
        for one in range(size)
    ]
    subjects = [{"type": ["AchievementSubject"], "achievement": each} for each in related]
    return signed_by_fragment() | {"credentialSubject": subjects}
