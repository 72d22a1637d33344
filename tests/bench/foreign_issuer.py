"""Badges of an issuer that this service does not know, whose host answers on the loopback interface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.crypto.bitstring import encode, new_bits, set_bits
from issuer.crypto.contexts import VC2_CONTEXT
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.did import did_document, multikey_method
from issuer.crypto.signatures import local_signer
from tests.loopback import Asked, Loopback, Said, answering

BADGES = 200
CACHED = {"Content-Type": "application/json", "Cache-Control": "max-age=3600"}


@dataclass(frozen=True, slots=True)
class Foreign:
    """``badges`` as they would be handed in; ``public``: URL or DID -> document; ``host``: who answers for them."""

    badges: list[bytes]
    public: dict[str, dict[str, Any]]
    host: Loopback


@contextmanager
def foreign_issuer(badge: dict[str, Any]) -> Iterator[Foreign]:
    """An issuer whose badges say what ``badge`` says, each another id, holder and place on one status list."""
    documents: dict[str, dict[str, Any]] = {}

    def answer(asked: Asked) -> Said:
        found = documents.get(asked.path)
        return Said(json.dumps(found).encode(), headers=CACHED) if found else Said(b"", 404)

    with answering(answer) as host:
        did = f"did:web:localhost%3A{host.base.rpartition(':')[2]}:issuer"
        key = ed25519.Ed25519PrivateKey.generate()
        method = multikey_method(f"{did}#key-1", controller=did, key=key.public_key())
        controller = did_document(did, verification_methods=[method], assertion_methods=[method["id"]])
        listing = _signed(_status_list(did, f"{host.base}/status/1"), method["id"], key)
        documents |= {"/issuer/did.json": controller, "/status/1": listing}
        badges = [_signed(_another(badge, number, did, host.base), method["id"], key) for number in range(BADGES)]
        public = {did: controller, f"{host.base}/status/1": listing}
        yield Foreign([json.dumps(each).encode() for each in badges], public, host)


def _another(badge: dict[str, Any], number: int, did: str, base: str) -> dict[str, Any]:
    entry = {
        "id": f"{base}/status/1#{number}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(number),
        "statusListCredential": f"{base}/status/1",
    }
    subject = {**badge["credentialSubject"], "id": f"urn:uuid:00000000-0000-4000-8000-{number:012}"}
    kept = {name: value for name, value in badge.items() if name not in ("proof", "credentialSchema")}
    return {
        **kept,
        "id": f"{base}/badges/{number}",
        "issuer": {**badge["issuer"], "id": did},
        "credentialSubject": subject,
        "credentialStatus": entry,
    }


def _status_list(did: str, url: str) -> dict[str, Any]:
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "@context": [VC2_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did,
        "validFrom": (now - timedelta(hours=1)).isoformat().replace("+00:00", "Z"),
        "validUntil": (now + timedelta(days=1)).isoformat().replace("+00:00", "Z"),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode(set_bits(new_bits(), [BADGES + 7])),
        },
    }


def _signed(document: dict[str, Any], method_id: str, key: ed25519.Ed25519PrivateKey) -> dict[str, Any]:
    created = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    return add_proof(document, signer=local_signer(key), verification_method=method_id, created=created)
