"""Keys in files, asked to sign: each only what it is for, and only a statement that keeps the rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.crypto.multikey import thumbprint
from issuer.crypto.signatures import verify_signature
from issuer.keys.backends import LocalBackend
from issuer.keys.key_file import KeyUnusable
from issuer.keys.key_folder import KeyFiles
from issuer.keys.purposes import BADGE_PROOF, CONFORMANCE, LOG_CHECKPOINT, PURPOSES, STATUS_LIST
from issuer.keys.statements import NotSigned, as_json, from_json
from tests.unit.issuer.keys.signer_steps import (
    BASE,
    NOW,
    badge,
    checkpoint_of,
    list_proof_of,
    proof_of,
    status_list,
)


@pytest.fixture
def backend(tmp_path: Path) -> LocalBackend:
    return LocalBackend(KeyFiles(tmp_path, passphrase="a passphrase of some length", scrypt_n=2**4), base_url=BASE)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_k4_a_key_of_one_purpose_serves_no_other(backend: LocalBackend, purpose: str) -> None:
    kid = thumbprint(backend.create(purpose))
    backend.check(kid, purpose)
    for other in {*PURPOSES, CONFORMANCE} - {purpose}:
        with pytest.raises(KeyUnusable) as caught:
            backend.check(kid, other)
        assert caught.value.code == "key_purpose"


def test_k4_a_statement_of_another_form_is_refused_even_with_a_key_of_its_purpose(backend: LocalBackend) -> None:
    key = backend.create(BADGE_PROOF)
    note = checkpoint_of(backend.create(LOG_CHECKPOINT), size=3)
    with pytest.raises(NotSigned) as caught:
        backend.sign(proof_of(badge(), key, form="note", content=note.content), now=NOW)
    assert caught.value.code == "wrong_purpose"


def test_bare_bytes_are_signed_for_issuers_of_test_suites_only(backend: LocalBackend) -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    kid = backend.add(private_key, purpose=CONFORMANCE)
    assert verify_signature(private_key.public_key(), backend.signer(kid)(b"bare"), b"bare", alg="EdDSA")
    for purpose in PURPOSES:
        with pytest.raises(KeyUnusable) as caught:
            backend.signer(thumbprint(backend.create(purpose)))
        assert caught.value.code == "key_purpose"


def test_a_file_of_a_key_says_its_purpose_to_a_process_that_starts_later(tmp_path: Path) -> None:
    folders = [KeyFiles(tmp_path, passphrase="a passphrase of some length", scrypt_n=2**4) for _ in range(2)]
    kid = thumbprint(folders[0].create(STATUS_LIST))
    assert folders[1].open(kid).purpose == STATUS_LIST


def test_what_guards_a_signature_is_asked_before_the_key_is_used(tmp_path: Path) -> None:
    def refuse(_statement: object, _now: object) -> None:
        raise KeyUnusable("clock_behind", "Not now.")

    keys = KeyFiles(tmp_path, passphrase="a passphrase of some length", scrypt_n=2**4)
    guarded = LocalBackend(keys, base_url=BASE, guard=refuse)
    with pytest.raises(KeyUnusable) as caught:
        guarded.sign(list_proof_of(status_list(), guarded.create(STATUS_LIST)), now=NOW)
    assert caught.value.code == "clock_behind"


def test_a_statement_that_travelled_is_the_same(backend: LocalBackend) -> None:
    statement = proof_of(badge(), backend.create(BADGE_PROOF))
    assert from_json(as_json(statement)) == statement


@pytest.mark.parametrize(
    "change",
    [{"content": "***"}, {"created": "yesterday"}, {"purpose": 1}, {"more": "x"}, {"kid": None}],
    ids=str,
)
def test_what_travelled_and_is_no_statement_is_refused(backend: LocalBackend, change: dict[str, object]) -> None:
    travelled = as_json(proof_of(badge(), backend.create(BADGE_PROOF))) | change
    with pytest.raises(NotSigned) as caught:
        from_json(travelled)
    assert caught.value.code == "not_a_statement"
