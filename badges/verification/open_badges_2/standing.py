"""The checks "period" and "status": its dates, and whether its issuer has taken it back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_2.graph import Graph, Node, Trouble
from badges.verification.open_badges_2.primitives import is_iri, is_same_address, moment_of, old_moment_of
from badges.verification.open_badges_2.properties import type_problem
from badges.verification.open_badges_2.vocabulary import as_list, id_of, is_old, text_of
from badges.verification.report import Check, Outcome, StatusSource
from issuer.crypto.errors import CryptoError
from issuer.crypto.jcs import canonicalize

PERIOD = "Open Badges 2.0, Assertion: issuedOn, expires"
STATUS = "Open Badges 2.0, RevocationList"
HOSTED_STATUS = "Open Badges 2.0, Assertion: revoked"
CLOCK_SKEW = timedelta(minutes=5)
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """The check "status", and the list it was read from, if there was one."""

    check: Check
    sources: tuple[StatusSource, ...] = ()


def dates_of(document: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When it was issued, and when it expires; None for what is missing or cannot be read."""
    read = old_moment_of if is_old(document) else moment_of
    return read(document.get("issuedOn")), read(document.get("expires"))


def check_period(document: Mapping[str, Any], *, now: datetime) -> Check:
    """Issued, and not expired, at ``now``? Dates that cannot be read are the business of the properties."""
    issued, expires = dates_of(document)
    if issued is not None and expires is not None and expires < issued:
        sentence = _l("Its dates contradict each other: it would have expired before it was issued.")
        return Check("period", Outcome.FAIL, sentence, PERIOD, code="dates_contradict")
    if issued is not None and issued > now + CLOCK_SKEW:
        sentence = _l("It is not valid yet: it is dated %(day)s.", day=format_date(issued, "long"))
        return Check("period", Outcome.FAIL, sentence, PERIOD, code="not_yet_valid")
    if expires is None:
        if document.get("expires") is not None:
            sentence = _l("Until when it is valid cannot be read.")
            return Check("period", Outcome.NOT_APPLICABLE, sentence, PERIOD)
        return Check("period", Outcome.PASS, _l("It does not expire."), PERIOD)
    day = format_date(expires, "long")
    if now > expires:
        sentence = _l("It was valid, and expired on %(day)s.", day=day)
        return Check("period", Outcome.FAIL, sentence, PERIOD, code="expired")
    return Check("period", Outcome.PASS, _l("It is valid until %(day)s.", day=day), PERIOD)


def withdrawn(reason: str = "") -> Check:
    """The check "status" of an assertion that is gone, or marked as revoked where it is hosted."""
    return _revoked(reason, HOSTED_STATUS)


def _revoked(reason: str, section: str) -> Check:
    said = reason.strip()[:_LONGEST_REASON]
    sentence = _l("The issuer has withdrawn it for good.")
    if said:
        sentence = _l("The issuer has withdrawn it for good, and says why: %(reason)s", reason=said)
    return Check("status", Outcome.FAIL, sentence, section, "revoked", said)


def check_hosted_status(document: Mapping[str, Any]) -> Check:
    """Of the hosted copy: does it say that it is revoked?"""
    if document.get("revoked") is True or document.get("revoked") == "true":
        return withdrawn(text_of(document.get("revocationReason")))
    return Check("status", Outcome.PASS, _l("The issuer has not withdrawn it."), HOSTED_STATUS)


def check_signed_status(document: Mapping[str, Any], issuer: Node | None, graph: Graph) -> Standing:
    """Of a signed assertion: is it on its issuer's list? Trouble on the way is never an answer."""
    if document.get("revoked") is True:
        return Standing(withdrawn(text_of(document.get("revocationReason"))))
    reference = issuer.document.get("revocationList") if issuer is not None else None
    if issuer is None or not reference:
        sentence = _l("The issuer keeps no list on which it could withdraw this badge.")
        return Standing(Check("status", Outcome.NOT_APPLICABLE, sentence, STATUS))
    found = graph.node(reference, within=issuer.host)
    if isinstance(found, Trouble):
        return Standing(_unread(found))
    listing = found.document
    problem = _foreign(listing, issuer)
    entries = _old_entries(listing) if is_old(document) else as_list(listing.get("revokedAssertions"))
    problem = problem or ("" if is_old(document) else _malformed(listing, entries))
    sources = _source(found)
    for entry in entries if not problem else ():
        if _names(entry, document):
            reason = text_of(entry.get("revocationReason")) if isinstance(entry, Mapping) else ""
            return Standing(_revoked(reason, STATUS), sources)
    if problem:
        sentence = _l("Whether it was withdrawn could not be checked: the issuer's list cannot be trusted.")
        return Standing(Check("status", Outcome.COULD_NOT_CHECK, sentence, STATUS, "status_untrusted", problem))
    return Standing(Check("status", Outcome.PASS, _l("The issuer has not withdrawn it."), STATUS), sources)


def _unread(trouble: Trouble) -> Check:
    sentence = _l("Whether it was withdrawn could not be checked: the issuer's list could not be read.")
    return Check("status", Outcome.COULD_NOT_CHECK, sentence, STATUS, "status_unavailable", trouble.reason)


def _foreign(listing: Mapping[str, Any], issuer: Node) -> str:
    owner = id_of(listing.get("issuer"))
    if not owner or any(is_same_address(owner, each) for each in (issuer.address, id_of(issuer.document))):
        return ""
    return f"The list is that of another issuer, {owner[:200]}."


def _malformed(listing: Mapping[str, Any], entries: list[Any]) -> str:
    if type_problem(listing, {"RevocationList"}) or "revokedAssertions" not in listing:
        return "The document is not a RevocationList, or has no revokedAssertions."
    for entry in entries:
        if isinstance(entry, Mapping):
            identifier, uid = entry.get("id"), entry.get("uid")
            if identifier is not None and not is_iri(identifier):
                return "The list has an entry whose id is not an IRI."
            if uid is not None and not isinstance(uid, str):
                return "The list has an entry whose uid is not text."
            if identifier is None and uid is None:
                return "The list has an entry with neither id nor uid."
        elif not isinstance(entry, str):
            return "The list has an entry that is neither an IRI nor an object."
    return ""


def _old_entries(listing: Mapping[str, Any]) -> list[Any]:
    """Versions 1.0 and 1.1: an object from uid to reason, unless the issuer has moved on to a list of 2.0."""
    if "revokedAssertions" in listing:
        return as_list(listing["revokedAssertions"])
    return [{"uid": uid, "revocationReason": reason} for uid, reason in listing.items() if uid != "@context"]


def _names(entry: Any, document: Mapping[str, Any]) -> bool:
    own, uid = id_of(document), document.get("uid")
    if isinstance(entry, str):
        return is_same_address(entry, own) or (isinstance(uid, str) and entry == uid)
    named = isinstance(uid, str) and entry.get("uid") == uid
    return named or is_same_address(id_of(entry), own)


def _source(found: Node) -> tuple[StatusSource, ...]:
    try:
        digest = hashlib.sha256(canonicalize(dict(found.document))).hexdigest()
    except CryptoError:
        return ()
    return (StatusSource(found.address, digest),)
