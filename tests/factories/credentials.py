"""W3C credentials and presentations by issuers who are their own keys (did:key), for whoever verifies."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.crypto.bitstring import MINIMUM_ENTRIES, encode, new_bits, set_bits
from issuer.crypto.contexts import DATA_INTEGRITY_V2_CONTEXT, VC1_CONTEXT, VC2_CONTEXT
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.did import did_key_for, did_key_method_id
from issuer.crypto.errors import KeyUnavailable
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.vc.world import World

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CREATED = datetime(2026, 2, 1, 9, 30, 0, tzinfo=UTC)
LIST_URL = "https://status.example.org/lists/1"
STATUS_ENTRY = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": LIST_URL,
}
ENVELOPED = {"credential": "EnvelopedVerifiableCredential", "presentation": "EnvelopedVerifiablePresentation"}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a key that is their name."""

    key: PrivateKey

    @property
    def did(self) -> str:
        return did_key_for(self.key.public_key())

    @property
    def method_id(self) -> str:
        return did_key_method_id(self.did)


def make_party(seed: int = 1) -> Party:
    """An Ed25519 party, always the same one for a seed."""
    return Party(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def make_ec_party(seed: int = 7, curve: ec.EllipticCurve | None = None) -> Party:
    """A party with a P-256 key, or one on the curve given."""
    return Party(ec.derive_private_key(seed, curve or ec.SECP256R1()))


ISSUER = make_party(1)
HOLDER = make_party(2)
STRANGER = make_party(3)


def make_vc(**over: Any) -> dict[str, Any]:
    """A credential of version 2.0 without a proof; ``over`` replaces or adds members, None takes one away."""
    return _without_none(
        {
            "@context": [VC2_CONTEXT],
            "id": "urn:uuid:2f1a9f0a-6f4e-4e9f-9a61-0a1d5c7b1e11",
            "type": ["VerifiableCredential"],
            "issuer": ISSUER.did,
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:alice", "name": "Alice"},
            **over,
        }
    )


def make_vc_1(**over: Any) -> dict[str, Any]:
    """The same of version 1.1."""
    changed = {"validFrom": None, "issuanceDate": "2026-01-01T00:00:00Z", "credentialSubject": {"id": "did:example:a"}}
    return make_vc(**{"@context": [VC1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT], **changed, **over})


def make_vp(*credentials: Any, **over: Any) -> dict[str, Any]:
    """A presentation of ``credentials`` by HOLDER, without a proof."""
    presented = {"verifiableCredential": list(credentials)} if credentials else {}
    return _without_none(
        {
            "@context": [VC2_CONTEXT],
            "type": ["VerifiablePresentation"],
            "holder": HOLDER.did,
            **presented,
            **over,
        }
    )


def secured(document: Mapping[str, Any], by: Party = ISSUER, **over: Any) -> dict[str, Any]:
    """The document with one proof, as an object."""
    arguments: dict[str, Any] = {"cryptosuite": "eddsa-rdfc-2022", "created": CREATED, **over}
    signed = add_proof(document, signer=local_signer(by.key), verification_method=by.method_id, **arguments)
    return {**signed, "proof": signed["proof"][-1]}


def secured_twice(document: Mapping[str, Any], first: Party, second: Party, *, chained: bool) -> dict[str, Any]:
    """A proof set of two, or a chain whose second proof builds on the first."""
    name = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"
    once = add_proof(
        document,
        signer=local_signer(first.key),
        verification_method=first.method_id,
        created=CREATED,
        options={"id": name},
    )
    return add_proof(
        once,
        signer=local_signer(second.key),
        verification_method=second.method_id,
        created=CREATED,
        options={"previousProof": name} if chained else None,
    )


def presented(presentation: Mapping[str, Any], by: Party = HOLDER, **options: str) -> dict[str, Any]:
    """The presentation with its holder's proof; ``options``: challenge, domain."""
    return secured(presentation, by, proof_purpose="authentication", options=options)


def enveloped(token: str, kind: str = "credential", **over: Any) -> dict[str, Any]:
    """The envelope of a token; ``kind``: "credential" or "presentation"."""
    media_type = "vc+jwt" if kind == "credential" else "vp+jwt"
    envelope = {"@context": VC2_CONTEXT, "id": f"data:application/{media_type},{token}", "type": ENVELOPED[kind]}
    return _without_none({**envelope, **over})


def make_status_list(
    *set_indexes: int, by: Party = ISSUER, subject: Mapping[str, Any] | None = None, **over: Any
) -> Any:
    """A signed status list at LIST_URL with the bits at ``set_indexes`` set."""
    document = make_vc(
        **{
            "id": LIST_URL,
            "issuer": by.did,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "credentialSubject": _without_none(
                {
                    "id": f"{LIST_URL}#list",
                    "type": "BitstringStatusList",
                    "statusPurpose": "revocation",
                    "encodedList": encode(set_bits(new_bits(MINIMUM_ENTRIES), set_indexes)),
                    **(subject or {}),
                }
            ),
            **over,
        }
    )
    return secured(document, by)


def make_world(documents: Mapping[str, Any] | None = None, **over: Any) -> World:
    """A world in which these documents can be read, and nothing else."""
    published = dict(documents or {})

    def fetch(url: str) -> dict[str, Any]:
        if url not in published:
            raise KeyUnavailable(f"Nothing is at {url}.")
        return copy.deepcopy(published[url])

    return World(**{"fetch": fetch, "now": NOW, **over})


def _without_none(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def make_token(claims: Mapping[str, Any], by: Party = ISSUER, **header: Any) -> str:
    """Any claims as a compact JWS under ``by``'s key; ``header`` replaces or adds members, None takes one away."""
    named = {"alg": algorithm_of(by.key.public_key()), "kid": by.method_id, "typ": "vc+jwt", **header}
    segments = [_segment(_without_none(named)), _segment(claims)]
    signing_input = ".".join(segments).encode("ascii")
    return f"{signing_input.decode('ascii')}.{encode_base64url(local_signer(by.key)(signing_input))}"


def _segment(value: Mapping[str, Any]) -> str:
    return encode_base64url(json.dumps(value).encode("utf-8"))
