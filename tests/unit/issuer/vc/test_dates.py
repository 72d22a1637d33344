from __future__ import annotations

from datetime import timedelta

import pytest

from issuer.vc.dates import check_period, malformed_dates
from issuer.vc.report import Outcome
from tests.factories.credentials import NOW, make_vc, make_vc_1


@pytest.mark.parametrize(
    "stamp",
    [
        "2023-02-26T01:02:58.447Z",
        "2023-02-25T19:10:39-06:00",
        "4023-02-26T01:02:58Z",
        "2023-02-25T19:10:39+14:00",
        "0001-01-02T00:00:00Z",
        "2023-02-25T19:10:39-00:00",
    ],
)
def test_v33_a_date_time_stamp_is_accepted(stamp: str) -> None:
    assert list(malformed_dates(make_vc(validFrom=stamp))) == []


@pytest.mark.parametrize(
    "stamp",
    [
        "Sat 25 Feb 2023 07:16:31 PM CST",
        "Sun, 26 Feb 2023 01:22:14 +0000",
        "2023-02-25T19:10:39",
        "2023-02-25",
        "2023-02-30T00:00:00Z",
        "2023-02-25T19:10:60Z",
        "2023-02-25T19:10:39+14:01",
        "9999-12-31T23:59:59-14:00",
        1677283839,
        ["2023-02-25T19:10:39Z"],
        {"@value": "2023-02-25T19:10:39Z"},
        "",
    ],
)
def test_v33_anything_else_is_not_a_date(stamp: object) -> None:
    assert list(malformed_dates(make_vc(validUntil=stamp))) == ["validUntil is not a date and time with a time zone."]


def test_v33_the_end_is_not_before_the_beginning() -> None:
    vc = make_vc(validFrom="2026-01-02T00:00:00Z", validUntil="2026-01-01T23:59:59Z")
    assert list(malformed_dates(vc)) == ["validUntil is before validFrom."]
    same = make_vc(validFrom="2026-01-02T00:00:00+01:00", validUntil="2026-01-01T23:00:00Z")
    assert list(malformed_dates(same)) == []


def test_v32_a_credential_is_valid_within_its_period_only() -> None:
    vc = make_vc(validFrom="2026-01-01T00:00:00Z", validUntil="2026-06-01T00:00:00Z")
    assert check_period(vc, now=NOW).outcome is Outcome.PASS
    early = check_period(vc, now=NOW - timedelta(days=90))
    assert (early.outcome, early.code, early.reason) == (Outcome.FAIL, "RANGE_ERROR", "not_yet_valid")
    assert "2026-01-01T00:00:00Z" in early.detail
    late = check_period(vc, now=NOW + timedelta(days=120))
    assert (late.outcome, late.reason) == (Outcome.FAIL, "expired")
    assert "2026-06-01T00:00:00Z" in late.detail


def test_without_dates_a_credential_is_always_valid() -> None:
    assert check_period(make_vc(validFrom=None), now=NOW).outcome is Outcome.PASS


def test_version_1_has_dates_of_its_own() -> None:
    expired = make_vc_1(expirationDate="2026-02-01T00:00:00Z")
    assert check_period(expired, now=NOW).reason == "expired"
    assert check_period(make_vc_1(issuanceDate="2027-02-01T00:00:00Z"), now=NOW).reason == "not_yet_valid"
    assert list(malformed_dates(make_vc_1(issuanceDate="yesterday"))) != []


def test_dates_of_version_1_mean_nothing_in_version_2() -> None:
    assert check_period(make_vc(expirationDate="2026-02-01T00:00:00Z"), now=NOW).outcome is Outcome.PASS
