"""Has its issuer withdrawn it: every entry of credentialStatus, of the three kinds that are in use.

Trouble on the way is never an answer. A list counts only when it is the issuer's: signed by it, or, for the unsigned
1EdTechRevocationList, named by the signed credential.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.status_lists import BITSTRING, LIST_2021, Listing, read_listing
from badges.verification.open_badges_3.values import as_list, as_object, issuer_id_of, text_of, time_of, types_of
from badges.verification.report import Check, Outcome, StatusSource
from badges.verification.world import World
from issuer.crypto import jcs
from issuer.crypto.errors import CryptoError, KeyUnavailable, StatusListError, UrlNotAllowed

SECTION = "Bitstring Status List 1.0, 3.2"
REVOCATION_LIST = "1EdTech Revocation List 1.0"
REVOCATION_LIST_TYPE = "1EdTechRevocationList"
REVOKED_MEMBERS = ("revokedCredential", "revokedCredentials")
MOST_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """The check "status", and the lists that were read for it."""

    check: Check
    sources: tuple[StatusSource, ...] = ()


def check_status(document: Mapping[str, Any], listing: Listing, world: World) -> Standing:
    """Revoked or suspended? Every entry is looked at.

    What decides: that it is revoked, else suspended, else that an entry could not be checked, else a remark.
    """
    entries = as_list(document.get("credentialStatus"))
    if not entries:
        sentence = _l("The issuer keeps no list on which it could withdraw this badge.")
        return Standing(Check("status", Outcome.NOT_APPLICABLE, sentence, SECTION))
    if len(entries) > MOST_ENTRIES:
        sentence = _l("It names more lists than can be read, so whether it was withdrawn could not be checked.")
        return Standing(Check("status", Outcome.COULD_NOT_CHECK, sentence, SECTION, "status_unavailable"))
    found = [_check_entry(entry, document, listing, world) for entry in entries]
    sources = {source.url: source for each in found for source in each.sources}
    return Standing(min((each.check for each in found), key=_weight), tuple(sources.values()))


def _weight(check: Check) -> int:
    order = (Outcome.FAIL, Outcome.COULD_NOT_CHECK, Outcome.WARN)
    return -1 if check.code == "revoked" else order.index(check.outcome) if check.outcome in order else len(order)


def not_looked_up() -> Standing:
    """The check "status" of what is not what its issuer signed: nothing is asked on its behalf."""
    sentence = _l("Whether it was withdrawn was not looked up, because its signature does not hold.")
    return Standing(Check("status", Outcome.NOT_APPLICABLE, sentence, SECTION))


def _check_entry(entry: Any, document: Mapping[str, Any], listing: Listing, world: World) -> Standing:
    types = types_of(entry)
    section = REVOCATION_LIST if REVOCATION_LIST_TYPE in types else SECTION
    try:
        if types & {BITSTRING.entry, LIST_2021.entry}:
            form = BITSTRING if BITSTRING.entry in types else LIST_2021
            read = read_listing(entry, document, listing, world, form=form)
            return Standing(
                _said(entry, read.status, read.remark, read.remark_code, section), (_source(read.url, read.document),)
            )
        if REVOCATION_LIST_TYPE in types:
            return _revocation_list(entry, document, world)
        raise StatusListError("The status entry is of a kind that is not read here.")
    except (KeyUnavailable, UrlNotAllowed) as error:
        sentence = _l("Whether it was withdrawn could not be checked: the issuer's list could not be read.")
        check = Check("status", Outcome.COULD_NOT_CHECK, sentence, section, "status_unavailable", error.detail)
    except CryptoError as error:
        sentence = _l("Whether it was withdrawn could not be checked: the issuer's list cannot be trusted.")
        code = error.code if isinstance(error, StatusListError) else "status_untrusted"
        check = Check("status", Outcome.COULD_NOT_CHECK, sentence, section, code, error.detail)
    return Standing(check)


def _said(entry: Mapping[str, Any], status: int, remark: str, code: str, section: str) -> Check:
    """What a status means by its purpose (Bitstring Status List 1.0, 2.1)."""
    purpose = text_of(entry.get("statusPurpose"))
    if status and purpose == "suspension":
        sentence = _l("The issuer has suspended it for now. A suspension can be lifted: check again later.")
        return Check("status", Outcome.FAIL, sentence, section, code="suspended")
    if status and purpose == "revocation":
        return Check("status", Outcome.FAIL, _l("The issuer has withdrawn it for good."), section, code="revoked")
    if status or purpose == "message":
        meaning = _message(entry, status)
        sentence = _l("The issuer says of it: %(message)s", message=meaning or status)
        if purpose == "refresh":
            sentence = _l("The issuer has a newer edition of it. Ask its holder for that one.")
        return Check("status", Outcome.WARN, sentence, section, "status_set", f"Status {status} for {purpose!a}.")
    if remark:
        sentence = _l("The issuer has not withdrawn it, but its list has a flaw.")
        return Check("status", Outcome.WARN, sentence, section, code, remark)
    return Check("status", Outcome.PASS, _l("The issuer has not withdrawn it."), section)


def _message(entry: Mapping[str, Any], status: int) -> str:
    for message in as_list(entry.get("statusMessage")):
        if as_object(message).get("status") == f"0x{status:x}":
            return text_of(as_object(message).get("message"))[:200]
    return ""


def _revocation_list(entry: Mapping[str, Any], document: Mapping[str, Any], world: World) -> Standing:
    """Whether the issuer's list names the credential, unless with ``revoked`` false.

    The list is not signed: it counts because the signed credential says where it is. The member's name is written in
    two ways by those who publish and read such lists; both are read.
    """
    url = entry.get("id")
    if not isinstance(url, str):
        raise StatusListError("The status entry names no list.")
    listing = world.fetch(url)
    if listing.get("issuer") is not None and issuer_id_of(listing) != issuer_id_of(document):
        raise StatusListError("The revocation list belongs to somebody else.")
    listed = [listing[name] for name in REVOKED_MEMBERS if name in listing]
    if not listed or not all(isinstance(items, list) for items in listed):
        raise StatusListError("The document at the revocation list's address is not a revocation list.")
    named = [as_object(item) for items in listed for item in items]
    found = next((each for each in named if _is_revoked(each, document.get("id"))), None)
    passed = Check("status", Outcome.PASS, _l("The issuer has not withdrawn it."), REVOCATION_LIST)
    return Standing(passed if found is None else _revoked(found), (_source(url, listing),))


def _is_revoked(item: Mapping[str, Any], credential_id: Any) -> bool:
    return isinstance(credential_id, str) and item.get("id") == credential_id and item.get("revoked", True) is not False


def _revoked(item: Mapping[str, Any]) -> Check:
    """What the list says of why is public already."""
    why = text_of(item.get("revocationReason"))[:300]
    check = Check("status", Outcome.FAIL, _l("The issuer has withdrawn it for good."), REVOCATION_LIST, code="revoked")
    if not why:
        return check
    return replace(check, sentence=_l("The issuer has withdrawn it for good: %(why)s", why=why), reason=why)


def _source(url: str, document: Mapping[str, Any]) -> StatusSource:
    digest = hashlib.sha256(jcs.canonicalize(dict(document))).hexdigest()
    return StatusSource(url, digest, time_of(document.get("validFrom") or document.get("issuanceDate")))
