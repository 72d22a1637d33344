"""The data model's published inputs, as the suite sends them: what is well-formed is signed and verifies again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracles import SHARED, needs_shared
from tests.suites import Suite, plain_credential

_FOLDER = SHARED / "standards" / "vectors" / "vcdm2" / "input" if SHARED else Path("absent")
_NOT_FOR_ISSUING = ("credential-proof-", "credential-validUntil-validFrom-")  # secured already, or with gaps to fill
_NOT_NOW = ("credential-validfrom-far-future-", "credential-validuntil-")


def _inputs(*endings: str) -> list[Any]:
    """The published credentials whose file name ends so; presentations are for verifiers."""
    paths = sorted(path for path in _FOLDER.rglob("*.json") if path.stem.endswith(endings))
    chosen = [
        path
        for path in paths
        if path.stem.startswith(("credential-", "issuer-")) and not path.stem.startswith(_NOT_FOR_ISSUING)
    ]
    return [pytest.param(path, id=path.stem) for path in chosen]


@needs_shared
def test_there_are_inputs_of_both_kinds() -> None:
    assert len(_inputs("-ok")) > 40
    assert len(_inputs("-fail", "-fail-or-inject")) > 35


@needs_shared
@pytest.mark.parametrize("path", _inputs("-ok"))
def test_what_the_data_model_allows_is_issued_and_verifies(suite: Suite, path: Path) -> None:
    given = json.loads(path.read_text(encoding="utf-8"))
    issued = suite.issue(suite.issuer("eddsa-rdfc-2022"), given)
    assert issued["@context"] == given["@context"]
    assert issued["credentialSubject"] == given["credentialSubject"]
    reply = suite.verify(issued)
    if path.stem.startswith(_NOT_NOW):
        assert [text.partition(":")[0] for text in reply.get_json()["errors"]] == ["RANGE_ERROR"]
        return
    assert reply.status_code == 200, reply.get_data(as_text=True)
    assert reply.get_json()["errors"] == []


@needs_shared
@pytest.mark.parametrize("path", _inputs("-fail", "-fail-or-inject"))
def test_what_the_data_model_forbids_is_not_issued(suite: Suite, path: Path) -> None:
    given = json.loads(path.read_text(encoding="utf-8"))
    reply = suite.ask_to_issue(suite.issuer("eddsa-rdfc-2022"), given)
    assert reply.status_code == 400
    answer = reply.get_json()
    assert answer["errors"]
    assert all(isinstance(text, str) for text in answer["errors"])


@needs_shared
@pytest.mark.parametrize("path", _inputs("-ok"))
def test_it_makes_no_difference_how_a_credential_is_enveloped(suite: Suite, path: Path) -> None:
    given = json.loads(path.read_text(encoding="utf-8"))
    envelope = suite.issue(suite.issuer("jwt"), given)
    assert envelope["type"] == "EnvelopedVerifiableCredential"
    assert envelope["id"].startswith("data:application/vc+jwt,")


@needs_shared
@pytest.mark.parametrize("path", _inputs("-fail", "-fail-or-inject"))
def test_what_is_forbidden_is_not_enveloped_either(suite: Suite, path: Path) -> None:
    given = json.loads(path.read_text(encoding="utf-8"))
    assert suite.ask_to_issue(suite.issuer("jwt"), given).status_code == 400


@needs_shared
def test_a_period_that_ends_before_it_begins_is_not_issued(suite: Suite) -> None:
    given = plain_credential(validFrom="2024-01-02T00:00:00Z", validUntil="2024-01-01T00:00:00Z")
    assert suite.ask_to_issue(suite.issuer("eddsa-rdfc-2022"), given).status_code == 400
