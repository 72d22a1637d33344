"""Status lists: one signed document with a bit, or a few, for each of many credentials.

Bitstring Status List 1.0, 3.2; and StatusList2021, from which it came. A list is believed when it is by the same issuer
and its signature is by a key that the issuer lists, or by the very key that signed the credential.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from badges.verification.open_badges_3.values import as_list, as_object, issuer_id_of, time_of, types_of
from badges.verification.world import World
from issuer.crypto.bitstring import expand, read_status
from issuer.crypto.errors import StatusIndexOutOfRange, StatusListError

CLOCK_SKEW = timedelta(minutes=5)

Listing = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A secured list -> what it says. Raises StatusListError for one that the issuer has not signed."""


@dataclass(frozen=True, slots=True)
class Form:
    """The names in one edition of the standard. ``is_multibase``: whether the list begins with a "u"."""

    entry: str
    credential: str
    listing: str
    is_multibase: bool


BITSTRING = Form("BitstringStatusListEntry", "BitstringStatusListCredential", "BitstringStatusList", True)
LIST_2021 = Form("StatusList2021Entry", "StatusList2021Credential", "StatusList2021", False)


@dataclass(frozen=True, slots=True)
class Read:
    """A status, with the list it stands in. ``remark``: a flaw that changes nothing, with its code, or ""."""

    status: int
    url: str
    document: Mapping[str, Any]
    remark: str = ""
    remark_code: str = ""


def read_listing(
    entry: Mapping[str, Any], document: Mapping[str, Any], believe: Listing, world: World, *, form: Form
) -> Read:
    """The status of a credential by one of its entries. Raises StatusListError, KeyUnavailable, UrlNotAllowed."""
    url, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    if not isinstance(url, str) or not isinstance(purpose, str):
        raise StatusListError("The status entry names no list or no purpose.")
    index, size = entry.get("statusListIndex"), entry.get("statusSize", 1)
    if isinstance(index, bool) or not isinstance(index, int | str):
        raise StatusIndexOutOfRange("The status index is not a whole number inside the list.")
    if isinstance(size, bool) or not isinstance(size, int):
        raise StatusListError("The status entry's size is not a number.")
    secured = world.fetch(url)
    listing = believe(secured)
    for problem in _problems_of(listing, purpose=purpose, issuer=issuer_id_of(document), world=world, form=form):
        raise StatusListError(problem)
    encoded = as_object(listing.get("credentialSubject")).get("encodedList")
    if not form.is_multibase and isinstance(encoded, str):
        encoded = "u" + encoded.removeprefix("u").rstrip("=")
    status = read_status(expand(encoded), index, status_size=size)
    return Read(status, url, secured, *_remark(listing, url, index))


def _remark(listing: Mapping[str, Any], url: str, index: int | str) -> tuple[str, str]:
    if listing.get("id") not in (None, url):
        return "The list declares another id than the address at which it lies.", "list_id_differs"
    if isinstance(index, int):
        return "statusListIndex is a number, and should be a text.", "status_index_number"
    return "", ""


def _problems_of(listing: Mapping[str, Any], *, purpose: str, issuer: str, world: World, form: Form) -> Iterator[str]:
    subject = as_object(listing.get("credentialSubject"))
    if form.credential not in types_of(listing) or form.listing not in types_of(subject):
        yield "The document at the status list's address is not a status list."
    if issuer_id_of(listing) != issuer:
        yield "The status list belongs to somebody else."
    if purpose not in as_list(subject.get("statusPurpose")):
        yield "The status list is for another purpose."
    ttl = subject.get("ttl", 1)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or ttl <= 0:
        yield "The time to live of the status list is not a positive number of milliseconds."
    since = time_of(listing.get("validFrom", listing.get("issuanceDate")))
    until = time_of(listing.get("validUntil", listing.get("expirationDate")))
    if (until is not None and world.now > until) or (since is not None and world.now + CLOCK_SKEW < since):
        yield "The status list is out of date."
