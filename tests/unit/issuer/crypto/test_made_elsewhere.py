"""What somebody else's libraries signed is verified here; and every value of it, when changed, is not."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from issuer.crypto.contexts import ContextSet, open_contexts
from issuer.crypto.controller_documents import resolve_verification_method
from issuer.crypto.errors import KeyUnavailable
from issuer.crypto.proof_verification import ProofReport, verify_proof
from issuer.crypto.verification_method import VerificationMethod

SCRIPT = Path(__file__).with_name("made_elsewhere.mjs")
WHOLE = (
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "ecdsa-rdfc-2019 P-256",
    "ecdsa-rdfc-2019 P-384",
    "ecdsa-jcs-2019 P-256",
    "ecdsa-jcs-2019 P-384",
)
OWN_TERMS = ("own terms, eddsa-rdfc-2022", "own terms, ecdsa-rdfc-2019 P-384", "own terms, ecdsa-sd-2023")
DISCLOSED = ("ecdsa-sd-2023 one property", "ecdsa-sd-2023 an array in part", "ecdsa-sd-2023 everything")


@pytest.fixture(scope="module")
def elsewhere(verify_js: Path) -> dict[str, Any]:
    place = verify_js / SCRIPT.name
    shutil.copyfile(SCRIPT, place)
    ended = subprocess.run(["node", str(place)], capture_output=True, cwd=verify_js, timeout=120, check=True)
    made: dict[str, Any] = json.loads(ended.stdout)
    return made


def no_network(url: str) -> dict[str, Any]:
    raise KeyUnavailable(f"{url} is not asked for a did:key.")


def resolve(method_id: str) -> VerificationMethod:
    return resolve_verification_method(method_id, fetch=no_network)


def check(document: dict[str, Any], *, contexts: ContextSet | None = None) -> ProofReport:
    return verify_proof(document, resolve_key=resolve, now=datetime.now(UTC), contexts=contexts)


def texts(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the texts are, contexts and proof left out."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in ("@context", "proof"):
                yield from texts(member, (*at, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, (*at, number))
    elif isinstance(value, str):
        yield at


def changed(document: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    result = copy.deepcopy(document)
    place: Any = result
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] += "x"
    return result


@pytest.mark.parametrize("name", [*WHOLE, *DISCLOSED])
def test_it_is_verified_here(elsewhere: dict[str, Any], name: str) -> None:
    report = check(elsewhere[name])
    assert (report.outcome, report.code) == ("verified", "")


@pytest.mark.parametrize("name", [*WHOLE, *DISCLOSED])
def test_no_text_of_it_can_be_changed(elsewhere: dict[str, Any], name: str) -> None:
    document = elsewhere[name]
    passed = [path for path in texts(document) if check(changed(document, path)).verified]
    assert passed == []


@pytest.mark.parametrize("name", DISCLOSED)
def test_nothing_that_was_disclosed_can_be_left_out(elsewhere: dict[str, Any], name: str) -> None:
    document = elsewhere[name]
    without_name = {key: value for key, value in document.items() if key != "issuer"}
    assert not check(without_name).verified


def test_a_base_proof_is_not_for_verifiers(elsewhere: dict[str, Any]) -> None:
    assert not check(elsewhere["ecdsa-sd-2023 base"]).verified


@pytest.mark.parametrize("name", OWN_TERMS)
def test_terms_of_its_own_mean_the_same_there_and_here(elsewhere: dict[str, Any], name: str) -> None:
    document = elsewhere[name]
    assert check(document, contexts=open_contexts()).verified
    assert check(document).code == "context_not_allowed"
    paths = list(texts(document))
    assert paths
    passed = [path for path in paths if check(changed(document, path), contexts=open_contexts()).verified]
    assert [path for path in passed if path[-1] != "@language"] == []


def test_of_a_proof_set_each_proof_holds_and_one_is_the_issuer_s(elsewhere: dict[str, Any]) -> None:
    document = elsewhere["a proof set"]
    report = check(document)
    assert (report.verified, [result.by_issuer for result in report.results]) == (True, [False, True])
    assert not check({**document, "issuer": {**document["issuer"], "id": "did:key:z6MkNobody"}}).verified
    assert not check({**document, "proof": document["proof"][:1]}).verified
