"""What a visitor asked of the search, whatever they typed: what makes no sense is left out, never refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from badges.directory.models import KINDS
from badges.directory.words import LONGEST_QUERY


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it is shown again."""

    text: str = ""
    kind: str = ""
    after: str | None = None

    def as_query(self) -> dict[str, str]:
        """The same as parameters of an address, without the place in the results."""
        return {name: value for name, value in {"q": self.text, "kind": self.kind}.items() if value}


def asked(query: Mapping[str, str]) -> Asked:
    """Reads the parameters of an address."""
    kind, after = query.get("kind", ""), query.get("after", "")
    return Asked(
        text=_line(query.get("q", "")),
        kind=kind if kind in KINDS else "",
        after=after if 0 < len(after) <= 64 else None,
    )


def _line(text: str) -> str:
    """One line of what can be printed, spaces put together."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST_QUERY])
    return " ".join(printable.split())[:LONGEST_QUERY].strip()
