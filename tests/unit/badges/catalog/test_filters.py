"""What a visitor asks of the catalog, sensible or not."""

from __future__ import annotations

import pytest

from badges.catalog.filters import LONGEST_TEXT, Asked, asked


def test_a_filled_in_form_is_read() -> None:
    form = {"text": " cold  call ", "minutes": "15", "mode": "async", "skill": "PRO", "open": "yes"}
    assert asked(form) == Asked("cold call", 15, "async", "PRO", True)


def test_an_empty_form_narrows_nothing() -> None:
    assert not asked({"text": "", "minutes": "", "mode": "", "skill": ""}).is_filtered


@pytest.mark.parametrize("minutes", ["-1", "0", "1e9", "٣", "15 minutes", "9" * 5000, "0x10", "1.5"])
def test_minutes_that_are_no_number_of_minutes_narrow_nothing(minutes: str) -> None:
    assert asked({"minutes": minutes}).minutes is None


def test_unknown_mode_and_a_loose_tick_narrow_nothing() -> None:
    assert not asked({"mode": "' or 1=1", "open": "1"}).is_filtered


def test_text_is_one_short_line_without_control_characters() -> None:
    assert asked({"text": "a\x00b\r\nc\u202ed"}).text == "a b c d"
    assert len(asked({"text": "x" * 10_240}).text) == LONGEST_TEXT


def test_the_query_leads_back_to_the_same_question() -> None:
    wanted = asked({"text": "call", "minutes": "15", "open": "yes"})
    assert asked(wanted.as_query()) == wanted
