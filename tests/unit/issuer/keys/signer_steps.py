"""A signer on a socket of its own, in a thread of the test, and things to have signed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from issuer.base.key_settings import SignerSettings
from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.crypto.multikey import PublicKey, thumbprint, to_multikey
from issuer.keys.purposes import BADGE_JWT, BADGE_PROOF, LOG_CHECKPOINT, STATUS_LIST
from issuer.keys.signer_client import SignerClient
from issuer.keys.signer_journal import Journal
from issuer.keys.signer_process import SignerServer, signing_backend
from issuer.keys.statements import JWT, NOTE, PROOF, Statement, content_of

BASE = "https://badges.example.org"
DID = "did:web:badges.example.org:issuers:north"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def settings_in(folder: Path, **over: Any) -> SignerSettings:
    values: dict[str, Any] = {
        "environment": "test",
        "base_url": BASE,
        "data_dir": folder / "data",
        "socket": folder / "run" / "signer.sock",
        "passphrase": "a passphrase of some length",
    }
    return SignerSettings(**(values | over))


@contextmanager
def signer(folder: Path, *, clock: Clock | None = None, **over: Any) -> Iterator[SignerClient]:
    """A client of a signer that runs while the block does."""
    settings = settings_in(folder, **over)
    journal_folder = settings.data_dir / "signer"
    journal_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    journal, stop = Journal(journal_folder / "journal.db"), threading.Event()
    server = SignerServer(signing_backend(settings, journal), settings.socket, clock=clock or Clock())
    thread = threading.Thread(target=server.serve, args=(stop,))
    thread.start()
    try:
        yield SignerClient(settings.socket)
    finally:
        stop.set()
        thread.join()
        journal.close()


def badge(number: int = 1, **over: Any) -> dict[str, Any]:
    """A small credential that follows every rule for badges."""
    return {
        "@context": [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT],
        "id": f"{BASE}/badges/Award{number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Ten-minute prospect research",
        "issuer": {"id": DID, "type": ["Profile"], "name": "North"},
        "validFrom": "2026-03-04T05:06:07Z",
        "credentialSubject": {
            "id": "urn:uuid:6c4ba481-3f21-4d07-a3e3-afdc71ca61d6",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"{BASE}/achievements/x",
                "type": ["Achievement"],
                "name": "Ten-minute prospect research",
                "description": "Finds what matters about a company in ten minutes.",
                "criteria": {"narrative": "Complete the module."},
            },
        },
        "credentialStatus": {
            "id": f"{BASE}/status/list1#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": f"{BASE}/status/list1",
        },
    } | over


def status_list(**over: Any) -> dict[str, Any]:
    """A status list credential; its list is short, as nobody reads it here."""
    return {
        "@context": [VC2_CONTEXT],
        "id": f"{BASE}/status/list1",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-03-04T05:06:07Z",
        "credentialSubject": {
            "id": f"{BASE}/status/list1#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
        },
    } | over


def proof_of(
    document: dict[str, Any], key: PublicKey, *, purpose: str = BADGE_PROOF, created: datetime = NOW, **over: Any
) -> Statement:
    """The statement that asks for an embedded proof of ``document``."""
    values: dict[str, Any] = {
        "purpose": purpose,
        "kid": thumbprint(key),
        "form": PROOF,
        "content": content_of(document),
        "created": created,
        "key_name": f"{DID}#{to_multikey(key)}",
        "cryptosuite": "eddsa-rdfc-2022",
    }
    return Statement(**(values | over))


def list_proof_of(document: dict[str, Any], key: PublicKey, **over: Any) -> Statement:
    return proof_of(document, key, purpose=STATUS_LIST, **over)


def jwt_of(document: dict[str, Any], key: PublicKey) -> Statement:
    """The statement that asks for ``document`` as a JWT."""
    kid = thumbprint(key)
    return Statement(BADGE_JWT, kid, JWT, content_of(document), NOW, f"{BASE}/keys/{kid}")


def checkpoint_of(key: PublicKey, *, size: int, root: str = "A" * 43 + "=", origin: str = "rosette/log") -> Statement:
    """The statement that asks for the signature of a checkpoint."""
    return Statement(LOG_CHECKPOINT, thumbprint(key), NOTE, f"{origin}\n{size}\n{root}\n".encode(), NOW)
