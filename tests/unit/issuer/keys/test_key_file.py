"""The file of a private key: what comes out is what went in, and nothing else ever comes out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import thumbprint
from issuer.crypto.signatures import PrivateKey, algorithm_of, local_signer, verify_signature
from issuer.keys.key_file import KeyUnusable, open_sealed, seal

PASSPHRASE = "a passphrase of some length"
SCRYPT_N = 2**4


def make_file(private_key: PrivateKey | None = None) -> tuple[bytes, str]:
    """A sealed key and its kid."""
    private_key = private_key or ed25519.Ed25519PrivateKey.generate()
    return seal(private_key, purpose="badge_proof", passphrase=PASSPHRASE, scrypt_n=SCRYPT_N), thumbprint(
        private_key.public_key()
    )


def reseal(data: bytes, **changes: Any) -> bytes:
    """The file with other members and a checksum that fits them: what a careful attacker would write."""
    content = json.loads(data) | changes
    del content["sha256"]
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return json.dumps({**content, "sha256": checksum}).encode()


@pytest.mark.parametrize(
    "private_key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ],
    ids=["Ed25519", "P-256", "RSA"],
)
def test_an_opened_key_signs_like_the_sealed_one(private_key: PrivateKey) -> None:
    data, kid = make_file(private_key)
    signature = local_signer(open_sealed(data, kid=kid, passphrase=PASSPHRASE).private_key)(b"message")
    public_key = private_key.public_key()
    assert verify_signature(public_key, signature, b"message", alg=algorithm_of(public_key))


def test_the_file_does_not_show_the_private_key() -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    data, _ = make_file(private_key)
    raw = private_key.private_bytes_raw()
    assert raw not in data
    assert raw.hex().encode() not in data


def test_two_files_of_one_key_share_nothing_secret() -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    first, second = (json.loads(make_file(private_key)[0]) for _ in range(2))
    assert first["kdf"]["salt"] != second["kdf"]["salt"]
    assert first["cipher"] != second["cipher"]


def test_a_wrong_passphrase_opens_nothing() -> None:
    data, kid = make_file()
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(data, kid=kid, passphrase=PASSPHRASE + "x")
    assert caught.value.code == "key_locked"


def test_every_flipped_bit_is_noticed() -> None:
    data, kid = make_file()
    codes = set()
    for place in range(0, len(data) - 1):
        damaged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        if damaged[place : place + 1].isspace() and data[place : place + 1].isspace():
            continue
        with pytest.raises(KeyUnusable) as caught:
            open_sealed(damaged, kid=kid, passphrase=PASSPHRASE)
        codes.add(caught.value.code)
    assert codes == {"key_damaged"}


@pytest.mark.parametrize("kept", [0, 1, 100, -3])
def test_a_cut_file_is_named_damaged(kept: int) -> None:
    data, kid = make_file()
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(data[:kept], kid=kid, passphrase=PASSPHRASE)
    assert caught.value.code == "key_damaged"


def test_another_key_under_the_same_id_is_refused() -> None:
    data, _ = make_file()
    _, wanted = make_file()
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(data, kid=wanted, passphrase=PASSPHRASE)
    assert caught.value.code == "key_mismatch"


def test_a_key_relabelled_with_a_fitting_checksum_still_does_not_open() -> None:
    data, _ = make_file()
    _, wanted = make_file()
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(reseal(data, kid=wanted), kid=wanted, passphrase=PASSPHRASE)
    assert caught.value.code == "key_locked"


def test_a_key_relabelled_for_another_purpose_does_not_open() -> None:
    data, kid = make_file()
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(reseal(data, purpose="log_checkpoint"), kid=kid, passphrase=PASSPHRASE)
    assert caught.value.code == "key_locked"


def test_a_file_of_the_first_version_opens_and_says_no_purpose() -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    data, kid = make_file(private_key)
    content = json.loads(data)
    kdf, cipher = content["kdf"], content["cipher"]
    derived = hashlib.scrypt(PASSPHRASE.encode(), salt=decode_base64url(kdf["salt"]), n=SCRYPT_N, r=8, p=1, dklen=32)
    plain = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    bound = b"rosette signing key\0" + kid.encode()
    sealed = AESGCM(derived).encrypt(decode_base64url(cipher["nonce"]), plain, bound)
    first = {name: value for name, value in content.items() if name not in ("purpose", "sha256")}
    first |= {"version": 1, "cipher": cipher | {"text": encode_base64url(sealed)}}
    checksum = hashlib.sha256(json.dumps(first, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    opened = open_sealed(json.dumps({**first, "sha256": checksum}).encode(), kid=kid, passphrase=PASSPHRASE)
    assert (opened.purpose, thumbprint(opened.private_key.public_key())) == ("", kid)


def test_a_new_file_is_sealed_with_all_the_work_that_is_meant() -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    content = json.loads(seal(private_key, purpose="badge_proof", passphrase=PASSPHRASE))
    assert content["kdf"]["n"] >= 2**17 and content["cipher"]["name"] == "AES-256-GCM"


@pytest.mark.parametrize("n", [2**30, 3, 0, -4, "16", 1.5, True, None])
def test_a_work_factor_that_we_never_write_is_refused_before_any_work(n: object) -> None:
    data, kid = make_file()
    kdf = json.loads(data)["kdf"]
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(reseal(data, kdf={**kdf, "n": n}), kid=kid, passphrase=PASSPHRASE)
    assert caught.value.code == "key_damaged"


@pytest.mark.parametrize("member", ["kdf", "cipher", "version"])
def test_a_file_without_a_member_is_named_damaged(member: str) -> None:
    data, kid = make_file()
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(reseal(data, **{member: None}), kid=kid, passphrase=PASSPHRASE)
    assert caught.value.code == "key_damaged"


def test_the_error_holds_neither_passphrase_nor_key() -> None:
    private_key = ed25519.Ed25519PrivateKey.generate()
    data, kid = make_file(private_key)
    with pytest.raises(KeyUnusable) as caught:
        open_sealed(data, kid=kid, passphrase="wrong")
    assert PASSPHRASE not in str(caught.value)
    assert private_key.private_bytes_raw().hex() not in str(caught.value)
