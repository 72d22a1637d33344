"""The demonstration's catalog as the authoring and the achievements rooms want it. PURE but for reading files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from competencies.evidence.catalog_rules import rule_from_catalog

HERE = Path(__file__).resolve().parent
FRAMEWORK = HERE / "data" / "sales_competencies.case.json"
CATALOG = HERE / "data" / "sales_module_catalog.json"
CONTENT = HERE.parents[1] / "competencies" / "learning" / "content"

PROVES_ALONE = 0.25
"""The weight from which a module proves a competency by itself; the competencies' own mastery_weight."""

CHECK_FIELDS = ("draw", "pass_mark", "max_attempts", "cooldown_hours")

NOT_OPEN_YET = {
    "sync": "A live session. It is not open yet.",
    "blended": "Reading and a live practice. It is not open yet.",
    "async": "It is not open yet.",
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
    catalog: Mapping[str, Any] = json.loads(CATALOG.read_text(encoding="utf-8"))
    return catalog


def module_contents(catalog: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every module as an author's document, and whether it can be opened (its content is written)."""
    for entry in catalog["modules"]:
        folder = CONTENT / entry["id"]
        written = (folder / "module.yaml").is_file()
        yield (_with_content(entry, folder) if written else _announcement(entry)), written


def _common(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": entry["id"],
        "title": entry["title"],
        "language": "en",
        "minutes": entry["minutes"],
        "content_type": entry["content_type"],
        "delivery_mode": entry["delivery_mode"],
        "format": entry["format"],
        "competencies": [
            {"code": share["code"], "weight": share["weight"], "case_identifier": share["case_identifier"]}
            for share in entry["competencies"]
        ],
        "completion_rule": rule_from_catalog(entry["evidence_required"]),
        "prerequisites": entry["prerequisites"],
        "refresh_after_days": entry["refresh_after_days"],
    }


def _with_content(entry: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    written = yaml.safe_load((folder / "module.yaml").read_text(encoding="utf-8"))
    wanted = next(evidence for evidence in entry["evidence_required"] if evidence["kind"] == "knowledge_check")
    return _common(entry) | {
        "summary": written["summary"],
        "language": written["language"],
        "cards": written["cards"],
        "check": written["check"] | {name: wanted[name] for name in CHECK_FIELDS},
        "figures": {path.name: path.read_bytes() for path in sorted(folder.glob("*.svg"))},
    }


def _announcement(entry: Mapping[str, Any]) -> dict[str, Any]:
    return _common(entry) | {"summary": NOT_OPEN_YET[entry["delivery_mode"]]}


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
