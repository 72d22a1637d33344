"""`flask verify` with a map of documents: these answer, nothing else is fetched, and no trace is ever shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests import databases
from tests.edges.badges.badge_steps import held_badge
from tests.unit.badges.verification.strangers import (
    DID_URL,
    INDEX,
    LIST_URL,
    issuer_document,
    status_entry,
    status_list,
)
from tests.unit.issuer.crypto.making import ISSUER, make_credential, make_signed
from wsgi import create_app

NOW = "2026-03-01T12:00:00Z"
VALID, INVALID, BAD_INPUT, NOT_CHECKED = 0, 1, 2, 3


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An instance whose database was never made."""
    yield create_app(databases.test_settings(tmp_path, f"sqlite:///{tmp_path / 'never-made.db'}"))


def run(app: Flask, *arguments: str, given: bytes = b"") -> Result:
    result = app.test_cli_runner().invoke(args=["verify", *arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def write(folder: Path, name: str, document: Any) -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


@pytest.fixture
def badge(tmp_path: Path) -> str:
    """The path of a stranger's badge with a place on a status list."""
    return write(tmp_path, "badge.json", make_signed(make_credential(credentialStatus=status_entry())))


def mapped(folder: Path, **over: Any) -> str:
    """A map with the issuer's document and its list, beside the files that it names."""
    write(folder, "did.json", issuer_document())
    write(folder, "list.json", status_list(*over.pop("revoked", ())))
    return write(folder, "map.json", {ISSUER: "did.json", LIST_URL: "list.json"} | over)


def test_what_the_map_names_answers_without_network_or_database(bare: Flask, tmp_path: Path, badge: str) -> None:
    result = run(bare, badge, "--now", NOW, "--documents", mapped(tmp_path), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"]) == (VALID, "valid")
    for check in report["checks"]:
        assert {"name", "outcome", "reason", "section"} <= check.keys()


def test_a_list_in_the_map_that_revokes_it_counts(bare: Flask, tmp_path: Path, badge: str) -> None:
    result = run(bare, badge, "--now", NOW, "--documents", mapped(tmp_path, revoked=[INDEX]))
    assert result.exit_code == INVALID
    assert "withdrawn" in result.output.splitlines()[0]


def test_a_did_of_any_method_is_read_from_the_map(bare: Flask, tmp_path: Path) -> None:
    other, named = "did:foo:harbour", {"id": "did:foo:harbour", "type": ["Profile"], "name": "Harbour Sales School"}
    signed = make_signed(make_credential(issuer=named), verification_method=f"{other}#key-1")
    badge, listed = write(tmp_path, "other.json", signed), json.dumps(issuer_document()).replace(ISSUER, other)
    write(tmp_path, "other-did.json", listed)
    held = run(bare, badge, "--now", NOW, "--documents", write(tmp_path, "held.json", {other: "other-did.json"}))
    assert held.exit_code == VALID
    lacking = run(bare, badge, "--now", NOW, "--documents", write(tmp_path, "lacking.json", {}), "--json")
    assert lacking.exit_code == NOT_CHECKED
    assert "unsupported_did_method" in lacking.stdout


@pytest.mark.parametrize("absent", [{LIST_URL: None}, {"https://badges.example.org/other": "list.json"}])
def test_a_list_that_is_not_there_is_never_good_news(bare: Flask, tmp_path: Path, badge: str, absent: dict) -> None:  # type: ignore[type-arg]
    write(tmp_path, "did.json", issuer_document())
    write(tmp_path, "list.json", status_list())
    path = write(tmp_path, "map.json", {ISSUER: "did.json"} | absent)
    assert run(bare, badge, "--now", NOW, "--documents", path).exit_code == NOT_CHECKED


def test_an_issuer_that_is_not_in_the_map_is_not_looked_for(bare: Flask, tmp_path: Path, badge: str) -> None:
    result = run(bare, badge, "--now", NOW, "--documents", write(tmp_path, "map.json", {}), "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["verdict"]) == (NOT_CHECKED, "unknown")
    assert DID_URL in next(each["reason"] for each in report["checks"] if each["name"] == "issuer")


def test_a_document_may_stand_in_the_map_itself_and_under_its_url(bare: Flask, tmp_path: Path, badge: str) -> None:
    path = write(tmp_path, "map.json", {DID_URL: issuer_document(), LIST_URL: status_list()})
    assert run(bare, badge, "--now", NOW, "--documents", path).exit_code == VALID


@pytest.mark.parametrize(
    ("now", "code", "words"),
    [
        (NOW, VALID, "Genuine"),
        ("2026-03-01T13:00:00+01:00", VALID, "Genuine"),
        ("2026-03-01", VALID, "Genuine"),
        ("2020-01-01", INVALID, "not valid yet"),
        ("2026-03-20T00:00:00Z", NOT_CHECKED, "could not be checked"),
    ],
)
def test_the_moment_that_is_asked_about_decides(
    bare: Flask, tmp_path: Path, badge: str, now: str, code: int, words: str
) -> None:
    result = run(bare, badge, "--now", now, "--documents", mapped(tmp_path))
    assert result.exit_code == code
    assert words in result.output


@pytest.mark.parametrize("now", ["", "tomorrow", "2026-13-01", "99999-01-01", "0001-01-01T00:00:00+14:00", "\x00"])
def test_a_moment_that_is_none_is_bad_input_in_one_line(bare: Flask, badge: str, now: str) -> None:
    result = run(bare, badge, "--now", now)
    assert result.exit_code == BAD_INPUT
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '"x"', '{"https://a.example/": 5}', '{"https://a.example/": ""}', '{"https://a.example/": "none"}'],
)
def test_a_map_that_cannot_be_used_is_bad_input_in_one_line(
    bare: Flask, tmp_path: Path, badge: str, content: str
) -> None:
    result = run(bare, badge, "--documents", write(tmp_path, "map.json", content))
    assert result.exit_code == BAD_INPUT
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.parametrize("path", ["/nowhere/map.json", "/", "\x00", ""])
def test_a_map_that_is_not_there_is_bad_input(bare: Flask, badge: str, path: str) -> None:
    assert run(bare, badge, "--documents", path).exit_code == BAD_INPUT


def test_a_badge_comes_as_text_or_from_standard_input_as_well(bare: Flask, tmp_path: Path, badge: str) -> None:
    options, text = ("--now", NOW, "--documents", mapped(tmp_path)), Path(badge).read_text()
    assert run(bare, text, *options).exit_code == VALID
    assert run(bare, "-", *options, given=text.encode()).exit_code == VALID
    assert run(bare, "-", *options).exit_code == BAD_INPUT


def test_an_address_is_answered_by_the_map_and_by_nothing_else(bare: Flask, tmp_path: Path, badge: str) -> None:
    url = "https://badges.example.org/badges/1"
    path = mapped(tmp_path, **{url: badge, f"{url}/gone": None})
    assert run(bare, url, "--now", NOW, "--documents", path).exit_code == VALID
    assert run(bare, f"{url}#fragment", "--now", NOW, "--documents", path).exit_code == VALID
    for other in (f"{url}/gone", f"{url}/", "http://badges.example.org/badges/1", "https://10.0.0.1/"):
        assert run(bare, other, "--now", NOW, "--documents", path).exit_code == BAD_INPUT


def test_whose_badge_it_is_can_be_asked(bare: Flask, tmp_path: Path, badge: str) -> None:
    report = json.loads(
        run(bare, badge, "--now", NOW, "--documents", mapped(tmp_path), "--recipient", "a@b.example", "--json").stdout
    )
    assert any(check["name"] == "recipient" for check in report["checks"])


def test_a_badge_of_ours_is_read_by_its_code_and_checked_without_a_database_it_is_only_unknown(
    app: Flask, bare: Flask, tmp_path: Path
) -> None:
    held = held_badge(app)
    assert run(app, held.award_id).exit_code == VALID
    assert run(app, "A" * 22).exit_code == BAD_INPUT
    path = tmp_path / "own.json"
    path.write_bytes(held.document)
    assert run(bare, str(path)).exit_code == NOT_CHECKED


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 99,
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.4",
        b"PK\x03\x04",
        b"{}",
        b"{" * 99999,
        b"\xff\xfe{",
        b"a.b.c",
        b"<svg>",
    ],
)
def test_nothing_that_is_handed_in_ends_with_a_trace(bare: Flask, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "given"
    path.write_bytes(data)
    for options in ((), ("--json",)):
        result = run(bare, str(path), *options)
        assert result.exit_code == BAD_INPUT
        if options:
            assert json.loads(result.stdout)["verdict"] == "unsupported"
