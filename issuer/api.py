"""The JSON API of this floor: oneself, tokens, organisations and their members."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, jsonify, request
from werkzeug.exceptions import PreconditionFailed

from issuer import accounts, members, organisations, tokens
from issuer.access import authorise, current_actor, requires
from issuer.base import http, idempotency
from issuer.base.errors import Invalid, NotSignedIn
from issuer.base.json_bodies import ApiBlueprint
from issuer.models import Account, ApiToken, Membership, Organisation
from issuer.schemas import (
    MadeTokenSchema,
    MemberListSchema,
    MemberSchema,
    MeSchema,
    NewMemberSchema,
    NewTokenSchema,
    OrganisationChangesSchema,
    OrganisationListSchema,
    OrganisationSchema,
    PageQuerySchema,
    PlaceSchema,
    RolesSchema,
    TokenListSchema,
)

me_api = ApiBlueprint("me_api", __name__, url_prefix="/api/v1/me", description="The account that asks.")
tokens_api = ApiBlueprint("tokens_api", __name__, url_prefix="/api/v1/tokens", description="Tokens for programs.")
organisations_api = ApiBlueprint(
    "organisations_api", __name__, url_prefix="/api/v1/organisations", description="Issuers and their members."
)

PRIVATE = "private, no-cache"


@me_api.get("")
@me_api.response(200, MeSchema)
@requires("profile.own")
def me() -> dict[str, Any]:
    account = _own_account()
    return {
        "id": account.public_id,
        "name": account.name,
        "language": account.locale,
        "organisations": [_place(membership) for membership in account.memberships],
    }


@tokens_api.get("")
@tokens_api.response(200, TokenListSchema)
@requires("account.own")
def list_tokens() -> dict[str, Any]:
    return {"items": [_token(token) for token in tokens.of_account(_own_account().id)], "next": None}


@tokens_api.post("")
@tokens_api.arguments(NewTokenSchema)
@tokens_api.response(201, MadeTokenSchema)
@requires("account.own")
def make_token(new: dict[str, Any]) -> dict[str, Any]:
    if idempotency.key_of(request):
        sentence = f"A token is shown once and never kept, so it cannot be given again: leave out {idempotency.HEADER}."
        raise Invalid("shown_once", sentence)
    token, secret = tokens.make(_own_account(), name=new["name"], scopes=new["scopes"], days=new["days"])
    return _token(token) | {"token": secret}


@tokens_api.delete("/<token_id>")
@tokens_api.response(204)
@requires("account.own")
def revoke_token(token_id: str) -> None:
    tokens.revoke(_own_account(), token_id)


@organisations_api.get("")
@organisations_api.response(200, OrganisationListSchema)
@requires("profile.own")
def list_organisations() -> dict[str, Any]:
    """The organisations in which the caller has a place."""
    return {"items": [_place(membership) for membership in _own_account().memberships], "next": None}


@organisations_api.get("/<organisation_id>")
@organisations_api.response(200, OrganisationSchema)
@requires("organisation.administer")
def show_organisation(organisation_id: str) -> Response:
    """With an ETag, to be sent back as If-Match when changing it."""
    shown = _shown(_administered(organisation_id))
    return http.with_etag(jsonify(shown), _etag(shown), cache_control=PRIVATE)


@organisations_api.patch("/<organisation_id>")
@organisations_api.arguments(OrganisationChangesSchema)
@organisations_api.response(200, OrganisationSchema)
@requires("organisation.administer")
def change_organisation(changes: dict[str, str], organisation_id: str) -> Response:
    """Change the named fields. With If-Match: 412 if somebody else has changed it meanwhile."""
    organisation = _administered(organisation_id)
    before = _shown(organisation)
    if request.if_match and not request.if_match.contains(_etag(before)):
        raise PreconditionFailed()
    fields = {name: before[name] or "" for name in ("name", "url", "email", "description")} | changes
    organisations.edit(organisation, **fields, actor=current_actor().public_id)
    after = _shown(organisation)
    response = jsonify(after)
    response.set_etag(_etag(after))
    return response


@organisations_api.put("/<organisation_id>/enrolment")
@organisations_api.response(200, PlaceSchema)
@requires("learn")
def enrol(organisation_id: str) -> dict[str, Any]:
    """Take the own place as a learner; asking again changes nothing."""
    return _place(organisations.enrol(_own_account().id, organisations.get(organisation_id)))


@organisations_api.get("/<organisation_id>/members")
@organisations_api.arguments(PageQuerySchema, location="query")
@organisations_api.response(200, MemberListSchema)
@requires("organisation.administer")
def list_members(query: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    page = members.page(_administered(organisation_id), limit=query["limit"], after=query["after"])
    return {"items": [_member(membership) for membership in page.items], "next": page.next}


@organisations_api.post("/<organisation_id>/members")
@organisations_api.arguments(NewMemberSchema)
@organisations_api.response(201, MemberSchema)
@requires("organisation.administer")
def add_member(new: dict[str, Any], organisation_id: str) -> dict[str, Any]:
    organisation = _administered(organisation_id)
    return _member(members.add(organisation, new["email"], new["roles"], actor=current_actor().public_id))


@organisations_api.put("/<organisation_id>/members/<account_id>/roles")
@organisations_api.arguments(RolesSchema)
@organisations_api.response(200, MemberSchema)
@requires("organisation.administer")
def change_roles(wanted: dict[str, Any], organisation_id: str, account_id: str) -> dict[str, Any]:
    """Give exactly these roles; the person has to sign in again."""
    membership = members.find(_administered(organisation_id), account_id)
    organisations.change_roles(membership, wanted["roles"], actor=current_actor().public_id)
    return _member(membership)


@organisations_api.delete("/<organisation_id>/members/<account_id>")
@organisations_api.response(204)
@requires("organisation.administer")
def remove_member(organisation_id: str, account_id: str) -> None:
    """Take every role away; badges already earned stay."""
    membership = members.find(_administered(organisation_id), account_id)
    organisations.leave(membership, actor=current_actor().public_id)


def _own_account() -> Account:
    account_id = current_actor().account_id
    if account_id is None:
        raise NotSignedIn("sign_in_needed", "Send a token, or sign in first.")
    return accounts.get(account_id)


def _administered(public_id: str) -> Organisation:
    organisation = organisations.get(public_id)
    authorise("organisation.administer", organisation.id)
    return organisation


def _place(membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    return {
        "id": organisation.public_id,
        "slug": organisation.slug,
        "name": organisation.name,
        "roles": sorted(organisations.roles_of(membership)),
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.public_id,
        "name": token.name,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }


def _shown(organisation: Organisation) -> dict[str, Any]:
    return {
        "id": organisation.public_id,
        "slug": organisation.slug,
        "name": organisation.name,
        "url": organisation.url,
        "email": organisation.email,
        "description": organisation.description,
    }


def _member(membership: Membership) -> dict[str, Any]:
    account = membership.account
    return {
        "id": account.public_id,
        "name": account.name,
        "email": accounts.primary_address(account),
        "confirmed": any(address.verified_at for address in account.addresses),
        "roles": sorted(organisations.roles_of(membership)),
    }


def _etag(shown: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:32]
