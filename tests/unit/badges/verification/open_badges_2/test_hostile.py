"""Nodes that are made to harm the reader: circles, masses, wrong kinds of everything. A report, and in good time."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Verdict
from issuer.crypto.errors import UrlNotAllowed
from tests.unit.badges.verification.open_badges_2.hosts import (
    ASSERTION,
    BADGE,
    EVIL,
    HOST,
    ISSUER,
    assertion,
    badge_class,
    checked,
    hosted,
    issuer_profile,
    said,
)

ODD = [None, True, 0, -1, 1e300, "", "x" * 100_000, "\x00", "é"]
WRONG = [*ODD, [], [[]], [None] * 1000, {}, {"id": {}}, {"@value": 7}]
MORE = ["expires", "evidence", "image", "endorsement", "extensions:x", "revoked"]


@pytest.mark.parametrize("name", [*assertion(), *MORE])
def test_a_member_of_any_kind_never_breaks_the_walk(name: str) -> None:
    for value in WRONG:
        given = assertion(**{name: value})
        for answers in (hosted(), hosted(assertion=given)):
            report = checked(given, answers)
            assert report.verdict in Verdict


@pytest.mark.parametrize("node", ["badge", "issuer"])
def test_a_node_of_any_kind_never_breaks_the_walk(node: str) -> None:
    make = {"badge": badge_class, "issuer": issuer_profile}[node]
    for name in [*make(), "verification", "endorsement", "@language", "related", "telephone"]:
        for value in WRONG:
            assert checked(assertion(), hosted(**{node: make(**{name: value})})).verdict in Verdict


@pytest.mark.parametrize(
    "answers",
    [
        {"badge": badge_class(issuer=BADGE)},
        {"badge": badge_class(id=ISSUER), "issuer": issuer_profile(id=BADGE)},
        {"issuer": issuer_profile(id=ASSERTION)},
        {"badge": assertion()},
    ],
)
def test_a_circle_ends_and_is_not_valid(answers: dict[str, Any]) -> None:
    asked: list[str] = []
    report = checked(assertion(), hosted(**answers), asked=asked)
    assert report.verdict is Verdict.INVALID
    assert len(asked) == len(set(asked)) <= 6


def test_a_badge_that_is_its_own_class_and_issuer_is_not_valid() -> None:
    own = assertion(badge=ASSERTION, issuer=ASSERTION)
    assert checked(own, hosted(assertion=own)).verdict is Verdict.INVALID


def test_endorsements_that_endorse_each_other_end() -> None:
    loop = {
        "@context": "https://w3id.org/openbadges/v2",
        "id": f"{HOST}/e/1",
        "type": "Endorsement",
        "claim": {"id": ASSERTION},
        "issuer": ISSUER,
        "issuedOn": "2025-06-01T09:00:00Z",
        "verification": {"type": "HostedBadge"},
        "endorsement": f"{HOST}/e/1",
    }
    given = assertion(endorsement=[f"{HOST}/e/1"] * 1000)
    asked: list[str] = []
    report = checked(given, hosted(assertion=given, **{f"{HOST}/e/1": loop}), asked=asked)
    assert report.verdict is Verdict.VALID
    assert len(report.parts) == 5 and len(asked) <= 6


def test_ten_thousand_alignments_are_read_and_few_are_shown() -> None:
    many = [{"targetName": f"skill {n}", "targetUrl": f"https://skills.example/{n}"} for n in range(5_000)]
    report = checked(assertion(), hosted(badge=badge_class(alignment=many)))
    assert report.verdict is Verdict.VALID
    assert report.facts is not None and len(report.facts.skills) == 100


def test_what_is_wrong_ten_thousand_times_is_told_in_few_words() -> None:
    found = checked(assertion(), hosted(badge=badge_class(tags=[7] * 10_000))).check("properties")
    assert found is not None and len(found.reason) < 3000


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/a",
        "http://169.254.169.254/latest",
        "https://user@harbour.example/a",
        "https://harbour.example\\@evil.example/a",
        "ftp://harbour.example/a",
        "https://[::1/a",
        "https://harbour.example:99999/a",
        "javascript:alert(1)",
        "https://",
    ],
)
@pytest.mark.parametrize("place", ["id", "badge"])
def test_an_address_that_must_not_be_asked_is_no_badge(address: str, place: str) -> None:
    given = assertion(**{place: address})
    answers = hosted(
        assertion=given, **{address: UrlNotAllowed("no"), address.replace("http:", "https:"): UrlNotAllowed("no")}
    )
    report = checked(given, answers)
    assert report.verdict is not Verdict.VALID and report.facts is None


def test_a_list_of_ten_thousand_redirecting_ids_is_not_followed() -> None:
    answers = {f"{EVIL}/{n}": badge_class(id=f"{EVIL}/{n + 1}") for n in range(10_000)}
    asked: list[str] = []
    report = checked(
        assertion(badge=f"{EVIL}/0"), hosted(assertion=assertion(badge=f"{EVIL}/0"), **answers), asked=asked
    )
    assert report.verdict is Verdict.INVALID
    assert len(asked) <= 6
    assert said(report)["graph"] == ("fail", "hosted_id_mismatch")
