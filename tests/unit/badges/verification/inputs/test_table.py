"""Many badges in one table."""

from __future__ import annotations

import codecs

import pytest

from badges.verification.inputs.table import MAX_ROWS, open_table, rows
from issuer.base.errors import ServiceError

BADGE = "https://badges.example/badges"


def refused(data: bytes) -> str:
    with pytest.raises(ServiceError) as error:
        list(rows(data))
    return error.value.code


def given(data: bytes) -> list[str]:
    return [row.given for row in rows(data)]


def test_the_columns_are_kept_as_given() -> None:
    table = open_table(f"Name,Badge URL, Note \nAda,{BADGE}/1,first\nBo,{BADGE}/2,\n".encode())
    assert table.columns == ("Name", "Badge URL", " Note ")
    assert [row.values for row in table.rows()] == [("Ada", f"{BADGE}/1", "first"), ("Bo", f"{BADGE}/2", "")]
    assert [(row.number, row.given) for row in table.rows()] == [(1, f"{BADGE}/1"), (2, f"{BADGE}/2")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    lines = (("Name", "Badge", "Note"), ("Ada", f"{BADGE}/1", '"x, y; z"'))
    text = "\r\n".join(delimiter.join(cells) for cells in lines)
    assert given(text.encode()) == [f"{BADGE}/1"]


def test_the_line_that_names_the_delimiter_is_no_row() -> None:
    assert given(f"sep=;\r\nName;Badge\r\nAda;{BADGE}/1\r\n".encode()) == [f"{BADGE}/1"]


@pytest.mark.parametrize("head", ["credential_url", "Verify URL", "URL", "badge", "Code", "JSON", "Adresse"])
def test_the_column_is_found_by_its_name(head: str) -> None:
    assert given(f"name,{head}\nAda,not yet\n".encode()) == ["not yet"]


def test_the_column_is_found_by_what_is_in_it() -> None:
    assert given(f"a,b,c\n1,{BADGE}/1,x\n2,{BADGE}/2,y\n".encode()) == [f"{BADGE}/1", f"{BADGE}/2"]


def test_what_is_in_a_column_counts_more_than_its_name() -> None:
    assert given(f"badge,proof\nSales,{BADGE}/1\n".encode()) == [f"{BADGE}/1"]


def test_of_two_columns_of_addresses_the_name_decides() -> None:
    assert given(f"website,badge_url\nhttps://a.example,{BADGE}/1\n".encode()) == [f"{BADGE}/1"]


def test_a_credential_in_json_in_a_cell_is_found() -> None:
    assert given(b'name,data\nAda,"{""@context"": [],\n ""type"": []}"\n') == ['{"@context": [],\n "type": []}']


def test_a_list_of_addresses_has_no_head() -> None:
    table = open_table(f"{BADGE}/1\n{BADGE}/2?a=1,2;3\n\n{BADGE}/3\n".encode())
    assert not table.has_head
    assert [row.given for row in table.rows()] == [f"{BADGE}/1", f"{BADGE}/2?a=1,2;3", f"{BADGE}/3"]


def test_one_address_alone_is_a_list_of_one() -> None:
    assert given(f"{BADGE}/1".encode()) == [f"{BADGE}/1"]


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert open_table(codecs.BOM_UTF8 + f"url\n{BADGE}/1\n".encode()).columns == ("url",)


def test_latin_letters_of_old_spreadsheets_are_read_and_reported() -> None:
    table = open_table(f"prénom;badge\nZoë;{BADGE}/1\n".encode("latin-1"))
    assert (table.encoding, table.columns[0]) == ("latin-1", "prénom")
    assert open_table(f"prénom;badge\nZoë;{BADGE}/1\n".encode()).encoding == "utf-8"


def test_rows_that_are_too_short_or_too_long_are_noticed() -> None:
    table = open_table(f"badge,name,note\n{BADGE}/1\n{BADGE}/2,Bo,x,more\n,Cy,x\n{BADGE}/4,Di,\n".encode())
    assert [row.notice for row in table.rows()] == ["ragged", "ragged", "no_badge", ""]
    assert all(len(row.values) == 3 for row in table.rows())


def test_formulas_are_kept_as_they_are() -> None:
    formula = '=HYPERLINK("https://attacker.example","x")'
    doubled = formula.replace('"', '""')
    (row,) = rows(f'badge,note\n{BADGE}/1,"{doubled}"\n'.encode())
    assert row.values[1] == formula


def test_ten_thousand_rows_are_read_and_one_more_is_refused() -> None:
    lines = [f"{n},{BADGE}/{n}" for n in range(MAX_ROWS + 1)]
    assert len(given(("n,badge\n" + "\n".join(lines[:-1])).encode())) == MAX_ROWS
    assert refused(("n,badge\n" + "\n".join(lines)).encode()) == "too_many_rows"
    assert refused("\n".join(f"{BADGE}/{n}" for n in range(MAX_ROWS + 1)).encode()) == "too_many_rows"


def test_a_million_rows_are_refused() -> None:
    assert refused(b"badge\n" + b"x,y\n" * 1_000_000) == "too_many_rows"


def test_a_table_of_eleven_megabytes_is_refused() -> None:
    assert refused(b"badge\n" + b"x" * 11 * 1024 * 1024) == "too_large"


@pytest.mark.parametrize("data", [b"badge\n\x00\n", "badge\nx\n".encode("utf-16"), b"PK\x03\x04\x00\x00"])
def test_what_is_no_text_is_no_table(data: bytes) -> None:
    assert refused(data) == "not_a_table"


def test_thousands_of_columns_are_no_table() -> None:
    assert refused(b"a," * 5_000 + b"\n") == "not_a_table"


def test_quotes_that_do_not_match_do_no_harm() -> None:
    assert given(f'badge,note\n{BADGE}/1,"open\n'.encode()) == [f"{BADGE}/1"]


def test_a_cell_larger_than_any_badge_is_no_table() -> None:
    assert refused(b'badge,note\n"' + b"x" * 2 * 1024 * 1024 + b'",y\n') == "not_a_table"


@pytest.mark.parametrize("data", [b"", b"\n \n", codecs.BOM_UTF8])
def test_an_empty_table_is_said_to_be_empty(data: bytes) -> None:
    assert refused(data) == "empty"


def test_a_table_without_badges_says_so() -> None:
    assert refused(b"name,mark\nAda,5\nBo,4\n") == "no_badge_column"
