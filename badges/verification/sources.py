"""Where a verification made by this service gets its documents, and whom it knows.

What lies under our own address is read from our own database, never by a request to ourselves; everything
else goes through the guarded fetcher. Both give the bytes that a stranger would get.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from badges import awards, revocation_list
from badges.models import Award, Credential
from badges.proven_age import is_proven_older
from badges.trust.knowing import trust_for
from badges.verification import editions, outward
from badges.verification.criteria_since import check_criteria
from badges.verification.logged import check_log
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome, Report
from badges.verification.verifying import verify
from badges.verification.world import World
from competencies.evidence.ledger import is_unchanged
from competencies.evidence.models import Evidence
from issuer import profile
from issuer.access import current_actor, settings
from issuer.base.db import db, utc_now
from issuer.base.errors import Invalid, NotFound, ServiceError
from issuer.base.fetch import Fetcher
from issuer.crypto.errors import CryptoError, KeyUnavailable, UrlNotAllowed
from issuer.crypto.strict_json import load_object
from issuer.own_addresses import own_path
from issuer.status import places

MOST_FETCHES = 6
LONGEST_ID = 64
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
EVIDENCE_SECTION = "Rosette: evidence chain"

Reader = Callable[[str], dict[str, Any]]


def this_world(recipient: str = "") -> World:
    """The world as this service sees it now. ``recipient``: whose badge the verifier asks whether it is."""
    source = _Source(budget=[MOST_FETCHES])
    loopback = settings().allows_loopback_http
    return World(
        source.fetch,
        trust_for(current_actor()),
        now=utc_now(),
        allow_loopback_http=loopback,
        was_before=was_before,
        recipient=recipient,
        home=settings().base_url,
    )


def was_before(given: Given, moment: datetime) -> bool:
    """Whether what was given says what an edition of a badge of ours says that is proved to be older than ``moment``.

    What counts is what it says: the proof of a badge in another form is made by the same keys.
    """
    award = _award_at(given.document.get("id"))
    edition = editions.edition_of(award, given.document) if award is not None else None
    return edition is not None and is_proven_older(edition, moment)


@dataclass(frozen=True, slots=True)
class _Source:
    """Fetches documents; ``budget`` holds how many may still be asked of other hosts."""

    budget: list[int]

    def fetch(self, url: str) -> dict[str, Any]:
        """URL -> JSON object. Raises KeyUnavailable or UrlNotAllowed."""
        own = own_path(url)
        if own is None:
            outward.enter()
        try:
            return _own_document(own) if own is not None else self._foreign(url)
        except Invalid as error:
            raise UrlNotAllowed(error.detail) from error
        except (ServiceError, CryptoError) as error:
            raise KeyUnavailable(error.detail) from error

    def _foreign(self, url: str) -> dict[str, Any]:
        if self.budget[0] <= 0:
            raise KeyUnavailable(f"More than {MOST_FETCHES} documents would have to be read.")
        self.budget[0] -= 1
        fetched = Fetcher(allow_loopback_http=settings().allows_loopback_http).get(url)
        return load_object(fetched.body)


def _own_document(path: str) -> dict[str, Any]:
    for pattern, read in _OWN.items():
        if (found := re.fullmatch(pattern, path)) is not None:
            return read(found.group(1))
    raise NotFound("not_found", "There is no such document here.")


def _status_list(list_id: str) -> dict[str, Any]:
    signed = places.find_list(list_id).signed
    if signed is None:
        raise NotFound("not_found", "There is no such status list.")
    return load_object(signed)


_OWN: Mapping[str, Reader] = {
    r"/issuers/([^/]+)/did\.json": lambda slug: profile.issuer_did_document(profile.find_organisation(slug)),
    r"/keys/([^/]+)": profile.find_jwk,
    r"/status/([^/]+)": _status_list,
    r"/issuers/([^/]+)/revocations": lambda slug: revocation_list.document_of(profile.find_organisation(slug)),
}


def bytes_at(address: str) -> bytes:
    """What lies at an address that a person pasted: a badge of ours, or any public document.

    Raises NotFound for a badge that the caller may not see; Invalid, TooLarge and Unavailable as the fetcher.
    """
    path = own_path(address)
    if path is None:
        outward.enter()
        return Fetcher(allow_loopback_http=settings().allows_loopback_http).get(address).body
    badge = re.fullmatch(r"/badges/([A-Za-z0-9_-]{1,64})(\.json|\.jwt)?", path)
    if badge is None:
        raise Invalid("no_badge_found", gettext("There is no badge at this address."))
    credential = awards.credential_of(awards.visible_award(current_actor(), badge.group(1)))
    return credential.jwt if badge.group(2) == ".jwt" else credential.document


def check(data: bytes, *, recipient: str = "") -> Report:
    """Check what was handed in, with the chain of evidence besides when the badge is one of ours."""
    report = verify(data, this_world(recipient))
    if not _is_named_here(report):
        return report
    award = own_award(report)
    if award is None or report.document is None:
        return replace(report, checks=(*report.checks, _never_awarded()))
    edition = editions.edition_of(award, report.document)
    known = editions.checks_known_here(report.checks, award=award, edition=edition)
    if edition is None:
        return replace(report, checks=(*known, editions.never_issued()))
    return replace(report, checks=(*known, *_of_our_records(report, award, edition)))


def _of_our_records(report: Report, award: Award, edition: Credential) -> tuple[Check, ...]:
    return check_evidence(report, award), check_log(edition), check_criteria(award)


def check_award(award: Award) -> Report:
    """Check a badge of this service as a stranger would."""
    return check(awards.credential_of(award).document)


def own_award(report: Report) -> Award | None:
    """The award of this service that a checked badge is, or None; only of what a signature covers."""
    if report.facts is None or not _is_named_here(report):
        return None
    return _award_at(report.facts.credential_id)


def _award_at(credential_id: object) -> Award | None:
    path = own_path(credential_id) if isinstance(credential_id, str) else None
    if path is None:
        return None
    return db.session.scalar(select(Award).filter_by(public_id=path.removeprefix("/badges/")[:LONGEST_ID]))


def _is_named_here(report: Report) -> bool:
    return report.facts is not None and own_path(report.facts.credential_id) is not None


def _never_awarded() -> Check:
    sentence = _l("Its address is one of this service, which has no record of awarding it.")
    return Check("evidence", Outcome.FAIL, sentence, EVIDENCE_SECTION, code="award_unknown")


def check_evidence(report: Report, award: Award) -> Check:
    """Every digest that the badge names is that of a record in the ledger, and the record is as it was written."""
    named = {
        digest
        for entry in (report.facts.evidence if report.facts else ())
        for digest in DIGEST.findall(str(entry.get("narrative", "")))
    }
    records = db.session.scalars(
        select(Evidence).where(Evidence.digest.in_(named), Evidence.account_id == award.account_id)
    ).all()
    if named and {record.digest for record in records} == named and all(map(is_unchanged, records)):
        sentence = _l("Each piece of evidence it names is in the issuer's ledger, unchanged.")
        return Check("evidence", Outcome.PASS, sentence, EVIDENCE_SECTION)
    sentence = _l("The evidence it names is not what the issuer's ledger holds.")
    return Check("evidence", Outcome.FAIL, sentence, EVIDENCE_SECTION, code="evidence_changed")
