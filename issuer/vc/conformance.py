"""Issuers for test suites: one did:key for each way to secure a credential, and the manifest that lists them.

They sign whatever well-formed credential anybody sends, so they exist only where the setting asks for them, never in
production, and under DIDs that mean nothing to anybody. A key is made once for a data folder and kept encrypted among
the others; beside it lies only its DID.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask_babel import gettext

from issuer.access import settings
from issuer.base.errors import NotFound
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.multikey import from_multikey, thumbprint
from issuer.crypto.signatures import PrivateKey
from issuer.keys.keystore import CONFORMANCE, backend
from issuer.vc.mechanisms import MECHANISMS, Mechanism, SigningMeans

_FOLDER = "conformance"
_DID_KEY = "did:key:"
_CURVES: Mapping[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}


@dataclass(frozen=True, slots=True)
class SuiteIssuer:
    """``name`` is its place under /conformance/issuers/; ``gives_status``: whether its credentials can be revoked."""

    name: str
    mechanism: Mechanism
    gives_status: bool = False


def _name_of(mechanism: Mechanism) -> str:
    curve = mechanism.key_type.lower().replace("-", "")
    return f"{mechanism.suite}-{curve}" if mechanism.suite.startswith("ecdsa") else mechanism.suite


STATUS_ISSUER = SuiteIssuer("eddsa-rdfc-2022-status", Mechanism("eddsa-rdfc-2022", "Ed25519"), gives_status=True)
ISSUERS = (*(SuiteIssuer(_name_of(mechanism), mechanism) for mechanism in MECHANISMS), STATUS_ISSUER)


def require_conformance() -> None:
    """Raises NotFound unless this instance is one for test suites."""
    if not settings().conformance:
        raise NotFound("not_found", gettext("There is nothing at this address."))


def find_issuer(name: str) -> SuiteIssuer:
    """Raises NotFound."""
    for issuer in ISSUERS:
        if issuer.name == name:
            return issuer
    raise NotFound("not_found", gettext("There is no such issuer."))


def did_of(issuer: SuiteIssuer) -> str:
    """Its did:key; made, with its key, when somebody asks for the first time. Raises KeyUnusable."""
    path: Path = settings().data_dir / _FOLDER / f"{issuer.name}.did"
    if not path.exists():
        private_key = _generate(issuer.mechanism.key_type)
        backend().add(private_key, purpose=CONFORMANCE)
        _write_once(path, did_key_for(private_key.public_key()))
    return path.read_text(encoding="ascii")


def means_of(issuer: SuiteIssuer) -> SigningMeans:
    """What the issuer signs with. Raises KeyUnusable."""
    did = did_of(issuer)
    public_key = from_multikey(did.removeprefix(_DID_KEY))
    return SigningMeans(backend().signer(thumbprint(public_key)), public_key, did_key_method_id(did))


def manifest() -> dict[str, Any]:
    """What a runner of the W3C suites needs to know of this instance."""
    base = settings().base_url
    return {
        "name": "rosette",
        "implementation": "rosette",
        "vcVersions": ["1.1", "2.0"],
        "issuers": [_entry(issuer, base) for issuer in ISSUERS],
        "verifier": f"{base}/conformance/credentials/verify",
        "strictVerifier": f"{base}/credentials/verify",
        "vpVerifier": f"{base}/conformance/presentations/verify",
        "derive": f"{base}/conformance/credentials/derive",
        "joseFeatures": ["credential_jose", "presentation_jose", "credential_sdjwt", "presentation_sdjwt"],
    }


def _entry(issuer: SuiteIssuer, base: str) -> dict[str, Any]:
    return {
        "id": did_of(issuer),
        "endpoint": f"{base}/conformance/issuers/{issuer.name}/credentials/issue",
        "cryptosuite": issuer.mechanism.suite,
        "keyType": issuer.mechanism.key_type,
        "status": issuer.gives_status,
    }


def _generate(key_type: str) -> PrivateKey:
    if key_type == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(_CURVES[key_type])


def _write_once(path: Path, text: str) -> None:
    """Of two processes that write at once, the first one's text stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    draft.write_text(text, encoding="ascii")
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
