"""Endorsements as pages show them: frozen values, each with the answer of a check of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from badges.awards import is_open
from badges.endorsements import finding, wording
from badges.endorsements.issuing import endorsement_url
from badges.endorsements.models import Endorsement
from badges.models import Achievement, Award
from badges.verification.report import Check, Finding, Outcome, Report
from badges.verification.sources import check
from badges.verification.wording import kind_of, mark_of
from issuer.base.db import utc_now
from issuer.models import Organisation


@dataclass(frozen=True, slots=True)
class ShownEndorsement:
    """``who`` as far as they allowed, "" for one who is not named; ``verdict`` in words with its ``kind`` (good, warn,
    bad, unknown, neutral); ``of`` award, achievement or issuer; ``url`` "" where only the holder may follow it."""

    endorsement_id: str
    who: str
    role: str
    via: str
    sentence: str
    skills: tuple[str, ...]
    date: datetime
    verdict: str
    kind: str
    of: str
    url: str
    is_shown: bool
    is_withdrawn: bool


def shown_endorsements(award: Award) -> tuple[ShownEndorsement, ...]:
    """What others read beside a badge: shown, not withdrawn, the newest first."""
    return _standing(finding.endorsements_around(award), links=is_open(award))


def shown_of_achievement(achievement: Achievement) -> tuple[ShownEndorsement, ...]:
    """The same beside an achievement: of itself, and of its issuer."""
    return _standing(finding.endorsements_around_achievement(achievement))


def shown_of_issuer(organisation: Organisation) -> tuple[ShownEndorsement, ...]:
    """The same beside an issuer: of nothing but itself."""
    return _standing(finding.endorsements_of_issuer(organisation))


def shown(endorsement: Endorsement, *, links: bool = True) -> ShownEndorsement:
    """One endorsement. Those signed here are checked now; an imported one says what the last look at it found."""
    report = report_of(endorsement) if endorsement.origin != "imported" else _last_look(endorsement)
    is_invited = endorsement.origin == "invited"
    return ShownEndorsement(
        endorsement_id=endorsement.public_id,
        who=endorsement.who,
        role=wording.relation_words(endorsement.relation),
        via=endorsement.organisation.name if is_invited and endorsement.organisation else "",
        sentence=endorsement.comment,
        skills=tuple(endorsement.skills),
        date=endorsement.endorsed_at,
        verdict=mark_of(report),
        kind=kind_of(report),
        of=_thing(endorsement),
        url=endorsement_url(endorsement) if links else "",
        is_shown=endorsement.is_shown,
        is_withdrawn=endorsement.withdrawn_at is not None,
    )


def report_of(endorsement: Endorsement) -> Report:
    """A check of the stored bytes as a stranger would make it. Asks other hosts about an imported one."""
    return check(endorsement.signed.original)


def _standing(found: Iterable[Endorsement], *, links: bool = True) -> tuple[ShownEndorsement, ...]:
    return tuple(shown(each, links=links) for each in found if each.withdrawn_at is None)


def _last_look(endorsement: Endorsement) -> Report:
    """What was found last, as a report with nothing else in it."""
    found = Finding(endorsement.verdict)
    outcome = {
        Finding.VALID: Outcome.PASS,
        Finding.ISSUER_NOT_KNOWN: Outcome.WARN,
        Finding.ISSUER_UNPROVEN: Outcome.WARN,
        Finding.COULD_NOT_CHECK: Outcome.COULD_NOT_CHECK,
    }.get(found, Outcome.FAIL)
    code = {Finding.ISSUER_NOT_KNOWN: "issuer_unknown"}.get(found, found.value)
    looked = Check("last_look", outcome, "", "", code="" if outcome is Outcome.PASS else code)
    return Report((looked,), endorsement.checked_at or utc_now(), kind="endorsement")


def _thing(endorsement: Endorsement) -> str:
    if endorsement.award_id is not None:
        return "award"
    return "achievement" if endorsement.achievement_id is not None else "issuer"
