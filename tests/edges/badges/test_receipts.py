"""Saving a receipt from the page or the API, and handing it in again."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from issuer.base.db import Model, db
from issuer.crypto.multibase import decode_base64url
from tests.edges.badges.badge_steps import held_badge
from tests.factories.people import make_person, submit

HELD = re.compile(r'name="held" value="([^"]+)"')


def held_in(page: str) -> str:
    found = HELD.search(page)
    assert found is not None
    return found.group(1)


def checked(client: FlaskClient, text: str) -> str:
    page: str = submit(client, "/verify", {"input": text}).get_data(as_text=True)
    return page


def saved(client: FlaskClient, page: str, form: str) -> Any:
    return submit(client, "/verify/receipt", {"held": held_in(page), "form": form})


def rows() -> dict[str, int]:
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Model.metadata.tables.items()
    }


def test_a_receipt_is_saved_and_checked_again(app: Flask, client: FlaskClient) -> None:
    page = checked(client, held_badge(app).document.decode())
    answer = saved(client, page, "json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    again = checked(client, answer.get_data(as_text=True))
    assert "A genuine receipt." in again
    assert "Genuine and valid." in again


def test_both_files_of_a_check_hold_the_same_receipt(app: Flask, client: FlaskClient) -> None:
    page = checked(client, held_badge(app).document.decode())
    as_json = saved(client, page, "json").get_data()
    as_pdf = saved(client, page, "pdf").get_data()
    assert PdfReader(io.BytesIO(as_pdf)).attachments["receipt.json"] == [as_json]
    assert saved(client, page, "pdf").get_data() == as_pdf


def test_the_pdf_has_text_a_language_and_a_link_to_its_check(app: Flask, client: FlaskClient) -> None:
    holder = make_person(app, "learner", name="Zoë Łukasz")
    page = checked(client, held_badge(app, holder=holder).document.decode())
    saved_json = saved(client, page, "json").get_json()
    reader = PdfReader(io.BytesIO(saved(client, page, "pdf").get_data()))
    text = "\n".join(each.extract_text() for each in reader.pages)
    assert "Target List" in text and saved_json["given"]["sha256"][:40] in text.replace("\n", "")
    assert "Zoë Lukasz" in text and "letters that this paper cannot show" in text
    assert saved_json["credential"]["holder"] == "Zoë Łukasz"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    links = [note.get_object()["/A"]["/URI"] for each in reader.pages for note in each.get("/Annots", ())]
    assert saved_json["checkAt"] in links
    assert "#receipt=" in saved_json["checkAt"]


def test_nothing_of_a_receipt_is_kept(app: Flask, client: FlaskClient) -> None:
    page = checked(client, held_badge(app).document.decode())
    saved(client, page, "json")  # makes the key, once
    with app.app_context():
        before = rows()
    assert saved(client, page, "pdf").status_code == 200
    with app.app_context():
        assert rows() == before


def test_a_report_that_was_not_made_here_is_not_signed(app: Flask, client: FlaskClient) -> None:
    page = checked(client, held_badge(app).document.decode())
    held = held_in(page)
    body, moment, mac = held.rsplit(".", 2)
    other = "A" if mac[0] != "A" else "B"
    for forged in (f"{body}.{moment}.{other}{mac[1:]}", f"{body}.A{moment[1:]}.{mac}", f"x{held}", "", "A" * 300_000):
        answer = submit(client, "/verify/receipt", {"held": forged, "form": "json"})
        assert answer.status_code in (410, 413)
        assert b"eyJ" not in answer.data


def test_a_report_that_was_held_for_too_long_is_not_signed(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = checked(client, held_badge(app).document.decode())
    monkeypatch.setattr("badges.receipts.holding.KEPT_SECONDS", -1)
    answer = saved(client, page, "json")
    assert answer.status_code == 410


def test_a_receipt_is_saved_in_two_forms_only(app: Flask, client: FlaskClient) -> None:
    page = checked(client, held_badge(app).document.decode())
    assert saved(client, page, "exe").status_code == 422


def test_the_key_of_receipts_is_published_with_what_it_is_for(app: Flask, client: FlaskClient) -> None:
    receipt = saved(client, checked(client, held_badge(app).document.decode()), "json").get_json()
    kid = json.loads(decode_base64url(receipt["receipt"].split(".")[0]))["kid"]
    published = client.get(kid.removeprefix(receipt["iss"])).get_json()
    assert published["purpose"] == "verification_receipt"
    assert "no badge" in published["description"]
    assert kid not in json.dumps(client.get("/.well-known/jwks.json").get_json())


def test_the_api_gives_a_receipt_when_it_is_asked_for(app: Flask, client: FlaskClient) -> None:
    body = {"input": held_badge(app).document.decode()}
    plain = client.post("/api/v1/verifications", json=body).get_json()
    assert plain.get("receipt") is None
    answer = client.post("/api/v1/verifications", json={**body, "receipt": True}).get_json()
    assert answer["receipt"]["verdict"] == answer["verdict"] == "valid"
    again = client.post("/api/v1/verifications", json={"input": json.dumps(answer["receipt"])}).get_json()
    assert (again["kind"], again["verdict"]) == ("receipt", "valid")
