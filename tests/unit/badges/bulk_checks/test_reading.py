"""What is handed in for a check of many badges becomes rows, or one sentence that says why not."""

from __future__ import annotations

import io
import zipfile

import pytest

from badges.bulk_checks import reading
from issuer.base.errors import Invalid, ServiceError, TooLarge

URL = "https://badges.example/1"


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_keeps_every_column(delimiter: str) -> None:
    rows = [["name", "badge", "note"], ["Ada", URL, "=1+1"], ["Amara", URL, ""]]
    many = reading.read_file("\r\n".join(delimiter.join(row) for row in rows).encode())
    assert (many.source, many.columns) == ("table", ("name", "badge", "note"))
    assert [row.cells for row in many.rows] == [("Ada", URL, "=1+1"), ("Amara", URL, "")]
    assert [row.given for row in many.rows] == [URL.encode()] * 2


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert reading.read_file(f"\ufeffbadge,name\n{URL},Zoë\n".encode()).columns == ("badge", "name")


def test_a_table_in_latin_1_is_read() -> None:
    assert reading.read_file(f"badge,name\n{URL},Zoë\n".encode("latin-1")).rows[0].cells[1] == "Zoë"


def test_ragged_rows_are_kept_and_marked() -> None:
    many = reading.read_file(f"badge,name\n{URL}\n{URL},Ada,more\n{URL},Ada\n".encode())
    assert [row.notice for row in many.rows] == ["ragged", "ragged", ""]


def test_two_columns_may_have_one_name() -> None:
    many = reading.read_file(f"badge,name,name\n{URL},Ada,Lovelace\n".encode())
    assert many.columns == ("badge", "name", "name")
    assert many.rows[0].cells == (URL, "Ada", "Lovelace")


def test_a_table_with_nul_in_it_is_no_table() -> None:
    with pytest.raises(Invalid) as refused:
        reading.read_file(f"badge\n{URL}\x00\n".encode())
    assert refused.value.code == "not_a_table"


def test_a_pasted_list_is_one_badge_a_line() -> None:
    many = reading.read_text(f"  {URL}\n\n{URL}2\r\n")
    assert (many.source, many.columns, [row.cells for row in many.rows]) == ("list", ("badge",), [(URL,), (URL + "2",)])


def test_ten_thousand_badges_are_read_and_one_more_is_refused() -> None:
    assert len(reading.read_lines([URL] * 10_000).rows) == 10_000
    with pytest.raises(TooLarge) as refused:
        reading.read_lines([URL] * 10_001)
    assert refused.value.code == "too_many_rows"
    with pytest.raises(TooLarge):
        reading.read_file(b"badge\n" + f"{URL}\n".encode() * 10_001)


def test_a_table_of_a_million_rows_is_refused() -> None:
    with pytest.raises(TooLarge):
        reading.read_file(b"badge,n\n" + b"https://a.example,1\n" * 1_000_000)


def test_nothing_is_no_check() -> None:
    for empty in ("", " \n \n"):
        with pytest.raises(Invalid) as refused:
            reading.read_text(empty)
        assert refused.value.code == "empty"


def test_the_files_of_an_archive_are_its_rows() -> None:
    many = reading.read_file(zipped(**{"a.json": b"{}", "../../etc/b.json": b"{}"}))
    assert many.source == "archive"
    assert [(row.cells, row.notice) for row in many.rows] == [
        (("a.json",), ""),
        (("../../etc/b.json",), "unsafe_name"),
    ]


def test_an_archive_that_unpacks_to_far_more_is_refused() -> None:
    with pytest.raises(ServiceError) as refused:
        reading.read_file(zipped(bomb=b"\x00" * (60 * 1024 * 1024)))
    assert refused.value.code == "archive_bomb"
