"""Many badges in one archive."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from badges.verification.inputs.archive import members
from badges.verification.inputs.given import Given
from badges.verification.inputs.reading import read
from issuer.base.errors import ServiceError
from tests.factories.baking import document_bytes, make_zip

A = ("a.json", document_bytes())


def refused(data: bytes) -> str:
    with pytest.raises(ServiceError) as error:
        list(members(data))
    return error.value.code


def test_the_files_come_in_their_order_with_their_bytes() -> None:
    found = list(members(make_zip([A, ("folder/b.jwt", b"x"), ("c.png", b"y")])))
    assert [(member.name, member.data) for member in found] == [A, ("folder/b.jwt", b"x"), ("c.png", b"y")]


def test_folders_and_litter_are_left_out() -> None:
    files = [("folder/", b""), ("__MACOSX/._a.json", b"x"), ("folder/.DS_Store", b"x"), ("Thumbs.db", b"x"), A]
    assert [member.name for member in members(make_zip(files))] == ["a.json"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:\\b"])
def test_a_name_that_points_outside_is_noticed_and_writes_nothing(name: str, tmp_path: Path) -> None:
    before = set(tmp_path.parent.iterdir())
    (member,) = members(make_zip([(name, b"x")]))
    assert (member.notice, member.data) == ("unsafe_name", b"x")
    assert set(tmp_path.parent.iterdir()) == before


def test_a_name_with_control_signs_is_shown_without_them() -> None:
    (member,) = members(make_zip([("a\x1b[31m\n.json", b"x")]))
    assert member.name.isprintable()


def test_an_encrypted_member_is_named() -> None:
    data = bytearray(make_zip([A, ("b.json", b"x")], method=zipfile.ZIP_STORED))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, 6, 1)
    struct.pack_into("<H", data, central + 8, 1)
    assert [member.problem for member in members(bytes(data))] == ["encrypted", ""]


def test_an_archive_in_the_archive_is_not_opened() -> None:
    assert [member.problem for member in members(make_zip([("b.zip", make_zip([A])), A]))] == ["nested_archive", ""]


def test_a_damaged_member_does_not_hide_the_others() -> None:
    data = make_zip([("broken.json", b"wrong sum"), A], method=zipfile.ZIP_STORED)
    found = list(members(data.replace(b"wrong sum", b"Wrong sum", 1)))
    assert [member.problem for member in found] == ["damaged", ""]


def test_a_file_of_eleven_megabytes_is_left_unread() -> None:
    noise = bytes(range(256)) * 45_000
    found = list(members(make_zip([("big.bin", noise), A], method=zipfile.ZIP_STORED)))
    assert [(member.problem, len(member.data)) for member in found] == [("too_large", 0), ("", len(A[1]))]


def test_a_bomb_that_says_so_is_refused() -> None:
    assert refused(make_zip([(f"{n}.json", b"\x00" * 8 * 1024 * 1024) for n in range(9)])) == "archive_bomb"


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(make_zip([("a.json", b"\x00" * 9 * 1024 * 1024)]))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 100)
    struct.pack_into("<I", data, 22, 100)
    (member,) = members(bytes(data))
    assert (member.problem, member.data) == ("damaged", b"")


def test_more_than_fifty_times_its_size_is_refused() -> None:
    assert refused(make_zip([("a.json", b"\x00" * 5 * 1024 * 1024)])) == "archive_bomb"


def test_small_files_may_pack_well() -> None:
    assert len(list(members(make_zip([("a.json", b"\x00" * 500_000)])))) == 1


def test_ten_thousand_files_are_read_and_one_more_is_refused() -> None:
    files = [(f"{n}.txt", b"") for n in range(10_001)]
    assert len(list(members(make_zip(files[:-1])))) == 10_000
    assert refused(make_zip(files)) == "too_large"


def test_an_archive_of_fifty_one_megabytes_is_refused() -> None:
    assert refused(b"PK\x03\x04" + b"\x00" * 51 * 1024 * 1024) == "too_large"


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"", make_zip([A])[:-30], b"PK\x05\x06" + b"\x00" * 10])
def test_a_damaged_archive_is_said_to_be_damaged(data: bytes) -> None:
    assert refused(data) == "bad_archive"


def test_an_archive_of_one_badge_is_read_as_that_badge() -> None:
    assert isinstance(read(make_zip([A]))[0], Given)


def test_an_archive_of_several_badges_is_to_be_checked_as_a_list() -> None:
    found, check = read(make_zip([A, ("b.json", A[1])]))
    assert (found, check.code) == (None, "several_badges")


def test_an_archive_of_nothing_has_no_badge() -> None:
    found, check = read(make_zip([]))
    assert (found, check.code) == (None, "no_badge_found")


def test_sixty_megabytes_of_honest_files_are_read() -> None:
    noise = bytes(range(256)) * 20_000
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(zipfile.ZipInfo(f"{number}.bin"), noise, zipfile.ZIP_STORED)
    assert sum(len(member.data) for member in members(saved.getvalue())) == 9 * len(noise)
