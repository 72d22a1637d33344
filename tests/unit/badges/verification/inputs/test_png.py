"""Badges baked into a PNG: read where the standards put them, refused where two readers would read two badges."""

from __future__ import annotations

import struct
import zlib

import pytest

from badges.verification.inputs.given import Given, Link
from badges.verification.inputs.reading import read
from tests.factories.baking import (
    SIGNATURE,
    chunk,
    document_bytes,
    header,
    international,
    latin,
    make_document,
    make_png,
    make_qr,
    token_text,
)
from tests.oracles import needs_shared, shared_path

OB_2 = b'{"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://issuer.example/a/1"}'


def code_of(data: bytes, name: str = "badge.png") -> str:
    found, check = read(data, name=name)
    assert found is None
    assert check.outcome == "fail"
    return check.code


@pytest.mark.parametrize("keyword", ["openbadgecredential", "openbadges", "clrcredential"])
@pytest.mark.parametrize("compressed", [False, True])
def test_a_credential_is_read_from_its_text_chunk(keyword: str, compressed: bool) -> None:
    found, check = read(make_png(international(keyword, document_bytes(), compressed=compressed)))
    assert isinstance(found, Given)
    assert (found.document, found.container, check.outcome) == (make_document(), "png", "pass")


def test_a_token_is_read_from_its_text_chunk() -> None:
    found, _ = read(make_png(international("openbadgecredential", token_text().encode())))
    assert isinstance(found, Given)
    assert found.jwt is not None
    assert found.token == token_text()


def test_the_address_in_an_old_badge_is_a_link() -> None:
    found, _ = read(make_png(latin("openbadges", b"https://issuer.example/assertions/1.json")))
    assert found == Link("https://issuer.example/assertions/1.json", container="png")


def test_other_text_chunks_say_nothing() -> None:
    png = make_png(latin("Author", b"openbadges"), international("openbadgecredential", document_bytes()))
    assert isinstance(read(png)[0], Given)


def test_a_picture_is_known_by_its_bytes_whatever_it_is_called() -> None:
    png = make_png(international("openbadgecredential", document_bytes()))
    assert isinstance(read(png, name="badge.json")[0], Given)


def test_two_credentials_in_one_picture_are_refused() -> None:
    one, other = document_bytes(), document_bytes(id="urn:uuid:0e7ff5c8-8d2f-4d5d-9d5a-0a8e0f3f6f11")
    twice = make_png(international("openbadgecredential", one), international("openbadgecredential", other))
    assert code_of(twice) == "ambiguous_bake"


def test_badges_of_two_versions_in_one_picture_are_refused() -> None:
    both = make_png(international("openbadges", OB_2), international("openbadgecredential", document_bytes()))
    assert code_of(both) == "ambiguous_bake"


def test_a_text_that_unpacks_without_end_is_refused() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b"\x00" * 16 * 1024 * 1024) for _ in range(64)) + packer.flush()  # 1 GiB in 1 MiB
    body = b"openbadgecredential\x00\x01\x00\x00\x00" + bomb
    assert len(bomb) < 2 * 1024 * 1024
    assert code_of(make_png(chunk(b"iTXt", body))) == "too_large"


def test_a_picture_of_fifty_megabytes_is_refused() -> None:
    assert code_of(make_png(international("openbadgecredential", b"x" * 50 * 1024 * 1024))) == "too_large"


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (30_000, 30_000), (4_001, 4_000), (16_000_001, 1)])
def test_more_pixels_than_a_badge_needs_are_refused(width: int, height: int) -> None:
    baked = international("openbadgecredential", document_bytes())
    assert code_of(make_png(baked, head=header(width, height))) == "pixel_limit"


def test_as_many_pixels_as_allowed_are_read() -> None:
    baked = international("openbadgecredential", document_bytes())
    assert isinstance(read(make_png(baked, head=header(4_000, 4_000)))[0], Given)


BAKED = international("openbadgecredential", OB_2)
DAMAGED = {
    "a wrong checksum": make_png(chunk(b"iTXt", b"openbadgecredential\x00\x00\x00\x00\x00{}", crc=1)),
    "cut in the middle": make_png(BAKED)[:-40],
    "no end": make_png(BAKED, end=b""),
    "a chunk of 2 GiB": make_png(chunk(b"iTXt", b"openbadges\x00", length=2**31)),
    "a chunk longer than the file": make_png(chunk(b"iTXt", b"openbadges\x00", length=2**31 - 1)),
    "no header": SIGNATURE + BAKED + chunk(b"IEND", b""),
    "a short header": make_png(BAKED, head=chunk(b"IHDR", b"\x00" * 5)),
    "no pixels": make_png(BAKED, head=header(0, 5)),
    "a damaged signature": b"\x89PNG\n\n\x1a\n" + make_png(BAKED)[8:],
    "a keyword and no text": make_png(chunk(b"iTXt", b"openbadges")),
    "compressed in an unknown way": make_png(chunk(b"iTXt", b"openbadges\x00\x01\x07\x00\x00x")),
    "compressed and damaged": make_png(chunk(b"iTXt", b"openbadges\x00\x01\x00\x00\x00not zlib")),
    "compressed and cut": make_png(
        chunk(b"iTXt", b"openbadges\x00\x01\x00\x00\x00" + zlib.compress(document_bytes())[:-20])
    ),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_picture_is_said_to_be_damaged(data: bytes) -> None:
    assert code_of(data) == "bad_image"


def test_a_million_chunks_are_refused() -> None:
    assert code_of(make_png(chunk(b"tEXt", b"") * 400_000)) == "bad_image"


@pytest.mark.parametrize("after", [b"PK\x03\x04 an archive", b"<html><script>alert(1)</script>", b"%PDF-1.7"])
def test_a_picture_that_is_another_file_too_is_refused(after: bytes) -> None:
    assert code_of(make_png(BAKED, after=after)) == "polyglot"


def test_blanks_after_the_end_do_no_harm() -> None:
    assert isinstance(read(make_png(BAKED, after=b"\r\n\x00\x00"))[0], Given)


def test_a_moving_picture_is_read_like_a_still_one() -> None:
    moving = make_png(chunk(b"acTL", struct.pack(">II", 3, 0)), international("openbadgecredential", document_bytes()))
    assert isinstance(read(moving)[0], Given)


def test_a_picture_without_a_badge_says_so() -> None:
    assert code_of(make_png()) == "no_badge_found"


def test_a_baked_badge_goes_before_a_code_that_the_picture_shows() -> None:
    shown = make_qr("https://other.example/badges/1")
    place = shown.index(b"IDAT") - 4
    baked = shown[:place] + international("openbadgecredential", document_bytes()) + shown[place:]
    found, _ = read(baked)
    assert isinstance(found, Given)
    assert found.container == "png"


@needs_shared
@pytest.mark.parametrize(("name", "is_token"), [("simple-json.png", False), ("simple-jwt_v1.png", True)])
def test_the_published_pictures_are_read(name: str, is_token: bool) -> None:
    found, _ = read(shared_path(f"standards/samples/ob30/{name}").read_bytes())
    assert isinstance(found, Given)
    assert (found.container, found.jwt is not None) == ("png", is_token)
    assert "VerifiableCredential" in found.document["type"]


@needs_shared
@pytest.mark.parametrize("name", ["robotics-badge.png", "beths-robot-badge.png"])
def test_the_published_pictures_of_classes_hold_no_badge(name: str) -> None:
    assert code_of(shared_path(f"standards/samples/ob20/assets/{name}").read_bytes()) == "no_badge_found"
