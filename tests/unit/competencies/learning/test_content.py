"""An author's document, good and faulty."""

from __future__ import annotations

from typing import Any

import pytest

from competencies.learning.cards import markdown_of
from competencies.learning.content import read_content
from issuer.base.errors import Invalid
from tests.factories import learning as make

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


def test_same_content_has_the_same_digest_and_any_change_another() -> None:
    digest = read_content(make.make_content()).digest
    assert read_content(make.make_content()).digest == digest
    changed_item = make.make_content()
    changed_item["check"]["items"][0]["options"][0]["feedback"] = "Another sentence."
    for content in (
        make.make_content(minutes=13),
        make.make_content(check={"pass_mark": 1}),
        make.make_content(figures={"a.svg": SVG}),
        changed_item,
    ):
        assert read_content(content).digest != digest


def test_module_without_cards_or_check_can_be_listed() -> None:
    content = make.make_content(completion_rule={"all": [{"kind": "attendance"}]})
    del content["cards"], content["check"]
    read = read_content(content)
    assert (read.cards, read.items, read.check_rule) == ((), (), None)


def test_completion_is_by_the_check_at_its_pass_mark_unless_said_otherwise() -> None:
    rule = read_content(make.make_content()).completion_rule
    assert rule == {"all": [{"kind": "knowledge_check", "min_score": 0.8, "min_trust": 2}]}


def faulty(**over: Any) -> dict[str, Any]:
    return make.make_content(**over)


def without(name: str) -> dict[str, Any]:
    content = make.make_content()
    del content[name]
    return content


CARD = {"title": "One", "body": "Look."}
FIGURE = {"a.svg": SVG}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (None, "module"),
        ([], "module"),
        (without("title"), "module"),
        (faulty(colour="red"), "module"),
        (faulty(code="M 01"), "code"),
        (faulty(title=""), "title"),
        (faulty(title=["x"]), "title"),
        (faulty(summary="x" * 601), "summary"),
        (faulty(title="Selling \u202egnilles"), "title"),
        (faulty(summary="One\u2028Two"), "summary"),
        (faulty(language="English!"), "language"),
        (faulty(minutes=0), "minutes"),
        (faulty(minutes="12"), "minutes"),
        (faulty(minutes=True), "minutes"),
        (faulty(content_type="fun"), "content_type"),
        (faulty(delivery_mode="never"), "delivery_mode"),
        (faulty(refresh_after_days=0), "refresh_after_days"),
        (faulty(prerequisites="M00"), "prerequisites"),
        (faulty(competencies=[]), "competencies"),
        (faulty(competencies=[{"code": "PRO.1", "weight": 0.5}]), "competencies"),
        (faulty(competencies=[{"code": "PRO.1", "weight": 0.5}] * 2), "competencies"),
        (faulty(competencies=[{"code": "PRO.1", "weight": 2}]), "competencies[0].weight"),
        (faulty(competencies=[{"code": "PRO.1", "weight": float("nan")}]), "competencies[0].weight"),
        (faulty(cards=[{**CARD, "body": "<b>raw</b>"}] * 2), "cards[0].body"),
        (faulty(cards=[{"title": "One"}, CARD]), "cards[0]"),
        (faulty(cards=[{**CARD, "figure": "b.svg", "figure_alt": "x"}, CARD], figures=FIGURE), "cards[0].figure"),
        (faulty(cards=[{**CARD, "figure": ["a.svg"], "figure_alt": "x"}, CARD], figures=FIGURE), "cards[0].figure"),
        (faulty(cards=[{**CARD, "figure": "a.svg"}, CARD], figures=FIGURE), "cards[0].figure_alt"),
        (faulty(cards=[{**CARD, "figure_alt": "x"}, CARD]), "cards[0]"),
        (faulty(figures={"a.svg": b"<svg><script/></svg>"}), "figures.a.svg"),
        (faulty(figures=["a.svg"]), "figures"),
        (faulty(check={"draw": 0}), "check.draw"),
        (faulty(check={"pass_mark": 80}), "check.pass_mark"),
        (faulty(check={"max_attempts": 99}), "check.max_attempts"),
        (faulty(check={"minutes_allowed": 0}), "check.minutes_allowed"),
        (faulty(check={"items": [make.single_choice("Q1"), make.single_choice("Q1")]}), "check.items"),
        (faulty(check={"items": [{**make.single_choice(), "prompt": "![x](y.png)"}]}), "check.items[0].prompt"),
        (faulty(check={"items": [make.true_false(f"T{number}") for number in range(13)]}), "check"),
        (faulty(completion_rule={"some": []}), "completion_rule"),
    ],
)
def test_faulty_document_is_refused_and_the_place_is_named(content: Any, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_content(content)
    assert where in refused.value.fields


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_content(make.make_content(minutes=0, language="?", competencies=[]))
    assert {"minutes", "language", "competencies"} <= set(refused.value.fields)
    assert "(and 2 more)" in refused.value.detail


def test_guess_guard_says_the_number() -> None:
    items = [make.true_false(f"T{number}") for number in range(13)]
    with pytest.raises(Invalid) as refused:
        read_content(make.make_content(check={"items": items}))
    assert "0.464" in refused.value.fields["check"][0]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        "<!-- hidden -->",
        "[here](javascript:alert(1))",
        "[here](JaVaScRiPt:alert(1))",
        "[here](data:text/html,x)",
        "[here](vbscript:x)",
        "[here](//evil.example)",
        "[here](&#106;avascript:alert(1))",
        "<javascript:alert(1)>",
        "![alt](picture.png)",
        "[a]\n\n[a]: javascript:alert(1)",
    ],
)
def test_markdown_that_could_act_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        markdown_of(text, "cards[0].body")


@pytest.mark.parametrize(
    "text",
    [
        "5 < 6 and 7 > 3, `<b>` in code",
        "[site](https://example.org) and [mail](mailto:a@example.org) and [here](/catalog)",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "> quoted **bold**\n\n1. one\n2. two",
    ],
)
def test_plain_markdown_is_taken(text: str) -> None:
    assert markdown_of(text, "cards[0].body") == text
