"""``python -m issuer.jose_cli``: secure or check one file as VC-JOSE-COSE says, with a key from another file.

    python -m issuer.jose_cli issue --input FILE --key FILE --feature FEATURE --output FILE [--sd '["path", ...]']
    python -m issuer.jose_cli verify --input FILE --key FILE --feature FEATURE --output FILE

FEATURE is credential or presentation, with _jose or _sdjwt behind it; _cose is answered with failure. KEY is a
verification method with publicKeyJwk, and secretKeyJwk to issue. The output is {"result": "success" or "failure",
"data": the token, the document, or why not}, whatever was handed in; the exit code is 0, 1 for failure, 2 if there is
nothing to write it to.

The signature, the form and the data model are checked, and the holder's own token at the end of an SD-JWT; the dates
of a credential are not, and neither are tokens inside a presentation, because no key was given for them. It needs no
settings, no database and no network.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from issuer.crypto import sd_jwt, strict_json, vc_jose
from issuer.crypto.contexts import VC2_CONTEXT, open_contexts
from issuer.crypto.enveloped import CREDENTIAL_TYPE
from issuer.crypto.errors import CryptoError, KeyRefused, Malformed, UnsupportedFormat
from issuer.crypto.multibase import decode_base64url
from issuer.crypto.multikey import from_jwk
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.vc.data_model import check_credential, check_presentation
from issuer.vc.identifiers import as_list, types_of
from issuer.vc.key_bindings import Presented, check_key_binding
from issuer.vc.report import Check, Outcome

MAX_FILE_BYTES = 4 * 1024 * 1024
SALT_BYTES = 16
REGISTERED_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf"})
CREDENTIAL_MEMBERS = frozenset(
    {
        *("@context", "id", "type", "name", "description", "issuer", "validFrom", "validUntil", "credentialSubject"),
        *("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence", "relatedResource"),
        *("confidenceMethod", "renderMethod", "proof"),
    }
)
PRESENTATION_MEMBERS = frozenset({"@context", "id", "type", "holder", "verifiableCredential", "termsOfUse", "proof"})


@dataclass(frozen=True, slots=True)
class Feature:
    """What is in the token, and of which type it is."""

    typ: str
    is_presentation: bool
    is_selective: bool


FEATURES = {
    "credential_jose": Feature(vc_jose.CREDENTIAL, is_presentation=False, is_selective=False),
    "presentation_jose": Feature(vc_jose.PRESENTATION, is_presentation=True, is_selective=False),
    "credential_sdjwt": Feature(vc_jose.SD_CREDENTIAL, is_presentation=False, is_selective=True),
    "presentation_sdjwt": Feature(vc_jose.SD_PRESENTATION, is_presentation=True, is_selective=True),
}
NOT_OFFERED = ("credential_cose", "presentation_cose")


def issue(document: dict[str, Any], key: Mapping[str, Any], feature: Feature, *, paths: Sequence[str]) -> str:
    """A document and a verification method with its secret key -> a token. Raises CryptoError."""
    known = PRESENTATION_MEMBERS if feature.is_presentation else CREDENTIAL_MEMBERS
    unknown = sorted(document.keys() - known - REGISTERED_CLAIMS)
    if unknown:
        raise Malformed(f"The document has members that are not known: {', '.join(map(ascii, unknown))[:200]}.")
    _check_document(document, feature)
    private_key = _private_key(key.get("secretKeyJwk"))
    algorithm, kid = algorithm_of(private_key), key.get("id")
    if not isinstance(kid, str) or not kid:
        raise Malformed("The key has no id.")
    signer = local_signer(private_key)
    if not feature.is_selective:
        return vc_jose.secure(document, signer=signer, kid=kid, algorithm=algorithm, typ=feature.typ)
    return sd_jwt.secure(
        document,
        signer=signer,
        kid=kid,
        algorithm=algorithm,
        disclosable=paths,
        salts=lambda: secrets.token_urlsafe(SALT_BYTES),
        typ=feature.typ,
    )


def verify(token: bytes, key: Mapping[str, Any], feature: Feature) -> dict[str, Any]:
    """A token -> the document that it secures. Raises CryptoError."""
    public_key = from_jwk(key.get("publicKeyJwk"))
    if feature.is_selective:
        selective = sd_jwt.parse(token, typ=feature.typ)
        vc_jose.check_signature(selective.token, public_key)
        document = dict(selective.document)
        if selective.key_binding:
            presented = Presented(selective.presented, selective.key_binding, document.get("cnf"))
            _require(check_key_binding(presented, now=datetime.now(UTC))[0])
    else:
        parsed = vc_jose.parse(token, typ=feature.typ)
        vc_jose.check_signature(parsed, public_key)
        vc_jose.check_claims(parsed.payload)
        document = dict(parsed.payload)
    _check_document(document, feature)
    return document


def _check_document(document: Mapping[str, Any], feature: Feature) -> None:
    """The data model; claims of the token that say nothing of the document are left out. Raises Malformed."""
    plain = {name: value for name, value in document.items() if name not in REGISTERED_CLAIMS}
    if not feature.is_presentation:
        _require(check_credential(plain, contexts=open_contexts()))
        return
    credentials = plain.pop("verifiableCredential", [])
    _require(check_presentation(plain, contexts=open_contexts()))
    for credential in as_list(credentials):
        if not _is_enveloped(credential):
            raise Malformed("A credential of the presentation is not in an envelope with a data: URL.")


def _require(checks: Sequence[Check]) -> None:
    for check in checks:
        if check.outcome in (Outcome.FAIL, Outcome.COULD_NOT_CHECK):
            raise Malformed(check.detail)


def _is_enveloped(credential: Any) -> bool:
    """Whether it looks like an envelope; what is in it is for somebody with a key for that, in whatever form it is."""
    if not isinstance(credential, dict) or as_list(credential.get("@context"))[:1] != [VC2_CONTEXT]:
        return False
    identifier = credential.get("id")
    return CREDENTIAL_TYPE in types_of(credential) and isinstance(identifier, str) and identifier.startswith("data:")


def _private_key(jwk: Any) -> PrivateKey:
    """A private JWK on a curve (RFC 7518, 6.2.2; RFC 8037, 2), its public members being those of its private one."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("d"), str):
        raise Malformed("The key has no secretKeyJwk.")
    public_key = from_jwk({name: value for name, value in jwk.items() if name not in ("d", "key_ops")})
    secret = decode_base64url(jwk["d"])
    try:
        private_key: PrivateKey
        if isinstance(public_key, ec.EllipticCurvePublicKey):
            private_key = ec.derive_private_key(int.from_bytes(secret, "big"), public_key.curve)
        else:
            private_key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    except ValueError as error:
        raise KeyRefused("The secret key is not one of its curve.") from error
    if private_key.public_key() != public_key:
        raise KeyRefused("The secret key does not belong to the public key beside it.")
    return private_key


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m issuer.jose_cli", description="Secure or check a file with JOSE.")
    parser.add_argument("function", choices=("issue", "verify"))
    for name in ("input", "key", "output"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--feature", required=True, help=", ".join(FEATURES))
    parser.add_argument("--sd", default="[]", help="JSON array of the paths that may be disclosed one by one")
    return parser


def answer(options: argparse.Namespace) -> tuple[str, str]:
    """("success" or "failure", the token, the document as JSON, or why not)."""
    try:
        if options.feature in NOT_OFFERED:
            raise UnsupportedFormat("COSE is not offered.")
        if options.feature not in FEATURES:
            raise UnsupportedFormat(f"There is no feature {ascii(options.feature)[:40]}.")
        feature, key = FEATURES[options.feature], strict_json.load_object(_content(options.key))
        if options.function == "verify":
            return "success", json.dumps(verify(_content(options.input).strip(), key, feature), ensure_ascii=False)
        document = strict_json.load_object(_content(options.input), max_bytes=MAX_FILE_BYTES)
        return "success", issue(document, key, feature, paths=_paths(options.sd))
    except CryptoError as error:
        return "failure", error.detail
    except OSError as error:
        return "failure", f"{error.strerror}: {error.filename}"


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise Malformed(f"A file is larger than {MAX_FILE_BYTES} bytes.")
    return data


def _paths(text: str) -> list[str]:
    paths = strict_json.load_json(text.encode("utf-8", "surrogatepass"))
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise Malformed("--sd is not a JSON array of paths.")
    return paths


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        result, data = answer(options)
    except Exception:
        traceback.print_exc()
        result, data = "failure", "Something went wrong that was not foreseen; it is told on the standard error output."
    try:
        options.output.write_text(json.dumps({"result": result, "data": data}) + "\n", encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"The output cannot be written: {error.strerror}: {options.output}\n")
        return 2
    return 0 if result == "success" else 1


if __name__ == "__main__":
    sys.exit(main())
