"""Signing an endorsement: with the keys of the organisation that says it, and with a place in its status list.

An endorsement whose key cannot be used is not kept: whoever wrote it still has the form before them, and tries again.
"""

from __future__ import annotations

import hashlib

import structlog
from flask_babel import gettext as _

from badges.award_facts import badge_url
from badges.endorsements.credential import EndorsementFacts, compose
from badges.endorsements.models import Endorsement, SignedEndorsement
from badges.issuing import publish_if_due
from badges.models import Achievement
from badges.verification.open_badges_3.data_model import check_data_model
from badges.verification.open_badges_3.kinds import Kind
from badges.verification.open_badges_3.open_badge import check_open_badge
from badges.verification.report import Outcome
from issuer import signing
from issuer.access import settings
from issuer.base.db import db, utc_now
from issuer.base.errors import Unavailable
from issuer.keys import keystore
from issuer.keys.key_file import KeyUnusable
from issuer.profile import issuer_did, issuer_profile
from issuer.status import places
from issuer.succession.standing import refuse_closed

log = structlog.get_logger("rosette.endorsements")

MINUTE = 60


def endorsement_url(endorsement: Endorsement) -> str:
    """The page of an endorsement, which is the id of its credential."""
    return f"{settings().base_url}/endorsements/{endorsement.public_id}"


def endorsed_id(endorsement: Endorsement) -> str:
    """What the endorsed thing is called in signed documents."""
    if endorsement.award is not None:
        return badge_url(endorsement.award)
    if endorsement.achievement is not None:
        return achievement_id(endorsement.achievement)
    assert endorsement.profile is not None
    return issuer_did(endorsement.profile)


def achievement_id(achievement: Achievement) -> str:
    """The same for all its versions."""
    return f"{settings().base_url}/achievements/{achievement.public_id}"


def sign(endorsement: Endorsement, *, name: str, comment: str) -> Endorsement:
    """Sign ``comment`` (Markdown) as the endorsement's organisation and store both forms.

    ``name`` is that of the credential. Raises Unavailable when the key cannot be used, Conflict "issuer_closed".
    """
    assert endorsement.organisation is not None
    refuse_closed(endorsement.organisation)
    db.session.add(endorsement)
    db.session.flush()
    try:
        with db.session.begin_nested():
            signed = _signed(endorsement, name=name, comment=comment)
    except (KeyUnusable, signing.NotSigned) as error:
        log.error("endorsement_not_signed", endorsement=endorsement.public_id, code=error.code)
        sentence = _("It could not be signed just now. Nothing was kept; please send it again in a few minutes.")
        raise Unavailable("not_signed", sentence, retry_after=MINUTE) from error
    endorsement.signed = SignedEndorsement(
        document=signed.document,
        jwt=signed.jwt,
        sha256=hashlib.sha256(signed.document).hexdigest(),
        proof_kid=signed.proof_kid,
        jwt_kid=signed.jwt_kid,
        signed_at=signed.signed_at,
    )
    db.session.flush()
    return endorsement


def _signed(endorsement: Endorsement, *, name: str, comment: str) -> signing.Signed:
    organisation, now = endorsement.organisation, utc_now()
    assert organisation is not None
    keystore.ensure_keys(organisation)
    for status_list in places.give(organisation, endorsement.public_id, purposes=(places.REVOCATION,)):
        publish_if_due(status_list)
    document = compose(
        EndorsementFacts(
            url=endorsement_url(endorsement),
            name=name,
            endorsed=endorsed_id(endorsement),
            comment=comment,
            issuer=issuer_profile(organisation),
            valid_from=endorsement.endorsed_at,
            status=places.as_status(places.references_of(endorsement.public_id)),
        )
    )
    for check in (check_data_model(document), check_open_badge(document, Kind.ENDORSEMENT)):
        if check.outcome is not Outcome.PASS:
            raise signing.NotSigned(check.code, check.reason)
    prepared = signing.prepare_endorsement(document, organisation=organisation, subject=endorsement.public_id, now=now)
    return signing.sign(prepared, now=now)
