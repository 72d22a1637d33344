"""The demonstration's catalog: which modules there are, which are written, and which badges they lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from competencies.learning.content_files import MODULE_FILE, facts_of_catalog_entry, read_folder, with_facts
from issuer.crypto.strict_json import load_object

HERE = Path(__file__).resolve().parent
FRAMEWORK = HERE / "data" / "sales_competencies.case.json"
CATALOG = HERE / "data" / "sales_module_catalog.json"
CONTENT = HERE.parents[1] / "competencies" / "learning" / "content"

PROVES_ALONE = 0.25
"""The weight from which a module proves a competency by itself: a competency's mastery_weight as it is imported."""

ANNOUNCEMENTS = {
    "sync": "A live session with a facilitator.",
    "blended": "Reading on your own, then a live practice.",
    "async": "On your own, at any time.",
}


@dataclass(frozen=True, slots=True)
class CatalogBadge:
    """A micro-credential: the modules to complete, the competencies to master, at what trust, for how many days."""

    code: str
    name: str
    modules: tuple[str, ...]
    competencies: tuple[str, ...]
    min_trust: int
    min_evidence: int
    minutes: int
    valid_days: int | None


def read_catalog() -> Mapping[str, Any]:
    """{"modules": [...], "badges": [...]}, as it lies in the data folder."""
    return load_object(CATALOG.read_bytes())


def module_contents(catalog: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every module as an author's document, and whether it can be opened (its content is written)."""
    for entry in catalog["modules"]:
        facts = facts_of_catalog_entry(entry)
        folder = CONTENT / entry["id"]
        if (folder / MODULE_FILE).is_file():
            yield with_facts(read_folder(folder), facts), True
        else:
            facts.pop("check", None)
            yield facts | {"summary": ANNOUNCEMENTS[entry["delivery_mode"]]}, False


def catalog_badges(catalog: Mapping[str, Any]) -> Iterator[CatalogBadge]:
    """The catalog's micro-credentials."""
    for entry in catalog["badges"]:
        yield CatalogBadge(
            code=entry["id"],
            name=entry["name"],
            modules=tuple(entry["modules"]),
            competencies=tuple(entry["competencies"]),
            min_trust=int(entry["min_trust"].removeprefix("T")),
            min_evidence=entry["min_evidence_per_competency"],
            minutes=entry["total_minutes"],
            valid_days=entry["valid_days"],
        )


def provable_competencies(catalog: Mapping[str, Any]) -> dict[str, list[str]]:
    """Competency code -> codes of the modules that can prove it alone, shortest first."""
    provable: dict[str, list[str]] = {}
    for entry in sorted(catalog["modules"], key=lambda module: module["minutes"]):
        for share in entry["competencies"]:
            if share["weight"] >= PROVES_ALONE:
                provable.setdefault(share["code"], []).append(entry["id"])
    return provable
