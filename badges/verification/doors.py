"""What every door asks alike: something handed in, of whatever kind, and the report on it."""

from __future__ import annotations

from badges.sharing import human_codes
from badges.verification import outward, sources
from badges.verification.report import Report
from issuer.access import settings

WEB = ("https://", "http://")


def answer(given: bytes, *, recipient: str = "", name: str = "") -> Report:
    """The report on a badge, or on what lies at the address that was handed in instead. ``name``: that of a file.

    A host that does not answer is an answer too: could not be checked. Raises Unavailable (verifier_busy) when too
    many wait for other hosts already.
    """
    with outward.passage():
        return sources.check(given, recipient=recipient, name=name)


def named(given: str) -> bytes:
    """What stands after ?badge= as something to hand in: an address, or the number of a badge of this service."""
    if given.startswith(WEB) or human_codes.read(given) is not None:
        return given.encode("utf-8", "surrogatepass")
    address = f"{settings().base_url}/badges/{given}"
    return address.encode("utf-8", "surrogatepass")
