"""Good documents of every kind that the service reads, each with the checker that says what it is worth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from badges.verification.report import Verdict
from badges.verification.verifying import verify
from issuer.crypto.did import did_document, multikey_method
from issuer.crypto.errors import CryptoError
from issuer.crypto.jsonld import to_quads
from issuer.crypto.quads import Quad
from issuer.crypto.signatures import local_signer
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import issue_jwt, parse_jwt
from tests.fuzz.mutations import changed, changed_bytes, changed_tokens
from tests.unit.badges.verification.strangers import DID_URL, LIST_URL, status_entry, status_list, world
from tests.unit.issuer.crypto.making import ISSUER, METHOD, make_credential, make_ec_key, make_key, make_signed

Checker = Callable[[bytes], bool]
TOKEN_METHOD = f"{ISSUER}#key-2"


@dataclass(frozen=True, slots=True)
class Specimen:
    """``content`` is a JSON document or a compact token; ``is_valid`` must be true of it as it is."""

    name: str
    content: dict[str, Any] | str
    is_valid: Checker

    @property
    def data(self) -> bytes:
        return (self.content if isinstance(self.content, str) else json.dumps(self.content)).encode("utf-8")

    def changes(self) -> st.SearchStrategy[bytes]:
        """The bytes of the specimen, changed."""
        if isinstance(self.content, str):
            return changed_tokens(self.content)
        documents = changed(self.content).map(lambda document: json.dumps(document).encode("utf-8"))
        return st.one_of(documents, documents, documents, changed_bytes(self.data))

    def says_the_same(self, data: bytes) -> bool:
        """Whether ``data`` is only another spelling: the same statements, or the same signed bytes of a token."""
        try:
            if isinstance(self.content, str):
                given, signed = parse_jwt(data.strip()), parse_jwt(self.content)
                return (given.signing_input, given.signature) == (signed.signing_input, signed.signature)
            return _statements(load_object(data)) == _statements(self.content)
        except CryptoError:
            return False


def _statements(document: dict[str, Any]) -> frozenset[Quad]:
    return to_quads({name: value for name, value in document.items() if name != "proof"})


def badge_specimens() -> list[Specimen]:
    """Open Badges of a stranger, with a status entry: proofs of two kinds, and a token."""
    listed = make_credential(credentialStatus=status_entry())
    methods = [
        multikey_method(METHOD, controller=ISSUER, key=make_key().public_key()),
        multikey_method(TOKEN_METHOD, controller=ISSUER, key=make_ec_key().public_key()),
    ]
    issuer = did_document(ISSUER, verification_methods=methods, assertion_methods=[METHOD, TOKEN_METHOD])
    at = world({DID_URL: issuer, LIST_URL: status_list(1, 2, 3)})

    def is_valid(data: bytes) -> bool:
        return verify(data, at).verdict is Verdict.VALID

    token = issue_jwt(listed, signer=local_signer(make_ec_key()), kid=TOKEN_METHOD, algorithm="ES256")
    return [
        Specimen("badge with a proof over statements", make_signed(listed), is_valid),
        Specimen("badge with a proof over text", make_signed(listed, cryptosuite="eddsa-jcs-2022"), is_valid),
        Specimen("badge as a token", token, is_valid),
    ]
