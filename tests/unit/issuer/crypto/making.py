"""Keys, credentials and proofs for these tests; everything can be overridden by name."""

from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.crypto.contexts import OB3_CONTEXT, VC2_CONTEXT, ContextSet, pinned_contexts
from issuer.crypto.data_integrity import add_proof
from issuer.crypto.signatures import PrivateKey, local_signer
from issuer.crypto.verification_method import ResolveKey, VerificationMethod

ISSUER = "did:web:badges.example.org:issuers:harbour"
METHOD = ISSUER + "#key-1"
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CREATED = datetime(2026, 2, 1, 9, 30, 0, tzinfo=UTC)


def make_key(seed: int = 1) -> Ed25519PrivateKey:
    """An Ed25519 key, always the same one for a seed."""
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


def make_ec_key(curve: ec.EllipticCurve | None = None, seed: int = 7) -> ec.EllipticCurvePrivateKey:
    """A P-256 key (or on the curve given), always the same one for a seed."""
    return ec.derive_private_key(seed, curve or ec.SECP256R1())


def make_rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """A fresh RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_credential(**over: Any) -> dict[str, Any]:
    """A small Open Badge of our own; `over` replaces or adds properties, None removes one."""
    credential = {
        "@context": [VC2_CONTEXT, OB3_CONTEXT],
        "id": "https://badges.example.org/credentials/7f9c",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Listening before proposing",
        "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Harbour Sales School"},
        "validFrom": "2026-02-01T09:30:00Z",
        "validUntil": "2028-02-01T09:30:00Z",
        "credentialSubject": {
            "id": "urn:uuid:0b0a2f0e-52ad-4b0e-9d6e-6a8ff4b86f27",
            "type": ["AchievementSubject"],
            "creditsEarned": 1.5,
            "achievement": {
                "id": "https://badges.example.org/achievements/listening",
                "type": ["Achievement"],
                "name": "Listening before proposing",
                "description": "Asks open questions, and sums up what was heard before offering anything.",
                "criteria": {"narrative": "Two observed conversations, both marked as met."},
                "tag": ["listening", "discovery"],
            },
        },
        **over,
    }
    return {name: value for name, value in credential.items() if value is not None}


def make_method(signing_key: PrivateKey | None = None, **over: Any) -> VerificationMethod:
    """The verification method of `make_key()` as its issuer lists it."""
    fields: dict[str, Any] = {
        "id": METHOD,
        "controller": ISSUER,
        "key": (signing_key or make_key()).public_key(),
        "purposes": frozenset({"assertionMethod"}),
        **over,
    }
    return VerificationMethod(**fields)


def resolver(method: VerificationMethod | None = None) -> ResolveKey:
    """A resolver that knows one method."""
    known = method or make_method()
    return lambda method_id: known


def make_signed(
    credential: dict[str, Any] | None = None, *, key: PrivateKey | None = None, **over: Any
) -> dict[str, Any]:
    """`make_credential()` with a proof by `make_key()`; `over` goes to add_proof."""
    options: dict[str, Any] = {
        "signer": local_signer(key or make_key()),
        "verification_method": METHOD,
        "created": CREATED,
        **over,
    }
    return add_proof(credential or make_credential(), **options)


def citizenship_contexts(known: ContextSet | None = None) -> ContextSet:
    """Terms as the published N-Quads of the vectors use them; the vectors' own context is not published with them."""
    own, schema = "https://w3id.org/citizenship#", "https://schema.org/"
    date = "http://www.w3.org/2001/XMLSchema#dateTime"
    terms: dict[str, Any] = {name: own + name for name in ("birthCountry", "lprCategory", "lprNumber")}
    terms |= {name: own + name for name in ("commuterClassification", "PermanentResident", "PermanentResidentCard")}
    terms |= {name: own + name for name in ("EmployablePerson", "EmploymentAuthorizationDocument")}
    terms |= {f"{name}Credential": f"{own}{name}Credential" for name in ("PermanentResidentCard",)}
    terms |= {"EmploymentAuthorizationDocumentCredential": own + "EmploymentAuthorizationDocumentCredential"}
    terms |= {name: {"@id": own + name, "@type": "@id"} for name in ("employmentAuthorizationDocument",)}
    terms |= {"permanentResidentCard": {"@id": own + "permanentResidentCard", "@type": "@id"}}
    terms |= {name: schema + name for name in ("Person", "givenName", "familyName", "additionalName", "gender")}
    terms |= {"identifier": schema + "identifier", "image": {"@id": schema + "image", "@type": "@id"}}
    terms |= {"birthDate": {"@id": schema + "birthDate", "@type": date}}
    terms |= {"residentSince": {"@id": own + "residentSince", "@type": date}}
    return ContextSet(
        {**(known or pinned_contexts()).documents, "https://w3id.org/citizenship/v4rc1": {"@context": terms}}
    )
