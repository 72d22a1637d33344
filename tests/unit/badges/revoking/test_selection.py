"""Which badges are meant: by achievement, version, date, key, evidence, or named one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from badges import awards
from badges.achievements import ensure_achievement
from badges.models import Achievement
from badges.revoking.criteria import Criteria, named_in, read_moment, read_names
from badges.revoking.selection import digest_of, select_badges
from issuer.base.db import db
from issuer.base.errors import Invalid, Malformed, TooLarge
from issuer.keys import keystore
from tests.factories.badges import earn, make_achievement, make_award, make_draft
from tests.factories.learning import make_module
from tests.factories.people import make_account
from tests.factories.revoking import make_awards


def found(achievement: Achievement, /, **criteria: object) -> set[str]:
    selection = select_badges(achievement.organisation, Criteria(**criteria))  # type: ignore[arg-type]
    return {each.public_id for each in selection.chosen}


def test_an_achievement_and_one_of_its_versions(ctx: Flask) -> None:
    achievement = make_achievement()
    first = make_award(None, achievement)
    competency = achievement.current.competencies[0].competency
    draft = make_draft(competency, name="Target List, again")
    ensure_achievement(achievement.organisation, achievement.code, draft, actor="system")
    db.session.expire(achievement)
    second = earn(make_account(), achievement)
    make_award()
    assert found(achievement, achievement=achievement.public_id) == {first.public_id, second.public_id}
    assert found(achievement, achievement=achievement.public_id, version=2) == {second.public_id}


def test_days_begin_and_end_at_midnight_in_utc_and_both_belong_to_it(ctx: Flask) -> None:
    achievement = make_achievement()
    early, late = make_awards(2, achievement)
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    early.awarded_at, late.awarded_at = noon - timedelta(days=1), noon
    db.session.flush()
    whole = {"awarded_from": datetime(2026, 2, 28, tzinfo=UTC), "awarded_before": datetime(2026, 3, 2, tzinfo=UTC)}
    assert found(achievement, **whole) == {early.public_id, late.public_id}
    assert found(achievement, awarded_from=noon) == {late.public_id}
    assert found(achievement, awarded_before=noon) == {early.public_id}


def test_a_key_means_what_it_signed_and_is_served(ctx: Flask) -> None:
    achievement = make_achievement()
    award = make_award(None, achievement)
    for purpose in (keystore.BADGE_PROOF, keystore.BADGE_JWT):
        kid = keystore.active_key(achievement.organisation, purpose).kid
        assert found(achievement, kid=kid) == {award.public_id}
    assert found(achievement, kid="another") == set()


def test_a_piece_of_evidence_means_the_badges_that_rest_on_it(ctx: Flask) -> None:
    achievement = make_achievement()
    award, other = make_awards(2, achievement)
    piece = award.basis["evidence"][0]
    assert found(achievement, evidence=piece) == {award.public_id}
    assert found(achievement, achievement=achievement.public_id, evidence=other.basis["evidence"][0]) == {
        other.public_id
    }
    assert found(achievement, evidence="nothing") == set()


@pytest.mark.parametrize("name", ["code", "public_id"])
def test_a_module_means_the_badges_that_rest_on_its_evidence(ctx: Flask, name: str) -> None:
    achievement = make_achievement()
    module = make_module(achievement.organisation)
    rests = earn(make_account(), achievement, module_version=module.current)
    make_award(None, achievement)
    assert found(achievement, module=getattr(module, name)) == {rests.public_id}


@pytest.mark.parametrize("criterion", ["achievement", "module"])
def test_what_another_organisation_has_is_unknown(ctx: Flask, criterion: str) -> None:
    achievement, elsewhere = make_achievement(), make_achievement()
    names = {"achievement": elsewhere.public_id, "module": make_module(elsewhere.organisation).public_id}
    with pytest.raises(Invalid) as refused:
        found(achievement, **{criterion: names[criterion]})
    assert criterion in refused.value.fields


def test_revoked_and_unsigned_badges_are_not_meant(ctx: Flask) -> None:
    achievement = make_achievement()
    kept, gone = make_awards(2, achievement)
    awards.revoke(gone, reason="A mistake.", actor="system")
    assert found(achievement, achievement=achievement.public_id) == {kept.public_id}


def test_of_a_list_every_row_that_is_not_taken_gets_its_reason(ctx: Flask) -> None:
    achievement = make_achievement()
    taken, gone = make_awards(2, achievement)
    foreign, not_meant = make_award(), make_award(None, make_achievement(achievement.organisation))
    pending = earn(make_account(), achievement)
    pending.state = "pending"
    awards.revoke(gone, reason="A mistake.", actor="system")
    lines = ["badge", f"http://localhost:8000/badges/{taken.public_id}", taken.public_id, gone.public_id]
    lines += [foreign.public_id, "nothing", "", not_meant.public_id, pending.public_id]
    criteria = Criteria(achievement=achievement.public_id, named=read_names("\r\n".join(lines).encode()))
    selection = select_badges(achievement.organisation, criteria)
    assert [each.public_id for each in selection.chosen] == [taken.public_id]
    assert [(each.row, each.reason) for each in selection.left_out] == [
        (3, "named_twice"),
        (4, "already_revoked"),
        (5, "unknown"),
        (6, "unknown"),
        (8, "not_meant"),
        (9, "not_signed"),
    ]


def test_a_csv_file_names_badges_in_its_first_column() -> None:
    data = '\ufeffid,learner\n"A1",Somebody\n\n B2 ,x\n'.encode()
    assert [(named.row, named.value) for named in read_names(data)] == [(2, "A1"), (4, "B2")]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xff\xfe", Malformed),
        (b'"open', Invalid),
        (b"A\x00B", Invalid),
        (b"A" * 301, Invalid),
        (b"A\n" * 100_001, TooLarge),
    ],
    ids=["no UTF-8", "open quote", "NUL", "too long", "too many"],
)
def test_a_list_that_cannot_be_read_is_refused(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_names(data)


@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"version": 2},
        {"awarded_from": datetime(2026, 3, 2, tzinfo=UTC), "awarded_before": datetime(2026, 3, 1, tzinfo=UTC)},
    ],
    ids=["nothing", "a version of what", "backwards"],
)
def test_criteria_that_mean_nothing_are_refused(ctx: Flask, criteria: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Criteria(**criteria)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "2026-02-01T10:00", "9999-12-31", "0001-01-01"])
def test_a_moment_that_cannot_be_read_is_refused_with_its_field(ctx: Flask, text: str) -> None:
    try:
        read_moment(text, field="awarded_until", end=True)
    except Invalid as refused:
        assert "awarded_until" in refused.fields
    else:
        assert text == "0001-01-01"


def test_a_day_as_the_end_belongs_to_the_time_and_a_moment_is_taken_as_it_is() -> None:
    assert read_moment("2026-01-31", field="x", end=True) == datetime(2026, 2, 1, tzinfo=UTC)
    assert read_moment("2026-01-31", field="x", end=False) == datetime(2026, 1, 31, tzinfo=UTC)
    assert read_moment("2026-01-31T09:00:00Z", field="x", end=True) == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert read_moment("", field="x", end=True) is None


def test_the_same_badges_have_the_same_digest_in_whatever_order() -> None:
    assert digest_of(["b", "a"]) == digest_of(["a", "b"]) != digest_of(["a"])
    assert [named.row for named in named_in(["x", "y"])] == [1, 2]
