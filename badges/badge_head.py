"""What the page of a badge tells programs in its head: the picture for where it is shared, and schema.org."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from badges import artwork, awards
from badges.awards import Standing
from badges.models import Award
from badges.showcase_values import Showcase, ShownSkill
from badges.showing_elsewhere import at_home
from badges.social_picture import SocialPicture
from issuer.base.db import utc_now
from issuer.base.languages import LANGUAGES

_STATUS = {Standing.VALID: "Active", Standing.EXPIRED: "Expired", Standing.SUSPENDED: "Suspended"}
_KINDS = {Standing.VALID: "good", Standing.EXPIRED: "warn", Standing.SUSPENDED: "warn", Standing.REVOKED: "bad"}


def picture_of(award: Award, shown: Showcase) -> SocialPicture:
    """The picture for where it is shared, in the language of the badge, whoever asks."""
    version = award.achievement_version
    standing = awards.standing_of(award, now=utc_now())
    with force_locale(version.language if version.language in LANGUAGES else LANGUAGES[0]):
        return SocialPicture(
            drawing=artwork.drawing_of(version),
            eyebrow=shown.achievement.eyebrow,
            name=version.name,
            issuer=shown.issuer.name,
            standing=_standing_words(standing),
            kind=_KINDS.get(standing, ""),
            host=shown.issuer.domain,
        )


def picture_address(award: Award, picture: SocialPicture) -> str:
    """With the picture's version in it: sites that keep pictures fetch another one under another address."""
    return at_home(url_for("elsewhere.social_picture", award_id=award.public_id, v=picture.version))


def structured_data(award: Award, shown: Showcase, *, picture: str) -> dict[str, Any]:
    """The page as a schema.org EducationalOccupationalCredential; its holder is not named a second time."""
    achievement = shown.achievement
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": shown.url,
        "url": shown.url,
        "name": achievement.name,
        "description": achievement.sentence,
        "image": picture,
        "inLanguage": award.achievement_version.language,
        "credentialCategory": achievement.kind,
        "educationalLevel": achievement.level,
        "identifier": shown.award_id,
        "datePublished": shown.awarded_at.date().isoformat(),
        "expires": shown.valid_until.date().isoformat() if shown.valid_until else None,
        "creativeWorkStatus": _STATUS.get(awards.standing_of(award, now=utc_now()), "Withdrawn"),
        "recognizedBy": {
            "@type": "Organization",
            "name": shown.issuer.name,
            "url": at_home(url_for("issuers.issuer", slug=shown.issuer.slug)),
        },
        "competencyRequired": [_term(skill) for skill in shown.skills],
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _term(skill: ShownSkill) -> dict[str, str]:
    said = {
        "@type": "DefinedTerm",
        "name": skill.name,
        "termCode": skill.code,
        "inDefinedTermSet": skill.framework,
        "url": at_home(url_for("frameworks.competency", competency_id=skill.competency_id)),
    }
    return {member: value for member, value in said.items() if value}


def _standing_words(standing: Standing) -> str:
    words = {
        Standing.VALID: _("Genuine and valid"),
        Standing.EXPIRED: _("Expired"),
        Standing.SUSPENDED: _("Suspended"),
        Standing.REVOKED: _("Withdrawn"),
        Standing.PENDING: _("Being signed"),
    }
    return str(words[standing])
