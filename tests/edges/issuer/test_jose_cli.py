"""``python -m issuer.jose_cli`` as it is called: from any folder, with any file, and always with an answer."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.crypto import sd_jwt
from issuer.crypto.contexts import EXAMPLES_CONTEXT, VC2_CONTEXT
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.multikey import to_jwk
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer
from issuer.crypto.vc_jose import sign_payload
from issuer.jose_cli import main
from tests.fuzz.mutations import changed_bytes
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


def partial(document: dict[str, Any]) -> str:
    """The document as an SD-JWT, with all that may be hidden shown."""
    key, numbers = KEYS["ES256"], count()
    return sd_jwt.secure(
        document,
        signer=local_signer(key),
        kid="thumbprint",
        algorithm="ES256",
        disclosable=PATHS,
        salts=lambda: f"salt-{next(numbers):032}",
    )


def bound(document: dict[str, Any], *, by: PrivateKey | None = None) -> str:
    """The same, bound to a holder with an Ed25519 key, and with the holder's own token at its end."""
    holder = by or KEYS["EdDSA"]
    shown = partial({**document, "cnf": {"jwk": to_jwk(KEYS["EdDSA"].public_key())}})
    digest = encode_base64url(hashlib.sha256(shown.encode()).digest())
    parts = [
        {"alg": algorithm_of(holder), "typ": "kb+jwt"},
        {"iat": 1_734_000_000, "aud": "https://verifier.example", "nonce": "1234", "sd_hash": digest},
    ]
    data = ".".join(encode_base64url(json.dumps(part).encode()) for part in parts)
    return f"{shown}{data}.{encode_base64url(local_signer(holder)(data.encode()))}"


def nested(levels: int) -> str:
    """An SD-JWT whose every disclosure is hidden in the next one."""
    disclosures = [encode_base64url(b'["salt", "name", "A"]')]
    for _ in range(levels):
        inner = sd_jwt.digest(disclosures[-1])
        disclosures.append(encode_base64url(json.dumps(["salt", "name", {"_sd": [inner]}]).encode()))
    signed = token({**credential(), "_sd": [sd_jwt.digest(disclosures[-1])]}, typ="vc+sd-jwt")
    return "~".join((signed, *disclosures, ""))


PARTIAL, BOUND = partial(credential()), bound(credential())


def test_what_a_holder_shows_is_verified_with_the_holders_own_token(tmp_path: Path) -> None:
    answer = run(tmp_path, "verify", BOUND, "credential_sdjwt")
    assert answer["result"] == "success", answer
    shown = run(tmp_path, "verify", f"{PARTIAL.partition('~')[0]}~", "credential_sdjwt")
    assert "degree" not in json.loads(shown["data"])["credentialSubject"]


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
    "a feature that nobody knows": (token(credential()), "credential_xml"),
    "an envelope of another version": (
        token(presentation(verifiableCredential=[{**ENVELOPE, "@context": EXAMPLES_CONTEXT}]), typ="vp+jwt"),
        "presentation_jose",
    ),
    "a holder's token for something else": (
        f"{BOUND.partition('~')[0]}~{BOUND.rpartition('~')[2]}",
        "credential_sdjwt",
    ),
    "a holder's token by somebody else": (bound(credential(), by=KEYS["ES384"]), "credential_sdjwt"),
    "a holder's token where no holder is named": (PARTIAL + BOUND.rpartition("~")[2], "credential_sdjwt"),
    "disclosures without end": (nested(900), "credential_sdjwt"),
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


def test_it_needs_no_service(tmp_path: Path) -> None:
    (tmp_path / "input").write_text(json.dumps(credential()))
    key = key_file(tmp_path, "ES256")
    code = (
        "import runpy, sys; sys.argv = ['jose_cli', 'issue', '--input', 'input', '--key', sys.argv[1],"
        " '--feature', 'credential_jose', '--output', 'output.json']\n"
        "try: runpy.run_module('issuer.jose_cli', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "names = {name.split('.')[0] for name in sys.modules}\n"
        "heavy = {'flask', 'sqlalchemy', 'marshmallow', 'dbos', 'babel'} & names\n"
        "ours = [name for name in sys.modules if name.startswith(('issuer.base', 'issuer.models', 'competencies'))]\n"
        "print(code, sorted(heavy), ours)"
    )
    command = [sys.executable, "-c", code, str(key)]
    ended = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60)
    assert ended.stdout.strip() == "0 [] []", ended.stderr
    assert json.loads((tmp_path / "output.json").read_text())["result"] == "success"


def test_it_is_called_from_any_folder_with_the_python_of_this_checkout(tmp_path: Path) -> None:
    (tmp_path / "input").write_text("no token")
    words = ["verify", "--input", "input", "--key", "missing.json", "--feature", "credential_jose", "--output", "o"]
    command = [sys.executable, "-m", "issuer.jose_cli", *words]
    ended = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (1, ""), "make writes the checkout's path into .venv: rosette.pth"
    assert json.loads((tmp_path / "o").read_text())["result"] == "failure"


def test_an_output_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["verify", "--input", "a", "--key", "b", "--feature", "credential_jose", "--output"]
    assert main([*words, str(tmp_path / "missing" / "output.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@settings(max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_token_passes_and_none_is_left_without_an_answer(tmp_path: Path, data: st.DataObject) -> None:
    original, feature = data.draw(
        st.sampled_from(
            [(token(credential()), "credential_jose"), (PARTIAL, "credential_sdjwt"), (BOUND, "credential_sdjwt")]
        )
    )
    (tmp_path / "input").write_bytes(changed := data.draw(changed_bytes(original.encode())))
    words = ["verify", "--input", str(tmp_path / "input"), "--key", str(key_file(tmp_path, "ES256"))]
    main([*words, "--feature", feature, "--output", str(tmp_path / "output.json")])
    answer = json.loads((tmp_path / "output.json").read_text())
    if answer["result"] == "success":
        assert is_shown_of(changed.strip().decode(), original)
    else:
        assert answer["result"] == "failure"
        assert "not foreseen" not in answer["data"]


def is_shown_of(text: str, original: str) -> bool:
    """Whether a token is the original, perhaps with less disclosed."""
    parts = original.split("~")
    return text.split("~")[0] == parts[0] and set(text.split("~")) <= {*parts, ""}
