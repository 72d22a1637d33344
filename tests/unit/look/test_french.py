"""The French catalog: every text is there, says the same with the same blanks, and is set as French is printed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from issuer.base.settings import CHECKOUT

PO = CHECKOUT / "templates" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "_l": None, "ngettext": (1, 2)}
BLANK = re.compile(r"%\((\w+)\)s")
BLANK_OR_PERCENT = re.compile(r"%\(\w+\)s|%%")
UNBROKEN = "\u00a0\u202f"


def french() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="fr")


def forms(text: object) -> tuple[str, ...]:
    """A message or its translation as its forms: one, or singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def messages() -> list[Message]:
    return [message for message in french() if message.id]


@pytest.fixture(autouse=True, scope="module")
def _compiled() -> Iterator[None]:
    """The catalog as the application reads it: made anew when it is missing or older than its text."""
    compiled = PO.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime_ns < PO.stat().st_mtime_ns:
        beside = Path(f"{compiled}.{os.getpid()}")
        with beside.open("wb") as file:
            write_mo(file, french())
        beside.replace(compiled)
    yield


def test_every_text_of_the_service_is_in_the_catalog():
    method_map, options_map = _mapping()
    found = extract_from_dir(CHECKOUT, method_map, options_map, keywords=KEYWORDS)
    said = {(text,) if isinstance(text, str) else tuple(text) for _file, _line, text, _comments, _context in found}
    translated = {forms(message.id) for message in messages()}
    assert len(said) > 500
    assert said - translated == set(), "run `make messages` and translate what is new"


def _mapping() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    with (CHECKOUT / "babel.cfg").open(encoding="utf-8") as file:
        return parse_mapping_cfg(file)


def test_no_text_is_left_in_english_or_in_doubt():
    left = [message.id for message in messages() if message.fuzzy or not all(forms(message.string))]
    assert left == []


def test_every_count_has_both_its_forms():
    counted = [message for message in messages() if message.pluralizable]
    assert len(counted) > 20
    assert [message.id for message in counted if len(forms(message.string)) != 2] == []


def test_the_blanks_of_a_text_are_those_of_its_translation():
    differing = [
        (ours, theirs)
        for message in messages()
        for ours, theirs in zip(forms(message.id), forms(message.string), strict=True)
        if sorted(BLANK.findall(ours)) != sorted(BLANK.findall(theirs))
    ]
    assert differing == []


def test_no_percent_sign_trips_the_filling_of_a_blank():
    filled = [text for message in messages() if message.python_format for text in forms(message.string)]
    assert len(filled) > 50
    assert [text for text in filled if "%" in BLANK_OR_PERCENT.sub("", text)] == []


def test_double_punctuation_never_begins_a_line():
    texts = [text for message in messages() for text in forms(message.string)]
    loose = re.compile(rf"[^{UNBROKEN}][;!?»]|[ ]:|«[^{UNBROKEN}]")
    assert [text for text in texts if loose.search(text)] == []
    assert [text for text in texts if "'" in text] == []


@pytest.mark.parametrize(
    ("path", "words", "english"),
    [
        ("/", "La preuve de ce que vous savez faire", "Proof of what you can do"),
        ("/sign-in", "Adresse courriel", "E-mail address"),
        ("/catalog", "Catalogue", "Short modules"),
        ("/verify", "Le badge, ou son adresse", "The badge, or its address"),
        ("/no-such-page", "Il n’y a rien à cette adresse", "There is nothing at this address"),
    ],
)
def test_who_reads_french_gets_french(app: Flask, path: str, words: str, english: str):
    page = _page(app, path, language="fr-CA, fr;q=0.9, en;q=0.5")
    assert '<html lang="fr">' in page
    assert words in page
    assert english not in page


def test_who_reads_english_gets_no_french(app: Flask):
    page = _page(app, "/verify", language="en-CA, fr;q=0.5")
    assert '<html lang="en">' in page
    assert "Le badge, ou son adresse" not in page


def _page(app: Flask, path: str, *, language: str) -> str:
    reply = app.test_client().get(path, headers={"Accept": "text/html", "Accept-Language": language})
    return reply.get_data(as_text=True)  # type: ignore[no-any-return]


def test_nothing_is_singular_in_french(app: Flask):
    def count(number: int) -> str:
        return str(ngettext("%(num)s module", "%(num)s modules", number))

    with app.test_request_context(), force_locale("fr"):
        assert [count(number) for number in (0, 1, 2)] == ["0 module", "1 module", "2 modules"]
    with app.test_request_context(), force_locale("en"):
        assert [count(number) for number in (0, 1, 2)] == ["0 modules", "1 module", "2 modules"]


def test_a_name_with_a_percent_sign_is_shown_as_it_is(app: Flask):
    with app.test_request_context(), force_locale("fr"):
        assert gettext("Complete the module “%(name)s”.", name="50 %(s") == "Terminez le module «\u00a050 %(s\u00a0»."
