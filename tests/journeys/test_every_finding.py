"""Everything that somebody who checks a badge may be told: said first, in words, on a phone and on a desktop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from badges import awards
from badges.demonstration.learning import play
from badges.models import Award
from badges.verification.report import Finding
from issuer.base.db import utc_now
from issuer.crypto.bitstring import encode, new_bits, set_bits
from issuer.crypto.contexts import CLR2_CONTEXT, OB3_CONTEXT, VC2_CONTEXT
from issuer.policy import Actor
from tests.factories.baking import make_qr
from tests.journeys.browsing import DESKTOP, DESKTOP_WITHOUT_JAVASCRIPT, PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.journeys.foreign_issuer import ForeignIssuer, foreign_issuer, silent_issuer
from tests.learners import demonstration_module, make_account
from tests.live import LiveServer
from tests.unit.issuer.crypto.making import make_signed

REASON = "The check was taken by somebody else."

SAID: Mapping[Finding, tuple[str, str]] = {
    Finding.VALID: ("Genuine and valid", "Genuine and valid. Issued by"),
    Finding.ISSUER_NOT_KNOWN: ("Genuine, issuer not known", "Whether you know the issuer, Harbour Sales School,"),
    Finding.ISSUER_UNPROVEN: ("Not altered, issuer not proved", "only the badge itself says"),
    Finding.EXPIRED: ("Genuine, expired", "Genuine, but expired on"),
    Finding.NOT_YET_VALID: ("Genuine, not valid yet", "Genuine, but not valid yet."),
    Finding.SUSPENDED: ("Genuine, suspended", "Genuine, but suspended by its issuer."),
    Finding.REVOKED: ("Withdrawn", REASON),
    Finding.ALTERED: ("Altered", "Altered: this is not what the issuer signed."),
    Finding.NOT_VALID: ("Not valid", "Not signed: it proves nothing."),
    Finding.COULD_NOT_CHECK: ("Could not be checked", "did not answer"),
    Finding.NOT_A_BADGE: ("Not a badge", "Paste the address of the badge's page"),
}
"""Finding -> (the words over the answer, what the answer says)."""


DROPPED = """text => {
  const given = new DataTransfer();
  given.items.add(new File([text], "badge.json"));
  return given;
}"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[ForeignIssuer]:
    with foreign_issuer() as answering:
        yield answering


@pytest.fixture(scope="module")
def handed_in(service: Service, issuer: ForeignIssuer) -> tuple[LiveServer, dict[Finding, str]]:
    """The service, and something to paste for each finding."""
    server = service("sqlite")
    with server.instance.use_cases():
        own, withdrawn = _own_badge("Amara Okafor"), _own_badge("Salma Haddad")
        awards.revoke(withdrawn, reason=REASON, actor="system", is_public=True)
        genuine = awards.credential_of(own).document.decode()
        revoked = awards.credential_of(withdrawn).document.decode()
    unproven = {"issuer": {"id": f"{issuer.base_url}/nobody", "type": ["Profile"], "name": "Some School"}}
    texts = {
        Finding.VALID: genuine,
        Finding.ISSUER_NOT_KNOWN: json.dumps(issuer.badge(validUntil=None)),
        Finding.EXPIRED: json.dumps(issuer.badge(validFrom="2020-02-01T09:30:00Z", validUntil="2024-02-01T09:30:00Z")),
        Finding.NOT_YET_VALID: json.dumps(issuer.badge(validFrom="2090-02-01T09:30:00Z", validUntil=None)),
        Finding.SUSPENDED: json.dumps(_suspended(issuer)),
        Finding.REVOKED: revoked,
        Finding.ALTERED: genuine.replace("Amara Okafor", "Amara Okafar"),
        Finding.NOT_VALID: json.dumps(issuer.credential(**unproven)),
        Finding.COULD_NOT_CHECK: json.dumps(silent_issuer().badge(validUntil=None)),
        Finding.NOT_A_BADGE: "Certificate of attendance",
    }
    return server, texts


def _own_badge(name: str) -> Award:
    holder = make_account(name=name)
    award = play(holder, demonstration_module("M01"), answers="right", now=utc_now()).awards[0]
    awards.publish(Actor(account_id=holder.id, public_id=holder.public_id), award.public_id)
    return award


def check(verifier: Visitor, text: str) -> None:
    page = verifier.open("/verify")
    page.get_by_label("The badge, or its address").fill(text)
    verifier.press("Check it")


@pytest.mark.browser
@pytest.mark.parametrize("surface", [PHONE, DESKTOP, DESKTOP_WITHOUT_JAVASCRIPT], ids=lambda surface: surface.name)
def test_every_finding_is_said_first_and_in_words(
    browser: Browser, handed_in: tuple[LiveServer, dict[Finding, str]], surface: Surface
) -> None:
    server, texts = handed_in
    with visiting(browser, server.instance.base_url, surface) as verifier:
        for finding, text in texts.items():
            check(verifier, text)
            mark, sentence = SAID[finding]
            answer = verifier.page.locator(".answer")
            expect(answer.locator(".eyebrow")).to_have_text(mark)
            expect(answer).to_contain_text(sentence)
            assert verifier.page.locator("main > *").first.get_attribute("class", timeout=500) == answer.get_attribute(
                "class"
            ), "the answer does not come first"


def _suspended(issuer: ForeignIssuer) -> dict[str, Any]:
    """A badge of that issuer's, which its list of suspensions names."""
    at = f"{issuer.base_url}/suspensions"
    subject = {"id": f"{at}#list", "type": "BitstringStatusList", "statusPurpose": "suspension"}
    listing = {
        "@context": [VC2_CONTEXT],
        "id": at,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": "2020-02-01T09:30:00Z",
        "credentialSubject": subject | {"encodedList": encode(set_bits(new_bits(), [94]))},
    }
    issuer.documents["/suspensions"] = make_signed(listing, verification_method=f"{issuer.did}#key-1")
    place = {"type": "BitstringStatusListEntry", "statusPurpose": "suspension", "statusListIndex": "94"}
    return issuer.badge(validUntil=None, credentialStatus={"id": f"{at}#94", "statusListCredential": at} | place)


def _record(issuer: ForeignIssuer, *badges: dict[str, Any]) -> dict[str, Any]:
    """A learning record of that issuer's with these badges in it."""
    return issuer.badge(
        **{
            "@context": [VC2_CONTEXT, CLR2_CONTEXT, OB3_CONTEXT],
            "id": f"{issuer.base_url}/records/1",
            "type": ["VerifiableCredential", "ClrCredential"],
            "name": "A year of learning",
            "credentialSubject": {
                "id": badges[0]["credentialSubject"]["id"],
                "type": ["ClrSubject"],
                "verifiableCredential": list(badges),
            },
        }
    )


@pytest.mark.browser
@pytest.mark.parametrize("surface", [PHONE, DESKTOP], ids=lambda surface: surface.name)
def test_each_badge_in_a_learning_record_has_an_answer_of_its_own(
    browser: Browser, handed_in: tuple[LiveServer, dict[Finding, str]], issuer: ForeignIssuer, surface: Surface
) -> None:
    past = {"validFrom": "2020-02-01T09:30:00Z", "validUntil": "2024-02-01T09:30:00Z"}
    record = _record(issuer, issuer.badge(validUntil=None), issuer.badge(id=f"{issuer.base_url}/credentials/2", **past))
    with visiting(browser, handed_in[0].instance.base_url, surface) as verifier:
        check(verifier, json.dumps(record))
        parts = verifier.page.locator("#parts .part-of")
        expect(parts).to_have_count(2)
        expect(parts.nth(0)).to_contain_text("Genuine and not altered.")
        expect(parts.nth(1)).to_contain_text("Genuine, but expired on")


@pytest.mark.browser
def test_where_the_browser_reads_no_codes_its_camera_takes_a_picture_that_is_checked(
    browser: Browser, handed_in: tuple[LiveServer, dict[Finding, str]]
) -> None:
    server, texts = handed_in
    picture = make_qr(json.loads(texts[Finding.VALID])["id"], kind="JPEG")
    with visiting(browser, server.instance.base_url, PHONE) as verifier:
        page = verifier.open("/verify")
        page.evaluate("delete window.BarcodeDetector")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Scan a QR code with the camera").click()
        with page.expect_navigation():
            chooser.value.set_files({"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture})  # type: ignore[arg-type]
        verifier.look()
        expect(page.locator(".answer .eyebrow")).to_have_text("Genuine and valid")


@pytest.mark.browser
def test_what_could_not_be_checked_names_the_host_and_can_be_tried_again(
    browser: Browser, handed_in: tuple[LiveServer, dict[Finding, str]], issuer: ForeignIssuer
) -> None:
    server, texts = handed_in
    silent = json.loads(texts[Finding.COULD_NOT_CHECK])["issuer"]["id"]
    port = silent.partition("%3A")[2].partition(":")[0]
    with visiting(browser, server.instance.base_url, PHONE) as verifier:
        check(verifier, texts[Finding.COULD_NOT_CHECK])
        expect(verifier.page.locator(".answer")).to_contain_text("localhost")
        assert port
        verifier.press("Try again")
        expect(verifier.page.locator(".answer .eyebrow")).to_have_text("Could not be checked")


@pytest.mark.browser
@pytest.mark.parametrize("surface", [PHONE, DESKTOP_WITHOUT_JAVASCRIPT], ids=lambda surface: surface.name)
def test_a_file_is_let_go_or_chosen_and_checked(
    browser: Browser, handed_in: tuple[LiveServer, dict[Finding, str]], surface: Surface
) -> None:
    server, texts = handed_in
    with visiting(browser, server.instance.base_url, surface) as verifier:
        page = verifier.open("/verify")
        file = {"name": "badge.json", "mimeType": "application/json", "buffer": texts[Finding.VALID].encode()}
        page.get_by_label("Or a file, or a picture of a QR code").set_input_files(file)  # type: ignore[arg-type]
        verifier.press("Check it")
        expect(verifier.page.locator(".answer .eyebrow")).to_have_text("Genuine and valid")


@pytest.mark.browser
def test_a_dropped_file_is_checked_at_once(browser: Browser, handed_in: tuple[LiveServer, dict[Finding, str]]) -> None:
    server, texts = handed_in
    with visiting(browser, server.instance.base_url, DESKTOP) as verifier:
        page = verifier.open("/verify")
        given = page.evaluate_handle(
            DROPPED,
            texts[Finding.VALID],
        )
        with page.expect_navigation():
            page.dispatch_event("#check", "drop", {"dataTransfer": given})
        verifier.look()
        expect(page.locator(".answer .eyebrow")).to_have_text("Genuine and valid")
