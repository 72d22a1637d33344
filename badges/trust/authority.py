"""May the issuer award this achievement at all: the check "authority". PURE.

Anybody can issue a badge that names the achievement of somebody else. The creator of an achievement may; so may whom
the creator authorised, by a signed credential about the issuer that travels with the badge. Open Badges 3.0, B.1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from badges.verification.report import Check, Outcome, Part, Verdict

NAME = "authority"
SECTION = "Open Badges 3.0, B.1.1 (creator)"


def check_authority(document: Mapping[str, Any], parts: Sequence[Part] = (), *, domain: str = "") -> Check:
    """Whether who issued the badge in ``document`` is its achievement's creator, or is authorised by the creator.

    ``parts``: the credentials inside the badge, each with its own report; ``domain``: the host on which the signing key
    was found, or "". Never raises for anything in ``document``.
    """
    issuer = _id_of(document.get("issuer"))
    achievement = _achievement(document)
    if achievement is None or not issuer:
        sentence = _l("It names no achievement, so there is nothing to be entitled to.")
        return Check(NAME, Outcome.NOT_APPLICABLE, sentence, SECTION)
    creators = [_id_of(creator) for creator in _as_list(achievement.get("creator"))]
    if issuer in creators:
        sentence = _l("The issuer is also the creator of the achievement.")
        return Check(NAME, Outcome.PASS, sentence, SECTION)
    if domain and _https_host(achievement.get("id")) == domain.lower():
        sentence = _l("The achievement is one that the issuer publishes on its own domain.")
        return Check(NAME, Outcome.PASS, sentence, SECTION)
    if not creators:
        sentence = _l("The badge does not say who created the achievement.")
        return Check(NAME, Outcome.NOT_APPLICABLE, sentence, SECTION)
    if any(_authorises(part, issuer=issuer, creators=creators) for part in parts):
        sentence = _l("The creator of the achievement has authorised the issuer, in a credential that is valid.")
        return Check(NAME, Outcome.PASS, sentence, SECTION)
    sentence = _l("Somebody else created the achievement, and nothing here shows that the issuer may award it.")
    named = ", ".join(ascii(creator)[1:-1][:200] for creator in creators if creator) or "without an id"
    reason = f"achievement.creator is {named}, and no valid credential of the creator is about the issuer."
    return Check(NAME, Outcome.WARN, sentence, SECTION, code="not_the_creator", reason=reason)


def _authorises(part: Part, *, issuer: str, creators: Sequence[str]) -> bool:
    """A credential counts that is valid, is proved to be the creator's, and is about the issuer."""
    report = part.report
    proved = report.check("issuer")
    if report.verdict is not Verdict.VALID or report.document is None or proved is None:
        return False
    if proved.outcome is not Outcome.PASS:
        return False
    author = _id_of(report.document.get("issuer"))
    subjects = [_id_of(subject) for subject in _as_list(report.document.get("credentialSubject"))]
    return bool(author) and author in creators and issuer in subjects


def _achievement(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    return achievement if isinstance(achievement, Mapping) else None


def _id_of(party: Any) -> str:
    identifier = party.get("id") if isinstance(party, Mapping) else party
    return identifier if isinstance(identifier, str) else ""


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _https_host(url: Any) -> str:
    """The host of an https URL on the usual port, or ""."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts is None or parts.scheme != "https" or parts.port not in (None, 443) or parts.username is not None:
            return ""
        return parts.hostname or ""
    except ValueError:
        return ""
