"""Where a verification made by this service gets its documents, and whom it knows.

What lies under our own address is read from our own database, never by a request to ourselves; everything
else goes through the guarded fetcher. Both give the bytes that a stranger would get.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from badges import achievements, awards, offering, revocation_list
from badges.documents import twin
from badges.models import Award
from badges.public_names import shaped
from badges.sharing.coded import coded_award
from badges.sharing.models import SignedForm
from badges.sharing.shown_forms import credential_shown
from badges.trust.knowing import trust_for
from badges.verification import outward
from badges.verification.own_badges import check_evidence, own_award, was_before, with_our_records
from badges.verification.report import Report
from badges.verification.verifying import verify
from badges.verification.world import Answer, World
from issuer.access import current_actor, settings
from issuer.base.db import utc_now
from issuer.outbound import this_fetcher
from issuer.profile import find_organisation
from issuer.published import DOCUMENTS, MOST_FETCHES, OwnDocument, Published, Table, document_in

__all__ = [
    "MOST_FETCHES",
    "check",
    "check_award",
    "check_evidence",
    "own_award",
    "own_document",
    "this_world",
]


def this_world(recipient: str = "", *, now: datetime | None = None) -> World:
    """The world as this service sees it. ``recipient``: whose badge the verifier asks whether it is; ``now``: the
    moment that is asked about, this one unless said otherwise."""
    published = Published(this_fetcher(), own_document, before_asking=outward.enter)
    return World(
        published.fetch,
        trust_for(current_actor()),
        now=now or utc_now(),
        allow_loopback_http=settings().allows_loopback_http,
        was_before=was_before,
        read=_Reading(published),
        recipient=recipient,
        home=settings().base_url,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A Read through what is published."""

    published: Published

    def __call__(self, url: str) -> Answer:
        replied = self.published.read(url)
        return Answer(replied.url, replied.status, replied.media_type, replied.body)


def own_document(path: str) -> OwnDocument:
    """The published document of ours at ``path``; of badges what the caller may see. Raises NotFound, Conflict."""
    return document_in(_OWN, path)


def _badge(award_id: str) -> OwnDocument:
    return OwnDocument("application/vc", _shown(awards.visible_award(current_actor(), award_id)).document)


def _badge_token(award_id: str) -> OwnDocument:
    return OwnDocument("application/vc+jwt", _shown(awards.visible_award(current_actor(), award_id)).jwt)


def _badge_by_code(written: str) -> OwnDocument:
    """What the code of a badge on paper leads to, where the address of the badge would."""
    return OwnDocument("application/vc", _shown(coded_award(current_actor(), written)).document)


def _shown(award: Award) -> SignedForm:
    return credential_shown(award, current_actor())


def _achievement(achievement_id: str) -> OwnDocument:
    version = offering.version_of(achievements.find_achievement(achievement_id), None)
    return OwnDocument("application/json", offering.document_of(version))


def _revocations(slug: str) -> OwnDocument:
    return OwnDocument("application/json", revocation_list.document_of(find_organisation(shaped(slug))))


def _hosted_assertion(award_id: str) -> OwnDocument:
    """Of a withdrawn badge what is left of it, which says so, as the status of the answer says over HTTP."""
    award = awards.visible_award(current_actor(), award_id)
    return _ld_json(twin.withdrawn_assertion(award) or twin.hosted_assertion(award, _shown(award)))


def _badge_class(achievement_id: str, number: str) -> OwnDocument:
    found = achievements.find_achievement(achievement_id)
    return _ld_json(twin.badge_class(offering.version_of(found, int(number))))


def _issuer_of_version_2(slug: str) -> OwnDocument:
    return _ld_json(twin.profile(find_organisation(slug)))


def _revocations_of_version_2(slug: str) -> OwnDocument:
    return _ld_json(twin.revocation_list(find_organisation(slug)))


def _key_of_version_2(kid: str) -> OwnDocument:
    return _ld_json(twin.key_document(kid))


def _ld_json(document: dict[str, Any]) -> OwnDocument:
    return OwnDocument("application/ld+json", document)


_ID = r"([A-Za-z0-9_-]{1,64})"
_OWN: Table = {
    rf"/badges/{_ID}(?:\.json)?": _badge,
    rf"/badges/{_ID}\.jwt": _badge_token,
    r"/c/([0-9A-Za-z-]{12,14})": _badge_by_code,
    rf"/achievements/{_ID}(?:\.json)?": _achievement,
    rf"/issuers/{_ID}/revocations": _revocations,
    rf"/badges/{_ID}\.ob2\.json": _hosted_assertion,
    rf"/achievements/{_ID}/versions/([0-9]{{1,9}})\.ob2\.json": _badge_class,
    rf"/issuers/{_ID}\.ob2\.json": _issuer_of_version_2,
    rf"/issuers/{_ID}/revocations\.ob2\.json": _revocations_of_version_2,
    rf"/keys/{_ID}\.ob2\.json": _key_of_version_2,
    **DOCUMENTS,
}


def check(data: bytes, *, recipient: str = "", name: str = "", address: str = "", world: World | None = None) -> Report:
    """Check what was handed in, with our own records besides when the badge is one of ours.

    ``name`` of the file and ``address`` at which it was found, if they are known; ``world`` instead of this one.
    """
    return with_our_records(verify(data, world or this_world(recipient), name=name, address=address))


def check_award(award: Award) -> Report:
    """Check a badge of this service as whoever asks is given it."""
    return check(_shown(award).document)
