"""Codes in pictures."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from tests.factories.baking import make_picture, make_qr, token_text

BADGE = "https://badges.example/badges/1"
CODE = "Zx81-Qm4_Tt7bN0aLkP2dA"


def code_of(data: bytes, name: str = "photo.png") -> str:
    found, check = read(data, name=name)
    assert found is None
    assert check.outcome == "fail"
    return check.code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_address_in_a_code_is_a_link(kind: str) -> None:
    assert read(make_qr(BADGE, kind=kind), name="photo.png")[0] == Link(BADGE, container="qr")


def test_a_code_of_this_service_in_a_picture_is_a_link() -> None:
    assert read(make_qr(CODE))[0] == Link("", code=CODE, container="qr")


def test_a_whole_token_in_a_code_is_read() -> None:
    found, _ = read(make_qr(token_text()))
    assert isinstance(found, Given)
    assert (found.container, found.token) == ("qr", token_text())


def test_a_code_on_a_photograph_is_found() -> None:
    page = Image.new("RGB", (1200, 900), "lightgrey")
    page.paste(Image.open(io.BytesIO(make_qr(BADGE))).rotate(90), (700, 500))
    saved = io.BytesIO()
    page.save(saved, "JPEG", quality=60)
    assert read(saved.getvalue())[0] == Link(BADGE, container="qr")


def test_a_code_without_a_background_is_found() -> None:
    picture = Image.open(io.BytesIO(make_qr(BADGE))).convert("RGBA")
    clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    clear.paste(picture, mask=picture.convert("L").point(lambda grey: 255 if grey < 128 else 0))
    saved = io.BytesIO()
    clear.save(saved, "PNG")
    assert read(saved.getvalue())[0] == Link(BADGE, container="qr")


@pytest.mark.parametrize("text", ["Well done, Ada!", "WIFI:T:WPA;S:school;P:secret;;", "12345"])
def test_a_code_that_is_no_address_leads_to_no_badge(text: str) -> None:
    assert code_of(make_qr(text)) == "no_badge_found"


def test_an_offer_in_a_code_is_not_a_badge() -> None:
    assert code_of(make_qr("openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fx.example")) == (
        "credential_offer"
    )


def test_codes_of_two_badges_in_one_picture_are_refused() -> None:
    both = Image.new("RGB", (900, 450), "white")
    for place, url in ((0, BADGE), (450, f"{BADGE}2")):
        both.paste(Image.open(io.BytesIO(make_qr(url))), (place, 0))
    saved = io.BytesIO()
    both.save(saved, "PNG")
    assert code_of(saved.getvalue()) == "ambiguous_bake"


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_picture_under_another_name_without_a_code_says_so(kind: str) -> None:
    assert code_of(make_picture(kind), name="badge.png") == "no_badge_found"


def test_a_kind_of_picture_that_is_not_read_says_so() -> None:
    assert code_of(make_picture("GIF")) == "unsupported_picture"


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_more_than_sixteen_megapixels_are_refused(kind: str) -> None:
    assert code_of(make_picture(kind, (4_010, 4_000))) == "pixel_limit"


def test_as_many_pixels_as_allowed_are_looked_at_within_bounds() -> None:
    assert code_of(make_picture("JPEG", (4_000, 4_000))) == "no_badge_found"


@pytest.mark.parametrize("data", [make_picture()[:200], b"\xff\xd8\xff\xe0", b"RIFF\x00\x00\x00\x00WEBPVP8 "])
def test_a_damaged_picture_is_said_to_be_damaged(data: bytes) -> None:
    assert code_of(data) == "bad_image"
