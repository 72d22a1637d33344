"""Published samples of Open Badges 2.0 and 3.0 and of CLR 2.0, through the command: each gives the verdict that its
publisher gives, and each fault is named. There is no network and no database in this."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from badges.verification.report import EXIT_CODES, Verdict
from tests import databases
from tests.oracles import SHARED, needs_shared
from wsgi import create_app

pytestmark = needs_shared

SAMPLES = (SHARED or Path("/nowhere")) / "standards" / "samples"
NOW = "2026-11-22T12:00:00Z"
HOSTS = ("example.org", "www.example.org", "example.com", "www.example.com")

VALID = (
    "clr20/simple.json",
    "ob20/assertion-with-extension-node-basic.json",
    "ob20/assets/badge-with-data-image.json",
    "ob20/assets/badgeclass1.json",
    "ob20/badge-class-with-language.json",
    "ob20/basic-assertion-no-public-key.json",
    "ob20/basic-assertion-with-allowed-origins-valid-starts-with.json",
    "ob20/basic-assertion-with-allowed-origins.json",
    "ob20/basic-assertion.json",
    "ob20/issuer-compact-iri-validation.json",
    "ob20/rdf-validation/valid-alignment-object.json",
    "ob20/rdf-validation/valid-badge-class-empty-criteria-type.json",
    "ob20/rdf-validation/valid-badge-class.json",
    "ob20/simple.jwt",
    "ob30/bit-string-list/testlist",
    "ob30/endorsement-valid.json",
    "ob30/simple-context-alias.json",
    "ob30/simple-did-key-method.json",
    "ob30/simple-json.png",
    "ob30/simple-jwt.svg",
    "ob30/simple.json",
)

WITH_WARNING = {
    "ob20/warning-with-redirection.json": ("graph", "declared its id as"),
    "ob30/simple-eddsa-2022.json": ("suite", "eddsa-2022"),
    "ob30/simple-jwt_v1.png": ("context", "Outdated context"),
}

SUBJECT_TYPES = "ob30/simple-err-credential-subject-"
INVALID = {
    "clr20/simple-noproof.json": ("signature", "no proof"),
    "clr20/simple.jwt": ("open_badge", "is not a context of CLR 2.0"),
    "ob20/assertion-with-data-image.json": ("properties", "data:"),
    "ob20/basic-assertion-expired.json": ("period", "2022"),
    "ob20/basic-assertion-invalid-context.json": ("context", "@context"),
    "ob20/basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json": ("hosted", "does not start with"),
    "ob20/rdf-validation/badge-class-invalid-issuer-type.json": ("types", "issuer-invalid-type"),
    "ob20/rdf-validation/invalid-class.json": ("types", "NotAKnownClass"),
    "ob20/simple-revoked.jwt": ("status", "A good reason"),
    "ob30/bit-string-list/credential-status-revoked.json": ("status", "withdrawn"),
    "ob30/complete.json": ("schema", "endorsementcredential.json"),
    f"{SUBJECT_TYPES}achievement-result-description-type.json": ("open_badge", "resultDescription"),
    f"{SUBJECT_TYPES}identifier-type.json": ("open_badge", "IdentityObject"),
    "ob30/simple-err-evidence-type.json": ("open_badge", "Evidence"),
    "ob30/simple-err-issued.json": ("period", "2040"),
    "ob30/simple-err-issuer-parentorg-type.json": ("open_badge", "parentOrg"),
    "ob30/simple-err-issuer.json": ("data_model", "issuer"),
    "ob30/simple-err-proof-method-no-scheme.json": ("issuer", "not named by a URL"),
    "ob30/simple-err-proof-method-unknown-did-method.json": ("issuer", "somewhere else than its issuer"),
    "ob30/simple-err-proof-value.json": ("signature", "does not match"),
    "ob30/simple-err-type.json": ("open_badge", "OpenBadgeCredential"),
    "ob30/simple-noproof.json": ("signature", "no proof"),
    "ob30/simple.jwt": ("issuer", "not named by a URL"),
}
"""File -> the check that fails, and words of its reason. Two tokens are published to be parsed alone:
they follow drafts that were never final, and the key of one is nowhere."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An instance whose database was never made."""
    folder = tmp_path_factory.mktemp("instance")
    yield create_app(databases.test_settings(folder, f"sqlite:///{folder / 'never-made.db'}"))


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each document lies that the samples lead to."""
    entry = json.loads((SAMPLES / "ob30/bit-string-list/credential-status-revoked.json").read_text())
    known = {entry["credentialStatus"]["statusListCredential"]: str(SAMPLES / "ob30/bit-string-list/testlist")}
    for asset in (SAMPLES / "ob20/assets").iterdir():
        known |= {f"{scheme}://{host}/{asset.name}": str(asset) for scheme in ("https", "http") for host in HOSTS}
    path = tmp_path_factory.mktemp("documents") / "map.json"
    path.write_text(json.dumps(known))
    return path


def checked(app: Flask, name: str, documents: Path) -> tuple[dict[str, Any], int]:
    """The report of the command, and its exit code."""
    options = ["--json", "--now", NOW, "--documents", str(documents)]
    result = app.test_cli_runner().invoke(args=["verify", str(SAMPLES / name), *options])
    report: dict[str, Any] = json.loads(result.stdout)
    assert EXIT_CODES[Verdict(report["verdict"])] == result.exit_code
    return report, result.exit_code


def found(report: dict[str, Any], name: str, outcome: str) -> list[str]:
    """The reasons of the checks of that name that ended so."""
    return [each["reason"] for each in report["checks"] if (each["name"], each["outcome"]) == (name, outcome)]


@pytest.mark.parametrize("name", VALID)
def test_a_valid_sample_is_valid(app: Flask, documents: Path, name: str) -> None:
    report, code = checked(app, name, documents)
    assert (report["verdict"], code) == ("valid", 0)
    assert not [each for each in report["checks"] if each["outcome"] in ("fail", "could-not-check")]


@pytest.mark.parametrize("name", WITH_WARNING)
def test_a_sample_with_a_flaw_is_valid_and_the_flaw_is_named(app: Flask, documents: Path, name: str) -> None:
    report, code = checked(app, name, documents)
    assert (report["verdict"], code) == ("valid", 0)
    check, words = WITH_WARNING[name]
    assert any(words in reason for reason in found(report, check, "warn"))


@pytest.mark.parametrize("name", INVALID)
def test_a_faulty_sample_is_invalid_and_its_fault_is_named(app: Flask, documents: Path, name: str) -> None:
    report, code = checked(app, name, documents)
    assert (report["verdict"], code) == ("invalid", 1)
    check, words = INVALID[name]
    assert any(words in reason for reason in found(report, check, "fail"))


def test_every_sample_is_among_them(documents: Path) -> None:
    listed = {*VALID, *WITH_WARNING, *INVALID}
    lying = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()}
    supporting = {each for each in lying if each.startswith("ob20/assets/")} | {"README.md"}
    assert len(listed) == 47
    assert lying - supporting <= listed <= lying
