"""A small wallet: it plays the whole of OpenID for Verifiable Credential Issuance over a test client."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from badges.wallets import offers, opening
from issuer.base.db import db
from issuer.crypto.did import did_jwk_for, did_key_for, did_key_method_id
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk
from issuer.crypto.signatures import algorithm_of, local_signer
from issuer.policy import Actor
from tests.edges.badges.badge_steps import HeldBadge

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
TYPE = "openid4vci-proof+jwt"
PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Offered:
    """What the holder's page shows: the link for the wallet, and the number that is shown apart."""

    link: str
    transaction_code: str

    @property
    def link_path(self) -> str:
        """The path of the address at which the offer lies."""
        return path_of(parse_qs(urlsplit(self.link).query)["credential_offer_uri"][0])


def offer_badge(app: Flask, held: HeldBadge, *, form: str = "bound") -> Offered:
    """An open offer of the badge, committed."""
    with app.test_request_context():
        actor = Actor(held.holder.account_id, held.holder.public_id)
        offer = offers.make(actor, held.award_id, form=form)
        db.session.commit()
        return Offered(offers.wallet_link(offer), opening.transaction_code_of(offer.public_id))


def jws(header: Mapping[str, Any], claims: Mapping[str, Any], key: PrivateKey | None) -> str:
    """A compact JWS; without a key its signature is empty."""
    parts = [encode_base64url(json.dumps(each).encode()) for each in (header, claims)]
    signed = ".".join(parts)
    return f"{signed}.{encode_base64url(local_signer(key)(signed.encode())) if key else ''}"


@dataclass
class Wallet:
    """A wallet with one key, named by ``kind``: did:key, did:jwk or jwk."""

    client: FlaskClient
    key: PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    kind: str = "did:key"
    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    offer: dict[str, Any] = field(default_factory=dict)
    token: str = ""

    @property
    def did(self) -> str:
        public = self.key.public_key()
        return did_key_for(public) if self.kind == "did:key" else did_jwk_for(public)

    def read(self, link: str) -> Wallet:
        """Read the offer and the metadata that it leads to."""
        parts = urlsplit(link)
        assert parts.scheme == "openid-credential-offer"
        (address,) = parse_qs(parts.query)["credential_offer_uri"]
        self.offer = self.get(address)
        self.issuer = self.offer["credential_issuer"]
        found = urlsplit(self.issuer)
        origin = f"{found.scheme}://{found.netloc}"
        self.metadata = self.get(f"{origin}/.well-known/openid-credential-issuer{found.path}")
        assert self.metadata["credential_issuer"] == self.issuer
        (server,) = self.metadata["authorization_servers"]
        self.metadata["server"] = self.get(f"{server}/.well-known/oauth-authorization-server")
        assert self.metadata["server"]["issuer"] == server
        return self

    def get(self, address: str) -> dict[str, Any]:
        answer = self.client.get(path_of(address))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.json
        return found

    def redeem(self, transaction_code: str | None, **over: Any) -> TestResponse:
        """Exchange the code; a member that is None is left out."""
        code = self.offer["grants"][GRANT_TYPE]["pre-authorized_code"]
        form = {"grant_type": GRANT_TYPE, "pre-authorized_code": code, "tx_code": transaction_code, **over}
        asked = {name: value for name, value in form.items() if value is not None}
        answer = self.client.post(path_of(self.metadata["server"]["token_endpoint"]), data=asked)
        if answer.status_code == 200:
            self.token = answer.json["access_token"]
        return answer

    def nonce(self) -> str:
        return str(self.client.post(path_of(self.metadata["nonce_endpoint"])).json["c_nonce"])

    def header(self) -> dict[str, Any]:
        """The header of a proof, with the key named in this wallet's way."""
        public = self.key.public_key()
        named: dict[str, Any] = {
            "did:key": {"kid": did_key_method_id(did_key_for(public))},
            "did:jwk": {"kid": f"{did_jwk_for(public)}#0"},
            "jwk": {"jwk": to_jwk(public)},
        }[self.kind]
        return {"typ": TYPE, "alg": algorithm_of(public), **named}

    def claims(self) -> dict[str, Any]:
        return {"aud": self.issuer, "iat": int(time.time()), "nonce": self.nonce()}

    def proof(self, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A proof; ``header`` and ``claims`` over the right ones, None leaves a member out."""
        said = {**self.claims(), **claims}
        named = {**self.header(), **(header or {})}
        return jws(
            {name: value for name, value in named.items() if value is not None},
            {name: value for name, value in said.items() if value is not None},
            self.key,
        )

    def ask(self, body: Mapping[str, Any], *, token: str | None = None) -> TestResponse:
        """A credential request as it is."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        return self.client.post(path_of(self.metadata["credential_endpoint"]), json=body, headers=headers)

    def fetch(self, configuration: str, *, proof: str | None = None) -> TestResponse:
        """A credential request, with a proof when the configuration asks for one."""
        body: dict[str, Any] = {"credential_configuration_id": configuration}
        described = self.metadata["credential_configurations_supported"][configuration]
        if "proof_types_supported" in described:
            body["proofs"] = {"jwt": [proof or self.proof()]}
        return self.ask(body)

    def notify(self, body: Mapping[str, Any]) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(path_of(self.metadata["notification_endpoint"]), json=body, headers=headers)


def path_of(address: str) -> str:
    """The path of an address of the service, for a test client."""
    return urlsplit(address).path


def wallet_for(app: Flask, offered: Offered, **wallet: Any) -> Wallet:
    """A wallet that has read the offer and exchanged its code."""
    mine = Wallet(app.test_client(), **wallet).read(offered.link)
    assert mine.redeem(offered.transaction_code).status_code == 200
    return mine
