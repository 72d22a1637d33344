"""Rules of one organisation about what the badges of others count as."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from badges.trust import equivalences
from badges.trust.equivalences import Wanted
from badges.verification.report import BadgeFacts, Check, Outcome, Report
from issuer.base.db import db, utc_now
from issuer.base.errors import Conflict, Invalid, NotFound, TooLarge
from issuer.models import Organisation
from tests.factories.badges import make_achievement
from tests.factories.people import make_organisation

URL = "https://badges.example.org/achievements/1"


@pytest.fixture
def place(ctx: Flask) -> Organisation:
    return make_organisation()


def wanted(place: Organisation, **over: Any) -> Wanted:
    values = {"achievement_url": URL, "requirement_kind": "code", "requirement": "ONBOARDING-3"}
    return equivalences.wanted(place, **(values | over))


def report(url: str = URL, *, trust: Outcome = Outcome.PASS) -> Report:
    """A valid badge of a proved issuer."""
    facts = BadgeFacts(
        "urn:uuid:1", "Selling", "", "Ada", "did:web:a.example", "Harbour", url, "Badge", utc_now(), None
    )
    outcomes = {"signature": Outcome.PASS, "issuer": Outcome.PASS, "trust": trust}
    checks = tuple(Check(name, outcome, "A sentence.", "A section") for name, outcome in outcomes.items())
    return Report(checks, utc_now(), facts, {"credentialSubject": {}})


def test_a_badge_counts_as_what_a_rule_says(place: Organisation) -> None:
    equivalences.add(place, wanted(place), by=None)
    (found,) = equivalences.counts_as(report(), place)
    assert (found.requirement, found.requirement_name, found.organisation) == (
        "ONBOARDING-3",
        "ONBOARDING-3",
        place.name,
    )


def test_the_name_of_an_own_achievement_is_said(place: Organisation) -> None:
    ours = make_achievement(place)
    rule = wanted(place, requirement_kind="achievement", requirement=ours.public_id)
    equivalences.add(place, rule, by=None)
    (found,) = equivalences.counts_as(report(), place)
    assert (found.requirement, found.requirement_name) == (ours.public_id, ours.current.name)


def test_a_badge_of_an_unknown_issuer_does_not_count_and_it_is_said_why(place: Organisation) -> None:
    equivalences.add(place, wanted(place), by=None)
    given = report(trust=Outcome.WARN)
    assert equivalences.counts_as(given, place) == ()
    assert [each.missing for each in equivalences.weigh(given, place)] == [("issuer_unknown",)]


@pytest.mark.parametrize(
    "url", [f"{URL}/", f"{URL}1", URL[:-1], URL.upper(), "", f"{URL}\u0000", f"{URL}\ud800", "a:" + "b" * 600]
)
def test_another_achievement_counts_for_nothing(place: Organisation, url: str) -> None:
    equivalences.add(place, wanted(place), by=None)
    assert equivalences.weigh(report(url), place) == ()


def test_a_rule_speaks_for_its_own_organisation(place: Organisation) -> None:
    equivalences.add(place, wanted(place), by=None)
    assert equivalences.weigh(report(), make_organisation()) == ()
    assert equivalences.weigh(report(), None) == ()


def test_a_report_of_which_nothing_is_signed_counts_for_nothing(place: Organisation) -> None:
    equivalences.add(place, wanted(place), by=None)
    assert equivalences.weigh(replace(report(), facts=None), place) == ()


def test_weighing_a_badge_asks_the_database_twice_at_most(place: Organisation) -> None:
    ours = make_achievement(place)
    for requirement, kind in ((ours.public_id, "achievement"), ("A", "code"), ("B", "code")):
        equivalences.add(place, wanted(place, requirement_kind=kind, requirement=requirement), by=None)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
    assert equivalences.weigh(report("https://badges.example.org/none"), place) == ()
    assert len(statements) == 1
    assert len(equivalences.weigh(report(), place)) == 3
    assert len([each for each in statements if "FROM equivalence_rule" in each or "FROM achievement" in each]) == 3


def test_two_things_have_one_rule(place: Organisation) -> None:
    equivalences.add(place, wanted(place), by=None)
    with pytest.raises(Conflict) as caught:
        equivalences.add(place, wanted(place, trusted_only=False), by=None)
    assert caught.value.code == "equivalence_known"
    (kept,) = equivalences.page(place, limit=10, after=None).items
    assert kept.trusted_only


def test_a_rule_cannot_be_changed_into_another_that_exists(place: Organisation) -> None:
    equivalences.add(place, wanted(place), by=None)
    other = equivalences.add(place, wanted(place, requirement="OTHER"), by=None)
    with pytest.raises(Conflict):
        equivalences.edit(other, wanted(place, note="Taken"), by=None)
    assert (other.requirement, other.note) == ("OTHER", "")
    equivalences.edit(other, wanted(place, requirement="THIRD", days_left=30), by=None)
    assert (other.requirement, other.days_left) == ("THIRD", 30)


def test_a_removed_rule_says_nothing_any_more(place: Organisation) -> None:
    rule = equivalences.add(place, wanted(place), by=None)
    public_id = rule.public_id
    equivalences.remove(rule, by=None)
    assert equivalences.weigh(report(), place) == ()
    with pytest.raises(NotFound):
        equivalences.find(place, public_id)


def test_the_rule_of_another_organisation_is_not_found(place: Organisation) -> None:
    rule = equivalences.add(place, wanted(place), by=None)
    assert equivalences.find(place, rule.public_id) is rule
    with pytest.raises(NotFound):
        equivalences.find(make_organisation(), rule.public_id)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"achievement_url": "no address"}, "achievement_url"),
        ({"achievement_url": "https:"}, "achievement_url"),
        ({"achievement_url": ""}, "achievement_url"),
        ({"achievement_url": "https://b.example/\u0000"}, "achievement_url"),
        ({"achievement_url": "https://b\u0430dges.example/1"}, "achievement_url"),
        ({"achievement_url": "https://b.example/" + "a" * 500}, "achievement_url"),
        ({"requirement_kind": "module"}, "requirement_kind"),
        ({"requirement": " "}, "requirement"),
        ({"requirement": "A\u202eB"}, "requirement"),
        ({"requirement": "A" * 101}, "requirement"),
        ({"requirement_kind": "achievement", "requirement": "nowhere"}, "requirement"),
        ({"requirement_kind": "achievement", "requirement": "a\u0000"}, "requirement"),
        ({"minimum_result": "B\u0007"}, "minimum_result"),
        ({"most_days_old": 0}, "most_days_old"),
        ({"days_left": -1}, "days_left"),
        ({"days_left": 36_501}, "days_left"),
        ({"note": "a" * 1001}, "note"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_at_its_field(place: Organisation, over: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        wanted(place, **over)
    assert set(caught.value.fields) == {field}


def test_the_achievement_of_another_organisation_is_no_requirement(place: Organisation) -> None:
    theirs = make_achievement(make_organisation())
    with pytest.raises(Invalid):
        wanted(place, requirement_kind="achievement", requirement=theirs.public_id)


def test_rules_are_bounded(place: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equivalences, "MOST_RULES", 1)
    equivalences.add(place, wanted(place), by=None)
    with pytest.raises(TooLarge):
        equivalences.add(place, wanted(place, requirement="SECOND"), by=None)
