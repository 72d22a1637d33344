"""What a checked badge counts as for whoever checked it."""

from __future__ import annotations

from badges.trust.equivalences import Equivalence, weigh
from badges.trust.knowing import places_of
from badges.verification.report import Report, Verdict
from issuer import organisations
from issuer.policy import Actor


def counted_for(actor: Actor, report: Report) -> tuple[Equivalence, ...]:
    """What the rules of the organisation for which ``actor`` speaks say of a valid badge, checked in the actor's world.

    Nothing for somebody who speaks for several: the report does not say which of them knows the issuer.
    """
    places = places_of(actor)
    if len(places) != 1 or report.verdict is not Verdict.VALID:
        return ()
    return weigh(report, organisations.with_ids(places)[0], now=report.checked_at)
