"""May the issuer award the achievement: asked of a badge whose issuer is proved, with what travels inside it."""

from __future__ import annotations

from typing import Any

from badges.verification.report import Outcome, Report, Verdict
from issuer.crypto.contexts import OB3_CONTEXT, VC2_CONTEXT
from tests.unit.badges.verification.open_badges_3.making import (
    WEB_ISSUER,
    badge_of,
    check,
    controller_document,
    named,
    profile,
    signed_by_fragment,
)
from tests.unit.issuer.crypto.making import make_key, make_signed

CREATOR = "https://standards.example/creator"
OURS, THEIRS = controller_document(1), controller_document(2, issuer_id=CREATOR)
PUBLISHED = {WEB_ISSUER: OURS, CREATOR: THEIRS}


def authorisation(*, seed: int = 2, method: str = "", **over: Any) -> dict[str, Any]:
    """An endorsement of the issuer by the creator of the achievement."""
    document = {
        "@context": [VC2_CONTEXT, OB3_CONTEXT],
        "id": "https://standards.example/endorsements/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "May award our achievements",
        "issuer": profile(CREATOR),
        "validFrom": "2026-02-01T09:30:00Z",
        "credentialSubject": {"id": WEB_ISSUER, "type": ["EndorsementSubject"]},
        **over,
    }
    return make_signed(document, key=make_key(seed), verification_method=method or THEIRS["assertionMethod"][0])


def asked(*endorsements: Any, creator: str | None = CREATOR, achievement_id: str = "") -> Report:
    """The report on a badge of an achievement by ``creator``, with these endorsements of its issuer."""
    badge = badge_of()
    badge["issuer"] |= {"endorsement": list(endorsements)} if endorsements else {}
    achievement = badge["credentialSubject"]["achievement"]
    achievement |= {"creator": profile(creator)} if creator else {}
    achievement["id"] = achievement_id or achievement["id"]
    return check(make_signed(badge, key=make_key(1), verification_method=OURS["assertionMethod"][0]), PUBLISHED)


def test_the_achievement_of_somebody_else_is_a_warning_and_the_badge_stays_valid() -> None:
    report = asked()
    found = named(report, "authority")
    assert (report.verdict, found.outcome, found.code) == (Verdict.VALID, Outcome.WARN, "not_the_creator")


def test_the_creator_and_the_own_domain_need_no_authorisation() -> None:
    assert named(asked(creator=WEB_ISSUER), "authority").outcome is Outcome.PASS
    assert named(asked(achievement_id="https://school.example/a/1"), "authority").outcome is Outcome.PASS
    assert named(asked(achievement_id="https://school.example.evil/a/1"), "authority").outcome is Outcome.WARN
    assert named(asked(creator=None), "authority").outcome is Outcome.NOT_APPLICABLE


def test_whom_the_creator_authorised_may() -> None:
    assert named(asked(authorisation()), "authority").outcome is Outcome.PASS


def test_an_authorisation_that_was_changed_authorises_nobody() -> None:
    changed = authorisation() | {"name": "May award everything"}
    assert named(asked(changed), "authority").code == "not_the_creator"


def test_an_authorisation_signed_by_the_issuer_itself_authorises_nobody() -> None:
    by_itself = authorisation(seed=1, method=OURS["assertionMethod"][0])
    borrowed = authorisation(seed=1)
    for forged in (by_itself, borrowed):
        assert named(asked(forged), "authority").code == "not_the_creator"


def test_an_authorisation_that_is_over_authorises_nobody() -> None:
    over = authorisation(validUntil="2026-02-15T00:00:00Z")
    assert named(asked(over), "authority").code == "not_the_creator"


def test_whoever_only_claims_to_be_the_creator_is_not_asked() -> None:
    """The key stands in the badge and nothing is published: anybody could have written the issuer's id."""
    report = check(signed_by_fragment())
    assert report.check("authority") is None
    assert named(report, "issuer").code == "issuer_unproven"
