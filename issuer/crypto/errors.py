"""What can be wrong with a credential, a key or a proof: one root, a stable code and a sentence for a person.

Hostile bytes never surface as ValueError, KeyError or InvalidSignature from this package, only as a `CryptoError`.
`conclusive` tells a bad document (it is known to be wrong) from one that could not be checked (a fetch failed, a
method or suite is not supported): the second is never reported as valid, nor as forged.
"""

from typing import ClassVar


class CryptoError(Exception):
    """Root of all failures here. `code` is stable and short, `detail` one sentence that holds no secret."""

    code: ClassVar[str] = "crypto"
    conclusive: ClassVar[bool] = True

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Malformed(CryptoError):
    """A value does not have the shape its standard gives it."""

    code = "malformed"


class InvalidJson(Malformed):
    """The bytes are not the JSON that every reader would understand alike (RFC 8259, RFC 7493)."""

    code = "invalid_json"


class TooDeep(Malformed):
    """Arrays and objects are nested deeper than the limit."""

    code = "too_deep"


class TooLarge(CryptoError):
    """The input is larger than the limit, and was not decoded."""

    code = "too_large"


class UnsupportedFormat(CryptoError):
    """The input is none of the formats read here, such as an encrypted token."""

    code = "unsupported_format"


class KeyRefused(CryptoError):
    """A key is malformed, too weak, not on its curve, or carries private members where a public key belongs."""

    code = "key_refused"


class UnsupportedKey(CryptoError):
    """A well-formed key of a type that is not supported."""

    code = "unsupported_key"
    conclusive = False


class UnsupportedDidMethod(CryptoError):
    """A DID of a method other than did:key and did:web."""

    code = "unsupported_did_method"
    conclusive = False


class UrlNotAllowed(CryptoError):
    """A did:web identifier leads to a place that must not be asked (an address, a port, a path outside)."""

    code = "url_not_allowed"


class UrlMalformed(UrlNotAllowed):
    """What should be an address of the web is none, or hides another one."""

    code = "url_malformed"


class KeyNotFound(CryptoError):
    """The verification method is not named, or not in the document it should be in."""

    code = "key_not_found"


class KeyNotBound(CryptoError):
    """The key is not one the issuer lists as its own."""

    code = "key_not_bound"


class KeyEnded(CryptoError):
    """The key's controller has revoked it, or its time is over."""

    code = "key_revoked"


class KeyUnavailable(CryptoError):
    """The document with the key could not be read now; fetchers raise this for network trouble."""

    code = "key_unavailable"
    conclusive = False


class NothingPublished(KeyUnavailable):
    """There is no such host, or it says that there is no such document: certain, unlike trouble on the way."""


class AlgorithmRefused(CryptoError):
    """The signature algorithm is not on the allow-list, or does not belong to the key."""

    code = "alg_not_allowed"


class UnsupportedCryptosuite(CryptoError):
    """A proof type or cryptosuite that is not supported."""

    code = "unsupported_cryptosuite"
    conclusive = False


class UnsignedProperty(CryptoError):
    """A property, type, identifier or value would be left out of what the proof covers."""

    code = "unsigned_property"


class ContextRefused(CryptoError):
    """A JSON-LD context is unknown, given inline, or redefines a protected term."""

    code = "context_not_allowed"


class ContextUnavailable(CryptoError):
    """A JSON-LD context is known, but its text is not installed here."""

    code = "context_unavailable"
    conclusive = False


class CanonicalizationBudget(CryptoError):
    """Canonicalization would take more work than any honest document needs (RDFC-1.0, 7.1)."""

    code = "canonicalization_budget"


class SignatureInvalid(CryptoError):
    """The signature does not match the bytes and the key."""

    code = "signature"


class BaseProofRefused(SignatureInvalid):
    """A base proof: its holder derives from it what others may verify, and keeps it (ECDSA cryptosuites 1.0, 3.6)."""

    code = "base_proof"


class PurposeMismatch(CryptoError):
    """The proof, or the key, is for another purpose."""

    code = "purpose"


class ProofTime(CryptoError):
    """The proof is dated in the future, is past its expiry, or has a malformed date."""

    code = "proof_time"


class ChallengeMismatch(CryptoError):
    """The proof answers another challenge or is meant for another domain."""

    code = "challenge"


class ClaimMismatch(CryptoError):
    """A registered JWT claim contradicts the credential that it repeats."""

    code = "claim_mismatch"


class ProofMissing(CryptoError):
    """The document has no proof."""

    code = "no_proof"


class StatusListError(CryptoError):
    """A status list cannot be read. `status_error` is the name in Bitstring Status List 1.0, section 3.5."""

    code = "status_untrusted"
    conclusive = False
    status_error: ClassVar[str] = "STATUS_VERIFICATION_ERROR"


class StatusListMalformed(StatusListError):
    """The encoded list is not "u" + base64url of GZIP data."""


class StatusListTooShort(StatusListError):
    """The list has fewer than 131,072 entries."""

    status_error = "STATUS_LIST_LENGTH_ERROR"


class StatusIndexOutOfRange(StatusListError):
    """The index is not a whole number inside the list."""

    code = "index_out_of_range"
    status_error = "RANGE_ERROR"
