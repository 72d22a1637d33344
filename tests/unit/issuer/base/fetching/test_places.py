"""No form of writing an address leads inside: by number, by name, or by what another program would read in it."""

from __future__ import annotations

import ipaddress

import pytest

from issuer.base.errors import Invalid
from issuer.base.fetching.places import is_public, judge, judge_addresses


def refused(url: str, *, loopback: bool = False) -> str:
    """The code with which an address is refused."""
    with pytest.raises(Invalid) as refusal:
        judge(url, allow_loopback_http=loopback)
    return refusal.value.code


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "017700000001", "0", "0x0"),
        *("127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[::]", "127.0.0.1."),
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
        *("[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[::ffff:0:127.0.0.1]", "[1000::1]", "[3fff::1]"),
        *(
            "１２７.0.0.1",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "２１３０７０６４３３",
            "ｌｏｃａｌｈｏｓｔ",
            "1.2.3.4.5",
        ),
    ],
)
def test_v45_v46_a_number_is_a_number_however_it_is_written(host: str) -> None:
    assert refused(f"https://{host}/") == "url_not_allowed"


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "metadata.google.internal",
            "metadata",
            "printer.local",
        ),
        *("nas.home.arpa", "intranet", "db.internal", "router.lan", "1.0.0.127.in-addr.arpa", "service.onion"),
    ],
)
def test_v45_a_name_that_leads_inside_is_refused_before_it_is_resolved(host: str) -> None:
    assert refused(f"https://{host}/") == "url_not_allowed"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://trusted.example@evil.example/", "url_malformed"),
        ("https://:pw@evil.example/", "url_malformed"),
        ("https://example.org\\@evil.example/", "url_malformed"),
        ("https://example.org/\r\nHost: evil", "url_malformed"),
        ("https://exam\tple.org/", "url_malformed"),
        ("https://example.org/a b", "url_malformed"),
        ("https://example.org/\u200b", "url_malformed"),
        ("https://example.org/\u202egpj", "url_malformed"),
        ("https://example.org\u2028/", "url_malformed"),
        ("https://[::1/", "url_malformed"),
        ("https://example..org/", "url_malformed"),
        ("https://-example.org/", "url_malformed"),
        ("https://exa%6dple.org/", "url_malformed"),
        ("https:///path", "url_malformed"),
        ("https://" + "a" * 64 + ".org/", "url_malformed"),
        ("https://example.org/" + "a" * 5000, "url_malformed"),
        ("ftp://example.org/", "url_not_allowed"),
        ("http://example.org/", "url_not_allowed"),
        ("https://example.org:80/", "url_not_allowed"),
        ("https://example.org:6379/", "url_not_allowed"),
        ("http://localhost:8000/", "url_not_allowed"),
        ("example.org", "url_malformed"),
        ("did:example:123", "url_malformed"),
    ],
)
def test_v51_what_programs_read_in_different_ways_is_no_address(url: str, code: str) -> None:
    assert refused(url) == code


def test_an_address_loses_its_fragment_and_keeps_its_query() -> None:
    place = judge("https://Example.org./a/b?c=d#e")
    assert (place.host, place.port, place.target) == ("example.org", 443, "/a/b?c=d")
    assert "#" not in place.url


def test_an_address_in_another_script_is_sent_in_ascii() -> None:
    place = judge("https://bücher.example/ausweis/ä?q=ü#x")
    assert (place.host, place.target) == ("xn--bcher-kva.example", "/ausweis/%C3%A4?q=%C3%BC")


def test_http_is_for_this_machine_in_development_and_for_nothing_else() -> None:
    assert judge("http://localhost:8000/x", allow_loopback_http=True).is_loopback
    for url in ("http://example.org/", "http://127.0.0.1:8000/", "http://localhost.example.org/", "https://localhost/"):
        assert refused(url, loopback=True) == "url_not_allowed"


@pytest.mark.parametrize("answers", [[], ["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:8.8.8.8"], ["no number"]])
def test_v45_one_forbidden_answer_is_enough(answers: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        judge_addresses(judge("https://example.org/"), answers)
    assert refusal.value.code == "url_not_allowed"


def test_a_name_for_this_machine_may_not_lead_elsewhere() -> None:
    place = judge("http://localhost:8000/", allow_loopback_http=True)
    assert judge_addresses(place, ["127.0.0.1", "::1"]) == ["127.0.0.1", "::1"]
    with pytest.raises(Invalid):
        judge_addresses(place, ["8.8.8.8"])


def test_what_python_calls_global_and_we_do_not_is_refused() -> None:
    for address in ("192.88.99.1", "64:ff9b::808:808", "2002:808:808::1", "2620:4f:8000::1", "4000::1", "224.0.0.1"):
        assert not is_public(ipaddress.ip_address(address))
    for address in ("8.8.8.8", "193.0.6.139", "2001:4860:4860::8888", "2a00:1450:4001::1"):
        assert is_public(ipaddress.ip_address(address))
