"""Date-times of credentials: XSD dateTimeStamp in, UTC out (Verifiable Credentials 2.0, section 4.9)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from issuer.crypto.errors import Malformed

_DATE_TIME_STAMP = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})T(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
    r"(?:\.(?P<fraction>\d{1,32}))?(?:Z|(?P<sign>[+-])(?P<zone_hour>\d{2}):(?P<zone_minute>\d{2}))",
    re.ASCII,
)
_FIELDS = ("year", "month", "day", "hour", "minute", "second")


def parse_timestamp(text: object) -> datetime:
    """Text such as 2025-01-31T09:00:00+01:00 -> aware datetime in UTC, cut to microseconds.

    No zone, an impossible date, second 60, or an instant outside the years 1 to 9999 raise Malformed.
    """
    if not isinstance(text, str):
        raise Malformed("A date-time is not a text.")
    return _instant(text)


# The dates of one badge are read by several checks, those of a key with each badge. Only what is a date is remembered.
@lru_cache(maxsize=1024)
def _instant(text: str) -> datetime:
    match = _DATE_TIME_STAMP.fullmatch(text)
    if match is None:
        raise Malformed("A date-time does not have the form 2025-01-31T09:00:00Z.")
    zone_hour, zone_minute = int(match["zone_hour"] or 0), int(match["zone_minute"] or 0)
    if zone_minute > 59 or zone_hour * 60 + zone_minute > 14 * 60:
        raise Malformed("A date-time has an impossible time zone.")
    offset = timedelta(hours=zone_hour, minutes=zone_minute)
    year, month, day, hour, minute, second = (int(match[name]) for name in _FIELDS)
    microsecond = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    zone = timezone(-offset if match["sign"] == "-" else offset)
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("A date-time is not a date of the calendar.") from error


def format_timestamp(moment: datetime) -> str:
    """Aware datetime -> "2025-01-31T08:00:00Z", cut to whole seconds. A naive one raises Malformed."""
    if moment.tzinfo is None:
        raise Malformed("A date-time has no time zone.")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
