"""The proof values of ecdsa-sd-2023: "u" + base64url of three header bytes and CBOR (RFC 8949), without tags.

ECDSA cryptosuites 1.0, sections 3.5.2 to 3.5.8. Whatever else stands there is refused with a CryptoError, and so is
another spelling of the same (a tag, a length that is left open, an integer with leading zeros).
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cbor2

from issuer.crypto.errors import BaseProofRefused, CryptoError, SignatureInvalid
from issuer.crypto.multibase import decode_base64url, encode_base64url

SIGNATURE_BYTES = 64
PUBLIC_KEY_BYTES = 35
HMAC_BYTES = 32
MAX_STATEMENTS = 50_000

_BASE_HEADER = bytes([0xD9, 0x5D, 0x00])
_DISCLOSURE_HEADER = bytes([0xD9, 0x5D, 0x01])
_BASE_BEGINNING = "u" + encode_base64url(_BASE_HEADER)  # three bytes are four whole letters


@dataclass(frozen=True, slots=True)
class BaseValue:
    """What an issuer gives a holder. `public_key` is the Multikey bytes of the key that made `signatures`, one for each
    statement that is not mandatory; whoever has `hmac_key` can tell what hidden labels stand for."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def encode(self) -> str:
        """The proofValue."""
        content = [self.base_signature, self.public_key, self.hmac_key, list(self.signatures)]
        return _encoded(_BASE_HEADER, [*content, list(self.mandatory_pointers)])


@dataclass(frozen=True, slots=True)
class DisclosureValue:
    """What a holder shows. `labels`: number of a canonical label -> the 32 bytes of the label that was signed;
    `mandatory_indexes`: which of the shown statements the base signature covers."""

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    labels: dict[int, bytes]
    mandatory_indexes: tuple[int, ...]

    def encode(self) -> str:
        """The proofValue."""
        content = [self.base_signature, self.public_key, list(self.signatures), self.labels]
        return _encoded(_DISCLOSURE_HEADER, [*content, list(self.mandatory_indexes)])


def read_base_value(proof_value: object) -> BaseValue:
    """A base proof's value. Raises SignatureInvalid."""
    content = _decoded(_BASE_HEADER, proof_value)
    signature, public_key, hmac_key, signatures, pointers = content
    if not all(isinstance(pointer, str) for pointer in _array(pointers)):
        raise _misshapen()
    value = BaseValue(
        _bytes(signature, SIGNATURE_BYTES),
        _bytes(public_key, PUBLIC_KEY_BYTES),
        _bytes(hmac_key, HMAC_BYTES),
        _signatures(signatures),
        tuple(pointers),
    )
    if value.encode() != proof_value:
        raise _misshapen()
    return value


def read_disclosure_value(proof_value: object) -> DisclosureValue:
    """A derived proof's value. Raises SignatureInvalid, and BaseProofRefused for a base proof's."""
    if isinstance(proof_value, str) and proof_value.startswith(_BASE_BEGINNING):
        raise BaseProofRefused("This is a base proof. What its holder derives from it can be verified.")
    signature, public_key, signatures, labels, indexes = _decoded(_DISCLOSURE_HEADER, proof_value)
    if not isinstance(labels, dict) or len(labels) > MAX_STATEMENTS:
        raise _misshapen()
    value = DisclosureValue(
        _bytes(signature, SIGNATURE_BYTES),
        _bytes(public_key, PUBLIC_KEY_BYTES),
        _signatures(signatures),
        {_index(number): _bytes(label, HMAC_BYTES) for number, label in labels.items()},
        tuple(_index(position) for position in _array(indexes)),
    )
    if value.encode() != proof_value:
        raise _misshapen()
    return value


def _encoded(header: bytes, content: Sequence[Any]) -> str:
    return "u" + encode_base64url(header + cbor2.dumps(content))


def _decoded(header: bytes, proof_value: object) -> list[Any]:
    """The five components after the header."""
    if not isinstance(proof_value, str) or not proof_value.startswith("u"):
        raise SignatureInvalid("The proof value is not base64url multibase.")
    try:
        data = decode_base64url(proof_value[1:])
    except CryptoError as error:
        raise SignatureInvalid(error.detail) from error
    if data[: len(header)] != header:
        raise SignatureInvalid("The proof value does not begin with the header of its kind.")
    stream = io.BytesIO(data[len(header) :])
    try:
        content = cbor2.load(stream)
    except (cbor2.CBORError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise _misshapen() from error
    if stream.read(1) or not isinstance(content, list) or len(content) != 5:
        raise _misshapen()
    return content


def _signatures(value: Any) -> tuple[bytes, ...]:
    return tuple(_bytes(signature, SIGNATURE_BYTES) for signature in _array(value))


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_STATEMENTS:
        raise _misshapen()
    return value


def _bytes(value: Any, size: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != size:
        raise _misshapen()
    return value


def _index(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MAX_STATEMENTS:
        raise _misshapen()
    return value


def _misshapen() -> SignatureInvalid:
    return SignatureInvalid("The proof value does not hold the five parts that it should.")
