"""A trust list as a file: out and in again as it was, harmless to a spreadsheet, and taken over whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from badges.trust import lists, tables
from badges.trust.naming import Named
from issuer.base.errors import Invalid, ServiceError, TooLarge
from issuer.models import Organisation
from tests.factories.people import make_organisation
from tests.factories.trust import make_trusted

DID = "did:web:badges.example.org"
HOST = "badges.example.org"
FORMULAS = ["=HYPERLINK(1)", "+1", "-2", "@ada", "'=1", "''+1", "'plain", "plain"]


@pytest.fixture
def place(ctx: Flask) -> Organisation:
    return make_organisation()


def as_file(*rows: dict[str, Any]) -> bytes:
    return json.dumps(rows).encode()


def table(*lines: str) -> bytes:
    return "\r\n".join(("kind,issuer,name,note,since,until", *lines)).encode()


def told(data: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        tables.read_entries(data)
    return " ".join(caught.value.fields["file"])


def test_a_list_comes_back_from_either_file_as_it_was(place: Organisation) -> None:
    since, until = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    make_trusted(place, DID, note='Says "we",\nand more', since=since, until=until)
    make_trusted(place, HOST, kind="domain", name="Zoë & Łukasz")
    make_trusted(place, "-" * 43, kind="key")
    kept = lists.all_of(place)
    for file in (tables.as_csv(kept), tables.as_json(kept)):
        entries = tables.read_entries(file.encode())
        assert {each.issuer.kind for each in entries} == {"id", "domain", "key"}
        found = tables.compare(place, entries)
        assert (found.added, found.changed, found.same) == ((), (), 3)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_a_formula_and_each_comes_back(place: Organisation, name: str) -> None:
    make_trusted(place, DID, name=name, note=name)
    file = tables.as_csv(lists.all_of(place))
    (row,) = csv.DictReader(io.StringIO(file))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row.values())
    (entry,) = tables.read_entries(file.encode())
    assert (entry.name, entry.note) == (name, name)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n "], ids=["plain", "marked", "indented"])
def test_a_file_in_json_may_begin_with_a_mark_of_its_encoding(ctx: Flask, start: bytes) -> None:
    (entry,) = tables.read_entries(start + as_file({"issuer": HOST, "name": "Harbour"}))
    assert entry.issuer == Named("domain", HOST)


def test_a_table_may_name_its_columns_in_any_order_and_leave_the_others_out(ctx: Flask) -> None:
    (entry,) = tables.read_entries(b"\xef\xbb\xbfName , ISSUER\nHarbour,did:web:badges.example.org\n")
    assert (entry.issuer, entry.name, entry.since) == (Named("id", DID), "Harbour", None)


def test_a_day_at_the_end_still_counts_until_it_is_over(ctx: Flask) -> None:
    (entry,) = tables.read_entries(table(f"id,{DID},Harbour,,2026-01-01,2026-01-31"))
    assert (entry.since, entry.until) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (",no issuer,Wrong,,,", "domain"),
        (f"domain,{DID},Wrong,,,", "domain"),
        (f"name,{DID},Wrong,,,", "id, its domain or its key"),
        (f"id,{DID},,,,", "fill this in"),
        (f"id,{DID},A\u202eB,,,", "cannot be shown"),
        (f"id,{DID},A\u0000B,,,", "cannot be shown"),
        (f"id,{DID},Wrong,,yesterday,", "Write a day"),
        (f"id,{DID},Wrong,,0000-00-00,", "Write a day"),
        (f"id,{DID},Wrong,,,9999-12-31", "Write a day"),
        (f"id,{DID},Wrong,,2026-02-01,2026-01-01", "before the beginning"),
        (f"id,{DID},Wrong,{'a' * 1001},,", "too long"),
        (f"id,did:web:{'a' * 1000},Wrong,,,", "who the issuer is"),
        ("domain,GOOD.example.org.,Again,,,", "already"),
    ],
)
def test_a_wrong_row_is_named_by_its_number(ctx: Flask, line: str, what: str) -> None:
    good = "domain,good.example.org,Good,,,"
    sentence = told(table(good, line))
    assert sentence.startswith("Row 3: ")
    assert what in sentence
    assert len(tables.read_entries(table(good))) == 1


def test_every_wrong_row_is_named_up_to_a_number(ctx: Flask) -> None:
    sentences = told(as_file(*({"issuer": "nobody", "name": str(number)} for number in range(25))))
    assert sentences.count("Row ") == 20
    assert "And 5 more rows." in sentences


@pytest.mark.parametrize("value", [1, True, ["Harbour"], {"en": "Harbour"}])
def test_what_is_no_text_is_refused(ctx: Flask, value: Any) -> None:
    for name in ("name", "issuer", "kind", "note", "since"):
        assert "is a text" in told(as_file({"issuer": HOST, "name": "Harbour"} | {name: value}))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_trust_list"),
        (b"kind,issuer,name\n", "no_trust_list"),
        (b"issuer,kind\nx,id\n", "no_trust_list"),
        (b"issuer,name,name\nx,y,z\n", "no_trust_list"),
        (b"{}", "no_trust_list"),
        (b"[]", "no_trust_list"),
        (b"[1]", "no_trust_list"),
        (b"[" * 5000, "too_deep"),
        (b'[{"issuer": "a.example", "issuer": "b.example", "name": "Two"}]', "invalid_json"),
        (b"issuer,name\nbadges.example.org,Harbour,more\n", "not_csv"),
        (b'issuer,name\n"badges.example.org,Harbour\n', "not_csv"),
        (b"issuer,name\n\xff\xfe,Harbour\n", "not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        (b"issuer,name\n" + b"a" * 200_000 + b",Harbour\n", "not_csv"),
        (b"[" + b" " * 4 * 1024 * 1024 + b"]", "too_large"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_list_is_refused_with_a_reason(ctx: Flask, data: bytes, code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        tables.read_entries(data)
    assert caught.value.code == code
    assert str(caught.value.detail).strip()


def test_an_import_adds_and_changes_and_never_removes(place: Organisation) -> None:
    make_trusted(place, DID, name="Old")
    make_trusted(place, HOST, kind="domain", name="Stays")
    entries = tables.read_entries(table(f"id,{DID},New,,,", "domain,c.example.org,Added,,,"))
    found = tables.take_over(place, entries, by=None)
    assert (len(found.added), len(found.changed), found.same) == (1, 1, 0)
    assert {row.subject: row.name for row in lists.all_of(place)} == {
        DID: "New",
        HOST: "Stays",
        "c.example.org": "Added",
    }


def test_the_same_file_once_more_changes_nothing(place: Organisation) -> None:
    entries = tables.read_entries(table(f"id,{DID},Harbour,,,"))
    tables.take_over(place, entries, by=None)
    again = tables.take_over(place, entries, by=None)
    assert (again.added, again.changed, again.same) == ((), (), 1)
    assert lists.count(place) == 1


def test_looking_at_a_file_keeps_nothing(place: Organisation) -> None:
    found = tables.compare(place, tables.read_entries(table(f"id,{DID},Harbour,,,")))
    assert len(found.added) == 1
    assert lists.count(place) == 0


def test_a_file_that_would_make_the_list_too_long_is_not_taken_over(
    place: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_trusted(place, DID)
    monkeypatch.setattr(tables, "MOST_ENTRIES", 2)
    entries = tables.read_entries(table("domain,a.example.org,A,,,", "domain,b.example.org,B,,,"))
    with pytest.raises(TooLarge):
        tables.take_over(place, entries, by=None)
    assert lists.count(place) == 1
