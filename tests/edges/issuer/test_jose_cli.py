"""``python -m issuer.jose_cli`` as it is called: from any folder, with any file, and always with an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.base.settings import CHECKOUT
from issuer.crypto.contexts import EXAMPLES_CONTEXT, VC2_CONTEXT
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.crypto.vc_jose import sign_payload
from issuer.jose_cli import main
from tests.unit.issuer.crypto.making import make_ec_key, make_key

ISSUER = "https://issuer.example/people"
KEYS: dict[str, PrivateKey] = {
    "EdDSA": make_key(),
    "ES256": make_ec_key(),
    "ES384": make_ec_key(ec.SECP384R1()),
    "ES512": make_ec_key(ec.SECP521R1()),
}
ENVELOPE = {
    "@context": VC2_CONTEXT,
    "type": "EnvelopedVerifiableCredential",
    "id": "data:application/vc+jwt,a.damaged ~token~",
}
PATHS = ["credentialSubject.degree.name", "credentialSubject.phones[0]", "credentialSubject.degree"]


def credential(**over: Any) -> dict[str, Any]:
    return {
        "@context": [VC2_CONTEXT, EXAMPLES_CONTEXT],
        "id": "urn:uuid:3a5c5d4e-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "ExampleDegreeCredential"],
        "issuer": ISSUER,
        "validFrom": "2024-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:subject",
            "degree": {"type": "ExampleDegree", "name": "Bachelor"},
            "phones": ["one", "two"],
        },
        **over,
    }


def presentation(**over: Any) -> dict[str, Any]:
    return {
        "@context": [VC2_CONTEXT, EXAMPLES_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": ISSUER,
        "verifiableCredential": [ENVELOPE],
        **over,
    }


def key_file(folder: Path, algorithm: str, **over: Any) -> Path:
    key = KEYS[algorithm]
    public = {**to_jwk(key.public_key()), "alg": algorithm, "kid": "thumbprint"}
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.curve.key_size + 7) // 8
        secret = key.private_numbers().private_value.to_bytes(size, "big")
    else:
        secret = key.private_bytes_raw()  # type: ignore[union-attr]
    method = {
        "id": f"{ISSUER}#key-1",
        "type": "JsonWebKey",
        "controller": ISSUER,
        "publicKeyJwk": public,
        "secretKeyJwk": {**public, "d": encode_base64url(secret)},
        **over,
    }
    path = folder / f"key-{algorithm}.json"
    path.write_text(json.dumps(method))
    return path


def run(folder: Path, function: str, content: Any, feature: str, *more: str, key: Path | None = None) -> dict[str, Any]:
    given, output = folder / "input", folder / "output.json"
    given.write_text(content if isinstance(content, str) else json.dumps(content))
    key = key or key_file(folder, "ES256")
    words = [function, "--input", str(given), "--key", str(key), "--feature", feature, "--output", str(output), *more]
    code = main(words)
    answer: dict[str, Any] = json.loads(output.read_text())
    assert code == (0 if answer["result"] == "success" else 1)
    return answer


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize(
    ("feature", "document", "more"),
    [
        ("credential_jose", credential(), ()),
        ("presentation_jose", presentation(), ()),
        ("credential_sdjwt", credential(), ("--sd", json.dumps(PATHS))),
        ("presentation_sdjwt", presentation(), ("--sd", '["holder", "verifiableCredential[0]", "type"]')),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_issued_is_verified_and_says_the_same(
    tmp_path: Path, algorithm: str, feature: str, document: dict[str, Any], more: tuple[str, ...]
) -> None:
    key = key_file(tmp_path, algorithm)
    issued = run(tmp_path, "issue", document, feature, *more, key=key)
    assert issued["result"] == "success", issued
    checked = run(tmp_path, "verify", issued["data"], feature, key=key)
    assert checked["result"] == "success", checked
    assert json.loads(checked["data"]) == document


def token(payload: dict[str, Any], *, typ: str = "vc+jwt") -> str:
    key = KEYS["ES256"]
    return sign_payload(payload, signer=local_signer(key), kid="thumbprint", algorithm=algorithm_of(key), typ=typ)


def test_dates_of_the_token_are_not_judged_here(tmp_path: Path) -> None:
    claims = {"iss": ISSUER, "iat": "2024-01-01T00:00:00Z", "exp": 1_734_000_000, "jti": "urn:uuid:1"}
    assert run(tmp_path, "verify", token(credential(**claims)), "credential_jose")["result"] == "success"


VERIFYING = {
    "a vc claim": (token({"vc": credential()}), "credential_jose"),
    "a vp claim": (token({**credential(), "vp": {}}), "credential_jose"),
    "another issuer in iss": (token({**credential(), "iss": "https://somebody.example"}), "credential_jose"),
    "a presentation for a credential": (token(presentation(), typ="vp+jwt"), "credential_jose"),
    "a credential for a presentation": (token(credential()), "presentation_jose"),
    "no credential in it": (token({"hello": "world"}), "credential_jose"),
    "no subject": (token({**credential(), "credentialSubject": {}}), "credential_jose"),
    "a bare credential in a presentation": (
        token(presentation(verifiableCredential=[credential()]), typ="vp+jwt"),
        "presentation_jose",
    ),
    "an envelope without data": (
        token(presentation(verifiableCredential=[{**ENVELOPE, "id": "not-a-credential"}]), typ="vp+jwt"),
        "presentation_jose",
    ),
    "an unsecured credential": (json.dumps(credential()), "credential_jose"),
    "an unsecured presentation": (json.dumps(presentation()), "presentation_jose"),
    "a plain token as an SD-JWT": (token(credential()), "credential_sdjwt"),
    "nothing": ("", "credential_jose"),
    "a signature cut short": (token(credential())[:-4], "credential_jose"),
    "COSE": (token(credential()), "credential_cose"),
}


@pytest.mark.parametrize("name", VERIFYING)
def test_what_must_not_pass_fails_with_an_answer(tmp_path: Path, name: str) -> None:
    content, feature = VERIFYING[name]
    answer = run(tmp_path, "verify", content, feature)
    assert answer["result"] == "failure"
    assert answer["data"].endswith(".")


def test_a_key_of_another_kind_does_not_verify(tmp_path: Path) -> None:
    key = key_file(tmp_path, "EdDSA")
    assert run(tmp_path, "verify", token(credential()), "credential_jose", key=key)["result"] == "failure"


ISSUING: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "members that nobody knows": (credential(extension={"a": "b"}), "credential_jose", ()),
    "a bare credential": (presentation(verifiableCredential=[credential()]), "presentation_jose", ()),
    "no issuer": ({**credential(), "issuer": None}, "credential_jose", ()),
    "a path to nothing": (credential(), "credential_sdjwt", ("--sd", '["missing"]')),
    "paths that are no array": (credential(), "credential_sdjwt", ("--sd", "name")),
    "paths that are no texts": (credential(), "credential_sdjwt", ("--sd", "[1]")),
    "no JSON": ("{", "credential_jose", ()),
    "an array": ([], "credential_jose", ()),
    "nested deep": ("[" * 100_000, "credential_jose", ()),
    "a name twice": ('{"type": "a", "type": "b"}', "credential_jose", ()),
}


@pytest.mark.parametrize("name", ISSUING)
def test_what_cannot_be_issued_fails_with_an_answer(tmp_path: Path, name: str) -> None:
    content, feature, more = ISSUING[name]
    assert run(tmp_path, "issue", content, feature, *more)["result"] == "failure"


@pytest.mark.parametrize(
    "over",
    [
        {"secretKeyJwk": None},
        {"secretKeyJwk": {"kty": "EC"}},
        {"secretKeyJwk": {**to_jwk(KEYS["ES256"].public_key()), "d": encode_base64url(b"\x05" * 32)}},
        {"secretKeyJwk": {**to_jwk(KEYS["ES256"].public_key()), "d": "***"}},
        {"id": None},
    ],
)
def test_a_key_that_cannot_sign_fails_with_an_answer(tmp_path: Path, over: dict[str, Any]) -> None:
    key = key_file(tmp_path, "ES256", **over)
    assert run(tmp_path, "issue", credential(), "credential_jose", key=key)["result"] == "failure"


def test_it_runs_from_any_folder_and_needs_no_service(tmp_path: Path) -> None:
    (tmp_path / "input").write_text(json.dumps(credential()))
    key = key_file(tmp_path, "ES256")
    code = (
        "import runpy, sys; sys.argv = ['jose_cli', 'issue', '--input', 'input', '--key', sys.argv[1],"
        " '--feature', 'credential_jose', '--output', 'output.json']\n"
        "try: runpy.run_module('issuer.jose_cli', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "heavy = {'flask', 'sqlalchemy', 'marshmallow', 'dbos'} & {name.split('.')[0] for name in sys.modules}\n"
        "print(code, sorted(heavy))"
    )
    environment = {"PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-c", code, str(key)]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.stdout.strip() == "0 []", ended.stderr
    assert json.loads((tmp_path / "output.json").read_text())["result"] == "success"
