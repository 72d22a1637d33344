"""Badges that travel with a PDF."""

from __future__ import annotations

import zlib

import pytest

from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from tests.factories.baking import (
    document_bytes,
    international,
    make_document,
    make_pdf,
    make_png,
    make_zip,
    token_text,
)

BADGE = "https://badges.example/badges/1"


def code_of(data: bytes) -> str:
    found, check = read(data, name="certificate.pdf")
    assert found is None
    assert check.outcome == "fail"
    return check.code


@pytest.mark.parametrize("place", ["attached", "associated", "pinned"])
def test_an_attached_credential_is_read(place: str) -> None:
    found, _ = read(make_pdf(**{place: {"badge.json": document_bytes()}}))  # type: ignore[arg-type]
    assert isinstance(found, Given)
    assert (found.document, found.container) == (make_document(), "pdf")


def test_an_attached_token_and_an_attached_picture_are_read() -> None:
    picture = make_png(international("openbadgecredential", document_bytes()))
    for name, content in (("badge.jwt", token_text().encode()), ("badge.png", picture)):
        found, _ = read(make_pdf(attached={name: content}))
        assert isinstance(found, Given)
        assert found.container == "pdf"


def test_the_same_file_in_two_places_is_one_badge() -> None:
    same = {"badge.json": document_bytes()}
    assert isinstance(read(make_pdf(attached=same, associated=same, pinned=same))[0], Given)


def test_other_attachments_do_not_hide_the_badge() -> None:
    files = {"notes.txt": b"Well done, Ada.", "logo.png": make_png(), "badge.json": document_bytes()}
    assert isinstance(read(make_pdf(attached=files))[0], Given)


def test_two_different_badges_in_one_pdf_are_refused() -> None:
    other = document_bytes(id="urn:uuid:0e7ff5c8-8d2f-4d5d-9d5a-0a8e0f3f6f11")
    assert code_of(make_pdf(attached={"a.json": document_bytes(), "b.json": other})) == "ambiguous_bake"


def test_a_linked_badge_is_a_link() -> None:
    assert read(make_pdf(links=[BADGE]))[0] == Link(BADGE, container="pdf")


def test_among_several_links_the_badge_is_recognised() -> None:
    links = ["https://www.school.example/", BADGE, "mailto:info@school.example"]
    assert read(make_pdf(links=links))[0] == Link(BADGE, container="pdf")


def test_an_attached_badge_goes_before_a_link() -> None:
    assert isinstance(read(make_pdf(attached={"badge.json": document_bytes()}, links=[BADGE]))[0], Given)


def test_links_to_two_badges_are_not_chosen_between() -> None:
    assert code_of(make_pdf(links=[BADGE, f"{BADGE}2"])) == "several_badges"


def test_a_pdf_without_a_badge_says_so() -> None:
    assert code_of(make_pdf()) == "no_badge_found"
    assert code_of(make_pdf(links=["https://www.school.example/a", "https://www.school.example/b"])) == "no_badge_found"


def test_a_pdf_that_needs_a_password_says_so() -> None:
    assert code_of(make_pdf(attached={"badge.json": document_bytes()}, password="secret")) == "encrypted"


@pytest.mark.parametrize("after", [b"<html><script>alert(1)</script></html>", make_zip([("a.json", b"{}")])])
def test_a_pdf_that_is_another_file_too_is_refused(after: bytes) -> None:
    assert code_of(make_pdf(attached={"badge.json": document_bytes()}) + after) == "polyglot"


def test_a_page_that_pretends_to_be_a_pdf_is_read_as_a_page() -> None:
    assert code_of(b"<html><body>" + make_pdf(attached={"badge.json": document_bytes()})) in (
        "no_badge_found",
        "invalid_json",
    )


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF", make_pdf()[:300] + b"\n%%EOF\n"])
def test_a_damaged_pdf_is_said_to_be_damaged(data: bytes) -> None:
    assert code_of(data) in ("bad_pdf", "no_badge_found")


def test_an_attachment_that_unpacks_without_end_is_refused() -> None:
    packer = zlib.compressobj(9)
    endless = b"".join(packer.compress(bytes(16 * 1024 * 1024)) for _ in range(64)) + packer.flush()
    assert code_of(make_pdf(pinned={"badge.json.z": endless})) in ("bad_pdf", "too_large", "too_much_work")


def test_a_compressed_attachment_is_read() -> None:
    found, _ = read(make_pdf(pinned={"badge.json.z": zlib.compress(document_bytes())}))
    assert isinstance(found, Given)


def test_a_pdf_of_eleven_megabytes_is_too_large() -> None:
    assert code_of(make_pdf() + b" " * 11 * 1024 * 1024) == "too_large"


def test_a_pdf_that_attaches_pdfs_leads_nowhere() -> None:
    nested = make_pdf(attached={"badge.json": document_bytes()})
    for _ in range(3):
        nested = make_pdf(attached={"next.pdf": nested})
    assert code_of(nested) == "no_badge_found"
