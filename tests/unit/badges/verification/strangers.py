"""An issuer that this service does not know, with its public documents, as a World of a dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_babel import Babel

from badges.verification.world import World
from issuer.crypto.bitstring import encode, new_bits, set_bits
from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.did import did_document, multikey_method
from issuer.crypto.errors import KeyUnavailable
from tests.unit.issuer.crypto.making import ISSUER, make_key, make_signed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DID_URL = "https://badges.example.org/issuers/harbour/did.json"
LIST_URL = "https://badges.example.org/status/1"
INDEX = 4711


@contextmanager
def speaking_english() -> Iterator[None]:
    """Where sentences can be turned into words."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def issuer_document(*seeds: int) -> dict[str, Any]:
    """The issuer's DID document: its first key is METHOD."""
    keys = [make_key(seed).public_key() for seed in seeds or (1,)]
    methods = [
        multikey_method(f"{ISSUER}#key-{number}", controller=ISSUER, key=key)
        for number, key in enumerate(keys, start=1)
    ]
    return did_document(ISSUER, verification_methods=methods, assertion_methods=[each["id"] for each in methods])


def status_entry(**over: Any) -> dict[str, Any]:
    return {
        "id": f"{LIST_URL}#{INDEX}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(INDEX),
        "statusListCredential": LIST_URL,
        **over,
    }


def status_list(*indexes: int, purpose: str = "revocation", key_seed: int = 1, **over: Any) -> dict[str, Any]:
    """A signed status list in which the bits of ``indexes`` are set."""
    bits = set_bits(new_bits(), indexes)
    document = {
        "@context": [VC2_CONTEXT],
        "id": LIST_URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2026-02-01T09:30:00Z",
        "validUntil": "2026-03-08T09:30:00Z",
        "credentialSubject": {
            "id": f"{LIST_URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bits),
        },
        **over,
    }
    return make_signed(document, key=make_key(key_seed))


def world(documents: dict[str, dict[str, Any]] | None = None, *, now: datetime = NOW, known: bool = False) -> World:
    """A world in which only these documents exist (URL -> document); the issuer's own unless said otherwise."""
    public = {DID_URL: issuer_document()} if documents is None else documents

    def fetch(url: str) -> dict[str, Any]:
        if url not in public:
            raise KeyUnavailable(f"{url} does not answer.")
        return public[url]

    return World(fetch=fetch, trust=lambda issuer: "in a test" if known else None, now=now)
