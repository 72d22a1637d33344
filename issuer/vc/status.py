"""Has it been revoked or suspended: the status entries of any credential (Bitstring Status List 1.0, section 3.2).

A list is believed only when it is a credential of the same issuer, secured by a key that the issuer lists, in force,
and for the entry's purpose. Trouble on the way is never an answer: the check could then not be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from issuer.crypto.bitstring import expand, read_status
from issuer.crypto.errors import CryptoError, KeyUnavailable, StatusListError, UrlNotAllowed
from issuer.vc.identifiers import as_list, has_type, identifier_of, is_url
from issuer.vc.report import (
    CREDENTIAL_REVOKED,
    CREDENTIAL_SUSPENDED,
    STATUS_RETRIEVAL,
    STATUS_VERIFICATION,
    Check,
    Outcome,
    failed,
    passed,
    warned,
)
from issuer.vc.world import World

SECTION = "Bitstring Status List 1.0, 3.2"
ENTRY_TYPE = "BitstringStatusListEntry"
LIST_CREDENTIAL_TYPE = "BitstringStatusListCredential"
LIST_TYPE = "BitstringStatusList"
MOST_ENTRIES = 8

_REVERSED = {
    "revocation": (CREDENTIAL_REVOKED, "The issuer has revoked the credential.", "revoked"),
    "suspension": (CREDENTIAL_SUSPENDED, "The issuer has suspended the credential for now.", "suspended"),
}

CheckList = Callable[[Mapping[str, Any], World], tuple[Mapping[str, Any] | None, str]]
"""A secured list -> the document it secures, or None with the sentence that says why it cannot be believed."""


def check_status(document: Mapping[str, Any], world: World, check_list: CheckList) -> tuple[Check, ...]:
    """One check for each entry of credentialStatus; every one is looked at."""
    entries = as_list(document.get("credentialStatus"))
    if not entries:
        return (Check("status", Outcome.NOT_APPLICABLE, "", "The credential has no status.", SECTION),)
    if len(entries) > MOST_ENTRIES:
        return (_unread(f"The credential has more than {MOST_ENTRIES} status entries.", STATUS_VERIFICATION),)
    return tuple(_check_entry(entry, document, world, check_list) for entry in entries)


def _check_entry(entry: Any, document: Mapping[str, Any], world: World, check_list: CheckList) -> Check:
    if not has_type(entry, ENTRY_TYPE):
        detail = "The status is of a type that is not read here, so it was not looked up."
        return warned("status", SECTION, detail, reason="status_type_unknown")
    try:
        bits = _retrieve(entry, document, world, check_list)
        status = read_status(bits, entry.get("statusListIndex", ""), status_size=_size_of(entry))
    except (KeyUnavailable, UrlNotAllowed) as error:
        return _unread(f"The status list could not be read. {error.detail}", STATUS_RETRIEVAL, "status_unavailable")
    except StatusListError as error:
        return _unread(error.detail, error.status_error, error.code)
    except CryptoError as error:
        return _unread(f"The status list cannot be believed. {error.detail}", STATUS_VERIFICATION, "status_untrusted")
    return _say(entry, status)


def _retrieve(entry: Mapping[str, Any], document: Mapping[str, Any], world: World, check_list: CheckList) -> bytes:
    """The bits of the entry's list (section 3.2, steps 1 to 8). Raises CryptoError."""
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    if not is_url(url) or not isinstance(url, str) or not isinstance(purpose, str):
        raise StatusListError("The status entry names no list or no purpose.")
    if entry.get("id") == url:
        raise StatusListError("The status entry has the id of its list.")
    listing, problem = check_list(world.fetch(url), world)
    if listing is None:
        raise StatusListError(problem)
    for problem in _problems_of(listing, url=url, purpose=purpose, issuer=identifier_of(document.get("issuer"))):
        raise StatusListError(problem)
    return expand(_list_in(listing).get("encodedList"))


def _problems_of(listing: Mapping[str, Any], *, url: str, purpose: str, issuer: Any) -> Iterator[str]:
    subject = _list_in(listing)
    if not has_type(listing, LIST_CREDENTIAL_TYPE) or not has_type(subject, LIST_TYPE):
        yield "The credential at the status list's address is not a status list."
    if listing.get("id", url) != url:
        yield "The status list has another address than that at which it was found."
    if identifier_of(listing.get("issuer")) != issuer:
        yield "The status list belongs to somebody else than the issuer."
    if purpose not in as_list(subject.get("statusPurpose")):
        yield "The status list is for another purpose."
    ttl = subject.get("ttl", 1)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or ttl <= 0:
        yield "The time to live of the status list is not a positive number of milliseconds."


def _list_in(listing: Mapping[str, Any]) -> Mapping[str, Any]:
    subject = listing.get("credentialSubject")
    return subject if isinstance(subject, Mapping) else {}


def _size_of(entry: Mapping[str, Any]) -> int:
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int):
        raise StatusListError("The status entry's size is not a whole number.")
    return size


def _say(entry: Mapping[str, Any], status: int) -> Check:
    purpose = entry["statusPurpose"]
    if status == 0 and purpose != "message":
        return passed("status", SECTION, f"The status for {purpose} is not set.")
    if purpose in _REVERSED:
        code, detail, reason = _REVERSED[purpose]
        return failed("status", SECTION, detail, code=code, reason=reason)
    detail = f"The issuer has set the status for {ascii(purpose)[:80]} to {status}{_message(entry, status)}."
    return warned("status", SECTION, detail, reason="status_set")


def _message(entry: Mapping[str, Any], status: int) -> str:
    """What the entry says that a status means (section 2.1, statusMessage): the status is written as 0x and hex."""
    for message in as_list(entry.get("statusMessage")):
        if isinstance(message, Mapping) and message.get("status") == f"0x{status:x}":
            return f": {str(message.get('message'))[:200]}"
    return ""


def _unread(detail: str, code: str, reason: str = "status_untrusted") -> Check:
    return Check("status", Outcome.COULD_NOT_CHECK, code, detail, SECTION, reason)
