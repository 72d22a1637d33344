"""Every form that is signed here, in the hands of somebody else's verifier; and changed, refused by it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto import vc_jose
from issuer.crypto.did import did_document, json_web_key_method, multikey_method
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.crypto.vc_jwt import issue_jwt
from tests.javascript import verdict
from tests.unit.issuer.crypto.making import (
    ISSUER,
    METHOD,
    make_credential,
    make_ec_key,
    make_key,
    make_rsa_key,
    make_signed,
)


@dataclass(frozen=True, slots=True)
class Form:
    """``sign`` gives bytes; the key's document is published as ``method`` makes it."""

    name: str
    key: PrivateKey
    sign: Callable[[PrivateKey], bytes]
    method: Callable[..., dict[str, Any]] = multikey_method

    def public(self) -> dict[str, Any]:
        listed = self.method(METHOD, controller=ISSUER, key=self.key.public_key())
        return {ISSUER: did_document(ISSUER, verification_methods=[listed], assertion_methods=[METHOD])}


def embedded(suite: str) -> Callable[[PrivateKey], bytes]:
    def sign(key: PrivateKey) -> bytes:
        return json.dumps(make_signed(key=key, cryptosuite=suite, algorithm=algorithm_of(key))).encode()

    return sign


def token(key: PrivateKey) -> bytes:
    made = issue_jwt(make_credential(), signer=local_signer(key), kid=METHOD, algorithm=algorithm_of(key))
    return made.encode()


def jose_token(key: PrivateKey) -> bytes:
    made = vc_jose.secure(make_credential(), signer=local_signer(key), kid=METHOD, algorithm=algorithm_of(key))
    return made.encode()


FORMS = [
    Form("eddsa-rdfc-2022", make_key(), embedded("eddsa-rdfc-2022")),
    Form("eddsa-jcs-2022", make_key(), embedded("eddsa-jcs-2022")),
    Form("ecdsa-rdfc-2019 P-256", make_ec_key(), embedded("ecdsa-rdfc-2019")),
    Form("ecdsa-rdfc-2019 P-384", make_ec_key(ec.SECP384R1()), embedded("ecdsa-rdfc-2019")),
    Form("ecdsa-jcs-2019 P-256", make_ec_key(), embedded("ecdsa-jcs-2019")),
    Form("ecdsa-jcs-2019 P-384", make_ec_key(ec.SECP384R1()), embedded("ecdsa-jcs-2019")),
    Form("JWT RS256", make_rsa_key(), token, json_web_key_method),
    Form("JWT ES256", make_ec_key(), token, json_web_key_method),
    Form("vc+jwt EdDSA", make_key(), jose_token, json_web_key_method),
    Form("vc+jwt ES256", make_ec_key(), jose_token, json_web_key_method),
    Form("vc+jwt ES384", make_ec_key(ec.SECP384R1()), jose_token, json_web_key_method),
    Form("vc+jwt ES512", make_ec_key(ec.SECP521R1()), jose_token, json_web_key_method),
]


def changed(data: bytes) -> bytes:
    """The same with another name in it, under the old signature."""
    if data.startswith(b"{"):
        return json.dumps(json.loads(data) | {"name": "Chief Seller"}).encode()
    header, payload, signature = data.decode().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "==")) | {"name": "Chief Seller"}
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.{signature}".encode()


@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.name)
def test_somebody_else_finds_it_genuine(verify_js: Path, tmp_path: Path, form: Form) -> None:
    found = verdict(verify_js, form.sign(form.key), form.public(), tmp_path)
    assert (found["verified"], found["errors"]) == (True, [])


@pytest.mark.parametrize("form", FORMS, ids=lambda each: each.name)
def test_somebody_else_refuses_it_when_changed(verify_js: Path, tmp_path: Path, form: Form) -> None:
    assert not verdict(verify_js, changed(form.sign(form.key)), form.public(), tmp_path)["verified"]
