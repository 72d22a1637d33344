"""The files of a ZIP: many badges handed in at once. They are held in memory, and never written to a disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from badges.verification.inputs.asking import ask
from badges.verification.inputs.refused import Refused
from badges.verification.inputs.sentences import error_for


@dataclass(frozen=True, slots=True)
class Member:
    """One file. ``problem``: why there is no ``data``: encrypted, too_large, nested_archive, damaged, or "".
    ``notice``: "unsafe_name" when the name, which is kept as given, points outside of the archive."""

    name: str
    data: bytes
    problem: str = ""
    notice: str = ""


def members(data: bytes) -> Iterator[Member]:
    """The files of a ZIP in their order; folders and the litter of operating systems are left out.

    Raises ServiceError: Invalid bad_archive; TooLarge archive_bomb, too_large, too_much_work; Unavailable.
    """
    try:
        yield from _members(data)
    except Refused as refused:
        raise error_for(refused.code) from refused


def readable(data: bytes) -> list[Member]:
    """The members that hold data. Raises Refused, and what `confined.run` raises."""
    return [member for member in _members(data) if not member.problem]


def _members(data: bytes) -> Iterator[Member]:
    answer = ask("unzipping:entries", data)
    for said, content in zip(answer.value["members"], answer.blobs, strict=True):
        yield Member(said["name"], content, said["problem"], said["notice"])
