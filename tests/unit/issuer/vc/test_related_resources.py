from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from issuer.crypto import contexts
from issuer.crypto.contexts import PINS, VC2_CONTEXT
from issuer.crypto.multibase import encode_base64url, encode_multibase
from issuer.vc.related_resources import KNOWN_RESOURCES, check_related_resources
from issuer.vc.report import Outcome

TEXT = b"a text that is published"
URL = "https://example.org/text"
KNOWN = {URL: ({name: hashlib.new(name, TEXT).digest() for name in ("sha256", "sha384", "sha512")},)}
WRONG = hashlib.sha256(b"another text").digest()


def sri(function: str, data: bytes = TEXT) -> str:
    return f"{function}-{base64.b64encode(hashlib.new(function, data).digest()).decode('ascii')}"


def check(*resources: Any, known: Any = KNOWN) -> list[tuple[Outcome, str]]:
    found = check_related_resources({"relatedResource": list(resources)}, known)
    return [(each.outcome, each.reason) for each in found]


SHA256 = hashlib.sha256(TEXT).digest()


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": sri("sha256")},
        {"digestSRI": sri("sha384")},
        {"digestSRI": sri("sha512")},
        {"digestMultibase": "u" + encode_base64url(SHA256)},
        {"digestMultibase": encode_multibase(SHA256)},
        {"digestMultibase": "u" + encode_base64url(b"\x12\x20" + SHA256)},
        {"digestMultibase": encode_multibase(b"\x20\x30" + hashlib.sha384(TEXT).digest())},
        {"digestMultibase": encode_multibase(b"\x13\x40" + hashlib.sha512(TEXT).digest())},
        {"digestSRI": sri("sha384"), "digestMultibase": "u" + encode_base64url(SHA256), "mediaType": "text/plain"},
    ],
)
def test_a_right_digest_is_accepted(digest: dict[str, str]) -> None:
    assert check({"id": URL, **digest}) == [(Outcome.PASS, "")]


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": sri("sha256", b"another text")},
        {"digestMultibase": "u" + encode_base64url(WRONG)},
        {"digestSRI": sri("sha384"), "digestMultibase": "u" + encode_base64url(WRONG)},
        {"digestMultibase": "u" + encode_base64url(b"\x12\x20" + WRONG)},
    ],
)
def test_a_wrong_digest_is_refused(digest: dict[str, str]) -> None:
    assert check({"id": URL, **digest}) == [(Outcome.FAIL, "digest_mismatch")]


@pytest.mark.parametrize(
    "resource",
    [
        "https://example.org/text",
        {"digestSRI": sri("sha256")},
        {"id": "not a url", "digestSRI": sri("sha256")},
        {"id": URL},
        {"id": URL, "digestSRI": "md5-AAAA"},
        {"id": URL, "digestSRI": "sha256-AAAA"},
        {"id": URL, "digestSRI": 7},
        {"id": URL, "digestMultibase": "f00"},
        {"id": URL, "digestMultibase": "uAAAA"},
        {"id": URL, "digestMultibase": None},
    ],
)
def test_a_resource_without_a_name_or_a_digest_is_refused(resource: Any) -> None:
    assert [outcome for outcome, _ in check(resource)] == [Outcome.FAIL]


def test_a_resource_is_named_once() -> None:
    resource = {"id": URL, "digestSRI": sri("sha256")}
    assert [outcome for outcome, _ in check(resource, resource)] == [Outcome.PASS, Outcome.FAIL]


def test_a_resource_that_is_not_known_is_not_fetched_and_that_is_said() -> None:
    assert check({"id": URL, "digestSRI": sri("sha256")}, known={}) == [(Outcome.WARN, "resource_not_loaded")]


def test_no_related_resource_is_no_question_but_an_empty_one_is_wrong() -> None:
    assert check_related_resources({}, KNOWN) == ()
    assert check_related_resources({"relatedResource": []}, KNOWN)[0].outcome is Outcome.FAIL


def test_both_published_texts_of_the_base_context_are_known_and_do_not_mix() -> None:
    now = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"
    july_2024 = "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"
    assert check({"id": VC2_CONTEXT, "digestSRI": now}, known=KNOWN_RESOURCES) == [(Outcome.PASS, "")]
    assert check({"id": VC2_CONTEXT, "digestMultibase": july_2024}, known=KNOWN_RESOURCES) == [(Outcome.PASS, "")]
    mixed = {"id": VC2_CONTEXT, "digestSRI": now, "digestMultibase": july_2024}
    assert check(mixed, known=KNOWN_RESOURCES) == [(Outcome.FAIL, "digest_mismatch")]


@pytest.mark.parametrize(
    "pin",
    [pin for pin in PINS if pin.package and pin.url in KNOWN_RESOURCES and pin.url != contexts.VC1_CONTEXT],
    ids=lambda pin: pin.file_name,
)
def test_the_digests_known_here_are_those_of_the_pinned_texts(pin: contexts.Pin) -> None:
    assert any(text["sha256"].hex() == pin.sha256 for text in KNOWN_RESOURCES[pin.url])
