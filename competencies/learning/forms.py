"""Between the fields of the item page and a response. Pure; nothing here judges, ``answers.read_response`` does."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from competencies.learning.sheets import ShownItem

ANSWER = "answer"


def place_field(key: str) -> str:
    return f"place-{key}"


def match_field(key: str) -> str:
    return f"match-{key}"


def response_from_form(item: ShownItem, form: MultiDict[str, str]) -> Any:
    """What the form answers, as ``read_response`` takes it; None when nothing was filled in at all."""
    if item.kind == "ordering":
        return _order(item, form)
    if item.kind == "matching":
        return {key: form[match_field(key)] for key, _ in item.lefts if form.get(match_field(key))} or None
    given = [value for value in form.getlist(ANSWER) if value.strip()]
    if not given:
        return None
    if item.kind == "multiple_choice":
        return given
    if item.kind == "true_false":
        return {"true": True, "false": False}.get(given[0], given[0])
    return given[0]


def _order(item: ShownItem, form: MultiDict[str, str]) -> Any:
    places = {key: form.get(place_field(key), "") for key, _ in item.options}
    if not any(places.values()):
        return None
    wanted = [str(place) for place in range(1, len(places) + 1)]
    if sorted(places.values()) != sorted(wanted):
        return []  # a place missing or given twice: no order, and the reader says so
    return sorted(places, key=lambda key: int(places[key]))


def fields_of_response(item: ShownItem) -> dict[str, list[str]]:
    """The saved response as the form shows it: name of the field -> its values."""
    response = item.response
    if response is None:
        return {}
    if item.kind == "ordering":
        return {place_field(key): [str(place)] for place, key in enumerate(response, start=1)}
    if item.kind == "matching":
        return {match_field(left): [right] for left, right in response.items()}
    if item.kind == "multiple_choice":
        return {ANSWER: list(response)}
    if item.kind == "true_false":
        return {ANSWER: ["true" if response else "false"]}
    return {ANSWER: [str(response)]}
