"""Modules kept as folders: ``module.yaml`` and the pictures beside it.

The folder may leave out what a catalog says of the module (minutes, competencies, draw and pass mark); a catalog
entry then fills it in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from competencies.evidence.catalog_rules import rule_from_catalog
from competencies.learning.pictures import LARGEST_PICTURE, MEDIA_TYPES
from issuer.base.errors import Malformed, NotFound, TooLarge
from issuer.crypto.errors import CryptoError
from issuer.crypto.strict_json import load_json

MODULE_FILE = "module.yaml"
LARGEST_MODULE_FILE = 512 * 1024
LARGEST_CATALOG = 1024 * 1024
MOST_PICTURES = 60

_CHECK_FACTS = ("draw", "pass_mark", "max_attempts", "cooldown_hours", "minutes_allowed")


class _PlainLoader(yaml.SafeLoader):
    """YAML without anchors (a few lines of them can stand for gigabytes) and without a key written twice."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.constructor.ConstructorError(None, None, "anchors and aliases are not taken")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if twice := sorted(name for name, count in names.items() if count > 1):
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)}: written twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_folder(folder: Path) -> dict[str, Any]:
    """The content in ``folder`` as ``competencies.learning.content`` takes it, pictures included.

    Raises NotFound without a module.yaml, TooLarge above 512 KiB, Malformed for YAML that cannot be read.
    """
    path = folder / MODULE_FILE
    if not path.is_file():
        raise NotFound("no_module_file", f"There is no {MODULE_FILE} in {folder}.")
    content = _read_yaml(_read_capped(path, LARGEST_MODULE_FILE), path)
    content["figures"] = _read_pictures(folder)
    return content


def read_catalog(path: Path) -> dict[str, dict[str, Any]]:
    """A catalog file, ``{"modules": [entry, ...]}`` -> module code -> what the entry says, as content."""
    if not path.is_file():
        raise NotFound("no_catalog_file", f"There is no catalog at {path}.")
    try:
        document = load_json(_read_capped(path, LARGEST_CATALOG))
    except CryptoError as error:
        raise Malformed("bad_catalog", f"{path.name} cannot be read: {error.detail}") from None
    entries = document.get("modules") if isinstance(document, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) and "id" in entry for entry in entries):
        raise Malformed("bad_catalog", "A catalog is an object with a list of modules, each with an id.")
    return {str(entry["id"]): facts_of_catalog_entry(entry) for entry in entries}


def facts_of_catalog_entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What one entry of a catalog says of a module, in the fields of its content; it needs no folder to be listed."""
    wanted: Sequence[Mapping[str, Any]] = entry.get("evidence_required") or ()
    checks = [requirement for requirement in wanted if requirement.get("kind") == "knowledge_check"]
    facts: dict[str, Any] = {
        "code": entry["id"],
        "title": entry.get("title"),
        "summary": entry.get("summary") or entry.get("title"),
        "language": entry.get("language", "en"),
        "minutes": entry.get("minutes"),
        "content_type": entry.get("content_type"),
        "delivery_mode": entry.get("delivery_mode"),
        "format": entry.get("format", ""),
        "competencies": entry.get("competencies"),
        "completion_rule": rule_from_catalog(wanted),
        "prerequisites": entry.get("prerequisites") or [],
        "refresh_after_days": entry.get("refresh_after_days"),
    }
    if checks and "draw" in checks[0]:
        facts["check"] = {name: checks[0][name] for name in _CHECK_FACTS if name in checks[0]}
    return facts


def with_facts(content: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """``content`` completed by ``facts``; where both speak, the author's own content is right."""
    merged = {**facts, **content}
    if isinstance(content.get("check"), Mapping) and isinstance(facts.get("check"), Mapping):
        merged["check"] = {**facts["check"], **content["check"]}
    return merged


def _read_capped(path: Path, largest: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise TooLarge("content_too_large", f"{path.name} has more than {largest // 1024} KiB.")
    return data


def _read_yaml(data: bytes, path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(data.decode("utf-8"), Loader=_PlainLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Malformed("bad_yaml", f"{path.name} cannot be read: {' '.join(str(error).split())[:300]}") from None
    if not isinstance(content, dict):
        raise Malformed("bad_yaml", f"{path.name} must be a mapping of fields.")
    return content


def _read_pictures(folder: Path) -> dict[str, bytes]:
    """Every picture in the folder itself; a link to somewhere else is not one of its pictures."""
    paths = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in MEDIA_TYPES and path.is_file() and not path.is_symlink()
    )
    if len(paths) > MOST_PICTURES:
        raise TooLarge("content_too_large", f"{folder.name} has more than {MOST_PICTURES} pictures.")
    return {path.name: _read_capped(path, LARGEST_PICTURE) for path in paths}
