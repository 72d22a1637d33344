"""What an author may write, and what of it may be shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from competencies.learning.items import ParsedItem, parse_item
from issuer.base.errors import Invalid
from tests.factories import learning as make


def parse(authored: Any) -> ParsedItem:
    return parse_item(authored, "items[0]", competencies=["PRO.1"], cards=2)


@pytest.mark.parametrize("build", make.EVERY_KIND)
def test_shown_half_holds_neither_key_nor_feedback(build: Callable[..., dict[str, Any]]) -> None:
    item = parse(build("Q7"))
    shown = json.dumps(item.body)
    assert "secret" not in shown
    assert "correct" not in shown
    assert set(item.body) <= {"prompt", "options", "lefts", "rights", "unit"}


def test_ordering_is_not_stored_for_showing_in_its_right_order_or_under_its_authored_keys() -> None:
    orders = set()
    for number in range(20):
        item = parse(make.ordering(f"Q{number}"))
        shown = [option["key"] for option in item.body["options"]]
        assert sorted(shown) == shown, "sorted by marks that come from the text alone"
        assert set(shown).isdisjoint("abcd")
        orders.add(tuple(item.key["order"].index(key) for key in shown))
    assert len(orders) > 5, "the sorted marks say nothing of the right order"


def test_right_column_of_a_matching_does_not_carry_the_keys_of_the_left() -> None:
    item = parse(make.matching())
    assert {right["key"] for right in item.body["rights"]}.isdisjoint(left["key"] for left in item.body["lefts"])
    texts = {right["key"]: right["text"] for right in item.body["rights"]}
    assert {left: texts[right] for left, right in item.key["pairs"].items()} == {
        "a": "Q1 right a",
        "b": "Q1 right b",
        "c": "Q1 right c",
    }


def _with_options(**over: Any) -> dict[str, Any]:
    authored = make.single_choice()
    authored["options"][0].update(over)
    return authored


@pytest.mark.parametrize(
    ("authored", "where"),
    [
        ({**make.single_choice(), "kind": "essay"}, "items[0].kind"),
        ({**make.single_choice(), "kind": ["single_choice"]}, "items[0].kind"),
        ({**make.single_choice(), "competency": "XYZ.9"}, "items[0].competency"),
        ({**make.single_choice(), "difficulty": 4}, "items[0].difficulty"),
        ({**make.single_choice(), "difficulty": True}, "items[0].difficulty"),
        ({**make.single_choice(), "card": 3}, "items[0].card"),
        ({**make.single_choice(), "prompt": " "}, "items[0].prompt"),
        ({**make.single_choice(), "prompt": "bell \x07"}, "items[0].prompt"),
        ({**make.single_choice(), "prompt": "half a pair \ud800"}, "items[0].prompt"),
        ({**make.single_choice(), "hint": "b"}, "items[0]"),
        ("a question", "items[0].kind"),
        (_with_options(correct=True), "items[0].options"),
        (_with_options(correct="yes"), "items[0].options[0].correct"),
        (_with_options(key="b"), "items[0].options[1].key"),
        (_with_options(key=1), "items[0].options[0].key"),
        (_with_options(text="Q1 OPTION B"), "items[0].options"),
        (make.single_choice(right="-"), "items[0].options"),
        (make.multiple_choice(right=""), "items[0].options"),
        (make.multiple_choice(right="abcd"), "items[0].options"),
        (make.true_false(answer="false"), "items[0].answer"),
        ({**make.numeric(), "answer": float("nan")}, "items[0].answer"),
        ({**make.numeric(), "tolerance": -1}, "items[0].tolerance"),
        ({**make.short_text(), "accept": []}, "items[0].accept"),
        ({**make.short_text(), "accept": ["?!"]}, "items[0].accept"),
        ({**make.short_text(), "feedback": {"right": "Yes."}}, "items[0].feedback"),
        ({**make.ordering(), "options": make.ordering()["options"][:2]}, "items[0].options"),
        (
            {**make.matching(), "pairs": [*make.matching()["pairs"], make.matching()["pairs"][0]]},
            "items[0].pairs[3].key",
        ),
    ],
)
def test_faulty_question_is_refused_and_the_place_is_named(authored: Any, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(authored)
    assert list(refused.value.fields) == [where]
    assert refused.value.code == "bad_content"
