"""What may be signed for each purpose: the rules that can be checked without a database. PURE.

Whoever holds the private keys checks them before every signature, whoever asks; what only the database knows (was this
award made, is this its place in a status list) is checked before by issuer.signing.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC1_CONTEXT, VC2_CONTEXT
from issuer.crypto.did import did_web_for
from issuer.crypto.errors import CryptoError
from issuer.crypto.multikey import PublicKey, thumbprint, to_multikey
from issuer.crypto.signatures import algorithm_of
from issuer.crypto.timestamps import parse_timestamp
from issuer.keys import assertion_rules, receipt_rules
from issuer.keys.purposes import (
    BADGE_JWT,
    BADGE_PROOF,
    CREDENTIAL_PROOF,
    DID_HISTORY,
    LOG_CHECKPOINT,
    STATUS_LIST,
    VERIFICATION_RECEIPT,
)
from issuer.keys.refusing import not_as_recorded, refuse_if
from issuer.keys.statements import (
    ASSERTION,
    BULK_RECEIPT,
    JWT,
    NOTE,
    PROOF,
    RECEIPT,
    TOKEN_TYPES,
    NotSigned,
    Statement,
    document_of,
)

BADGE_CONTEXTS = [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT]
STATUS_LIST_CONTEXTS = [VC2_CONTEXT]
CLOCK_SKEW = timedelta(minutes=5)
ROOT_BYTES = 32

_FORMS: Mapping[str, tuple[str, ...]] = {
    BADGE_PROOF: (PROOF,),
    BADGE_JWT: (JWT, ASSERTION),
    STATUS_LIST: (PROOF,),
    CREDENTIAL_PROOF: (PROOF,),
    DID_HISTORY: (PROOF,),
    LOG_CHECKPOINT: (NOTE,),
    VERIFICATION_RECEIPT: (RECEIPT, BULK_RECEIPT),
}
_SUITES: Mapping[str, tuple[str, ...]] = {
    "EdDSA": ("eddsa-rdfc-2022", "eddsa-jcs-2022"),
    "ES256": ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"),
    "ES384": ("ecdsa-rdfc-2019", "ecdsa-jcs-2019"),
}
# A term that stands in some published texts of the context 3.0.3 and not in others would break the proof for readers of
# the other text.
_AMBIGUOUS_TERMS = frozenset({"jti", "endorsementJwt"})
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first three lines of a C2SP checkpoint: whose log, how many entries, the Merkle root over them."""

    origin: str
    size: int
    root: bytes


def check(statement: Statement, *, public_key: PublicKey, base_url: str, now: datetime) -> None:
    """Whether the key of ``statement`` may sign it. ``base_url`` is the service's own. Raises NotSigned."""
    if statement.form not in _FORMS.get(statement.purpose, ()):
        raise NotSigned("wrong_purpose", "A key for this purpose does not sign a statement of this form.")
    refuse_if(statement.kid != thumbprint(public_key), "key")
    refuse_if(statement.created > now.astimezone(UTC) + CLOCK_SKEW, "created")
    if statement.form == NOTE:
        read_checkpoint(statement.content)
        return
    document = document_of(statement)
    if statement.form in TOKEN_TYPES:
        refuse_if(statement.key_name != f"{base_url}/keys/{statement.kid}", "key")
        receipt_rules.check(document, form=statement.form, base_url=base_url, now=now)
        return
    if statement.form == ASSERTION:
        refuse_if(statement.key_name != f"{base_url}/keys/{statement.kid}", "key")
        assertion_rules.check(document, key_name=statement.key_name, base_url=base_url, now=now)
        return
    issuer = issuer_in(document)
    _check_issuer(issuer, base_url)
    _check_key_name(statement, issuer, public_key=public_key, base_url=base_url)
    check_document(statement.purpose, document, base_url=base_url, now=now)


def check_document(purpose: str, document: Mapping[str, Any], *, base_url: str, now: datetime) -> None:
    """The rules for what a document says, by the purpose of the key that is to sign it. Raises NotSigned."""
    refuse_if("proof" in document, "proof")
    _check_dates(document, now=now)
    _DOCUMENT_RULES[purpose](document, base_url)


def issuer_in(document: Mapping[str, Any]) -> str:
    """The id of the document's issuer, or ""."""
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return named if isinstance(named, str) else ""


def read_checkpoint(body: bytes) -> Checkpoint:
    """The body of a signed note as a checkpoint (C2SP tlog-checkpoint). Raises NotSigned."""
    try:
        text = body.decode("utf-8")
        origin, size, root, *extensions = text.removesuffix("\n").split("\n")
        digest = b64decode(root, validate=True)
    except (UnicodeDecodeError, ValueError, binascii.Error):
        raise not_as_recorded("checkpoint") from None
    refuse_if(not text.endswith("\n") or not all((origin, *extensions)), "checkpoint")
    refuse_if(any(ord(character) < 0x20 for character in text.replace("\n", "")), "checkpoint")
    refuse_if(not _SIZE.fullmatch(size) or len(digest) != ROOT_BYTES, "checkpoint")
    return Checkpoint(origin, int(size), digest)


def _check_issuer(issuer: str, base_url: str) -> None:
    prefix = did_web_for(base_url, "issuers") + ":"
    refuse_if(not issuer.startswith(prefix) or not issuer.removeprefix(prefix).isprintable(), "issuer")
    refuse_if(any(character in issuer.removeprefix(prefix) for character in ":/?# "), "issuer")


def _check_key_name(statement: Statement, issuer: str, *, public_key: PublicKey, base_url: str) -> None:
    if statement.form == JWT:
        refuse_if(statement.key_name != f"{base_url}/keys/{statement.kid}", "key")
        return
    refuse_if(statement.key_name != f"{issuer}#{to_multikey(public_key)}", "key")
    refuse_if(statement.cryptosuite not in _SUITES.get(algorithm_of(public_key), ()), "cryptosuite")


def _check_dates(document: Mapping[str, Any], *, now: datetime) -> None:
    try:
        valid_from = parse_timestamp(document["validFrom"]) if "validFrom" in document else None
        valid_until = parse_timestamp(document["validUntil"]) if "validUntil" in document else None
    except CryptoError as error:
        raise NotSigned("not_as_recorded", "The dates of the document cannot be read.") from error
    refuse_if(valid_from is not None and valid_from > now.astimezone(UTC) + CLOCK_SKEW, "validFrom")
    refuse_if(valid_from is not None and valid_until is not None and valid_until <= valid_from, "validUntil")


def _check_badge(document: Mapping[str, Any], base_url: str) -> None:
    refuse_if(document.get("@context") != BADGE_CONTEXTS, "@context")
    refuse_if("OpenBadgeCredential" not in _types_of(document), "type")
    refuse_if(not _is_below(document.get("id"), f"{base_url}/badges/"), "id")
    refuse_if("validFrom" not in document, "validFrom")
    refuse_if(bool(_AMBIGUOUS_TERMS & document.keys()), "endorsementJwt")
    _check_badge_status(document.get("credentialStatus"), base_url)


def _check_badge_or_endorsement(document: Mapping[str, Any], base_url: str) -> None:
    """An organisation endorses with the keys with which it awards; no document is both."""
    if "EndorsementCredential" in _types_of(document):
        _check_endorsement(document, base_url)
    else:
        _check_badge(document, base_url)


def _check_endorsement(document: Mapping[str, Any], base_url: str) -> None:
    subject = document.get("credentialSubject")
    refuse_if(document.get("@context") != BADGE_CONTEXTS, "@context")
    refuse_if(document.get("type") != ["VerifiableCredential", "EndorsementCredential"], "type")
    refuse_if(not _is_below(document.get("id"), f"{base_url}/endorsements/"), "id")
    refuse_if("validFrom" not in document, "validFrom")
    refuse_if(not isinstance(subject, Mapping) or not isinstance(subject.get("id"), str), "credentialSubject")
    assert isinstance(subject, Mapping)
    refuse_if(subject.get("type") != ["EndorsementSubject"] or "achievement" in subject, "credentialSubject")
    refuse_if(isinstance(document.get("credentialStatus"), list), "credentialStatus")
    _check_badge_status(document.get("credentialStatus"), base_url)


def _check_badge_status(status: object, base_url: str) -> None:
    """Its place in a list of revocations, perhaps one in a list of suspensions, and our 1EdTechRevocationList."""
    named = status if isinstance(status, list) else [status]
    entries: list[Mapping[str, Any]] = [entry for entry in named if isinstance(entry, Mapping)]
    places = [entry for entry in entries if entry.get("type") == "BitstringStatusListEntry"]
    others = [entry for entry in entries if entry not in places]
    purposes = [entry.get("statusPurpose") for entry in places]
    refuse_if(len(entries) != len(named), "credentialStatus")
    refuse_if(purposes not in (["revocation"], ["revocation", "suspension"]), "credentialStatus")
    for entry in places:
        refuse_if(not _is_below(entry.get("statusListCredential"), f"{base_url}/status/"), "credentialStatus")
    for entry in others:
        refuse_if(entry.get("type") != "1EdTechRevocationList", "credentialStatus")
        issuer, _, name = str(entry.get("id", "")).rpartition("/")
        refuse_if(name != "revocations" or not _is_below(issuer, f"{base_url}/issuers/"), "credentialStatus")


def _check_status_list(document: Mapping[str, Any], base_url: str) -> None:
    subject = document.get("credentialSubject")
    refuse_if(document.get("@context") != STATUS_LIST_CONTEXTS, "@context")
    refuse_if("BitstringStatusListCredential" not in _types_of(document), "type")
    refuse_if(not _is_below(document.get("id"), f"{base_url}/status/"), "id")
    refuse_if("validFrom" not in document, "validFrom")
    refuse_if(not isinstance(subject, Mapping) or subject.get("type") != "BitstringStatusList", "credentialSubject")
    assert isinstance(subject, Mapping)
    refuse_if(not isinstance(subject.get("encodedList"), str), "encodedList")


def _check_credential(document: Mapping[str, Any], base_url: str) -> None:
    contexts = document.get("@context")
    refuse_if(not isinstance(contexts, list) or contexts[:1] not in ([VC2_CONTEXT], [VC1_CONTEXT]), "@context")
    refuse_if("VerifiableCredential" not in _types_of(document), "type")
    for ours in ("badges", "status", "endorsements"):
        refuse_if(str(document.get("id", "")).startswith(f"{base_url}/{ours}/"), "id")


def _check_history(document: Mapping[str, Any], base_url: str) -> None:
    """What an issuer says of itself: a version of its DID document, or what becomes of it; never both."""
    refuse_if("succession" in document and "didDocument" in document, "didDocument")
    if "succession" in document:
        _check_succession(document, base_url)
    else:
        _check_did_version(document, base_url)


def _check_succession(document: Mapping[str, Any], base_url: str) -> None:
    slug, said = issuer_in(document).rpartition(":")[2], document["succession"]
    named = str(document.get("id", "")).removesuffix(".json")
    refuse_if(not _is_below(named, f"{base_url}/issuers/{slug}/succession/"), "id")
    refuse_if(not isinstance(said, Mapping) or said.get("state") not in ("open", "moving", "closed"), "succession")
    refuse_if(bool({"type", "credentialSubject", "@context"} & document.keys()), "type")


def _check_did_version(document: Mapping[str, Any], base_url: str) -> None:
    """A version of the issuer's own DID document, at its own address; nothing that a reader could take for a badge."""
    issuer, described = issuer_in(document), document.get("didDocument")
    slug = issuer.rpartition(":")[2]
    refuse_if(not _is_below(str(document.get("id", "")).removesuffix(".json"), f"{base_url}/issuers/{slug}/did/"), "id")
    refuse_if(not isinstance(described, Mapping) or described.get("id") != issuer, "didDocument")
    refuse_if(bool({"type", "credentialSubject", "@context"} & document.keys()), "type")


def _is_below(value: object, prefix: str) -> bool:
    """Whether ``value`` is ``prefix`` and one more segment."""
    if not isinstance(value, str) or not value.startswith(prefix):
        return False
    segment = value.removeprefix(prefix)
    return segment.replace("-", "").replace("_", "").isalnum() and segment.isascii()


def _types_of(document: Mapping[str, Any]) -> list[Any]:
    types = document.get("type")
    return types if isinstance(types, list) else [types]


_DOCUMENT_RULES: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    BADGE_PROOF: _check_badge_or_endorsement,
    BADGE_JWT: _check_badge_or_endorsement,
    STATUS_LIST: _check_status_list,
    CREDENTIAL_PROOF: _check_credential,
    DID_HISTORY: _check_history,
}
