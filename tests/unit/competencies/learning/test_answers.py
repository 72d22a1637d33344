"""Reading and marking answers, good, odd and hostile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from competencies.learning.answers import fold, guess_probability, mark, read_response
from competencies.learning.items import ParsedItem, parse_item
from issuer.base.errors import Invalid
from tests.factories import learning as make


def parse(authored: dict[str, Any]) -> ParsedItem:
    return parse_item(authored, "items[0]", competencies=["PRO.1"], cards=2)


@pytest.mark.parametrize("build", make.EVERY_KIND)
def test_right_answer_is_right_and_wrong_answer_is_wrong(build: Callable[..., dict[str, Any]]) -> None:
    item = parse(build())
    assert mark(item, read_response(item, make.right_response(item))).correct
    assert not mark(item, read_response(item, make.wrong_response(item))).correct


@pytest.mark.parametrize("build", make.EVERY_KIND)
def test_no_answer_is_wrong_and_says_nothing(build: Callable[..., dict[str, Any]]) -> None:
    marked = mark(parse(build()), None)
    assert (marked.correct, marked.feedback) == (False, ())


@pytest.mark.parametrize("build", make.EVERY_KIND)
def test_reading_a_stored_answer_again_changes_nothing(build: Callable[..., dict[str, Any]]) -> None:
    item = parse(build())
    stored = read_response(item, make.right_response(item))
    assert read_response(item, stored) == stored


def test_feedback_is_about_the_options_chosen() -> None:
    item = parse(make.multiple_choice())
    assert mark(item, ["b", "c"]).feedback == ("Q1 secret about b", "Q1 secret about c")
    assert mark(parse(make.true_false(answer=False)), True).feedback == ("Q1 secret about true",)
    assert mark(parse(make.numeric()), "64").feedback == ("Q1 secret when wrong",)


def test_part_of_a_multiple_choice_is_not_right() -> None:
    item = parse(make.multiple_choice(right="ac"))
    assert not mark(item, read_response(item, ["a"])).correct
    assert not mark(item, read_response(item, ["a", "b", "c"])).correct
    assert mark(item, read_response(item, ["c", "a", "c"])).correct


@pytest.mark.parametrize("written", ["65", " 65 ", "65.0", "+65", "65,0", "65 names", "６５", 65, 65.0, "65.000"])
def test_number_may_be_written_as_people_write_it(written: Any) -> None:
    item = parse(make.numeric(answer=65))
    assert mark(item, read_response(item, written)).correct


@pytest.mark.parametrize("written", ["1200", "1 200", "1\u202f200", "1\u00a0200", 1200])
def test_spaces_between_thousands_are_read(written: Any) -> None:
    item = parse(make.numeric(answer=1200))
    assert mark(item, read_response(item, written)).correct


def test_comma_that_two_languages_read_differently_is_asked_about() -> None:
    item = parse(make.numeric(answer=1.2))
    with pytest.raises(Invalid) as refused:
        read_response(item, "1,200")
    assert "1200" in refused.value.detail
    assert mark(item, read_response(item, "1,2")).correct
    assert mark(item, read_response(item, "1.200")).correct


def test_tolerance_is_exact_at_its_edge() -> None:
    item = parse({**make.numeric(answer=0.3), "tolerance": 0.1})
    assert mark(item, read_response(item, "0.4")).correct
    assert mark(item, read_response(item, 0.2)).correct
    assert not mark(item, read_response(item, "0.4000001")).correct


@pytest.mark.parametrize(
    "written", ["Trigger", " a  TRIGGER ", "trigger.", "«trigger»", "trígger", "a-trigger", "ｔｒｉｇｇｅｒ"]
)
def test_short_answer_forgives_case_accents_and_signs(written: str) -> None:
    item = parse(make.short_text())
    assert mark(item, read_response(item, written)).correct


@pytest.mark.parametrize("written", ["trigger happy", "trig", "no trigger"])
def test_short_answer_does_not_forgive_other_words(written: str) -> None:
    item = parse(make.short_text())
    assert not mark(item, read_response(item, written)).correct


def test_apostrophes_of_all_kinds_are_one() -> None:
    assert fold("buyer’s") == fold("buyer's") == fold("Buyers")


HOSTILE = [None, True, 7, 1.5, "", "zz", "\x00", "\ud800", [], ["a", "a", None], {}, {"a": "a"}, [["a"]], {"a": ["b"]}]


@pytest.mark.parametrize("raw", HOSTILE, ids=repr)
@pytest.mark.parametrize("build", [make.single_choice, make.multiple_choice, make.ordering, make.matching])
def test_answer_of_another_shape_is_refused_in_words(build: Callable[..., dict[str, Any]], raw: Any) -> None:
    with pytest.raises(Invalid) as refused:
        read_response(parse(build()), raw)
    assert refused.value.code == "answer_not_understood"


@pytest.mark.parametrize("raw", [None, 1, 0, "true", "True", [], {}], ids=repr)
def test_only_truth_answers_true_or_false(raw: Any) -> None:
    with pytest.raises(Invalid):
        read_response(parse(make.true_false()), raw)


NO_NUMBERS = [None, True, [], {}, "", "many", "1e9", "NaN", "Infinity", "0x10", "1.2.3", "9" * 19, 10**5000, 1e300]


@pytest.mark.parametrize("raw", NO_NUMBERS, ids=[str(place) for place, _ in enumerate(NO_NUMBERS)])
def test_what_is_no_plain_number_is_refused(raw: Any) -> None:
    with pytest.raises(Invalid):
        read_response(parse(make.numeric()), raw)


@pytest.mark.parametrize("raw", [None, 1, "", " ", "x" * 201, "nul \x00", "half \ud800", ["trigger"]], ids=repr)
def test_short_answer_that_cannot_be_kept_is_refused(raw: Any) -> None:
    with pytest.raises(Invalid):
        read_response(parse(make.short_text()), raw)


@pytest.mark.parametrize("build", make.EVERY_KIND)
@pytest.mark.parametrize(
    "raw", ["x" * 70_000, ["a"] * 20_000, {str(n): "a" for n in range(10_000)}], ids=["text", "list", "map"]
)
def test_answer_above_64_kib_is_refused_as_too_large(build: Callable[..., dict[str, Any]], raw: Any) -> None:
    with pytest.raises(Invalid) as refused:
        read_response(parse(build()), raw)
    assert refused.value.code == "answer_too_large"


def test_endlessly_nested_answer_is_refused() -> None:
    nested: Any = "a"
    for _ in range(5_000):
        nested = [nested]
    with pytest.raises(Invalid):
        read_response(parse(make.multiple_choice()), nested)


@pytest.mark.parametrize(
    ("build", "chance"),
    [
        (make.single_choice, 1 / 4),
        (make.multiple_choice, 1 / 15),
        (make.true_false, 1 / 2),
        (make.numeric, 0),
        (make.short_text, 0),
        (make.ordering, 1 / 23),
        (make.matching, 1 / 6),
    ],
)
def test_chance_of_a_blind_right_answer(build: Callable[..., dict[str, Any]], chance: float) -> None:
    assert guess_probability(parse(build())) == pytest.approx(chance)
