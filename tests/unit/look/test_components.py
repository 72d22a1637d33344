"""The components, as a browser, a screen reader and a Content-Security-Policy without unsafe-inline meet them."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
HOSTILE = '<script>alert("x")</script>'


class Outcome(Enum):
    COULD_NOT_CHECK = "could-not-check"


def rendered(source: str, **context: Any) -> str:
    """``source`` with the components as ``ui``, in English."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)

    def translate(text: str, **values: Any) -> str:
        return text % values

    environment.globals |= {
        "_": translate,
        "ngettext": lambda one, many, num: (one if num == 1 else many) % {"num": num},
        "csrf_token": lambda: "token",
        "get_flashed_messages": lambda with_categories: [("success", HOSTILE)],
    }
    return environment.from_string('{% import "_macros.html" as ui %}' + source).render(h=HOSTILE, **context)


EVERY_WORD_HOSTILE = """
{{ ui.notices() }}{{ ui.button(h, h) }}{{ ui.post_button(h, h, fields={h: h}) }}{{ ui.chip(h) }}{{ ui.chips([h]) }}
{% call ui.page_head(h, h, h, (h, h)) %}{% endcall %}{% call ui.part(h, h) %}{% endcall %}
{{ ui.subnav([(h, h, true)], h) }}
{% call ui.disclosure(h) %}{% endcall %}{{ ui.status_band("good", h, h) }}{{ ui.empty_state(h, h, h, h) }}
{{ ui.pagination(h, h, h) }}{{ ui.facts([(h, h)]) }}{{ ui.fine_print([(h, h)]) }}{{ ui.figures([(h, h)]) }}
{{ ui.chain([{"title": h, "text": h, "notes": [h], "href": h}]) }}{{ ui.skill_row(h, h, 40, h, h, "warn", h, [20]) }}
{{ ui.checks([{"title": h, "outcome": "fail", "sentence": h, "detail": h}]) }}
{% call ui.badge_hero(h, h, h, h) %}{% endcall %}{{ ui.card(h, h, 5, h, h, h, h, h) }}{{ ui.badge_tile(h, h, h, h, h) }}
{{ ui.data_table(h, [h], [[h]]) }}{{ ui.error_summary({h: h}) }}{{ ui.text_field(h, h, h, h, h, more={"title": h}) }}
{{ ui.text_area(h, h, h, h, h) }}{{ ui.select_field(h, h, [(h, h)], h, h, h) }}{{ ui.choices(h, h, [(h, h, h)], [h]) }}
{{ ui.tick_box(h, h, true, h, h) }}{{ ui.copy_field(h, h, h) }}{{ ui.player_head(h, h, 1, 2, "saved") }}
{% call ui.question(h, h, [(h, h, "good", h)], [h], eyebrow=h) %}{% endcall %}{% call ui.idea(h, h) %}{% endcall %}
{% call ui.feedback("bad", h) %}{% endcall %}{{ ui.player_bar(h, h, none, h, h) }}
{% call ui.earned(h, h, h, h, h) %}{% endcall %}{{ ui.certify(h, h, h) }}
"""


def test_every_component_escapes_every_word_given_to_it():
    page = rendered(EVERY_WORD_HOSTILE)
    assert page.count("&lt;script&gt;") > 100
    assert "<script" not in page


def test_no_template_needs_an_unsafe_inline_policy():
    sources = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    assert not [path for path, text in sources.items() if re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)]
    data = r'type="application/ld\+json"'  # read by search engines, run by nobody
    assert not [path for path, text in sources.items() if re.search(rf"<script(?! {data})(?![^>]* src=)", text)]


@pytest.mark.parametrize(
    "field",
    [
        'ui.text_field("email", "E-mail", hint="Yours", error="Missing")',
        'ui.text_area("email", "E-mail", hint="Yours", error="Missing")',
        'ui.select_field("email", "E-mail", [("a", "A")], hint="Yours", error="Missing")',
        'ui.tick_box("email", "E-mail", hint="Yours", error="Missing")',
    ],
)
def test_a_field_says_its_label_its_hint_and_its_error(field: str):
    page = rendered("{{ " + field + " }}")
    assert '<label for="f-email">' in page
    assert 'aria-describedby="f-email-hint f-email-error" aria-invalid="true"' in page
    assert len(re.findall('id="f-email"', page)) == 1
    assert {'id="f-email-hint"', 'id="f-email-error"'} <= set(re.findall(r'id="f-email-\w+"', page))


def test_a_field_without_fault_says_nothing_of_one():
    page = rendered('{{ ui.text_field("email", "E-mail") }}')
    assert "aria-" not in page


def test_the_error_summary_leads_to_the_first_choice_of_a_group():
    page = rendered(
        '{{ ui.error_summary(e) }}{{ ui.choices("mode", "How?", [("a", "A"), ("b", "B")]) }}', e={"mode": "No"}
    )
    assert '<a href="#f-mode">' in page
    assert re.search('<input type="radio" id="f-mode" name="mode" value="a">', page)
    assert 'for="f-mode-2"' in page


@pytest.mark.parametrize("type", ["file", "password"])
def test_a_password_or_a_file_is_never_sent_back(type: str):
    assert "secret" not in rendered('{{ ui.text_field("given", "Given", "secret", type=type) }}', type=type)
    assert "secret" in rendered('{{ ui.text_field("given", "Given", "secret") }}')


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("pass", "Passed"),
        ("warn", "For you to judge"),
        ("fail", "Failed"),
        ("could-not-check", "Could not be checked"),
        (Outcome.COULD_NOT_CHECK, "Could not be checked"),
        ("not_applicable", "Does not apply"),
    ],
)
def test_a_check_says_its_outcome_in_words_and_in_a_sign(outcome: object, words: str):
    page = rendered("{{ ui.checks(items) }}", items=[{"title": "Signature", "outcome": outcome, "sentence": "So."}])
    assert f">{words}</span>" in page
    assert page.count("<path") >= 1


def test_technical_detail_is_folded_away():
    check = {"title": "Signature", "outcome": "pass", "sentence": "Good.", "detail": "eddsa-rdfc-2022"}
    assert "<details><summary>Technical detail</summary><pre>eddsa-rdfc-2022</pre>" in rendered(
        "{{ ui.checks([item]) }}", item=check
    )


def test_a_folded_table_still_names_every_cell():
    page = rendered('{{ ui.data_table("Queue", ["Due", "Work"], [["today", "Call"], ["Friday", "Video"]]) }}')
    assert page.count('role="row"') == 3
    assert page.count('data-label="Due"') == page.count('data-label="Work"') == 2
    assert page.count('scope="row"') == 2


def test_a_skill_s_bar_says_its_value_without_the_picture():
    page = rendered('{{ ui.skill_row("Lists", "Foundation", 58) }}')
    assert 'role="img" aria-label="58 of 100"' in page


def test_options_are_real_inputs_and_are_read_only_once_marked():
    asked = rendered('{% call ui.question("q", "Which?", [("a", "A"), ("b", "B")], ["b"]) %}{% endcall %}')
    assert asked.count('type="radio" name="q"') == 2
    assert asked.count(" checked") == 1
    assert "disabled" not in asked
    several = rendered('{% call ui.question("q", "Which?", [("a", "A")], multiple=true, marked=true) %}{% endcall %}')
    assert 'type="checkbox"' in several
    assert " disabled" in several


def test_progress_says_the_step():
    page = rendered('{{ ui.player_head("List", "/", 3, 5) }}')
    assert 'aria-label="Step 3 of 5"' in page
    assert page.count('class="done"') == 2
    assert page.count('class="now"') == 1


def test_every_post_form_carries_its_token():
    assert 'name="csrf_token" value="token"' in rendered('{{ ui.post_button("Hide", "/hide") }}')
