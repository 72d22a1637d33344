"""The code of a badge: whoever reads it from paper or hears it on the telephone gets the badge, or is told."""

from __future__ import annotations

import itertools

import pytest

from badges.sharing import human_codes
from badges.sharing.human_codes import ALPHABET, new_code, read, written


def test_a_new_code_is_read_as_itself() -> None:
    for _ in range(200):
        code = new_code()
        assert len(code) == 12
        assert read(code) == code
        assert read(written(code)) == code


def test_new_codes_differ() -> None:
    assert len({new_code() for _ in range(1000)}) == 1000


def test_a_code_is_written_in_three_groups() -> None:
    assert written("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"


def test_case_blanks_and_signs_that_look_alike_are_forgiven() -> None:
    code = next(code for code in iter(new_code, None) if "0" in code and "1" in code)
    for typed in (
        code.lower(),
        f"  {written(code)} \n",
        written(code).replace("-", " "),
        written(code).replace("-", "\u2011"),
        code.replace("0", "O").replace("1", "I"),
        code.replace("0", "o").replace("1", "l"),
    ):
        assert read(typed) == code


def test_one_wrong_sign_is_noticed_wherever_it_stands() -> None:
    code = new_code()
    for place, sign in itertools.product(range(12), ALPHABET):
        if sign != code[place]:
            assert read(code[:place] + sign + code[place + 1 :]) is None


def test_any_two_signs_exchanged_are_noticed() -> None:
    code = new_code()
    for one, other in itertools.combinations(range(12), 2):
        if code[one] != code[other]:
            signs = list(code)
            signs[one], signs[other] = signs[other], signs[one]
            assert read("".join(signs)) is None


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "UUUU-UUUU-UUUU", "ABCD-EFGH", "\0" * 12, "é" * 12, "ß" * 6, "٣" * 12, "0" * 10_240, " " * 10_240],
    ids=lambda text: f"{len(text)} {text[:6]!r}",
)
def test_what_is_no_code_is_not_read(text: str) -> None:
    assert read(text) is None


def test_the_weights_of_all_twelve_places_differ() -> None:
    """Else two signs there could be exchanged unnoticed."""
    weights, weight = [], 1
    for _ in range(human_codes.LENGTH):
        weights.append(weight)
        weight = human_codes._times_x(weight)
    assert len(set(weights)) == human_codes.LENGTH
