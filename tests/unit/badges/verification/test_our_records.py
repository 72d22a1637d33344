"""Our own records of many badges, read together: each badge is held against its own, and never against another's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from badges import awards
from badges.models import Award
from badges.verification.our_records import records_of
from badges.verification.own_badges import each_with_our_records, with_our_records
from badges.verification.report import BadgeFacts, Outcome, Report
from badges.verification.sources import this_world
from badges.verification.verifying import verify
from issuer.base.db import db, new_public_id
from tests.factories.log import keep_up
from tests.factories.revoking import make_awards


def verified(award: Award) -> Report:
    """What a stranger finds out about a badge."""
    return verify(awards.credential_of(award).document, this_world())


def facts_of(report: Report) -> BadgeFacts:
    assert report.facts is not None
    return report.facts


def codes_of(report: Report) -> dict[str, tuple[str, str]]:
    return {check.name: (check.outcome.value, check.code) for check in report.checks[-3:]}


def test_many_reports_say_what_each_would_say_alone(ctx: Flask) -> None:
    badges = make_awards(3)
    db.session.commit()
    keep_up()
    reports = [verified(award) for award in badges]
    together = each_with_our_records(reports)
    assert [codes_of(each) for each in together] == [codes_of(with_our_records(each)) for each in reports]
    assert {each.check("log").outcome for each in together} == {Outcome.PASS}  # type: ignore[union-attr]


def test_the_evidence_of_a_neighbour_proves_nothing(ctx: Flask) -> None:
    own, other = (verified(award) for award in make_awards(2))
    borrowed = replace(own, facts=replace(facts_of(own), evidence=facts_of(other).evidence))
    found = each_with_our_records([borrowed, other])
    assert [codes_of(each)["evidence"] for each in found] == [("fail", "evidence_changed"), ("pass", "")]


def test_one_broken_place_in_the_log_is_that_of_one_badge(ctx: Flask) -> None:
    badges = make_awards(3)
    db.session.commit()
    keep_up()
    broken = text("UPDATE log_blinding SET blinding = credential_sha256 WHERE subject = :subject")
    db.session.execute(broken, {"subject": badges[1].public_id})
    db.session.commit()
    found = each_with_our_records([verified(award) for award in badges])
    assert [codes_of(each)["log"][1] for each in found] == ["", "log_broken", ""]


def test_a_document_under_the_address_of_a_neighbour_was_never_issued(ctx: Flask) -> None:
    own, other = make_awards(2)
    report, address = verified(own), facts_of(verified(other)).credential_id
    moved = replace(report, facts=replace(facts_of(report), credential_id=address))
    assert each_with_our_records([moved, report])[0].checks[-1].code == "never_issued"


@pytest.mark.parametrize("name", ["A" * 22, "\x00", "%00", "a/b", "", "x" * 300, "٣"])
def test_a_name_that_no_award_has_takes_nothing_from_the_badges_beside_it(ctx: Flask, name: str) -> None:
    (award,) = make_awards(1)
    report = verified(award)
    stranger = replace(report, facts=replace(facts_of(report), credential_id=f"http://localhost:8000/badges/{name}"))
    unknown, known = each_with_our_records([stranger, report])
    assert unknown.checks[-1].code == "award_unknown"
    assert codes_of(known)["evidence"] == ("pass", "")


def test_what_nobody_was_awarded_has_no_record(ctx: Flask) -> None:
    (award,) = make_awards(1)
    missing = new_public_id()
    assert set(records_of([award.public_id, missing])) == {award.public_id}
    assert records_of([]) == {}
