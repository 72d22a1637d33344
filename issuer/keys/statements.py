"""What a key is asked to sign: a whole statement, never bare bytes, so that whoever holds the key can read it first.

Five forms: a credential with an embedded proof (Data Integrity 1.0), a credential as a JWT (Open Badges 3.0, section
8.2), the same badge as an Assertion of Open Badges 2.0 in a JWS, the body of a C2SP checkpoint (signed note), and what
the instance found when it checked badges. The bytes that go to the key are made here, from the statement.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.base.errors import Unavailable
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.errors import CryptoError
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import PublicKey
from issuer.crypto.signatures import Signer, algorithm_of
from issuer.crypto.strict_json import load_object
from issuer.crypto.timestamps import parse_timestamp
from issuer.crypto.vc_jwt import issue_jwt
from issuer.keys.purposes import CREDENTIAL_PROOF

PROOF, JWT, NOTE = "proof", "jwt", "note"
ASSERTION = "assertion"
RECEIPT, BULK_RECEIPT = "receipt", "bulk_receipt"

TOKEN_TYPES: Mapping[str, str] = {RECEIPT: "verification-receipt+jwt", BULK_RECEIPT: "bulk-verification+jwt"}
"""Form -> the ``typ`` of what the instance itself says in a JWS: never that of a credential (RFC 8725, 3.11)."""

_WAIT_SECONDS = 30


class NotSigned(Unavailable):
    """The document was not signed, and must not be: it breaks a rule, or our own check refused the result."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code, detail, retry_after=_WAIT_SECONDS)


@dataclass(frozen=True, slots=True)
class Statement:
    """One signature that is asked for.

    ``purpose`` and ``kid``  which key; ``form`` is PROOF, JWT, ASSERTION, NOTE, RECEIPT or BULK_RECEIPT.
    ``content``              the exact bytes: a JSON document without a proof, or the body of a note.
    ``key_name``             how the signature will name the key: a verification method, or a JWT's kid; "" in a note.
    ``created``              the time that a proof will show; whole seconds.
    ``cryptosuite``          of a proof, such as "eddsa-rdfc-2022"; "" in the other forms.
    """

    purpose: str
    kid: str
    form: str
    content: bytes
    created: datetime
    key_name: str = ""
    cryptosuite: str = ""


def content_of(document: Mapping[str, Any]) -> bytes:
    """The bytes of a document, as they are recorded and signed."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def document_of(statement: Statement) -> dict[str, Any]:
    """The document of any statement but a NOTE. Raises NotSigned."""
    try:
        return load_object(statement.content)
    except CryptoError as error:
        raise _not_signable(error) from error


def secure(statement: Statement, *, signer: Signer, public_key: PublicKey) -> bytes:
    """The secured document as UTF-8 JSON, the compact JWS, or the raw signature over a note. Raises NotSigned.

    ``signer`` is called once, when nothing but the signature itself can fail any more.
    """
    if statement.form == NOTE:
        return signer(statement.content)
    algorithm = algorithm_of(public_key)
    if statement.form in TOKEN_TYPES:
        header = {"alg": algorithm, "kid": statement.key_name, "typ": TOKEN_TYPES[statement.form]}
        return _token(statement, header, signer=signer)
    if statement.form == ASSERTION:
        return _token(statement, {"alg": algorithm, "kid": statement.key_name}, signer=signer)
    document = document_of(statement)
    try:
        if statement.form == JWT:
            return issue_jwt(document, signer=signer, kid=statement.key_name, algorithm=algorithm).encode("ascii")
        secured = add_proof(
            document,
            signer=signer,
            verification_method=statement.key_name,
            created=statement.created,
            cryptosuite=statement.cryptosuite,
            algorithm=algorithm,
        )
    except CryptoError as error:
        raise _not_signable(error) from error
    if statement.purpose == CREDENTIAL_PROOF:
        # What programs ask for has its one proof as an object, as the VC API's readers expect; badges have an array.
        (proof,) = secured["proof"]
        secured = {**secured, "proof": proof}
    return content_of(secured)


def _token(statement: Statement, header: Mapping[str, str], *, signer: Signer) -> bytes:
    """A compact JWS over the content, byte for byte (RFC 7515, 3.1)."""
    signed = f"{encode_base64url(content_of(header))}.{encode_base64url(statement.content)}".encode("ascii")
    return signed + b"." + encode_base64url(signer(signed)).encode("ascii")


def as_json(statement: Statement) -> dict[str, str]:
    """The statement as it travels to another process."""
    return {
        "purpose": statement.purpose,
        "kid": statement.kid,
        "form": statement.form,
        "content": encode_base64url(statement.content),
        "created": statement.created.isoformat(),
        "key_name": statement.key_name,
        "cryptosuite": statement.cryptosuite,
    }


def from_json(value: Mapping[str, Any]) -> Statement:
    """A statement that has travelled. Raises NotSigned for anything else."""
    names = ("purpose", "kid", "form", "content", "created", "key_name", "cryptosuite")
    if set(value) != set(names) or not all(isinstance(value[name], str) for name in names):
        raise NotSigned("not_a_statement", "What is to be signed is not a statement.")
    try:
        content, created = decode_base64url(value["content"]), parse_timestamp(value["created"])
    except CryptoError as error:
        raise NotSigned("not_a_statement", "What is to be signed is not a statement.") from error
    return Statement(
        purpose=value["purpose"],
        kid=value["kid"],
        form=value["form"],
        content=content,
        created=created,
        key_name=value["key_name"],
        cryptosuite=value["cryptosuite"],
    )


def _not_signable(error: CryptoError) -> NotSigned:
    return NotSigned(f"not_signable_{error.code}", error.detail)
