"""The page that reads the API to people: `/api/docs`, made from the same document as `/api/openapi.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, render_template

from issuer.access import requires

pages = Blueprint("api_reference", __name__)

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. ``parameters`` and ``fields`` of the JSON body: (name, where or type, needed, words)."""

    group: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, bool, str], ...]
    fields: tuple[tuple[str, str, bool, str], ...]
    answers: tuple[tuple[str, str], ...]


@pages.get("/api/docs")
@requires("public.read")
def reference() -> str:
    """Every call of the API in words, grouped as in the description."""
    description = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    found = sorted(operations(description), key=lambda operation: (operation.group, operation.path))
    groups = [(name, list(members)) for name, members in groupby(found, key=lambda operation: operation.group)]
    return render_template("issuer/api_reference.html", groups=groups)


def operations(description: Mapping[str, Any]) -> Iterator[Operation]:
    """The operations of an OpenAPI 3 document."""
    for path, item in description.get("paths", {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                yield _operation(path, method, item[method], shared, description)


def _operation(
    path: str, method: str, call: Mapping[str, Any], shared: list[Any], description: Mapping[str, Any]
) -> Operation:
    parameters = [_resolved(parameter, description) for parameter in [*shared, *call.get("parameters", [])]]
    return Operation(
        group=(call.get("tags") or [""])[0],
        method=method.upper(),
        path=path,
        summary=call.get("summary", ""),
        description=call.get("description", ""),
        parameters=tuple(
            (parameter["name"], parameter["in"], parameter.get("required", False), parameter.get("description", ""))
            for parameter in parameters
        ),
        fields=tuple(_fields(call, description)),
        answers=tuple(
            (status, _resolved(answer, description).get("description", "")) for status, answer in _answers(call)
        ),
    )


def _answers(call: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted((str(status), answer) for status, answer in call.get("responses", {}).items() if status != "default")


def _fields(call: Mapping[str, Any], description: Mapping[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    content = call.get("requestBody", {}).get("content", {})
    schema = _resolved(content.get("application/json", {}).get("schema", {}), description)
    for name, member in schema.get("properties", {}).items():
        member = _resolved(member, description)
        kind = member.get("type", "object")
        yield (
            name,
            ", ".join(kind) if isinstance(kind, list) else kind,
            name in schema.get("required", ()),
            member.get("description", ""),
        )


def _resolved(part: Mapping[str, Any], description: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a local reference; the description is our own, so it has no cycles to fear."""
    reference_to = part.get("$ref")
    if reference_to is None:
        return part
    found: Any = description
    for name in reference_to.removeprefix("#/").split("/"):
        found = found[name]
    resolved: Mapping[str, Any] = found
    return resolved
