"""Date-times with their zone, or a clear refusal."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.crypto.errors import Malformed
from issuer.crypto.timestamps import format_timestamp, parse_timestamp


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-01T09:30:00Z", datetime(2026, 2, 1, 9, 30, tzinfo=UTC)),
        ("2026-02-01T09:30:00+01:00", datetime(2026, 2, 1, 8, 30, tzinfo=UTC)),
        ("2026-02-01T09:30:00-05:30", datetime(2026, 2, 1, 15, 0, tzinfo=UTC)),
        ("2026-02-01T09:30:00-00:00", datetime(2026, 2, 1, 9, 30, tzinfo=UTC)),
        ("2026-02-01T09:30:00+14:00", datetime(2026, 1, 31, 19, 30, tzinfo=UTC)),
        ("2026-02-01T09:30:00.5Z", datetime(2026, 2, 1, 9, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-02-01T09:30:00.123456789Z", datetime(2026, 2, 1, 9, 30, 0, 123_456, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_v33_date_times_of_every_zone_are_read(text: str, moment: datetime) -> None:
    assert parse_timestamp(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-01T09:30:00",
        "2026-02-01",
        "2026-02-01T09:30Z",
        "2026-02-01 09:30:00Z",
        "2026-02-01t09:30:00z",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-01T24:00:00Z",
        "2026-02-01T09:30:60Z",
        "2026-02-01T09:30:00+14:01",
        "2026-02-01T09:30:00+09:60",
        "2026-02-01T09:30:00.Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "12026-02-01T09:30:00Z",
        "٢٠٢٦-02-01T09:30:00Z",
        "2026-02-01T09:30:00Z\n",
        "",
        None,
        1769938200,
        ["2026-02-01T09:30:00Z"],
    ],
)
def test_v33_other_dates_are_malformed(text: object) -> None:
    with pytest.raises(Malformed):
        parse_timestamp(text)


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)))
def test_a_written_date_reads_back_to_the_second(moment: datetime) -> None:
    assert parse_timestamp(format_timestamp(moment)) == moment.replace(microsecond=0)


def test_dates_are_written_in_utc() -> None:
    moment = datetime(2026, 2, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    assert format_timestamp(moment) == "2026-02-01T08:30:00Z"


def test_a_date_without_zone_is_not_written() -> None:
    with pytest.raises(Malformed):
        format_timestamp(datetime(2026, 2, 1))
