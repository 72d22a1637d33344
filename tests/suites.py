"""What a conformance suite does with an instance for suites: read the manifest, issue, verify, derive."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VC2 = "https://www.w3.org/ns/credentials/v2"
VC1 = "https://www.w3.org/2018/credentials/v1"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
BASE_URL = "https://localhost:8443"


@dataclass(frozen=True, slots=True)
class Suite:
    """One instance, reached without a network."""

    client: FlaskClient

    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = self.client.get("/conformance/manifest.json").get_json()
        return manifest

    def issuer(self, cryptosuite: str, key_type: str | None = None, *, status: bool = False) -> dict[str, Any]:
        """The manifest's entry."""
        return next(
            entry
            for entry in self.manifest()["issuers"]
            if entry["cryptosuite"] == cryptosuite
            and key_type in (None, entry["keyType"])
            and entry["status"] is status
        )

    def post(self, url: str, body: Any) -> TestResponse:
        """POST to one of the manifest's addresses."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8")
        return self.client.post(urlsplit(url).path, data=data, content_type="application/json")

    def ask_to_issue(self, issuer: Mapping[str, Any], credential: Mapping[str, Any], **options: object) -> TestResponse:
        """As the suites do: with the issuer's own id, and options only if there are any."""
        body: dict[str, Any] = {"credential": issued_by(issuer["id"], credential)}
        return self.post(issuer["endpoint"], body | ({"options": options} if options else {}))

    def issue(self, issuer: Mapping[str, Any], credential: Mapping[str, Any], **options: object) -> dict[str, Any]:
        """What was issued."""
        reply = self.ask_to_issue(issuer, credential, **options)
        assert reply.status_code == 201, reply.get_data(as_text=True)
        issued: dict[str, Any] = reply.get_json()
        return issued

    def verify(self, credential: object, **options: object) -> TestResponse:
        body = {"verifiableCredential": credential, "options": {"checks": ["proof"], **options}}
        return self.post(self.manifest()["verifier"], body)


def issued_by(issuer_id: str, credential: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the credential that names the issuer, unless it names a wrong one on purpose."""
    copied = copy.deepcopy(dict(credential))
    if isinstance(issuer := copied.get("issuer", issuer_id), dict):
        copied["issuer"] = {**issuer, "id": issuer.get("id", issuer_id)}
    else:
        copied["issuer"] = issuer
    return copied


def plain_credential(**over: object) -> dict[str, Any]:
    """A small VC 2.0 credential."""
    return {
        "@context": [VC2],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:subject"},
    } | over


def plain_credential_1(**over: object) -> dict[str, Any]:
    """A small VC 1.1 credential, as the suites send it: with the first context only."""
    return {
        "@context": [VC1],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuanceDate": "2020-03-16T22:37:26.544Z",
        "credentialSubject": {"id": "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b"},
    } | over
