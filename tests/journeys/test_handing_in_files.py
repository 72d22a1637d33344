"""A badge in every kind of file that people have it in, handed in on a phone: what it is, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, Dialog, expect

from badges import awards
from badges.demonstration.learning import play
from badges.models import Award
from issuer.base.db import utc_now
from issuer.policy import Actor
from tests.factories.baking import (
    cdata,
    document_bytes,
    international,
    make_page,
    make_pdf,
    make_png,
    make_qr,
    make_svg,
    make_zip,
)
from tests.journeys.browsing import PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.learners import demonstration_module, make_account
from tests.live import LiveServer

HOLDER = "Amara Okafor"
GENUINE = "Genuine and valid"
BELONGS = "It belongs to whom you typed."
BELONGS_TO_ANOTHER = "It does not belong to whom you typed."
FORMS = ("png", "svg", "jwt", "pdf", "qr")

PHONE_WITHOUT_JAVASCRIPT = Surface("phone-without-javascript", 360, 740, touch=True, javascript=False)
BOTH = pytest.mark.parametrize("surface", [PHONE, PHONE_WITHOUT_JAVASCRIPT], ids=lambda surface: surface.name)

SCRIPT = "<script>document.title = 'it ran'; alert('it ran')</script>"
TYPE = '<!DOCTYPE svg [<!ENTITY badge "x">]>'

NO_BADGES: Mapping[str, tuple[bytes, str]] = {
    "two.png": (
        make_png(*(international("openbadgecredential", document_bytes()) for _ in range(2))),
        "There is more than one badge in this, and they may contradict each other.",
    ),
    "page.html": (make_page(body="<p>Well done.</p>"), "This page does not say where its badge is."),
    "badges.zip": (
        make_zip([("one.json", document_bytes()), ("two.json", document_bytes())]),
        "There are several badges in this. Check them together, as a list.",
    ),
    "script.svg": (make_svg(SCRIPT), "This is a picture without a badge"),
    "declared.svg": (make_svg(before=TYPE), "This drawing declares what no badge has need of, and was not read."),
}
"""Name of the file -> (what is in it, what is said of it)."""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def files(service: Service) -> tuple[LiveServer, Mapping[str, tuple[str, bytes]]]:
    """The service, and form -> (name of the file, one badge of ours in that form)."""
    server = service("sqlite")
    with server.instance.use_cases():
        award = published_badge(HOLDER)
        signed = awards.credential_of(award)
        document, token = signed.document, signed.jwt
        address = f"{server.instance.base_url}/badges/{award.public_id}"
    return server, {
        "png": ("badge.png", make_png(international("openbadgecredential", document))),
        "svg": ("badge.svg", make_svg(f"<openbadges:credential>{cdata(document)}</openbadges:credential>")),
        "jwt": ("badge.jwt", token),
        "pdf": ("certificate.pdf", make_pdf(attached={"badge.json": document})),
        "qr": ("photograph.jpg", make_qr(address, kind="JPEG")),
    }


def published_badge(name: str) -> Award:
    """A badge that ``name`` has earned here and shows to everybody."""
    holder = make_account(name=name)
    award = play(holder, demonstration_module("M01"), answers="right", now=utc_now()).awards[0]
    awards.publish(Actor(account_id=holder.id, public_id=holder.public_id), award.public_id)
    return award


def hand_in(visitor: Visitor, name: str, content: bytes) -> int:
    """Choose a file and have it checked; the status of the answer."""
    page = visitor.open("/verify")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.get_by_label("Or a file, or a picture of a QR code").set_input_files(file)  # type: ignore[arg-type]
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        visitor.press("Check it")
    return answered.value.status


def compare(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_label("Name, e-mail address or DID").fill(name)
    visitor.press("Compare")


@BOTH
@pytest.mark.parametrize("form", FORMS)
def test_a_badge_in_a_file_is_answered_with_what_it_is(
    browser: Browser, files: tuple[LiveServer, Mapping[str, tuple[str, bytes]]], surface: Surface, form: str
) -> None:
    server, of_form = files
    with visiting(browser, server.instance.base_url, surface) as verifier:
        assert hand_in(verifier, *of_form[form]) == 200
        answer = verifier.page.locator(".answer")
        expect(answer.locator(".eyebrow")).to_have_text(GENUINE)
        expect(answer).to_contain_text(f"to {HOLDER}, and not changed since.")
        expect(verifier.page.get_by_role("heading", level=1)).to_have_text("Target List")


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_badge_that_was_changed_in_its_file_is_altered(
    browser: Browser, files: tuple[LiveServer, Mapping[str, tuple[str, bytes]]], form: str
) -> None:
    server, of_form = files
    with server.instance.use_cases():
        changed = awards.credential_of(published_badge(HOLDER)).document.replace(b"Amara", b"Amira")
    baked = {
        "png": make_png(international("openbadgecredential", changed)),
        "svg": make_svg(f"<openbadges:credential>{cdata(changed)}</openbadges:credential>"),
        "pdf": make_pdf(attached={"badge.json": changed}),
    }
    with visiting(browser, server.instance.base_url, PHONE) as verifier:
        assert hand_in(verifier, of_form[form][0], baked[form]) == 200
        expect(verifier.page.locator(".answer .eyebrow")).to_have_text("Altered")
        expect(verifier.page.locator("main")).not_to_contain_text("Awarded to")


@BOTH
def test_what_holds_no_single_badge_is_told_so_in_words(browser: Browser, service: Service, surface: Surface) -> None:
    with visiting(browser, service("sqlite").instance.base_url, surface) as verifier:
        for name, (content, sentence) in NO_BADGES.items():
            assert hand_in(verifier, name, content) < 500, name
            answer = verifier.page.locator(".answer")
            expect(answer.locator(".eyebrow")).to_have_text("Not a badge")
            expect(answer).to_contain_text(sentence)


def test_a_script_in_the_drawing_of_a_badge_does_not_run(
    browser: Browser, files: tuple[LiveServer, Mapping[str, tuple[str, bytes]]]
) -> None:
    server, of_form = files
    name, drawing = of_form["svg"]
    with visiting(browser, server.instance.base_url, PHONE) as verifier:
        said: list[str] = []

        def hear(dialog: Dialog) -> None:
            said.append(dialog.message)
            dialog.dismiss()

        verifier.page.on("dialog", hear)
        assert hand_in(verifier, name, drawing.replace(b"<path", SCRIPT.encode() + b"<path")) == 200
        expect(verifier.page.locator(".answer .eyebrow")).to_have_text(GENUINE)
        assert not said
        assert "it ran" not in verifier.page.title()


@BOTH
def test_whose_badge_it_is_can_be_asked_on_the_report(
    browser: Browser, files: tuple[LiveServer, Mapping[str, tuple[str, bytes]]], surface: Surface
) -> None:
    server, of_form = files
    with visiting(browser, server.instance.base_url, surface) as verifier:
        hand_in(verifier, *of_form["png"])
        compare(verifier, HOLDER)
        expect(verifier.page.locator(".answer .eyebrow")).to_have_text(GENUINE)
        expect(verifier.page.locator("main")).to_contain_text(BELONGS)
        compare(verifier, "Salma Haddad")
        expect(verifier.page.locator(".answer .eyebrow")).not_to_have_text(GENUINE)
        expect(verifier.page.locator("main")).to_contain_text(BELONGS_TO_ANOTHER)
        compare(verifier, HOLDER)
        expect(verifier.page.locator(".answer .eyebrow")).to_have_text(GENUINE)
