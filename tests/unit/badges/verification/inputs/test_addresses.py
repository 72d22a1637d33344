"""What people really paste."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from badges.verification.inputs.addresses import LONGEST_ADDRESS, find, looks_like_badge, unwrapped
from badges.verification.inputs.given import Link
from badges.verification.inputs.refused import Refused

CODE = "Zx81-Qm4_Tt7bN0aLkP2dA"
BADGE = "https://badges.example/badges/1"
CODED = quote(BADGE, safe="")
UUID = "7e75e005-b03e-4347-af3c-dcab5e629df2"
LEAVING = f"https://www.linkedin.com/safety/go?url={CODED}"
CREDLY = f"https://api.credly.com/v1/obi/v2/badge_assertions/{UUID}"

SAID = {
    "an address": BADGE,
    "blanks": f"  {BADGE}\n",
    "angle brackets": f"<{BADGE}>",
    "the end of a sentence": f"{BADGE}.",
    "a sentence": f"Check my badge: {BADGE}!",
    "brackets": f"I have earned a badge ({BADGE}), look.",
    "quotes": f"Look at “{BADGE}”",
    "Markdown": f"[my badge]({BADGE})",
    "a mail": f"Hello Anna,\n\nhere is my badge:\n{BADGE}\n\nAda",
    "the same twice": f"{BADGE} or {BADGE}",
    "another address beside it": f"{BADGE} (I am https://people.example/ada)",
}


@pytest.mark.parametrize("text", SAID.values(), ids=SAID.keys())
def test_the_address_is_found_in_what_is_around_it(text: str) -> None:
    assert find(text) == Link(BADGE)


WRAPPED = {
    "LinkedIn, to add a certificate": (
        f"https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=Sales&certUrl={CODED}&certId=1"
    ),
    "LinkedIn, leaving": f"https://www.linkedin.com/safety/go?url={CODED}&trk=x",
    "LinkedIn, older": f"https://www.linkedin.com/redir/redirect?url={CODED}&urlhash=x",
    "Outlook": f"https://nam11.safelinks.protection.outlook.com/?url={CODED}&data=05%7C02%7C&reserved=0",
    "Google": f"https://www.google.com/url?q={CODED}&sa=D",
    "Facebook": f"https://l.facebook.com/l.php?u={CODED}&h=x",
    "Proofpoint 2": "https://urldefense.proofpoint.com/v2/url?u=https-3A__badges.example_badges_1&d=x&c=y",
    "Proofpoint 3": "https://urldefense.com/v3/__https://badges.example/badges/1__;!!abc!def$",
    "VerifierPlus": f"https://verifierplus.org/#verify?vc={BADGE}",
    "VerifierPlus, encoded": f"https://verifierplus.org/#verify?vc={CODED}",
    "a wallet's link": f"https://wallet.example/share?vc={CODED}",
    "badgecheck": f"https://badgecheck.io?url={CODED}",
    "a page like ours": f"https://rosette.example/verify?badge={CODED}",
    "one in the other": f"https://www.google.com/url?q={quote(LEAVING, safe='')}",
}


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_the_address_is_taken_out_of_what_carries_it(text: str) -> None:
    assert find(text) == Link(BADGE)


BEHIND = {
    f"https://www.credly.com/badges/{UUID}": CREDLY,
    f"https://www.credly.com/badges/{UUID}/public_url": CREDLY,
    f"https://www.credly.com/badges/{UUID.upper()}/linked_in_profile": CREDLY,
    f"https://www.youracclaim.com/badges/{UUID}": CREDLY,
    CREDLY: CREDLY,
    f"https://sandbox.credly.com/badges/{UUID}": CREDLY.replace("api.", "sandbox-api."),
    "https://badgr.io/public/assertions/aJJ2ROJtRMGXMXdD1kVf4g": (
        "https://api.badgr.io/public/assertions/aJJ2ROJtRMGXMXdD1kVf4g"
    ),
    "https://api.badgr.io/public/assertions/aJJ2ROJtRMGXMXdD1kVf4g.json?v=2_0": (
        "https://api.badgr.io/public/assertions/aJJ2ROJtRMGXMXdD1kVf4g"
    ),
    "https://api.eu.badgr.io/public/assertions/6edHLgVjTRq1YlPgwC5VAA?identity__email=a%40example.org": (
        "https://api.eu.badgr.io/public/assertions/6edHLgVjTRq1YlPgwC5VAA"
    ),
    "https://ca.badgr.com/public/assertions/6edHLgVjTRq1YlPgwC5VAA": (
        "https://api.ca.badgr.io/public/assertions/6edHLgVjTRq1YlPgwC5VAA"
    ),
    "https://openbadgefactory.com/v1/assertion/e6fc9dcc549b9b9f4ab73df5ab9bb77f052dfa44.html": (
        "https://openbadgefactory.com/v1/assertion/e6fc9dcc549b9b9f4ab73df5ab9bb77f052dfa44"
    ),
    "https://verifierplus.org/credentials/Xy12": "https://verifierplus.org/api/credentials/Xy12",
    f"https://rosette.example/verify?badge={CODE}": f"https://rosette.example/badges/{CODE}",
}


@pytest.mark.parametrize(("page", "document"), BEHIND.items())
def test_the_document_behind_a_page_is_asked_for(page: str, document: str) -> None:
    assert unwrapped(page) == document


@pytest.mark.parametrize(
    "url",
    [
        f"https://credly.com.attacker.example/badges/{UUID}",
        f"https://attacker.example/badges/{UUID}",
        "https://evilbadgr.io/public/assertions/aJJ2ROJtRMGXMXdD1kVf4g",
        "https://www.linkedin.com.attacker.example/safety/go?url=https%3A%2F%2Fx.example",
        "https://issuer.example/badges/1?url=https%3A%2F%2Fother.example",
        "https://trusted@evil.example/",
        "https://evil.example\\@trusted.example/",
        "http://127.0.0.1/badge",
    ],
)
def test_other_addresses_stay_as_they_are(url: str) -> None:
    assert find(url) == Link(url)


def test_a_code_of_this_service_is_recognised() -> None:
    assert find(f" {CODE}\n") == Link("", code=CODE)
    assert find(f"My badge has the code {CODE}.") == Link("", code=CODE)


@pytest.mark.parametrize("text", ["counterrevolutionaries", "Well done!", "", "ftp://files.example/badge", "a.b"])
def test_words_are_neither_an_address_nor_a_code(text: str) -> None:
    if len(text) != 22:
        assert find(text) is None
    assert find(f"These {text} are words") is None


def refused(text: str) -> str:
    with pytest.raises(Refused) as error:
        find(text)
    return error.value.code


@pytest.mark.parametrize(
    "text",
    [
        "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Foffer",
        "https://wallet.example/?credential_offer=%7B%7D",
        "dccrequest://request?issuer=issuer.example&vc_request_url=https://issuer.example/exchange/1",
        "https://lcw.app/request.html?issuer=issuer.example&auth_type=bearer&vc_request_url=https://x.example/1",
    ],
)
def test_an_offer_is_not_a_badge(text: str) -> None:
    assert refused(text) == "credential_offer"


def test_a_request_to_a_wallet_is_not_a_badge() -> None:
    assert refused("openid4vp://authorize?client_id=x") == "presentation_request"


def test_two_badges_in_one_text_are_not_chosen_between() -> None:
    assert refused(f"{BADGE} and {BADGE}2") == "several_badges"


@pytest.mark.parametrize("text", ["https://issuer.exa\tmple/1", "https://issuer.example/\r\nX-Header:1"])
def test_an_address_broken_by_control_signs_is_malformed(text: str) -> None:
    assert refused(text) == "url_malformed"


@pytest.mark.parametrize("text", ["http://", "https:///badges/1", "https://?q=1", "https://[::1"])
def test_an_address_without_a_host_is_malformed(text: str) -> None:
    assert refused(text) == "url_malformed"


def test_an_address_of_ten_kilobytes_is_malformed() -> None:
    assert refused("https://issuer.example/" + "a" * LONGEST_ADDRESS) == "url_malformed"


def test_wrapping_in_wrapping_ends_somewhere() -> None:
    url = BADGE
    for _ in range(6):
        url = f"https://www.google.com/url?q={quote(url, safe='')}"
    assert unwrapped(url).startswith("https://")


def test_badges_are_told_from_other_links() -> None:
    assert looks_like_badge("https://issuer.example/assertions/1")
    assert not looks_like_badge("https://www.example.org/about-us")
    assert not looks_like_badge("mailto:badge@example.org")


def test_a_text_full_of_addresses_is_refused_at_once() -> None:
    assert refused(" ".join(f"https://issuer.example/badges/{number}" for number in range(20_000))) == "several_badges"
