"""The JSON API of what outside badges count as in an organisation."""

from __future__ import annotations

from typing import Any

from badges.public_names import shaped
from badges.revoking.asking import asking_account
from badges.trust import equivalences
from badges.trust.asking import place_of
from badges.trust.equivalences import Wanted
from badges.trust.models import EquivalenceRule
from badges.trust.schemas import EquivalenceBodySchema, EquivalenceListSchema, EquivalenceSchema
from issuer.access import requires
from issuer.base.json_bodies import ApiBlueprint
from issuer.models import Organisation
from issuer.schemas import PageQuerySchema

equivalences_api = ApiBlueprint(
    "equivalences_api",
    __name__,
    url_prefix="/api/v1/organisations/<organisation_id>/trust/equivalences",
    description="What outside badges count as in an organisation.",
)


@equivalences_api.get("")
@equivalences_api.arguments(PageQuerySchema, location="query")
@equivalences_api.response(200, EquivalenceListSchema)
@requires("trust.read")
def list_equivalences(query: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    """The rules, the newest first."""
    place = place_of(organisation_id, "trust.read")
    page = equivalences.page(place, limit=query["limit"], after=query["after"])
    names = equivalences.names_of(place, page.items)
    return {"items": [_told(rule, names[rule.public_id]) for rule in page.items], "next": page.next}


@equivalences_api.post("")
@equivalences_api.arguments(EquivalenceBodySchema)
@equivalences_api.response(201, EquivalenceSchema)
@requires("trust.edit")
def add_equivalence(body: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    """Let an outside achievement count as a requirement. 409 for a rule about the same two things."""
    place = place_of(organisation_id)
    return _alone(place, equivalences.add(place, _wanted(place, body), by=asking_account()))


@equivalences_api.put("/<rule_id>")
@equivalences_api.arguments(EquivalenceBodySchema)
@equivalences_api.response(200, EquivalenceSchema)
@requires("trust.edit")
def change_equivalence(body: dict[str, Any], organisation_id: str, rule_id: str) -> dict[str, Any]:
    """Write a rule anew."""
    place = place_of(organisation_id)
    rule = equivalences.find(place, shaped(rule_id))
    equivalences.edit(rule, _wanted(place, body), by=asking_account())
    return _alone(place, rule)


@equivalences_api.delete("/<rule_id>")
@equivalences_api.response(204)
@requires("trust.edit")
def remove_equivalence(organisation_id: str, rule_id: str) -> None:
    """Forget a rule; what was counted by it elsewhere is not taken back."""
    equivalences.remove(equivalences.find(place_of(organisation_id), shaped(rule_id)), by=asking_account())


def _wanted(place: Organisation, body: dict[str, Any]) -> Wanted:
    rest = {name: value for name, value in body.items() if name != "achievement"}
    return equivalences.wanted(place, achievement_url=body["achievement"], **rest)


def _alone(place: Organisation, rule: EquivalenceRule) -> dict[str, Any]:
    return _told(rule, equivalences.names_of(place, [rule])[rule.public_id])


def _told(rule: EquivalenceRule, name: str) -> dict[str, Any]:
    same = ("requirement_kind", "requirement", "trusted_only", "minimum_result", "result_type", "most_days_old")
    return {
        "id": rule.public_id,
        "achievement": rule.achievement_url,
        "requirement_name": name,
        "added_at": rule.created_at,
        "days_left": rule.days_left,
        "note": rule.note,
        **{each: getattr(rule, each) for each in same},
    }
