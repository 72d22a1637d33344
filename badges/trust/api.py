"""The JSON API of an organisation's trust: its list, its registries, and what outside badges count as."""

from __future__ import annotations

from typing import Any

from flask import jsonify

from badges.public_names import shaped
from badges.revoking.asking import asking_account
from badges.trust import lists, registries, registry_sources, tables
from badges.trust.asking import place_of
from badges.trust.lists import Entry
from badges.trust.models import TrustedIssuer, TrustRegistry
from badges.trust.schemas import (
    RegistryBodySchema,
    RegistryChangesSchema,
    RegistryListSchema,
    RegistrySchema,
    TrustedIssuerBodySchema,
    TrustedIssuerListSchema,
    TrustedIssuerSchema,
    TrustImportBodySchema,
    TrustImportSchema,
)
from badges.trust.taking_over import looked_at
from issuer.access import requires
from issuer.base.db import utc_now
from issuer.base.json_bodies import ApiBlueprint
from issuer.schemas import PageQuerySchema

trust_api = ApiBlueprint(
    "trust_api",
    __name__,
    url_prefix="/api/v1/organisations/<organisation_id>/trust",
    description="Whom an organisation trusts.",
)

SHOWN = 100


@trust_api.get("/issuers")
@trust_api.arguments(PageQuerySchema, location="query")
@trust_api.response(200, TrustedIssuerListSchema)
@requires("trust.read")
def list_issuers(query: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    """The trust list, the newest entry first."""
    page = lists.page(place_of(organisation_id, "trust.read"), limit=query["limit"], after=query["after"])
    return {"items": [_told(entry) for entry in page.items], "next": page.next}


@trust_api.post("/issuers")
@trust_api.arguments(TrustedIssuerBodySchema)
@trust_api.response(201, TrustedIssuerSchema)
@requires("trust.edit")
def add_issuer(body: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    """Trust an issuer. 409 for one that is on the list."""
    return _told(lists.add(place_of(organisation_id), _wanted(body), by=asking_account()))


@trust_api.put("/issuers/<entry_id>")
@trust_api.arguments(TrustedIssuerBodySchema)
@trust_api.response(200, TrustedIssuerSchema)
@requires("trust.edit")
def change_issuer(body: dict[str, Any], organisation_id: str, entry_id: str) -> dict[str, Any]:
    """Write an entry anew."""
    entry = lists.find(place_of(organisation_id), shaped(entry_id))
    lists.edit(entry, _wanted(body), by=asking_account())
    return _told(entry)


@trust_api.delete("/issuers/<entry_id>")
@trust_api.response(204)
@requires("trust.edit")
def remove_issuer(organisation_id: str, entry_id: str) -> None:
    """Take an issuer off the list."""
    lists.remove(lists.find(place_of(organisation_id), shaped(entry_id)), by=asking_account())


@trust_api.post("/issuers/import")
@trust_api.arguments(TrustImportBodySchema)
@trust_api.response(200, TrustImportSchema)
@requires("trust.edit")
def import_issuers(body: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    """Add and change what a file says, all of it or nothing; nothing is removed."""
    place = place_of(organisation_id)
    entries = tables.read_entries(body["content"].encode("utf-8", "surrogatepass"))
    by = asking_account()
    found = tables.compare(place, entries) if body["dry_run"] else tables.take_over(place, entries, by=by)
    counts = {"added": len(found.added), "changed": len(found.changed), "same": found.same}
    return {"dry_run": body["dry_run"], **counts}


@trust_api.get("/registries")
@trust_api.response(200, RegistryListSchema)
@requires("trust.read")
def list_registries(organisation_id: str) -> dict[str, Any]:
    """The imported registries, by name; at most fifty, so there is one page."""
    found = registries.all_of(place_of(organisation_id, "trust.read"))
    return {"items": [_registry(registry, count) for registry, count in found], "next": None}


@trust_api.post("/registries")
@trust_api.arguments(RegistryBodySchema)
@trust_api.response(201, RegistrySchema)
@trust_api.alt_response(200, schema=RegistryChangesSchema, description="A dry run: what would change.")
@requires("trust.edit")
def import_registry(body: dict[str, Any], organisation_id: str) -> Any:
    """Import a registry, or with ``dry_run`` say what it lists and keep nothing."""
    place = place_of(organisation_id)
    data = body["content"]
    given = registry_sources.source(
        address=body["address"],
        data=data.encode("utf-8", "surrogatepass") if data is not None else None,
        anchor_key=body["anchor_key"],
    )
    now = utc_now()
    if body["dry_run"]:
        # A reply made here is not written once more by the schema of the other one.
        return jsonify(RegistryChangesSchema().dump(_changes(registries.look(given, now=now), dry_run=True)))
    listing = looked_at(given, seen=body["seen"], now=now)
    by = asking_account()
    made = registries.import_listing(place, body["name"], listing, address=given.address, by=by, now=now)
    return _registry(made, len(listing.issuers))


@trust_api.post("/registries/<registry_id>/refresh")
@trust_api.response(200, RegistrySchema)
@requires("trust.edit")
def refresh_registry(organisation_id: str, registry_id: str) -> dict[str, Any]:
    """Read it again now. When that fails its list stays as it was, and ``trouble`` says why."""
    registry = registries.find(place_of(organisation_id), shaped(registry_id))
    registries.refresh(registry.id, by=asking_account(), now=utc_now(), seconds=registry_sources.WHILE_SOMEBODY_WAITS)
    return _registry(registry, registries.count_issuers(registry))


@trust_api.delete("/registries/<registry_id>")
@trust_api.response(204)
@requires("trust.edit")
def remove_registry(organisation_id: str, registry_id: str) -> None:
    """Forget it and all it lists."""
    registries.remove(registries.find(place_of(organisation_id), shaped(registry_id)), by=asking_account())


def _wanted(body: dict[str, Any]) -> Entry:
    return lists.entry(
        kind=body["kind"],
        subject=body["issuer"],
        name=body["name"],
        note=body["note"],
        since=body["since"],
        until=body["until"],
    )


def _told(entry: TrustedIssuer) -> dict[str, Any]:
    return {
        "id": entry.public_id,
        "kind": entry.kind,
        "issuer": entry.subject,
        "name": entry.name,
        "note": entry.note,
        "since": entry.since,
        "until": entry.until,
        "added_by": entry.added_by.public_id if entry.added_by else None,
        "added_at": entry.created_at,
    }


def _registry(registry: TrustRegistry, count: int) -> dict[str, Any]:
    return {
        "id": registry.public_id,
        "name": registry.name,
        "form": registry.form,
        "address": registry.address,
        "anchor_keys": registry.anchor_keys,
        "issuers": count,
        "shown_to_everybody": registry.is_public,
        "imported_at": registry.imported_at,
        "tried_at": registry.tried_at,
        "trouble": registry.trouble or None,
    }


def _changes(changes: registries.Changes, *, dry_run: bool) -> dict[str, Any]:
    kinds = {name: getattr(changes, name) for name in ("added", "changed", "removed")}
    return {
        "dry_run": dry_run,
        "form": changes.listing.form,
        "anchor_keys": list(changes.listing.anchor_keys),
        "digest": changes.listing.digest,
        "counts": {name: len(found) for name, found in kinds.items()} | {"same": changes.same},
        **{
            name: [
                {"kind": each.issuer.kind, "issuer": each.issuer.subject, "name": each.name, "url": each.url}
                for each in found[:SHOWN]
            ]
            for name, found in kinds.items()
        },
    }
