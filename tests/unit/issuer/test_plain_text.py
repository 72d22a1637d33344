from __future__ import annotations

import pytest

from issuer.base.errors import Invalid
from issuer.plain_text import clean_line, clean_text, required_line


@pytest.mark.parametrize("name", ["Zoë Ångström", "李小龙", "محمد علي", "O'Brien-Smith", "👩🏽‍🏫 Teacher", "<script>"])
def test_a_name_is_kept_as_it_was_written(name: str) -> None:
    assert clean_line(name, field="name") == name


def test_a_name_is_kept_in_one_unicode_form_without_surrounding_blanks() -> None:
    assert clean_line("  Zoe\u0308 ", field="name") == "Zo\u00eb"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\x00b", id="NUL"),
        pytest.param("a\r\nBcc: b", id="line break"),
        pytest.param("a\ud800b", id="lone surrogate"),
        pytest.param("a\u202eb", id="bidi override"),
        pytest.param("a\u2066b", id="bidi isolate"),
        pytest.param("a\u2028b", id="line separator"),
        pytest.param("a\x7fb", id="control character"),
        pytest.param("a" * 201, id="too long"),
    ],
)
def test_a_name_that_could_deceive_or_break_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_line(name, field="name")
    assert list(refusal.value.fields) == ["name"]


def test_two_hundred_characters_are_not_too_long() -> None:
    assert len(clean_line("é" * 200, field="name")) == 200


def test_a_description_keeps_its_lines_and_ends_them_in_one_way() -> None:
    assert clean_text("one\r\ntwo\rthree\n", field="description", longest=100) == "one\ntwo\nthree"


def test_a_description_refuses_other_control_characters() -> None:
    with pytest.raises(Invalid):
        clean_text("one\x00", field="description", longest=100)


def test_what_must_be_filled_in_is_not_blank() -> None:
    with pytest.raises(Invalid):
        required_line(" \u00a0 ", field="name")
