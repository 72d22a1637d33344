"""What the visitor asked of the catalog, whatever they typed: what makes no sense is left out, never refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_TEXT = 100
MODES = ("async", "sync", "blended")
MOST_MINUTES = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The form as it is shown again. ``minutes`` None: any; ``skill``: a competency or a domain, id or human code."""

    text: str = ""
    minutes: int | None = None
    mode: str = ""
    skill: str = ""
    open_now: bool = False
    after: str | None = None

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.minutes or self.mode or self.skill or self.open_now)

    def as_query(self) -> dict[str, str]:
        """The same as parameters of an address, without the place in the list."""
        pairs = {
            "text": self.text,
            "minutes": str(self.minutes or ""),
            "mode": self.mode,
            "skill": self.skill,
            "open": "yes" if self.open_now else "",
        }
        return {name: value for name, value in pairs.items() if value}


def asked(query: Mapping[str, str]) -> Asked:
    """Reads the parameters of an address."""
    mode = query.get("mode", "")
    return Asked(
        text=_line(query.get("text", "")),
        minutes=_minutes(query.get("minutes", "")),
        mode=mode if mode in MODES else "",
        skill=_line(query.get("skill", "")),
        open_now=query.get("open", "") == "yes",
        after=_line(query.get("after", "")) or None,
    )


def _line(text: str) -> str:
    """One line of what can be printed, spaces put together."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: 4 * LONGEST_TEXT])
    return " ".join(printable.split())[:LONGEST_TEXT].strip()


def _minutes(text: str) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_MINUTES))):
        return None
    return int(text) or None
