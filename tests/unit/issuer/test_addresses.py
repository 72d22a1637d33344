from __future__ import annotations

import pytest

from issuer.addresses import clean_address, lookup_of
from issuer.base.errors import Invalid


@pytest.mark.parametrize(
    "address", ["a@b.ca", "first.last+tag@sub.example.org", "O'Neil@example.org", "root@localhost"]
)
def test_an_address_is_kept_as_typed(address: str) -> None:
    assert clean_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("", id="empty"),
        pytest.param("a.b.ca", id="no at"),
        pytest.param("@b.ca", id="no local part"),
        pytest.param("a@", id="no domain"),
        pytest.param("a@b@c.ca", id="two ats"),
        pytest.param("a@b.ca\r\nBcc: x@y.ca", id="header injection"),
        pytest.param("a@b.ca\n", id="line break at the end"),
        pytest.param("a b@c.ca", id="blank"),
        pytest.param(".a@b.ca", id="dot first"),
        pytest.param("a..b@c.ca", id="two dots"),
        pytest.param("a@-b.ca", id="hyphen first"),
        pytest.param("a@b..ca", id="empty label"),
        pytest.param('"a b"@c.ca', id="quoted"),
        pytest.param("a@[127.0.0.1]", id="literal"),
        pytest.param("a,b@c.ca", id="two recipients"),
        pytest.param("<a@b.ca>", id="angle brackets"),
        pytest.param("a\x00@b.ca", id="NUL"),
        pytest.param("müller@example.org", id="letters mail servers may not take"),
        pytest.param("a@exampl\u0435.org", id="Cyrillic look-alike"),
        pytest.param("a" * 65 + "@b.ca", id="local part too long"),
        pytest.param("a@" + "b" * 63 + ("." + "c" * 63) * 3, id="too long"),
        pytest.param("a\ud800@b.ca", id="lone surrogate"),
    ],
)
def test_what_is_no_address_is_refused_with_its_field(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_address(address)
    assert (refusal.value.code, list(refusal.value.fields)) == ("bad_email", ["email"])


def test_spellings_of_one_address_are_one_address() -> None:
    assert lookup_of("Ann@Example.ORG") == lookup_of("ann@example.org") == "ann@example.org"


def test_what_mail_is_sent_to_is_what_is_looked_up() -> None:
    full_width = clean_address("ann@ｅxample.org")
    assert full_width == "ann@example.org"
    assert lookup_of(full_width) == full_width
