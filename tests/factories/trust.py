"""Trusted issuers, registries, and a federation that signs its statements as OpenID Federation asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from badges.trust import lists, registries
from badges.trust.federation import WELL_KNOWN
from badges.trust.models import TrustedIssuer, TrustRegistry
from badges.trust.registry_documents import read_listing
from issuer.base.db import utc_now
from issuer.base.errors import Unavailable
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import thumbprint, to_jwk
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.models import Organisation
from tests.unit.issuer.crypto.making import make_ec_key

ANCHOR = "https://registry.example.org"
ADDRESS = ANCHOR + WELL_KNOWN
MEMBERS = {
    "did:web:north.example.edu": "North University",
    "did:key:z6MkpLDL3RoAoMRTwTgo3rs39ZwssfaPKtGdZw7AGRN7CK4W": "South College",
}


def make_trusted(organisation: Organisation, subject: str, *, kind: str = "id", **over: Any) -> TrustedIssuer:
    """An entry of the trust list; flushed, not committed."""
    values = {"kind": kind, "subject": subject, "name": "Harbour Sales School"} | over
    return lists.add(organisation, lists.entry(**values), by=None)


def known_dids(**over: Any) -> bytes:
    """A registry in the DCC form."""
    members = {did: {"name": name, "url": "https://example.edu", "location": "Here"} for did, name in MEMBERS.items()}
    return json.dumps({"meta": {"created": "2026-01-01"}, "registry": members | over}).encode()


def make_registry(organisation: Organisation, data: bytes | None = None, **over: Any) -> TrustRegistry:
    """An imported registry; flushed, not committed."""
    listing = read_listing(data or known_dids())
    values = {"address": "", "by": None, "now": utc_now()} | over
    name = values.pop("name", "Consortium")
    return registries.import_listing(organisation, name, listing, **values)


@dataclass
class Federation:
    """A trust anchor with its members. Whatever is set to something wrong is signed all the same."""

    now: datetime
    key: PrivateKey = field(default_factory=make_ec_key)
    members: Mapping[str, str] = field(default_factory=lambda: dict(MEMBERS))
    anchor: str = ANCHOR
    kid: str = "key-1"
    claims: Mapping[str, Any] = field(default_factory=dict)
    statement_claims: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    more_keys: tuple[dict[str, Any], ...] = ()

    @property
    def thumbprint(self) -> str:
        return thumbprint(self.key.public_key())

    def configuration(self) -> bytes:
        base = self.anchor
        entity = {
            "organization_name": "Consortium",
            "federation_list_endpoint": f"{base}/subordinate_listing",
            "federation_fetch_endpoint": f"{base}/fetch",
        }
        jwk = {**to_jwk(self.key.public_key()), "kid": self.kid}
        own = {"sub": base, "metadata": {"federation_entity": entity}, "jwks": {"keys": [jwk, *self.more_keys]}}
        return self.sign({**own, **self.claims})

    def statement(self, member: str) -> bytes:
        told = {"organization_name": self.members[member], "homepage_uri": "https://example.edu"}
        return self.sign({"sub": member, "metadata": {"federation_entity": told}, **self.statement_claims})

    def sign(self, claims: Mapping[str, Any], *, key: PrivateKey | None = None) -> bytes:
        key = key or self.key
        times = {"iat": int(self.now.timestamp()), "exp": int((self.now + timedelta(days=1)).timestamp())}
        header = {"alg": algorithm_of(key), "typ": "entity-statement+jwt", "kid": self.kid, **self.header}
        parts = (header, {"iss": self.anchor, **times, **claims})
        signing_input = ".".join(encode_base64url(json.dumps(part).encode()) for part in parts).encode()
        return signing_input + b"." + encode_base64url(local_signer(key)(signing_input)).encode()

    def ask(self, url: str) -> bytes:
        """What lies at an address of it; an Ask."""
        parts = urlsplit(url)
        if parts.path == "/subordinate_listing":
            return json.dumps(list(self.members)).encode()
        if parts.path == "/fetch" and (member := parse_qs(parts.query)["sub"][0]) in self.members:
            return self.statement(member)
        raise Unavailable("fetch_failed", f"There is nothing at {url}.")

    def uploaded(self) -> bytes:
        return b"\n".join([self.configuration(), *(self.statement(member) for member in self.members)])
