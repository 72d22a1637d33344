"""Signed checkpoints: read as they were written, and in no other form."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.crypto.checkpoints import Checkpoint, key_hash, read_note, signed_note, verifier_key
from issuer.crypto.errors import ClaimMismatch, CryptoError, Malformed, SignatureInvalid
from tests.unit.issuer.crypto.making import make_key

NAME = "badges.example.org/log"
KEY = make_key()
CHECKPOINT = Checkpoint(NAME, 42, bytes(range(32)))


def note(checkpoint: Checkpoint = CHECKPOINT, *, name: str = NAME) -> bytes:
    signature = KEY.sign(checkpoint.body())
    return signed_note(checkpoint.body(), name=name, key=KEY.public_key(), signature=signature)


def read(data: bytes) -> Checkpoint:
    return read_note(data, name=NAME, key=KEY.public_key())


def test_what_is_written_is_read() -> None:
    assert read(note()) == CHECKPOINT
    assert note().decode().split("\n")[:4] == [NAME, "42", base64.b64encode(bytes(range(32))).decode(), ""]


def test_another_s_signature_beside_ours_is_left_alone() -> None:
    witness = make_key(2)
    line = signed_note(
        CHECKPOINT.body(), name="witness", key=witness.public_key(), signature=witness.sign(CHECKPOINT.body())
    )
    assert read(note() + line.partition(b"\n\n")[2]) == CHECKPOINT


def test_the_key_is_named_as_monitors_take_it() -> None:
    name, short, key = verifier_key(NAME, KEY.public_key()).split("+", 2)
    assert (name, short) == (NAME, key_hash(NAME, KEY.public_key()).hex())
    assert base64.b64decode(key) == b"\x01" + KEY.public_key().public_bytes_raw()


@pytest.mark.parametrize(
    "published",
    [
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
    ],
)
def test_published_keys_get_their_published_hashes(published: str) -> None:
    name, short, encoded = published.split("+", 2)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
    assert key_hash(name, key).hex() == short
    assert verifier_key(name, key) == published


def test_what_the_log_s_key_signed_for_another_log_is_refused() -> None:
    elsewhere = Checkpoint("another.example/log", 42, bytes(32))
    with pytest.raises(ClaimMismatch):
        read(note(elsewhere))


@pytest.mark.parametrize("signer", ["", "a b", "a+b", "a\u00a0b"])
def test_a_signature_by_a_name_that_cannot_be_is_refused(signer: str) -> None:
    line = f"— {signer} {base64.b64encode(bytes(68)).decode()}\n".encode()
    with pytest.raises(Malformed):
        read(note() + line)


def test_the_signature_of_the_log_must_hold_although_another_one_does() -> None:
    good = note()
    line = good.partition(b"\n\n")[2]
    broken = bytearray(base64.b64decode(line.split(b" ")[2]))
    broken[-1] ^= 1
    forged = line.replace(line.split(b" ")[2].strip(), base64.b64encode(broken))
    with pytest.raises(SignatureInvalid):
        read(good.replace(line, forged + line))


def test_another_key_or_name_does_not_verify() -> None:
    with pytest.raises(SignatureInvalid):
        read_note(note(), name=NAME, key=make_key(2).public_key())
    with pytest.raises(SignatureInvalid):
        read(note(name="another.example/log"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"42", b"43"),
        (b"42", b"042"),
        (b"42", b"-42"),
        (b"42", b"4e1"),
        (b"42", b""),
        (b"badges", b"Badges"),
        (b"AAEC", b"AAED"),
        (b"\n\n", b"\n"),
        ("— ".encode(), b"- "),
        (b"\n", b"\r\n"),
        (b"42\n", b"42\n\n"),
        (b"=", b""),
        (b"AAEC", b"\xff\xfe"),
        (b"AAEC", b"AA\x00EC"),
    ],
)
def test_a_changed_note_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(CryptoError):
        read(note().replace(old, new))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a\nb\nc\n\n", b"x" * 100_000, note()[:-1], note()[:40]])
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(CryptoError):
        read(data)
