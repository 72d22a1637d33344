"""A receipt of a check: saved from the report, handed in again, scanned off paper; and every one of them changed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from badges import awards
from issuer.crypto.multibase import decode_base64url, encode_base64url
from tests.journeys.browsing import PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.journeys.test_handing_in_files import BOTH, GENUINE, HOLDER, hand_in, published_badge
from tests.live import LiveServer

GENUINE_RECEIPT = "A genuine receipt"
CHECK_IT_AGAIN = "Check it again"
BADGE = "Target List"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def badge(service: Service) -> tuple[LiveServer, bytes]:
    server = service("sqlite")
    with server.instance.use_cases():
        return server, awards.credential_of(published_badge(HOLDER)).document


def save(visitor: Visitor, form: str) -> bytes:
    """The receipt of the check on this page, as a file."""
    with visitor.page.expect_download() as saving:
        visitor.page.get_by_role("button", name=f"Save as {form}", exact=True).click()
    return Path(saving.value.path()).read_bytes()


def with_another_letter(saved: bytes) -> bytes:
    """What people read in the file, changed; its token left alone."""
    assert HOLDER.encode() in saved
    return saved.replace(HOLDER.encode(), b"Amira Okafor")


def with_another_token(saved: bytes) -> bytes:
    """Token and readable text changed alike, so that only the signature can tell."""
    receipt: dict[str, Any] = json.loads(saved)
    name = next(each for each, value in receipt.items() if isinstance(value, str) and value.count(".") == 2)
    receipt = json.loads(with_another_letter(saved))
    return json.dumps({**receipt, name: forged(receipt[name])}, ensure_ascii=False).encode()


def forged(token: str) -> str:
    header, payload, signature = token.split(".")
    claims = decode_base64url(payload)
    return f"{header}.{encode_base64url(with_another_letter(claims))}.{signature}"


def with_attachment(pdf: bytes, content: bytes) -> bytes:
    """The same PDF with another file attached under the same name."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    attached = [
        each for each in writer._objects if isinstance(each, StreamObject) and each.get("/Type") == "/EmbeddedFile"
    ]
    assert len(attached) == 1
    attached[0].pop(NameObject("/Filter"), None)
    attached[0]._data = content
    saved = io.BytesIO()
    writer.write(saved)
    return saved.getvalue()


def answer_is(visitor: Visitor, mark: str) -> None:
    expect(visitor.page.locator(".answer .eyebrow")).to_have_text(mark)


@BOTH
def test_a_saved_receipt_is_genuine_and_leads_to_the_badge_as_it_stands(
    browser: Browser, badge: tuple[LiveServer, bytes], surface: Surface
) -> None:
    server, document = badge
    with visiting(browser, server.instance.base_url, surface) as verifier:
        hand_in(verifier, "badge.json", document)
        expect(verifier.page.get_by_role("link", name=CHECK_IT_AGAIN, exact=True)).to_have_count(0)
        assert hand_in(verifier, "receipt.json", save(verifier, "JSON")) == 200
        answer_is(verifier, GENUINE_RECEIPT)
        expect(verifier.page.locator(".answer")).to_contain_text(HOLDER)
        expect(verifier.page.get_by_role("button", name="Compare")).to_have_count(0)  # nothing of it would be compared
        verifier.follow(CHECK_IT_AGAIN)
        answer_is(verifier, GENUINE)
        expect(verifier.page.get_by_role("heading", level=1)).to_have_text(BADGE)


@pytest.mark.parametrize("change", [with_another_letter, with_another_token])
def test_a_receipt_with_one_letter_changed_is_altered(
    browser: Browser, badge: tuple[LiveServer, bytes], change: Callable[[bytes], bytes]
) -> None:
    server, document = badge
    with visiting(browser, server.instance.base_url, PHONE) as verifier:
        hand_in(verifier, "badge.json", document)
        assert hand_in(verifier, "receipt.json", change(save(verifier, "JSON"))) == 200
        answer_is(verifier, "Altered")
        expect(verifier.page.get_by_role("link", name=CHECK_IT_AGAIN, exact=True)).to_have_count(0)


@BOTH
def test_the_receipt_on_paper_is_as_good_as_the_file(
    browser: Browser, badge: tuple[LiveServer, bytes], surface: Surface
) -> None:
    server, document = badge
    with visiting(browser, server.instance.base_url, surface) as verifier:
        hand_in(verifier, "badge.json", document)
        as_json, as_pdf = save(verifier, "JSON"), save(verifier, "PDF")
        assert hand_in(verifier, "receipt.pdf", as_pdf) == 200
        answer_is(verifier, GENUINE_RECEIPT)
        hand_in(verifier, "receipt.pdf", with_attachment(as_pdf, as_json))
        answer_is(verifier, GENUINE_RECEIPT)
        hand_in(verifier, "receipt.pdf", with_attachment(as_pdf, with_another_letter(as_json)))
        answer_is(verifier, "Altered")


def test_a_scanned_receipt_hands_itself_in(browser: Browser, badge: tuple[LiveServer, bytes]) -> None:
    server, document = badge
    with visiting(browser, server.instance.base_url, PHONE) as verifier:
        hand_in(verifier, "badge.json", document)
        address: str = json.loads(save(verifier, "JSON"))["checkAt"]
        scanned, _, token = address.partition("=")
        assert scanned == verifier.url("/verify#receipt")
        for each, mark in ((token, GENUINE_RECEIPT), (forged(token), "Altered")):
            verifier.page.goto("about:blank")
            verifier.page.goto(f"{scanned}={each}")
            answer_is(verifier, mark)
            verifier.look()
            assert each not in verifier.page.url
