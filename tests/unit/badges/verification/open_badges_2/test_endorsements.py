"""What others say of a badge has a report of its own, and takes nothing away from the badge."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Verdict
from issuer.crypto.errors import KeyUnavailable
from tests.unit.badges.verification.open_badges_2.hosts import (
    ASSERTION,
    BADGE,
    CONTEXT,
    EVIL,
    HOST,
    assertion,
    badge_class,
    checked,
    hosted,
    issuer_profile,
    said,
)

GUILD = "https://guild.example"
PLACE = f"{GUILD}/endorsements/1"


def endorsement(**over: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": PLACE,
        "type": "Endorsement",
        "claim": {"id": BADGE, "endorsementComment": "We know these robots."},
        "issuer": f"{GUILD}/profile",
        "issuedOn": "2025-07-01T00:00:00Z",
        "verification": {"type": "HostedBadge"},
        **over,
    }


def _answers(found: Any, **over: Any) -> dict[str, Any]:
    guild = issuer_profile(id=f"{GUILD}/profile", url=GUILD, name="Guild")
    return hosted(**{"badge": badge_class(endorsement=PLACE), PLACE: found, f"{GUILD}/profile": guild, **over})


def test_an_endorsement_that_its_author_hosts_is_valid() -> None:
    report = checked(assertion(), _answers(endorsement()))
    assert said(report)["endorsements"] == ("pass", "")
    assert [(part.role, part.report.verdict) for part in report.parts] == [("endorsement", Verdict.VALID)]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (endorsement(claim={"id": f"{EVIL}/badge"}), Verdict.INVALID),
        (endorsement(claim={}), Verdict.INVALID),
        (endorsement(issuer=f"{HOST}/issuer"), Verdict.INVALID),
        (endorsement(issuedOn="2099-01-01T00:00:00Z"), Verdict.INVALID),
        (endorsement(issuedOn="2025-07-01"), Verdict.INVALID),
        (endorsement(type="BadgeClass"), Verdict.INVALID),
        (endorsement(verification={"type": "SignedBadge"}), Verdict.INVALID),
        (404, Verdict.INVALID),
        (KeyUnavailable("timeout"), Verdict.UNKNOWN),
    ],
)
def test_a_bad_endorsement_is_told_and_the_badge_stays_valid(found: Any, verdict: Verdict) -> None:
    report = checked(assertion(), _answers(found))
    assert report.parts[0].report.verdict is verdict
    assert said(report)["endorsements"] == ("warn", "endorsement_invalid")
    assert report.verdict is Verdict.VALID


def test_the_badge_itself_may_be_endorsed_as_well() -> None:
    given = assertion(endorsement=[PLACE])
    found = endorsement(claim={"id": ASSERTION})
    report = checked(given, _answers(found, badge=badge_class(), assertion=given))
    assert report.parts[0].report.verdict is Verdict.VALID


def test_an_endorsement_handed_in_alone_is_judged_as_one() -> None:
    report = checked(endorsement(), _answers(endorsement()))
    assert report.kind == "endorsement"
