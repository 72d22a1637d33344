"""The statement itself: what it says, as a document and as a value. PURE.

    {"id", "issuer", "versionId", "versionTime", "previousVersion"?,
     "succession": {"state", "since", "successor"?: {"id", "name", "url"?, "takesOverAddresses"}, "note"?}, "proof"}

It has the envelope of a version of the DID document (issuer.keys.history) and is signed by the same key, as both say
who an issuer is and nothing of anybody else; JSON without a context, eddsa-jcs-2022. The DID document leads to it by a
service of the type "IssuerSuccession" (DID Core 1.0, section 5.4), so a verifier of any make can find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

SERVICE = "IssuerSuccession"
STATES = ("open", "moving", "closed")
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Successor:
    """Who comes after. ``id``: a DID or an address; ``takes_over``: it answers under the old addresses too."""

    id: str
    name: str
    url: str = ""
    takes_over: bool = False


@dataclass(frozen=True, slots=True)
class Succession:
    """What an issuer has stated: ``state`` is open, moving or closed, from ``since`` (UTC) on."""

    state: str
    since: datetime
    successor: Successor | None = None
    note: str = ""

    def is_closed(self, now: datetime) -> bool:
        return self.state == "closed" and self.since <= now


def as_member(said: Succession) -> dict[str, Any]:
    """The member "succession" of the document."""
    member: dict[str, Any] = {"state": said.state, "since": f"{said.since:%Y-%m-%d}"}
    if said.successor is not None:
        successor = {"id": said.successor.id, "name": said.successor.name}
        if said.successor.url:
            successor["url"] = said.successor.url
        member["successor"] = {**successor, "takesOverAddresses": said.successor.takes_over}
    return {**member, "note": said.note} if said.note else member


def read_member(document: Mapping[str, Any]) -> Succession | None:
    """What a document states, when it is a statement of this form; None for anything else."""
    member = document.get("succession")
    if not isinstance(member, Mapping) or member.get("state") not in STATES:
        return None
    since, successor = _day(member.get("since")), member.get("successor")
    if since is None or not (successor is None or _is_successor(successor)):
        return None
    named = None if successor is None else _successor(successor)
    return Succession(member["state"], since, named, _line(member, "note"))


def _is_successor(value: object) -> bool:
    return isinstance(value, Mapping) and bool(_line(value, "id")) and bool(_line(value, "name"))


def _successor(value: Mapping[str, Any]) -> Successor:
    return Successor(
        _line(value, "id"), _line(value, "name"), _line(value, "url"), value.get("takesOverAddresses") is True
    )


def _day(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) != len("2027-05-03"):
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _line(value: Mapping[str, Any], name: str) -> str:
    """A printable text of a bounded length, or ""."""
    found = value.get(name)
    return found if isinstance(found, str) and len(found) <= LONGEST * 2 and found.isprintable() else ""
