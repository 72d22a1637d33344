"""From an address to the badge that lies there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from badges.verification.inputs.following import follow
from badges.verification.inputs.given import Given, Link
from badges.verification.report import Check, Outcome, Report
from badges.verification.verifying import verify
from badges.verification.world import Answer, World
from issuer.crypto.errors import KeyUnavailable, NothingPublished, UrlNotAllowed
from tests.factories.baking import (
    document_bytes,
    international,
    latin,
    make_document,
    make_page,
    make_pdf,
    make_png,
    make_qr,
    token_text,
)
from tests.factories.credentials import NOW

BADGE = "https://badges.example/badges/1"
PAGE = "https://badges.example/pages/1"
HOME = "https://rosette.example"
CODE = "Zx81-Qm4_Tt7bN0aLkP2dA"

Places = Mapping[str, bytes | int | Exception]


def make_world(places: Places) -> World:
    """A world in which these addresses answer: with a document, a status, or trouble."""

    def read(url: str) -> Answer:
        said = places.get(url, 404)
        if isinstance(said, Exception):
            raise said
        return Answer(url, 200, "", said) if isinstance(said, bytes) else Answer(url, said, "", b"")

    def fetch(url: str) -> dict[str, Any]:
        raise KeyUnavailable(f"Nothing is at {url}.")

    return World(fetch, lambda _signatory: None, now=NOW, read=read, home=HOME)


def followed(link: Link, places: Places) -> Given:
    given, check = follow(link, make_world(places))
    assert check.outcome is Outcome.PASS
    assert given is not None
    return given


def stopped(link: Link, places: Places) -> Check:
    given, check = follow(link, make_world(places))
    assert given is None
    return check


@pytest.mark.parametrize("body", [document_bytes(), token_text().encode()])
def test_the_badge_at_an_address_knows_where_it_was_found(body: bytes) -> None:
    assert followed(Link(BADGE), {BADGE: body}).address == BADGE


def test_where_it_was_found_is_where_redirects_led() -> None:
    world = World(
        lambda _url: {},
        lambda _signatory: None,
        now=NOW,
        read=lambda _url: Answer("https://moved.example/1", 200, "", document_bytes()),
    )
    given, _ = follow(Link(BADGE), world)
    assert given is not None
    assert given.address == "https://moved.example/1"


def test_a_code_of_this_service_is_looked_up_at_home() -> None:
    assert followed(Link("", code=CODE), {f"{HOME}/badges/{CODE}": document_bytes()}).document == make_document()


def test_a_picture_keeps_being_the_container_of_what_it_links_to() -> None:
    given = followed(Link(BADGE, container="png"), {BADGE: document_bytes()})
    assert (given.container, given.address) == ("png", BADGE)


LINKED = {
    "a link to another form": '<link rel="alternate" type="application/vc+ld+json" href="/badges/1">',
    "a link as JSON, relative to a base": (
        '<base href="https://badges.example/badges/"><link rel="alternate" type="application/json" href="1">'
    ),
    "a meta element": f'<meta name="openbadge" content="{BADGE}">',
}


@pytest.mark.parametrize("head", LINKED.values(), ids=LINKED.keys())
def test_a_page_leads_to_its_badge(head: str) -> None:
    assert followed(Link(PAGE), {PAGE: make_page(head), BADGE: document_bytes()}).address == BADGE


def test_a_badge_that_stands_in_its_page_is_read() -> None:
    head = f'<script type="application/ld+json">{json.dumps(make_document())}</script>'
    given = followed(Link(PAGE), {PAGE: make_page(head)})
    assert (given.document, given.container, given.address) == (make_document(), "page", PAGE)


def test_a_picture_at_an_address_leads_on_to_the_hosted_badge() -> None:
    picture = make_png(latin("openbadges", BADGE.encode()))
    assert followed(Link(PAGE), {PAGE: picture, BADGE: document_bytes()}).address == BADGE


def test_a_page_without_a_badge_says_what_to_look_for() -> None:
    plain = make_page('<script type="application/ld+json">{"@graph": []}</script>', "<p>Well done!</p>")
    check = stopped(Link(PAGE), {PAGE: plain})
    assert (check.outcome, check.code) == (Outcome.FAIL, "no_badge_found")
    assert "download" in str(check.sentence)


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "data:application/json,{}", "", "http://["]
)
def test_a_page_leads_nowhere_but_to_the_web(href: str) -> None:
    page = make_page(f'<link rel="alternate" type="application/json" href="{href}">')
    assert stopped(Link(PAGE), {PAGE: page}).outcome is Outcome.FAIL


def test_pages_that_lead_to_each_other_end() -> None:
    def leading(url: str) -> bytes:
        return make_page(f'<link rel="alternate" type="application/json" href="{url}">')

    assert stopped(Link(PAGE), {PAGE: leading(BADGE), BADGE: leading(PAGE)}).code == "too_many_links"
    chain: dict[str, bytes | int | Exception] = {f"{PAGE}/{n}": leading(f"{PAGE}/{n + 1}") for n in range(9)}
    assert stopped(Link(f"{PAGE}/0"), chain).code == "too_many_links"


def test_what_a_host_withdrew_is_revoked() -> None:
    for container in ("text", "png"):
        check = stopped(Link(BADGE, container=container), {BADGE: 410})
        assert (check.name, check.outcome, check.code) == ("status", Outcome.FAIL, "revoked")


def test_what_a_host_withdrew_and_still_shows_is_handed_on() -> None:
    revoked = json.dumps({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "revoked": True}).encode()
    world = World(lambda _url: {}, lambda _signatory: None, now=NOW, read=lambda url: Answer(url, 410, "", revoked))
    given, _ = follow(Link(BADGE), world)
    assert given is not None
    assert given.document["revoked"] is True


def test_a_hosted_badge_that_nobody_hosts_is_not_valid() -> None:
    check = stopped(Link(BADGE, container="png"), {})
    assert (check.name, check.outcome, check.code) == ("status", Outcome.FAIL, "not_hosted")


def test_nothing_at_a_pasted_address_is_said_to_be_nothing() -> None:
    assert stopped(Link(BADGE), {}).code == "not_found"
    assert stopped(Link(BADGE), {BADGE: NothingPublished("No such host.")}).code == "not_found"


@pytest.mark.parametrize("trouble", [KeyUnavailable("Timed out."), 401, 403, 429])
def test_trouble_on_the_way_is_neither_valid_nor_revoked(trouble: Exception | int) -> None:
    check = stopped(Link(BADGE, container="png"), {BADGE: trouble})
    assert (check.outcome, check.code) == (Outcome.COULD_NOT_CHECK, "fetch_failed")


def test_an_address_that_must_not_be_asked_is_not_asked() -> None:
    assert stopped(Link(BADGE), {BADGE: UrlNotAllowed("Not public.")}).code == "url_not_allowed"


def verdicts(places: Places, *handed_in: bytes) -> list[Report]:
    return [verify(data, make_world(places)) for data in handed_in]


def test_whatever_leads_to_a_badge_comes_to_one_report() -> None:
    handed_in = (
        document_bytes(),
        make_png(international("openbadgecredential", document_bytes())),
        make_png(latin("openbadges", BADGE.encode())),
        make_qr(BADGE),
        make_pdf(links=[BADGE]),
        f"Look: {BADGE}!".encode(),
    )
    reports = verdicts({BADGE: document_bytes()}, *handed_in)
    assert [report.document for report in reports] == [make_document()] * len(handed_in)
    assert len({report.verdict for report in reports}) == 1


def test_a_withdrawn_picture_is_invalid_and_an_unreachable_one_unknown() -> None:
    picture = make_png(latin("openbadges", BADGE.encode()))
    assert verdicts({BADGE: 410}, picture)[0].verdict == "invalid"
    assert verdicts({BADGE: KeyUnavailable("Timed out.")}, picture)[0].verdict == "unknown"


def test_a_token_that_anybody_could_forge_is_invalid() -> None:
    header, payload, _ = token_text().split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{payload}."
    (report,) = verdicts({}, unsigned.encode())
    failure = report.failure()
    assert header
    assert (report.verdict, failure.code if failure else "") == ("invalid", "alg_not_allowed")
