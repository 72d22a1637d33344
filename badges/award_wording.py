"""Types, scores and the standing of badges in words, and the address that adds one to LinkedIn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from flask_babel import LazyString, format_date, lazy_gettext, ngettext
from flask_babel import gettext as _

from badges.awards import Standing
from badges.showcase_values import Showcase, Withdrawal

LINKEDIN = "https://www.linkedin.com/profile/add"

_TYPES: Mapping[str, LazyString] = {
    "Achievement": lazy_gettext("Achievement"),
    "Assessment": lazy_gettext("Assessment"),
    "Badge": lazy_gettext("Badge"),
    "Certificate": lazy_gettext("Certificate"),
    "Certification": lazy_gettext("Certification"),
    "Competency": lazy_gettext("Competency"),
    "Course": lazy_gettext("Course"),
    "Diploma": lazy_gettext("Diploma"),
    "License": lazy_gettext("Licence"),
    "Membership": lazy_gettext("Membership"),
    "MicroCredential": lazy_gettext("Micro-credential"),
}
_STANDINGS: Mapping[Standing, tuple[LazyString, str]] = {
    Standing.PENDING: (lazy_gettext("Being signed"), "unknown"),
    Standing.EXPIRED: (lazy_gettext("Expired"), "warn"),
    Standing.SUSPENDED: (lazy_gettext("Suspended"), "warn"),
    Standing.REVOKED: (lazy_gettext("Withdrawn"), "bad"),
}
_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def type_words(achievement_type: str) -> str:
    """An achievementType of Open Badges 3.0 (B.2.1) for a reader; an organisation's own type as it wrote it."""
    known = _TYPES.get(achievement_type)
    return str(known) if known else _WORD_BEGINS.sub(" ", achievement_type.removeprefix("ext:")).capitalize()


def score_words(score: float | None) -> str:
    """The band that a score 0..1 lies in; "" for none. The same band as in the credential."""
    if score is None:
        return ""
    percent = int(score * 100 + 1e-9)
    if percent >= 100:
        return str(_("100 of 100"))
    low = percent // 10 * 10
    return str(_("%(low)s to %(high)s of 100", low=low, high=low + 9))


def validity_words(days: int | None) -> str:
    """How long an award is valid: in years where they come out even."""
    if days is None:
        return str(_("It does not expire"))
    years, rest = divmod(days, 365)
    if rest:
        return str(ngettext("for %(num)s day", "for %(num)s days", days))
    return str(ngettext("for %(num)s year", "for %(num)s years", years))


def standing_words(standing: Standing, *, is_public: bool) -> tuple[str, str]:
    """(words, kind of mark) for a badge on the wall: trouble first, else who sees it."""
    if standing in _STANDINGS:
        words, kind = _STANDINGS[standing]
        return str(words), kind
    return (_("Public"), "good") if is_public else (_("Private"), "neutral")


def signed_more(showcase: Showcase, standing_code: str, *, is_holder: bool) -> str:
    """What stands under the sentence of the band: since when it no longer counts, and why, if the reader may know."""
    if showcase.withdrawal is not None:
        return _withdrawn_more(showcase.withdrawal, is_holder=is_holder)
    if standing_code == "expired" and showcase.valid_until is not None:
        return str(_("It was valid until %(day)s.", day=format_date(showcase.valid_until, "long")))
    if standing_code == "key_compromised":
        return str(_("Its issuer is signing it again. Come back in a while: the address stays the same."))
    return str(_("Checked just now by this service, step by step, as anybody else could check it."))


def _withdrawn_more(withdrawal: Withdrawal, *, is_holder: bool) -> str:
    on = format_date(withdrawal.at, "long")
    since = _("Withdrawn on %(day)s.", day=on) if withdrawal.is_final else _("Suspended since %(day)s.", day=on)
    sentences = [since]
    if withdrawal.reason and (is_holder or withdrawal.is_public):
        sentences.append(_("The issuer's reason: %(reason)s", reason=withdrawal.reason))
        if not withdrawal.is_public:
            sentences.append(_("(Only you and the issuer see the reason.)"))
    if not withdrawal.is_final:
        sentences.append(_("A suspension can be lifted; then the badge counts again."))
    return " ".join(sentences)


def linkedin_address(showcase: Showcase) -> str:
    """The page of LinkedIn that adds this badge to one's profile; months count from 1."""
    earned, until = showcase.awarded_at, showcase.valid_until
    fields: dict[str, str | int] = {
        "startTask": "CERTIFICATION_NAME",
        "name": showcase.achievement.name,
        "organizationName": showcase.issuer.name,
        "issueYear": earned.year,
        "issueMonth": earned.month,
    }
    if until is not None:
        fields |= {"expirationYear": until.year, "expirationMonth": until.month}
    return f"{LINKEDIN}?{urlencode(fields | {'certUrl': showcase.url, 'certId': showcase.award_id})}"
