"""What every door asks alike: something handed in, of whatever kind, and the report on it."""

from __future__ import annotations

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from badges.verification import outward, sources
from badges.verification.report import Check, Outcome, Report
from issuer.access import settings
from issuer.base.db import utc_now
from issuer.base.errors import Invalid, Unavailable

LONGEST_ADDRESS = 2048
WEB = ("https://", "http://")
_BADGE_ID = re.compile(r"[A-Za-z0-9_-]{22}")


def answer(given: bytes, *, recipient: str = "") -> Report:
    """The report on a badge, or on what lies at the address that was handed in instead.

    A host that does not answer is an answer too: could not be checked. Raises NotFound, Invalid, TooLarge as the
    readers do, and Unavailable (verifier_busy) when too many wait for other hosts already.
    """
    address = address_in(given)
    try:
        with outward.passage():
            return sources.check(sources.bytes_at(address) if address else given, recipient=recipient)
    except Unavailable as error:
        if error.code != "fetch_failed":
            raise
        return _out_of_reach(error.detail)


def named(given: str) -> bytes:
    """What stands after ?badge= as something to hand in: an address, or the number of a badge of this service."""
    address = given if given.startswith(WEB) else f"{settings().base_url}/badges/{given}"
    return address.encode("utf-8", "surrogatepass")


def address_in(given: bytes) -> str:
    """The web address that was handed in, alone; that of a badge of this service for its number; else "".

    Raises Invalid (url_malformed) for one that is longer than any address.
    """
    if len(given) > LONGEST_ADDRESS:
        if given.startswith(tuple(each.encode() for each in WEB)) and b"\n" not in given:
            raise Invalid("url_malformed", gettext("This is not a web address."))
        return ""
    text = given.decode("utf-8", "replace").strip()
    if _BADGE_ID.fullmatch(text):
        return f"{settings().base_url}/badges/{text}"
    return text if text.startswith(WEB) and "\n" not in text else ""


def _out_of_reach(detail: str) -> Report:
    sentence = _l("What lies at this address could not be read.")
    check = Check("format", Outcome.COULD_NOT_CHECK, sentence, "RFC 9110", code="fetch_failed", reason=str(detail))
    return Report((check,), utc_now(), kind="")
