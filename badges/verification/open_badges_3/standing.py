"""Does it still stand: its period of validity, and its status with the issuer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.open_badge import as_list, time_of
from badges.verification.open_badges_3.signing_keys import SigningKeys
from badges.verification.report import Check, Outcome
from issuer.crypto.bitstring import expand, read_status
from issuer.crypto.errors import CryptoError, KeyUnavailable, StatusListError
from issuer.crypto.proof_verification import verify_proof
from issuer.crypto.verification_method import issuer_of

PERIOD = "W3C VC Data Model 2.0, 4.9"
STATUS = "Bitstring Status List 1.0, 3.2"
REVOCATION_LIST = "1EdTech Revocation List 1.0"
ENTRY_TYPE = "BitstringStatusListEntry"
REVOCATION_LIST_TYPE = "1EdTechRevocationList"
REVOKED_MEMBERS = ("revokedCredential", "revokedCredentials")
CLOCK_SKEW = timedelta(minutes=5)


def check_period(document: Mapping[str, Any], *, now: datetime) -> Check:
    """Within validFrom and validUntil at ``now``? Dates that cannot be read are the data model's business."""
    start, end = time_of(document.get("validFrom")), time_of(document.get("validUntil"))
    if start is not None and now < start:
        sentence = _l("It is not valid yet: it begins on %(day)s.", day=_day(start))
        return Check("period", Outcome.FAIL, sentence, PERIOD, code="not_yet_valid")
    if end is not None and now > end:
        sentence = _l("It was valid, and expired on %(day)s.", day=_day(end))
        return Check("period", Outcome.FAIL, sentence, PERIOD, code="expired")
    if end is not None:
        return Check("period", Outcome.PASS, _l("It is valid until %(day)s.", day=_day(end)), PERIOD)
    return Check("period", Outcome.PASS, _l("It does not expire."), PERIOD)


def _day(moment: datetime) -> str:
    return str(format_date(moment, "long"))


def check_status(document: Mapping[str, Any], *, keys: SigningKeys, now: datetime) -> Check:
    """Revoked or suspended? Every entry is looked at; trouble on the way is never an answer.

    What decides: that it is revoked, else suspended, else that an entry could not be checked.
    """
    entries = as_list(document.get("credentialStatus"))
    if not entries:
        sentence = _l("The issuer keeps no list on which it could withdraw this badge.")
        return Check("status", Outcome.NOT_APPLICABLE, sentence, STATUS)
    return min((_check_entry(entry, document, keys=keys, now=now) for entry in entries), key=_weight)


def _weight(check: Check) -> int:
    order = (Outcome.FAIL, Outcome.COULD_NOT_CHECK)
    return -1 if check.code == "revoked" else order.index(check.outcome) if check.outcome in order else len(order)


def _check_entry(entry: Any, document: Mapping[str, Any], *, keys: SigningKeys, now: datetime) -> Check:
    types = as_list(entry.get("type")) if isinstance(entry, Mapping) else []
    section = REVOCATION_LIST if REVOCATION_LIST_TYPE in types else STATUS
    try:
        if ENTRY_TYPE in types:
            is_set = _read_bit(entry, document, keys=keys, now=now)
        elif REVOCATION_LIST_TYPE in types:
            is_set = _is_listed(entry, document, keys=keys)
        else:
            raise StatusListError("The status entry is of a kind that is not read here.")
    except KeyUnavailable as error:
        sentence = _l("Whether it was withdrawn could not be checked: the issuer's list could not be read.")
        return Check("status", Outcome.COULD_NOT_CHECK, sentence, section, "status_unavailable", error.detail)
    except CryptoError as error:
        sentence = _l("Whether it was withdrawn could not be checked: the issuer's list cannot be trusted.")
        return Check("status", Outcome.COULD_NOT_CHECK, sentence, section, error.code, error.detail)
    if not is_set:
        return Check("status", Outcome.PASS, _l("The issuer has not withdrawn it."), section)
    if entry.get("statusPurpose") == "suspension":
        sentence = _l("The issuer has suspended it for now. A suspension can be lifted: check again later.")
        return Check("status", Outcome.FAIL, sentence, section, code="suspended")
    return Check("status", Outcome.FAIL, _l("The issuer has withdrawn it for good."), section, code="revoked")


def _read_bit(entry: Mapping[str, Any], document: Mapping[str, Any], *, keys: SigningKeys, now: datetime) -> bool:
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    if not isinstance(url, str) or not isinstance(purpose, str):
        raise StatusListError("The status entry names no list or no purpose.")
    listing = keys.fetch(url)
    subject = listing.get("credentialSubject")
    if "BitstringStatusListCredential" not in as_list(listing.get("type")) or not isinstance(subject, Mapping):
        raise StatusListError("The document at the status list's address is not a status list.")
    if listing.get("id") not in (None, url) or issuer_of(listing) != issuer_of(document):
        raise StatusListError("The status list belongs to somebody else.")
    if purpose not in as_list(subject.get("statusPurpose")):
        raise StatusListError("The status list is for another purpose.")
    since, until = time_of(listing.get("validFrom")), time_of(listing.get("validUntil"))
    if (until is not None and now > until) or (since is not None and now + CLOCK_SKEW < since):
        raise StatusListError("The status list is out of date.")
    proof = verify_proof(listing, resolve_key=keys.resolve, now=now)
    if not proof.verified:
        raise StatusListError(f"The status list's own signature does not hold ({proof.code}).")
    size = entry.get("statusSize", 1)
    if not isinstance(size, int) or isinstance(size, bool):
        raise StatusListError("The status entry's size is not a number.")
    return read_status(expand(subject.get("encodedList")), entry.get("statusListIndex", ""), status_size=size) != 0


def _is_listed(entry: Mapping[str, Any], document: Mapping[str, Any], *, keys: SigningKeys) -> bool:
    """Whether the issuer's 1EdTechRevocationList names the credential, unless with ``revoked`` false.

    The list is not signed: it counts because the signed credential says where it is. The member's name is written in
    two ways by those who publish and read such lists; both are read.
    """
    url = entry.get("id")
    if not isinstance(url, str):
        raise StatusListError("The status entry names no list.")
    listing = keys.fetch(url)
    if listing.get("issuer") is not None and issuer_of(listing) != issuer_of(document):
        raise StatusListError("The revocation list belongs to somebody else.")
    listed = [listing[name] for name in REVOKED_MEMBERS if name in listing]
    if not listed or not all(isinstance(items, list) for items in listed):
        raise StatusListError("The document at the revocation list's address is not a revocation list.")
    revoked = {
        item.get("id")
        for items in listed
        for item in items
        if isinstance(item, Mapping) and isinstance(item.get("id"), str) and item.get("revoked", True) is not False
    }
    return document.get("id") in revoked
