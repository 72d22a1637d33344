"""The search as JSON."""

from __future__ import annotations

from typing import Any

from badges.directory.addresses import address_of
from badges.directory.schemas import FoundListSchema, SearchQuerySchema
from badges.directory.searching import Result, search
from issuer.access import requires, settings
from issuer.base.json_bodies import ApiBlueprint

search_api = ApiBlueprint(
    "search_api", __name__, url_prefix="/api/v1/search", description="What is public and meant to be found."
)


@search_api.get("")
@search_api.arguments(SearchQuerySchema, location="query")
@search_api.response(200, FoundListSchema)
@requires("public.read")
def find(query: dict[str, Any]) -> dict[str, Any]:
    """Listed badges, open achievements, modules, competencies and issuers that have all the words.

    The last word may be a beginning of one; case and accents do not matter. Only the first 200 characters are read.
    """
    found = search(query["q"], kind=query["kind"], limit=query["limit"], after=query["after"])
    return {"items": [_told(result) for result in found.items], "next": found.next}


def _told(result: Result) -> dict[str, Any]:
    entry = result.entry
    return {
        "kind": entry.kind,
        "id": entry.name,
        "url": f"{settings().base_url}{address_of(entry.kind, entry.name)}",
        "title": entry.title,
        "text": "".join(piece.text for piece in result.pieces),
        "language": entry.language,
        "issuer": entry.issuer,
        "holder": entry.holder,
        "notes": list(entry.notes),
    }
