"""A badge that the reader's own browser checks: with its public documents only, and with every one of them forged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from playwright.sync_api import Browser, Page, expect

from badges import awards
from issuer.base.db import db
from issuer.crypto.multibase import decode_base64url, encode_base64url
from issuer.crypto.multikey import to_jwk
from issuer.models import StatusList
from issuer.status import places, publishing
from tests.factories.badges import make_award
from tests.journeys.browsing import DESKTOP, PHONE, Surface, Visitor, visiting
from tests.journeys.conftest import Service
from tests.live import LiveServer

HOLDS = "It holds on this device: signed by the issuer, unchanged, and not withdrawn."
FAILS = "It does not hold. Do not rely on what this page shows."
UNKNOWN = "It could not be checked in full on this device. This says nothing against the badge."
PATIENCE = 10_000

pytestmark = pytest.mark.browser


def public_badge(server: LiveServer) -> tuple[str, str]:
    """The path of a published badge, and its token."""
    with server.instance.use_cases():
        award = make_award()
        award.visibility = "public"
        return f"/badges/{award.public_id}", awards.credential_of(award).jwt.decode()


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(decode_base64url(token.split(".")[1]))
    return claims


def with_claims(token: str, **over: Any) -> str:
    header, _payload, signature = token.split(".")
    return f"{header}.{encode_base64url(json.dumps({**claims_of(token), **over}).encode())}.{signature}"


@contextmanager
def before_the_check(browser: Browser, service: Service, surface: Surface = DESKTOP) -> Iterator[tuple[Visitor, str]]:
    server = service("sqlite")
    path, token = public_badge(server)
    with visiting(browser, server.instance.base_url, surface) as visitor:
        visitor.open(path)
        yield visitor, token


def pressed(page: Page) -> str:
    """The answer in one sentence."""
    page.get_by_role("button", name="Check it on this device").click()
    answer = page.locator("#check-here [data-answer]")
    expect(answer).to_be_visible(timeout=PATIENCE)
    return answer.inner_text()


def steps(page: Page) -> str:
    return page.locator("#check-here [data-steps]").inner_text()


def serve(page: Page, pattern: str, body: str | Mapping[str, Any]) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    page.route(pattern, lambda route: route.fulfill(body=text, content_type="application/json"))


class Forger:
    """Somebody with a key of his own, and all the time in the world."""

    def __init__(self, token: str) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.header, self.claims = token.split(".")[0], claims_of(token)

    def token(self, **over: Any) -> str:
        signed = f"{self.header}.{encode_base64url(json.dumps({**self.claims, **over}).encode())}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encode_base64url(signature)}"

    def listed_in(self, document: dict[str, Any]) -> dict[str, Any]:
        """The issuer's document, with his key in the place of the issuer's."""
        for method in document["verificationMethod"]:
            if "publicKeyJwk" in method:
                method["publicKeyJwk"] = to_jwk(self.key.public_key())
        return document


@pytest.mark.parametrize("surface", [PHONE, DESKTOP], ids=lambda surface: surface.name)
def test_an_untouched_badge_holds_on_this_device(browser: Browser, service: Service, surface: Surface) -> None:
    with before_the_check(browser, service, surface) as (visitor, _token):
        asked: list[str] = []
        visitor.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
        assert pressed(visitor.page) == HOLDS
        assert all(
            (each.startswith("GET ") and each.endswith((".jwt", "did.json"))) or "/status/" in each for each in asked
        )
        assert len(asked) >= 3
        assert "Name, holder, issuer and dates on this page are those that were signed." in steps(visitor.page)
        visitor.look()


@pytest.mark.parametrize("fault", [{"name": "Master of everything"}, {"exp": 4102444800}, {"jti": "x"}])
def test_a_changed_badge_does_not_hold(browser: Browser, service: Service, fault: dict[str, Any]) -> None:
    with before_the_check(browser, service) as (visitor, token):
        serve(visitor.page, "**/*.jwt", with_claims(token, **fault))
        assert pressed(visitor.page) == FAILS
        assert "The signature does not fit" in steps(visitor.page)


def test_a_badge_that_somebody_else_signed_does_not_hold(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, token):
        serve(visitor.page, "**/*.jwt", Forger(token).token())
        assert pressed(visitor.page) == FAILS


def test_a_key_that_the_issuer_does_not_list_does_not_count(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, token):
        header = {**json.loads(decode_base64url(token.split(".")[0])), "kid": "https://other.example/keys/1"}
        forged = ".".join([encode_base64url(json.dumps(header).encode()), *token.split(".")[1:]])
        serve(visitor.page, "**/*.jwt", forged)
        assert pressed(visitor.page) == FAILS
        assert "a key that the issuer does not list" in steps(visitor.page)


def test_the_algorithm_none_is_refused(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, token):
        header = {**json.loads(decode_base64url(token.split(".")[0])), "alg": "none"}
        serve(visitor.page, "**/*.jwt", f"{encode_base64url(json.dumps(header).encode())}.{token.split('.')[1]}.")
        assert pressed(visitor.page) == FAILS
        assert "signed in a way that is not accepted" in steps(visitor.page)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        (
            {"exp": 1500000000, "validUntil": "2017-07-14T02:40:00Z"},
            "It has expired, by the clock of this device.",
        ),
        ({"exp": 4102444800}, "It names two different periods."),
        ({"nbf": 4102444800, "validFrom": "2100-01-01T00:00:00Z"}, "Not yet, by the clock of this device."),
        ({"id": "https://other.example/1"}, "This page shows something else than what was signed."),
    ],
)
def test_what_was_signed_must_stand_today_and_be_what_the_page_shows(
    browser: Browser, service: Service, over: dict[str, Any], words: str
) -> None:
    with before_the_check(browser, service) as (visitor, token):
        forger = Forger(token)
        serve(visitor.page, "**/*.jwt", forger.token(**over))
        with_own_key(visitor.page, "**/did.json", forger.listed_in)
        assert pressed(visitor.page) == FAILS
        assert words in steps(visitor.page)
        assert "The signature fits the badge and the issuer's key." in steps(visitor.page)


def test_a_list_of_withdrawn_badges_that_was_changed_is_not_believed(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, _token):
        with_own_key(visitor.page, "**/status/*", lambda it: {**it, "validUntil": "2100-01-01T00:00:00Z"})
        assert pressed(visitor.page) == UNKNOWN
        assert "does not bear the issuer's signature" in steps(visitor.page)


def test_a_list_of_another_shape_is_not_believed_either(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, _token):
        with_own_key(visitor.page, "**/status/*", lambda it: {**it, "name": "Another"})
        assert pressed(visitor.page) == UNKNOWN
        assert "of a kind that is not checked here" in steps(visitor.page)


def test_without_a_network_nothing_is_said_against_the_badge(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, _token), visitor.offline():
        assert pressed(visitor.page) == UNKNOWN
        assert "Is this device online?" in steps(visitor.page)


def test_a_browser_without_ed25519_says_what_it_could_not_check(browser: Browser, service: Service) -> None:
    with before_the_check(browser, service) as (visitor, _token):
        visitor.page.evaluate(
            "const real = crypto.subtle.importKey.bind(crypto.subtle); crypto.subtle.importKey = (...given) =>"
            " given[2].name === 'Ed25519' ? Promise.reject(new DOMException('', 'NotSupportedError')) : real(...given);"
            " null"
        )
        assert pressed(visitor.page) == UNKNOWN
        assert "This browser cannot check the signature of the list" in steps(visitor.page)


def test_a_withdrawn_badge_is_said_to_be_withdrawn(browser: Browser, service: Service) -> None:
    server = service("sqlite")
    path, _token = public_badge(server)
    with server.instance.use_cases():
        revoke(path.rpartition("/")[2])
    with visiting(browser, server.instance.base_url) as visitor:
        visitor.open(path)
        assert pressed(visitor.page) == FAILS
        assert "the issuer's signed list says that it is withdrawn" in steps(visitor.page)


def with_own_key(page: Page, pattern: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer with what the service says, changed."""
    page.route(pattern, lambda route: route.fulfill(json=change(route.fetch().json())))


def revoke(award_id: str) -> None:
    """As the issuer does it; the list is published at once."""
    entry = places.revoke(award_id, reason="Given by mistake.", actor="system")
    publishing.publish(db.session.get_one(StatusList, entry.status_list_id).public_id)
