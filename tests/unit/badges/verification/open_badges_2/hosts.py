"""Issuers of Open Badges 2.0 and what their hosts answer, as a World of a dictionary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from badges.verification.report import Report
from badges.verification.verifying import verify
from badges.verification.world import Answer, World
from issuer.crypto.errors import CryptoError, KeyUnavailable, NothingPublished, UrlNotAllowed
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.signatures import Signer, local_signer
from tests.unit.badges.verification.strangers import speaking_english
from tests.unit.issuer.crypto.making import make_rsa_key

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOST = "https://badges.harbour.example"
EVIL = "https://evil.example"
ASSERTION, BADGE, ISSUER = f"{HOST}/awards/1", f"{HOST}/badges/robots", f"{HOST}/issuer"
KEY, LIST = f"{HOST}/keys/1", f"{HOST}/revoked"
CONTEXT = "https://w3id.org/openbadges/v2"

Answers = Mapping[str, Any]
"""URL -> a JSON document, bytes, an HTTP status, an Answer, or an error to raise."""


def assertion(**over: Any) -> dict[str, Any]:
    return _document(
        {
            "@context": CONTEXT,
            "id": ASSERTION,
            "type": "Assertion",
            "recipient": {"type": "email", "hashed": False, "identity": "ada@example.org"},
            "badge": BADGE,
            "verification": {"type": "HostedBadge"},
            "issuedOn": "2025-06-01T09:00:00Z",
        },
        over,
    )


def signed_assertion(**over: Any) -> dict[str, Any]:
    return assertion(**{"verification": {"type": "SignedBadge", "creator": KEY}, **over})


def badge_class(**over: Any) -> dict[str, Any]:
    return _document(
        {
            "@context": CONTEXT,
            "id": BADGE,
            "type": "BadgeClass",
            "name": "Robots",
            "description": "Builds robots that walk.",
            "image": f"{HOST}/robots.png",
            "criteria": {"narrative": "Built one."},
            "issuer": ISSUER,
            "alignment": [{"targetName": "Mechanics", "targetUrl": "https://skills.example/mechanics"}],
        },
        over,
    )


def issuer_profile(**over: Any) -> dict[str, Any]:
    return _document(
        {
            "@context": CONTEXT,
            "id": ISSUER,
            "type": "Issuer",
            "name": "Harbour School",
            "url": HOST,
            "email": "badges@harbour.example",
            "publicKey": KEY,
            "revocationList": LIST,
        },
        over,
    )


def key_document(**over: Any) -> dict[str, Any]:
    own = {"@context": CONTEXT, "id": KEY, "type": "CryptographicKey", "owner": ISSUER, "publicKeyPem": pem(rsa_key())}
    return _document(own, over)


def revocation_list(*entries: Any, **over: Any) -> dict[str, Any]:
    own = {"@context": CONTEXT, "id": LIST, "type": "RevocationList", "issuer": ISSUER}
    return _document({**own, "revokedAssertions": list(entries)}, over)


def _document(document: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    whole = {**deepcopy(document), **over}
    return {name: value for name, value in whole.items() if value is not ...}


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """The key of the issuer."""
    return make_rsa_key()


def pem(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def token(payload: Mapping[str, Any], *, signer: Signer | None = None, header: Mapping[str, Any] | None = None) -> str:
    """A compact JWS, by the issuer's key unless another signs."""
    segments = [
        encode_base64url(json.dumps(each).encode()) for each in (header or {"typ": "JWT", "alg": "RS256"}, payload)
    ]
    signing_input = ".".join(segments)
    signature = (signer or local_signer(rsa_key()))(signing_input.encode("ascii"))
    return f"{signing_input}.{encode_base64url(signature)}"


def hosted(**over: Any) -> dict[str, Any]:
    """What the hosts answer when nothing is wrong; ``over`` by the names assertion, badge, issuer, key, list."""
    named = {"assertion": ASSERTION, "badge": BADGE, "issuer": ISSUER, "key": KEY, "list": LIST}
    answers: dict[str, Any] = {
        ASSERTION: assertion(),
        BADGE: badge_class(),
        ISSUER: issuer_profile(),
        KEY: key_document(),
        LIST: revocation_list(),
    }
    answers.update({named.get(name, name): value for name, value in over.items()})
    return answers


def world(answers: Answers, *, asked: list[str] | None = None, **over: Any) -> World:
    """A world in which only ``answers`` lie; https only, as outside. ``asked`` collects what was read."""

    def read(url: str) -> Answer:
        if asked is not None:
            asked.append(url)
        if url not in answers and url.startswith("http://"):
            raise UrlNotAllowed(f"{url} is not https.")
        found = answers.get(url, 404)
        if isinstance(found, CryptoError):
            raise found
        if isinstance(found, Answer):
            return found
        if isinstance(found, int):
            return Answer(url, found, "text/html", b"")
        body = found if isinstance(found, bytes) else json.dumps(found).encode()
        return Answer(url, 200, "application/ld+json", body)

    def fetch(url: str) -> dict[str, Any]:
        raise KeyUnavailable(f"{url} is asked by read only.")

    return World(**{"fetch": fetch, "trust": lambda _: None, "now": NOW, "read": read, **over})


def checked(given: Any, answers: Answers, **over: Any) -> Report:
    """The report on a document, a token, or bytes."""
    data = (
        given if isinstance(given, bytes) else given.encode() if isinstance(given, str) else json.dumps(given).encode()
    )
    with speaking_english():
        return verify(data, world(answers, **over))


def said(report: Report) -> dict[str, tuple[str, str]]:
    """Name of a check -> its outcome and code."""
    return {check.name: (check.outcome.value, check.code) for check in report.checks}


def no_such_host(url: str) -> NothingPublished:
    return NothingPublished(f"There is no host for {url}.")
