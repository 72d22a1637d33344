"""The rules of the house: imports go one way, in plain sight, without a cycle; files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
FLOORS = ("issuer.crypto", "issuer.base", "issuer", "competencies", "badges", "wsgi")
"""From the cellar to the roof: a module may import from its own floor and from those before it."""

LONGEST_FILE = 350
LONGEST_FUNCTION = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "managers", "manager", "misc", "common"}


@cache
def modules() -> dict[str, Path]:
    """Every module of the product: dotted name -> file."""
    files = [
        HOUSE / "wsgi.py",
        *(path for floor in ("issuer", "competencies", "badges") for path in (HOUSE / floor).rglob("*.py")),
    ]
    return {_dotted(path): path for path in files}


def _dotted(path: Path) -> str:
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def floor_of(name: str) -> int:
    """The most specific floor a module belongs to."""
    matches = [index for index, floor in enumerate(FLOORS) if name == floor or name.startswith(floor + ".")]
    return min(matches)


def imports_of(name: str) -> Iterator[tuple[str, int]]:
    """The product's modules that ``name`` imports, with the line."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            targets = [
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in modules() else node.module
                for alias in node.names
            ]
        else:
            continue
        yield from ((target, node.lineno) for target in targets if target in modules())


def test_no_module_imports_the_floor_above_it() -> None:
    upward = [
        f"{name}:{line} imports {target}"
        for name in modules()
        for target, line in imports_of(name)
        if floor_of(target) > floor_of(name)
    ]
    assert upward == []


def test_no_import_is_hidden_in_a_function() -> None:
    hidden = [
        f"{name}:{inner.lineno}"
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_relative_import() -> None:
    relative = [
        f"{name}:{node.lineno}"
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_modules_form_no_cycle() -> None:
    graph = {name: {target for target, _ in imports_of(name) if target != name} for name in modules()}
    finished: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path[path.index(name) :], name))
        if name in finished:
            return
        for target in sorted(graph[name]):
            visit(target, (*path, name))
        finished.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_the_cellar_knows_no_framework_clock_or_network() -> None:
    forbidden = {
        "flask",
        "sqlalchemy",
        "flask_sqlalchemy",
        "requests",
        "urllib.request",
        "http.client",
        "socket",
        "time",
    }
    found = [
        f"{name}: {imported}"
        for name in modules()
        if name.startswith("issuer.crypto")
        for node in ast.walk(tree(name))
        for imported in _imported_roots(node)
        if imported in forbidden
    ]
    assert found == []


def _imported_roots(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []


PURE = (
    "issuer.policy",
    "competencies.evidence.mastery",
    "competencies.evidence.completion",
    "badges.criteria",
    "badges.credential",
)


@pytest.mark.parametrize("name", PURE)
def test_a_rule_reads_no_database_and_no_clock(name: str) -> None:
    roots = {root.split(".")[0] for node in ast.walk(tree(name)) for root in _imported_roots(node)}
    assert roots.isdisjoint({"flask", "sqlalchemy", "flask_sqlalchemy"})
    calls = {ast.unparse(node.func) for node in ast.walk(tree(name)) if isinstance(node, ast.Call)}
    assert calls.isdisjoint({"datetime.now", "utc_now", "time.time", "secrets.token_urlsafe"})


def test_only_the_edge_of_http_commits() -> None:
    """One place says when a change is durable; commands and the worker end their own transaction."""
    allowed = {"issuer.base.http", "issuer.base.jobs"}
    committing = [
        name
        for name in modules()
        if name not in allowed and not name.endswith("cli")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("session.commit")
    ]
    assert committing == []


def test_only_http_knows_status_codes() -> None:
    """Rooms raise words; nobody but the edge and the views answers with a number of an error."""
    raising = [
        f"{name}:{node.lineno}"
        for name in modules()
        if name != "issuer.base.http"
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("abort", "flask.abort")
    ]
    assert raising == []


def test_names_say_what_a_room_is_for() -> None:
    vague = [name for name in modules() if set(name.split(".")) & VAGUE_NAMES]
    assert vague == []


def test_files_stay_readable() -> None:
    long = {
        name: lines for name, path in modules().items() if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_functions_stay_readable() -> None:
    long = [
        f"{name}:{node.lineno} {node.name} ({node.end_lineno - node.lineno + 1})"
        for name in modules()
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_public_function_of_the_cellar_says_what_it_does() -> None:
    silent = [
        f"{name}:{node.lineno} {node.name}"
        for name in modules()
        if name.startswith("issuer.crypto")
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
