"""The numbered cases of bad status: revoked and suspended; lists that fail, lie or overflow; places that are none."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from badges.verification.report import Outcome, Report, Verdict
from badges.verification.verifying import verify
from badges.verification.world import World
from issuer.base import fetch as fetching
from issuer.base.errors import ServiceError
from issuer.base.fetch import Fetcher
from issuer.crypto.contexts import OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT, VC2_CONTEXT
from issuer.crypto.errors import CryptoError, KeyUnavailable
from issuer.crypto.multibase import encode_base64url
from issuer.crypto.strict_json import load_object
from tests.unit.badges.verification.strangers import (
    DID_URL,
    INDEX,
    LIST_URL,
    NOW,
    issuer_document,
    speaking_english,
    status_entry,
    status_list,
    world,
)
from tests.unit.issuer.crypto.making import ISSUER, make_credential, make_signed

SUSPENSIONS = f"{LIST_URL}-suspensions"
REVOCATIONS = "https://badges.example.org/issuers/harbour/revocations"
NAMED = {"id": REVOCATIONS, "type": "1EdTechRevocationList"}


def badge(status: Any) -> dict[str, Any]:
    contexts = [VC2_CONTEXT, OB3_CONTEXT, OB3_EXTENSIONS_CONTEXT]
    return make_signed(make_credential(**{"@context": contexts}, credentialStatus=status))


def check(document: Mapping[str, Any], around: World) -> Report:
    with speaking_english():
        return verify(json.dumps(document).encode(), around)


def found(status: Any, **documents: dict[str, Any]) -> tuple[Verdict, str]:
    """The verdict on a badge with that status, and the code of the status check; documents by their URL."""
    report = check(badge(status), world({DID_URL: issuer_document()} | documents))
    answer = report.check("status")
    assert answer is not None
    return report.verdict, answer.code


def both(*, revoked: bool, suspended: bool, swapped: bool = False) -> tuple[Verdict, str]:
    entries = [status_entry(), status_entry(statusPurpose="suspension", statusListCredential=SUSPENSIONS)]
    lists = {
        LIST_URL: status_list(*([INDEX] if revoked else [])),
        SUSPENSIONS: status_list(*([INDEX] if suspended else []), purpose="suspension", id=SUSPENSIONS),
    }
    return found(entries[::-1] if swapped else entries, **lists)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("revoked", "suspended", "expected"),
    [
        (False, False, (Verdict.VALID, "")),
        (True, False, (Verdict.INVALID, "revoked")),
        (False, True, (Verdict.INVALID, "suspended")),
        (True, True, (Verdict.INVALID, "revoked")),
    ],
)
def test_v38_every_entry_is_evaluated_and_revoked_outweighs_suspended(
    revoked: bool, suspended: bool, swapped: bool, expected: tuple[Verdict, str]
) -> None:
    assert both(revoked=revoked, suspended=suspended, swapped=swapped) == expected


def test_v38_a_set_bit_outweighs_a_list_that_cannot_be_read() -> None:
    entries = [status_entry(statusListCredential=SUSPENSIONS, statusPurpose="suspension"), status_entry()]
    assert found(entries, **{LIST_URL: status_list(INDEX)}) == (Verdict.INVALID, "revoked")
    assert found(entries, **{LIST_URL: status_list()}) == (Verdict.UNKNOWN, "status_unavailable")


class _Answers(BaseHTTPRequestHandler):
    """/404, /500, /html, /slow, /cut: what a status list's address may answer."""

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(1.5)
        status = {"/404": 404, "/500": 500}.get(self.path, 200)
        body = b"{" if self.path == "/cut" else b"<!doctype html><title>Welcome</title>"
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if self.path == "/html" else "application/vc")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def answering() -> Iterator[str]:
    """The address of a server that gives those answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("answer", ["/404", "/500", "/html", "/slow", "/cut"])
def test_v39_a_list_that_does_not_answer_as_a_list_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, answering: str, answer: str
) -> None:
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.5)

    def fetch(url: str) -> dict[str, Any]:
        if url == DID_URL:
            return issuer_document()
        try:
            return load_object(Fetcher(allow_loopback_http=True).get(url).body)
        except (ServiceError, CryptoError) as error:
            raise KeyUnavailable(str(error)) from error

    around = World(fetch=fetch, trust=lambda _: None, now=NOW)
    report = check(badge(status_entry(statusListCredential=f"{answering}{answer}")), around)
    status = report.check("status")
    assert (report.verdict, status and status.code) == (Verdict.UNKNOWN, "status_unavailable")


@pytest.mark.parametrize(
    "listing",
    [
        status_list(INDEX, key_seed=9),
        status_list(INDEX, issuer="did:web:elsewhere.example"),
        {name: value for name, value in status_list(INDEX).items() if name != "proof"},
    ],
    ids=["by another key", "of another issuer", "unsigned"],
)
def test_v40_a_list_that_the_issuer_did_not_sign_is_no_answer(listing: dict[str, Any]) -> None:
    assert found(status_entry(), **{LIST_URL: listing}) == (Verdict.UNKNOWN, "status_untrusted")


@pytest.mark.parametrize("index", ["-1", "1e3", str(2**63), "131072", "1.0", "", " 7", "٧", 131_072, -1, 1.0, None])
def test_v43_a_place_that_is_none_is_no_answer(index: object) -> None:
    entry = status_entry(statusListIndex=index)
    assert found(entry, **{LIST_URL: status_list()}) == (Verdict.UNKNOWN, "index_out_of_range")


def test_a_list_that_expands_beyond_all_measure_is_no_answer() -> None:
    bomb = "u" + encode_base64url(gzip.compress(bytes(64 * 1024 * 1024)))
    subject = {"id": f"{LIST_URL}#list", "type": "BitstringStatusList", "statusPurpose": "revocation"}
    listing = status_list(credentialSubject=subject | {"encodedList": bomb})
    assert found(status_entry(), **{LIST_URL: listing}) == (Verdict.UNKNOWN, "status_untrusted")


def test_a_list_that_is_too_short_is_no_answer() -> None:
    short = "u" + encode_base64url(gzip.compress(bytes(131_072 // 8 - 1)))
    subject = {"id": f"{LIST_URL}#list", "type": "BitstringStatusList", "statusPurpose": "revocation"}
    listing = status_list(credentialSubject=subject | {"encodedList": short})
    assert found(status_entry(), **{LIST_URL: listing}) == (Verdict.UNKNOWN, "status_untrusted")


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ({"validUntil": "2026-03-01T11:59:59Z"}, "status_untrusted"),
        ({"validFrom": "2026-03-01T12:06:00Z"}, "status_untrusted"),
        ({"validFrom": "2026-03-01T12:04:00Z"}, ""),
        ({"validUntil": "2026-03-01T12:00:01Z"}, ""),
    ],
    ids=["run out", "from tomorrow", "a clock a little ahead", "at the last moment"],
)
def test_a_list_counts_within_its_period_and_clocks_may_differ_a_little(period: dict[str, str], code: str) -> None:
    assert found(status_entry(), **{LIST_URL: status_list(**period)})[1] == code


def listing_of(*items: Any, name: str = "revokedCredential", **over: Any) -> dict[str, Any]:
    """A 1EdTechRevocationList with these items."""
    return {"id": REVOCATIONS, "issuer": ISSUER, name: list(items)} | over


def own(**over: Any) -> dict[str, Any]:
    return {"id": make_credential()["id"]} | over


@pytest.mark.parametrize("name", ["revokedCredential", "revokedCredentials"])
@pytest.mark.parametrize(
    ("item", "code"),
    [
        (own(), "revoked"),
        (own(revoked=True, revocationReason="A mistake."), "revoked"),
        (own(revoked=False), ""),
        ({"id": "https://badges.example.org/credentials/another"}, ""),
        ("https://badges.example.org/credentials/7f9c", ""),
    ],
    ids=["named", "with a reason", "not any more", "another one", "no object"],
)
def test_a_revocation_list_of_1edtech_is_read_under_either_name(name: str, item: Any, code: str) -> None:
    assert found(NAMED, **{REVOCATIONS: listing_of(item, name=name)})[1] == code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (None, "status_unavailable"),
        ({}, "status_untrusted"),
        (listing_of(name="revokedAssertions"), "status_untrusted"),
        (listing_of(revokedCredential="all"), "status_untrusted"),
        (listing_of(own(), issuer="did:web:elsewhere.example"), "status_untrusted"),
    ],
    ids=["unreachable", "empty", "of Open Badges 2", "no list", "of another issuer"],
)
def test_a_revocation_list_that_is_none_is_no_answer(document: dict[str, Any] | None, code: str) -> None:
    documents = {} if document is None else {REVOCATIONS: document}
    assert found(NAMED, **documents) == (Verdict.UNKNOWN, code)


def test_a_status_of_an_unknown_kind_is_no_answer_even_beside_a_good_one() -> None:
    entries = [
        status_entry(),
        {"id": "https://badges.example.org/s", "type": "https://example.org/CarrierPigeonStatus"},
    ]
    assert found(entries, **{LIST_URL: status_list()}) == (Verdict.UNKNOWN, "status_untrusted")


def test_a_suspension_says_that_it_may_be_lifted() -> None:
    report = check(
        badge(status_entry(statusPurpose="suspension")),
        world({DID_URL: issuer_document(), LIST_URL: status_list(INDEX, purpose="suspension")}),
    )
    status = report.check("status")
    assert status is not None and status.outcome is Outcome.FAIL
    with speaking_english():
        assert "can be lifted" in str(status.sentence)
