"""Codes printed on a page of a PDF."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from badges.verification.inputs import pdf_codes
from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from tests.factories.baking import document_bytes, make_pdf, make_qr, token_text

BADGE = "https://badges.example/badges/1"


def code(text: str) -> Image.Image:
    return Image.open(io.BytesIO(make_qr(text)))


def code_of(data: bytes) -> str:
    found, check = read(data, name="certificate.pdf")
    assert found is None
    return check.code


def test_a_printed_code_leads_to_its_badge() -> None:
    assert read(make_pdf(printed=[Image.new("L", (600, 300), 200), code(BADGE)]))[0] == Link(BADGE, container="pdf")


def test_a_code_of_one_pixel_for_each_module_without_a_margin_is_read() -> None:
    whole = code(BADGE).convert("L")
    cut = whole.crop(whole.point(lambda grey: 255 - grey).getbbox())
    assert read(make_pdf(printed=[cut]))[0] == Link(BADGE, container="pdf")


def test_a_printed_token_is_read() -> None:
    found, _ = read(make_pdf(printed=[code(token_text())]))
    assert isinstance(found, Given)
    assert (found.container, found.token) == ("pdf", token_text())


def test_a_code_goes_before_the_link_of_a_school_and_after_that_of_a_badge() -> None:
    school, linked = "https://www.school.example/", f"{BADGE}2"
    assert read(make_pdf(printed=[code(BADGE)], links=[school]))[0] == Link(BADGE, container="pdf")
    assert read(make_pdf(printed=[code(BADGE)], links=[linked]))[0] == Link(linked, container="pdf")


def test_an_attached_badge_goes_before_a_code() -> None:
    assert isinstance(read(make_pdf(attached={"badge.json": document_bytes()}, printed=[code(BADGE)]))[0], Given)


def test_codes_of_two_badges_are_not_chosen_between() -> None:
    assert code_of(make_pdf(printed=[code(BADGE), code(f"{BADGE}2")])) == "ambiguous_bake"


def test_a_code_that_leads_to_no_badge_leaves_the_one_link() -> None:
    school = "https://www.school.example/"
    assert read(make_pdf(printed=[code("Well done!")], links=[school]))[0] == Link(school, container="pdf")
    assert code_of(make_pdf(printed=[code("Well done!")])) == "no_badge_found"


def test_many_photographs_do_not_hide_a_code() -> None:
    photographs = [Image.effect_noise((500, 400), 90) for _ in range(40)]
    assert read(make_pdf(printed=[*photographs, code(BADGE)]))[0] == Link(BADGE, container="pdf")


@pytest.mark.parametrize("width", [0, -5, 2**31, 10**12])
def test_a_picture_that_lies_about_its_size_is_passed_over(width: int) -> None:
    data = make_pdf(printed=[code(BADGE)])
    said = f"/Width {code(BADGE).width}".encode()
    assert said in data
    lying = data.replace(said, f"/Width {width}".encode())
    assert pdf_codes.codes(lying)[1] == []
