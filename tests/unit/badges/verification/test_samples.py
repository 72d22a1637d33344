"""Published Open Badges 3.0 samples with their expected outcome: each fault is found and named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from badges.verification.report import Report, Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.crypto.errors import KeyUnavailable
from tests.oracles import SHARED, needs_shared

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAMPLES = (SHARED or Path("/nowhere")) / "standards" / "samples" / "ob30"


def _offline(url: str) -> dict[str, object]:
    raise KeyUnavailable(f"{url} is not answered in this test.")


def _verify(data: bytes) -> Report:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        return verify(data, World(fetch=_offline, trust=lambda _: None, now=NOW))


@needs_shared
@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("simple-err-credential-subject-achievement-result-description-type.json", "open_badge"),
        ("simple-err-credential-subject-identifier-type.json", "open_badge"),
        ("simple-err-evidence-type.json", "open_badge"),
        ("simple-err-issued.json", "period"),
        ("simple-err-issuer-parentorg-type.json", "signature"),
        ("simple-err-issuer.json", "data_model"),
        ("simple-err-proof-method-no-scheme.json", "issuer"),
        ("simple-err-proof-method-unknown-did-method.json", "issuer"),
    ],
)
def test_a_faulty_sample_is_invalid_and_its_fault_is_named(name: str, check: str) -> None:
    report = _verify((SAMPLES / name).read_bytes())
    assert report.verdict is Verdict.INVALID
    assert report.check(check).outcome == "fail"  # type: ignore[union-attr]


@needs_shared
def test_a_sample_without_proof_proves_nothing() -> None:
    document = json.loads((SAMPLES / "simple.json").read_text())
    del document["proof"]
    report = _verify(json.dumps(document).encode())
    assert report.verdict is Verdict.INVALID
    assert report.check("signature").code == "no_proof"  # type: ignore[union-attr]


@needs_shared
def test_a_good_sample_whose_issuer_cannot_be_read_is_unknown_not_valid() -> None:
    report = _verify((SAMPLES / "simple.json").read_bytes())
    assert report.verdict is Verdict.UNKNOWN
    assert report.facts is None


@needs_shared
def test_a_key_in_the_address_is_not_enough_to_speak_for_the_issuer() -> None:
    """The signature of this sample holds, by a key that only its own name vouches for."""
    report = _verify((SAMPLES / "simple-did-key-method.json").read_bytes())
    assert report.check("signature").outcome == "pass"  # type: ignore[union-attr]
    assert report.check("issuer").code == "key_not_bound"  # type: ignore[union-attr]
    assert report.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "invalid_json"),
        (b"   \n", "invalid_json"),
        (b"[1, 2]", "no_badge_found"),
        (b"{}", "no_badge_found"),
        (b'{"a": NaN}', "invalid_json"),
        (b'{"a": 1, "a": 2}', "invalid_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"@context": "x" ', "invalid_json"),
        ("{}".encode("utf-16"), "invalid_json"),
        (b"x" * (1024 * 1024 + 1), "too_large"),
        (b"only.two", "unsupported_format"),
        (b"five.parts.make.a.jwe", "unsupported_format"),
        (b"\xff\xd8\xff\xe0 not a badge", "bad_image"),
    ],
)
def test_what_is_no_badge_is_unsupported_with_its_reason(data: bytes, code: str) -> None:
    report = _verify(data)
    assert report.verdict is Verdict.UNSUPPORTED
    assert report.checks[0].code == code
