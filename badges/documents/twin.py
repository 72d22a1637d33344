"""The twin of a badge for programs that read Open Badges 2.0 only: read from what is recorded, never stored.

What is hosted follows the badge: while it is suspended, and for ever once it is revoked, its address answers that it
was withdrawn, and the list of revocations names the signed twin. Version 2 knows no suspension, and a reader of version
2 asks only whether the badge counts.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask_babel import gettext as _
from sqlalchemy import select

from badges.award_facts import achievement_facts, achievement_url, badge_address
from badges.credential import achievement_document
from badges.documents import open_badges_2
from badges.documents.open_badges_2 import Places
from badges.models import AchievementVersion, Award
from badges.sharing.models import SignedForm
from badges.showcase import withdrawal_of
from issuer.access import settings
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, NotFound
from issuer.crypto.multikey import from_jwk
from issuer.crypto.strict_json import load_object
from issuer.keys.assertion_rules import KEY_SUFFIX, SIGNED_SUFFIX
from issuer.keys.keystore import BADGE_JWT, keys_of
from issuer.models import EmailAddress, Organisation, SigningKey, StatusEntry, StatusList
from issuer.profile import issuer_profile, issuer_url, key_url
from issuer.signing.assertions import PreparedAssertion, assertion_key, prepare_assertion, sign_assertion
from issuer.status.places import REVOCATION, SUSPENSION

HOSTED_SUFFIX = ".ob2.json"
PICTURE_SUFFIX = ".png"
_TWINS_KEPT = 512


def has_twin(organisation: Organisation) -> bool:
    """Whether the organisation has what version 2 asks of an issuer: an e-mail address (Profile)."""
    return bool(organisation.email)


def places_of(award: Award) -> Places:
    """The addresses of the twin of an award."""
    address = badge_address(award.public_id)
    return Places(
        hosted=address + HOSTED_SUFFIX,
        signed=address + SIGNED_SUFFIX,
        badge_class=class_url(award.achievement_version),
        image=address + PICTURE_SUFFIX,
    )


def hosted_assertion(award: Award, form: SignedForm) -> dict[str, Any]:
    """The Assertion of a badge that counts. Raises Conflict for an issuer without an e-mail address."""
    _check_issuer(award)
    return open_badges_2.hosted_assertion(load_object(form.document), places_of(award))


def withdrawn_assertion(award: Award) -> dict[str, Any] | None:
    """What is left of it, once the badge was revoked or while it is suspended; None while it counts."""
    withdrawal = withdrawal_of(award.public_id)
    if withdrawal is None:
        return None
    return open_badges_2.withdrawn_assertion(places_of(award), reason=withdrawal.reason if withdrawal.is_public else "")


def signed_assertion(award: Award, form: SignedForm) -> bytes:
    """The Assertion as a compact JWS, for everybody: the same bytes as long as the badge and the key are the same.

    Raises Conflict, KeyUnusable, NotSigned.
    """
    return _signed(award, form, open_badges_2.own_identity(load_object(form.document)))


def assertion_for_address(award: Award, form: SignedForm) -> bytes:
    """The same for its holder to hand on, with the digest of the address that the holder signs in with.

    The salt is another for every award and every address, and nobody can guess it without the file.
    Raises Conflict for somebody without a confirmed address, and as ``signed_assertion``.
    """
    confirmed = EmailAddress.verified_at.is_not(None)
    own = select(EmailAddress.address).where(EmailAddress.account_id == award.account_id, confirmed)
    address = db.session.scalar(own.order_by(EmailAddress.is_primary.desc(), EmailAddress.id).limit(1))
    if address is None:
        raise Conflict("no_address", _("Confirm an e-mail address first: this file holds its digest."))
    return _signed(award, form, open_badges_2.hashed_address(address, salt=_salt(award, address)))


def badge_class(version: AchievementVersion) -> dict[str, Any]:
    """The BadgeClass of one version of an achievement, which never changes."""
    page = achievement_url(version)
    facts = achievement_facts(version, values={})
    organisation = version.achievement.organisation
    return open_badges_2.badge_class(
        achievement_document(facts, creator=issuer_profile(organisation)),
        own_id=class_url(version),
        image=f"{page}/image.png?version={version.number}",
        page=f"{page}?version={version.number}",
        issuer=profile_url(organisation),
    )


def profile(organisation: Organisation) -> dict[str, Any]:
    """The Issuer. Raises NotFound for one without an e-mail address, which version 2 asks for."""
    if not has_twin(organisation):
        raise NotFound("no_twin", _("This issuer has no e-mail address, so there is no profile of it in version 2."))
    trusted = [key for key in keys_of(organisation) if key.purpose == BADGE_JWT and key.state != "compromised"]
    newest_first = sorted(trusted, key=lambda key: key.id, reverse=True)
    return open_badges_2.issuer_profile(
        issuer_profile(organisation),
        own_id=profile_url(organisation),
        keys=[key_url(key) + KEY_SUFFIX for key in newest_first],
        revocations=revocations_url(organisation),
        scope=f"{settings().base_url}/badges/",
    )


def key_document(kid: str) -> dict[str, Any]:
    """The CryptographicKey of a key that signs badges. Raises NotFound, also for one that was compromised."""
    joined = select(SigningKey, Organisation).join(Organisation, Organisation.id == SigningKey.organisation_id)
    trusted = (SigningKey.kid == kid, SigningKey.purpose == BADGE_JWT, SigningKey.state != "compromised")
    found = db.session.execute(joined.where(*trusted)).first()
    if found is None:
        raise NotFound("not_found", _("There is no such key."))
    key, organisation = found
    public = from_jwk(key.public_jwk).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    owner = profile_url(organisation)
    return open_badges_2.cryptographic_key(own_id=key_url(key) + KEY_SUFFIX, owner=owner, pem=public.decode("ascii"))


def revocation_list(organisation: Organisation) -> dict[str, Any]:
    """The signed twins that do not count, the longest withdrawn first; a reason only where it is for everybody."""
    withdrawn = (
        select(Award.public_id, StatusEntry.reason, StatusEntry.reason_is_public)
        .join(StatusEntry, StatusEntry.subject == Award.public_id)
        .join(StatusList, StatusList.id == StatusEntry.status_list_id)
        .where(StatusList.organisation_id == organisation.id, StatusEntry.is_set)
        .where(StatusList.purpose.in_((REVOCATION, SUSPENSION)))
        .order_by(StatusList.purpose, StatusEntry.set_at, StatusEntry.id)
    )
    reasons: dict[str, str] = {}
    for name, reason, is_public in db.session.execute(withdrawn.execution_options(yield_per=1000)):
        reasons.setdefault(badge_address(name) + SIGNED_SUFFIX, reason if is_public and reason else "")
    return open_badges_2.revocation_list(
        own_id=revocations_url(organisation), issuer=profile_url(organisation), revoked=list(reasons.items())
    )


def class_url(version: AchievementVersion) -> str:
    return f"{achievement_url(version)}/versions/{version.number}{HOSTED_SUFFIX}"


def profile_url(organisation: Organisation) -> str:
    return issuer_url(organisation) + HOSTED_SUFFIX


def revocations_url(organisation: Organisation) -> str:
    return f"{issuer_url(organisation)}/revocations{HOSTED_SUFFIX}"


def _check_issuer(award: Award) -> None:
    if not has_twin(award.achievement_version.achievement.organisation):
        sentence = _("The issuer has no e-mail address, so there is no badge of version 2. Take the one of version 3.")
        raise Conflict("no_twin", sentence)


def _signed(award: Award, form: SignedForm, recipient: dict[str, Any]) -> bytes:
    _check_issuer(award)
    organisation = award.achievement_version.achievement.organisation
    creator = key_url(assertion_key(organisation)) + KEY_SUFFIX
    assertion = open_badges_2.signed_assertion(
        load_object(form.document), places_of(award), creator=creator, recipient=recipient
    )
    prepared = prepare_assertion(assertion, organisation=organisation, subject=award.public_id, now=utc_now())
    return _token(prepared)


@lru_cache(maxsize=_TWINS_KEPT)
def _token(prepared: PreparedAssertion) -> bytes:
    """Signed once by each process: the same is asked for often, and would come out the same."""
    return sign_assertion(prepared, now=utc_now())


def _salt(award: Award, address: str) -> str:
    said = f"open badges 2:{award.public_id}:{address}"
    return hmac.new(settings().secret_key.encode(), said.encode(), hashlib.sha256).hexdigest()[:32]
