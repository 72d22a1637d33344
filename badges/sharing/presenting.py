"""What a badge says under another name of its holder. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FULL, INITIALS, HIDDEN = "full", "initials", "hidden"
SHOWN_NAMES = (FULL, INITIALS, HIDDEN)


def presented(document: Mapping[str, Any], shown_name: str) -> dict[str, Any]:
    """The credential without its proof; unless in full, with initials or nothing in place of all identifiers."""
    said = {name: value for name, value in document.items() if name != "proof"}
    if shown_name == FULL:
        return said
    subject = dict(said["credentialSubject"])
    identifiers = subject.pop("identifier", [])
    if shown_name == INITIALS and (kept := _with_initials(identifiers)):
        subject["identifier"] = kept
    return {**said, "credentialSubject": subject}


def initials_of(name: str) -> str:
    """``"Zoë van der Berg"`` -> ``"Z. v. d. B."``; of a double name both: ``"Jean-Luc Roy"`` -> ``"J.-L. R."``."""
    words = ("-".join(f"{part[0]}." for part in word.split("-") if part) for word in name.split())
    return " ".join(word for word in words if word)


def _with_initials(identifiers: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The names among the identifiers, shortened; an address or a number has no initials."""
    names = [each for each in identifiers if each.get("identityType") == "name" and not each.get("hashed")]
    shortened = [{**each, "identityHash": initials_of(str(each["identityHash"]))} for each in names]
    return [each for each in shortened if each["identityHash"]]
