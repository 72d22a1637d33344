"""Signing for a test issuer: checked, signed once, read back, and only then given away.

As in issuer.signing, what is not checked cannot be signed: ``sign`` takes nothing but a Prepared value, which only
``prepare`` makes and which is used once. The keys are did:keys, so a stranger needs nothing else to check the result.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto import selective_disclosure
from issuer.crypto.contexts import ContextSet
from issuer.crypto.errors import CryptoError, KeyNotFound
from issuer.crypto.sd_proof_value import HMAC_BYTES
from issuer.crypto.strict_json import load_object
from issuer.keys.statements import NotSigned
from issuer.vc.checking import checked
from issuer.vc.exchange import not_secured
from issuer.vc.mechanisms import Chance, Mechanism, SigningMeans, secure
from issuer.vc.opening import open_secured
from issuer.vc.proofs import Demand, check_embedded_proofs
from issuer.vc.tokens import CREDENTIAL, check_token
from issuer.vc.world import World

_SEAL = object()


class Prepared:
    """A checked credential and the key that is about to sign it. Made here only, used once."""

    __slots__ = ("_text", "contexts", "mandatory_pointers", "means", "mechanism")

    def __init__(
        self,
        seal: object,
        credential: Mapping[str, Any],
        *,
        mechanism: Mechanism,
        means: SigningMeans,
        mandatory_pointers: Sequence[str],
        contexts: ContextSet,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("A credential becomes Prepared by being checked, see prepare.")
        self._text: str | None = json.dumps(credential, ensure_ascii=False, allow_nan=False)
        self.mechanism = mechanism
        self.means = means
        self.mandatory_pointers = tuple(mandatory_pointers)
        self.contexts = contexts

    def redeem(self) -> dict[str, Any]:
        """The credential, once. Raises NotSigned the second time."""
        text, self._text = self._text, None
        if text is None:
            raise NotSigned("already_signed", "This credential was prepared for one signature and has been signed.")
        credential: dict[str, Any] = json.loads(text)
        return credential


def prepare(
    credential: Mapping[str, Any],
    *,
    issuer_id: str,
    mechanism: Mechanism,
    means: SigningMeans,
    contexts: ContextSet,
    mandatory_pointers: Sequence[str] = (),
) -> Prepared:
    """Check a credential for the issuer with that id. Raises Refused, with every reason."""
    return Prepared(
        _SEAL,
        checked(credential, issuer_id=issuer_id, mechanism=mechanism, contexts=contexts),
        mechanism=mechanism,
        means=means,
        mandatory_pointers=mandatory_pointers,
        contexts=contexts,
    )


def sign(prepared: Prepared, *, now: datetime) -> dict[str, Any]:
    """The secured credential, after our own check has accepted it. Raises Refused, KeyUnusable, NotSigned."""
    credential = prepared.redeem()
    try:
        secured = secure(
            credential,
            prepared.mechanism,
            means=prepared.means,
            created=now,
            mandatory_pointers=prepared.mandatory_pointers,
            chance=_chance() if prepared.mechanism.discloses_selectively else None,
            contexts=prepared.contexts,
        )
    except CryptoError as error:
        raise not_secured(error) from error
    read_back = load_object(json.dumps(secured, ensure_ascii=False, allow_nan=False))
    if not _holds(read_back, prepared, now=now):
        raise NotSigned("own_signature_refused", "Our own check refused the signature, so it was thrown away.")
    return secured


def _chance() -> Chance:
    return Chance(secrets.token_bytes(HMAC_BYTES), ec.generate_private_key(ec.SECP256R1()))


def _holds(secured: dict[str, Any], prepared: Prepared, *, now: datetime) -> bool:
    """Whether a stranger would accept it: of a base proof, what is derived from all of it."""
    if prepared.mechanism.discloses_selectively:
        everything = [f"/{name}" for name in secured if name not in ("@context", "proof")]
        try:
            secured = selective_disclosure.derive(secured, selective_pointers=everything, contexts=prepared.contexts)
        except CryptoError:
            return False
    opened, _form = open_secured(secured, CREDENTIAL)
    if opened is None:
        return False
    world = World(_fetch_nothing, now, contexts=prepared.contexts)
    demand = Demand(prepared.means.verification_method.partition("#")[0])
    token = opened.token
    checks = check_token(token, demand, world) if token else check_embedded_proofs(opened.document, demand, world)
    return not any(check.hinders for check in checks)


def _fetch_nothing(url: str) -> dict[str, Any]:
    raise KeyNotFound("A did:key is in its own name; nothing is fetched.")
