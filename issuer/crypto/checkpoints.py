"""Checkpoints of a log as signed notes: C2SP tlog-checkpoint and signed-note, with Ed25519.

The body is three lines: the log's name (origin), how many leaves its tree has, and the base64 of its root. After an
empty line come the signatures, each "— name base64(key hash || signature)"; the key hash is four bytes of SHA-256.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.crypto.errors import ClaimMismatch, Malformed, SignatureInvalid
from issuer.crypto.merkle import HASH_BYTES
from issuer.crypto.signatures import verify_signature

MAX_BYTES = 16 * 1024
_ED25519 = b"\x01"
_KEY_HASH_BYTES = 4
_SIGNATURE_BYTES = 64
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the tree of the log ``origin`` has ``size`` leaves and that root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> bytes:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n".encode()


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """The first bytes of a signature's base64, which say whose it is."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:_KEY_HASH_BYTES]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """The key in the form in which monitors take it: name+hash+key."""
    encoded = base64.b64encode(_ED25519 + key.public_bytes_raw()).decode("ascii")
    return f"{name}+{key_hash(name, key).hex()}+{encoded}"


def signed_note(body: bytes, *, name: str, key: Ed25519PublicKey, signature: bytes) -> bytes:
    """A body and its signature -> the note that is published."""
    encoded = base64.b64encode(key_hash(name, key) + signature).decode("ascii")
    return body + f"\n{_DASH}{name} {encoded}\n".encode()


def read_note(note: bytes, *, name: str, key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint of the log ``name`` in a note that its ``key`` has signed; other signatures are left alone.

    Raises Malformed, SignatureInvalid, ClaimMismatch (a good signature of that name under another log's checkpoint).
    """
    body, lines = _parted(note)
    checkpoint = _read_body(body)
    wanted = key_hash(name, key)
    ours = [each for signer, hint, each in [_signature(line) for line in lines] if (signer, hint) == (name, wanted)]
    if not ours:
        raise SignatureInvalid("The checkpoint is not signed by the log's key.")
    signature = ours[0]
    if len(signature) != _SIGNATURE_BYTES or not verify_signature(key, signature, body, alg="EdDSA"):
        raise SignatureInvalid("The signature of the checkpoint does not hold.")
    if checkpoint.origin != name:
        raise ClaimMismatch("The checkpoint is of another log than its signature.")
    return checkpoint


def _parted(note: bytes) -> tuple[bytes, list[str]]:
    if len(note) > MAX_BYTES:
        raise Malformed("The checkpoint is too long.")
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("The checkpoint is not text.") from error
    body, separator, signatures = text.partition("\n\n")
    lines = signatures.split("\n")
    if not separator or lines[-1] != "" or len(lines) < 2 or not all(line.startswith(_DASH) for line in lines[:-1]):
        raise Malformed("The checkpoint is not a signed note.")
    if any(ord(character) < 0x20 for character in text.replace("\n", "")):
        raise Malformed("The checkpoint has characters that no text has.")
    return (body + "\n").encode(), lines[:-1]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    """Whose it is, the hash of the key, and the signature itself."""
    signer, _, encoded = line.removeprefix(_DASH).rpartition(" ")
    if not signer or "+" in signer or any(character.isspace() for character in signer):
        raise Malformed("A signature of the checkpoint has no name, or one that cannot be.")
    data = _base64(encoded)
    return signer, data[:_KEY_HASH_BYTES], data[_KEY_HASH_BYTES:]


def _read_body(body: bytes) -> Checkpoint:
    origin, *rest = body.decode("utf-8").removesuffix("\n").split("\n")
    if len(rest) < 2 or not origin or not _SIZE.fullmatch(rest[0]):
        raise Malformed("The checkpoint has no name, size and root.")
    root = _base64(rest[1])
    if len(root) != HASH_BYTES:
        raise Malformed("The root of the checkpoint is not a hash.")
    return Checkpoint(origin, int(rest[0]), root)


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("A part of the checkpoint is not base64.") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise Malformed("A part of the checkpoint is not base64 in its one form.")
    return data
